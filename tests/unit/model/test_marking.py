"""Annotations and key images as values: moved, found, put on their plane, written and read; damage is refused."""

import base64
import contextlib
import json
import random
import zlib
from dataclasses import replace

import pytest

from workstation.model.annotation import About, Annotation, Mask, Threshold
from workstation.model.concepts import Code
from workstation.model.geometry import Plane, Spacing
from workstation.model.marking import KeyImage, Marking, from_json, rescued, to_json

NOTE = Annotation("a", "text", "1.2.3", 0, ((3.0, 4.0),), (10.0, 2.0), "here")
ARROW = Annotation("b", "arrow", "1.2.3", 4, ((1.0, 1.0), (5.0, 6.0)), (5.0, 6.0), "", (1, 2, 3), is_locked=True)
PLANE = Plane((10.0, 20.0, 30.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0), Spacing(2.0, 0.5), "1.9")


def test_that_the_words_of_an_arrow_go_with_its_tail_and_stay_with_its_tip() -> None:
    assert ARROW.with_point(1, (6.0, 8.0)).label_px == (6.0, 8.0)
    assert ARROW.with_point(0, (0.0, 0.0)).label_px == ARROW.label_px
    assert NOTE.with_point(0, (0.0, 0.0)).label_px == NOTE.label_px
    moved = ARROW.moved((1, -1))
    assert (moved.points_px, moved.label_px) == (((2.0, 0.0), (6.0, 5.0)), (6.0, 5.0))


def test_that_points_get_their_place_in_the_patient() -> None:
    placed = NOTE.on_plane(PLANE)
    # Column 3 along the rows (0, 1, 0) by 0.5 mm each, row 4 along (1, 0, 0) by 2 mm each.
    (point,) = placed.points_lps
    assert point == pytest.approx((18.0, 21.5, 30.0))
    assert placed.frame_of_reference_uid == "1.9"
    assert placed.on_plane(None).points_lps == ()


def test_that_a_kind_has_its_number_of_points() -> None:
    with pytest.raises(ValueError, match="arrow with 1 points"):
        Annotation("c", "arrow", "1", 0, ((0.0, 0.0),), (0.0, 0.0))


def test_that_annotations_and_stars_are_of_one_frame() -> None:
    marking = Marking().with_annotation(NOTE).with_annotation(ARROW).with_star(KeyImage("1.2.3", 4))
    assert marking.on("1.2.3") == (NOTE,)
    assert marking.on("1.2.3", 4) == (ARROW,)
    assert marking.key_image("1.2.3") is None
    assert marking.with_star(KeyImage("1.2.3", 4, "why")).key_images == (KeyImage("1.2.3", 4, "why"),)
    assert marking.without_star("1.2.3", 4).without_annotation("a").without_annotation("b") == Marking()


def full() -> Marking:
    marking = Marking().with_annotation(NOTE.on_plane(PLANE)).with_annotation(ARROW)
    return marking.with_star(KeyImage("1.2.3", 4, "why")).with_star(KeyImage("1.2.4"))


def test_that_everything_comes_back_from_json() -> None:
    assert from_json(json.loads(json.dumps(to_json(full())))) == full()
    assert from_json(to_json(Marking())) == Marking()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("annotations", 0, "kind"), "circle"),
        (("annotations", 0, "points_px"), [[1, 2], [3, 4]]),
        (("annotations", 0, "points_px"), [["1", 2]]),
        (("annotations", 0, "label_px"), [float("nan"), 0]),
        (("annotations", 0, "label_px"), [1e300, 0]),
        (("annotations", 0, "colour"), [0, 0, 256]),
        (("annotations", 0, "locked"), "yes"),
        (("annotations", 0, "image"), "../../etc"),
        (("annotations", 0, "frame"), -1),
        (("annotations", 0, "text"), 5),
        (("key_images", 0, "image"), ""),
        (("key_images",), "all"),
    ],
)
def test_that_damage_is_refused(path: tuple[str | int, ...], value: object) -> None:
    record = json.loads(json.dumps(to_json(full())))
    at = record
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    with pytest.raises(ValueError, match=r"\w"):
        from_json(record)


def test_that_control_characters_do_not_come_back() -> None:
    record = to_json(full())
    record["annotations"][0]["text"] = "a\x1b[31m\u202eb\n"
    assert from_json(record).annotations[0].text == "a[31mb"


def test_that_no_damage_is_a_bug() -> None:
    rng = random.Random(7)
    text = json.dumps(to_json(full()))
    for _ in range(300):
        at = rng.randrange(len(text))
        damaged = text[:at] + rng.choice('0[]{}",x') + text[at + rng.randrange(3) :]
        with contextlib.suppress(ValueError):
            from_json(json.loads(damaged))


def test_what_a_measurement_is_of_its_pixels_and_threshold_come_back() -> None:
    about = About(
        "1.2.3", "Lesion 1", Code("27925004", "SCT", "Nodule"), role="target", note="was 12 mm", status="too small"
    )
    mask = Mask(10, 20, 5, 3, bytes([0b10110101, 0b11100110]))
    painted = Annotation(
        "a", "mask", "1.2", 0, ((10, 20), (14, 22)), (12, 12), "core", about=about, mask=mask, source_uid="1.9"
    )
    sphere = Annotation("b", "sphere", "1.2", 3, ((5, 5), (9, 5)), (5, 5), threshold=Threshold("percent", 41.0))
    line = Annotation("c", "calibration", "1.2", 0, ((0, 0), (50, 0)), (25, 5), known_mm=100.0)
    marking = Marking((painted, sphere, line))
    assert from_json(json.loads(json.dumps(to_json(marking)))) == marking


def test_a_mask_that_inflates_beyond_its_box_is_refused() -> None:
    mask = Mask(0, 0, 4, 2, b"\xff")
    value = to_json(Marking((Annotation("a", "mask", "1.2", 0, ((0, 0), (3, 1)), (0, 0), mask=mask),)))
    value["annotations"][0]["mask"]["bits"] = base64.b64encode(zlib.compress(bytes(10_000_000))).decode()
    with pytest.raises(ValueError, match="a mask of 4 x 2 pixels"):
        from_json(value)


def test_one_damaged_annotation_loses_no_other() -> None:
    record = json.loads(json.dumps(to_json(full())))
    count = len(record["annotations"])
    record["annotations"][0]["kind"] = "unknown to this version"
    marking, problems = rescued(record)
    assert len(problems) == 1
    assert "unknown to this version" in problems[0]
    assert marking == replace(full(), annotations=full().annotations[1:])
    assert len(marking.annotations) == count - 1


def test_many_annotations_come_back() -> None:
    one = Annotation("0", "length", "1.2", 0, ((0, 0), (50, 0)), (25, 5))
    many = Marking(tuple(replace(one, id=str(number)) for number in range(40_000)))
    assert from_json(to_json(many)) == many


def test_what_other_programs_write_comes_back() -> None:
    about = About("c4b1-not_a{uid}", "Lesion 1")
    brush = Mask(-3, -1, 5, 1, b"\x80")
    marking = Marking(
        (
            Annotation("a", "sphere", "1.2_3-4", 3, ((5, 5), (9, 5)), (5, 5), threshold=Threshold("value", 3e7, 1e12)),
            Annotation("b", "mask", "x" * 80, 0, ((-3, -1), (1, -1)), (0, 0), about=about, mask=brush),
            Annotation("c", "freehand", "1.2", 0, tuple((n % 7.0, n / 9) for n in range(30_000)), (0, 0)),
        )
    )
    assert from_json(json.loads(json.dumps(to_json(marking)))) == marking
