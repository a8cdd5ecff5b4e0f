"""What becomes of the session when a key is pressed: a function for each command of `workstation.terminal.keys`."""

from collections.abc import Mapping
from dataclasses import replace

from workstation.terminal import moving, pages, pointing
from workstation.terminal.keys import BY_KEY, DIGITS
from workstation.terminal.session import (
    Change,
    Entry,
    EntryKind,
    Facts,
    Overlays,
    Page,
    PageKind,
    Session,
    Source,
    activated,
    at_index,
    beside,
    showing,
    undone,
)
from workstation.volume.cutting.slabs import Projection, Slab
from workstation.volume.cutting.standard_planes import PlaneName

PLANES: tuple[PlaneName, ...] = ("axial", "sagittal", "coronal")
PROJECTIONS: tuple[Projection, ...] = ("mip", "minip", "mean")
WHOLE_MM = 2000.0
"""A slab of this thickness holds any patient: the whole volume."""
THICKNESSES_MM = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 80.0, WHOLE_MM)
FIRST_SLAB_MM = 20.0
SLOWEST, FASTEST, SPEED_STEP = 1 / 8, 8.0, 2.0


def pressed(session: Session, facts: Facts, key: str) -> Session:
    """Give the session after a key.

    Parameters
    ----------
    key
        As `workstation.terminal.keys.spelled` gives it.
    """
    if key in ("ctrl+c", "ctrl+d"):
        return replace(session, is_over=True)
    if session.entry is not None:
        return pages.typed(session, facts, key)
    if session.page is not None:
        return pages.turned(session, facts, key)
    change = CHANGES.get(BY_KEY.get(key, ""))
    return session if change is None else change(replace(session, message=""), facts)


def _arrow(right: int, down: int) -> Change:
    def act(session: Session, facts: Facts) -> Session:
        if session.tool != "window":
            return pointing.point_moved(session, facts, right, down)
        return moving.arrow(session, facts, right, down)

    return act


def _shifted(right: int, down: int) -> Change:
    def act(session: Session, facts: Facts) -> Session:
        if session.tool != "window":
            return pointing.point_moved(session, facts, right, down, moving.TEN)
        return moving.panned(session, facts, right, down)

    return act


def _step(by: int) -> Change:
    return lambda session, facts: moving.stepped(session, facts, by)


def _preset(digit: int) -> Change:
    return lambda session, facts: moving.preset(session, facts, digit)


def _asks(kind: EntryKind) -> Change:
    return lambda session, _facts: replace(session, entry=Entry(kind))


def _opens(kind: PageKind) -> Change:
    return lambda session, _facts: replace(session, page=Page(kind), is_playing=False)


def _next_series(by: int) -> Change:
    def act(session: Session, facts: Facts) -> Session:
        if facts.series < 2:
            return session.saying("There is only this series.")
        return showing(session, Source((session.source.series + by) % facts.series))

    return act


def _cine(session: Session, facts: Facts) -> Session:
    if moving.here(session, facts).count < 2:
        return session.saying("There is only one image here.")
    return replace(session, is_playing=not session.is_playing)


def _speed(factor: float) -> Change:
    def act(session: Session, _facts: Facts) -> Session:
        speed = min(max(session.speed * factor, SLOWEST), FASTEST)
        return replace(session, speed=speed, message=f"Cine at {speed:g} of its speed")

    return act


def _planes(session: Session, facts: Facts) -> Session:
    """Go from the images over the planes back to the images."""
    source = session.source
    wanted = session.awaited or source
    if wanted.plane is None:
        return _plane(session, facts, "axial")
    at = PLANES.index(wanted.plane) + 1
    if at < len(PLANES):
        return _plane(session, facts, PLANES[at])
    return showing(replace(session, awaited=None), Source(source.series))


def _plane(session: Session, facts: Facts, plane: PlaneName) -> Session:
    if facts.no_volume:
        return session.saying(facts.no_volume)
    return replace(session, awaited=Source(session.source.series, plane), is_playing=False)


def _projection(session: Session, facts: Facts) -> Session:
    """Of images show the projection of the whole volume; of planes take the next way to make one of a slab."""
    slab = session.slab
    if session.source.plane is None:
        session = _plane(session, facts, "coronal")
        return session if session.awaited is None else replace(session, slab=Slab(WHOLE_MM, "mip"))
    if slab.is_thin:
        return replace(session, slab=Slab(FIRST_SLAB_MM, PROJECTIONS[0]))
    at = PROJECTIONS.index(slab.projection) + 1
    return replace(session, slab=Slab() if at == len(PROJECTIONS) else Slab(slab.thickness_mm, PROJECTIONS[at]))


def _thickness(by: int) -> Change:
    def act(session: Session, _facts: Facts) -> Session:
        if session.source.plane is None:
            return session.saying("Images have no slab; m shows the planes of their volume.")
        now = session.slab.thickness_mm
        more = [each for each in THICKNESSES_MM if (each > now if by > 0 else each < now)]
        if not more:
            return session
        return replace(session, slab=Slab(more[0] if by > 0 else more[-1], session.slab.projection))

    return act


def _compare(session: Session, facts: Facts) -> Session:
    if len(session.viewing.panes) > 1:
        return beside(session, None)
    if facts.series < 2:
        return session.saying("There is no other series to compare with.")
    return beside(session, (session.source.series + 1) % facts.series)


def _other_pane(session: Session, _facts: Facts) -> Session:
    return activated(session, (session.active + 1) % len(session.viewing.panes))


def _link(session: Session, _facts: Facts) -> Session:
    viewing = session.viewing
    on = viewing.links.scroll == "off"
    links = replace(viewing.links, scroll="position" if on else "off", zoom=on, window=on)
    said = "Pictures go together." if on else "Pictures go their own ways."
    return replace(session, viewing=replace(viewing, links=links), message=said)


def _overlays(session: Session, _facts: Facts) -> Session:
    """Show what is next of the three: see `workstation.terminal.session.Overlays`."""
    overlays, said = _NEXT_OVERLAYS[session.overlays]
    return replace(session, overlays=overlays, message=said)


_NEXT_OVERLAYS: Mapping[Overlays, tuple[Overlays, str]] = {
    "plain": ("all", "Presentation states and measurements are drawn, too."),
    "all": ("none", "Nothing is drawn on the images."),
    "none": ("plain", "Overlays of the images and letters are drawn."),
}


def _escape(session: Session, _facts: Facts) -> Session:
    """Go one step back; what was begun last ends first."""
    if session.begun_px is not None:
        return replace(session, begun_px=None)
    if session.tool != "window":
        return replace(session, tool="window", point_px=None)
    if session.is_playing:
        return replace(session, is_playing=False)
    if session.awaited is not None:
        return replace(session, awaited=None)
    if session.source.plane is not None:
        return showing(session, Source(session.source.series))
    return replace(session, is_over=True)


CHANGES: Mapping[str, Change] = {
    "left": _arrow(-1, 0),
    "right": _arrow(1, 0),
    "up": _arrow(0, -1),
    "down": _arrow(0, 1),
    "pan-left": _shifted(-1, 0),
    "pan-right": _shifted(1, 0),
    "pan-up": _shifted(0, -1),
    "pan-down": _shifted(0, 1),
    "previous": _step(-1),
    "next": _step(1),
    "ten-back": _step(-moving.TEN),
    "ten-on": _step(moving.TEN),
    "first": lambda session, facts: at_index(session, facts, 0),
    "last": lambda session, facts: at_index(session, facts, moving.here(session, facts).count - 1),
    "go": _asks("image"),
    "next-series": _next_series(1),
    "previous-series": _next_series(-1),
    "cine": _cine,
    "slower": _speed(1 / SPEED_STEP),
    "faster": _speed(SPEED_STEP),
    "zoom-in": lambda session, facts: moving.zoomed(session, facts, moving.ZOOM_STEP),
    "zoom-out": lambda session, facts: moving.zoomed(session, facts, 1 / moving.ZOOM_STEP),
    "fit": moving.fitted,
    "narrower": lambda session, facts: moving.windowed(session, facts, wider=-moving.WINDOW_SHARE),
    "wider": lambda session, facts: moving.windowed(session, facts, wider=moving.WINDOW_SHARE),
    "lower": lambda session, facts: moving.windowed(session, facts, higher=-moving.LEVEL_SHARE),
    "higher": lambda session, facts: moving.windowed(session, facts, higher=moving.LEVEL_SHARE),
    "window": _asks("window"),
    "invert": moving.inverted,
    "rotate": lambda session, facts: moving.turned(session, facts, session.look.view.rotated()),
    "flip-h": lambda session, facts: moving.turned(session, facts, session.look.view.flipped(horizontally=True)),
    "flip-v": lambda session, facts: moving.turned(session, facts, session.look.view.flipped(vertically=True)),
    "colours": moving.next_colours,
    "overlays": _overlays,
    "reset": moving.reset,
    "undo": lambda session, _facts: undone(session),
    "probe": lambda session, facts: pointing.with_tool(session, facts, "probe"),
    "distance": lambda session, facts: pointing.with_tool(session, facts, "distance"),
    "enter": pointing.set_point,
    "delete": pointing.last_deleted,
    "planes": _planes,
    "projection": _projection,
    "thinner": _thickness(-1),
    "thicker": _thickness(1),
    "compare": _compare,
    "other-pane": _other_pane,
    "link": _link,
    "tags": _opens("tags"),
    "info": lambda session, _facts: replace(session, tells_information=not session.tells_information),
    "help": _opens("help"),
    "save": lambda session, _facts: replace(session, wish="save"),
    "escape": _escape,
    "quit": lambda session, _facts: replace(session, is_over=True),
    **{f"preset-{digit}": _preset(int(digit)) for digit in DIGITS},
}
