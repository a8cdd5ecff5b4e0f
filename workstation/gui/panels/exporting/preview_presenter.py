"""Decides what the print preview shows: pages as pictures, made in the background, and what is done with them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from workstation.display.drawings import Drawings, StateGraphics
from workstation.display.export import Wanted
from workstation.display.view import View
from workstation.documents.pages import PAPERS, page_picture
from workstation.errors import UserError
from workstation.exporting.printing import PRINT_DPI, Printout, Sheet
from workstation.gui.panels.exporting.form import ExportForm
from workstation.gui.panels.exporting.subject import Subject
from workstation.jobs.job import Job
from workstation.operations.values import Size
from workstation.quick_dataclass import dataclass

Picture = NDArray[np.uint8]
PREVIEW_DPI = 110.0


@dataclass(frozen=True, slots=True)
class PreviewState:
    """What the preview says beside the page; ``number`` counts from 0."""

    form: ExportForm
    number: int
    count: int
    problem: str = ""
    has_annotations: bool = False
    has_segments: bool = False


class PreviewView(Protocol):
    """What the presenter needs of the dialog."""

    def show_state(self, state: PreviewState) -> None:
        """Show choices, page number and what is wrong."""

    def show_page(self, picture: Picture | None) -> None:
        """Show a page; None while it is made, or where there is none."""


class Starter(Protocol):
    """`workstation.gui.work.Work`, as far as it is needed here."""

    def start(
        self,
        title: str,
        function: Callable[[Job], Any],
        *,
        done: Callable[[Any], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> Job:
        """Start a job."""


class PreviewPresenter:
    """Shows one page after the other.

    Parameters
    ----------
    view
        The dialog.
    work
        Makes the pages.
    subject
        What is printed: the image in the pane where the form says so, else its stack or series.
    form
        Choices of the export dialog.
    on_changed
        Told the form after each change, so that the export dialog agrees.
    on_save
        Has the pages written as a PDF.
    """

    def __init__(
        self,
        view: PreviewView,
        work: Starter,
        subject: Subject,
        form: ExportForm,
        *,
        on_changed: Callable[[ExportForm], None] = lambda _form: None,
        on_save: Callable[[ExportForm], None] = lambda _form: None,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        self._view, self._work, self._subject, self._now = view, work, subject, now
        self._on_changed, self._on_save = on_changed, on_save
        self.form, self.number = form, 0
        self._problem = ""
        self._printout: Printout | None = None
        self._job: Job | None = None
        self._shown = 0

    @property
    def count(self) -> int:
        """How many pages there are."""
        return self._printout.count if self._printout is not None else 0

    def open(self) -> None:
        """Show the first page."""
        self._lay_out()

    def change(self, form: ExportForm) -> None:
        """Lay the pages out anew."""
        if form != self.form:
            self.form = form
            self._on_changed(form)
            self._lay_out()

    def turn(self, steps: int) -> None:
        """Go to another page."""
        number = min(max(self.number + steps, 0), max(self.count - 1, 0))
        if number != self.number:
            self.number = number
            self._show()

    def save(self) -> None:
        """Have the pages written."""
        if self._printout is not None:
            self._on_save(self.form)

    def print_page(
        self, number: int, done: Callable[[Picture], None], failed: Callable[[Exception], None], dpi: float = PRINT_DPI
    ) -> None:
        """Make a page for a printer, ``number`` from 0, in the background."""
        printout = printout_of(self._subject, self.form, dpi=dpi, now=self._now())
        self._work.start("Print", lambda _job: page_picture(printout.page(number), dpi), done=done, failed=failed)

    def close(self) -> None:
        """Make no more pages."""
        self._shown += 1
        if self._job is not None:
            self._job.cancel()

    def _lay_out(self) -> None:
        try:
            self._printout, self._problem = (
                printout_of(self._subject, self.form, dpi=PREVIEW_DPI, now=self._now()),
                "",
            )
        except UserError as error:
            self._printout, self._problem = None, f"{error.message} {error.hint}".strip()
        self.number = min(self.number, max(self.count - 1, 0))
        self._show()

    def _show(self) -> None:
        self._view.show_state(self._state(self.number, self._problem))
        self._view.show_page(None)
        if self._job is not None:
            self._job.cancel()
        self._shown += 1
        turn, printout, number = self._shown, self._printout, self.number
        if printout is None:
            return

        def made(picture: Picture) -> None:
            if turn == self._shown:
                self._view.show_page(picture)
                self._tell(printout)

        def failed(error: Exception) -> None:
            if turn == self._shown and isinstance(error, UserError):
                self._view.show_state(self._state(number, error.message))

        self._job = self._work.start(
            "Print preview", lambda _job: page_picture(printout.page(number), PREVIEW_DPI), done=made, failed=failed
        )

    def _state(self, number: int, problem: str) -> PreviewState:
        subject, scope = self._subject, self.form.scope
        has_annotations, has_segments = subject.has_annotations(scope), subject.has_segments(scope)
        return PreviewState(self.form, number, self.count, problem, has_annotations, has_segments)

    def _tell(self, printout: Printout) -> None:
        """Say what of the page cannot be shown, once it is made."""
        told = "; ".join(dict.fromkeys(each.message.rstrip(".") for each in printout.failures))
        printout.failures.clear()
        if told:
            self._view.show_state(self._state(self.number, f"{told}."))


def printout_of(subject: Subject, form: ExportForm, *, dpi: float = PRINT_DPI, now: datetime | None = None) -> Printout:
    """Lay out what a form asks for; `UserError` where it does not fit the paper."""
    size = Size.parse(form.layout)
    paper = PAPERS[form.page]
    sheet = Sheet(
        paper=paper.turned() if form.landscape else paper,
        columns=size.width,
        rows=size.height,
        with_header=form.header,
        is_true_size=form.true_size,
        dpi=dpi,
        printed=now or datetime.now().astimezone(),
        every=form.every,
    )
    alone = form.scope == "image"
    stacks = subject.image_alone() if alone else subject.stacks(form.every)
    view = _look(subject, form)
    segments = subject.segments.files if subject.segments is not None and form.segments else None
    drawings = _drawings(subject, form, view)
    wanted = Wanted(view=view, segments=segments, drawings=drawings, scale_of=subject.scale_of)
    return Printout(stacks, wanted, sheet)


def _drawings(subject: Subject, form: ExportForm, view: View) -> Drawings:
    """Give what is drawn on the images, but for what the view draws already."""
    if not form.annotations:
        return Drawings()
    shown = subject.shown
    state = shown.view.presentation if shown is not None and shown.state is not None and form.look else None
    drawn = (StateGraphics(state.state),) if state is not None and view.presentation is None else ()
    return Drawings(drawn).with_live(subject.annotations(form.scope))


def _look(subject: Subject, form: ExportForm) -> View:
    shown = subject.shown
    if shown is None or not form.look:
        return View(overlays=False)
    view = replace(shown.view, zoom=None, centre_px=None, overlays=False)
    return view if form.scope == "image" else replace(view, presentation=None, hidden_layers=frozenset())
