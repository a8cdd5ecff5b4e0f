"""A row of fields that leaves out the least of them where it is narrow, and never makes the window wider."""

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from workstation.gui.elided import ElidedLabel

LEAST_PX = 160


class NarrowRow(QWidget):
    """What it leaves out can be done otherwise, too: by menu, palette and key."""

    gives_way: Sequence[QWidget] = ()
    """What is left out, the first of them first."""

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
                widget.setVisible(has_room)
