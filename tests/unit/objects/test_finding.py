"""Presentation states and key objects found among the instances of a study."""

from pathlib import Path

import pytest

from tests.unit.objects.key_object_samples import write_key_objects
from tests.unit.objects.states import IMAGE, as_file, state
from workstation.model.index.records import Instance
from workstation.model.index.scan import scan
from workstation.objects.key_objects.finding import selections_among
from workstation.objects.presentation.finding import states_among, states_for


@pytest.fixture
def instances(tmp_path: Path) -> list[Instance]:
    """Two states for one image, one for another, one of a kind that is not shown, and key objects."""
    for number, (uid, date) in enumerate(((IMAGE, "20200101"), (IMAGE, "20240101"), ("1.2.9", "20250101"))):
        made = state(uid=uid, PresentationCreationDate=date, SOPInstanceUID=f"1.2.7.{number}")
        as_file(made).save_as(tmp_path / f"{number}.dcm", enforce_file_format=True)
    blending = state(sop_class="1.2.840.10008.5.1.4.1.1.11.4", SOPInstanceUID="1.2.7.8")
    as_file(blending).save_as(tmp_path / "blending.dcm", enforce_file_format=True)
    write_key_objects(tmp_path / "keys.dcm")
    return [instance for scanned in scan([tmp_path]) for instance in scanned.instances]


def test_that_states_are_found_newest_first(instances: list[Instance]) -> None:
    found, refused = states_among(instances)
    assert len(found) == 3
    assert len(refused) == 1
    assert "Blending" in refused[0]
    assert [each.state.created[:4] for each in states_for(found, IMAGE)] == ["2024", "2020"]
    assert states_for(found, IMAGE)[0].name == "MADE_BY_HAND, 2024-01-01 10:15"
    assert states_for(found, "1.2.3") == ()


def test_that_key_objects_are_found(instances: list[Instance]) -> None:
    found, refused = selections_among(instances)
    assert [str(each.title) for each in found] == ["For Teaching"]
    assert refused == ()
