"""Pages of a PDF are drawn at the size that is asked for, their text can be found, and bad ones are told."""

import numpy as np
import pypdfium2
import pytest

from tests.pdf_samples import pdf
from workstation.display.pdf_pages import LARGEST_PAGE_PX, PdfPages
from workstation.errors import UserError


def test_that_a_page_is_drawn_at_the_wanted_size() -> None:
    with PdfPages(pdf()) as pages:
        assert (len(pages), pages.sizes_pt[0]) == (2, (300.0, 400.0))
        picture = pages.picture(0, 2.0)

    assert picture.shape == (800, 600, 3)
    assert (picture[305:395, 205:295] == 0).all()
    assert (picture[420:600, 205:295] == 255).all()


def test_that_what_was_filled_into_a_form_is_seen() -> None:
    with PdfPages(pdf()) as pages:
        field = pages.picture(0, 2.0)[660:720, 200:440]
        assert (pages.picture(1, 2.0)[660:720, 200:440] == 255).all()

    assert np.count_nonzero(field.min(axis=2) < 128) > 50


def test_that_text_is_read_and_found_with_its_place() -> None:
    with PdfPages(pdf()) as pages:
        assert pages.text(1) == "Befund Größe, page 2"
        assert pages.text(0, (95, 100, 135, 125)) == "Befund"
        assert pages.text(0, (0, 300, 50, 330)) == ""
        first, second = pages.find("größe")

    assert (first.page, second.page) == (0, 1)
    left, top, right, bottom = first.boxes_pt[0]
    assert 130 < left < 150
    assert 105 < top < bottom < 125
    assert right < 190


def test_that_a_script_is_not_run_and_the_page_is_drawn() -> None:
    assert "V8" not in pypdfium2.PDFIUM_INFO.flags

    with PdfPages(pdf(script="app.alert('x'); while (true) {}")) as pages:
        assert pages.picture(0, 1.0).shape == (400, 300, 3)


def test_that_a_monstrous_page_is_drawn_smaller() -> None:
    with PdfPages(pdf(pages=1, size_pt=(14000, 14000))) as pages:
        rows, columns, _ = pages.picture(0, 10.0).shape

    assert 0.95 * LARGEST_PAGE_PX < rows * columns < 1.01 * LARGEST_PAGE_PX


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "cannot be read"),
        (b"%PDF-1.4\nnothing", "cannot be read"),
        (pdf()[:300], "cannot be read"),
        (pdf(password="secret"), "locked by a password"),
    ],
)
def test_that_what_is_no_pdf_is_told(data: bytes, message: str) -> None:
    with pytest.raises(UserError, match=message):
        PdfPages(data)


def test_that_a_closed_document_says_so() -> None:
    pages = PdfPages(pdf())
    pages.close()
    pages.close()

    for ask in (lambda: pages.picture(0, 1.0), lambda: pages.text(0), lambda: pages.find("page")):
        with pytest.raises(UserError, match="closed"):
            ask()
