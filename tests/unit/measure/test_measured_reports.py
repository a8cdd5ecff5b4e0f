"""What the program measures, saved as a report and read again: the very numbers, for every kind."""

from datetime import datetime
from io import BytesIO

import pytest
from pydicom import Dataset, dcmread

from tests.unit.objects import measured as m
from workstation.measure.measuring import measured
from workstation.measure.setting import Setting
from workstation.model.annotation import About
from workstation.model.annotation_kinds import TRAITS
from workstation.model.image import Image
from workstation.model.source import BytesSource
from workstation.objects.measurement_report.reading import report_of
from workstation.objects.measurement_report.restored import measurements_of_report
from workstation.objects.measurement_report.writing import report_dataset

NOW = datetime(2026, 11, 25, 10, 15)
KINDS = [kind for kind, traits in TRAITS.items() if kind != "sphere" and traits.is_measured]


def through_file(ds: Dataset) -> BytesIO:
    file = BytesIO()
    ds.save_as(file, enforce_file_format=True)
    return BytesIO(file.getvalue())


@pytest.mark.parametrize("units", ["mm", "cm", "inch", "px"])
def test_that_measured_numbers_come_back(units: str) -> None:
    source = m.images("anisotropic")[4]
    with Image.from_source(BytesSource(through_file(source).getvalue())) as image:
        frame = image.frame()
    setting = Setting(units=units, percentiles=(2.5, 50.0, 99.0))  # type: ignore[arg-type]  # one of the four
    made = [measured(m.annotation(kind, source), frame, setting) for kind in KINDS]
    assert all(each.values for each in made)
    again = measurements_of_report(report_of(dcmread(through_file(report_dataset(made, [source], now=NOW)))))
    for restored, measurement in zip(again, made, strict=True):
        assert restored.values == measurement.values, measurement.annotation.kind
        assert restored.basis.spacing == measurement.basis.spacing
        assert restored.basis.methods == measurement.basis.methods
        assert restored.notes == measurement.notes


@pytest.mark.parametrize("role", ["", "target", "non-target", "new"])
@pytest.mark.parametrize("status", ["", "present", "too small", "not evaluated"])
def test_that_what_a_lesion_is_to_recist_comes_back(role: str, status: str) -> None:
    source = m.images()[0]
    about = About("1.2.3", "Lesion", role=role, status=status)  # type: ignore[arg-type]  # roles and statuses, as listed
    made = m.measurement("bidirectional", source, about=about)
    (again,) = measurements_of_report(report_of(dcmread(through_file(report_dataset([made], [source], now=NOW)))))
    assert again.annotation.about == about
