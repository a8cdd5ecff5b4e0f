"""A second volume over planes, as commands draw it, and registrations that commands write and use."""

import re
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pydicom
import pytest
import SimpleITK
from numpy.typing import NDArray

from tests.unit.objects.gate import Tool, findings
from tests.unit.volume.commands import Said, refusal
from workstation.display.colour_tables import colour_table
from workstation.jobs.job import Job
from workstation.model.geometry import Plane, Spacing, SpacingSource, point_to_lps
from workstation.phantoms import small
from workstation.volume.opening import open_volume
from workstation.volume.planes.pictures import resized


def picture(path: Path) -> NDArray[np.float64]:
    return np.asarray(cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB), np.float64)


def test_that_a_pet_in_suv_is_blended_over_a_ct_where_it_lies(demo_study: Path, said: Said, tmp_path: Path) -> None:
    ct, pet = demo_study / "ct-chest-abdomen", demo_study / "pet"
    place = ("--plane-normal", "0,0.2,1")
    (plain,) = said("mpr", ct, "-o", tmp_path / "ct.png", *place)
    (fused,) = said(
        "mpr", ct, "-o", tmp_path / "fused.png", *place, "--over", pet, "--over-colours", "pet",
        "--over-window", "0.5,4.5", "--opacity", "0.6",
    )  # fmt: skip
    over = fused.pop("over")
    assert plain.pop("over") is None
    assert (over["colours"], over["opacity"], over["to_moving"]) == ("pet", 0.6, None)
    assert over["how"] == "by their frame of reference"
    assert over["values"].startswith("0.5 to 4.5 ")
    assert "SUV" in over["values"]
    expected = blended(pet, tmp_path, fused)
    away = np.abs(picture(tmp_path / "fused.png") - expected).max(axis=2)
    assert np.percentile(away, 99.9) <= 3  # at the border of the volume, where SimpleITK goes on for half a voxel, more
    assert away.max() <= 12
    assert np.abs(picture(tmp_path / "fused.png") - picture(tmp_path / "ct.png")).max() > 50


def blended(pet: Path, folder: Path, fused: dict[str, Any]) -> NDArray[np.float64]:
    """Blend the planes of both by hand: those of the PET are resampled by SimpleITK, its SUV by the truth."""
    volume, _ = open_volume([pet], Job())
    factor = factor_of(pet)
    image = SimpleITK.GetImageFromArray(volume.array_kji.astype(np.float64) * volume.slope + volume.intercept)
    to_voxels = np.linalg.inv(volume.grid.affine_lps)
    way = SimpleITK.AffineTransform(3)
    way.SetMatrix(to_voxels[:3, :3].ravel().tolist())
    way.SetTranslation(to_voxels[:3, 3].tolist())
    row, column = np.array(fused["along_row_lps"]), np.array(fused["along_column_lps"])
    reference = SimpleITK.Image([fused["columns"], fused["rows"], 1], SimpleITK.sitkFloat64)
    reference.SetOrigin(fused["first_pixel_lps"])
    reference.SetSpacing([*fused["pixel_mm"], 1.0])
    reference.SetDirection(np.column_stack([row, column, np.cross(row, column)]).ravel().tolist())
    taken = SimpleITK.Resample(image, reference, way, SimpleITK.sitkLinear, 0.0, SimpleITK.sitkFloat64)
    share = np.clip((SimpleITK.GetArrayFromImage(taken)[0] * factor - 0.5) / 4.0, 0, 1)
    alpha = 0.6 * np.clip(share / 0.25, 0, 1)[..., None]
    return np.asarray(picture(folder / "ct.png") * (1 - alpha) + colour_table("pet").colours(share) * alpha)


def factor_of(pet: Path) -> float:
    """Give what makes SUV, as the truth of the demo study tells."""
    text = (pet.parent / "TRUTH.json").read_text(encoding="utf-8")
    (found,) = re.findall(r'"suvbw_per_bq_per_ml": ([0-9.e-]+)', text)
    return float(found)


def test_that_a_registration_is_written_and_used(
    demo_study: Path, said: Said, tool: Tool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head, brain, path = demo_study / "ct-head", demo_study / "mr-brain", tmp_path / "registration.dcm"
    (found,) = said("register", head, "--moving", brain, "-o", path)
    assert findings(tool, path) == []
    assert found["moved_mm"] < 1.0  # the demo patient did not move between the scanners
    assert found["turned_deg"] < 1.0
    assert found["similarity"] > found["before"] - 1e-3
    plane = ("--plane-normal", "0,0,1", "-o", tmp_path / "fused.png")
    (laid,) = said("mpr", head, *plane, "--over", brain, "--registration", path)
    assert laid["over"]["how"].startswith("by registration.dcm: turned 0.")
    assert laid["over"]["to_moving"] == pytest.approx(found["to_moving"], abs=1e-6)
    pet = demo_study / "pet"
    words = refusal(capsys, "mpr", head, *plane, "--over", pet, "--registration", path)
    assert "this registration is not about both series" in words


def test_that_volumes_without_a_common_frame_of_reference_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("axial", "oblique"):
        (tmp_path / name).mkdir()
        small.volume(name).write(tmp_path / name)
    words = refusal(capsys, "mpr", tmp_path / "axial", "-o", tmp_path / "out", "--over", tmp_path / "oblique")
    assert "no common frame of reference" in words
    assert "--register, or" in words


def test_that_both_are_written_as_a_series_in_colour_in_its_place(
    demo_study: Path, said: Said, tmp_path: Path, tool: Tool
) -> None:
    ct, pet = demo_study / "ct-chest-abdomen", demo_study / "pet"
    asked = ("mpr", ct, "--planes", "coronal", "--spacing", "150mm", "--over", pet, "--over-window", "0,8")
    (told,) = said(*asked, "-o", tmp_path / "series", "--format", "dicom")
    said(*asked, "-o", tmp_path / "pictures")
    said("mpr", *asked[1:6], "-o", tmp_path / "plain", "--format", "dicom")
    files = sorted((tmp_path / "series").glob("*.dcm"))
    assert len(files) == told["files"] > 1
    uids = [
        {str(pydicom.dcmread(path, specific_tags=["SOPInstanceUID"]).SOPInstanceUID) for path in folder.glob("*.dcm")}
        for folder in (ct, pet)
    ]
    for number, path in enumerate(files, 1):
        ds, plain = pydicom.dcmread(path), pydicom.dcmread(tmp_path / "plain" / path.name)
        as_png = picture(tmp_path / "pictures" / f"{number:03d}.png")
        assert (ds.pixel_array == as_png).all(), "the picture that is written as PNG"
        for name in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "FrameOfReferenceUID"):
            assert ds[name].value == plain[name].value
        sources = {str(each.ReferencedSOPInstanceUID) for each in ds.SourceImageSequence}
        assert all(sources & those for those in uids), "of both series"
        assert sources <= uids[0] | uids[1]
        assert "PET FDG" in ds.DerivationDescription
        assert "0 to 8 g/ml SUVbw, hot-iron, opacity 0.7" in ds.DerivationDescription
    assert findings(tool, files[0]) == []


def test_that_a_picture_with_other_pixels_covers_the_same() -> None:
    plane = Plane((1.0, 2.0, 3.0), (0.0, 1.0, 0.0), (0.0, 0.0, -1.0), Spacing(2.0, 0.8, SpacingSource.PIXEL_SPACING))
    now = resized(plane, (100, 50), (100, 125))
    assert (now.spacing.between_columns, now.spacing.between_rows) == (0.8, 0.8)
    for old, new in (((-0.5, -0.5), (-0.5, -0.5)), ((99.5, 49.5), (99.5, 124.5))):
        assert point_to_lps(now, new) == pytest.approx(point_to_lps(plane, old))
    assert resized(plane, (100, 50), (100, 50)) is plane


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--register",), "--register is about a second volume"),
        (("--over", "b", "--opacity", "2"), "--opacity is from 0 to 1"),
        (("--over", "b", "--over-window", "5,1"), "from a lower to a higher value"),
        (("--over", "b", "--register", "--registration", "c"), "give one of them"),
    ],
)
def test_that_what_does_not_fit_is_told(
    words: tuple[str, ...], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told in refusal(capsys, "mpr", "a", "-o", tmp_path / "out", *words, code=2)
    assert "--moving" in refusal(capsys, "register", "a", "-o", tmp_path / "out.dcm", code=2)
