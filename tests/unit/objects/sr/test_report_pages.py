"""Reports as text and as HTML: everything is said, and nothing of a file can be taken for markup."""

import re
import xml.etree.ElementTree as ElementTree

from tests.report_samples import code, item, report
from workstation.objects.sr.pages import as_html, as_text
from workstation.objects.sr.reading import report_of


def test_that_the_text_says_every_item_in_order_and_indented() -> None:
    lines = as_text(report_of(report())).split("\n")

    assert lines[0] == "Diagnostic imaging report"
    assert "  Status: Complete, verified by House, Gregory, Princeton, 2026-01-02 11:00:00" in lines
    assert "    1.4.1 Long axis: 12.5 mm" in lines
    assert "      1.4.1.1 [inferred from] Region: Circle: (10.0, 20.0) (13.0, 24.0) px, radius 5.0 px" in lines
    assert "    1.4.2 Short axis: Measurement failure" in lines
    assert lines[lines.index("    1.4.3 Finding: Größe <b>&") + 1] == "          zweite Zeile"
    assert "    1.5.1 [inferred from] See: item 1.4.1" in lines
    assert "  1.2 [observation context] Person Observer Name: House, Gregory" in lines


def test_that_the_page_is_well_formed_and_holds_every_item() -> None:
    page = as_html(report_of(report()))
    body = ElementTree.fromstring(re.sub(r"<br>", "<br/>", page[page.index("<body>") : page.index("</html>")]))  # noqa: S314  # our own page

    assert {each.get("id") for each in body.iter() if each.get("id")} == {
        f"i{each.number}" for each in report_of(report()).root.walk()
    }
    assert body.find(".//a[@href='#i1.4.1']") is not None
    assert "Größe <b>&zweite Zeile" in "".join(body.itertext()).replace("\n", "")


def test_that_markup_in_a_report_is_text_on_the_page() -> None:
    evil = '<script>alert(1)</script><img src=x onerror="a()">'
    ds = report()
    ds.PatientName = evil
    ds.ContentSequence = [
        item("CONTAINS", "TEXT", code("1", "99X", evil), TextValue=evil),
        item("CONTAINS", "CONTAINER", code("2", "99X", evil), ContentSequence=[]),
        item("CONTAINS", evil[:16], code("3", "99X", "Type")),
        item(evil[:16], "UIDREF", code("4", "99X", "Uid"), UID=evil),
    ]

    page = as_html(report_of(ds))

    assert "<script" not in page
    assert "<img" not in page
    assert page.count("&lt;script&gt;") >= 4


def test_that_what_is_wrong_is_said_on_both() -> None:
    ds = report()
    ds.ContentSequence = [item("CONTAINS", "CODE", code("1", "99X", "Finding"))]
    read = report_of(ds)

    for page in (as_text(read), as_html(read)):
        assert "Its code is missing." in page
        assert "1 item is incomplete" in page
