"""From what a rule comes to on a study to the panes of the window, and from the panes back to what a rule can say."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from workstation.display.colour_tables import table_of
from workstation.display.hanging.attributes import Attribute
from workstation.display.hanging.facts import Candidate
from workstation.display.hanging.hung import HungLayout, HungPane, HungScreen
from workstation.display.hanging.learning import candidate_of
from workstation.display.hanging.matching import Subject, directions_of
from workstation.display.hanging.orientation import turned_over
from workstation.display.hanging.rules import Horizontal, InitialImage, PaneSettings, Vertical, Zoom
from workstation.display.preset_table import PresetTable
from workstation.display.presets import known_as
from workstation.display.view import Side, View
from workstation.display.viewing import Grid, Look, PaneState, Viewing, Wish
from workstation.display.voi import is_usable
from workstation.errors import UserError
from workstation.model.frame import Frame, Window
from workstation.quick_dataclass import dataclass
from workstation.workspace import Selection


def arranged(now: Viewing, screens: Sequence[HungScreen], *, keep_images: bool = False) -> Viewing:
    """Give how the panes look once a study is hung.

    Parameters
    ----------
    now
        What they show now.
    screens
        What a rule comes to; windows that are missing are opened.
    keep_images
        Stacks that are shown already stay at the image that is seen.
    """
    seen = {pane.selection: pane.look.index for pane in now.panes if pane.selection is not None} if keep_images else {}
    wanted: dict[int, tuple[Grid, list[PaneState]]] = {}
    for screen in screens:
        panes = [PaneState() if pane is None else pane_state(pane) for pane in screen.layout.panes]
        panes = [replace(each, look=replace(each.look, index=seen.get(each.selection, each.look.index)))
                 if each.selection is not None else each for each in panes]  # fmt: skip
        wanted[screen.monitor] = (_tiles(screen) or Grid(screen.layout.rows, screen.layout.columns), panes)
    new = now.hung_on(wanted)
    active = new.active
    for screen in screens:
        if _tiles(screen) is not None:
            new = new.activated(numbers_of(new, screen.monitor)[0]).tiled(on=True)
    new = new.activated(active)
    is_grouped = any(pane.group for _grid, panes in wanted.values() for pane in panes)
    if new.links.scroll == "off" and is_grouped:
        new = replace(new, links=replace(new.links, scroll="position"))
    return new


def _tiles(screen: HungScreen) -> Grid | None:
    """Give the grid of tiles of a screen whose only pane shows some."""
    pane = screen.layout.panes[0] if len(screen.layout.panes) == 1 else None
    return Grid(*pane.settings.tiles) if pane is not None and pane.settings.tiles is not None else None


def numbers_of(viewing: Viewing, screen: int) -> range:
    """Give the numbers of the panes of a window; none where it is not open."""
    at = next((at for at, each in enumerate(viewing.screens) if each.number == screen), None)
    return range(0) if at is None else viewing.numbers_on(at)


def numbered(viewing: Viewing, screens: Sequence[HungScreen]) -> dict[int, HungPane]:
    """Give which pane of the windows each pane of a rule is, those that stay empty left out."""
    found: dict[int, HungPane] = {}
    for screen in screens:
        pairs = zip(numbers_of(viewing, screen.monitor), screen.layout.panes, strict=False)
        found |= {number: pane for number, pane in pairs if pane is not None}
    return found


def pane_state(pane: HungPane) -> PaneState:
    """Give what a pane shows, and how; windows by name and true size wait for the image."""
    settings = pane.settings
    window = Window(*settings.window) if settings.window is not None else None
    window = window if window is not None and is_usable(window) else None
    view = View(
        voi=window,
        inverted=settings.is_inverted,
        zoom=1.0 if settings.zoom == "pixels" else None,
        flipped_h=pane.is_flipped_h,
        flipped_v=pane.is_flipped_v,
        colours=_colours(settings.colour_map),
        at_sides=sides_of(settings),
    )
    wish = Wish("" if window is not None else settings.window_preset, settings.zoom == "true size")
    look = Look(pane.image, view, wish=wish if wish != Wish() else None)
    return PaneState(Selection(pane.series_instance_uid, pane.stack), look, look, settings.sync_group)


def sides_of(settings: PaneSettings) -> frozenset[Side]:
    """Give the sides of its pane to which an image is put."""
    across: frozenset[Side] = frozenset() if settings.horizontal == "centre" else frozenset({settings.horizontal})
    down: frozenset[Side] = frozenset() if settings.vertical == "centre" else frozenset({settings.vertical})
    return across | down


def _colours(name: str) -> str:
    try:
        table = table_of(name)
    except UserError:
        return ""
    return table.name if table is not None else ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a pane beyond its state: its image, whether it plays, how large the pixels of its monitor are.

    ``frame`` is None where it is not there yet, ``mm_per_px`` where it was not measured.
    """

    frame: Frame | None = None
    modality: str = ""
    body_part: str = ""
    is_playing: bool = False
    mm_per_px: float | None = None


def hung_screens(
    viewing: Viewing,
    subject: Subject,
    seen: Mapping[int, Seen],
    *,
    table: PresetTable | None = None,
) -> tuple[HungScreen, ...]:
    """Give what the panes show as a rule could have hung it, to learn from.

    Parameters
    ----------
    viewing
        What they show.
    subject
        The study with its earlier studies; panes that show other studies are left empty.
    seen
        What is known of panes, by their number.
    table
        The windows of modalities; those that come with the program where it is None.
    """
    made = []
    for at, screen in enumerate(viewing.screens):
        panes = [
            _hung_pane(viewing.panes[number], subject, seen.get(number, Seen()), table)
            for number in viewing.numbers_on(at)
        ]
        layout = HungLayout(screen.grid.rows, screen.grid.columns, tuple(panes))
        if screen.is_tiled:
            first, tiles = panes[0], (screen.grid.rows, screen.grid.columns)
            tiled = replace(first, settings=replace(first.settings, tiles=tiles)) if first is not None else None
            layout = HungLayout(1, 1, (tiled,))
        made.append(HungScreen(at, layout))
    return tuple(made)


def _hung_pane(state: PaneState, subject: Subject, seen: Seen, table: PresetTable | None) -> HungPane | None:
    if state.selection is None:
        return None
    look, view = state.look, state.look.view
    series, stack = state.selection.series_instance_uid, state.selection.stack
    candidate = candidate_of(subject, HungPane(series, stack, image=look.index))
    if candidate is None:
        return None
    preset, window = _window(state, seen, table)
    settings = PaneSettings(
        window_preset=preset,
        window=window,
        zoom=_zoom(look, seen),
        horizontal=_across(view),
        vertical=_down(view),
        patient_orientation=_directions(candidate, view),
        initial_image=_initial(candidate, look.index),
        is_inverted=view.inverted,
        is_cine=seen.is_playing,
        colour_map=view.colours if isinstance(view.colours, str) else "",
        sync_group=state.group,
    )
    study = candidate.study.study_instance_uid
    return HungPane(series, stack, settings, look.index, view.flipped_h, view.flipped_v, "", study)


def _window(state: PaneState, seen: Seen, table: PresetTable | None) -> tuple[str, tuple[float, float] | None]:
    """Name the window, or give its numbers; neither where it is the first of the file."""
    look, voi = state.look, state.look.view.voi
    if voi is None:
        return (look.wish.preset if look.wish is not None else ""), None
    if seen.frame is not None:
        if seen.frame.voi and voi == seen.frame.voi[0]:
            return "", None
        if name := known_as(voi, seen.frame, seen.modality, seen.body_part, table=table):
            return name, None
    return ("", (voi.center, voi.width)) if isinstance(voi, Window) else ("", None)


def _zoom(look: Look, seen: Seen) -> Zoom:
    zoom = look.view.zoom
    if look.wish is not None and look.wish.is_true_size:
        return "true size"
    if zoom is None:
        return "fit"
    if abs(zoom - 1) < 1e-6:
        return "pixels"
    if seen.frame is not None and seen.mm_per_px is not None and seen.frame.spacing.is_metric:
        closer = min(seen.frame.spacing.between_rows, seen.frame.spacing.between_columns)
        return "true size" if abs(zoom * seen.mm_per_px / closer - 1) < 1e-3 else "fit"
    return "fit"


def _across(view: View) -> Horizontal:
    if view.centre_px is not None:
        return "centre"
    return "left" if "left" in view.at_sides else "right" if "right" in view.at_sides else "centre"


def _down(view: View) -> Vertical:
    if view.centre_px is not None:
        return "centre"
    return "top" if "top" in view.at_sides else "bottom" if "bottom" in view.at_sides else "centre"


def _directions(candidate: Candidate, view: View) -> tuple[str, str]:
    """Give the directions that are seen along a row and down a column, where they were chosen.

    Those of mammograms always are: which way the chest wall lies is what their hanging is about.
    """
    has = directions_of(candidate)
    if len(has) < 2 or view.rotation_quarters % 4:
        return "", ""
    is_breast = "MG" in candidate.values(Attribute.MODALITY)
    across = turned_over(has[0]) if view.flipped_h else has[0][:1] if is_breast else ""
    down = turned_over(has[1]) if view.flipped_v else ""
    return across, down


def _initial(candidate: Candidate, index: int) -> InitialImage:
    last = candidate.frames - 1
    if index == 0 or candidate.image is not None:
        return "first"
    return "last" if index == last else "middle" if index == last // 2 else "first"
