"""The panes as they are on the terminal: what they show as frames, facts about them, and the bytes that draw them."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from workstation.display.drawings import Drawings
from workstation.display.linked import Linkable
from workstation.display.render import Picture
from workstation.display.voi import first_voi, missing_window
from workstation.errors import UserError
from workstation.model.frame import Frame, Voi
from workstation.quick_dataclass import dataclass
from workstation.terminal.areas import Layout
from workstation.terminal.drawing import COARSE_TIMES, Artist, Wanted, letters_of, seen
from workstation.terminal.encoding.boxes import Box, Cell
from workstation.terminal.fetching import Asked, Fetching, Frames
from workstation.terminal.linkables import Links
from workstation.terminal.planes import AHEAD, PlaneFrames, Volumes
from workstation.terminal.pointing import lengths_here
from workstation.terminal.saying import short_length
from workstation.terminal.session import Area, Facts, PaneFacts, Session, Source
from workstation.terminal.side_letters import Placed, beside, taken_off, written
from workstation.terminal.text_rows import Styles, TextRows
from workstation.terminal.words import plain, wrapped

if TYPE_CHECKING:
    from workstation.measure.calibration import SpacingFacts
    from workstation.terminal.encoding.encoder import Encoder
    from workstation.terminal.marks import Marks
    from workstation.terminal.opened import ShownSeries

_NOTHING = Drawings()


@dataclass(frozen=True)
class Brushes:
    """What pictures and lines are drawn with.

    Parameters
    ----------
    encoder
        Makes an encoder for a pane.
    has_dots
        Whether pictures have so many dots that words can be read in them.
    cell
        The room of a character.
    styles, encoding
        How lines of text look, and in which code they are sent.
    """

    encoder: Callable[[], "Encoder"]
    has_dots: bool
    cell: Cell
    styles: Styles
    encoding: str = "utf-8"


@dataclass
class _OnScreen:
    """What a pane has on the terminal."""

    encoder: "Encoder"
    artist: Artist
    frame: Frame | None = None
    wanted: Wanted | None = None
    voi: Voi | None = None
    trouble: str = ""
    letters: tuple[Placed, ...] = ()


class Scene:
    """What is shown, as frames, facts and bytes.

    Parameters
    ----------
    series
        The series.
    volumes, fetching
        Read volumes and frames.
    brushes
        What it is drawn with.
    """

    def __init__(self, series: Sequence["ShownSeries"], volumes: Volumes, fetching: Fetching, brushes: Brushes) -> None:
        self.series, self.volumes, self._fetching = series, volumes, fetching
        self.brushes = brushes
        self.marks: Marks | None = None
        self._drawn_marks: dict[bool, Drawings] = {}
        self.rows = TextRows()
        self.rows.encoding = brushes.encoding
        self.first_windows: dict[int, Voi] = {}
        self._links = Links(series)
        self._panes: list[_OnScreen] = []
        self._left: list[_OnScreen] = []
        self._spacing: dict[tuple[int, int], SpacingFacts | None] = {}
        self._orientations: dict[tuple[int, int], tuple[str, ...]] = {}

    def frames(self, session: Session, source: Source) -> Frames:
        """Give what a pane scrolls through."""
        if source.plane is None:
            return self.series[source.series]
        return self.volumes.planes(source.series, source.plane, session.slab)

    def number(self, session: Session, pane: int) -> int:
        """Give which of its frames a pane shows."""
        frames = self.frames(session, session.source_of(pane))
        return min(session.viewing.panes[pane].look.index, frames.count - 1)

    def asked(self, session: Session, *, forwards: bool) -> list[Asked]:
        """Give what is to be read, the active pane first."""
        order = sorted(range(len(session.viewing.panes)), key=lambda pane: pane != session.active)
        found = []
        for pane in order:
            source = session.source_of(pane)
            frames = self.frames(session, source)
            most = None if source.plane is None else AHEAD
            found.append(Asked(self._key(session, pane), frames, self.number(session, pane), forwards, most))
        return found

    def facts(self, session: Session, layout: Layout, page: Sequence[str]) -> Facts:
        """Give what is true of the panes."""
        self._make_panes(len(layout.pictures))
        panes = tuple(self._pane_facts(session, pane, area) for pane, area in enumerate(layout.pictures))
        cell = self.brushes.cell
        return Facts(
            panes,
            series=len(self.series),
            no_volume=self._links.no_volume(session.source.series),
            page=page,
            page_rows=layout.page.rows,
            cell_px=(cell.width_px, cell.height_px),
        )

    def spacing(self, session: Session) -> "SpacingFacts | None":
        """Give what the image of the active pane says of its spacing; None for planes."""
        from workstation.measure.calibration import SpacingFacts, spacing_facts

        source = session.source
        if source.plane is not None:
            return None
        key = source.series, self.number(session, session.active)
        if key not in self._spacing:
            series = self.series[source.series]
            try:
                self._spacing[key] = spacing_facts(series.image(key[1]), series.ref(key[1]).number)
            except UserError:
                self._spacing[key] = SpacingFacts()
        return self._spacing[key]

    def plane_text(self, session: Session) -> str:
        """Say which planes the active pane shows; empty for images."""
        frames = self.frames(session, session.source)
        return frames.text if isinstance(frames, PlaneFrames) else ""

    def picture(self, session: Session, pane: int, facts: PaneFacts, size_px: tuple[int, int]) -> Picture | None:
        """Draw what a pane shows in another size, all of it readable; None where there is no image."""
        frame, shown = facts.frame, self._panes[pane]
        if frame is None:
            return None
        factor = min(size_px[0] / facts.size_px[0], size_px[1] / facts.size_px[1])
        wanted = self._wanted(session, pane, facts, frame, has_dots=True)
        view = wanted.view
        wanted = replace(
            wanted, size_px=size_px, view=view if view.zoom is None else replace(view, zoom=view.zoom * factor)
        )
        source = session.source_of(pane)
        return shown.artist.picture(
            frame,
            wanted,
            image_uid=facts.image_uid,
            first_voi=self.first_windows.get(source.series),
            orientation=self._orientation(session, pane, frame),
        )

    def drawn(self, session: Session, layout: Layout, facts: Facts) -> bytes:
        """Give the bytes that bring captions and pictures to what the session says; none where they are."""
        parts = []
        for pane, area in enumerate(layout.pictures):
            parts.append(self._caption(session, pane, layout.captions[pane], alone=len(layout.pictures) == 1))
            parts.append(self._pane(session, pane, area, facts.panes[pane]))
        return b"".join(parts)

    def cleared(self) -> bytes:
        """Take everything off the terminal, and forget it."""
        parts = [each.encoder.cleared() for each in (*self._left, *self._panes)]
        self._left = []
        for each in self._panes:
            each.frame, each.wanted, each.trouble, each.letters = None, None, "", ()
        self.rows.forget()
        return b"".join((*parts, f"\x1b[0;{self.brushes.styles.ground}m\x1b[2J\x1b[0m".encode()))

    def use(self, brushes: Brushes) -> None:
        """Draw with something else from now on."""
        if brushes != self.brushes:
            self._left += self._panes  # what they placed is taken off when the terminal is cleared
            self.brushes, self._panes = brushes, []
            self.rows.encoding = brushes.encoding

    def _make_panes(self, count: int) -> None:
        while len(self._panes) < count:
            self._panes.append(_OnScreen(self.brushes.encoder(), Artist()))

    def _pane_facts(self, session: Session, pane: int, area: Area) -> PaneFacts:
        source, shown = session.source_of(pane), self._panes[pane]
        series, frames, number = self.series[source.series], self.frames(session, source), self.number(session, pane)
        instance = series.instance(number if source.plane is None else series.count // 2)
        frame = frames.held(number)
        voi = None
        if frame is not None:
            self._note_first_window(source.series, frame, instance.modality)
            view = seen(frame, session.viewing.panes[pane].look.view)
            voi = shown.artist.voi(frame, view, self.first_windows.get(source.series))
        return PaneFacts(
            area,
            self._size_px(shown, area),
            frames.count,
            frame,
            voi,
            instance.modality,
            instance.body_part_examined,
            instance.sop_instance_uid if source.plane is None else source.selection.series_instance_uid,
            self.linkable(session, pane),
        )

    def _size_px(self, shown: _OnScreen, area: Area) -> tuple[int, int]:
        """Give the size in which a picture is drawn: that of the mode, or finer, for the mean of the area of a dot."""
        width, height = shown.encoder.wanted_px(Box(area.columns, area.rows), self.brushes.cell)
        times = 1 if self.brushes.has_dots else COARSE_TIMES
        return width * times, height * times

    def _note_first_window(self, series: int, frame: Frame, modality: str) -> None:
        """Keep one window for all images of uptake or of a film, until that of images all over the series is known."""
        if series not in self.first_windows:
            is_film = self.series[series].stack.whole_image is not None
            found = first_voi(frame, modality) or (missing_window(frame) if is_film else None)
            if found is not None:
                self.first_windows[series] = found

    def linkable(self, session: Session, pane: int) -> Linkable:
        """Describe a pane to the rules of linking."""
        sources = tuple(Source.of(each.selection) for each in session.viewing.panes)
        indices = tuple(self.number(session, each) for each in range(len(sources)))
        frames = self.frames(session, sources[pane])
        stack = frames.stack if isinstance(frames, PlaneFrames) else None
        return self._links.of(sources, indices, pane, stack)

    def failure(self, session: Session, pane: int) -> str:
        """Say why what a pane shows cannot be shown; empty where nothing is known against it."""
        return self._fetching.failure(self._key(session, pane), self.number(session, pane)) or ""

    def _key(self, session: Session, pane: int) -> Hashable:
        source = session.source_of(pane)
        return source if source.plane is None else (source, session.slab)

    def _caption(self, session: Session, pane: int, area: Area, *, alone: bool) -> bytes:
        styles = self.brushes.styles
        is_active = pane == session.active
        title = plain(self.series[session.source_of(pane).series].title)
        if alone and len(self.series) > 1:
            title = f"{title}  (series {session.source.series + 1} of {len(self.series)})"
        mark = "" if alone else "> " if is_active else "  "
        style = styles.active if is_active else styles.caption
        return self.rows.put(area.row, area.column, area.columns, f"{mark}{title}", style)

    def _pane(self, session: Session, pane: int, area: Area, facts: PaneFacts) -> bytes:
        shown, source = self._panes[pane], session.source_of(pane)
        frame = facts.frame
        if frame is None:
            why = self.failure(session, pane)
            return self._trouble(shown, area, plain(why)) if why else b""
        wanted = self._wanted(session, pane, facts, frame, has_dots=self.brushes.has_dots)
        first = self.first_windows.get(source.series)
        if shown.frame is frame and shown.wanted == wanted and shown.voi is first:
            return b""
        begun = self._blank(shown, area) if shown.trouble else b""
        shown.frame, shown.wanted, shown.voi, shown.trouble = frame, wanted, first, ""
        orientation = self._orientation(session, pane, frame)
        picture = shown.artist.picture(
            frame, wanted, image_uid=facts.image_uid, first_voi=first, orientation=orientation
        )
        box = Box(area.columns, area.rows)
        placed = shown.encoder.placed(picture, box, self.brushes.cell, column=area.column, row=area.row)
        before, shown.letters = shown.letters, self._letters(session, area, frame, wanted, orientation)
        moved = taken_off(before, self.brushes.styles.ground) if before != shown.letters else b""
        return begun + moved + placed + written(shown.letters, self.brushes.styles.hint)

    def _wanted(self, session: Session, pane: int, facts: PaneFacts, frame: Frame, *, has_dots: bool) -> Wanted:
        is_active = pane == session.active
        spacing = self.spacing(session) if is_active and session.lengths else None
        lengths = tuple(replace(each, text=short_length(each, frame, spacing)) for each in lengths_here(session, facts))
        return Wanted(
            session.viewing.panes[pane].look.view,
            facts.size_px,
            lengths,
            session.begun_px if is_active else None,
            session.point_px if is_active else None,
            self._drawings(session, has_dots=has_dots),
            session.overlays != "none",
            has_dots,
        )

    def _drawings(self, session: Session, *, has_dots: bool) -> Drawings:
        """Give what states and reports draw; the same value as long as that is the same."""
        if session.overlays != "all" or self.marks is None:
            return _NOTHING
        if has_dots not in self._drawn_marks:
            self._drawn_marks[has_dots] = self.marks.drawings(with_texts=has_dots)
        return self._drawn_marks[has_dots]

    def _letters(
        self, session: Session, area: Area, frame: Frame, wanted: Wanted, orientation: tuple[str, ...]
    ) -> tuple[Placed, ...]:
        """Give the letters beside a picture that is too coarse to have any in it."""
        if self.brushes.has_dots or session.overlays == "none":
            return ()
        letters = letters_of(frame, wanted.view, orientation)
        return beside(area, frame, seen(frame, wanted.view), wanted.size_px, (letters.left, letters.right))

    def _orientation(self, session: Session, pane: int, frame: Frame) -> tuple[str, ...]:
        """Give Patient Orientation of an image without a plane."""
        source = session.source_of(pane)
        if frame.plane is not None or source.plane is not None:
            return ()
        key = source.series, self.number(session, pane)
        if key not in self._orientations:
            from workstation.model.attributes import text

            try:
                said = text(self.series[source.series].header(key[1]), "PatientOrientation")
            except UserError:
                said = ""
            self._orientations[key] = tuple(said.split("\\"))
        return self._orientations[key]

    def _blank(self, shown: _OnScreen, area: Area) -> bytes:
        blank = " " * area.columns
        rows = (f"\x1b[{area.row + row + 1};{area.column + 1}H{blank}" for row in range(area.rows))
        ground = f"\x1b[0;{self.brushes.styles.ground}m"
        return shown.encoder.cleared() + f"{ground}{''.join(rows)}\x1b[0m".encode()

    def _trouble(self, shown: _OnScreen, area: Area, why: str) -> bytes:
        """Show a sentence in the place of a picture."""
        if shown.trouble == why:
            return b""
        letters = taken_off(shown.letters, self.brushes.styles.ground)
        shown.frame, shown.wanted, shown.trouble, shown.letters = None, None, why, ()
        lines = wrapped(why, area.columns - 2, most=area.rows)
        top = area.row + (area.rows - len(lines)) // 2
        style = self.brushes.styles.trouble
        parts = [letters, self._blank(shown, area)]
        for number, line in enumerate(lines):
            at = f"\x1b[{top + number + 1};{area.column + 2}H"
            parts.append(f"{at}\x1b[{style}m{line}\x1b[0m".encode(self.rows.encoding, "replace"))
        return b"".join(parts)
