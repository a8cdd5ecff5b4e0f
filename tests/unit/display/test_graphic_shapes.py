"""Parts of compound graphics, against the words of PS3.3 C.10.5.1.3."""

import numpy as np
import pytest

from workstation.display.graphic_shapes import Parts, compound_parts
from workstation.objects.presentation.marks import arrow
from workstation.objects.presentation.values import Compound, CompoundKind, Tick

SIZE = (200, 100)


def parts(kind: CompoundKind, *points: tuple[float, float], **more: object) -> Parts:
    graphic = Compound(kind, points, **more)  # type: ignore[arg-type]  # fields of the value
    screen = np.array(points, np.float64)
    return compound_parts(graphic, screen, screen[0], size_px=SIZE)


def test_that_the_head_of_an_arrow_is_at_its_first_point() -> None:
    made = parts("ARROW", (20, 20), (60, 20))
    (head,) = made.solids
    assert head[0].tolist() == [20, 20]
    assert head[1:, 0].tolist() == pytest.approx([32, 32])
    ((line, _),) = made.lines
    assert line.tolist() == [[20, 20], [60, 20]]


def test_that_an_arrow_is_written_from_its_tip_to_its_foot() -> None:
    compound = next(each for each in arrow((5.0, 6.0), (30.0, 8.0)) if isinstance(each, Compound))
    assert compound.points == ((30.0, 8.0), (5.0, 6.0))


@pytest.mark.parametrize("kind", ["RULER", "AXIS", "RANGELINE"])
def test_that_a_line_with_ticks_has_two_points_and_no_head(kind: CompoundKind) -> None:
    made = parts(kind, (10, 50), (110, 50), (110, 90), ticks=(Tick(0.0, "a"), Tick(0.5, "b")), shows_labels=True)
    assert made.solids == []
    assert made.lines[0][0].tolist() == [[10, 50], [110, 50]]
    assert [line[:, 0].tolist() for line, _ in made.lines[1:]] == [[10, 10], [60, 60]]
    assert [words for words, _, _ in made.labels] == ["a", "b"]


@pytest.mark.parametrize(("alignment", "rows"), [("TOP", [41, 50]), ("BOTTOM", [50, 59]), ("CENTER", [45.5, 54.5])])
def test_that_ticks_are_aligned_as_seen_along_a_line_to_the_right(alignment: str, rows: list[float]) -> None:
    made = parts("RULER", (10, 50), (110, 50), ticks=(Tick(0.5),), tick_alignment=alignment)
    assert sorted(made.lines[1][0][:, 1].tolist()) == rows


def test_that_a_cross_hair_is_drawn_around_its_origin_and_open_there() -> None:
    made = parts("CROSSHAIR", (100, 50), gap=0.2, diameter=0.6)
    spans = sorted(sorted(line.sum(axis=1).tolist()) for line, _ in made.lines)
    assert spans == [[120, 140], [120, 140], [160, 180], [160, 180]]
