"""The bar beside a picture in false colours: which colour stands for which value."""

from collections import OrderedDict

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from workstation.display.colour_tables import ColourBar, colour_bar, table_of
from workstation.display.probe import unit_text
from workstation.display.view import Size
from workstation.display.voi import is_inverse
from workstation.gui.canvas.outlines import OUTLINE, TEXT, Lettering
from workstation.gui.canvas.scene import Scene
from workstation.model.frame import Window

WIDTH_PX, GAP_PX, MARGIN_PX = 10, 6, 8
HEIGHT_SHARE = 0.36
MOST_KEPT = 40
_bars: "OrderedDict[tuple[object, ...], tuple[ColourBar, QImage]]" = OrderedDict()


def paint(painter: QPainter, scene: Scene, size_px: Size, ratio: float, font: Lettering) -> float:
    """Paint the bar at the right edge, and give how much room it takes there; nothing over greys and true colours.

    ``size_px`` is in device pixels, the painter in logical ones.
    """
    frame, view = scene.renderer.frame, scene.view
    if frame.is_colour or table_of(view.colours) is None:
        return 0.0
    width, height = size_px[0] / ratio, size_px[1] / ratio
    bar, picture = _bar(scene, max(1, round(height * HEIGHT_SHARE * ratio)), ratio)
    area = QRectF(width - MARGIN_PX - WIDTH_PX, height * (1 - HEIGHT_SHARE) / 2, WIDTH_PX, height * HEIGHT_SHARE)
    painter.fillRect(area.adjusted(-1, -1, 1, 1), OUTLINE)
    painter.drawImage(area, picture)
    for share, text in bar.ticks[:: len(bar.ticks) - 1]:  # in the middle stands the letter of the side
        words = f"{text} {bar.unit}".strip() if share == 1 else text
        middle = area.bottom() - share * area.height()
        left = area.left() - GAP_PX - font.width(words)
        font.write(painter, QPointF(left, middle + font.ascent_px / 2 - 1), words, TEXT)
    return WIDTH_PX + GAP_PX


def _bar(scene: Scene, height_px: int, ratio: float) -> tuple[ColourBar, QImage]:
    frame, view = scene.renderer.frame, scene.view
    voi, is_inverted = scene.renderer.voi(view), is_inverse(frame) != view.inverted
    scale = scene.scale if isinstance(voi, Window) else None
    key = (view.colours, voi, is_inverted, height_px, ratio, frame.modality.unit, scale)
    found = _bars.get(key)
    if found is None:
        bar = colour_bar(
            view.colours,
            voi if scale is None else scale.voi(voi),
            size_px=(max(1, round(WIDTH_PX * ratio)), height_px),
            unit=unit_text(frame.modality.unit) if scale is None else scale.unit,
            inverse=is_inverted,
        )
        rows, columns = bar.picture.shape[:2]
        stride = bar.picture.strides[0]
        image = QImage(bar.picture.data, columns, rows, stride, QImage.Format.Format_RGB888).copy()
        found = _bars[key] = bar, image
        while len(_bars) > MOST_KEPT:
            _bars.popitem(last=False)
    _bars.move_to_end(key)
    return found
