"""The whole terminal brought to what the session says: pictures, lines of text around them, pages in front of them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from workstation.display.cine import CineClock
from workstation.errors import UserError
from workstation.quick_dataclass import dataclass
from workstation.terminal.areas import Layout, laid_out, too_small
from workstation.terminal.arriving import Arrivals
from workstation.terminal.background import Background
from workstation.terminal.keys import help_lines
from workstation.terminal.page_lines import element_lines
from workstation.terminal.saying import Told, hint_line, status_line
from workstation.terminal.scene import Scene
from workstation.terminal.session import Facts, Page, Session
from workstation.terminal.words import plain

if TYPE_CHECKING:
    from workstation.display.view import View
    from workstation.model.frame import Frame
    from workstation.terminal.encoding.boxes import Box
    from workstation.terminal.opened import ShownSeries

Information = Callable[["ShownSeries", int, "Frame", "View", int], Sequence[str]]
"""Gives the lines about an image: series, number from 0, frame, view, columns."""


@dataclass(frozen=True, slots=True)
class Update:
    """Bytes that bring the terminal to what is to be seen, and whether there is a picture among them."""

    sent: bytes
    has_picture: bool


class Front:
    """Draws the whole terminal.

    Parameters
    ----------
    scene, arrivals, background
        What is shown, what has arrived, and what is found out.
    information
        The lines about an image.
    """

    def __init__(self, scene: Scene, arrivals: Arrivals, background: Background, information: Information) -> None:
        self._scene, self._arrivals, self._background = scene, arrivals, background
        self._information = information
        self._told: tuple[object, tuple[str, ...]] = (None, ())
        self._before: tuple[Layout | None, bool] | None = None

    def layout(self, session: Session, size: "Box") -> Layout | None:
        """Lay out a terminal of some size; None where that is too small."""
        panes, has_dots = len(session.viewing.panes), self._scene.brushes.has_dots
        lines = self._about(session, size.columns) if session.tells_information else ()
        return laid_out(size.columns, size.rows, panes, with_letters=not has_dots, information_rows=len(lines))

    def facts(self, session: Session, layout: Layout) -> Facts:
        """Give what is true beside the session."""
        return self._scene.facts(session, layout, self._page(session, layout))

    def forget(self) -> None:
        """Take all that is on the terminal for overwritten."""
        self._before = None

    def update(self, session: Session, layout: Layout | None, size: "Box", clock: CineClock | None) -> Update:
        """Give what has to be sent."""
        now, parts = (layout, session.page is not None), []
        if now != self._before:
            parts.append(self._scene.cleared())
        self._before = now
        if layout is None:
            lines = too_small(size.columns, size.rows, len(session.viewing.panes))
            parts += [self._scene.rows.put(row, 0, size.columns, line) for row, line in enumerate(lines)]
            return Update(b"".join(parts), has_picture=False)
        facts = self.facts(session, layout)
        pictures = b"" if session.page is not None else self._scene.drawn(session, layout, facts)
        parts.append(pictures)
        parts.append(self._text(session, facts, layout, clock))
        return Update(b"".join(parts), has_picture=bool(pictures))

    def _text(self, session: Session, facts: Facts, layout: Layout, clock: CineClock | None) -> bytes:
        rows, styles, known = self._scene.rows, self._scene.brushes.styles, self._known(session, facts, clock)
        parts = []
        if session.page is not None:
            parts += self._page_rows(session.page, facts, layout)
        else:
            area = layout.information
            lines = self._about(session, layout.columns)[: area.rows] if area.rows else ()
            parts += [rows.put(area.row + at, 0, area.columns, line, styles.hint) for at, line in enumerate(lines)]
        for row, line, style in (
            (layout.status_row, status_line(session, facts, known), styles.status),
            (layout.hint_row, hint_line(session, facts, known), styles.hint),
        ):
            parts.append(rows.put(row, 0, layout.columns, f" {plain(line)}", style))
        return b"".join(parts)

    def _page(self, session: Session, layout: Layout) -> Sequence[str]:
        """Give the lines of the page that is open."""
        page = session.page
        if page is None:
            return ()
        if page.kind == "help":
            return help_lines(layout.columns)
        series, number = self._image(session)
        place = series.instance(number).place
        found = self._background.get(("tags", place), "Read elements", lambda _job: element_lines(place))
        if found is None:
            return ("Reading …",)
        return (plain(found),) if isinstance(found, str) else tuple(found)

    def _page_rows(self, page: Page, facts: Facts, layout: Layout) -> list[bytes]:
        styles, area, rows = self._scene.brushes.styles, layout.page, []
        for row in range(area.rows):
            number = page.top + row
            line = facts.page[number] if number < len(facts.page) else ""
            style = styles.hit if number == page.hit else styles.page
            rows.append(self._scene.rows.put(row, 0, area.columns, line, style))
        return rows

    def _about(self, session: Session, columns: int) -> tuple[str, ...]:
        """Give the lines about the image of the active pane; those of the last one while it is read."""
        series, number = self._image(session)
        frame = series.held(number)
        view = session.look.view
        key = series, number, columns, view.voi, view.inverted
        if frame is None or key == self._told[0]:
            return self._told[1]
        first = self._scene.first_windows.get(session.source.series)
        if view.voi is None and first is not None:
            view = replace(view, voi=first)
        try:
            lines = tuple(self._information(series, number, frame, view, columns))
        except UserError as error:
            lines = (plain(error.message),)
        self._told = key, lines
        return lines

    def _image(self, session: Session) -> "tuple[ShownSeries, int]":
        """Give the image that is told about: that of the active pane, or the middle one of a volume."""
        source = session.source
        series = self._scene.series[source.series]
        return series, series.count // 2 if source.plane else self._scene.number(session, session.active)

    def _known(self, session: Session, facts: Facts, clock: CineClock | None) -> Told:
        """Gather what the lines of text tell beside the session."""
        series = self._scene.series[session.source.series]
        is_frame = series.stack.whole_image is not None
        kind = "plane" if session.source.plane else "frame" if is_frame else "image"
        is_measured = session.tool == "distance" or bool(session.lengths)
        return Told(
            kind,
            self._scene.plane_text(session),
            clock,
            self._arrivals.work(session, facts),
            self._scene.spacing(session) if is_measured else None,
            self._arrivals.scale(session),
        )
