"""New panes are filled from the study, then from what compares with it, never from other patients."""

from dataclasses import replace
from pathlib import Path

from workstation.display.filling_order import filling_order
from workstation.model.index.records import Instance, Patient, Place
from workstation.model.index.tree import tree_of
from workstation.model.stacks import stacks_of
from workstation.workspace import Selection


def header(study: str, day: str, series: str, number: int, modality: str, part: str = "", **changes: str) -> Instance:
    made = Instance(
        places=(Place(Path(f"/data/{series}.dcm")),),
        sop_instance_uid=f"{series}.1",
        sop_class_uid="1.2.840.10008.5.1.4.1.1.2",
        transfer_syntax_uid="1.2.840.10008.1.2.1",
        study_instance_uid=study,
        series_instance_uid=series,
        patient_id="P1",
        patient_name="Meyer^Anna",
        study_date=day,
        modality=modality,
        body_part_examined=part,
        series_number=number,
        instance_number=1,
        rows=8,
        columns=8,
        has_pixels=modality != "SR",
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # text of the header


def patients() -> tuple[Patient, ...]:
    return tree_of(
        [
            header("petct", "20250304", "ct", 2, "CT", "CHESTABDOMEN"),
            header("petct", "20250304", "pet", 3, "PT", "CHESTABDPELVIS"),
            header("petct", "20250304", "report", 4, "SR"),
            header("followup", "20250902", "ct2", 2, "CT", "CHESTABDOMEN"),
            header("followup", "20250902", "heart", 1, "CT", "HEART"),
            header("head", "20250305", "head", 2, "CT", "HEAD"),
            header("us", "20250304", "us", 1, "US", "ABDOMEN"),
            header("mr", "20250301", "mr", 1, "MR", "HEAD"),
            header("else", "20250304", "other", 1, "CT", "CHESTABDOMEN", patient_id="P2", patient_name="Aalto"),
        ],
        stacks_of=stacks_of,
    )


def order(shown: str) -> list[str]:
    return [each.series_instance_uid for each in filling_order(patients(), Selection(shown))]


def test_that_the_study_comes_first_then_the_follow_up_then_other_studies() -> None:
    assert order("ct") == ["pet", "ct2", "heart", "head", "us", "mr"]


def test_that_what_comes_before_in_the_study_is_taken_too() -> None:
    assert order("pet")[:3] == ["ct", "ct2", "heart"]
    assert order("heart")[:2] == ["ct2", "ct"]


def test_that_other_patients_are_never_put_beside() -> None:
    assert order("other") == []
    assert all("other" not in order(uid) for uid in ("ct", "mr"))


def test_that_without_an_active_image_everything_is_offered() -> None:
    every = {each.series_instance_uid for each in filling_order(patients(), None)}
    assert every == {"ct", "pet", "ct2", "heart", "head", "us", "mr", "other"}
    assert {each.series_instance_uid for each in filling_order(patients(), Selection("gone"))} == every


def test_that_after_a_report_the_images_of_its_study_come_first() -> None:
    assert order("report")[:3] == ["ct", "pet", "ct2"]
