"""A row of fields that leaves out the least of them where it is narrow, and never makes the window wider."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from workstation.gui.elided import ElidedLabel

LEAST_PX = 160


class NarrowRow(QWidget):
    """What it leaves out can be done otherwise, too: by menu, palette and key."""

    let_go = Signal()
    """Keys are to go to the pictures again: a number was ended with Return, or the field that had them goes away."""
    gives_way: Sequence[QWidget] = ()
    """What is left out, the first of them first."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.let_go.emit()
        super().keyPressEvent(event)

    def put_away(self, *widgets: QWidget) -> None:
        """Be told before these are hidden or disabled: Qt gives keys to whatever comes next, which may close things."""
        if any(widget.hasFocus() for widget in widgets):
            self.let_go.emit()

    def leave_keys(self, *widgets: QWidget) -> None:
        """Have clicks leave the keys to the pictures; Tab reaches these."""
        for widget in widgets:
            widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_PX, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit(event.size().width())

    def fit(self, width: int) -> None:
        """Leave out as much as has no room."""
        row = self.layout()
        if row is None:
            return
        margins, spacing = row.contentsMargins(), max(row.spacing(), 0)
        needed = margins.left() + margins.right()
        for at in range(row.count()):
            item = row.itemAt(at)
            widget = item.widget() if item is not None else None
            if widget is not None and (not widget.isHidden() or widget in self.gives_way):
                needed += spacing + (0 if isinstance(widget, ElidedLabel) else widget.sizeHint().width())
        for widget in self.gives_way:
            has_room = needed <= width
            if not has_room:
                needed -= widget.sizeHint().width() + spacing
            if widget.isHidden() == has_room:
                if not has_room:
                    self.put_away(widget)
                widget.setVisible(has_room)
