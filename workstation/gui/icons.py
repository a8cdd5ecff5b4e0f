"""Icons from one set: Material Design Icons, from the font that QtAwesome carries.

The glyphs are drawn from the font file itself: importing QtAwesome loads every set it has, which takes half as long as
everything else that happens before the window is there.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

_FONT = "fonts/materialdesignicons6-webfont-6.9.96.ttf"
SIZE_PX = 20
GLYPHS = {
    "menu": 0xF035C,
    "files": 0xF0EED,
    "folder": 0xF0DCF,
    "history": 0xF02DA,
    "search": 0xF0349,
    "close": 0xF0156,
    "copy": 0xF018F,
    "command": 0xF018D,
    "window": 0xF0196,
    "invert": 0xF0301,
    "rotate-right": 0xF0467,
    "rotate-left": 0xF0465,
    "flip-h": 0xF10E7,
    "flip-v": 0xF10E8,
    "fit": 0xF18F5,
    "reset": 0xF099B,
    "theme": 0xF050E,
    "help": 0xF0625,
    "error": 0xF05D6,
    "warning": 0xF002A,
    "information": 0xF02FD,
    "unreadable": 0xF0A4C,
    "document": 0xF09EE,
    "import": 0xF0120,
    "demo": 0xF02E6,
    "text": 0xF09A9,
    "tags": 0xF04FD,
    "save": 0xF0818,
    "layout": 0xF0570,
    "maximise": 0xF0293,
    "tiles": 0xF02C1,
    "link": 0xF0337,
    "undo": 0xF054C,
    "redo": 0xF044E,
    "lines": 0xF055E,
    "cine": 0xF040A,
    "pause": 0xF03E4,
    "key-image": 0xF04CE,
    "palette": 0xF0633,
    "hanging": 0xF056E,
    "export": 0xF0207,
    "print": 0xF042A,
    "colours": 0xF03D8,
    "presets": 0xF1542,
    "corner-text": 0xF0B78,
    "segments": 0xF0328,
    "states": 0xF11E4,
    "note": 0xF0189,
    "arrow": 0xF005B,
    "annotations": 0xF0F49,
    "key-images": 0xF1287,
    "lock": 0xF0341,
    "magnifier": 0xF06ED,
    "true-size": 0xF046D,
    "keyboard": 0xF097B,
    "check": 0xF012C,
    "verify": 0xF0CC8,
    "cross": 0xF1398,
    "minus": 0xF0374,
    "add": 0xF0415,
    "delete": 0xF09E7,
    "up": 0xF005D,
    "down": 0xF0045,
    "duplicate": 0xF0191,
    "length": 0xF0E77,
    "bidirectional": 0xF0041,
    "angle": 0xF0937,
    "rectangle": 0xF05C6,
    "ellipse": 0xF0893,
    "polygon": 0xF0560,
    "freehand": 0xF0F03,
    "brush": 0xF00E3,
    "grow": 0xF1844,
    "point": 0xF01A3,
    "profile": 0xF012A,
    "planes": 0xF0D49,
    "cube": 0xF01A7,
    "perspective": 0xF0D24,
    "scissors": 0xF0190,
    "settings": 0xF062E,
    "axes": 0xF064B,
    "snap": 0xF0347,
    "turn": 0xF04E6,
    "fusion": 0xF0F58,
    "curved": 0xF0D20,
    "path-draw": 0xF1227,
    "more": 0xF01D9,
}


@cache
def _family() -> str:
    spec = find_spec("qtawesome")
    if spec is None or spec.origin is None:
        return ""
    number = QFontDatabase.addApplicationFont(str(Path(spec.origin).parent / _FONT))
    families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
    return families[0] if families else ""


def paint(painter: QPainter, name: str, rect: QRect, colour: QColor) -> None:
    """Draw an icon into a square."""
    font = QFont(_family())
    font.setPixelSize(max(1, rect.height()))
    painter.save()  # words that follow are not to be in the font of the icons
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, chr(GLYPHS[name]))
    painter.restore()


class _Engine(QIconEngine):
    def __init__(self, name: str, colour: str, disabled: str) -> None:
        super().__init__()
        self._name, self._colour, self._disabled = name, QColor(colour), QColor(disabled)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        paint(painter, self._name, rect, self._disabled if mode == QIcon.Mode.Disabled else self._colour)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        try:
            self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        finally:
            painter.end()
        return made

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._colour.name(), self._disabled.name())


def icon(name: str, colour: str, *, disabled: str = "#808080") -> QIcon:
    """Give an icon that is sharp at every size and scaling."""
    return QIcon(_Engine(name, colour, disabled))
