"""Paths through a volume over the picture of a plane: solid where they are near it, faint elsewhere."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from workstation.gui.canvas.outlines import OUTLINE, lettering
from workstation.gui.theme import PLANE_COLOURS
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from workstation.display.view import Point, Size
    from workstation.gui.canvas.scene import Scene

KNOT_PX, NEAR_PX, CURVE_NEAR_PX = 4.5, 8.0, 5.0
NAME_PX = 11
FAINT = 110
Part = tuple[Literal["knot", "curve"], int]
"""What of a trace is under the pointer: a knot with its number, or the curve."""


@dataclass(frozen=True, slots=True)
class Knot:
    """A point that was set: where its foot is in the image, and whether it is near the plane."""

    at_px: Point
    is_near: bool


@dataclass(frozen=True, slots=True)
class Run:
    """A part of a curve, by image points (column, row), that is near the plane, or not."""

    points_px: tuple[Point, ...]
    is_near: bool


@dataclass(frozen=True, slots=True)
class Trace:
    """A path as it is seen in a picture.

    Parameters
    ----------
    id
        Of the path.
    runs, knots
        Its curve, and the points that were set.
    is_chosen
        It is the one that is worked on: its points are seen and can be taken.
    lit
        Number of the point that the pointer is at; None for none.
    labels
        Words beside image points.
    """

    id: str
    runs: tuple[Run, ...] = ()
    knots: tuple[Knot, ...] = ()
    is_chosen: bool = True
    lit: int | None = None
    labels: tuple[tuple[Point, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """The way from image points to logical pixels of a pane."""

    matrix: NDArray[np.float64]
    ratio: float

    @classmethod
    def of(cls, scene: Scene, size_px: Size, ratio: float) -> Ground:
        """Give it for a scene; ``size_px`` in device pixels."""
        return cls(scene.view.image_to_screen(scene.renderer.frame, size_px), ratio)

    def points(self, points_px: Iterable[Point]) -> NDArray[np.float64]:
        """Give points on the screen, (n, 2)."""
        given = np.array(list(points_px), dtype=np.float64).reshape(-1, 2)
        return np.asarray((given @ self.matrix[:, :2].T + self.matrix[:, 2] + 0.5) / self.ratio)

    def point(self, point_px: Point) -> QPointF:
        """Give a point on the screen."""
        x, y = self.points([point_px])[0]
        return QPointF(float(x), float(y))


def part_at(trace: Trace, ground: Ground, at: QPointF) -> Part | None:
    """Give what of a trace is under a point of the screen that can be taken there: what is near the plane."""
    found = [
        (math.hypot(place.x() - at.x(), place.y() - at.y()), number)
        for number, knot in enumerate(trace.knots)
        if knot.is_near
        for place in (ground.point(knot.at_px),)
    ]
    distance, number = min(found, default=(math.inf, 0))
    if distance <= NEAR_PX:
        return "knot", number
    here = np.array([at.x(), at.y()])
    for run in trace.runs:
        if run.is_near and len(run.points_px) > 1 and _distance(ground.points(run.points_px), here) <= CURVE_NEAR_PX:
            return "curve", 0
    return None


def paint(painter: QPainter, scene: Scene, size_px: Size, ratio: float) -> None:
    """Paint the traces of a scene; ``size_px`` in device pixels, the painter in logical ones."""
    if not scene.traces:
        return
    ground = Ground.of(scene, size_px, ratio)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for trace in scene.traces:
        for run in sorted(trace.runs, key=lambda each: each.is_near):
            _paint_run(painter, ground, run, is_chosen=trace.is_chosen)
        for number, knot in enumerate(trace.knots if trace.is_chosen else ()):
            _paint_knot(painter, ground.point(knot.at_px), is_near=knot.is_near, is_lit=number == trace.lit)
        if scene.text_is_shown:
            font = lettering(painter.font(), NAME_PX)
            for place, words in trace.labels:
                _write(painter, ground.point(place), words, (size_px[0] / ratio, size_px[1] / ratio), font.width(words))


def _write(painter: QPainter, at: QPointF, words: str, size: tuple[float, float], width: float) -> None:
    font = lettering(painter.font(), NAME_PX)
    left = min(max(at.x() + 5, 4.0), size[0] - width - 4)
    base = min(max(at.y() - 4, font.ascent_px + 4.0), size[1] - 6)
    font.write(painter, QPointF(left, base), words, QColor(PLANE_COLOURS["path"]))


def _paint_run(painter: QPainter, ground: Ground, run: Run, *, is_chosen: bool) -> None:
    line = QPolygonF([QPointF(float(x), float(y)) for x, y in ground.points(run.points_px)])
    colour = QColor(PLANE_COLOURS["path"])
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if not run.is_near:
        colour.setAlpha(FAINT)
        painter.setPen(QPen(colour, 1.2))
        painter.drawPolyline(line)
        return
    width = 1.8 if is_chosen else 1.2
    for each, thickness in ((QColor(0, 0, 0, 110), width + 1.6), (colour, width)):
        painter.setPen(QPen(each, thickness, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.drawPolyline(line)


def _paint_knot(painter: QPainter, at: QPointF, *, is_near: bool, is_lit: bool) -> None:
    colour = QColor(PLANE_COLOURS["path"])
    size = KNOT_PX + (1.5 if is_lit else 0.0) if is_near else KNOT_PX - 1.5
    box = QRectF(at.x() - size, at.y() - size, 2 * size, 2 * size)
    if is_near:
        painter.setPen(QPen(OUTLINE, 1.4))
        painter.setBrush(QColor("#ffffff") if is_lit else colour)
    else:
        colour.setAlpha(FAINT)
        painter.setPen(QPen(colour, 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(box)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _distance(points: NDArray[np.float64], at: NDArray[np.float64]) -> float:
    """Give how far a point is from a line."""
    starts, ways = points[:-1], np.diff(points, axis=0)
    lengths = np.maximum((ways**2).sum(axis=1), 1e-12)
    shares = np.clip(((at - starts) * ways).sum(axis=1) / lengths, 0, 1)
    return float(np.hypot(*(starts + shares[:, np.newaxis] * ways - at).T).min())
