"""Saved measurements read back and compared: which belong together, and what may not be compared."""

import json
from pathlib import Path
from typing import Any

import pytest

from workstation.errors import UserError
from workstation.measure.comparing import compared, read_saved, response, responses
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


def two_axes(when: str, long_mm: float, short_mm: float, **about: str) -> dict[str, Any]:
    name = about.pop("lesion", "Lesion 1")
    made = record(name, "1.5", when, ("long_axis", long_mm), ("short_axis", short_mm), role="target")
    return made | about


NODE, LIVER = {"site": "Lymphonodus", "site_code": "SCT:62683002"}, {"site": "Liver", "site_code": "SCT:10200004"}


@pytest.mark.parametrize(
    ("about", "is_node"),
    [
        (NODE, True),  # by the code, whatever its words
        ({"site": "x", "site_code": "SRT:T-C4351"}, True),
        ({"finding": "x", "finding_code": "SCT:30746006"}, True),
        ({"site": "Mediastinum", "site_code": "SCT:72410000", "lesion": "node 4R"}, True),
        ({"lesion": "LN_2"}, True),
        ({"lesion": "Lymphknoten"}, True),
        ({"lesion": "Nodule 3"}, False),
        (LIVER, False),
        ({"site": "x", "site_code": "99ACME:62683002"}, False),
        (NODE | {"node": "no"}, False),  # what a person says goes before
        (LIVER | {"node": "yes"}, True),
    ],
)
def test_a_lymph_node_is_known_by_coded_site_finding_words_or_a_person_and_counts_by_its_short_axis(
    tmp_path: Path, about: dict[str, str], is_node: bool
) -> None:
    path = saved(tmp_path / "a.json", two_axes("20260301", 30, 16, **about))
    ((baseline,), problems) = response(read_saved(path))
    assert baseline.assessment.sum_mm == (16 if is_node else 30)
    assert not problems


@pytest.mark.parametrize(
    ("short_mm", "problem"), [(15.0, ""), (14.9, "short axis 14.9 mm; a target has at least 15 mm")]
)
def test_a_node_is_a_target_from_15_mm_of_its_short_axis_and_gone_below_10(
    tmp_path: Path, short_mm: float, problem: str
) -> None:
    later = [("20260501", 10.0, "SD"), ("20260701", 9.9, "CR")]
    several = [two_axes("20260301", 40, short_mm, **NODE)]
    several += [two_axes(when, 40, mm) for when, mm, _overall in later]  # the site is said once
    assessments, problems = response(read_saved(saved(tmp_path / "a.json", *several)))
    assert [each.partition(": ")[2] for each in problems] == ([problem] if problem else [])
    found = [each.assessment for each in assessments]
    assert [each.sum_mm for each in found] == [short_mm, 10.0, 9.9]
    assert found[2].target == "CR"
    assert found[1].target == ("PR" if short_mm * 0.7 >= 10.0 else "SD")


def test_a_node_without_a_short_axis_is_not_evaluated_by_its_long_one(tmp_path: Path) -> None:
    only_long = record("A", "1.5", "20260301", ("long_axis", 40.0), role="target") | NODE
    ((baseline,), problems) = response(read_saved(saved(tmp_path / "a.json", only_long)))
    assert baseline.assessment.sum_mm is None
    assert problems == ("A is not measured",)


def test_that_a_command_says_which_lesions_are_nodes(tmp_path: Path) -> None:
    found = list(read_saved(saved(tmp_path / "a.json", two_axes("20260301", 30, 16, lesion="Left iliac"))))
    ((baseline,), _problems) = response(found, nodes=["left ILIAC"])
    assert baseline.assessment.sum_mm == 16
    found = list(read_saved(saved(tmp_path / "b.json", two_axes("20260301", 30, 16, **NODE))))
    ((baseline,), _problems) = response(found, no_nodes=["Lesion 1"])
    assert baseline.assessment.sum_mm == 30
    with pytest.raises(UserError, match="No lesion with a role is called Lesion 9"):
        response(found, nodes=["Lesion 9"])


def of_patient(made: dict[str, Any], patient_id: str, name: str = "") -> dict[str, Any]:
    return made | {"patient_id": patient_id, "patient_name": name, "study_instance_uid": f"1.{made['study_date']}"}


def test_a_name_without_identifier_in_two_patients_is_two_lesions_and_a_sentence_says_so(tmp_path: Path) -> None:
    first, second = (record("Lesion 1", "", when, ("length", mm)) for when, mm in (("20260301", 40), ("20260501", 20)))
    path = saved(tmp_path / "a.json", of_patient(first, "P1", "Doe^Ann"), of_patient(second, "P2", "Roe^Bea"))
    found = compared(read_saved(path))
    assert [(each.trend.patient, len(each.trend.steps)) for each in found] == [("P1", 1), ("P2", 1)]
    assert "Lesion 1 (patient P1): Length" in found[0].text()
    assert "Another patient (P2) has a lesion of this name: the two are not compared." in found[0].text()
    path = saved(tmp_path / "b.json", of_patient(first, "P1", "Doe^Ann"), of_patient(second, "P1", "DOE^ANN^"))
    (same,) = compared(read_saved(path))
    assert [step.since_first for step in same.trend.steps] == [None, -20.0]
    assert not same.notes


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        (("7", "Doe^Ann"), ("7", "Roe^Bea"), ["7, Doe Ann", "7, Roe Bea"]),  # an ID of two hospitals
        (("", "Doe^Ann"), ("", "Roe^Bea"), ["Doe Ann (no ID)", "Roe Bea (no ID)"]),
        (("7", ""), ("", ""), ["7", ""]),
        (("7", ""), ("7", "Doe^Ann"), [""]),
    ],
)
def test_patients_are_told_apart_by_id_and_name_also_where_the_identifier_of_the_lesion_is_the_same(
    tmp_path: Path, one: tuple[str, str], other: tuple[str, str], words: list[str]
) -> None:
    first, second = target("Lesion 1", "1.5", "20260301", 40), target("Lesion 1", "1.5", "20260501", 20)
    path = saved(tmp_path / "a.json", of_patient(first, *one), of_patient(second, *other))
    found = compared(read_saved(path))
    assert [each.trend.patient for each in found] == words
    assert all(bool(each.notes) == (len(words) > 1) for each in found)


def test_that_a_sentence_says_where_nothing_tells_that_studies_are_of_one_patient(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.json", target("A", "1.5", "20260301", 40), target("A", "1.5", "20260501", 20))
    (found,) = compared(read_saved(path))
    assert found.trend.steps[1].since_first == -20
    assert found.notes == ()  # all in one file without studies: one source
    several = [
        of_patient(target("A", "1.5", when, mm), "", "") for when, mm in (("20260301", 40.0), ("20260501", 20.0))
    ]
    (found,) = compared(read_saved(saved(tmp_path / "b.json", *several)))
    assert "No patient ID or name says that the studies are of one patient." in found.text()


def test_each_patient_has_a_response_of_its_own_and_lesions_of_nobody_are_refused_beside_them(tmp_path: Path) -> None:
    several = [
        of_patient(target("Lesion 1", "", when, mm), patient)
        for patient, sizes in (("P1", (40.0, 20.0)), ("P2", (20.0, 30.0)))
        for when, mm in zip(("20260301", "20260501"), sizes, strict=True)
    ]
    found = list(read_saved(saved(tmp_path / "a.json", *several)))
    with pytest.raises(UserError, match="The lesions are of 2 patients"):
        response(found)
    told = {patient: response(each)[0][-1].assessment.overall for patient, each in responses(found)}
    assert told == {"P1": "PR", "P2": "PD"}
    nobody = list(read_saved(saved(tmp_path / "b.json", target("Lesion 1", "", "20260701", 5))))
    with pytest.raises(UserError, match="of others no patient ID or name says whose they are"):
        list(responses(found + nobody))
