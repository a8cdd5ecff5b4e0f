"""Pages of a PDF as pictures, with their text. Scripts in it are not run: the library is built without any engine."""

import threading
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.errors import UserError
from workstation.model.text import clean
from workstation.quick_dataclass import dataclass

LARGEST_PAGE_PX = 40_000_000
"""Pages are drawn smaller than asked for where they would have more pixels."""
MOST_FOUND = 1000
_LOCK = threading.RLock()  # PDFium is not safe to use from several threads, not even with documents of their own

Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class FoundText:
    """Where a text was found: page from 0, and (left, top, right, bottom) of each line of it, in points of the page."""

    page: int
    boxes_pt: tuple[Rectangle, ...]


class PdfPages:
    """The pages of a PDF; safe to use from several threads, one after the other.

    Parameters
    ----------
    data
        The file.

    Raises
    ------
    UserError
        If it is locked by a password, or no PDF that can be read.
    """

    def __init__(self, data: bytes) -> None:
        import pypdfium2

        self._failure = pypdfium2.PdfiumError
        self._is_closed = False
        with _LOCK:
            try:
                self._document = pypdfium2.PdfDocument(data)
                self._document.init_forms()  # what was filled into forms is drawn; needs no engine for scripts
                self.sizes_pt: tuple[tuple[float, float], ...] = tuple(
                    self._size(at) for at in range(len(self._document))
                )
            except self._failure as error:
                raise _refused(str(error)) from error
        if not self.sizes_pt:
            raise UserError("The PDF has no pages.")

    def _size(self, at: int) -> tuple[float, float]:
        """Give width and height of a page in points (1/72 inch), as it is seen; of A4 where it has none."""
        try:
            width, height = self._document.get_page_size(at)
        except self._failure:
            return 595.0, 842.0
        sound = all(np.isfinite(each) and each > 0 for each in (width, height))
        return (float(width), float(height)) if sound else (595.0, 842.0)

    def __len__(self) -> int:
        return len(self.sizes_pt)

    def picture(self, page: int, px_per_pt: float) -> NDArray[np.uint8]:
        """Draw a page.

        Parameters
        ----------
        page
            From 0.
        px_per_pt
            Pixels a point of 1/72 inch; made smaller where the page would have more than `LARGEST_PAGE_PX` pixels.

        Returns
        -------
        ndarray
            (height, width, 3) of red, green, blue, on white.

        Raises
        ------
        UserError
            If the page cannot be drawn.
        """
        width, height = self.sizes_pt[page]
        scale = min(px_per_pt, (LARGEST_PAGE_PX / (width * height)) ** 0.5)
        with _LOCK:
            self._check_open()
            try:
                opened = self._document[page]
                pixels = np.array(opened.render(scale=scale, rev_byteorder=True).to_numpy()[..., :3], np.uint8)
                opened.close()
            except (self._failure, MemoryError) as error:
                raise UserError(f"Page {page + 1} of the PDF cannot be drawn: {error}.") from error
        return pixels

    def text(self, page: int, box_pt: Rectangle | None = None) -> str:
        """Give the text of a page, or of (left, top, right, bottom) of it in points; empty where it has none.

        Lines end in ``\\n``; control characters are left out.
        """
        with _LOCK:
            self._check_open()
            try:
                found = self._document[page].get_textpage()
                if box_pt is None:
                    told = found.get_text_bounded()
                else:
                    left, top, right, bottom = box_pt
                    height = self.sizes_pt[page][1]
                    told = found.get_text_bounded(left, height - bottom, right, height - top)
            except self._failure:
                return ""
        return "\n".join(line.rstrip() for line in clean(told, lines=True).split("\n"))

    def find(self, words: str) -> tuple[FoundText, ...]:
        """Give where a text stands, in reading order, in any case; `MOST_FOUND` at most."""
        found: list[FoundText] = []
        if not words.strip():
            return ()
        for page in range(len(self)):
            with _LOCK:
                self._check_open()
                try:
                    found += self._found_on(page, words)
                except self._failure:
                    continue
            if len(found) >= MOST_FOUND:
                break
        return tuple(found[:MOST_FOUND])

    def _found_on(self, page: int, words: str) -> list[FoundText]:
        height = self.sizes_pt[page][1]
        text_page: Any = self._document[page].get_textpage()
        searcher = text_page.search(words)
        found: list[FoundText] = []
        while (hit := searcher.get_next()) is not None and len(found) < MOST_FOUND:
            count = text_page.count_rects(*hit)
            rectangles = (text_page.get_rect(at) for at in range(count))
            boxes = tuple((left, height - top, right, height - bottom) for left, bottom, right, top in rectangles)
            found.append(FoundText(page, boxes))
        return found

    def _check_open(self) -> None:
        if self._is_closed:
            raise UserError("The document is closed.")

    def close(self) -> None:
        """Give the document back; nothing can be asked of it afterwards."""
        with _LOCK:
            if not self._is_closed:
                self._is_closed = True
                self._document.close()

    def __enter__(self) -> "PdfPages":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _refused(reason: str) -> UserError:
    if "password" in reason.lower():
        return UserError(
            "The PDF is locked by a password.", hint="Save it, and open it with a program that asks for it."
        )
    return UserError(
        "The PDF cannot be read: it is damaged, or no PDF.",
        hint="Save it, and try another program, or request it again.",
    )
