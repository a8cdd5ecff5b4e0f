"""Who and what an image is of, in lines."""

from pathlib import Path

import numpy as np
import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.display.files import write_image
from workstation.jobs.job import Job
from workstation.terminal.information import information
from workstation.terminal.lines import Row, lines_of
from workstation.terminal.looks import asked_view, usual_view
from workstation.terminal.opened import opened
from workstation.terminal.operations import ViewerParameters
from workstation.terminal.words import columns_of, plain

FACTS = {
    "PatientName": "Doe^Jane^^Dr",
    "PatientID": "4711",
    "PatientAge": "007M",
    "PatientSex": "F",
    "StudyDescription": "Head",
    "StudyDate": "20260304",
    "StudyTime": "050607",
    "AccessionNumber": "A1",
    "Modality": "CT",
    "SeriesNumber": 3,
    "SeriesDescription": "Axial",
    "PixelSpacing": [0.5, 0.25],
    "WindowCenter": 40,
    "WindowWidth": 400,
    "RescaleType": "HU",
    "RescaleSlope": 1,
    "RescaleIntercept": 0,
}


def rows(path: Path, **given: object) -> dict[str, tuple[str, ...]]:
    parameters = ViewerParameters(inputs=(path,), **given)  # type: ignore[arg-type]  # by the test
    with opened([path], Job()) as found:
        (series,) = found.series
        frame, instance = series.frame(0), series.instance(0)
        view = usual_view(frame, instance, asked_view(frame, instance, parameters))
        return {row.label: row.parts for row in information(series, 0, frame, view)}


def test_that_it_tells_patient_study_series_image_and_window(tmp_path: Path) -> None:
    source = write_image(tmp_path / "a.dcm", np.zeros((20, 30), np.int16), **FACTS)

    assert rows(source) == {
        "Patient": ("Doe, Dr Jane", "ID 4711", "7 months", "female"),
        "Study": ("Head", "2026-03-04 05:06:07", "accession A1"),
        "Series": ("3 CT Axial",),
        "Image": ("30 x 20", "16 of 16 bits, signed", "0.5 x 0.25 mm"),
        "Window": ("W 400 L 40 HU",),
    }
    assert rows(source, invert=True)["Window"] == ("W 400 L 40 HU", "inverted")


def test_that_what_is_not_said_is_left_out(tmp_path: Path) -> None:
    source = write_image(tmp_path / "a.dcm", np.zeros((20, 30), np.int16))

    told = rows(source)

    assert "Patient" not in told
    assert "Study" not in told
    assert told["Image"] == ("30 x 20", "16 of 16 bits, signed")


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ({"PatientAge": "045Y"}, "45 y"),
        ({"PatientAge": "010D"}, "10 days"),
        ({"PatientAge": "about 7"}, "about 7"),
        ({"PatientBirthDate": "19760305", "PatientAge": "001Y"}, "49 y"),
        ({"PatientBirthDate": "20251201"}, "3 months"),
    ],
)
def test_that_the_age_is_that_at_the_study(given_: dict[str, str], expected: str, tmp_path: Path) -> None:
    source = write_image(tmp_path / "a.dcm", np.zeros((2, 2), np.int16))
    dataset = pydicom.dcmread(source)
    for keyword, value in {"StudyDate": "20260304", **given_}.items():
        dataset[keyword] = pydicom.DataElement(keyword, "LO", value)  # whatever the standard allows there
    dataset.save_as(source)

    assert rows(source)["Patient"] == (expected,)


@given(
    st.lists(st.tuples(st.text("abc", max_size=8), st.lists(st.text(max_size=80), min_size=1, max_size=5)), max_size=5),
    st.integers(1, 90),
)
def test_that_lines_are_never_wider_than_their_room(made: list[tuple[str, list[str]]], columns: int) -> None:
    laid = tuple(Row(label, tuple(filter(None, map(plain, parts)))) for label, parts in made)

    assert all(columns_of(line) <= columns for line in lines_of(laid, columns))


def test_that_parts_stand_together_where_they_fit_and_go_on_below_where_not() -> None:
    laid = (Row("One", ("aaa", "bbb", "ccc")), Row("Second", ("a long part that needs more than one line",)))

    assert lines_of(laid, 18) == (
        "One     aaa  bbb",
        "        ccc",
        "Second  a long",
        "        part that",
        "        needs mor…",
    )
    assert lines_of(laid[:1], 80) == ("One  aaa  bbb  ccc",)
