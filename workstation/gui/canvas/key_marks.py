"""The star of a key image, and the places of key images along the stack."""

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QFont, QPainter

from workstation.display.view import Size
from workstation.gui import icons
from workstation.gui.canvas.badge import DOWN_SHARE, HEIGHT_PX, MARGIN_PX
from workstation.gui.canvas.scene import Scene

STAR_PX, TEXT_PX = 20, 12
STAR, OTHERS = QColor("#ffd640"), QColor("#a3a7ab")
_DARK = QColor(0, 0, 0, 200)


def paint(painter: QPainter, scene: Scene, size_px: Size, ratio: float) -> None:
    """Paint the star above the badge of presentation states, and a mark at the right edge for each key image."""
    width, height = size_px[0] / ratio, size_px[1] / ratio
    _paint_places(painter, scene, width, height)
    if not scene.is_key and not scene.key_words:
        return
    top = round(height * DOWN_SHARE) - HEIGHT_PX // 2 - STAR_PX - 6
    if top < 0 or width < 60:
        return
    box = QRect(round(width) - MARGIN_PX - STAR_PX, top, STAR_PX, STAR_PX)
    for right, down in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        icons.paint(painter, "key-image", box.translated(right, down), _DARK)
    icons.paint(painter, "key-image", box, STAR if scene.is_key else OTHERS)
    if scene.key_words and scene.text_is_shown and width >= 240:
        _paint_words(painter, scene.key_words, box, width)


def _paint_words(painter: QPainter, words: str, box: QRect, width: float) -> None:
    from PySide6.QtCore import Qt

    from workstation.gui.canvas.outlines import TEXT, lettering

    base = QFont(painter.font())
    base.setFamily(QFont().family())
    font = lettering(base, TEXT_PX)
    fitting = font.metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(width * 0.35))
    place = QPointF(box.left() - 4 - font.width(fitting), box.center().y() + font.ascent_px / 2 - 1)
    font.write(painter, place, fitting, TEXT)


def _paint_places(painter: QPainter, scene: Scene, width: float, height: float) -> None:
    for share in scene.key_places:
        painter.fillRect(QRectF(width - 5, share * (height - 3) - 1, 5, 3), STAR)
