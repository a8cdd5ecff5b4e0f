"""The same place in another series, as HU and SUV of one region need it."""

import math

import numpy as np
import pytest

from tests.measure_samples import annotation, frame, numbers, painted, spacing
from workstation.errors import UserError
from workstation.measure.elsewhere import carried, elsewhere
from workstation.measure.measuring import measured
from workstation.model.geometry import Plane, image_to_lps
from workstation.model.outlines import mask_bits

CT = Plane((-100.0, -90.0, 40.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), spacing(0.7), "1.2")
TURN = math.radians(30)
PET = Plane(
    (-150.0, -60.0, 41.0),
    (math.cos(TURN), math.sin(TURN), 0.0),
    (-math.sin(TURN), math.cos(TURN), 0.0),
    spacing(4.0, 3.0),
    "1.2",
)


def test_that_points_stay_where_they_are_in_the_patient() -> None:
    drawn = annotation("length", [(100, 120), (160, 90)])
    there = carried(drawn, CT, PET)
    here = image_to_lps(CT, drawn.points_px) + (0, 0, 1.0)  # noqa: RUF005  # an array
    np.testing.assert_allclose(image_to_lps(PET, there.points_px), here, atol=1e-9)
    np.testing.assert_allclose(there.points_lps, here, atol=1e-9)
    assert there.frame_of_reference_uid == "1.2"


@pytest.mark.parametrize("kind", ["circle", "length", "polygon"])
def test_that_sizes_are_the_same_in_both_series(kind: str) -> None:
    points = [(100, 100), (140, 100), (120, 150)][: 3 if kind == "polygon" else 2]
    drawn = annotation(kind, points)  # type: ignore[arg-type]
    ct = frame(np.zeros((300, 300), np.int16), CT.spacing, plane=CT)
    pet = frame(np.zeros((128, 128), np.int16), PET.spacing, plane=PET)
    one, other = numbers(measured(drawn, ct)), numbers(measured(carried(drawn, CT, PET), pet))
    for key in {"area", "perimeter", "radius", "length"} & set(one):
        assert other[key] == pytest.approx(one[key])


def test_that_painted_pixels_cover_the_same_place() -> None:
    drawn = painted(np.ones((60, 80)), 100, 90)
    there = carried(drawn, CT, PET)
    assert there.mask is not None
    covered = int(mask_bits(there.mask).sum()) * 12.0
    assert covered == pytest.approx(60 * 80 * 0.49, rel=0.05)
    back = carried(there, PET, CT)
    assert back.mask is not None
    assert int(mask_bits(back.mask).sum()) * 0.49 == pytest.approx(covered, rel=0.02)


def planes(step: float, uid: str = "1.2") -> list[Plane]:
    return [Plane((0.0, 0.0, step * at), PET.along_row_lps, PET.along_column_lps, PET.spacing, uid) for at in range(30)]


def test_that_the_nearest_slice_is_taken() -> None:
    found = elsewhere(annotation("point", [(5, 5)]), CT, [None, *planes(3.0)], 1.5)
    assert found.index == 14
    assert found.away_mm == pytest.approx(1.0)


def test_that_what_lies_elsewhere_is_refused_in_words() -> None:
    drawn = annotation("point", [(5, 5)])
    with pytest.raises(UserError, match=r"frame of reference 1\.2, the other images lie in 9\.9"):
        elsewhere(drawn, CT, planes(3.0, "9.9"), 1.5)
    with pytest.raises(UserError, match="No slice"):
        elsewhere(drawn, CT, planes(0.5), 0.25)
    with pytest.raises(UserError, match="No slice"):
        elsewhere(drawn, CT, [Plane((0.0, 0.0, 40.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), spacing(1.0), "1.2")], 9.0)
    with pytest.raises(UserError, match="lie in none"):
        elsewhere(drawn, CT, [None], 9.0)
