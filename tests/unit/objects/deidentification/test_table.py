"""Table E.1-1 as data: complete, well formed, and as often as other readings of the standard count."""

from collections import Counter

import pytest
from pydicom.datadict import dictionary_description, dictionary_has_tag

from workstation.objects.deidentification.table import Option, Row, row_of, rows

_BASIC_CODES = {"X", "Z", "D", "U", "X/Z", "X/D", "Z/D", "X/Z/D", "X/Z/U*"}


def tag_of(row: Row) -> int:
    return int(row.tag.replace(",", ""), 16)


PLAIN = [row for row in rows() if "x" not in row.tag and row.tag != "odd"]


def test_that_every_row_of_the_edition_is_there_once() -> None:
    assert len(rows()) == 656
    assert len({row.tag for row in rows()}) == 656
    # counted in two other transcriptions of the table, editions 2025c and 2026c, which agree with each other
    assert Counter(row.basic for row in rows()) == {
        "X": 416, "D": 93, "U": 55, "Z": 42, "X/D": 23, "X/Z": 11, "X/Z/D": 8, "Z/D": 6, "X/Z/U*": 2,
    }  # fmt: skip


def test_that_every_option_has_its_column() -> None:
    columns = Counter(option for row in rows() for option in row.options)

    assert columns == {
        Option.RETAIN_SAFE_PRIVATE: 1,
        Option.RETAIN_UIDS: 60,
        Option.RETAIN_DEVICE: 59,
        Option.RETAIN_INSTITUTION: 10,
        Option.RETAIN_CHARACTERISTICS: 19,
        Option.RETAIN_FULL_DATES: 169,
        Option.RETAIN_MODIFIED_DATES: 169,
        Option.CLEAN_DESCRIPTORS: 139,
        Option.CLEAN_STRUCTURED: 4,
        Option.CLEAN_GRAPHICS: 4,
    }
    assert all(code in ("K", "C") for row in rows() for code in row.options.values())


@pytest.mark.parametrize(
    ("tag", "basic", "options"),
    [
        ("0008,0018", "U", {Option.RETAIN_UIDS: "K"}),
        ("0008,0020", "Z", {Option.RETAIN_FULL_DATES: "K", Option.RETAIN_MODIFIED_DATES: "C"}),
        ("0008,0050", "Z", {}),
        ("0008,0080", "X/Z/D", {Option.RETAIN_INSTITUTION: "K"}),
        ("0008,1010", "X/Z/D", {Option.RETAIN_DEVICE: "K"}),
        ("0008,1030", "X", {Option.CLEAN_DESCRIPTORS: "C"}),
        ("0008,1140", "X/Z/U*", {Option.RETAIN_UIDS: "K"}),
        ("0010,0010", "Z", {}),
        ("0010,0040", "Z", {Option.RETAIN_CHARACTERISTICS: "K"}),
        ("0010,1010", "X", {Option.RETAIN_CHARACTERISTICS: "K"}),
        ("0010,4000", "X", {Option.CLEAN_DESCRIPTORS: "C"}),
        ("0018,1000", "X/Z/D", {Option.RETAIN_DEVICE: "K"}),
        ("0040,a730", "D", {Option.CLEAN_STRUCTURED: "C"}),
        ("0018,1010", "X", {Option.RETAIN_DEVICE: "K"}),
        ("003a,0203", "X", {Option.CLEAN_DESCRIPTORS: "C"}),
        ("0040,0556", "X", {Option.CLEAN_DESCRIPTORS: "C"}),
        ("0040,b020", "X/D", {Option.CLEAN_STRUCTURED: "C"}),
        ("0040,e012", "X", {}),
        ("0070,0006", "D", {Option.CLEAN_DESCRIPTORS: "C"}),
        ("0070,0001", "D", {Option.CLEAN_GRAPHICS: "C"}),
        ("50xx,xxxx", "X", {Option.CLEAN_GRAPHICS: "C"}),
        ("60xx,3000", "X", {Option.CLEAN_GRAPHICS: "C"}),
        ("odd", "X", {Option.RETAIN_SAFE_PRIVATE: "C"}),
        ("fffa,fffa", "X", {}),
        ("fffc,fffc", "X", {}),
    ],
)
def test_that_a_row_is_as_the_standard_has_it(tag: str, basic: str, options: dict[Option, str]) -> None:
    (row,) = [row for row in rows() if row.tag == tag]

    assert (row.basic, dict(row.options)) == (basic, options)


def test_that_tags_and_names_fit_the_dictionary_of_the_standard() -> None:
    for row in PLAIN:
        assert row.basic in _BASIC_CODES
        if dictionary_has_tag(tag_of(row)):  # pydicom's dictionary is older: it lacks the youngest rows
            plain = "".join(filter(str.isalnum, row.name.casefold()))
            known = "".join(filter(str.isalnum, dictionary_description(tag_of(row)).casefold()))
            assert plain[:24] == known[:24] or plain in known or known in plain, row.tag


@pytest.mark.parametrize("group", [0x6000, 0x6002, 0x601E])
def test_that_repeating_groups_and_private_ones_have_their_row(group: int) -> None:
    overlay, curve, private = row_of(group << 16 | 0x3000), row_of(0x50020030), row_of(0x00291010)

    assert overlay is not None
    assert curve is not None
    assert private is not None
    assert (overlay.tag, curve.tag, private.tag) == ("60xx,3000", "50xx,xxxx", "odd")
    assert row_of(group << 16 | 0x0010) is None
    assert row_of(0x00280010) is None


def test_that_what_keeps_goes_before_what_cleans() -> None:
    (row,) = [row for row in rows() if row.tag == "0008,0020"]

    assert row.code(frozenset()) == "Z"
    assert row.code(frozenset({Option.RETAIN_MODIFIED_DATES})) == "C"
    assert row.code(frozenset({Option.RETAIN_FULL_DATES, Option.CLEAN_DESCRIPTORS})) == "K"


def test_that_dates_of_devices_are_moved_where_dates_are() -> None:
    (row,) = [row for row in rows() if row.tag == "0018,1200"]  # Date of Last Calibration

    assert row.code(frozenset({Option.RETAIN_DEVICE})) == "K"
    assert row.code(frozenset({Option.RETAIN_DEVICE, Option.RETAIN_FULL_DATES})) == "K"
    assert row.code(frozenset({Option.RETAIN_DEVICE, Option.RETAIN_MODIFIED_DATES})) == "C"
