"""Frames and facts for tests of the session: what a pane would say of itself."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from workstation.display.linked import Linkable
from workstation.display.linking import StackPlanes
from workstation.display.view import View
from workstation.display.viewing import Look
from workstation.display.voi import default_voi
from workstation.model.frame import Frame, ModalityTransform, Window
from workstation.model.geometry import Plane, Spacing, SpacingSource
from workstation.terminal.acting import pressed
from workstation.terminal.mousing import Hand, What, moused
from workstation.terminal.session import Area, Facts, PaneFacts, Session, first_session

ROWS, COLUMNS, COUNT = 40, 60, 12
SIZE_PX = (240, 160)
SPACING = Spacing(0.5, 0.5, SpacingSource.PIXEL_SPACING)
AREA = Area(0, 1, 24, 8)


def frame_of(number: int = 0, *, z_mm: float = 0.0, space: str = "1.2.3") -> Frame:
    """An image of HU whose value is 10 times the column plus the row, minus 1024."""
    rows, columns = np.mgrid[:ROWS, :COLUMNS]
    plane = Plane((0.0, 0.0, z_mm), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), SPACING, space)
    return Frame(
        (10 * columns + rows).astype(np.uint16),
        "MONOCHROME2",
        12,
        SPACING,
        ModalityTransform(1.0, -1024.0, unit="HU"),
        (Window(-700.0, 400.0),),
        plane=plane,
        number=number,
    )


def planes_of(count: int, step_mm: float, start_mm: float = 0.0, space: str = "1.2.3") -> StackPlanes:
    """Axial planes, one above the other."""
    frames = [frame_of(z_mm=start_mm + number * step_mm, space=space).plane for number in range(count)]
    return StackPlanes(tuple(frames), (ROWS, COLUMNS))


def pane_of(frame: Frame | None = None, *, area: Area = AREA, planes: StackPlanes | None = None) -> PaneFacts:
    """A pane that shows an image of a CT."""
    frame = frame or frame_of()
    planes = planes or planes_of(COUNT, 2.0)
    linkable = Linkable(len(planes.planes), planes, "CT", (ROWS, COLUMNS), (0.5, 0.5))
    return PaneFacts(area, SIZE_PX, len(planes.planes), frame, default_voi(frame), "CT", "CHEST", "1.2.3.4", linkable)


def facts_of(*panes: PaneFacts, series: int = 1, no_volume: str = "") -> Facts:
    """What is true of some panes, one of a CT where none is given."""
    return Facts(panes or (pane_of(),), series=series, no_volume=no_volume)


def session_of(series: int = 1, shown: tuple[int, ...] = (0,), *, index: int = 5, view: View | None = None) -> Session:
    """A session that looks at the middle of its series."""
    return first_session([Look(index, view or View())] * series, shown)


class Hands:
    """Presses keys one after the other; the window in use follows the view, as it does on the terminal."""

    def __init__(self, session: Session | None = None, facts: Facts | None = None) -> None:
        self.session = session or session_of()
        self.facts = facts or facts_of()

    def press(self, *keys: str) -> Session:
        """Press keys."""
        for key in keys:
            self.do(lambda session, facts, key=key: pressed(session, facts, key))  # type: ignore[misc] # bound here
        return self.session

    def mouse(self, button: str, *moves: tuple[What, float, float]) -> Session:
        """Move the mouse: what is done with it, column and row."""
        for what, column, row in moves:
            hand = Hand(what, button, column, row)
            self.do(lambda session, facts, hand=hand: moused(session, facts, hand))  # type: ignore[misc] # bound here
        return self.session

    def do(self, change: Callable[[Session, Facts], Session]) -> Session:
        """Change the session."""
        panes = tuple(
            replace(pane, voi=seen.look.view.voi or pane.voi)
            for pane, seen in zip(self.facts.panes, self.session.viewing.panes, strict=False)
        )
        self.session = change(self.session, replace(self.facts, panes=panes))
        return self.session
