"""What stands on the pages of a PDF, as another library reads them."""

from pathlib import Path

import pypdfium2


def words_of_pages(path: Path) -> list[str]:
    """Give the text of each page."""
    document = pypdfium2.PdfDocument(path)
    words = []
    for page in document:
        text = page.get_textpage()
        words.append(text.get_text_bounded())
        text.close()
        page.close()
    document.close()
    return words
