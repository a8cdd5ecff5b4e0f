"""Volume rendering of 512x512x400 voxels without graphics hardware, beside the GPU ray caster of VTK on the same."""

import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count

import numpy as np

from benchmarks.row import Row
from benchmarks.slices import trunk_slices
from benchmarks.timing import in_turns, seconds
from workstation.model.geometry import VolumeGrid
from workstation.model.volume import Volume
from workstation.volume.looks.camera import Camera
from workstation.volume.looks.look3d import Look3D
from workstation.volume.looks.transfer_files import preset
from workstation.volume.rendering.drawing import Quality, Rendering

SLICES, PAINTED, SIDE_PX = 400, 100, 512
SIZE_PX = (512, 512)
STEP_DEG = 3.0
MEMORY_SLICES, TIMES, SPARE_MB = 1000, 2.7, 400
MB = 1e6
PEER = "vtkOpenGLGPUVolumeRayCastMapper"

_MEMORY = """
import sys
import numpy as np
from pathlib import Path
from workstation.model.geometry import VolumeGrid
from workstation.model.volume import Volume
from workstation.volume.looks.look3d import look_of
from workstation.volume.rendering.drawing import Rendering
from workstation.volume.looks.transfer_files import preset

slices, side = int(sys.argv[1]), int(sys.argv[2])
array = np.full((slices, side, side), -1000, np.int16)
array[:, side // 4 : -side // 4, side // 4 : -side // 4] = 40
array[:, side // 2 : side // 2 + 40, side // 2 : side // 2 + 40] = 700
volume = Volume(array, VolumeGrid(np.diag([0.7, 0.7, 1.0, 1.0]), array.shape), 1.0, 0.0, "HU", (), (), ())
rendering = Rendering(volume)
look = look_of(preset("ct-bone"))
assert rendering.picture(look, (512, 512), "moving").max() > 100
assert rendering.picture(look, (512, 512)).max() > 100
print([note for note in rendering.notes if "reduced" in note] and "reduced" or "whole", file=sys.stderr)
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(int(status["VmHWM"].split()[0]) * 1024)
"""


def rows() -> Iterator[Row]:
    """Measure pictures of the demo patient while turning, at rest and at first, and memory."""
    volume = _volume()
    shaded = Look3D(transfer=preset("ct-bone"))
    mip = Look3D(method="mip", window=(300.0, 900.0))
    yield _first(volume, shaded)
    ours, peer = Rendering(volume, caster="processor"), Rendering(volume, caster="graphics")
    for look, what, times in ((shaded, "shaded volume rendering", 3.5), (mip, "MIP from any angle", 1.0)):
        yield from _turned(ours, peer, look, what, times)
    ours.close()
    peer.close()
    if sys.platform == "linux":
        yield _memory()


def _volume() -> Volume:
    """Paint some slices, and interpolate between them."""
    painted = np.stack(trunk_slices(PAINTED)).astype(np.float32) - 1024
    array = np.empty((SLICES, SIDE_PX, SIDE_PX), np.int16)
    for k, at in enumerate(np.linspace(0, PAINTED - 1, SLICES)):
        before = min(int(at), PAINTED - 2)
        array[k] = np.rint(painted[before] + (at - before) * (painted[before + 1] - painted[before]))
    grid = VolumeGrid(np.diag([0.8, 0.8, 1.0, 1.0]), (SLICES, SIDE_PX, SIDE_PX))
    return Volume(array, grid, 1.0, 0.0, "HU", (), (), ())


def _turning(rendering: Rendering, look: Look3D, quality: Quality) -> Callable[[], object]:
    turns = count()

    def draw() -> object:
        camera = Camera(20 + STEP_DEG * next(turns), 15)
        return rendering.picture(replace(look, camera=camera), SIZE_PX, quality)

    return draw


def _first(volume: Volume, look: Look3D) -> Row:
    def first(caster: str) -> float:
        rendering = Rendering(volume, caster=caster)  # type: ignore[arg-type]
        taken = seconds(lambda: rendering.picture(look, SIZE_PX, "moving"))
        rendering.close()
        return taken

    first("processor")  # VTK is loaded once
    ours, peer = zip(*((first("processor"), first("graphics")) for _ in range(3)), strict=True)
    return Row.at_most(
        "volume rendering, first shaded picture, of the volume at half its size",
        ours=statistics.median(ours),
        limit=1.0,
        beside=PEER,
        peer=statistics.median(peer),
        note="from the voxels to the picture, with a window of its own",
    )


def _turned(ours: Rendering, peer: Rendering, look: Look3D, what: str, times: float) -> Iterator[Row]:
    mine, others = in_turns(_turning(ours, look, "full"), _turning(peer, look, "full"), rounds=3)
    note = "512x512 pixels of 512x512x400 voxels, a picture turned a little further each time"
    yield Row.at_least(f"{what}, full", ours=mine, beside=PEER, peer=others, times=times, note=note)
    yield Row.at_most(f"{what}, full, after the hand rests", ours=mine, limit=1.0, beside=PEER, peer=others, note=note)
    mine, others = in_turns(_turning(ours, look, "moving"), _turning(peer, look, "moving"), rounds=15)
    note = "neighbours averaged to at most 9 million voxels, a ray for each second pixel or fewer, as the pace asks"
    yield Row.at_most(f"{what}, while turning", ours=mine, limit=0.1, beside=PEER, peer=others, note=note)


def _memory() -> Row:
    command = [sys.executable, "-c", _MEMORY, str(MEMORY_SLICES), str(SIDE_PX)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    raw = MEMORY_SLICES * SIDE_PX * SIDE_PX * 2 / MB
    return Row.at_most(
        f"memory for shaded rendering of {MEMORY_SLICES} slices {SIDE_PX}x{SIDE_PX}",
        ours=int(done.stdout) / MB,
        limit=round(TIMES * raw + SPARE_MB),
        beside="raw pixels",
        peer=raw,
        unit="MB",
        note=f"peak of the process, {done.stderr.strip()}; the bar is {TIMES}x the raw pixels + {SPARE_MB} MB",
    )
