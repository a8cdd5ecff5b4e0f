"""Pages onto paper: one after the other, each made in the background, none scaled."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter

from workstation.documents.pages import PAPERS
from workstation.errors import UserError
from workstation.gui.panels.exporting.form import ExportForm
from workstation.gui.panels.exporting.preview import image_of

Picture = NDArray[np.uint8]
MakePage = Callable[[int, Callable[[Picture], None], Callable[[Exception], None]], None]


def printer_for(form: ExportForm) -> QPrinter:
    """Give a printer set to the paper of a form, its whole sheet."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    paper = PAPERS[form.page]
    size = QPageSize(QSizeF(paper.width_mm, paper.height_mm), QPageSize.Unit.Millimeter)
    turned = QPageLayout.Orientation.Landscape if form.landscape else QPageLayout.Orientation.Portrait
    printer.setPageLayout(QPageLayout(size, turned, QMarginsF()))
    printer.setFullPage(True)
    printer.setCreator("Workstation")
    printer.setDocName("Medical images")
    return printer


class Printing:
    """Prints pages.

    Parameters
    ----------
    printer
        Set up by `printer_for`, and by the person in the print dialog.
    form
        The paper of the pages.
    count
        How many pages there are.
    make
        Makes a page, from 0, in the background.
    done, failed
        Told the end.
    """

    def __init__(
        self,
        printer: QPrinter,
        form: ExportForm,
        count: int,
        make: MakePage,
        *,
        done: Callable[[], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self._printer, self._form, self._make = printer, form, make
        self._done, self._failed = done, failed
        first, last = printer.fromPage() or 1, printer.toPage() or count
        self._numbers = list(range(max(1, first) - 1, min(last, count)))
        self._painter = QPainter()

    def start(self) -> None:
        """Print the first page, and then the others."""
        if not self._numbers or not self._painter.begin(self._printer):
            self._failed(UserError("The printer takes no pages.", hint="Choose another printer, or save as PDF."))
            return
        self._make(self._numbers[0], lambda picture: self._draw(0, picture), self._stop)

    def _draw(self, at: int, picture: Picture) -> None:
        paper = PAPERS[self._form.page]
        paper = paper.turned() if self._form.landscape else paper
        per_mm = self._printer.resolution() / 25.4
        sheet = QRectF(0, 0, paper.width_mm * per_mm, paper.height_mm * per_mm)
        image = image_of(picture)
        self._painter.drawImage(sheet, image, QRectF(image.rect()))
        following = at + 1
        if following == len(self._numbers):
            self._painter.end()
            self._done()
        elif self._printer.newPage():
            self._make(self._numbers[following], lambda picture: self._draw(following, picture), self._stop)
        else:
            self._stop(UserError("The printer takes no more pages.", hint="Look at the printer, or save as PDF."))

    def _stop(self, error: Exception) -> None:
        self._printer.abort()
        self._painter.end()
        self._failed(error)
