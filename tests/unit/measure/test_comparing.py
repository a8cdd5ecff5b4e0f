"""Saved measurements read back and compared: which belong together, and what may not be compared."""

import json
from pathlib import Path
from typing import Any

import pytest

from workstation.errors import UserError
from workstation.measure.comparing import compared, read_saved, response
from workstation.measure.results import COLUMNS, Measured, Number, Provenance, as_csv


def record(lesion: str, uid: str, when: str, *numbers: tuple[str, float], role: str = "") -> dict[str, Any]:
    return {
        "source": "a.dcm",
        "sop_instance_uid": "1.2",
        "study_date": when,
        "name": "",
        "lesion": lesion,
        "tracking_uid": uid,
        "role": role,
        "status": "",
        "values": [{"quantity": key, "value": value, "unit": "mm", "ucum": "mm"} for key, value in numbers],
    }


def saved(path: Path, *records: dict[str, Any]) -> Path:
    path.write_text(json.dumps({"measurements": records}), encoding="utf-8")
    return path


def target(lesion: str, uid: str, when: str, mm: float) -> dict[str, Any]:
    return record(lesion, uid, when, ("length", mm), role="target")


def test_a_lesion_that_was_renamed_stays_the_same(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.json", target("Lesion 1", "1.5", "20260301", 40), target("Liver", "1.5", "20260501", 20))
    assessments, problems = response(read_saved(path))
    assert [each.assessment.overall for each in assessments] == ["none", "PR"]
    assert not problems


def test_lesions_of_one_name_are_told_apart(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.json", target("Lesion", "1.5", "20260301", 40), target("Lesion", "1.6", "20260301", 20))
    ((baseline,), _problems) = response(read_saved(path))
    assert baseline.assessment.sum_mm == 60


def test_of_a_lesion_measured_on_several_slices_the_longest_diameter_counts(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.json", target("Lesion", "1.5", "20260301", 40), target("Lesion", "1.5", "20260301", 20))
    ((baseline,), _problems) = response(read_saved(path))
    assert baseline.assessment.sum_mm == 40


def test_a_role_without_a_name_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.json", target("", "", "20260301", 40), target("", "", "20260301", 20))
    with pytest.raises(UserError, match="a role and no name"):
        response(read_saved(path))


def test_several_measurements_without_a_name_are_not_compared_with_each_other(tmp_path: Path) -> None:
    one = record("", "", "20260301", ("length", 40))
    with pytest.raises(UserError, match="2 measurements without a name"):
        compared(read_saved(saved(tmp_path / "a.json", one, one)))
    files = [
        saved(tmp_path / "b.json", one),
        saved(tmp_path / "c.json", record("", "", "20260501", ("length", 50))),
    ]
    (trend,) = compared(each for path in files for each in read_saved(path))
    assert trend.trend.steps[1].since_first == 10


def test_the_widths_of_heart_and_chest_are_not_compared_with_each_other(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.json", record("CTR", "", "20260301", ("width", 120), ("width", 280)))
    assert [len(each.trend.steps) for each in compared(read_saved(path))] == [1, 1]


def test_a_table_keeps_a_spreadsheet_from_running_anything_and_is_read_back_as_it_was(tmp_path: Path) -> None:
    hostile = "=HYPERLINK(1)"
    basis = Provenance("none", None, None, "", "", None, "", ())
    made = Measured(
        hostile, "1.2", 1, hostile, "20260301", "@x", "length", "+name", hostile, "-uid", "", "",
        (Number("length", -1.5, "=mm", "{=mm}"),), ((-10.0, 20.0), (1.0, 2.0)), (), "", basis, ("@note",), (), (),
    )  # fmt: skip
    table = as_csv([made])
    cells = table.splitlines()[1].split(",")
    assert not [
        each for each in cells if each.startswith(("=", "@")) or (each.startswith(("+", "-")) and each != "-1.5")
    ]
    path = tmp_path / "a.csv"
    path.write_text(table, encoding="utf-8")
    (found,) = read_saved(path)
    assert (found.observation.name, found.observation.lesion, found.observation.value) == (hostile, "-uid", -1.5)


def test_a_measurement_without_numbers_has_a_row_with_its_notes(tmp_path: Path) -> None:
    basis = Provenance("none", None, None, "", "", None, "", ())
    made = Measured(
        "a.dcm", "1.2", 1, "1.3", "20260301", "CT", "point", "", "", "", "", "", (), ((900.0, 1.0),), (), "", basis,
        ("It lies outside the image.",), (), (),
    )  # fmt: skip
    head, row = as_csv([made]).splitlines()
    assert "It lies outside the image." in row
    assert len(row.split(",")) == len(COLUMNS) + 1  # the point has a comma
    path = tmp_path / "a.csv"
    path.write_text(f"{head}\n{row}\n", encoding="utf-8")
    assert not list(read_saved(path))
