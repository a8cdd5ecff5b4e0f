"""The lens at the pointer: the pixels of the image, larger; painted over everything else in the pane."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from workstation.gui.canvas.scene import Scene

if TYPE_CHECKING:
    from workstation.display.magnifier import Magnifier
    from workstation.display.render import Renderer
    from workstation.display.view import Size

SIDE_PX = 220
RING = QColor("#a3a7ab")


class LensPainter:
    """Paints the lens; ``factor`` is how many times larger than in the pane, None where there is no lens."""

    def __init__(self) -> None:
        self.factor: float | None = None
        self._magnifier: tuple[Renderer, Magnifier] | None = None

    def area(self, at: QPointF) -> QRect:
        """Give what it covers, in logical pixels; nothing where there is none and was none."""
        return QRectF(at.x() - SIDE_PX / 2 - 2, at.y() - SIDE_PX / 2 - 2, SIDE_PX + 4, SIDE_PX + 4).toAlignedRect()

    def paint(self, painter: QPainter, scene: Scene, size_px: "Size", ratio: float, at: QPointF) -> None:
        """Paint it at a point of the pane, in logical pixels."""
        if self.factor is None:
            return
        import numpy as np

        lens = self._of(scene.renderer).lens(
            scene.view,
            size_px,
            (at.x() * ratio - 0.5, at.y() * ratio - 0.5),
            factor=self.factor,
            side_px=round(SIDE_PX * ratio),
        )
        pixels = np.ascontiguousarray(np.dstack((lens.picture, lens.alpha)))
        side = pixels.shape[0]
        image = QImage(pixels.data, side, side, 4 * side, QImage.Format.Format_RGBA8888)
        image.setDevicePixelRatio(ratio)
        corner = QPointF(lens.top_left_px[0] / ratio, lens.top_left_px[1] / ratio)
        painter.drawImage(corner, image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(RING, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QRectF(corner.x(), corner.y(), SIDE_PX, SIDE_PX))

    def _of(self, renderer: "Renderer") -> "Magnifier":
        from workstation.display.magnifier import Magnifier

        if self._magnifier is None or self._magnifier[0] is not renderer:
            self._magnifier = renderer, Magnifier(renderer)
        return self._magnifier[1]
