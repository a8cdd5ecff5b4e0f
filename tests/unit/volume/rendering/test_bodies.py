"""A table and bones are told apart from a body made by arithmetic."""

import numpy as np
import pytest

from workstation.model.geometry import VolumeGrid
from workstation.model.volume import Volume
from workstation.volume.looks.look3d import Look3D
from workstation.volume.rendering.blocks import Block
from workstation.volume.rendering.bodies import body_part, bone_part
from workstation.volume.rendering.drawing import Rendering

GRID = VolumeGrid(np.diag([2.0, 2.0, 4.0, 1.0]), (24, 100, 100))
SLICE, ROW, COLUMN = np.indices(GRID.shape_kji)
BODY = (((COLUMN - 50) / 36) ** 2 + ((ROW - 45) / 26) ** 2) < 1
LUNG = (((COLUMN - 35) / 9) ** 2 + ((ROW - 45) / 12) ** 2) < 1
TABLE = (ROW >= 71) & (ROW < 75) & (COLUMN > 5) & (COLUMN < 95)  # the back lies on it
VESSEL = ((COLUMN - 60) ** 2 + (ROW - 40) ** 2) < 9
RADIUS = np.hypot(COLUMN - 50, ROW - 62)
CORTEX, MARROW = (RADIUS >= 5) & (RADIUS < 8), RADIUS < 5


def scan() -> np.ndarray:
    hu = np.full(GRID.shape_kji, -1000, np.int16)
    hu[TABLE] = 150
    hu[BODY] = 40
    hu[LUNG] = -850
    hu[VESSEL] = 330
    hu[MARROW] = 120
    hu[CORTEX] = 800
    return hu


def body_of(hu: np.ndarray, slope: float = 1.0, intercept: float = 0.0, *, margin_mm: float = 4.0) -> np.ndarray:
    block = Block(hu, GRID)
    return body_part(block, slope, intercept, margin_mm=margin_mm).on(block)


def bones_of(hu: np.ndarray) -> np.ndarray:
    block = Block(hu, GRID)
    return bone_part(block, 1.0, 0.0).on(block)


def share(mask: np.ndarray, of: np.ndarray) -> float:
    return float(mask[of].mean())


def test_the_table_is_no_part_of_the_body_and_the_lungs_are() -> None:
    body = body_of(scan())
    assert share(body, BODY) > 0.999
    assert share(body, LUNG) == 1
    assert share(body, TABLE & ~BODY & (np.abs(COLUMN - 50) > 25)) == 0
    assert share(body, TABLE & ~BODY) < 0.45


def test_both_legs_are_of_the_body() -> None:
    hu = np.full(GRID.shape_kji, -1000, np.int16)
    hu[TABLE] = 150
    legs = [((COLUMN - at) ** 2 + (ROW - 50) ** 2) < 15**2 for at in (25, 70)]
    legs[1] &= SLICE > 3  # the other foot ends sooner
    for leg in legs:
        hu[leg] = 50
    body = body_of(hu)
    assert [share(body, leg) for leg in legs] == [1.0, 1.0]
    assert share(body, TABLE) < 0.1


def test_under_the_skin_there_is_no_air_of_the_room() -> None:
    hu = scan()
    inside = body_of(hu, margin_mm=-6.0)
    assert inside.any()
    assert not (inside & ~BODY & ~TABLE).any()
    assert share(inside, LUNG) == 1
    assert inside[0].any()
    assert inside[-1].any()


def test_stored_values_are_rescaled_first() -> None:
    stored = ((scan() + 1024) * 2).astype(np.int16)
    body = body_of(stored, 0.5, -1024.0)
    np.testing.assert_array_equal(body, body_of(scan()))


def test_bones_have_their_marrow_and_vessels_are_none() -> None:
    bones = bones_of(scan())
    assert share(bones, CORTEX) == 1
    assert share(bones, MARROW) == 1
    assert share(bones, VESSEL) == 0
    assert share(bones, LUNG) == 0


def test_calcifications_are_no_bones() -> None:
    hu = scan()
    hu[12:14, 30:32, 60:62] = 900
    assert not bones_of(hu)[12:14, 30:32, 60:62].any()


def test_only_ct_has_a_table_and_bones_and_others_stay_whole() -> None:
    drawing = Rendering(Volume(scan(), GRID, 1.0, 0.0, "", (), (), ()))
    whole = drawing.picture(Look3D(), (40, 40))
    assert not drawing.notes
    np.testing.assert_array_equal(drawing.picture(Look3D(removed=frozenset({"table"})), (40, 40)), whole)
    assert drawing.notes == ("Nothing is taken out: table, skin and bones are told apart by the values of CT",)
    drawing.close()


def test_the_smallest_value_is_that_of_the_body() -> None:
    drawing = Rendering(Volume(scan(), GRID, 1.0, 0.0, "HU", (), (), ()))
    picture = drawing.picture(Look3D(method="minip", window=(-400.0, 1200.0)), (100, 100))[..., 0].astype(int)
    drawing.close()
    at = drawing.sight(Look3D(), (100, 100)).seen_at(
        [(70.0, 90.0, 46.0), (120.0, 80.0, 46.0), (2.0, 80.0, 46.0)], (100, 100)
    )
    lung, tissue, outside = np.rint(at).astype(int)
    assert picture[lung[1], lung[0]] == pytest.approx((-850 + 1000) * 255 / 1200, abs=4)
    assert picture[tissue[1], tissue[0]] > 200
    assert picture[outside[1], outside[0]] == 0
