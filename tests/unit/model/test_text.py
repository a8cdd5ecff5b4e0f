"""Text of files made fit for people."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.model.text import body_part_text, clean, date_of, datetime_of, datetime_of_dt, person_name, time_of


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Doe^Jane", "Doe, Jane"),
        ("Adams^John Robert Quincy^^Rev.^B.A. M.Div.", "Adams, Rev. John Robert Quincy, B.A. M.Div."),
        ("Yamada^Tarou=山田^太郎=やまだ^たろう", "Yamada, Tarou (山田, 太郎)"),
        ("=山田^太郎", "山田, 太郎"),
        ("Hall^A\\Wells^B", "Hall, A; Wells, B"),
        ("^^", ""),
        ("Plain", "Plain"),
        ("Eve\x1b[31m^\u202eI", "Eve[31m, I"),
    ],
)
def test_that_names_read_as_people_write_them(raw: str, shown: str) -> None:
    assert person_name(raw) == shown


@pytest.mark.parametrize(
    ("raw", "shown"),
    [("CHESTABDPELVIS", "Chest, abdomen and pelvis"), ("KNEE", "Knee"), ("T SPINE", "Thoracic spine"), ("", "")],
)
def test_that_body_parts_read_as_people_write_them(raw: str, shown: str) -> None:
    assert body_part_text(raw) == shown


@given(st.text())
def test_that_cleaned_text_steers_no_terminal(raw: str) -> None:
    for lines in (False, True):
        shown = clean(raw, lines=lines)
        allowed = "\n" if lines else ""
        assert not any((ord(each) < 32 and each not in allowed) or 127 <= ord(each) < 160 for each in shown)
        assert not set("\u202e\u2066\u200f") & set(shown)
        shown.encode("utf-8")


def test_that_line_breaks_are_kept_on_request() -> None:
    assert clean("a\r\nb\tc\x07") == "a b c"
    assert clean("a\r\nb", lines=True) == "a\nb"


@pytest.mark.parametrize(
    ("raw", "found"),
    [("20260102", date(2026, 1, 2)), ("2026.01.02", date(2026, 1, 2)), ("20261301", None), ("", None), ("2026", None)],
)
def test_that_dates_are_read_in_new_and_old_form(raw: str, found: date | None) -> None:
    assert date_of(raw) == found


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("131415.5", time(13, 14, 15, 500000)),
        ("1314", time(13, 14)),
        ("13:14:15", time(13, 14, 15)),
        ("235960", time(23, 59, 59)),
        ("25", None),
    ],
)
def test_that_times_are_read_in_any_precision(raw: str, found: time | None) -> None:
    assert time_of(raw) == found


def test_that_date_and_time_are_joined() -> None:
    assert datetime_of("20260102", "0304") == datetime(2026, 1, 2, 3, 4)
    assert datetime_of("20260102", "rubbish") == datetime(2026, 1, 2)
    assert datetime_of("", "0304") is None


def test_that_date_times_keep_their_offset() -> None:
    assert datetime_of_dt("20260102030405.25+0000") == datetime(2026, 1, 2, 3, 4, 5, 250000, tzinfo=UTC)
    west = timezone(timedelta(hours=-3, minutes=-30))
    assert datetime_of_dt("202601020304-0330") == datetime(2026, 1, 2, 3, 4, tzinfo=west)
    assert datetime_of_dt("2026") == datetime(2026, 1, 1)
    assert datetime_of_dt("20261301") is None
    assert datetime_of_dt("202601020304+9999") is None
