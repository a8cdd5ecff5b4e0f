"""Reports of any mixture of measurements: each group has what its own template wants, and validators find no more."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import Dataset

from tests.unit.objects import measured as m
from tests.unit.objects.gate import about_group, pixelmed_errors, report_findings
from tests.unit.objects.templates import groups_of, missing_items, regions_in, template_of
from workstation.measure.region_segments import regions_dataset
from workstation.model.annotation import About
from workstation.model.annotation_kinds import KINDS, Kind
from workstation.objects.measurement_report.values import VolumeMeasurement
from workstation.objects.measurement_report.writing import ReportSetting, report_dataset
from workstation.objects.writing import save

Tool = Callable[[str], str]
NOW = datetime(2026, 11, 25, 10, 15)
IMAGES = m.images("oblique")
SEGMENTATION = regions_dataset([m.annotation("mask", each) for each in IMAGES[2:4]], IMAGES, now=NOW)
BASIS = m.measurement("polygon", IMAGES[0]).basis
OF_SEGMENT = VolumeMeasurement(
    About("1.2.826.0.8", "Lesion 8"),
    m.STATISTICS,
    BASIS,
    segmentation_uid=str(SEGMENTATION.SOPInstanceUID),
    segments=(1,),
)
OF_CONTOURS = VolumeMeasurement(
    About("1.2.826.0.7", "Lesion 7"), m.STATISTICS, BASIS, tuple(m.annotation("circle", each) for each in IMAGES[:3])
)


def report(kinds: Sequence[Kind], volumes: Sequence[VolumeMeasurement] = (), *, in_patient: bool = False) -> Dataset:
    measured = [m.measurement(kind, IMAGES[at % len(IMAGES)]) for at, kind in enumerate(kinds)]
    setting = ReportSetting(in_patient=in_patient)
    return report_dataset(measured, [*IMAGES, SEGMENTATION], volumes=volumes, setting=setting, now=NOW)


@given(
    kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=6),
    volumes=st.lists(st.sampled_from((OF_SEGMENT, OF_CONTOURS)), max_size=2),
    in_patient=st.booleans(),
)
def test_that_each_group_of_any_mixture_has_what_its_template_wants(
    kinds: list[Kind], volumes: list[VolumeMeasurement], in_patient: bool
) -> None:
    made = report(kinds, volumes, in_patient=in_patient)
    assert len(groups_of(made)) == len(kinds) + len(volumes)
    assert missing_items(made) == []


@pytest.mark.parametrize("kind", KINDS)
def test_that_a_group_without_its_graphic_would_be_found(kind: Kind) -> None:
    made = report([kind])
    (group,) = groups_of(made)
    if template_of(group) == "1501":
        group.ContentTemplateSequence[0].TemplateIdentifier = "1410"
    else:
        group.ContentSequence = [each for each in group.ContentSequence if not each.ValueType.startswith("SCOORD")]
    assert missing_items(made)


def test_that_of_one_region_and_a_segment_only_groups_of_other_templates_are_found_wanting(
    tmp_path: Path, tool: Tool
) -> None:
    """PixelMed chooses templates for all groups of a report at once; see docs/objects.md."""
    made = report(["length", "circle", "sphere"], [OF_SEGMENT])
    assert regions_in(made) == 1
    save(made, tmp_path / "r.dcm")
    errors = [about_group(each) for each in pixelmed_errors(tool, tmp_path / "r.dcm")]
    own = [template_of(each) for each in groups_of(made)]
    said = {(each.template, own[each.group]) for each in errors if each is not None}
    assert None not in errors
    assert ("1410", "1501") in said
    assert all(wanted != of_group for wanted, of_group in said)
    assert report_findings(tool, tmp_path / "r.dcm", with_template=False) == []
