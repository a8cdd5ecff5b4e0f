"""Pages of pictures and words in millimetres, written as PDF, and shown as pictures before they are printed."""

import threading
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from workstation.documents.fonts import NAME, can_write, drawn, drawn_box_pt, glyphs, shown_order, width_pt
from workstation.quick_dataclass import dataclass
from workstation.whole_files import whole_file

PT_PER_MM = 72 / 25.4
_OUTLINE_PT = 1.2
_PDFIUM = threading.Lock()  # PDFium is not safe in several threads


@dataclass(frozen=True, slots=True)
class Paper:
    """A size of paper, upright."""

    width_mm: float
    height_mm: float

    def turned(self) -> "Paper":
        """Give it on its side."""
        return Paper(self.height_mm, self.width_mm)


PAPERS: dict[str, Paper] = {"a4": Paper(210.0, 297.0), "letter": Paper(215.9, 279.4)}


@dataclass(frozen=True)
class PlacedPicture:
    """A picture, (height, width, 3) of red, green, blue, and the rectangle that it fills; mm from the top left."""

    picture: NDArray[np.uint8]
    left_mm: float
    top_mm: float
    width_mm: float
    height_mm: float


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A line of text from a file or from us, written as it is: nothing in it is mark-up.

    Parameters
    ----------
    x_mm, line_mm
        Where it begins, ends or has its middle (by ``align``), and where its line is, from the top left.
    room_mm
        What does not fit ends with an ellipsis.
    grey
        0 black to 1 white.
    is_outlined
        With a contrasting edge, to be read over a picture.
    """

    text: str
    x_mm: float
    line_mm: float
    size_pt: float
    room_mm: float
    align: Literal["left", "middle", "right"] = "left"
    grey: float = 0.0
    is_outlined: bool = False


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A straight line; mm from the top left."""

    start_mm: tuple[float, float]
    stop_mm: tuple[float, float]
    width_mm: float
    grey: float = 0.0
    is_outlined: bool = False


Item = PlacedPicture | PlacedText | PlacedLine


@dataclass(frozen=True, slots=True)
class Page:
    """One page; items are drawn one over the other."""

    paper: Paper
    items: tuple[Item, ...]


def write_pdf(pages: Iterable[Page], path: Path, *, title: str) -> None:
    """Write pages as a PDF; it appears when it is whole.

    Parameters
    ----------
    pages
        May come as they are made, and raise `workstation.errors.Cancelled`.
    title
        Of the document, shown by viewers; no patient's name.

    Raises
    ------
    UserError
        If it cannot be written.
    """
    with whole_file(path, hint="Choose another --output.") as temporary, temporary.open("wb") as stream:
        stream.write(pdf_of(pages, title=title))


def pdf_of(pages: Iterable[Page], *, title: str = "") -> bytes:
    """Give pages as the bytes of a PDF; printers are asked not to scale it."""
    from reportlab.pdfgen.canvas import Canvas

    glyphs()
    buffer = BytesIO()
    canvas = Canvas(buffer, pageCompression=1, lang="en")
    canvas.setTitle(title)
    canvas.setCreator("Workstation")
    canvas.setViewerPreference("PrintScaling", "None")
    for page in pages:
        sheet = _Sheet(canvas, page.paper)
        for item in page.items:
            sheet.draw(item)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def page_picture(page: Page, dpi: float) -> NDArray[np.uint8]:
    """Give a page as it will be printed, (height, width, 3) of red, green, blue."""
    return pdf_picture(pdf_of([page]), 0, dpi)


def pdf_picture(data: bytes, number: int, dpi: float) -> NDArray[np.uint8]:
    """Give a page, ``number`` from 0, of a PDF of ours as a picture."""
    import pypdfium2

    with _PDFIUM:
        document = pypdfium2.PdfDocument(data)
        try:
            page = document[number]
            bitmap = page.render(scale=dpi / 72, rev_byteorder=True)
            picture = np.array(bitmap.to_numpy()[..., :3], np.uint8)
            bitmap.close()
            page.close()
        finally:
            document.close()
    return picture


class _Sheet:
    """Draws items; the toolkit counts points from the bottom left."""

    def __init__(self, canvas: Any, paper: Paper) -> None:
        self.canvas, self.paper = canvas, paper
        canvas.setPageSize((paper.width_mm * PT_PER_MM, paper.height_mm * PT_PER_MM))

    def draw(self, item: Item) -> None:
        if isinstance(item, PlacedPicture):
            self._picture(item)
        elif isinstance(item, PlacedText):
            self._text(item)
        else:
            self._line(item)

    def _point(self, x_mm: float, y_mm: float) -> tuple[float, float]:
        return x_mm * PT_PER_MM, (self.paper.height_mm - y_mm) * PT_PER_MM

    def _picture(self, item: PlacedPicture) -> None:
        from PIL import Image
        from reportlab.lib.utils import ImageReader

        picture = item.picture
        is_grey = bool((picture[..., 0] == picture[..., 1]).all() and (picture[..., 0] == picture[..., 2]).all())
        plain = np.ascontiguousarray(picture[..., 0] if is_grey else picture)
        x, y = self._point(item.left_mm, item.top_mm + item.height_mm)
        size = item.width_mm * PT_PER_MM, item.height_mm * PT_PER_MM
        self.canvas.drawImage(ImageReader(Image.fromarray(plain)), x, y, *size)

    def _line(self, item: PlacedLine) -> None:
        self.canvas.setLineCap(2)
        ends = (*self._point(*item.start_mm), *self._point(*item.stop_mm))
        if item.is_outlined:
            self.canvas.setStrokeGray(1 - round(item.grey))
            self.canvas.setLineWidth(item.width_mm * PT_PER_MM + _OUTLINE_PT)
            self.canvas.line(*ends)
        self.canvas.setStrokeGray(item.grey)
        self.canvas.setLineWidth(item.width_mm * PT_PER_MM)
        self.canvas.line(*ends)

    def _text(self, item: PlacedText) -> None:
        shown = _fitting(item)
        if not shown:
            return
        wide = width_pt(shown, item.size_pt)
        x, y = self._point(item.x_mm, item.line_mm)
        x -= {"left": 0.0, "middle": wide / 2, "right": wide}[item.align]
        if not can_write(shown):
            self._drawn(shown, x, y, item)
            return
        if item.is_outlined:
            self._written(shown, x, y, item, mode=1)
        self._written(shown, x, y, item, mode=0)

    def _written(self, shown: str, x: float, y: float, item: PlacedText, *, mode: int) -> None:
        self.canvas.saveState()  # the mode outlives its text, which reportlab does not know
        written = self.canvas.beginText(x, y)
        written.setFont(NAME, item.size_pt)
        written.setTextRenderMode(mode)
        written.setFillGray(item.grey)
        written.setStrokeGray(1 - round(item.grey))
        self.canvas.setLineWidth(_OUTLINE_PT)
        self.canvas.setLineJoin(1)
        written.textOut(shown)
        self.canvas.drawText(written)
        self.canvas.restoreState()

    def _drawn(self, shown: str, x: float, y: float, item: PlacedText) -> None:
        from PIL import Image
        from reportlab.lib.utils import ImageReader

        ink = drawn(shown)
        colour = np.full_like(ink, round(item.grey * 255))
        width, height, below = drawn_box_pt(shown, item.size_pt)
        picture = Image.fromarray(np.dstack([colour, colour, colour, ink]))
        self.canvas.drawImage(ImageReader(picture), x, y - below, width, height, mask="auto")


def _fitting(item: PlacedText) -> str:
    """Give as much of a text as there is room for, cut in reading order."""
    room = item.room_mm * PT_PER_MM
    shown = shown_order(item.text)
    if width_pt(shown, item.size_pt) <= room:
        return shown
    shortest, longest = 0, len(item.text)
    while shortest < longest:
        middle = (shortest + longest + 1) // 2
        if width_pt(shown_order(item.text[:middle].rstrip() + "…"), item.size_pt) <= room:
            shortest = middle
        else:
            longest = middle - 1
    return shown_order(item.text[:shortest].rstrip() + "…") if shortest else ""
