"""Words over a picture, with a soft dark outline."""

import math
from collections import OrderedDict

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap

TEXT = QColor("#e6e7e8")
OUTLINE = QColor(0, 0, 0, 190)
_EDGE_PX = 2
MOST_TEXTS = 400
_texts: "OrderedDict[tuple[object, ...], QPixmap]" = OrderedDict()


def outlined(painter: QPainter, place: QPointF, text: str, font: QFont, colour: QColor) -> None:
    """Write with a soft dark outline, so that it is read over bone and air alike."""
    ratio = painter.device().devicePixelRatioF()
    key = (text, font.key(), colour.rgba(), ratio)
    picture = _texts.get(key)
    if picture is None:
        picture = _texts[key] = _text_picture(text, font, colour, ratio)
        if len(_texts) > MOST_TEXTS:
            _texts.popitem(last=False)
    _texts.move_to_end(key)
    left, top = place.x() - _EDGE_PX, place.y() - QFontMetrics(font).ascent() - _EDGE_PX
    # On whole pixels of the screen: a picture between them would be blurred.
    painter.drawPixmap(QPointF(round(left * ratio) / ratio, round(top * ratio) / ratio), picture)


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
        painter.setPen(OUTLINE)
        at = QPointF(_EDGE_PX, _EDGE_PX + metrics.ascent())
        for right, down in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            painter.drawText(QPointF(at.x() + right, at.y() + down), text)
        painter.setPen(colour)
        painter.drawText(at, text)
    finally:
        painter.end()
    return picture
