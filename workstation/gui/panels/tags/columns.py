"""The widths of the columns of tags: shared out, changed by hand, remembered; what is cut off is in a tool tip."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QFontMetrics, QHelpEvent
from PySide6.QtWidgets import QStyle, QToolTip, QTreeView, QWidget

from workstation.gui.words import tip

TAG_PX, MARK_PX, VR_PX, LENGTH_PX, LEAST_PX = 94, 52, 36, 72, 110
NAME_PX, LONG_NAME_PX = 168, 300
"""A name such as "Referenced Frame of Reference UID" is read in the second, most names in the first."""
_LONGEST_TIP = 1000


def shared_out(headings: Sequence[str], room_px: int) -> list[int]:
    """Give widths that suit a panel of this width.

    Names and values go before the numbers of tags: where there is no room for all three, tags are to the right, out of
    sight; the chosen element has its number below the list.
    """
    has_mark, with_vr = headings[0] == "", "VR" in headings
    values = len(headings) - (2 if has_mark else 1) - (3 if with_vr else 1)
    first = MARK_PX if has_mark else 0
    has_tags = room_px - TAG_PX - first >= NAME_PX + values * LEAST_PX
    room = room_px - first - (TAG_PX if has_tags else 0)
    share = 3 / 5 if headings[0] == "Found" else 1 / (1 + values)
    name = max(LEAST_PX, min(max(NAME_PX, int(room * share)), LONG_NAME_PX, room - values * LEAST_PX))
    value = max(LEAST_PX, (room - name) // max(values, 1))
    rest = [TAG_PX, VR_PX, LENGTH_PX] if with_vr else [TAG_PX]
    return [*([MARK_PX] if has_mark else []), name, *[value] * values, *rest]


class TagsTree(QTreeView):
    """A tree with columns; ``widths_changed`` carries the kind of table and the widths that a hand gave."""

    widths_changed = Signal(str, list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen: dict[str, list[int]] = {}
        self._headings: tuple[str, ...] = ()
        self._is_sharing = False
        self.header().setMinimumSectionSize(24)
        self.header().setStretchLastSection(False)
        self.header().sectionResized.connect(self._resized)

    def remember(self, widths: Mapping[str, Sequence[int]]) -> None:
        """Use these widths, by the kind of table, in place of those that would be shared out."""
        self._chosen = {kind: list(each) for kind, each in widths.items()}
        self.share_out()

    def show_headings(self, headings: Sequence[str]) -> None:
        """Have columns of these headings."""
        self._headings = tuple(headings)
        self.share_out()

    def share_out(self) -> None:
        """Give the columns their widths: those of a hand, else what suits the width there is."""
        if not self._headings:
            return
        widths = self._chosen.get(_kind(self._headings), [])
        if len(widths) != len(self._headings):
            bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
            widths = shared_out(self._headings, max(self.width() - bar - 2 * self.frameWidth(), 240))
        self._is_sharing = True
        try:
            for number, width in enumerate(widths):
                self.setColumnWidth(number, width)
        finally:
            self._is_sharing = False

    def viewportEvent(self, event: QEvent) -> bool:
        """Say a cell in full where it is cut off."""
        if not isinstance(event, QHelpEvent):
            return super().viewportEvent(event)
        index = self.indexAt(event.pos())
        words = str(index.data() or "") if index.isValid() else ""
        room = self.visualRect(index).width() - 8
        if words and QFontMetrics(self.font()).horizontalAdvance(words) > room:
            QToolTip.showText(event.globalPos(), tip(words[:_LONGEST_TIP]), self)
        else:
            QToolTip.hideText()
        return True

    def _resized(self, _column: int, _before: int, _after: int) -> None:
        if self._is_sharing or not self._headings:
            return
        kind = _kind(self._headings)
        self._chosen[kind] = [self.columnWidth(number) for number in range(len(self._headings))]
        self.widths_changed.emit(kind, self._chosen[kind])


def _kind(headings: Sequence[str]) -> str:
    """Name a table by its headings; those side by side by how many there are, since they bear names of images."""
    return f"side by side {len(headings)}" if headings[0] == "" else " ".join(headings).lower()
