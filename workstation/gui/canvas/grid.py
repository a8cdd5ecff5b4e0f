"""The widgets that hold the panes, one in each window: edge to edge with gaps of one pixel, or one of them alone."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from workstation.display.layout import Grid, Screen
from workstation.gui.canvas.bindings import DEFAULT_SET, SETS, Bindings
from workstation.gui.canvas.pane import Pane
from workstation.gui.tab_order import tab_in_order
from workstation.gui.theme import DARK, Tokens

if TYPE_CHECKING:
    from workstation.display.viewing import Viewing

GAP_PX = 1


class PaneArea(QWidget):
    """Lays out the panes of one window in rows and columns."""

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self._screen = Screen()
        self._placed: tuple[Pane, ...] = ()
        self.setMinimumSize(160, 120)
        self.setAccessibleName("Images")

    @property
    def placed(self) -> tuple[Pane, ...]:
        """Its panes, row by row, also those that another one covers."""
        return self._placed

    def arrange(self, screen: Screen, panes: Sequence[Pane]) -> None:
        """Lay these out, or the one that is alone; they become its own."""
        changed = screen != self._screen or len(panes) != len(self._placed)
        for pane, old in zip(panes, (*self._placed, *[None] * len(panes)), strict=False):
            changed |= pane is not old or pane.parent() is not self
        self._screen, self._placed = screen, tuple(panes)
        many = screen.alone is None and len(panes) > 1
        for pane in panes:
            pane.is_one_of_many = many
            if pane.parent() is not self:
                pane.setParent(self)
        if changed:
            tab_in_order(self._placed)
            self._place()

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours of the gaps."""
        self._tokens = tokens
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(800, 700)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()
        super().resizeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), QColor(DARK.line))  # between images it is dark in every theme
        finally:
            painter.end()

    def _place(self) -> None:
        alone = self._screen.alone
        for place, pane in enumerate(self._placed):
            if pane.parent() is not self:
                continue
            if alone is None:
                pane.setGeometry(self._cell(place))
            elif place == alone:
                pane.setGeometry(self.rect())
            pane.setVisible(alone is None or place == alone)

    def _cell(self, place: int) -> QRect:
        grid = self._screen.grid
        row, column = divmod(place, grid.columns)
        left, right = _part(self.width(), grid.columns, column)
        top, bottom = _part(self.height(), grid.rows, row)
        return QRect(left, top, right - left, bottom - top)


class PaneGrid(PaneArea):
    """The panes of all windows, each made when it is first shown; it holds those of the main window itself."""

    pane_made = Signal(int)
    guest_taken = Signal(object)

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(tokens, parent)
        self._active = 0
        self._bindings = SETS[DEFAULT_SET]
        self.panes: list[Pane] = []
        self.guests: list[Pane] = []
        self._identities: list[int] = []
        self.other_areas: Callable[[Sequence[int]], Sequence[PaneArea]] = lambda _numbers: ()
        """Has exactly the windows of these numbers open, and gives what holds their panes."""
        self.number((0,))
        self.arrange(Screen(), self.panes)

    @property
    def active(self) -> Pane:
        """The pane that keys and commands act on."""
        return self.panes[self._active]

    @property
    def grid(self) -> Grid:
        """Rows and columns of the main window."""
        return self._screen.grid

    def pane_view(self, number: int) -> Pane:
        """Give a pane by the number that it has now."""
        return self.panes[number]

    def number_of(self, pane: Pane) -> int:
        """Give the number that a pane has now: with the layout of a window the panes of later ones get others."""
        return self.panes.index(pane)

    def number(self, identities: Sequence[int]) -> None:
        """Number the panes so, see `workstation.display.viewing.Viewing.identities`; those out of use come last."""
        if identities == tuple(self._identities[: len(identities)]):
            return
        active = self.panes[self._active] if self.panes else None
        known = dict(zip(self._identities, self.panes, strict=True))
        new = [each for each in identities if each not in known]
        known |= {each: Pane(self._tokens, self) for each in new}
        self._identities = list(dict.fromkeys((*identities, *known)))
        self.panes = [known[each] for each in self._identities]
        self._active = self.panes.index(active) if active is not None else 0
        for number, pane in enumerate(self.panes):
            pane.setAccessibleName(f"Image pane {number + 1}")
        for each in new:
            known[each].bindings = self._bindings
            known[each].hide()
            self.pane_made.emit(self.panes.index(known[each]))

    def show_layout(self, viewing: "Viewing") -> None:
        """Lay the panes of all windows out, hide those not shown, and mark the active one."""
        had_focus = self.panes[self._active].hasFocus()
        self._active = viewing.active
        numbers = [screen.number for screen in viewing.screens[1:]]
        # Panes that change their window do so before a window that closes takes them with it.
        for pane in self.panes[len(viewing.panes) :]:
            if pane.parent() is not self:
                pane.setParent(self)
            pane.hide()
        self.arrange(viewing.screens[0], [self.pane_view(number) for number in viewing.numbers_on(0)])
        for at, area in enumerate(self.other_areas(numbers), 1):
            area.arrange(viewing.screens[at], [self.pane_view(number) for number in viewing.numbers_on(at)])
        for number, pane in enumerate(self.panes):
            pane.is_one_of_many = pane.is_one_of_many or len(viewing.screens) > 1
            pane.show_active(active=number == viewing.active)
        if had_focus and not self.active.hasFocus():
            self.active.window().activateWindow()
            self.active.setFocus()

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        super().set_tokens(tokens)
        for pane in self.panes:
            pane.tokens = tokens
            pane.update()

    @property
    def bindings(self) -> Bindings:
        """What hands do in the panes."""
        return self._bindings

    def bind(self, bindings: Bindings) -> None:
        """Have hands do other things in all panes, those to come too."""
        self._bindings = bindings
        for pane in (*self.panes, *self.guests):
            pane.bindings = bindings

    def take_in(self, pane: Pane) -> None:
        """Have a pane that stands elsewhere, and shows no image of a stack, work under the hand as these do."""
        self.guests.append(pane)
        pane.bindings = self._bindings
        self.guest_taken.emit(pane)

    def each(self, act: Callable[[Pane], None]) -> None:
        """Do something with every pane there is."""
        for pane in self.panes:
            act(pane)


def _part(whole: int, count: int, number: int) -> tuple[int, int]:
    """Give where one of several equal parts begins and ends, a gap between any two."""
    free = whole - GAP_PX * (count - 1)
    start = free * number // count + GAP_PX * number
    return start, free * (number + 1) // count + GAP_PX * number
