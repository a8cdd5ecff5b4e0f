"""The picture of a scene as it is painted, made anew only where something changed."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from workstation.gui.canvas.scene import Scene

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from workstation.display.render import Box


class HeldPicture:
    """Holds the picture that was painted last, in memory that is used again as long as the size stays."""

    def __init__(self) -> None:
        self._held: tuple[object, QImage] | None = None
        self._canvas: NDArray[np.uint8] | None = None
        self._black_around: Box | None = None

    def drop(self) -> None:
        """Hold none any more."""
        self._held = None

    def image(self, scene: Scene, size_px: tuple[int, int], ratio: float) -> QImage:
        """Give the picture of a scene.

        Parameters
        ----------
        scene
            What is shown.
        size_px
            Width and height in device pixels.
        ratio
            Device pixels for one of Qt.
        """
        key = (scene.renderer, scene.view, scene.layers, size_px, ratio)
        if self._held is not None and self._held[0] == key:
            return self._held[1]
        import numpy as np

        width, height = size_px
        canvas = self._canvas
        if canvas is None or canvas.shape[:2] != (height, width):
            canvas = self._canvas = np.empty((height, width, 4), np.uint8)
            self._black_around = None
        known = self._black_around
        self._black_around = None  # as long as it is not painted to the end
        box = scene.renderer.paint(scene.view, size_px, canvas, black_around=known)
        self._black_around = None if scene.layers else box
        for layer in scene.layers:
            layer.put_over(canvas, scene.renderer.frame, scene.view, size_px)
        image = QImage(canvas.data, width, height, canvas.strides[0], QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        self._held = (key, image)
        return image
