"""What was measured on planes: where it is seen again, and how it is kept."""

import json
from dataclasses import replace

import pytest

from tests.unit.volume.test_planes_view import GRID
from workstation.model.annotation import Annotation
from workstation.model.geometry import Plane, point_to_lps
from workstation.volume import planes_view
from workstation.volume.plane_lattice import lattice
from workstation.volume.plane_marking import PlaneAnnotation, PlaneMarking, marking_from_json, marking_json
from workstation.volume.planes_view import PlanesView, first_view

VIEW = planes_view.line_turned(first_view("v", GRID), "axial", "coronal", 20.0)


def plane_of(view: PlanesView, coarser: float = 1.0) -> Plane:
    return lattice(view, GRID, "coronal", coarser=coarser).plane


def region() -> PlaneAnnotation:
    corners = ((20.0, 10.0), (40.0, 10.0), (40.0, 30.0), (20.0, 30.0))
    return PlaneAnnotation(Annotation("a", "rectangle", "1.2", 0, corners, (45.0, 30.0)), plane_of(VIEW))


def line() -> PlaneAnnotation:
    return PlaneAnnotation(
        Annotation("b", "length", "1.2", 0, ((20.0, 10.0), (20.0, 50.0)), (5.0, 5.0)), plane_of(VIEW)
    )


def test_that_it_keeps_its_place_in_the_patient_on_other_pixels_of_its_plane() -> None:
    each = region()
    coarse = plane_of(VIEW, coarser=2.0)
    found = each.on(coarse, 0.1)
    assert found is not None
    for old, new in zip(each.annotation.points_px, found.points_px, strict=True):
        assert point_to_lps(coarse, new) == pytest.approx(point_to_lps(each.plane, old))
    assert point_to_lps(coarse, found.label_px) == pytest.approx(point_to_lps(each.plane, each.annotation.label_px))


def test_that_it_is_seen_on_planes_that_pass_through_it_within_reach_and_on_no_others() -> None:
    near = plane_of(planes_view.scrolled(VIEW, GRID, "coronal", 0.9))
    assert region().on(near, 1.0) is not None
    assert region().on(near, 0.8) is None
    elsewhere = replace(plane_of(VIEW), frame_of_reference_uid="9.9")
    assert region().on(elsewhere, 1.0) is None


def test_that_a_region_is_not_seen_across_but_a_line_in_both_planes_is() -> None:
    turned = planes_view.line_turned(VIEW, "axial", "coronal", 30.0)
    assert region().on(plane_of(turned), 1000.0) is None
    vertical = line()
    at = point_to_lps(vertical.plane, (20.0, 30.0))
    through = planes_view.line_turned(planes_view.with_cross(VIEW, GRID, at), "axial", "coronal", 30.0)
    found = vertical.on(plane_of(through), 0.01)
    assert found is not None
    first, last = (point_to_lps(plane_of(through), each) for each in found.points_px)
    assert abs(first[2] - last[2]) == pytest.approx(40 * 0.8)


def test_that_it_is_put_in_the_place_of_the_one_of_its_id_and_taken_away() -> None:
    marking = PlaneMarking().with_annotation(region()).with_annotation(line())
    moved = PlaneAnnotation(region().annotation.moved((1.0, 0.0)), region().plane)
    assert [each.annotation.id for each in marking.with_annotation(moved).annotations] == ["a", "b"]
    assert marking.with_annotation(moved).annotations[0] == moved
    assert marking.without(frozenset("a")).annotations == (line(),)
    assert len(marking.on(plane_of(VIEW), 0.1)) == 2


def test_that_it_is_kept_as_json_and_damaged_entries_lose_no_others() -> None:
    marking = PlaneMarking((region(), line()))
    kept = json.loads(json.dumps(marking_json(marking)))
    assert marking_from_json(kept) == marking
    kept["planes"]["a"] = [0.0] * 11 + ["1.2.3"]
    assert marking_from_json(kept).annotations == (line(),)
    kept["planes"]["b"] = "nothing"
    assert marking_from_json(kept) == PlaneMarking()
    others: tuple[object, ...] = (None, [], {"planes": {}}, {"marking": 3})
    for other in others:
        with pytest.raises(ValueError, match=r".+"):
            marking_from_json(other)
