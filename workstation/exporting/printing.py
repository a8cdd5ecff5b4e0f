"""Images on paper: a grid of a stack's images with a header of the patient, letters, scale bars, and true size."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from datetime import datetime
from pathlib import Path

import workstation
from workstation.display.corner_text import Corners, corner_lines, date_text, time_text
from workstation.display.export import Wanted, drawn_picture, view_of
from workstation.display.letters import EdgeLetters, edge_letters
from workstation.display.scale_bar import scale_bar
from workstation.display.true_size import true_size
from workstation.display.view import View, natural_size
from workstation.documents.pages import Item, Page, Paper, PlacedLine, PlacedPicture, PlacedText, write_pdf
from workstation.errors import UserError
from workstation.exporting.chosen import ChosenStack, Numbered
from workstation.exporting.pictures import Images, failure
from workstation.exporting.results import Exported
from workstation.jobs.job import Job
from workstation.model.attributes import text
from workstation.model.frame import Frame
from workstation.model.index.records import Instance
from workstation.model.refusal import Refused
from workstation.model.text import person_name
from workstation.operations.operation import ItemFailed, counted
from workstation.quick_dataclass import dataclass

PRINT_DPI = 300.0
MOST_PAGES = 500
MARGIN_MM, GAP_MM = 12.0, 3.0
_HEADER_MM, _FOOTER_MM, _RULER_MM, _CAPTION_MM = 17.0, 8.0, 12.0, 4.0
_SMALLEST_CELL_MM = 12.0
_RULER_LENGTHS_MM = (100, 50)
_QUIET = 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """How pages are laid out.

    Parameters
    ----------
    paper
        As it is held: turned already where it lies on its side.
    columns, rows
        Of images on a page.
    with_header
        Whether the patient and study are named on each page.
    is_true_size
        A millimetre in the patient is one on paper; a ruler to check it by is printed too.
    dpi
        Resolution of the images.
    printed
        When, for the foot of the page.
    every
        Which images were chosen, for the foot: every Nth.
    """

    paper: Paper
    columns: int = 1
    rows: int = 1
    with_header: bool = True
    is_true_size: bool = False
    dpi: float = PRINT_DPI
    printed: datetime
    every: int = 1

    def __post_init__(self) -> None:
        width, height = self.cell_mm()
        if min(width, height) < _SMALLEST_CELL_MM:
            raise UserError(
                f"{self.columns} x {self.rows} images are too many for a page.", hint="Choose a smaller --layout."
            )

    @property
    def top_mm(self) -> float:
        """Where the images begin."""
        return MARGIN_MM + (_HEADER_MM if self.with_header else 0.0)

    def cell_mm(self) -> tuple[float, float]:
        """Give the room for one image, without its caption."""
        foot = MARGIN_MM + _FOOTER_MM + (_RULER_MM if self.is_true_size else 0.0)
        wide = self.paper.width_mm - 2 * MARGIN_MM - (self.columns - 1) * GAP_MM
        high = self.paper.height_mm - self.top_mm - foot - (self.rows - 1) * GAP_MM
        return wide / self.columns, high / self.rows - _CAPTION_MM

    def corner_mm(self, index: int) -> tuple[float, float]:
        """Give the top left of the cell of an index, from 0, row by row."""
        row, column = divmod(index, self.columns)
        width, height = self.cell_mm()
        return MARGIN_MM + column * (width + GAP_MM), self.top_mm + row * (height + _CAPTION_MM + GAP_MM)


@dataclass
class Printout:
    """The pages of some stacks, made one by one; pages of different studies are never mixed.

    ``failures`` fills with what could not be shown; its cell says so. ``cropped`` counts images that are larger than
    their cell at true size.
    """

    stacks: Sequence[ChosenStack]
    wanted: Wanted
    sheet: Sheet
    failures: list[ItemFailed] = field(default_factory=list)
    cropped: int = 0

    def __post_init__(self) -> None:
        self._pages = self._groups()
        if self.count > MOST_PAGES:
            raise UserError(
                f"That would be {self.count} pages.", hint=f"At most {MOST_PAGES}: choose with --every or --layout."
            )

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self._pages)

    def pages(self) -> Iterator[Page]:
        """Make the pages, from the first."""
        with Images() as images:
            for number in range(self.count):
                yield self._page(number, images)

    def page(self, number: int) -> Page:
        """Make one page, ``number`` from 0."""
        with Images() as images:
            return self._page(number, images)

    def _groups(self) -> list[list[tuple[ChosenStack, Numbered]]]:
        studies: dict[str, list[tuple[ChosenStack, Numbered]]] = {}
        for stack in self.stacks:
            first = stack.series.first
            key = f"{first.patient_id}\0{first.patient_name}\0{first.study_instance_uid}"
            studies.setdefault(key, []).extend((stack, each) for each in stack.frames)
        full = self.sheet.columns * self.sheet.rows
        return [cells[at : at + full] for cells in studies.values() for at in range(0, len(cells), full)]

    def _page(self, number: int, images: Images) -> Page:
        cells = self._pages[number]
        items: list[Item] = []
        if self.sheet.with_header:
            items += _header(cells[0][1].ref.instance, self.sheet)
        has_several = len({stack.series.series_instance_uid for stack, _each in cells}) > 1
        for index, (_stack, each) in enumerate(cells):
            items += self._cell(each, index, images, has_several=has_several)
        items += _footer(self.sheet, number + 1, self.count)
        if self.sheet.is_true_size:
            items += _ruler(self.sheet)
        return Page(self.sheet.paper, tuple(items))

    def _cell(self, each: Numbered, index: int, images: Images, *, has_several: bool) -> Iterator[Item]:
        left, top = self.sheet.corner_mm(index)
        width, height = self.sheet.cell_mm()
        try:
            cell = self._shown(each, images)
        except (Refused, UserError) as error:
            told = failure(each, error)
            self.failures.append(told)
            middle = top + height / 2
            yield from _frame(left, top, width, height)
            yield PlacedText(told.message, left + width / 2, middle, 7, width - 4, "middle", _QUIET)
            return
        yield replace(cell.picture, left_mm=left, top_mm=top)
        yield from _letters(cell.letters, left, top, width, height)
        yield from _bar(cell, left, top, self.sheet)
        series = (*cell.corners.bottom_right[:1],) if has_several else ()
        caption = "   ".join((*series, *cell.corners.bottom_left[:-1], *cell.notes))
        yield PlacedText(caption, left, top + height + 3.0, 6.5, width)

    def _shown(self, each: Numbered, images: Images) -> "_Cell":
        instance, sheet = each.ref.instance, self.sheet
        image = images.image(instance)
        frame = image.frame(each.ref.number)
        view = view_of(frame, instance, self.wanted)
        size_px = _pixels(sheet.cell_mm(), sheet.dpi)
        notes: list[str] = []
        view = replace(view, zoom=None, centre_px=None)
        if sheet.is_true_size:
            real = true_size(frame.spacing, 25.4 / sheet.dpi)
            view = replace(view, zoom=real.zoom)
            notes += [real.note] if real.note else []
            if any(whole > room + 1 for whole, room in zip(natural_size(frame, view), size_px, strict=True)):
                notes.append("edges cut off")
                self.cropped += 1
        picture = drawn_picture(instance.sop_instance_uid, frame, view, size_px, self.wanted)
        scale = self.wanted.scale(instance, each.ref.number)
        corners = corner_lines(instance, frame, view, size_px, position=(each.number, each.count), scale=scale)
        orientation = tuple(text(image.dataset, "PatientOrientation").split("\\"))
        letters = edge_letters(frame.plane, view, patient_orientation=orientation)
        width_mm, height_mm = (count * 25.4 / sheet.dpi for count in size_px)
        placed = PlacedPicture(picture, 0, 0, width_mm, height_mm)
        return _Cell(placed, frame, view, size_px, corners, letters, tuple(notes))


def write_printout(printout: Printout, path: Path, job: Job) -> Iterator[Exported | ItemFailed]:
    """Write the pages as a PDF.

    Raises
    ------
    UserError
        If it cannot be written, or none of the images can be shown.
    """

    def reported() -> Iterator[Page]:
        for number, page in enumerate(printout.pages()):
            yield page
            job.progress(number + 1, printout.count, "Writing pages")
        if len(printout.failures) == images:
            told = printout.failures[0]
            raise UserError(f"None of the images can be printed: {told.message}", hint=told.hint)

    images = sum(len(stack.frames) for stack in printout.stacks)
    job.progress(0, printout.count, "Writing pages")
    write_pdf(reported(), path, title="Medical images")
    yield from printout.failures
    cropped = f", {printout.cropped} of them cut off at the edges" if printout.cropped else ""
    told = f"{counted(images, 'image')} on {counted(printout.count, 'page')}{cropped}"
    yield Exported(str(path), told, images)


@dataclass(frozen=True)
class _Cell:
    picture: PlacedPicture
    frame: Frame
    view: View
    size_px: tuple[int, int]
    corners: Corners
    letters: EdgeLetters
    notes: tuple[str, ...]


def _pixels(size_mm: tuple[float, float], dpi: float) -> tuple[int, int]:
    return math.floor(size_mm[0] / 25.4 * dpi), math.floor(size_mm[1] / 25.4 * dpi)


def _frame(left: float, top: float, width: float, height: float) -> Iterator[PlacedLine]:
    corners = [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]
    for start, stop in zip(corners, [*corners[1:], corners[0]], strict=True):
        yield PlacedLine(start, stop, 0.2, _QUIET)


def _letters(letters: EdgeLetters, left: float, top: float, width: float, height: float) -> Iterator[PlacedText]:
    size = 9.0 if min(width, height) > 40 else 6.5
    down, across = top + height / 2, left + width / 2
    for word, x, line, align in (
        (letters.left, left + 1.2, down + 1, "left"),
        (letters.right, left + width - 1.2, down + 1, "right"),
        (letters.top, across, top + size * 0.3527 + 0.6, "middle"),
        (letters.bottom, across, top + height - 1.2, "middle"),
    ):
        if word:
            yield PlacedText(word, x, line, size, width / 3, align, 1.0, is_outlined=True)  # type: ignore[arg-type]


def _bar(cell: _Cell, left: float, top: float, sheet: Sheet) -> Iterator[Item]:
    width_px = cell.size_px[0]
    zoom = cell.view.effective_zoom(cell.frame, cell.size_px)
    bar = scale_bar(cell.frame.spacing, zoom, longest_px=width_px / 3)
    if bar is None:
        return
    length = bar.length_px * 25.4 / sheet.dpi
    right, line = left + cell.picture.width_mm - 2, top + cell.picture.height_mm - 2
    for start, stop in (
        ((right - length, line), (right, line)),
        ((right - length, line - 1.2), (right - length, line)),
        ((right, line - 1.2), (right, line)),
    ):
        yield PlacedLine(start, stop, 0.25, 1.0, is_outlined=True)
    words = f"{bar.label} {bar.note}".strip()
    yield PlacedText(words, right, line - 1.9, 6.5, cell.picture.width_mm / 2, "right", 1.0, is_outlined=True)


def _header(instance: Instance, sheet: Sheet) -> Iterator[Item]:
    left, right = MARGIN_MM, sheet.paper.width_mm - MARGIN_MM
    half = (right - left) / 2 - 2
    born, day = date_text(instance.patient_birth_date), date_text(instance.study_date)
    numbered = f"ID {instance.patient_id}" if instance.patient_id else ""
    identity = "   ".join(filter(None, (numbered, f"born {born}" if born else "", instance.patient_sex)))
    number = "" if instance.series_number is None else f"Series {instance.series_number}"
    when = "   ".join(filter(None, (day, time_text(instance.study_time))))
    accession = f"Acc. {instance.accession_number}" if instance.accession_number else ""
    what = "   ".join(filter(None, (instance.study_description, number, instance.series_description)))
    name = person_name(instance.patient_name) or "No patient's name"
    yield PlacedText(name, left, MARGIN_MM + 4, 12, half * 1.2)
    yield PlacedText(instance.institution_name, right, MARGIN_MM + 4, 9, half * 0.75, "right")
    yield PlacedText(identity, left, MARGIN_MM + 8.8, 8.5, half)
    yield PlacedText("   ".join(filter(None, (when, accession))), right, MARGIN_MM + 8.8, 8.5, half, "right")
    yield PlacedText(what, left, MARGIN_MM + 13, 8.5, right - left, grey=_QUIET)
    yield PlacedLine((left, MARGIN_MM + 15), (right, MARGIN_MM + 15), 0.2, _QUIET)


def _footer(sheet: Sheet, number: int, count: int) -> Iterator[Item]:
    left, right = MARGIN_MM, sheet.paper.width_mm - MARGIN_MM
    line = sheet.paper.height_mm - MARGIN_MM
    nth = f"one image of {sheet.every}" if sheet.every > 1 else ""
    size = "true size, 1:1" if sheet.is_true_size else "not to scale: measure with the bars"
    made = f"Workstation {workstation.__version__}, {sheet.printed:%Y-%m-%d %H:%M}"
    yield PlacedText("   ".join(filter(None, (made, size, nth))), left, line, 7, right - left - 30, grey=_QUIET)
    yield PlacedText(f"Page {number} of {count}", right, line, 7, 28, "right", _QUIET)


def _ruler(sheet: Sheet) -> Iterator[Item]:
    left, room = MARGIN_MM, sheet.paper.width_mm - 2 * MARGIN_MM
    length = next((each for each in _RULER_LENGTHS_MM if each <= room), 20)
    line = sheet.paper.height_mm - MARGIN_MM - _FOOTER_MM
    yield PlacedLine((left, line), (left + length, line), 0.15)
    for step in range(length + 1):
        tall = 3.5 if step % 10 == 0 else 2.5 if step % 5 == 0 else 1.5
        yield PlacedLine((left + step, line - tall), (left + step, line), 0.15)
        if step % 10 == 0 and step:
            yield PlacedText(f"{step}", left + step, line - 4, 6, 8, "middle")
    words = f"{length} mm if printed at 100 %, not “fit to page”"
    yield PlacedText(words, left + length + 4, line - 0.5, 7, room - length - 4, grey=_QUIET)
