"""What was measured on planes: where it is seen again, how it is kept, and how planes go to it."""

import json
from dataclasses import replace

import numpy as np
import pytest

from tests.unit.volume.planes.test_planes_view import GRID, are_square
from workstation.model.annotation import Annotation
from workstation.model.geometry import Plane, dot, plane_normal_lps, point_to_lps
from workstation.model.marking import Marking, from_json, rescued, to_json
from workstation.model.outlines import mask_bits, mask_of
from workstation.model.plane_cut import PlaneCut
from workstation.volume.cutting.slabs import Slab
from workstation.volume.planes import planes_view
from workstation.volume.planes.going import middle_lps, view_through
from workstation.volume.planes.lattice import Lattice, lattice
from workstation.volume.planes.marking import all_seen_on, from_older_work, put_on, seen_coarsely_on, seen_on
from workstation.volume.planes.planes_view import PlanesView, first_view

VIEW = planes_view.line_turned(first_view("v", GRID), "axial", "coronal", 20.0)
SERIES = "1.2.840.77"


def lattice_of(view: PlanesView, coarser: float = 1.0) -> Lattice:
    return lattice(view, GRID, "coronal", coarser=coarser)


def plane_of(view: PlanesView, coarser: float = 1.0) -> Plane:
    return lattice_of(view, coarser).plane


def cut_of(view: PlanesView) -> PlaneCut:
    found = lattice_of(view)
    return PlaneCut(found.plane, found.size_px)


def region() -> Annotation:
    corners = ((20.0, 10.0), (40.0, 10.0), (40.0, 30.0), (20.0, 30.0))
    made = Annotation("a", "rectangle", SERIES, 0, corners, (45.0, 30.0), cut=cut_of(VIEW))
    return made.on_plane(plane_of(VIEW))


def line() -> Annotation:
    made = Annotation("b", "length", SERIES, 0, ((20.0, 10.0), (20.0, 50.0)), (5.0, 5.0), cut=cut_of(VIEW))
    return made.on_plane(plane_of(VIEW))


def test_that_it_keeps_its_place_in_the_patient_on_other_pixels_of_its_plane() -> None:
    each, coarse = region(), plane_of(VIEW, coarser=2.0)
    found = seen_on(each, coarse, 0.1)
    assert found is not None
    for old, new in zip(each.points_lps, found.points_px, strict=True):
        assert point_to_lps(coarse, new) == pytest.approx(old)
    assert point_to_lps(coarse, found.label_px) == pytest.approx(point_to_lps(plane_of(VIEW), each.label_px))
    back = put_on(found, coarse, cut_of(VIEW))
    assert np.array(back.points_px) == pytest.approx(np.array(each.points_px))
    assert back.cut == each.cut


def test_that_on_its_own_plane_it_is_what_it_is() -> None:
    assert seen_on(region(), plane_of(VIEW), 0.0) == region()


def test_that_it_is_seen_on_planes_that_pass_through_it_within_reach_and_on_no_others() -> None:
    near = plane_of(planes_view.scrolled(VIEW, GRID, "coronal", 0.9))
    assert seen_on(region(), near, 1.0) is not None
    assert seen_on(region(), near, 0.8) is None
    elsewhere = replace(plane_of(VIEW), frame_of_reference_uid="9.9")
    assert seen_on(region(), elsewhere, 1.0) is None
    assert seen_on(replace(region(), cut=None), plane_of(VIEW), 1.0) is None, "it is on an image"
    assert [each.id for each in all_seen_on((region(), line()), near, 1.0)] == ["a", "b"]


def test_that_a_region_is_not_seen_across_but_a_line_in_both_planes_is() -> None:
    turned = planes_view.line_turned(VIEW, "axial", "coronal", 30.0)
    assert seen_on(region(), plane_of(turned), 1000.0) is None
    vertical = line()
    at = point_to_lps(plane_of(VIEW), (20.0, 30.0))
    through = planes_view.line_turned(planes_view.with_cross(VIEW, GRID, at), "axial", "coronal", 30.0)
    found = seen_on(vertical, plane_of(through), 0.01)
    assert found is not None
    first, last = (point_to_lps(plane_of(through), each) for each in found.points_px)
    assert abs(first[2] - last[2]) == pytest.approx(40 * 0.8)


def test_that_it_is_kept_with_what_lies_on_images_and_damage_loses_no_others() -> None:
    slab = replace(cut_of(VIEW), stack="time 2 of 3", thickness_mm=4.5, projection="minip", interpolation="cubic")
    marking = Marking((replace(region(), cut=replace(slab, is_as_taken=True)), line()))
    kept = json.loads(json.dumps(to_json(marking)))
    assert from_json(kept) == marking
    damage: list[tuple[str, object]] = [
        ("plane", [0.0] * 11),
        ("plane", [1.0] * 10),
        ("plane", ["1"] * 11),
        ("size", [0, 5]),
        ("size", [3, 70_000]),
        ("size", [3.5, 4]),
        ("thickness_mm", -1.0),
        ("thickness_mm", float("nan")),
        ("projection", "most"),
        ("interpolation", "spline"),
        ("stack", 3),
        ("frame_of_reference", None),
    ]
    for name, value in damage:
        spoilt = json.loads(json.dumps(to_json(marking)))
        spoilt["annotations"][0]["cut"][name] = value
        found, problems = rescued(spoilt)
        assert [each.id for each in found.annotations] == ["b"], name
        assert len(problems) == 1
    spoilt["annotations"][0]["cut"] = "a plane"
    assert [each.id for each in rescued(spoilt)[0].annotations] == ["b"]


def older(*annotations: Annotation) -> dict[str, object]:
    """Give what was measured on planes as older programs kept it."""
    plane = plane_of(VIEW)
    numbers = [*plane.origin_lps, *plane.along_row_lps, *plane.along_column_lps]
    numbers += [plane.spacing.between_rows, plane.spacing.between_columns]
    plain = tuple(replace(each, cut=None, points_lps=(), frame_of_reference_uid="") for each in annotations)
    return {
        "marking": json.loads(json.dumps(to_json(Marking(plain)))),
        "planes": {each.id: [*numbers, plane.frame_of_reference_uid] for each in annotations},
    }


def test_that_what_older_programs_kept_of_planes_comes_back() -> None:
    first, second = from_older_work(older(region(), line()))
    assert (first.points_px, second.points_px) == (region().points_px, line().points_px)
    assert np.array(first.points_lps) == pytest.approx(np.array(region().points_lps))
    assert first.cut is not None
    assert first.cut.plane == plane_of(VIEW)
    assert from_older_work(None) == ()
    spoilt = older(region(), line())
    spoilt["planes"] = {"a": [0.0] * 11 + ["1.2"], "b": "nothing"}
    assert from_older_work(spoilt) == ()
    others: tuple[object, ...] = ([], {"planes": {}}, {"marking": 3}, 5)
    for other in others:
        with pytest.raises(ValueError, match=r".+"):
            from_older_work(other)


def test_that_planes_that_lie_so_only_move_to_it() -> None:
    there = view_through(VIEW, GRID, region())
    assert there.cross_lps == pytest.approx(middle_lps(region()))
    assert there.active == "coronal"
    assert there.plane("axial") == VIEW.plane("axial")
    assert there.plane("coronal").slab == Slab()
    assert seen_on(region(), plane_of(there), 0.01) is not None


def test_that_planes_turn_together_to_what_lies_on_another_and_are_as_thick() -> None:
    plain = first_view("v", GRID)
    thick = replace(region(), cut=replace(cut_of(VIEW), thickness_mm=8.0, projection="mean"))
    there = view_through(plain, GRID, thick)
    assert there.active == "coronal"
    look = there.plane("coronal")
    assert look.slab == Slab(8.0, "mean")
    assert look.along_row_lps == plane_of(VIEW).along_row_lps
    assert abs(dot(look.normal_lps, plane_normal_lps(plane_of(VIEW)))) == pytest.approx(1.0)
    assert are_square(there)
    assert seen_on(thick, plane_of(there), 0.01) is not None
    assert view_through(plain, GRID, replace(region(), cut=None)) == plain


@pytest.mark.parametrize("coarser", [2.0, 3.0])
def test_that_what_is_painted_is_seen_on_larger_pixels_of_its_plane_where_their_middles_are_painted(
    coarser: float,
) -> None:
    columns, rows = lattice_of(VIEW).size_px
    across, down = np.meshgrid(np.arange(columns), np.arange(rows))
    inside = (across - 31) ** 2 + (down - 24) ** 2 < 81
    mask = mask_of(inside)
    assert mask is not None
    ends = ((float(mask.left), float(mask.top)), (mask.left + mask.columns - 1.0, mask.top + mask.rows - 1.0))
    made = Annotation("m", "mask", SERIES, 0, ends, ends[1], mask=mask, cut=cut_of(VIEW)).on_plane(plane_of(VIEW))
    draft = lattice_of(VIEW, coarser)
    assert seen_on(made, draft.plane, 0.5) is None
    seen = seen_coarsely_on(made, draft.plane, 0.5)
    assert seen is not None
    assert seen.mask is not None
    bits = mask_bits(seen.mask)
    for row in range(draft.size_px[1]):
        for column in range(draft.size_px[0]):
            at = column - seen.mask.left, row - seen.mask.top
            is_in = 0 <= at[0] < seen.mask.columns and 0 <= at[1] < seen.mask.rows and bool(bits[at[1], at[0]])
            fine = round(column * coarser), round(row * coarser)
            assert is_in == (fine[0] < columns and fine[1] < rows and bool(inside[fine[1], fine[0]]))
    beside = planes_view.scrolled(VIEW, GRID, "coronal", 5.0)
    assert seen_coarsely_on(made, lattice_of(beside, coarser).plane, 0.5) is None
    turned = planes_view.line_turned(VIEW, "axial", "coronal", 10.0)
    assert seen_coarsely_on(made, lattice_of(turned, coarser).plane, 100.0) is None
    assert seen_coarsely_on(line(), draft.plane, 0.5) is None


def test_that_painted_pixels_between_the_middles_of_larger_ones_are_not_seen() -> None:
    inside = np.zeros(lattice_of(VIEW).size_px[::-1], bool)
    inside[13, 17] = True
    mask = mask_of(inside)
    made = Annotation("m", "mask", SERIES, 0, ((17.0, 13.0),) * 2, (17.0, 13.0), mask=mask, cut=cut_of(VIEW))
    assert seen_coarsely_on(made, lattice_of(VIEW, 2.0).plane, 0.5) is None
