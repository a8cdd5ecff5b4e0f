"""What keys do to images: which one is seen, how large, with which window, how it is turned."""

from dataclasses import replace

from workstation.display.colour_tables import GREY, colour_tables
from workstation.display.presets import preset_voi, presets_by_key, voi_text
from workstation.display.view import View
from workstation.display.voi import auto_window, value_range
from workstation.display.windowing import PIXELS_TO_DOUBLE, dragged, starts_at_zero
from workstation.model.frame import Frame, Voi, Window
from workstation.terminal.session import Facts, PaneFacts, Session, at_index, with_view

TEN = 10
ZOOM_STEP = 1.25
PAN_SHARE = 1 / 8
"""A key moves the picture by this part of the pane."""
WINDOW_SHARE, LEVEL_SHARE = 0.1, 0.05
"""A key changes the width by this part of it, and the level by this part of the width."""


def here(session: Session, facts: Facts) -> PaneFacts:
    """Give what is true of the active pane."""
    return facts.panes[session.active]


def stepped(session: Session, facts: Facts, by: int) -> Session:
    """Go on by images."""
    return at_index(session, facts, session.look.index + by)


def arrow(session: Session, facts: Facts, right: int, down: int) -> Session:
    """Move the picture where more of it is there than is seen; else go to the image before or the next one."""
    return panned(session, facts, right, down) if is_zoomed(session, facts) else stepped(session, facts, right + down)


def panned(session: Session, facts: Facts, right: int, down: int) -> Session:
    """Look at what lies further to a side."""
    width, height = here(session, facts).size_px
    return shifted(session, facts, (-right * width * PAN_SHARE, -down * height * PAN_SHARE))


def shifted(session: Session, facts: Facts, by_px: tuple[float, float]) -> Session:
    """Move the picture by pixels of it."""
    pane, view = here(session, facts), session.look.view
    if pane.frame is None:
        return session
    return with_view(session, facts, view.panned(pane.frame, pane.size_px, by_px=by_px), "pan")


def is_zoomed(session: Session, facts: Facts) -> bool:
    """Tell whether there is more of the image than is seen."""
    pane, view = here(session, facts), session.look.view
    if pane.frame is None or view.zoom is None:
        return False
    return view.zoom > view.fit_zoom(pane.frame, pane.size_px) * (1 + 1e-6)


def zoomed(session: Session, facts: Facts, factor: float, at_px: tuple[float, float] | None = None) -> Session:
    """Magnify."""
    pane = here(session, facts)
    if pane.frame is None:
        return session
    view = session.look.view.zoomed(pane.frame, pane.size_px, factor=factor, at_px=at_px)
    return with_view(session, facts, view, "zoom")


def begun_at(session: Session, facts: Facts, times: float, pan_px: tuple[float, float]) -> Session:
    """Show the image so many times larger than fitted, and so many of its pixels right and down of its middle."""
    pane, view = here(session, facts), session.look.view
    if pane.frame is None:
        return session
    rows, columns = pane.frame.pixels.shape[:2]
    middle = ((columns - 1) / 2 + pan_px[0], (rows - 1) / 2 + pan_px[1])
    zoom = view.fit_zoom(pane.frame, pane.size_px) * times
    return with_view(session, facts, replace(view, zoom=zoom, centre_px=middle, of_px=(rows, columns)), "zoom")


def fitted(session: Session, facts: Facts) -> Session:
    """Show the whole image."""
    view = replace(session.look.view, zoom=None, centre_px=None, of_px=None)
    return with_view(session, facts, view, "zoom")


def reset(session: Session, facts: Facts) -> Session:
    """Look at it as at first."""
    return with_view(session, facts, session.firsts[session.source.series], "reset")


def windowed(session: Session, facts: Facts, *, wider: float = 0.0, higher: float = 0.0) -> Session:
    """Change the window by shares of its width."""
    pane = here(session, facts)
    if pane.frame is None or pane.frame.is_colour or pane.voi is None:
        return session
    voi = dragged_window(
        pane, pane.voi, pane.frame, right=wider * PIXELS_TO_DOUBLE, down=higher * PIXELS_TO_DOUBLE, at_least=1.0
    )
    return with_voi(session, facts, voi)


def dragged_window(
    pane: PaneFacts, start: Voi, frame: Frame, *, right: float, down: float, at_least: float = 0.0
) -> Window:
    """Give the window after a drag, see `workstation.display.windowing.dragged`.

    ``at_least`` is by how many of the last digit it changes in any case: a narrow window would be rounded to itself.
    """
    fallback = auto_window(frame)
    from_zero = starts_at_zero(pane.modality, value_range(fallback)[0])
    made = dragged(start, fallback, right=right, down=down, from_zero=from_zero)
    if not at_least or made != start or not isinstance(start, Window):
        return made
    more = at_least if start.width >= 5 else start.width / 10
    sign = 1.0 if (right or down) > 0 else -1.0
    if right and not from_zero:
        return replace(start, width=max(start.width + sign * more, 1.0))
    return replace(start, center=start.center + sign * more)


def with_voi(session: Session, facts: Facts, voi: Voi, name: str = "") -> Session:
    """Use a window, and say which."""
    session = with_view(session, facts, replace(session.look.view, voi=voi), "window")
    return session.saying(f"{name}: {voi_text(voi)}") if name else session


def preset(session: Session, facts: Facts, digit: int) -> Session:
    """Use the window that a digit stands for."""
    pane = here(session, facts)
    if pane.frame is None:
        return session
    found = presets_by_key(pane.frame, pane.modality, pane.body_part)
    if digit not in found:
        listed = ", ".join(f"{key} {name}" for key, (name, _) in found.items())
        return session.saying(f"{digit} is no window here. {listed}" if found else "Images in colour have no windows.")
    name, voi = found[digit]
    return with_voi(session, facts, voi, name)


def typed_window(session: Session, facts: Facts, text: str) -> Session:
    """Use a window that was typed: centre and width, or a name."""
    pane = here(session, facts)
    if pane.frame is None or not text.strip():
        return session
    if pane.frame.is_colour:
        return session.saying("Images in colour have no windows.")
    parts = text.replace(",", " ").split()
    try:
        center, width = (float(part) for part in parts)
    except ValueError:
        voi = preset_voi(pane.frame, text, pane.modality)
        said = (
            f"There is no window called {text.strip()!r}. Type centre,width such as -600,1500, or a name such as lung."
        )
        return session.saying(said) if voi is None else with_voi(session, facts, voi, text.strip())
    if not (1 <= width < 1e12 and abs(center) < 1e12):
        return session.saying("The width of a window is 1 or more.")
    return with_voi(session, facts, Window(center, width), "Window")


def typed_image(session: Session, facts: Facts, text: str) -> Session:
    """Go to an image by its number, from 1."""
    count = here(session, facts).count
    if not text.strip():
        return session
    if not text.strip().isdecimal() or not 1 <= int(text) <= count:
        return session.saying(f"There are images 1 to {count}.")
    return at_index(session, facts, int(text) - 1)


def inverted(session: Session, facts: Facts) -> Session:
    """Exchange black and white."""
    view = session.look.view
    return with_view(session, facts, replace(view, inverted=not view.inverted), "invert")


def turned(session: Session, facts: Facts, view: View) -> Session:
    """Turn or flip."""
    return with_view(session, facts, view, "turn")


def next_colours(session: Session, facts: Facts) -> Session:
    """Use the next table of colours."""
    pane, view = here(session, facts), session.look.view
    if pane.frame is not None and pane.frame.is_colour:
        return session.saying("The image is in colour as it is.")
    tables = colour_tables()
    names = [table.name for table in tables]
    now = view.colours if isinstance(view.colours, str) and view.colours in names else GREY
    at = (names.index(now) + 1) % len(names)
    name = "" if names[at] == GREY else names[at]
    # A table is chosen as it is known, from its first colour to its last, also where uptake was dark on white.
    is_inverted = session.firsts[session.source.series].inverted if not name else False
    session = with_view(session, facts, replace(view, colours=name, inverted=is_inverted), "colours")
    return session.saying(f"Colours: {tables[at].label}")
