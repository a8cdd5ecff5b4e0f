"""What the mouse does: the buttons and the wheel as in the window, or what the tool in the hand does with them."""

from dataclasses import replace
from typing import Literal

from workstation.display.view import Point
from workstation.quick_dataclass import dataclass
from workstation.terminal import moving, pages, pointing
from workstation.terminal.session import Drag, Facts, PaneFacts, Session, activated

SLOP_CHARACTERS = 0.75
"""A hand that trembles moves no farther."""
ZOOM_DOUBLES_PX = 150
"""A drag of so many pixels of the screen doubles the picture, or halves it."""
LINES_A_NOTCH = 3
What = Literal["press", "release", "drag", "move", "wheel_up", "wheel_down"]


@dataclass(frozen=True, slots=True)
class Hand:
    """The mouse at a place: ``column`` and ``row`` in characters from 0, in fractions; the button; what is held."""

    what: What
    button: str
    column: float
    row: float
    shift: bool = False
    ctrl: bool = False


def moused(session: Session, facts: Facts, hand: Hand) -> Session:
    """Give the session after a move of the mouse, a button or the wheel."""
    if hand.what in ("wheel_up", "wheel_down"):
        return _turned(session, facts, hand)
    if session.page is not None or session.entry is not None:
        return session
    if hand.what == "press":
        return _pressed(session, facts, hand)
    if session.drag is not None and hand.what in ("drag", "release"):
        session = _dragged(session, facts, hand, session.drag)
        return _released(session, facts) if hand.what == "release" else session
    if hand.what == "move" and session.tool != "window":
        pane = pane_at(facts, hand)
        if pane == session.active:
            return pointing.pointed(session, facts, place_px(facts.panes[pane], hand))
    return session


def pane_at(facts: Facts, hand: Hand) -> int | None:
    """Give the pane under the mouse."""
    found = (number for number, pane in enumerate(facts.panes) if pane.area.holds(hand.column, hand.row))
    return next(found, None)


def place_px(pane: PaneFacts, hand: Hand) -> Point:
    """Give the pixel of the picture under the mouse, (x, y) from 0, whole numbers in the middles of pixels."""
    area, (width, height) = pane.area, pane.size_px
    across = (hand.column - area.column) / area.columns * width - 0.5
    down = (hand.row - area.row) / area.rows * height - 0.5
    return across, down


def _turned(session: Session, facts: Facts, hand: Hand) -> Session:
    way = -1 if hand.what == "wheel_up" else 1
    if session.page is not None:
        return pages.scrolled(session, facts, way * LINES_A_NOTCH)
    pane = pane_at(facts, hand)
    if pane is not None:
        session = activated(session, pane)
    if not hand.ctrl:
        return moving.stepped(session, facts, way)
    at_px = None if pane is None else place_px(facts.panes[pane], hand)
    return moving.zoomed(session, facts, moving.ZOOM_STEP**-way, at_px)


def _pressed(session: Session, facts: Facts, hand: Hand) -> Session:
    pane = pane_at(facts, hand)
    if pane is None:
        return session
    session = activated(replace(session, message=""), pane)
    voi = facts.panes[pane].voi
    has_begun = session.begun_px is not None
    drag = Drag(_use(session, hand), hand.column, hand.row, hand.column, hand.row, voi, has_begun=has_begun)
    session = replace(session, drag=drag)
    if drag.use != "tool":
        return session
    session = pointing.pointed(session, facts, place_px(facts.panes[pane], hand))
    if session.tool == "distance" and session.begun_px is None:
        return pointing.set_point(session, facts)
    return session


def _use(session: Session, hand: Hand) -> Literal["window", "tool", "pan", "zoom"]:
    """Say what a drag with a button does, as in the window."""
    if hand.button == "middle" or (hand.button == "left" and hand.shift):
        return "pan"
    if hand.button == "right" or (hand.button == "left" and hand.ctrl):
        return "zoom"
    return "window" if session.tool == "window" else "tool"


def _dragged(session: Session, facts: Facts, hand: Hand, drag: Drag) -> Session:
    pane = facts.panes[session.active]
    if drag.use == "tool":
        session = pointing.pointed(session, facts, place_px(pane, hand))
        return replace(session, drag=replace(drag, is_moving=drag.is_moving or _is_far(drag, hand)))
    if not drag.is_moving and not _is_far(drag, hand):
        return session
    step = hand.column - drag.last_column, hand.row - drag.last_row
    session = replace(session, drag=replace(drag, last_column=hand.column, last_row=hand.row, is_moving=True))
    cell = facts.cell_px
    if drag.use == "window":
        whole = (hand.column - drag.column) * cell[0], (hand.row - drag.row) * cell[1]
        if pane.frame is None or pane.frame.is_colour or drag.voi is None:
            return session
        voi = moving.dragged_window(pane, drag.voi, pane.frame, right=whole[0], down=whole[1])
        return moving.with_voi(session, facts, voi)
    if pane.frame is None:
        return session
    if drag.use == "pan":
        by_px = step[0] / pane.area.columns * pane.size_px[0], step[1] / pane.area.rows * pane.size_px[1]
        return moving.shifted(session, facts, by_px)
    begun = place_px(pane, replace(hand, column=drag.column, row=drag.row))
    return moving.zoomed(session, facts, 2 ** (-step[1] * cell[1] / ZOOM_DOUBLES_PX), begun)


def _is_far(drag: Drag, hand: Hand) -> bool:
    return abs(hand.column - drag.column) + abs(hand.row - drag.row) > SLOP_CHARACTERS


def _released(session: Session, facts: Facts) -> Session:
    drag, session = session.drag, replace(session, drag=None)
    if drag is None or drag.use != "tool" or session.tool != "distance" or session.begun_px is None:
        return session
    # After a drag the distance ends here; a click has only begun it, unless it was begun before.
    is_second = drag.is_moving or drag.has_begun
    return pointing.set_point(session, facts) if is_second and session.begun_px != session.point_px else session
