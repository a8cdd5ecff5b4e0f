"""The panes of the planes, edge to edge, and the place beside them for what else is seen of the volume."""

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workstation.gui.canvas.grid import GAP_PX
from workstation.gui.canvas.pane import Pane
from workstation.gui.canvas.scene import Message, Scene
from workstation.gui.main_window import Front
from workstation.gui.panels.planes.bar import PlanesBar
from workstation.gui.panels.planes.fusion_bar import FusionBar
from workstation.gui.tab_order import tab_in_order
from workstation.gui.theme import DARK, Tokens
from workstation.volume.cutting.standard_planes import PlaneName
from workstation.volume.planes.planes_view import PLANE_NAMES, PlanesView


class PlanesArea(Front):
    """The bar above, the panes below it."""

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Planes")
        self.bar, self.fusion_bar = PlanesBar(tokens, self), FusionBar(tokens, self)
        self.panes = {name: Pane(tokens, self) for name in PLANE_NAMES}
        for name, pane in self.panes.items():
            pane.setAccessibleName(f"{name.capitalize()} plane")
            pane.setAcceptDrops(False)
            pane.empty_words = f"The {name} plane is cut …"
        self._room = _Room(self)
        for pane in self.panes.values():
            pane.setParent(self._room)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.fusion_bar)
        column.addWidget(self._room, 1)
        self._fourth: QWidget | None = None
        self._fourth_is_alone = False
        self._active: PlaneName = "axial"
        self._alone: PlaneName | None = None
        self._says = False
        tab_in_order(tuple(self.panes.values()))
        for bar in (self.bar, self.fusion_bar):
            bar.let_go.connect(lambda: self.active.setFocus())

    @property
    def active(self) -> Pane:
        """The pane that keys and commands act on."""
        return self.panes[self._active]

    def size_px(self, name: PlaneName) -> tuple[int, int]:
        """Give the size of a pane in device pixels."""
        return self.panes[name].size_px

    def show_scene(self, name: PlaneName, scene: Scene) -> None:
        """Show a picture in a pane."""
        if self._says:
            self._says = False
            self.place()
        self.panes[name].show_scene(scene)

    def show_message(self, message: Message | None) -> None:
        """Show words in the place of all pictures; None leaves that to these, which are cut."""
        self._says = message is not None
        self._alone = None if self._says else self._alone
        for name, pane in self.panes.items():
            pane.show_message(message if name == self._active else None)
        self.place()

    def show_progress(self, share: float | None) -> None:
        """Draw how much of the volume is read."""
        self.active.show_progress(share)

    def show_layout(self, view: PlanesView) -> None:
        """Lay the panes out, and mark the active one."""
        had_focus = any(pane.hasFocus() for pane in self.panes.values())
        self._active, self._alone = view.active, view.alone
        for name, pane in self.panes.items():
            pane.is_one_of_many = view.alone is None
            pane.show_active(active=name == view.active)
        self.place()
        if had_focus:
            self.active.setFocus()

    def add_bar(self, bar: QWidget) -> None:
        """Have another bar above the panes."""
        self._column.insertWidget(self._column.count() - 1, bar)

    @property
    def fourth(self) -> QWidget | None:
        """What is beside the planes."""
        return self._fourth

    def show_fourth(self, widget: QWidget | None, *, alone: bool = False) -> None:
        """Have something else beside the planes, such as the volume as a whole, or alone; None takes it away."""
        self._fourth_is_alone = alone
        if self._fourth is not None and self._fourth is not widget:
            self._fourth.hide()
            self._fourth.setParent(None)
        self._fourth = widget
        if widget is not None:
            widget.setParent(self._room)
            widget.show()
        self.place()

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self.bar.set_tokens(tokens)
        self.fusion_bar.set_tokens(tokens)
        for pane in self.panes.values():
            pane.tokens = tokens
            pane.update()

    def sizeHint(self) -> QSize:
        return QSize(800, 700)

    def place(self) -> None:
        """Give every pane its place: the axial one large at the left, or all alike where there are four."""
        whole = self._room.rect()
        shown = self._active if self._says else self._alone
        fourth_is_alone = self._fourth is not None and self._fourth_is_alone and shown is None
        places = {shown: whole} if shown is not None else {} if fourth_is_alone else self._places(whole)
        for name, pane in self.panes.items():
            pane.setVisible(name in places)
            if name in places:
                pane.setGeometry(places[name])
        if self._fourth is not None:
            self._fourth.setVisible(shown is None)
            self._fourth.setGeometry(whole if fourth_is_alone else _cell(whole, 1, 1))

    def _places(self, whole: QRect) -> dict[PlaneName, QRect]:
        right = {"coronal": _cell(whole, 1, 0), "sagittal": _cell(whole, 1, 1)}
        if self._fourth is not None:
            return {"axial": _cell(whole, 0, 0), "coronal": right["coronal"], "sagittal": _cell(whole, 0, 1)}
        if whole.width() >= whole.height():
            tall = _cell(whole, 0, 0).united(_cell(whole, 0, 1))
            return {"axial": tall, "coronal": right["coronal"], "sagittal": right["sagittal"]}
        wide = _cell(whole, 0, 0).united(_cell(whole, 1, 0))
        return {"axial": wide, "coronal": _cell(whole, 0, 1), "sagittal": right["sagittal"]}


class _Room(QWidget):
    """What the panes lie on; between them it is dark in every theme."""

    def __init__(self, area: PlanesArea) -> None:
        super().__init__(area)
        self._area = area
        self.setMinimumSize(160, 120)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._area.place()
        super().resizeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), QColor(DARK.line))
        finally:
            painter.end()


def _cell(whole: QRect, column: int, row: int) -> QRect:
    """Give one of four parts, a gap between any two."""
    across, down = (whole.width() - GAP_PX) // 2, (whole.height() - GAP_PX) // 2
    left, top = column * (across + GAP_PX), row * (down + GAP_PX)
    width = whole.width() - left if column else across
    height = whole.height() - top if row else down
    return QRect(left, top, width, height)
