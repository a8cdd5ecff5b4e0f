"""The words, letters and bar over a picture: small, outlined, and fewer of them where the pane is small."""

import math
from functools import lru_cache
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPixmap

from workstation.display.corner_text import Corners, corner_lines
from workstation.display.header_facts import NO_FACTS
from workstation.display.letters import edge_letters
from workstation.display.render import Renderer
from workstation.display.scale_bar import scale_bar
from workstation.display.view import Side, Size, View
from workstation.gui.canvas import colour_scale, guide_painting, key_marks, marks, shapes, traces
from workstation.gui.canvas.outlines import OUTLINE, TEXT, Lettering, lettering, picture_width, put_down
from workstation.gui.canvas.scene import Scene
from workstation.model.frame import Frame
from workstation.model.geometry import Spacing
from workstation.model.index.records import Instance, Place

MARGIN_PX = 8
BAR_SHARE = 0.2
"""Part of the width that the scale bar may take, and the words beside it may not."""
TEXT_PX, LETTER_PX = 12, 15
MOST_WRAPPED, MOST_BARS = 256, 16
WARNING = QColor("#e0a83c")
_STEPS = ((620, 420, 99), (440, 320, 3), (300, 220, 1), (150, 100, 0))
"""From this width and height on, so many lines a corner; with none only what image it is and which sides are seen."""


def lines_per_corner(width_px: float, height_px: float) -> int | None:
    """Give how many lines a corner may have in a pane of this size, in logical pixels; None where nothing fits."""
    fits = (lines for width, height, lines in _STEPS if width_px >= width and height_px >= height)
    return next(fits, None)


def thinned(corners: Corners, lines: int) -> Corners:
    """Leave out what a small pane has no room for; what changes stays longest: image and window."""
    if lines >= 99:
        return corners
    moving = tuple(line for line in corners.bottom_left if not line.startswith("Zoom"))
    if lines <= 1:
        return Corners((), (), moving[: 1 + lines], ())
    return Corners(corners.top_left[:2], corners.top_right[-1:], moving, corners.bottom_right[:1])


def with_prior(corners: Corners, prior: str, lines: int) -> Corners:
    """Say at the top that an image is of an earlier study; in a tile, above which image it is."""
    if not prior:
        return corners
    if lines == 0:
        return corners._replace(bottom_left=(prior, *corners.bottom_left))
    return corners._replace(top_right=(prior, *corners.top_right))


def clear_of(corners: Corners, at_sides: frozenset[Side]) -> Corners:
    """Bring all words to the other side where the picture begins at one: chest wall and armpit stay free of them."""
    sides = at_sides & {"left", "right"}
    if len(sides) != 1:
        return corners
    top, bottom = corners.top_left + corners.top_right, corners.bottom_right + corners.bottom_left
    return Corners((), top, (), bottom) if "left" in sides else Corners(top, (), bottom, ())


def rehearse() -> None:
    """Draw a small scene into memory, so that fonts, tables and code are there when the first image comes."""
    frame = Frame(np.arange(4096, dtype=np.int16).reshape(64, 64), "MONOCHROME2", 16, Spacing())
    nowhere = Place(Path("rehearsal"))
    instance = Instance((nowhere,), "1", "1", "1", "1", "1", modality="CT")
    scene = Scene(Renderer(frame), View(), instance, (1, 1), warnings=("rehearsal",))
    canvas = QImage(640, 480, QImage.Format.Format_RGB32)
    scene.renderer.picture(scene.view, (640, 480))
    painter = QPainter(canvas)
    try:
        paint(painter, scene, (640, 480), 1.0)
    finally:
        painter.end()


def paint(painter: QPainter, scene: Scene, size_px: Size, ratio: float) -> None:
    """Paint what belongs over the picture; ``size_px`` in device pixels, the painter in logical ones."""
    width, height = size_px[0] / ratio, size_px[1] / ratio
    marks.paint(painter, scene, size_px, ratio)
    guide_painting.paint(painter, scene, size_px, ratio)
    traces.paint(painter, scene, size_px, ratio)
    shapes.paint(painter, scene, size_px, ratio)
    key_marks.paint(painter, scene, size_px, ratio)
    lines = lines_per_corner(width, height)
    small = lettering(painter.font(), TEXT_PX)
    named = 0.0
    if scene.guides is not None:
        room = width / 2 - LETTER_PX - MARGIN_PX
        named = guide_painting.paint_name(painter, scene.guides, QPointF(MARGIN_PX, MARGIN_PX), room, small)
    if lines is None or not scene.text_is_shown:
        return
    frame, view = scene.renderer.frame, scene.view
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # The zoom is that of the picture in pixels of the screen, whatever they are called.
    said = corner_lines(
        scene.instance,
        frame,
        view,
        size_px,
        position=scene.position if scene.guides is None else None,
        voi=scene.renderer.voi(view),
        facts=scene.facts or NO_FACTS,
        templates=scene.templates,
        scale=scene.scale,
    )
    sides = view.at_sides if lines >= 3 else frozenset()
    corners = clear_of(with_prior(thinned(said, lines), scene.prior, lines), sides)
    large = lettering(painter.font(), LETTER_PX, is_bold=True)
    letters = tuple(edge_letters(frame.plane, view, patient_orientation=scene.orientation))
    beside = large.width(letters[1]) / 2 if letters[1] else 0.0
    size, is_tile = (width, height), lines == 0
    below = _paint_corners(painter, corners, small, size, is_tile=is_tile, beside_px=beside, named_px=named)
    is_right = not corners.top_left and bool(corners.top_right)
    left = width * 0.55 - MARGIN_PX if is_right else MARGIN_PX
    area = QRectF(left, below + 4, width * 0.45, height * 0.4)
    _paint_warnings(painter, scene.warnings, small, area, lines, is_right=is_right)
    if lines == 0:
        letters = (*letters[:3], "")  # the words below have its place
    has_bar = lines >= 3 and _paint_bar(painter, scene, size_px, ratio, small)
    room = colour_scale.paint(painter, scene, size_px, ratio, small) if lines >= 3 else 0.0
    _paint_letters(painter, letters, large, (width, height), width - room, 34 if has_bar else MARGIN_PX)


def _paint_corners(
    painter: QPainter,
    corners: Corners,
    font: Lettering,
    size: tuple[float, float],
    *,
    is_tile: bool,
    beside_px: float,
    named_px: float,
) -> float:
    """Paint the corners, and give where the first at the top ends.

    A letter at the top takes ``beside_px`` of each, the name of a plane ``named_px`` from the first.
    """
    width, height = size
    step, ratio = font.step_px, painter.device().devicePixelRatioF()
    is_alone = not any((corners.top_left, corners.top_right, corners.bottom_right))  # there is no bar, but a letter
    for number, lines in enumerate(corners):
        is_right, is_low = number % 2 == 1, number >= 2
        share = BAR_SHARE if is_low and not is_alone else 0
        letter = 0 if is_low else beside_px
        room = int(width - 2 * MARGIN_PX if is_tile else width * (1 - share) / 2 - 2 * MARGIN_PX - letter)
        top = height - MARGIN_PX - step * len(lines) if is_low else MARGIN_PX + (named_px if number == 0 else 0)
        for row, line in enumerate(lines):
            picture = font.line_picture(line, room, TEXT, ratio)
            left = width - MARGIN_PX - picture_width(picture) if is_right else MARGIN_PX
            put_down(painter, picture, left, top + row * step)
    return float(MARGIN_PX + step * len(corners.top_left or corners.top_right) + named_px)


def _paint_warnings(
    painter: QPainter, warnings: tuple[str, ...], font: Lettering, area: QRectF, lines: int, *, is_right: bool
) -> None:
    if not warnings or lines < 99:
        return  # the pane has a button that counts them
    top = area.top()
    for warning in warnings:
        rows = wrapped(f"⚠ {warning}", font, int(area.width()))
        for line in rows:
            start = area.right() - font.width(line.strip()) if is_right else area.left()
            font.write(painter, QPointF(start, top + font.ascent_px), line.strip() if is_right else line, WARNING)
            top += font.step_px
        if len(rows) * font.step_px > area.height():
            return


@lru_cache(maxsize=MOST_WRAPPED)
def wrapped(text: str, font: Lettering, width: int) -> tuple[str, ...]:
    """Give a sentence as lines that fit into a width, all but the first set in."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if font.metrics.horizontalAdvance(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append("   " + word)
    return tuple(lines)


def _paint_letters(
    painter: QPainter,
    letters: tuple[str, ...],
    font: Lettering,
    size: tuple[float, float],
    right_end: float,
    above_bottom: float,
) -> None:
    width, height = size
    left, top, right, bottom = letters
    rise = font.ascent_px / 2 - 1
    places = (
        (left, MARGIN_PX, height / 2 + rise),
        (top, width / 2 - font.width(top) / 2, MARGIN_PX + font.ascent_px),
        (right, right_end - MARGIN_PX - font.width(right), height / 2 + rise),
        (bottom, width / 2 - font.width(bottom) / 2, height - above_bottom),
    )
    for text, x, y in places:
        if text:
            font.write(painter, QPointF(x, y), text, TEXT)


def _paint_bar(painter: QPainter, scene: Scene, size_px: Size, ratio: float, font: Lettering) -> bool:
    frame = scene.renderer.frame
    zoom = scene.view.effective_zoom(frame, size_px)
    bar = scale_bar(frame.spacing, zoom, longest_px=size_px[0] * BAR_SHARE)
    if bar is None:
        return False
    length = bar.length_px / ratio
    middle, base = size_px[0] / ratio / 2, size_px[1] / ratio - MARGIN_PX - 1
    corner = math.floor((middle - length / 2 - 4) * ratio) / ratio, math.floor((base - 10) * ratio) / ratio
    picture = _bar_picture(length, middle - length / 2 - corner[0], base - corner[1], ratio)
    painter.drawPixmap(QPointF(*corner), picture)
    label = f"{bar.label} {bar.note}".strip()
    font.write(painter, QPointF(middle - font.width(label) / 2, base - 8), label, TEXT)
    return True


@lru_cache(maxsize=MOST_BARS)
def _bar_picture(length: float, left: float, base: float, ratio: float) -> QPixmap:
    """Give the bar without its label; it begins at ``left`` and lies at ``base``, in logical pixels."""
    picture = QPixmap(math.ceil((left + length + 4) * ratio), math.ceil((base + 4) * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    right = left + length
    path = QPainterPath(QPointF(left, base - 5))
    for x, y in ((left, base), (right, base), (right, base - 5)):
        path.lineTo(x, y)
    painter = QPainter(picture)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for colour, thickness in ((OUTLINE, 4.0), (TEXT, 1.5)):
            pen = QPen(colour, thickness)
            pen.setCapStyle(Qt.PenCapStyle.SquareCap)
            painter.strokePath(path, pen)
    finally:
        painter.end()
    return picture
