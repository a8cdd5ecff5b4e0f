"""Decides what the tag browser shows: the shown image, two images side by side, or what was found in all open ones."""

import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from workstation.gui.panels.tags.found import Gathered, image_words, series_words
from workstation.gui.panels.tags.tables import ComparisonTable, Copied, ElementTable, Table
from workstation.gui.words import grouped, plural
from workstation.gui.work import Work
from workstation.headers.comparison import compare
from workstation.headers.contents import Contents, summarised_contents
from workstation.headers.export import Format, exported, write_export
from workstation.headers.query import Query
from workstation.headers.search import Searched, search
from workstation.jobs.job import Job
from workstation.jobs.runner import Priority
from workstation.model.index.records import FrameRef, Instance, Place
from workstation.quick_dataclass import dataclass
from workstation.workspace import Workspace

LONGEST_VALUE = 4096
SHOW_EVERY_S = 0.25
UNFOLD_BELOW = 1500
"""With fewer rows than this everything is unfolded while one filters."""


@dataclass(frozen=True)
class Shown:
    """What the panel shows: rows ``numbers`` of a table, a line about what it is, one about how much."""

    subject: str
    table: Table
    numbers: Sequence[int]
    summary: str
    unfold: bool = False
    is_comparing: bool = False


class TagsView(Protocol):
    """What the presenter needs of the panel."""

    def show_rows(self, shown: Shown) -> None:
        """Show these."""

    def show_message(self, text: str) -> None:
        """Say something in place of rows; empty takes it away."""

    def show_busy(self, text: str) -> None:
        """Say what is under way and can be stopped; empty where nothing is."""


class TagsPresenter:
    """Reads headers while the panel is to be seen, and keeps what was asked for."""

    def __init__(self, view: TagsView, work: Work, workspace: Workspace) -> None:
        self._view = view
        self._work = work
        self._workspace = workspace
        self._ref: FrameRef | None = None
        self._against: FrameRef | None = None
        self._read: tuple[Place, ...] = ()
        self._table: Table | None = None
        self._job: Job | None = None
        self._is_seen = False
        self._text = ""
        self._query = Query(())
        self._private = True
        self._differences = True
        self._everywhere = False

    def seen(self, *, is_seen: bool) -> None:
        """Be told whether the panel is to be seen: nothing is read for one that is not."""
        self._is_seen = is_seen
        if is_seen:
            self._follow()
        elif not self._everywhere:
            self.stop()

    def show(self, ref: FrameRef | None) -> None:
        """Be told which image is shown in the pane that has the focus."""
        self._ref = ref
        self._follow()

    def filter(self, text: str) -> None:
        """Show only what has these words."""
        self._text, self._query = text, Query.parse(text)
        if not self._everywhere:
            self._show()

    def show_private(self, *, shown: bool) -> None:
        """Show or hide private elements."""
        self._private = shown
        self._show()

    def only_differences(self, *, only: bool) -> None:
        """Hide what is the same in both images."""
        self._differences = only
        self._show()

    def compare(self, *, on: bool) -> None:
        """Hold the shown image as the first one, so that the next one shown stands beside it."""
        self._against = self._ref if on else None
        self._table, self._read = None, ()
        self._follow()

    def search_everywhere(self, *, on: bool) -> None:
        """Look through all open images rather than the shown one."""
        if on == self._everywhere:
            return
        self.stop()
        self._everywhere, self._table, self._read = on, None, ()
        self._view.show_message("Type what to look for, then Return." if on and self._query.is_empty else "")
        if on and not self._query.is_empty:
            self.search()
        elif not on:
            self._follow()

    def search(self) -> None:
        """Start the search through all open images; one that runs is given up."""
        if not self._everywhere or self._query.is_empty:
            return
        self.stop()
        instances = _instances(self._workspace)
        gathered = Gathered({each.place: each for each in instances})
        places = [each.place for each in instances]
        query, text = self._query, self._text
        self._view.show_message("")
        self._show_found(gathered, text)
        self._view.show_busy(f"Searching {plural(len(places), 'image', 'images')}")
        mine: list[Job] = []

        def come(batch: list[Searched], done: int) -> None:
            if mine and self._job is mine[0] and not mine[0].is_cancelled:
                gathered.add(batch)
                self._show_found(gathered, text)
                self._view.show_busy(f"Searched {grouped(done)} of {plural(len(places), 'image', 'images')}")

        def look(job: Job) -> None:
            batches = _in_batches(search(places, query, job, total=len(places)))
            for batch, done in batches:
                self._work.post(partial(come, batch, done))

        self._job = self._work.start(
            f"Search tags for “{text}”",
            look,
            done=lambda _none: self._searched(gathered, text),
            failed=lambda _error: self._view.show_busy(""),
            stopped=lambda: None,
            priority=Priority.VISIBLE,
            is_shown=True,
        )
        mine.append(self._job)

    def stop(self) -> None:
        """Stop what is under way; what was found stays."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._view.show_busy("")

    def copied(self, numbers: Sequence[int], what: Copied) -> str:
        """Give rows to be copied, a line each."""
        table = self._table
        return "\n".join(table.copied(number, what) for number in numbers) if table is not None else ""

    def target(self, number: int) -> FrameRef | None:
        """Give the image that a row leads to."""
        return self._table.target(number) if self._table is not None else None

    def export(self, path: Path, wanted: Format) -> None:
        """Write the header of the shown image to a file, all of it."""
        if self._ref is None:
            return
        place = self._ref.instance.place
        self._work.start(
            f"Export tags to {path.name}",
            lambda _job: write_export(path, exported(place, wanted)),
            done=lambda _none: self._view.show_busy(""),
            is_shown=True,
        )

    def _follow(self) -> None:
        if not self._is_seen or self._everywhere:
            return
        if self._ref is None:
            self._table, self._read = None, ()
            self._view.show_message("Show an image, and its elements are listed here.")
            return
        refs = (self._ref,) if self._against is None else (self._against, self._ref)
        places = tuple(ref.instance.place for ref in refs)
        if places == self._read:
            return
        self.stop()
        self._read = places
        if len(places) == 2 and places[0] == places[1]:
            self._table = None
            self._view.show_message(
                f"{_words(refs[0])} is held as A.\n\nClick another pane, or scroll: that image is beside it as B."
            )
            return

        def arrived(table: Table) -> None:
            if self._read == places:
                self._job, self._table = None, table
                self._view.show_message("")
                self._show()

        def failed(error: Exception) -> None:
            if self._read == places:
                self._job, self._table = None, None
                self._view.show_message(str(error))

        self._job = self._work.start(
            "List tags",
            lambda job: _table_of(places, job),
            done=arrived,
            failed=failed,
            priority=Priority.VISIBLE,
        )

    def _show(self) -> None:
        table = self._table
        if table is None or self._everywhere or self._ref is None:
            return
        is_comparing = isinstance(table, ComparisonTable)
        numbers = table.kept(self._query, private=self._private, differences=self._differences and is_comparing)
        unfold = len(numbers) <= UNFOLD_BELOW and (not self._query.is_empty or (is_comparing and self._differences))
        self._view.show_rows(Shown(self._subject(), table, numbers, _summary(table, numbers), unfold, is_comparing))

    def _subject(self) -> str:
        if self._ref is None:
            return ""
        if self._against is None:
            return _words(self._ref)
        return f"A  {_words(self._against)}\nB  {_words(self._ref)}"

    def _show_found(self, gathered: Gathered, text: str) -> None:
        table = gathered.table()
        self._table = table
        unread = f", {plural(gathered.unread, 'file', 'files')} not readable to the end" if gathered.unread else ""
        cut = ", more values than are listed" if gathered.is_cut else ""
        summary = f"{plural(gathered.values, 'value', 'values')} in {plural(gathered.files, 'image', 'images')}"
        found = f"{summary}{cut}{unread}"
        self._view.show_rows(Shown(f"“{text}” in all open images", table, range(len(table.ranks)), found))

    def _searched(self, gathered: Gathered, text: str) -> None:
        self._job = None
        self._view.show_busy("")
        if not gathered.values and self._everywhere:
            self._view.show_message(f"Nothing in the open images has “{text}”.")


def _table_of(places: Sequence[Place], job: Job) -> Table:
    if len(places) == 1:
        return ElementTable(summarised_contents(places[0], longest=LONGEST_VALUE))
    contents: list[Contents] = []
    for done, place in enumerate(places):
        job.progress(done, len(places))
        contents.append(summarised_contents(place, with_pixels=True))
    return ComparisonTable(compare(contents), ("A", "B"))


def _in_batches(found: Iterator[Searched]) -> Iterator[tuple[list[Searched], int]]:
    """Gather what comes in, so that the window is told a few times a second."""
    batch: list[Searched] = []
    done, told = 0, time.monotonic()
    for each in found:
        done += 1
        if each.elements or each.refusal is not None:
            batch.append(each)
        if time.monotonic() - told >= SHOW_EVERY_S:
            yield batch, done
            batch, told = [], time.monotonic()
    yield batch, done


def _instances(workspace: Workspace) -> list[Instance]:
    return [
        instance
        for patient in workspace.patients
        for study in patient.studies
        for series in study.series
        for instance in series.instances
    ]


def _words(ref: FrameRef) -> str:
    return f"{series_words(ref.instance)}  ·  {image_words(ref)}"


def _summary(table: Table, numbers: Sequence[int]) -> str:
    total = len(table.ranks)
    if isinstance(table, ComparisonTable):
        differing = table.differing
        return f"{plural(differing, 'element differs', 'elements differ')}" if differing else "No difference"
    shown = grouped(len(numbers))
    return f"{shown} rows" if len(numbers) == total else f"{shown} of {grouped(total)} rows"
