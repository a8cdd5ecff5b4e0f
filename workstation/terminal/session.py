"""What the interactive viewer shows, as one value; every key and every move of the mouse makes the next one of it.

Nothing here knows a terminal, a file or a thread. What a change depends on beside the value itself (the frame that is
seen, its window, the size of its picture) is given as `Facts`, by whoever draws.
"""

from collections.abc import Callable, Sequence
from dataclasses import field, replace
from typing import Literal

from workstation.display.linked import Linkable, followed
from workstation.display.linking import StackPlanes
from workstation.display.view import Point, Size, View
from workstation.display.viewing import Grid, Links, Look, PaneState, Screen, Viewing
from workstation.model.annotation import Annotation
from workstation.model.frame import Frame, Voi
from workstation.quick_dataclass import dataclass
from workstation.volume.cutting.slabs import Slab
from workstation.volume.cutting.standard_planes import PlaneName
from workstation.workspace import Selection

Tool = Literal["window", "probe", "distance"]
"""What the left button and the arrows do: nothing but window and scroll, move a cross-hair, or measure with it."""
PageKind = Literal["help", "tags"]
Overlays = Literal["plain", "all", "none"]
"""Overlays of the image, letters and bar; these, presentation states and measurements; nothing."""
EntryKind = Literal["window", "image", "search"]
Wish = Literal["save"]
MOST_UNDONE = 100
_NOWHERE = Linkable(0, StackPlanes(()))


@dataclass(frozen=True, slots=True)
class Source:
    """What a pane can show: a series, counted from 0, as its images or as planes of its volume."""

    series: int
    plane: PlaneName | None = None

    @property
    def selection(self) -> Selection:
        """The name under which `Viewing` keeps how it is looked at."""
        return Selection(f"{self.series} {self.plane or ''}".strip())

    @classmethod
    def of(cls, selection: Selection | None) -> "Source":
        """Read that name."""
        number, _, plane = ("0" if selection is None else selection.series_instance_uid).partition(" ")
        known: dict[str, PlaneName] = {"axial": "axial", "sagittal": "sagittal", "coronal": "coronal"}
        return cls(int(number), known.get(plane))


@dataclass(frozen=True, slots=True)
class Area:
    """Where something stands on the terminal, in characters from 0."""

    column: int
    row: int
    columns: int
    rows: int

    def holds(self, column: float, row: float) -> bool:
        """Tell whether a place, in characters, lies in it."""
        return 0 <= column - self.column < self.columns and 0 <= row - self.row < self.rows


@dataclass(frozen=True, slots=True)
class PaneFacts:
    """What is true of a pane.

    Parameters
    ----------
    area
        Where its picture stands.
    size_px
        Width and height of its picture, in square pixels.
    count
        How many images it scrolls through.
    frame
        The image that is seen; None while it is read, and where it cannot be.
    voi
        The window in use.
    modality, body_part
        Of its image, as the file has them.
    image_uid
        What the annotations of its image are kept under.
    linkable
        How it follows other panes.
    """

    area: Area
    size_px: Size
    count: int
    frame: Frame | None = None
    voi: Voi | None = None
    modality: str = ""
    body_part: str = ""
    image_uid: str = ""
    linkable: Linkable = _NOWHERE


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true beside the session.

    Parameters
    ----------
    panes
        Of each pane.
    series
        How many series there are.
    no_volume
        Why the series of the active pane makes no volume; empty where it does.
    page
        The lines of the page that is open.
    page_rows
        How many of them are seen at once.
    cell_px
        Width and height of a character.
    """

    panes: tuple[PaneFacts, ...]
    series: int = 1
    no_volume: str = ""
    page: Sequence[str] = ()
    page_rows: int = 1
    cell_px: tuple[int, int] = (10, 20)


@dataclass(frozen=True, slots=True)
class Page:
    """Text in front of the images: which, from which line on, what is searched, and the line that was found last."""

    kind: PageKind
    top: int = 0
    query: str = ""
    hit: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that is typed."""

    kind: EntryKind
    text: str = ""


@dataclass(frozen=True, slots=True)
class Drag:
    """A drag of the mouse: what it does, where it began and where it is (in characters), what was in use then.

    ``has_begun`` says that a distance was begun before it.
    """

    use: Literal["window", "tool", "pan", "zoom"]
    column: float
    row: float
    last_column: float
    last_row: float
    voi: Voi | None = None
    is_moving: bool = False
    has_begun: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """The state of the viewer.

    Parameters
    ----------
    viewing
        Panes, what is in them, which image, and how it is looked at.
    firsts
        How each series is looked at first, and again after a reset.
    tool
        What the left button and the arrows do.
    point_px
        The cross-hair, (column, row) of the image of the active pane.
    begun_px
        Where the distance begins that is being measured.
    lengths
        Distances that were measured.
    slab
        Thickness and projection of planes.
    awaited
        The planes that are shown as soon as their volume is read.
    page, entry
        Text in front of the images, and what is typed.
    overlays
        What is drawn on the images.
    tells_information
        Whether lines about patient, study and image stand above the picture.
    is_playing, speed
        Cine in the active pane, and its speed as a factor.
    past
        What was shown before the last changes, each with the name of the change.
    message
        What is told in the last line.
    wish
        Something that only the loop can do.
    """

    viewing: Viewing
    firsts: tuple[View, ...] = (View(),)
    tool: Tool = "window"
    point_px: Point | None = None
    begun_px: Point | None = None
    lengths: tuple[Annotation, ...] = ()
    slab: Slab = field(default_factory=Slab)
    awaited: Source | None = None
    page: Page | None = None
    entry: Entry | None = None
    drag: Drag | None = None
    overlays: Overlays = "plain"
    tells_information: bool = False
    is_playing: bool = False
    speed: float = 1.0
    past: tuple[tuple[str, Viewing], ...] = ()
    message: str = ""
    wish: Wish | None = None
    is_over: bool = False

    @property
    def active(self) -> int:
        """The pane that keys act on."""
        return self.viewing.active

    @property
    def look(self) -> Look:
        """How the active pane looks at what it shows."""
        return self.viewing.active_pane.look

    @property
    def source(self) -> Source:
        """What the active pane shows."""
        return Source.of(self.viewing.active_pane.selection)

    def source_of(self, pane: int) -> Source:
        """Give what a pane shows."""
        return Source.of(self.viewing.panes[pane].selection)

    def saying(self, message: str) -> "Session":
        """Tell something in the last line."""
        return replace(self, message=message)


def first_session(looks: Sequence[Look], shown: Sequence[int] = (0,)) -> Session:
    """Begin to look at series.

    Parameters
    ----------
    looks
        How each series is looked at first.
    shown
        The series that are seen, side by side.
    """
    known = {Source(number).selection: look for number, look in enumerate(looks)}
    panes = tuple(PaneState(Source(number).selection, looks[number]) for number in shown)
    links = Links(scroll="position", zoom=True, window=True)
    viewing = Viewing((Screen(grid=Grid(1, len(panes))),), panes, links=links, looks=known)
    return Session(viewing, tuple(look.view for look in looks))


def with_view(session: Session, facts: Facts, view: View, what: str) -> Session:
    """Look at the active pane in another way, linked panes with it; the change can be undone.

    ``what`` is the kind of change, as `workstation.display.linked.followed` names them.
    """
    look = replace(session.look, view=view)
    if look == session.look:
        return session
    session = _remembered(session, what)
    viewing = session.viewing.with_look(session.active, look)
    return replace(session, viewing=_together(viewing, what, facts))


def at_index(session: Session, facts: Facts, index: int) -> Session:
    """Show another image in the active pane, the first or the last where there is none; linked panes go with it."""
    last = max(0, facts.panes[session.active].count - 1)
    index = min(max(index, 0), last)
    if index == session.look.index:
        return session
    viewing = session.viewing.with_look(session.active, replace(session.look, index=index))
    return replace(session, viewing=_together(viewing, "scroll", facts), begun_px=None)


def showing(session: Session, source: Source, *, index: int | None = None) -> Session:
    """Show something else in the active pane, as it was looked at last; ``index`` is which of its images."""
    if session.source == source:
        return replace(session, awaited=None)
    session, pane = _remembered(session, "show"), session.active
    viewing = session.viewing.with_shown(pane, source.selection)
    look = viewing.panes[pane].look
    if source.selection not in session.viewing.looks:
        look = replace(look, view=session.firsts[source.series])
    viewing = viewing.with_look(pane, look if index is None else replace(look, index=index))
    return replace(session, viewing=viewing, point_px=None, begun_px=None, is_playing=False, awaited=None)


def beside(session: Session, series: int | None) -> Session:
    """Show a series beside the active pane; None takes the other pane away."""
    session = _remembered(session, "compare")
    kept = session.viewing.active_pane
    if series is None:
        viewing = replace(session.viewing, screens=(Screen(grid=Grid(1, 1)),), panes=(kept,), active=0)
        return replace(session, viewing=viewing, begun_px=None, point_px=None, is_playing=False)
    selection = Source(series).selection
    other = PaneState(selection, session.viewing.look_of(selection))
    viewing = replace(session.viewing, screens=(Screen(grid=Grid(1, 2)),), panes=(kept, other), active=0)
    return replace(session, viewing=viewing, is_playing=False)


def activated(session: Session, pane: int) -> Session:
    """Have keys act on another pane."""
    if pane == session.active:
        return session
    viewing = session.viewing.activated(pane)
    return replace(session, viewing=viewing, point_px=None, begun_px=None, is_playing=False)


def undone(session: Session) -> Session:
    """Take the last change back; which image is looked at stays."""
    if not session.past:
        return session.saying("There is nothing to undo.")
    *past, (_, before) = session.past
    viewing = before.with_positions_of(session.viewing)
    return replace(session, viewing=viewing, past=tuple(past), point_px=None, begun_px=None, message="Undone.")


def _together(viewing: Viewing, what: str, facts: Facts) -> Viewing:
    linkables = {number: pane.linkable for number, pane in enumerate(facts.panes) if pane.linkable.count}
    return followed(viewing, viewing.active, what, linkables)


def _remembered(session: Session, what: str) -> Session:
    """Keep what is shown, unless the change goes on with the last one."""
    if session.past and session.past[-1][0] == what and what != "show":
        return session
    return replace(session, past=(*session.past, (what, session.viewing))[-MOST_UNDONE:])


Change = Callable[[Session, Facts], Session]
"""What a key does."""
