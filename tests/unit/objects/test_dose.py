"""Doses on images: the values of SimpleITK, on planes of any direction, and nothing where nobody knows."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK
from numpy.typing import NDArray
from pydicom import Dataset

from tests.dose_samples import SCALING, dose_object
from workstation.errors import UserError
from workstation.model.geometry import Plane, Spacing, SpacingSource
from workstation.model.image import Image
from workstation.model.refusal import Refused
from workstation.objects.dose import DoseGrid
from workstation.objects.segment_masks import ImagePlace
from workstation.phantoms import small

UID = "2.25.77"
ORIGIN, SPACING = (-30.0, -20.0, 5.0), (4.0, 2.5, 3.0)
_K, _J, _I = np.mgrid[0:7, 0:15, 0:18]
VALUES = 20 + 15 * np.sin(_K / 2) + 10 * np.cos(_J / 3) + 0.8 * _I


def opened(folder: Path, ds: Dataset) -> DoseGrid:
    ds.save_as(folder / "dose.dcm", enforce_file_format=True)
    return DoseGrid.open(folder / "dose.dcm")


def place_on(
    origin: tuple[float, float, float],
    along_row: tuple[float, float, float] = (1.0, 0.0, 0.0),
    along_column: tuple[float, float, float] = (0.0, 1.0, 0.0),
    uid: str = UID,
) -> ImagePlace:
    spacing = Spacing(1.1, 0.9, SpacingSource.PIXEL_SPACING)
    return ImagePlace("2.25.1", 0, 40, 60, Plane(origin, along_row, along_column, spacing, uid))


def by_simpleitk(place: ImagePlace) -> NDArray[Any]:
    grid = SimpleITK.GetImageFromArray(np.rint(VALUES / SCALING) * SCALING)
    grid.SetSpacing(SPACING[::-1])
    grid.SetOrigin(ORIGIN)
    plane = place.plane
    assert plane is not None
    third = np.cross(plane.along_row_lps, plane.along_column_lps)
    like = SimpleITK.Image(place.columns, place.rows, 1, SimpleITK.sitkFloat64)
    like.SetOrigin(plane.origin_lps)
    like.SetSpacing((plane.spacing.between_columns, plane.spacing.between_rows, 1.0))
    like.SetDirection(np.column_stack([plane.along_row_lps, plane.along_column_lps, third]).ravel().tolist())
    found = SimpleITK.Resample(grid, like, SimpleITK.Transform(), SimpleITK.sitkLinear, -1.0)
    values: NDArray[np.float64] = SimpleITK.GetArrayFromImage(found)[0]
    return values


_ROOT = 0.5**0.5


@pytest.mark.parametrize(
    "place",
    [
        place_on((-28.0, -18.0, 5.0)),
        place_on((-28.3, -18.7, 14.2)),
        place_on((-50.0, -40.0, 20.0)),
        place_on((0.0, -18.0, 5.5), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
        place_on((10.0, 10.0, 8.0), (-1.0, 0.0, 0.0), (0.0, -1.0, 0.0)),
        place_on((-28.0, -18.0, 6.0), (_ROOT, _ROOT, 0.0), (-_ROOT, _ROOT, 0.0)),
        place_on((-28.0, -18.0, 6.0), (_ROOT, 0.0, _ROOT), (0.0, 1.0, 0.0)),
    ],
    ids=["on a plane", "between planes", "partly outside", "sagittal", "turned round", "askew", "oblique"],
)
def test_that_the_dose_on_an_image_is_that_of_simpleitk(tmp_path: Path, place: ImagePlace) -> None:
    grid = opened(tmp_path, dose_object(VALUES, ORIGIN, SPACING, frame_of_reference_uid=UID))
    ours, theirs = grid.dose_for(place), by_simpleitk(place)
    assert ours is not None
    assert ours.shape == (40, 60)
    inside = ~np.isnan(ours) & (theirs >= 0)
    assert inside.sum() > 200
    np.testing.assert_allclose(ours[inside], theirs[inside], atol=2e-4)
    # SimpleITK gives values up to half a spacing beyond the outermost points; nobody computed a dose there.
    assert not (~np.isnan(ours) & (theirs < 0)).any()


@pytest.mark.parametrize(
    ("offsets", "origin_z"),
    [
        ([0.0, 4, 8, 12, 16, 20, 24], 5.0),
        ([5.0, 9, 13, 17, 21, 25, 29], 5.0),
        ([0.0, -4, -8, -12, -16, -20, -24], 29.0),
    ],
    ids=["relative", "absolute", "from the far end"],
)
def test_that_planes_lie_where_their_offsets_say(tmp_path: Path, offsets: list[float], origin_z: float) -> None:
    values = VALUES if offsets[0] < offsets[-1] else VALUES[::-1]
    origin = (*ORIGIN[:2], origin_z)
    made = dose_object(values, origin, SPACING, frame_of_reference_uid=UID, offsets=offsets)
    grid = opened(tmp_path, made)
    place = place_on((-28.0, -18.0, 14.2))
    found = grid.dose_for(place)
    assert found is not None
    expected = by_simpleitk(place)
    inside = ~np.isnan(found)
    np.testing.assert_allclose(found[inside], expected[inside], atol=2e-4)


def test_that_uneven_planes_are_interpolated_between_their_own_distances(tmp_path: Path) -> None:
    values = np.stack([np.full((4, 4), value) for value in (10.0, 20.0, 40.0)])
    made = dose_object(values, (0, 0, 0), (1, 5, 5), frame_of_reference_uid=UID, offsets=[0.0, 2.0, 10.0])
    grid = opened(tmp_path, made)
    plane = replace(place_on((2.0, 2.0, 0.0)), rows=3, columns=3)
    for z, expected in ((0.0, 10), (1.0, 15), (2.0, 20), (6.0, 30), (10.0, 40)):
        at = replace(plane, plane=Plane((2.0, 2.0, z), (1, 0, 0), (0, 1, 0), Spacing(1, 1), UID))
        found = grid.dose_for(at)
        assert found is not None
        np.testing.assert_allclose(found, expected, atol=1e-6)
    for z in (-0.1, 10.1):
        beyond = replace(plane, plane=Plane((2.0, 2.0, z), (1, 0, 0), (0, 1, 0), Spacing(1, 1), UID))
        assert grid.dose_for(beyond) is None


def test_that_images_of_another_space_or_none_have_no_dose(tmp_path: Path) -> None:
    grid = opened(tmp_path, dose_object(VALUES, ORIGIN, SPACING, frame_of_reference_uid=UID))
    here = place_on((-28.0, -18.0, 14.2))
    assert grid.lies_with(here)
    assert grid.dose_for(here) is not None
    for other in (
        place_on((-28.0, -18.0, 14.2), uid="2.25.5"),
        place_on((-28.0, -18.0, 14.2), uid=""),
        replace(here, plane=None),
    ):
        assert not grid.lies_with(other)
        assert grid.dose_for(other) is None
    assert grid.dose_for(replace(here, sop_instance_uid=grid.dose.sop_instance_uid)) is None, "not over itself"
    nowhere = opened(tmp_path, dose_object(VALUES, ORIGIN, SPACING, frame_of_reference_uid=""))
    assert nowhere.dose_for(place_on((-28.0, -18.0, 14.2), uid="")) is None


def test_that_levels_are_shares_of_the_greatest_dose_with_its_unit(tmp_path: Path) -> None:
    grid = opened(tmp_path, dose_object(VALUES, ORIGIN, SPACING, frame_of_reference_uid=UID, DoseComment="boost\x07"))
    greatest = float(np.rint(VALUES / SCALING).max() * SCALING)
    assert grid.dose.greatest == pytest.approx(greatest)
    assert (grid.dose.unit, grid.dose.kind, grid.dose.label) == ("Gy", "plan, physical", "Dose boost")
    for level in grid.dose.levels:
        assert level.dose == pytest.approx(greatest * level.number / 100)
    assert [level.number for level in grid.dose.levels] == [95, 90, 80, 70, 50, 30, 10]
    assert grid.dose.levels[0].name == f"95 %   {greatest * 0.95:.2f} Gy"
    relative = opened(
        tmp_path, dose_object(VALUES / 40, ORIGIN, SPACING, frame_of_reference_uid=UID, DoseUnits="RELATIVE")
    )
    assert "(relative)" in relative.dose.levels[0].name
    empty = opened(tmp_path, dose_object(VALUES * 0, ORIGIN, SPACING, frame_of_reference_uid=UID))
    assert empty.dose.levels == ()
    assert empty.dose.notes == ("The dose is zero everywhere.",)


def test_that_what_is_no_dose_or_says_too_little_is_told(tmp_path: Path) -> None:
    (image, *_) = small.volume("axial").write(tmp_path)
    with pytest.raises(Refused, match="no dose"):
        DoseGrid.open(image)
    made = dose_object(VALUES, ORIGIN, SPACING, frame_of_reference_uid=UID)
    del made.DoseGridScaling
    with pytest.raises(UserError, match="how its values are scaled"):
        opened(tmp_path, made)


def test_that_a_real_dose_has_its_own_values_on_its_own_planes(shared_data: Path) -> None:
    path = shared_data / "rt" / "rtdose.dcm"
    grid = DoseGrid.open(path)
    with Image.open(path) as image:
        for number in range(image.number_of_frames):
            frame = image.frame(number)
            found = grid.dose_for(ImagePlace.of("2.25.1", frame))
            assert found is not None
            np.testing.assert_allclose(found, frame.modality_values(), rtol=1e-6)
