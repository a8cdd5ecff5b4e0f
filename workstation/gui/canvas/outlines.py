"""Words over a picture, with a soft dark outline."""

import math
from collections import OrderedDict

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap

TEXT = QColor("#e6e7e8")
OUTLINE = QColor(0, 0, 0, 190)
HALO = QColor(0, 0, 0, 110)
_NEAR = ((-1, 0), (1, 0), (0, -1), (0, 1))
_FAR = ((-1.5, -1.5), (1.5, -1.5), (-1.5, 1.5), (1.5, 1.5))
_EDGE_PX = 2
MOST_TEXTS, MOST_FONTS = 400, 16
_texts: "OrderedDict[tuple[object, ...], QPixmap]" = OrderedDict()


class Lettering:
    """A font with what is measured of it: asking Qt for that at each paint takes longer than to paint the words."""

    def __init__(self, font: QFont) -> None:
        self.font = font
        self.metrics = QFontMetrics(font)
        self.step_px, self.ascent_px = self.metrics.lineSpacing(), self.metrics.ascent()
        self._key = font.key()
        self._widths: dict[str, int] = {}
        self._cut: dict[tuple[str, int], str] = {}

    def width(self, text: str) -> int:
        """Give how far text advances, in logical pixels."""
        found = self._widths.get(text)
        if found is None:
            if len(self._widths) > MOST_TEXTS:
                self._widths.clear()
            found = self._widths[text] = self.metrics.horizontalAdvance(text)
        return found

    def picture(self, text: str, colour: QColor, ratio: float) -> QPixmap:
        """Give the picture of a text with its outline."""
        key = (text, self._key, colour.rgba(), ratio)
        found = _texts.get(key)
        if found is None:
            found = _texts[key] = _text_picture(text, self.font, colour, ratio)
            if len(_texts) > MOST_TEXTS:
                _texts.popitem(last=False)
        _texts.move_to_end(key)
        return found

    def line_picture(self, text: str, room: int, colour: QColor, ratio: float) -> QPixmap:
        """Give the picture of a line, cut where it does not fit into the room."""
        picture = self.picture(text, colour, ratio)
        if picture_width(picture) <= room:
            return picture
        fitting = self._cut.get((text, room))
        if fitting is None:
            if len(self._cut) > MOST_TEXTS:
                self._cut.clear()
            fitting = self._cut[text, room] = self.metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        return self.picture(fitting, colour, ratio)

    def write(self, painter: QPainter, place: QPointF, text: str, colour: QColor) -> None:
        """Write with a soft dark outline, to be read over bone and air alike; the base line begins at ``place``."""
        picture = self.picture(text, colour, painter.device().devicePixelRatioF())
        put_down(painter, picture, place.x(), place.y() - self.ascent_px)


_letterings: dict[tuple[str, int, bool], Lettering] = {}


def lettering(base: QFont, px: int, *, is_bold: bool = False) -> Lettering:
    """Give a font of a painter in another size, made once."""
    key = (base.key(), px, is_bold)
    found = _letterings.get(key)
    if found is None:
        if len(_letterings) > MOST_FONTS:
            _letterings.clear()
        font = QFont(base)
        font.setPixelSize(px)
        if is_bold:
            font.setBold(True)
        found = _letterings[key] = Lettering(font)
    return found


def picture_width(picture: QPixmap) -> float:
    """Give the width of the words in a picture, in logical pixels."""
    return picture.width() / picture.devicePixelRatio() - 2 * _EDGE_PX


def put_down(painter: QPainter, picture: QPixmap, left: float, top: float) -> None:
    """Put a picture of words down on whole pixels of the screen: between them it would be blurred."""
    ratio = picture.devicePixelRatio()
    at = QPointF(round((left - _EDGE_PX) * ratio) / ratio, round((top - _EDGE_PX) * ratio) / ratio)
    painter.drawPixmap(at, picture)


def _text_picture(text: str, font: QFont, colour: QColor, ratio: float) -> QPixmap:
    """Write text into a picture of its own: putting that down again takes a fifth of writing five times over."""
    metrics = QFontMetrics(font)
    bounds = metrics.boundingRect(text)
    width = max(metrics.horizontalAdvance(text), bounds.right() + 1) + 2 * _EDGE_PX
    height = metrics.ascent() + metrics.descent() + 2 * _EDGE_PX
    picture = QPixmap(math.ceil(width * ratio), math.ceil(height * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    try:
        painter.setFont(font)
        at = QPointF(_EDGE_PX, _EDGE_PX + metrics.ascent())
        for ring, around in ((HALO, _FAR), (OUTLINE, _NEAR)):
            painter.setPen(ring)
            for right, down in around:
                painter.drawText(QPointF(at.x() + right, at.y() + down), text)
        painter.setPen(colour)
        painter.drawText(at, text)
    finally:
        painter.end()
    return picture
