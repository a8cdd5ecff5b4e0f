"""The reference of the commands says what the operations say."""

from scripts import batch_document
from tests.samples import ROOT


def test_that_the_reference_is_up_to_date() -> None:
    written = (ROOT / "docs" / "batch.md").read_text(encoding="utf-8")

    assert written == batch_document.document(), "run: python scripts/batch_document.py"
