"""Stacks and volumes of the sample series, held against dcm2niix, SimpleITK and the recorded geometry."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK

from workstation.model.even_slices import IN_PLACE_MM
from workstation.model.geometry import lps_to_ijk, offset_mm, tilt_deg
from workstation.model.image import Image
from workstation.model.image_stacks import stacks_of_image
from workstation.model.index.records import Stack
from workstation.model.index.scan import scan
from workstation.model.instance_plane import plane_of
from workstation.model.slice_spacing import slice_spacing
from workstation.model.stacks import stacks_of
from workstation.model.volume import build_volume

SERIES = (
    "ct_chest_lidc0314",
    "ct_head_ge_tilt_varspacing",
    "mr_brain_t1_mrhead",
    "pet_fdg_qin0024/PET",
    "mr_fmri_4d_ge",
    "series_irregular/sliceincrement_002_tilt_gap",
    "seg/ct3slice",
)


def stacks_in(folder: Path, series_instance_uid: str = "") -> tuple[Stack, ...]:
    instances = [each for batch in scan([folder], workers=0) for each in batch.instances]
    return stacks_of(
        [each for each in instances if not series_instance_uid or each.series_instance_uid == series_instance_uid]
    )


def truth(shared_data: Path, part: str) -> Any:
    return json.loads((shared_data / "TRUTH.json").read_text())[part]


@pytest.mark.parametrize("name", SERIES)
def test_that_the_geometry_is_as_recorded(name: str, shared_data: Path) -> None:
    (known,) = [each for each in truth(shared_data, "series_geometry") if each["dir"] == f"dev/{name}"]
    stacks = stacks_in(shared_data / name, known["SeriesInstanceUID"])
    assert sum(len(stack.frames) for stack in stacks) == known["n"]
    assert len(stacks) == known["n"] // known["nuniq"]
    for stack in stacks:
        assert stack.is_volume
        planes = [plane for frame in stack.frames if (plane := plane_of(frame.instance)) is not None]
        spacing = slice_spacing([offset_mm(plane) for plane in planes])
        # The recorded distances are along z or along the normal; a tilt is the difference.
        cosine = np.cos(np.radians(known["shear_deg"]))
        nearest = [known["dz"][-1], known["dz"][-1] * cosine]
        assert min(abs(spacing.largest_mm - each) for each in nearest) < 0.01
        assert tilt_deg(planes[0], planes[-1]) == pytest.approx(known["shear_deg"], abs=0.01)


def test_that_what_is_odd_is_told_with_its_numbers(shared_data: Path) -> None:
    def notes(name: str) -> tuple[str, ...]:
        (stack,) = stacks_in(shared_data / name)
        return stack.notes

    assert notes("ct_chest_lidc0314") == (
        "80 slices carry different frames of reference; shown as one volume by position",
    )
    assert notes("series_irregular") == ("1 slice missing between 3 and 4", "Gantry tilted by 15.5 degrees")
    assert notes("mr_brain_t1_mrhead") == ()
    uneven, tilted = max((stack.notes for stack in stacks_in(shared_data / "ct_head_ge_tilt_varspacing")), key=len)
    assert re.fullmatch(r"Spacing varies from 1\.1 to 7\.0 mm", uneven)
    assert tilted == "Gantry tilted by 18.5 degrees"


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("ct_head_ge_tilt_varspacing", "ct_head_ge"),
        ("mr_brain_t1_mrhead", "mr_brain_t1_mrhead"),
        ("pet_fdg_qin0024/PET", "pet_fdg_qin0024"),
        ("mr_fmri_4d_ge", "mr_fmri_4d_ge (repo Ref)"),
    ],
)
def test_that_voxels_lie_where_dcm2niix_puts_them(name: str, reference: str, shared_data: Path) -> None:
    known = truth(shared_data, "dcm2niix_reference")[reference][0]
    # dcm2niix keeps uneven slices as they are under a mean step, so those are compared without interpolation.
    longest = max(stacks_in(shared_data / name), key=lambda stack: (len(stack.frames), -_first_number(stack)))
    volume = build_volume(longest, even=False)
    # Its first step, of uneven ones, is not ours: the mean. Voxels are compared in a grid that has its step.
    affine_lps = np.diag([-1.0, -1.0, 1.0, 1.0]) @ np.array(known["affine_RAS"])
    for text, value in known["voxel_samples"].items():
        index = [int(part) for part in re.findall(r"\d+", text)]
        point = (affine_lps @ [*index, 1.0])[:3]
        if name == "ct_head_ge_tilt_varspacing":
            i, j, k = index[0], known["shape"][1] - 1 - index[1], index[2]
        else:
            i, j, k = np.rint(lps_to_ijk(volume.grid, [point])[0]).astype(int)
            np.testing.assert_allclose(lps_to_ijk(volume.grid, [point])[0], (i, j, k), atol=0.05)
        assert float(volume.modality_values(k)[j, i]) == pytest.approx(
            value, rel=5e-4, abs=1.1 * known["scl_slope"] / 2
        )


def _first_number(stack: Stack) -> int:
    return min(frame.instance.instance_number or 0 for frame in stack.frames)


@pytest.mark.parametrize("name", SERIES)
def test_that_all_voxels_equal_those_of_simpleitk(name: str, shared_data: Path) -> None:
    for stack in stacks_in(shared_data / name)[:2]:
        if len(stack.frames) < 2:
            continue
        volume = build_volume(stack, even=False)
        for k, frame in enumerate(stack.frames):
            if k % 7 and k != len(stack.frames) - 1:
                continue
            image = SimpleITK.ReadImage(str(frame.instance.place.path))
            expected = SimpleITK.GetArrayFromImage(image)[0]
            np.testing.assert_allclose(volume.modality_values(k), expected, rtol=1e-6)
            np.testing.assert_allclose(volume.plane(k).spacing.between_rows, image.GetSpacing()[1], rtol=1e-6)
            if not stack.notes:
                np.testing.assert_allclose(volume.plane(k).origin_lps, image.GetOrigin(), atol=0.01)


def test_that_the_grid_of_a_plain_series_is_that_of_simpleitk(shared_data: Path) -> None:
    for name in ("ct_chest_lidc0314", "mr_brain_t1_mrhead", "pet_fdg_qin0024/PET"):
        (stack,) = stacks_in(shared_data / name)
        volume = build_volume(stack)
        reader = SimpleITK.ImageSeriesReader()
        reader.SetFileNames([str(frame.instance.place.path) for frame in stack.frames])
        image = reader.Execute()
        for ijk in ((0, 0, 0), (10, 20, 30), (volume.grid.shape_kji[2] - 1, 5, volume.grid.shape_kji[0] - 1)):
            point = image.TransformContinuousIndexToPhysicalPoint([float(x) for x in ijk])
            np.testing.assert_allclose(lps_to_ijk(volume.grid, [point])[0], ijk, atol=0.01)


def test_that_the_tilted_head_made_even_keeps_its_slices(shared_data: Path) -> None:
    stack = max(stacks_in(shared_data / "ct_head_ge_tilt_varspacing"), key=lambda each: len(each.frames))
    acquired, even = build_volume(stack, even=False), build_volume(stack)
    assert even.array_kji.dtype == np.int16
    step_mm = float(np.linalg.norm(even.grid.affine_lps[:3, 2]))
    for index, k in enumerate(even.frame_k):
        plane = plane_of(stack.frames[index].instance)
        assert plane is not None
        np.testing.assert_allclose(lps_to_ijk(even.grid, [plane.origin_lps])[0], (0, 0, k), atol=0.01)
        nearest = even.array_kji[round(k)].astype(float)
        if abs(k - round(k)) * step_mm < IN_PLACE_MM:
            np.testing.assert_array_equal(nearest, acquired.array_kji[index])


def test_that_enhanced_samples_make_volumes(shared_data: Path) -> None:
    folder = shared_data / "enhanced" / "ct0012_frames_encodings"
    volumes = []
    for batch in scan([folder], workers=0):
        for instance in batch.instances:
            with Image.open(instance.place) as image:
                (stack,) = stacks_of_image(image, instance)
            volumes.append(build_volume(stack))
    assert len(volumes) == 4
    for volume in volumes[1:]:
        np.testing.assert_array_equal(volume.array_kji, volumes[0].array_kji)
        np.testing.assert_allclose(volume.grid.affine_lps, volumes[0].grid.affine_lps)
