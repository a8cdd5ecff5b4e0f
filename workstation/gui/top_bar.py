"""The bar on top: one line that never wraps; where it is too narrow it leaves out buttons, the menu never."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QToolBar, QToolButton, QWidget

from workstation.gui.tab_order import tab_in_order


class TopBar(QToolBar):
    """Holds buttons; those that give way are reached by menu, palette and key all the same."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self._all: list[QAction] = []
        self._widths: dict[QAction, int] = {}
        self._giving_way: tuple[QAction, ...] = ()

    def give_way(self, actions: Iterable[QAction]) -> None:
        """Leave these out where there is no room, the first of them first; called when all buttons are there."""
        self._giving_way = tuple(actions)
        self._all = self.actions()
        self.ensurePolished()
        for action in self._all:
            self._widths[action] = self.widgetForAction(action).sizeHint().width()
        self._fit(self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(event.size().width())

    def _fit(self, width: int) -> None:
        layout = self.layout()
        if layout is None or not self._all:
            return
        margins, spacing = layout.contentsMargins(), max(layout.spacing(), 0)
        needed = margins.left() + margins.right() + sum(each + spacing for each in self._widths.values())
        left_out: set[QAction] = set()
        for action in self._giving_way:
            if needed <= width:
                break
            left_out.add(action)
            needed -= self._widths[action] + spacing
        self._show_all_but(left_out)

    def _show_all_but(self, left_out: set[QAction]) -> None:
        shown = set(self.actions())
        following: QAction | None = None
        for action in reversed(self._all):
            if action in left_out:
                if action in shown:
                    self.removeAction(action)
                continue
            if action not in shown:
                if following is None:
                    self.addAction(action)
                else:
                    self.insertAction(following, action)
                self.widgetForAction(action).setFocusPolicy(Qt.FocusPolicy.TabFocus)
            following = action
        buttons = [self.widgetForAction(action) for action in self.actions()]
        tab_in_order([button for button in buttons if isinstance(button, QToolButton)])
