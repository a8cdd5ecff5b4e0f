"""Names of lines stand where no other words do."""

import math

import pytest
from PySide6.QtCore import QPointF, QRectF, QSizeF

from workstation.gui.canvas.guide_painting import CORNER_PX, WARNINGS_PX, name_place
from workstation.gui.canvas.guides import Laid, LaidLine, reach_px

ROOM, SIZE = QRectF(0, 0, 640, 700), QSizeF(44, 10)


def laid_at(angle_deg: float, cross: QPointF) -> tuple[Laid, LaidLine]:
    along = QPointF(math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg)))
    inner = ROOM.adjusted(34, 26, -34, -46)
    line = LaidLine("sagittal", along, reach_px(cross, -along, inner), reach_px(cross, along, inner), 0.0)
    return Laid(cross, (line,)), line


@pytest.mark.parametrize("angle_deg", range(0, 180, 5))
def test_that_a_name_is_beside_its_line_in_the_pane_and_not_over_the_words_of_a_corner(angle_deg: int) -> None:
    lying, line = laid_at(angle_deg, QPointF(330, 390))
    place = name_place(lying, line, SIZE, ROOM, has_warnings=True)
    assert place is not None
    assert ROOM.contains(place)
    away = place.center() - lying.cross
    assert abs(away.x() * line.across.x() + away.y() * line.across.y()) < 40
    assert not place.intersects(QRectF(0, 0, 0.42 * 640, WARNINGS_PX))


def test_that_the_longer_end_is_named_where_neither_has_other_words() -> None:
    lying, line = laid_at(90, QPointF(330, 300))
    place = name_place(lying, line, SIZE, ROOM, has_warnings=True)
    assert place is not None
    assert place.top() > 300
    lying, line = laid_at(0, QPointF(150, 300))
    place = name_place(lying, line, SIZE, ROOM, has_warnings=True)
    assert place is not None
    assert place.left() > 330


def test_that_a_line_that_leans_to_the_warnings_is_named_at_its_other_end() -> None:
    lying, line = laid_at(50, QPointF(330, 450))
    above = name_place(lying, line, SIZE, ROOM, has_warnings=False)
    below = name_place(lying, line, SIZE, ROOM, has_warnings=True)
    assert above is not None
    assert below is not None
    assert CORNER_PX < above.top() < WARNINGS_PX
    assert below.top() > 450


def test_that_short_lines_have_no_name() -> None:
    line = LaidLine("axial", QPointF(1, 0), 40.0, 50.0, 0.0)
    assert name_place(Laid(QPointF(50, 50), (line,)), line, SIZE, QRectF(0, 0, 100, 100), has_warnings=False) is None
