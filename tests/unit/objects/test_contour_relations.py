"""How contours of one structure lie to each other, by hand-made squares and by shapely-like areas of polygons."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.unit.objects import measured as m
from workstation.measure.measuring import measured
from workstation.measure.regions import region_of
from workstation.measure.volumes import measured_contours
from workstation.model.frame import Frame
from workstation.model.geometry import image_to_lps
from workstation.model.marking import Marking, from_json, to_json
from workstation.model.structures import Contour, ContourKind, Structure, StructureSet
from workstation.objects.contour_relations import Relation, relations_of, without_twins
from workstation.objects.found_regions import found_regions
from workstation.objects.structure_contours import ContourFinder

Points = NDArray[np.float64]
SHAPE = (20, 28)


def box(left: float, top: float, right: float, bottom: float) -> Points:
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)


OUTER = box(2.5, 2.5, 12.5, 12.5)


@pytest.mark.parametrize(
    ("other", "relation"),
    [
        (box(14.5, 2.5, 20.5, 12.5), Relation.APART),
        (box(12.5, 2.5, 20.5, 12.5), Relation.APART),  # a border in common
        (box(12.47, 2.5, 20.5, 12.5), Relation.APART),  # and rounded
        (box(4.5, 4.5, 8.5, 8.5), Relation.INSIDE),
        (box(2.5, 2.5, 8.5, 8.5), Relation.INSIDE),  # two borders in common
        (box(2.46, 2.46, 8.5, 8.5), Relation.INSIDE),
        (box(1.5, 1.5, 15.5, 15.5), Relation.INSIDE),  # the other way round
        (box(5.1, 5.1, 5.4, 5.4), Relation.INSIDE),  # without the centre of a pixel
        (box(8.5, 8.5, 16.5, 16.5), Relation.OVERLAPPING),
        (box(0.5, 5.5, 16.5, 8.5), Relation.OVERLAPPING),  # no corner of one in the other: a cross
        (OUTER, Relation.SAME),
        (np.roll(OUTER, 1, axis=0)[::-1], Relation.SAME),  # begun elsewhere, the other way around
    ],
)
def test_that_two_contours_lie_to_each_other_as_they_do(other: Points, relation: Relation) -> None:
    assert relations_of([OUTER, other], SHAPE) == {relation}
    assert relations_of([other, OUTER], SHAPE) == {relation}


def test_that_borders_through_the_centres_of_pixels_are_no_overlap_when_rounded() -> None:
    one, beside, hole = box(2, 2, 12, 12), box(11.99, 2, 20, 12), box(1.99, 4, 8, 8)
    assert relations_of([one, beside], SHAPE) == {Relation.APART}
    assert relations_of([one, hole], SHAPE) == {Relation.INSIDE}


def test_that_what_lies_beside_the_image_says_nothing() -> None:
    assert relations_of([box(-30, -30, -10, -10), box(-20, -20, -5, -5)], SHAPE) == {Relation.APART}
    assert relations_of([OUTER], SHAPE) == frozenset()


def test_that_of_contours_that_are_there_twice_one_stays() -> None:
    kept = without_twins([OUTER, box(4.5, 4.5, 8.5, 8.5), OUTER + 0.001])
    assert [each.tolist() for each in kept] == [OUTER.tolist(), box(4.5, 4.5, 8.5, 8.5).tolist()]


def on_slices(*closed: Points, slices: tuple[int, ...] = (2,)) -> tuple[StructureSet, list[Frame]]:
    """A structure with the same contours on some slices, and those slices."""
    images = m.images()
    contours, frames = [], []
    for at in slices:
        place = m.place(images[at])
        assert place.plane is not None
        contours += [Contour(ContourKind.CLOSED_PLANAR, image_to_lps(place.plane, each)) for each in closed]
        pixels = np.zeros(SHAPE, np.int16)
        frames.append(Frame(pixels, "MONOCHROME2", 16, place.plane.spacing, plane=place.plane))
    uid = str(images[0].FrameOfReferenceUID)
    structure = Structure(7, "Bowel", contours=tuple(contours), frame_of_reference_uid=uid)
    return StructureSet("1.2", "1.3", "Set", (structure,)), frames


def test_that_overlapping_contours_are_even_odd_and_the_region_says_so_wherever_it_goes() -> None:
    other = box(8.5, 8.5, 16.5, 16.5)
    slices = (2, 3, 4)
    structures, frames = on_slices(OUTER, other, slices=slices)
    places = [m.place(each) for each in m.images()]
    found = found_regions(ContourFinder(structures), places)
    assert [each.kind for each in found.annotations] == ["mask"] * 3
    region = region_of(found.annotations[0], SHAPE, m.SPACING)
    assert region.count == 100 + 64 - 2 * 16
    measurement = measured(found.annotations[0], frames[0])
    (note,) = [each for each in measurement.notes if "overlap" in each]
    assert "Bowel" in note
    assert "even-odd" in note
    volume = measured_contours(list(zip(found.annotations, frames, strict=True)))
    assert volume.notes.count(note) == 1  # once, of however many slices
    assert volume.value("volume").value == pytest.approx((100 + 64 - 32) * 3 * 0.8 * 0.8 * 2.5 / 1000)  # type: ignore[union-attr]
    kept = from_json(to_json(Marking(found.annotations)))
    assert kept.annotations == found.annotations
    assert kept.annotations[0].notes == (note,)


def test_that_holes_islands_and_keyholes_say_nothing() -> None:
    places = [m.place(m.images()[2])]
    hole, island = box(4.5, 4.5, 8.5, 8.5), box(15.5, 2.5, 20.5, 8.5)
    keyhole = np.concatenate([OUTER, OUTER[:1], hole, hole[:1]])
    for closed, kinds in (
        ((OUTER, hole), ["mask"]),
        ((OUTER, island), ["polygon", "polygon"]),
        ((keyhole,), ["polygon"]),
        ((OUTER, hole, island), ["mask"]),
    ):
        found = found_regions(ContourFinder(on_slices(*closed)[0]), places)
        assert [each.kind for each in found.annotations] == kinds
        assert all(not each.notes for each in found.annotations)


def test_that_several_parts_can_be_asked_for_together() -> None:
    places = [m.place(m.images()[2])]
    parts = OUTER, box(15.5, 2.5, 20.5, 8.5)
    (found,) = found_regions(ContourFinder(on_slices(*parts)[0]), places, together=True).annotations
    assert region_of(found, SHAPE, m.SPACING).count == 100 + 5 * 6


def test_that_a_contour_that_is_there_twice_is_not_gone() -> None:
    (found,) = found_regions(ContourFinder(on_slices(OUTER, OUTER)[0]), [m.place(m.images()[2])]).annotations
    assert found.kind == "polygon"
    assert region_of(found, SHAPE, m.SPACING).count == 100
    assert any("more than once" in each for each in found.notes)


def test_that_random_polygons_overlap_where_their_pixels_do() -> None:
    """Against masks on a grid eight times as fine, made by OpenCV; those that nearly touch are left out."""
    import cv2

    made, fine = np.random.default_rng(4), 8
    seen = set()
    for _ in range(200):
        pair = []
        for _each in range(2):
            angles = np.sort(made.uniform(0, 2 * np.pi, 9))
            radius = made.uniform(2, 7)
            centre = made.uniform(8, 14, 2)
            pair.append(centre + radius * np.column_stack([np.cos(angles), np.sin(angles)]))
        masks = []
        for points in pair:
            mask = np.zeros((24 * fine, 32 * fine), np.uint8)
            cv2.fillPoly(mask, [np.round(points * fine).astype(np.int32)], 1)
            masks.append(mask.astype(bool))
        both, one, two = (masks[0] & masks[1]).sum(), (masks[0] & ~masks[1]).sum(), (masks[1] & ~masks[0]).sum()
        large = 6 * fine * fine
        if both > large and one > large and two > large:
            assert relations_of(pair, (24, 32)) == {Relation.OVERLAPPING}
            seen.add("overlapping")
        elif both == 0:
            assert relations_of(pair, (24, 32)) == {Relation.APART}
            seen.add("apart")
        elif min(one, two) == 0:
            assert relations_of(pair, (24, 32)) == {Relation.INSIDE}
            seen.add("inside")
    assert seen == {"overlapping", "apart", "inside"}
