"""DICOM to NIfTI, the whole command on 400 CT slices of 512x512, beside dcm2niix."""

import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import nibabel
import numpy as np

from benchmarks.row import Row
from benchmarks.slices import trunk_slices, write_slices
from benchmarks.timing import in_turns, process

SLICES, DISTINCT, ROUNDS = 400, 20, 7


def rows() -> Iterator[Row]:
    """Measure the time from start to end, and the time on the processor, which other work spares."""
    peer = shutil.which("dcm2niix") or shutil.which("dcm2niix", path=str(Path(sys.executable).parent))
    if peer is None:
        raise RuntimeError("dcm2niix is not installed: pip install dcm2niix")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "series")
        write_slices(source, SLICES, pictures=trunk_slices(DISTINCT))
        target = Path(folder, "ours.nii")
        ours = process([sys.executable, "-m", "workstation", "--batch", "3d", "export", str(source), "-o", str(target)])
        theirs = process([peer, "-w", "1", "-b", "n", "-z", "n", "-f", "theirs", "-o", folder, str(source)])
        ours()
        theirs()
        _check_equal(target, Path(folder, "theirs.nii"))
        yield _row("whole command", in_turns(ours, theirs, rounds=ROUNDS), "from start to end")
        yield _row("whole command on the processor", _on_processor(ours, theirs), "which other work spares")


def _row(what: str, seconds: tuple[float, float], note: str) -> Row:
    return Row.at_least(
        f"{SLICES} slices 512x512 to NIfTI, {what}",
        ours=seconds[0],
        beside="dcm2niix -z n",
        peer=seconds[1],
        times=1,
        note=f"median of {ROUNDS}, {note}",
    )


def _on_processor(ours: Callable[[], object], peer: Callable[[], object]) -> tuple[float, float]:
    """Give the medians of the time that the processes of each spent on the processor, in s."""
    pairs = [(_spent(ours), _spent(peer)) for _ in range(ROUNDS)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def _spent(run: Callable[[], object]) -> float:
    before = os.times()
    run()
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def _check_equal(ours: Path, theirs: Path) -> None:
    """A comparison of times means something only where the results are equal: values by place, rows may be turned."""
    one, other = nibabel.load(ours), nibabel.load(theirs)
    voxels = np.random.default_rng(1).integers(0, [512, 512, SLICES], (2000, 3))
    places = other.affine @ np.column_stack([voxels, np.ones(len(voxels))]).T
    found = np.rint(np.linalg.solve(one.affine, places)[:3]).astype(int)
    np.testing.assert_array_equal(one.get_fdata()[tuple(found)], other.get_fdata()[tuple(voxels.T)])
