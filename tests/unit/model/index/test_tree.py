"""Patients, studies and series out of instances."""

from dataclasses import replace
from pathlib import Path

from tests.unit.model.index.test_headers import read
from tests.unit.model.index.written import write
from workstation.model.index.records import Instance
from workstation.model.index.tree import tree_of


def one(tmp_path: Path) -> Instance:
    (instance,), _batch = read(write(tmp_path / "one.dcm"))
    return instance


def test_that_patients_of_one_id_and_other_names_are_kept_apart(tmp_path: Path) -> None:
    first = one(tmp_path)
    other = replace(first, patient_name="Else^Someone", sop_instance_uid="1.2")
    assert [patient.patient_name for patient in tree_of([first, other])] == ["Else^Someone", "Müller^Jörg"]


def test_that_a_name_in_other_case_is_the_same_patient(tmp_path: Path) -> None:
    first = one(tmp_path)
    (patient,) = tree_of([first, replace(first, patient_name="MÜLLER^JÖRG", sop_instance_uid="1.2")])
    assert len(patient.studies[0].series[0].instances) == 2


def test_that_a_study_with_two_patients_shows_each_only_their_own(tmp_path: Path) -> None:
    first = one(tmp_path)
    other = replace(first, patient_id="P2", sop_instance_uid="1.2")
    patients = tree_of([first, other])
    assert [[i.patient_id for s in p.studies for r in s.series for i in r.instances] for p in patients] == [
        ["P1"],
        ["P2"],
    ]


def test_that_series_and_instances_without_number_come_last(tmp_path: Path) -> None:
    first = one(tmp_path)
    numberless = replace(first, instance_number=None, sop_instance_uid="1.1")
    series = replace(first, series_instance_uid="1.9", series_number=None, sop_instance_uid="1.2")
    (patient,) = tree_of([series, numberless, first])
    assert [each.first.series_number for each in patient.studies[0].series] == [3, None]
    assert [i.instance_number for i in patient.studies[0].series[0].instances] == [1, None]


def test_that_the_order_of_files_changes_nothing(tmp_path: Path) -> None:
    first = one(tmp_path)
    instances = [
        replace(first, instance_number=n % 3, sop_instance_uid=f"1.{n}", series_number=n % 2) for n in range(6)
    ]
    instances = [replace(i, places=(replace(i.place, member=i.sop_instance_uid),)) for i in instances]
    assert tree_of(instances) == tree_of(instances[::-1])
