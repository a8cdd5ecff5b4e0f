"""The command that is copied from a measurement: batch understands it, and measures at the same place."""

import base64
import shlex
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.gui.making import instance
from workstation.gui.command_lines import shell_line
from workstation.gui.measure_words import measure_words
from workstation.measure.arguments import Circle, EllipseBox, Painted, RegionText, corners_px
from workstation.measure.regions import region_of
from workstation.model.annotation import Annotation, Mask, Point, Threshold
from workstation.model.annotation_kinds import Kind
from workstation.model.geometry import Spacing, SpacingSource
from workstation.model.index.records import FrameRef, Place
from workstation.model.outlines import mask_of
from workstation.operations.values import Rectangle

SPACING = Spacing(1.5, 0.5, SpacingSource.PIXEL_SPACING)
REF = FrameRef(replace(instance(1), places=(Place(Path("/data/a b.dcm")),)))


def annotation(kind: Kind, *points: Point, **changes: object) -> Annotation:
    return Annotation("1", kind, "1.2", 0, points, (0, 0), **changes)  # type: ignore[arg-type]  # fields of it


def words(kind: Kind, *points: Point, **changes: object) -> list[str]:
    return list(measure_words(annotation(kind, *points, **changes), REF, SPACING))


def test_that_lengths_and_angles_are_written_by_their_points() -> None:
    a, b, c, d = (1.0, 2.0), (30.25, 4.0), (5.0, 6.5), (-7.0, 8.0)
    file = "/data/a b.dcm"
    assert words("length", a, b) == ["measure", "distance", file, "--p1", "1,2", "--p2", "30.25,4"]
    assert words("perpendicular", a, b, c)[-2:] == ["--p3", "5,6.5"]
    assert words("polyline", a, b, c)[3:] == ["--path", "1,2", "30.25,4", "5,6.5"]
    assert words("bidirectional", a, b, c, d)[3:] == ["--long", "1,2,30.25,4", "--short", "5,6.5,-7,8"]
    assert words("ratio", a, b, c, d)[3:] == ["--heart", "1,2,30.25,4", "--chest", "5,6.5,-7,8"]
    assert words("angle", a, b, c)[1:] == ["angle", file, "--vertex", "30.25,4", "--p1", "1,2", "--p2", "5,6.5"]
    assert words("cobb", a, b, c, d)[3:] == ["--line", "1,2,30.25,4", "--line", "5,6.5,-7,8", "--cobb"]
    assert words("point", a)[1:] == ["pixel", file, "--at", "1,2"]
    assert words("profile", a, b)[1:] == ["profile", file, "--p1", "1,2", "--p2", "30.25,4"]


def test_that_frame_name_and_calibration_go_with_it() -> None:
    line = annotation("calibration", (0, 0), (10, 0), known_mm=20.0)
    many = FrameRef(replace(REF.instance, number_of_frames=9), 4)
    length = annotation("length", (1, 2), (3, 4), text="left kidney")
    assert measure_words(length, many, SPACING, lines=[line])[-6:] == (
        *("--frame", "5", "--annotation", "left kidney"),
        *("--calibration", "0,0,10,0=20mm"),
    )


def test_that_a_rectangle_along_pixels_is_a_box_of_them_and_any_other_has_its_corners() -> None:
    points = corners_px(Rectangle(10, 20, 5, 6))
    found = words("rectangle", *points)
    assert found[3:] == ["--statistics", "--roi", "10,20,5,6"]
    read = RegionText.parse(found[-1]).value
    assert isinstance(read, Rectangle)
    assert corners_px(read) == points
    assert words("rectangle", (0, 0), (10.2, 0), (10.2, 5), (0, 5))[4] == "--rectangle"


@pytest.mark.parametrize("degrees", [0.0, 20.0, 50.0, 90.0, 130.0, -40.0])
def test_that_an_ellipse_is_the_same_when_it_is_read_again(degrees: float) -> None:
    turn = np.deg2rad(degrees)
    scale = np.array([0.5, 1.5])
    along, across = np.array([np.cos(turn), np.sin(turn)]) * 12, np.array([-np.sin(turn), np.cos(turn)]) * 5
    centre = np.array([40.25, 30.5])
    ends = [tuple((centre + way / scale).tolist()) for way in (-along, along, -across, across)]
    made = annotation("ellipse", *ends)
    text = words("ellipse", *ends)[-1]
    again = annotation("ellipse", *EllipseBox.parse(text).axes_px())
    inside, same = (region_of(each, (64, 80), SPACING) for each in (made, again))
    assert (inside.left, inside.top) == (same.left, same.top)
    assert np.array_equal(inside.inside, same.inside)


def test_that_the_radius_of_a_circle_is_in_distances_between_columns() -> None:
    assert Circle.parse(words("circle", (20, 20), (20, 22))[-1]).radius == pytest.approx(6)


def test_that_a_sphere_is_where_it_is_in_the_patient() -> None:
    found = words(
        *("sphere", (1, 2), (3, 4)),
        points_lps=((-10.5, 2.0, 3.0), (-10.5, 6.0, 6.0)),
        threshold=Threshold("percent", 41.0),
    )
    assert found[:3] == ["measure", "volume", "/data"]
    assert found[3:] == ["--centre", "-10.5,2,3", "--radius", "5mm", "--threshold", "41%"]


def test_that_a_painted_region_is_given_pixel_by_pixel() -> None:
    mask = mask_of(np.random.default_rng(3).random((20, 31)) > 0.5, left=-4, top=7)
    assert mask is not None
    found = words("mask", (0, 0), (7, 0), mask=mask)
    assert found[1:5] == ["roi", "/data/a b.dcm", "--statistics", "--painted"]
    assert found[5].startswith("-4,7,31,20:")
    assert Painted.parse(found[5]).mask == mask
    assert shlex.split(shell_line(found))[-len(found) :] == found


def test_that_what_is_painted_beyond_a_command_line_has_no_command() -> None:
    mask = mask_of(np.random.default_rng(3).random((512, 512)) > 0.5)
    assert mask is not None
    assert words("mask", (0, 0), (7, 0), mask=mask) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1,2,3:AAAA", "not a painted region"),
        ("1,2,0,4:AAAA", "whole pixels"),
        ("1.5,2,3,4:AAAA", "whole pixels"),
        ("1,2,3,70000:AAAA", "whole pixels"),
        ("1,2,3,4:!!!!", "damaged"),
        ("1,2,3,4:AAAA", "damaged"),
        ("1,2,3,4:ä", "damaged"),
        ("1,2,3,4", "0 pixels for a box"),
    ],
)
def test_that_damaged_pixels_are_refused(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        Painted.parse(text)


def test_that_too_many_and_too_few_pixels_are_refused() -> None:
    box, _colon, letters = str(Painted(Mask(0, 0, 8, 2, b"\xff\x01"))).partition(":")
    assert box == "0,0,8,2"
    for other in ("0,0,8,3", "0,0,8,1"):
        with pytest.raises(ValueError, match="pixels for a box"):
            Painted.parse(f"{other}:{letters}")
    bomb = base64.urlsafe_b64encode(zlib.compress(bytes(10_000_000))).decode("ascii")
    with pytest.raises(ValueError, match="24 pixels for a box of 8 x 2"):
        Painted.parse(f"{box}:{bomb}")


def test_that_an_ellipse_along_the_image_needs_no_turn() -> None:
    assert words("ellipse", (10, 20), (30, 20), (20, 15), (20, 25))[-1] == "10.5,15.5,20,10"
    assert words("ellipse", (20, 10), (20, 30), (15, 20), (25, 20))[-1] == "15.5,10.5,10,20"
