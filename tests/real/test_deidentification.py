"""Real files without their patients: as valid as before, and still pictures of the same thing."""

import re
import subprocess
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pydicom
import pytest

from workstation.errors import UserError
from workstation.model.image import Image
from workstation.model.refusal import Refused
from workstation.model.source import BytesSource
from workstation.objects.deidentification.deidentify import deidentify
from workstation.objects.deidentification.policy import PROFILES, Policy
from workstation.objects.deidentification.state import State
from workstation.phantoms import small
from workstation.phantoms.writing import save

_FOLDERS = (
    "cr_dx_mg", "ct_head_ge_tilt_varspacing", "charset", "encapsulated", "enhanced", "gsps", "nm_op_ecg", "rt", "seg",
    "series_irregular", "sr", "us", "wsi",
)  # fmt: skip
_MOST = 5  # of each folder


def errors(dciodvfy: str, path: Path) -> set[str]:
    run = subprocess.run([dciodvfy, "-new", path], capture_output=True, text=True, errors="replace", check=False)
    lines = [line for line in (run.stderr + run.stdout).splitlines() if line.startswith("Error")]
    return {re.sub(r"\[\d+\]|= <[^<>]*>|\d{5,}", "", line.strip()) for line in lines}


def samples(folder: Path) -> Iterator[Path]:
    found = [path for path in sorted(folder.rglob("*.dcm")) if path.stat().st_size < 1_000_000]
    yield from found[:: max(1, len(found) // _MOST)][:_MOST]


@pytest.mark.parametrize("profile", ["basic", "archive"])
@pytest.mark.parametrize("folder", _FOLDERS)
def test_that_no_error_is_new(
    folder: str, profile: str, shared_data: Path, tool: Callable[[str], str], tmp_path: Path
) -> None:
    dciodvfy, state, done = tool("dciodvfy"), State(), 0
    policy = Policy(options=PROFILES[profile], keeps_burned_in=True)
    for path in samples(shared_data / folder):
        try:
            data = deidentify(path, policy, state).data
        except (Refused, UserError) as error:
            assert "still there" not in error.message  # noqa: PT017 - others are what is wrong with the source
            continue
        if "SOPClassUID" not in pydicom.dcmread(path, force=True, stop_before_pixels=True):
            continue  # its class is known only once we have written it, and so are its errors
        (tmp_path / "after.dcm").write_bytes(data)
        new = errors(dciodvfy, tmp_path / "after.dcm") - errors(dciodvfy, path)
        assert not new, path
        done += 1
    assert done or not list(samples(shared_data / folder))


@pytest.mark.parametrize("name", ["axial", "enhanced"])
@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_that_what_is_valid_stays_valid(name: str, profile: str, tool: Callable[[str], str], tmp_path: Path) -> None:
    dataset = small.volume(name).datasets[0]
    save(dataset, tmp_path / "before.dcm")
    (tmp_path / "after.dcm").write_bytes(deidentify(dataset, Policy(options=PROFILES[profile]), State()).data)

    assert errors(tool("dciodvfy"), tmp_path / "after.dcm") <= errors(tool("dciodvfy"), tmp_path / "before.dcm")


@pytest.mark.parametrize("folder", ["cr_dx_mg", "enhanced", "transfer_syntaxes", "us"])
def test_that_the_pixels_are_the_same(folder: str, shared_data: Path) -> None:
    compared = 0
    for path in samples(shared_data / folder):
        try:
            data = deidentify(path, Policy(keeps_burned_in=True), State()).data
            with Image.open(path) as before, Image.from_source(BytesSource(data)) as after:
                assert (before.frame(0).pixels == after.frame(0).pixels).all(), path
        except (Refused, UserError):
            continue
        compared += 1
    assert compared


def test_that_a_segmentation_refers_to_the_images_that_it_was_made_on(shared_data: Path) -> None:
    folder, state = shared_data / "seg" / "dcmqi_23x38x3", State()
    new: dict[str, pydicom.Dataset] = {}
    old: dict[str, pydicom.Dataset] = {}
    for path in sorted(folder.rglob("*.dcm")):
        before: pydicom.Dataset = pydicom.dcmread(path)
        if "Segmentation" in before.SOPClassUID.name or "CT Image" in before.SOPClassUID.name:
            old[path.name] = before
            new[path.name] = pydicom.dcmread(BytesIO(deidentify(path, Policy(), state).data))

    def references(dataset: pydicom.Dataset) -> set[str]:
        return {str(each.value) for each in dataset.iterall() if each.keyword == "ReferencedSOPInstanceUID"}

    resolved = 0
    for name, before in old.items():
        here = {each.SOPInstanceUID for each in old.values()} & references(before)
        there = {each.SOPInstanceUID for each in new.values()} & references(new[name])
        assert len(here) == len(there), name
        resolved += len(there)
    assert resolved
