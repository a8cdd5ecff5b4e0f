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
MOST_TEXTS = 400
_texts: "OrderedDict[tuple[object, ...], QPixmap]" = OrderedDict()


def outlined(painter: QPainter, place: QPointF, text: str, font: QFont, colour: QColor) -> None:
    """Write with a soft dark outline, so that it is read over bone and air alike."""
    picture = _kept_picture(text, font, colour, painter.device().devicePixelRatioF())
    put_down(painter, picture, place.x(), place.y() - QFontMetrics(font).ascent())


def line_picture(text: str, room: int, font: QFont, colour: QColor, ratio: float) -> QPixmap:
    """Give the picture of a line, cut where it does not fit into the room."""
    picture = _kept_picture(text, font, colour, ratio)
    if picture_width(picture) <= room:
        return picture
    fitting = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
    return _kept_picture(fitting, font, colour, ratio)


def picture_width(picture: QPixmap) -> float:
    """Give the width of the words in a picture, in logical pixels."""
    return picture.width() / picture.devicePixelRatio() - 2 * _EDGE_PX


def put_down(painter: QPainter, picture: QPixmap, left: float, top: float) -> None:
    """Put a picture of words down on whole pixels of the screen: between them it would be blurred."""
    ratio = picture.devicePixelRatio()
    at = QPointF(round((left - _EDGE_PX) * ratio) / ratio, round((top - _EDGE_PX) * ratio) / ratio)
    painter.drawPixmap(at, picture)


def _kept_picture(text: str, font: QFont, colour: QColor, ratio: float) -> QPixmap:
    key = (text, font.key(), colour.rgba(), ratio)
    picture = _texts.get(key)
    if picture is None:
        picture = _texts[key] = _text_picture(text, font, colour, ratio)
        if len(_texts) > MOST_TEXTS:
            _texts.popitem(last=False)
    _texts.move_to_end(key)
    return picture


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
