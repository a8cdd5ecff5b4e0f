"""Pixels of the sample studies: equal to those that pydicom found where nothing may be lost, near them where it may."""

import csv
import hashlib
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray

from tests.samples import sample_studies
from workstation.model.image import Image
from workstation.model.reading import read_dataset
from workstation.model.refusal import Reason, Refused
from workstation.model.text import person_name

DATA = sample_studies()
pytestmark = pytest.mark.skipif(DATA is None, reason="needs the sample studies in ../shared/data")
ONE_CT = "transfer_syntaxes/one_ct_many_ts"
# Its stream is baseline JPEG under the UID of a lossless process: decoders differ by their arithmetic.
LOSSY_IN_DISGUISE = {"nm_op_ecg/sample-op.dcm"}
MALFORMED = {
    "GH1146.dcm": Reason.PIXELS_MISSING,
    "GH220.dcm": Reason.NO_IMAGE,
    "GH223.dcm": Reason.NO_IMAGE,
    "GH487.dcm": Reason.NO_IMAGE,
    "Issue1097_FailToOpenDeflatedFileWithSQ.dcm": Reason.NO_IMAGE,
    "MR_truncated.dcm": Reason.TRUNCATED,
    "UN_sequence.dcm": Reason.NO_IMAGE,
    "at_invalid.dcm": Reason.PIXELS_MISSING,
    "at_no_value.dcm": Reason.PIXELS_MISSING,
    "duplicates.dcm": Reason.NO_IMAGE,
    "empty_charset_LEI.dcm": Reason.NO_IMAGE,
    "invalid_compression.dcm": Reason.DAMAGED_PIXELS,
    "meta_missing_tsyntax.dcm": Reason.BAD_PIXEL_DESCRIPTION,
    "nested_priv_SQ.dcm": Reason.BAD_PIXEL_DESCRIPTION,
    "no_meta.dcm": Reason.NOT_DICOM,
    "no_meta_group_length.dcm": Reason.NO_IMAGE,
    "priv_SQ.dcm": Reason.NO_IMAGE,
    "rtplan_truncated.dcm": Reason.TRUNCATED,
}


def _rows() -> Iterator[dict[str, str]]:
    if DATA is None:
        return
    with (DATA / "MANIFEST.csv").open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _topics() -> list[str]:
    return sorted({row["path"].split("/")[0] for row in _rows() if row["px_sha256"]})


@pytest.mark.parametrize("topic", _topics())
def test_that_lossless_pixels_are_those_of_the_manifest(topic: str) -> None:
    compared, different = 0, []
    for row in _rows():
        if row["path"].split("/")[0] != topic or not row["px_sha256"] or row["path"] in LOSSY_IN_DISGUISE:
            continue
        with Image.open(_path(row["path"])) as image:
            if not image.transfer_syntax.lossless:
                continue
            compared += 1
            if not any(_digest(pixels, row["px_dtype"]) == row["px_sha256"] for pixels in _both_forms(image)):
                different.append(row["path"])
    assert not different
    assert compared or topic in ("wsi", "xa")


def _both_forms(image: Image) -> Iterator[NDArray[Any]]:
    """As stored, which is how the manifest has palettes; and with YBR made RGB, as it has the other colours."""
    yield _all_frames(image)
    if image.description.samples_per_pixel == 3:
        frames = [image.frame(number).pixels for number in range(image.number_of_frames)]
        yield frames[0] if len(frames) == 1 else np.stack(frames)


def _all_frames(image: Image) -> NDArray[Any]:
    frames = [image.stored(number) for number in range(image.number_of_frames)]
    return frames[0] if len(frames) == 1 else np.stack(frames)


def _digest(pixels: NDArray[Any], dtype: str) -> str:
    return hashlib.sha256(np.ascontiguousarray(pixels.astype(dtype)).tobytes()).hexdigest()[:32]


def _path(name: str) -> Path:
    assert DATA is not None
    return DATA / name


@pytest.mark.filterwarnings("ignore::UserWarning:pydicom")  # the reference warns about an implicit VR
@pytest.mark.parametrize(
    "path",
    [row["path"] for row in _rows() if "JPEG Baseline" in row["ts_name"] and row["px_sha256"]],
)
def test_that_baseline_pixels_are_within_two_levels_of_pydicom(path: str) -> None:
    theirs = pydicom.dcmread(_path(path)).pixel_array
    with Image.open(_path(path)) as image:
        frames = [image.frame(number).pixels for number in range(image.number_of_frames)]
    ours = np.stack(frames) if len(frames) > 1 else frames[0]
    assert np.abs(ours.astype(int) - theirs.astype(int)).max() <= 2


def test_that_one_slice_is_the_same_in_every_lossless_syntax() -> None:
    names = sorted(path.name for path in _path(ONE_CT).iterdir())
    lossless = [name for name in names if not any(f"4.{lossy}.dcm" in name for lossy in (50, 51, 53, 55, 81, 91))]
    pixels = [Image.open(_path(ONE_CT) / name).frame().pixels for name in lossless]
    assert len(pixels) >= 9
    assert all(np.array_equal(each, pixels[0]) for each in pixels)


@pytest.mark.parametrize(("uid", "most"), [("4.81", 1), ("4.91", 5)])
def test_that_the_lossy_slice_is_as_near_as_the_truth_says(uid: str, most: int) -> None:
    folder = _path(ONE_CT)
    lossy = next(path for path in folder.iterdir() if path.name.endswith(f"{uid}.dcm"))
    sound = next(path for path in folder.iterdir() if "LittleEndianExplicit" in path.name)
    difference = Image.open(lossy).frame().pixels.astype(int) - Image.open(sound).frame().pixels
    assert 0 < np.abs(difference).max() <= most


def test_that_malformed_files_are_shown_or_refused_as_known() -> None:
    found: dict[str, Reason] = {}
    for path in sorted(_path("malformed").iterdir()):
        try:
            with Image.open(path) as image:
                for number in range(image.number_of_frames):
                    image.frame(number)
        except Refused as refused:
            found[path.name] = refused.reason
    assert found == MALFORMED


def test_that_a_high_throughput_picture_equals_its_uncompressed_twin() -> None:
    folder = _path("transfer_syntaxes/htj2k")
    assert np.array_equal(Image.open(folder / "VL1_JPH").frame().pixels, Image.open(folder / "VL1_UNC").frame().pixels)


def test_that_a_slide_shows_its_small_tiles_at_the_edge() -> None:
    image = Image.open(_path("wsi/multiframe.dcm"))
    assert image.number_of_frames == 140
    last = image.frame(139).pixels
    assert last.shape == (240, 240, 3)
    assert last[:121, :55].all()
    assert not last[121:].any()
    assert not last[:, 55:].any()


def test_that_deflated_frames_equal_plain_ones() -> None:
    deflated, plain = Image.open(_path("seg/liver_deflate.dcm")), Image.open(_path("seg/liver.dcm"))
    assert all(np.array_equal(deflated.stored(number), plain.stored(number)) for number in range(3))


def test_that_all_character_sets_give_the_names_of_the_truth() -> None:
    truth = json.loads((_path("TRUTH.json")).read_text(encoding="utf-8"))
    names = next(value for key, value in truth.items() if key.startswith("charset_patient_names"))
    for file, (_charset, expected) in names.items():
        ds = read_dataset(_path("charset") / file)
        if expected == "None":
            continue
        assert str(ds.PatientName) == expected, file
        assert person_name(ds.PatientName), file


@pytest.mark.parametrize("file", ["chrSQEncoding.dcm", "chrSQEncoding1.dcm"])
def test_that_items_keep_their_own_character_set(file: str) -> None:
    ds = read_dataset(_path("charset") / file)
    item = ds.RequestedProcedureCodeSequence[0]
    assert str(item.PatientName) == "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう"


@pytest.mark.parametrize("process", ["4.50", "4.51", "4.53", "4.55", "4.57", "4.70"])
def test_that_jpeg_processes_decode_as_in_dcmtk(process: str, tool: Callable[[str], str], tmp_path: Path) -> None:
    program = tool("dcmdjpeg")
    path = next(each for each in _path(ONE_CT).iterdir() if each.name.endswith(f"{process}.dcm"))
    plain = tmp_path / "plain.dcm"
    subprocess.run([program, str(path), str(plain)], check=True, capture_output=True)
    assert np.abs(Image.open(path).stored().astype(int) - Image.open(plain).stored()).max() <= 1
