"""Checks of measurement reports (TID 1500): what is written, as pydicom reads it, and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from pydicom import dcmread

from workstation.measure.measuring import measured
from workstation.measure.setting import Setting
from workstation.objects.measurement_report.reading import report_of
from workstation.objects.measurement_report.restored import annotations_of_report, measurements_of_report
from workstation.objects.measurement_report.writing import write_report
from workstation.objects.segment_masks import ImagePlace
from workstation.phantoms.known import known_image
from workstation.verify.bench import Bench, drawn
from workstation.verify.check import Answer, Check

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from workstation.model.annotation import Point
    from workstation.model.annotation_kinds import Kind
    from workstation.model.image import Image
    from workstation.model.units import LengthUnit

_CORNER = "PS3.3 C.18.6.1.2: 0\\0 is the corner of the first pixel: half a pixel is added"
_UNITS = "A report has a number in another unit than it says, or another number."
_BOX: list[Point] = [(1.5, 1.5), (5.5, 1.5), (5.5, 3.5), (1.5, 3.5)]
_LINE: list[Point] = [(2.0, 3.0), (12.0, 8.0)]


def _image(bench: Bench) -> Image:
    pixels = np.tile(np.arange(40, dtype=np.int16), (30, 1))
    return bench.image(known_image("report", pixels, spacing_mm=(0.8, 0.3)))


def _saved(bench: Bench, image: Image, kind: Kind, points: list[Point], units: LengthUnit = "mm") -> Dataset:
    frame = image.frame()
    annotation = drawn(kind, points, frame, str(image.dataset.SOPInstanceUID))
    found = measured(annotation, frame, Setting(units=units))
    path = bench.folder() / "report.dcm"
    write_report([found], [image.dataset], path, now=datetime(2025, 1, 1))
    return dcmread(path)


def _items(ds: Dataset, value_type: str) -> list[Dataset]:
    found = [each for each in ds.get("ContentSequence", ()) if each.get("ValueType") == value_type]
    return found + [deeper for each in ds.get("ContentSequence", ()) for deeper in _items(each, value_type)]


def _numbers(ds: Dataset, name: str, derivation: str = "") -> list[str]:
    """Give numbers of a report by the code of their name and derivation, each with its unit's code."""
    found = []
    for each in _items(ds, "NUM"):
        codes = [below.ConceptCodeSequence[0].CodeValue for below in _items(each, "CODE")]
        if each.ConceptNameCodeSequence[0].CodeValue == name and (not derivation or derivation in codes):
            value = each.MeasuredValueSequence[0]
            unit = value.MeasurementUnitsCodeSequence[0].CodeValue
            found.append(f"{float(value.NumericValue):.9g} {unit}")
    return found


def _one(found: list[str]) -> str:
    return found[0] if len(found) == 1 else f"{len(found)} numbers: {', '.join(found)[:100]}"


def writing(bench: Bench) -> Iterator[Check]:
    """Check numbers, units and graphics of reports."""
    image = _image(bench)
    lengths: tuple[tuple[LengthUnit, str], ...] = (("mm", "5 mm"), ("cm", "0.5 cm"))
    for units, expected in lengths:
        yield Check(
            f"length.{units}",
            f"A length in {units} is written with its number and its unit's UCUM code",
            "10 x 0.3 mm and 5 x 0.8 mm: 5 mm; Length is 410668003 of SNOMED CT",
            expected,
            _asking_number(bench, image, "length", _LINE, "410668003", units=units),
            hint=_UNITS,
        )
    statistics: tuple[tuple[str, str, str, str, str], ...] = (
        ("area", "42798000", "", "1.92 mm2", "8 pixels of 0.24 mm²"),
        ("mean", "112031", "373098007", "3.5 [hnsf'U]", "columns 2 to 5"),
        ("median", "112031", "373099004", "3.5 [hnsf'U]", "between columns 3 and 4"),
        ("sd-sample", "112031", "386136009", "1.19522861 [hnsf'U]", "√(10 / 7): the sample's, as the code means"),
        ("max", "112031", "56851009", "5 [hnsf'U]", "column 5"),
    )
    for name, concept, derivation, expected, source in statistics:
        yield Check(
            f"region.{name}",
            f"The {name.replace('-', ' of the ')} of a region is written with its code and unit",
            f"{source}; PS3.16 TID 1419",
            expected,
            _asking_number(bench, image, "rectangle", _BOX, concept, derivation),
            hint=_UNITS if name != "sd-sample" else "The population's SD is written for the sample's. " + _UNITS,
        )
    yield Check(
        "graphic.half",
        "The points of a length are written where they were drawn",
        _CORNER,
        (2.5, 3.5, 12.5, 8.5),
        lambda: tuple(float(each) for each in _items(_saved(bench, image, "length", _LINE), "SCOORD")[0].GraphicData),
        1e-6,
        "px",
        "Graphics of reports are off by half a pixel.",
    )


def _asking_number(
    bench: Bench,
    image: Image,
    kind: Kind,
    points: list[Point],
    concept: str,
    derivation: str = "",
    units: LengthUnit = "mm",
) -> Callable[[], Answer]:
    return lambda: _one(_numbers(_saved(bench, image, kind, points, units), concept, derivation))


def reading(bench: Bench) -> Iterator[Check]:
    """Check that a report is live again with the same points and numbers."""
    image = _image(bench)

    def points() -> Answer:
        place = ImagePlace.of(str(image.dataset.SOPInstanceUID), image.frame())
        found = annotations_of_report(report_of(_saved(bench, image, "length", _LINE), [place]))
        return tuple(each for one in found for point in one.points_px for each in point)

    def length() -> Answer:
        (found,) = measurements_of_report(report_of(_saved(bench, image, "length", _LINE, "cm")))
        value = found.value("length")
        return "no length" if value is None else f"{value.value:.9g} {value.unit.ucum}"

    yield Check(
        "read.points",
        "A length of a report is live again where it was drawn",
        "the points that were drawn",
        (2.0, 3.0, 12.0, 8.0),
        points,
        1e-6,
        "px",
        "Graphics of reports are off by half a pixel.",
    )
    yield Check(
        "read.value",
        "A length of a report has its number and unit when it is read again",
        "5 mm, written in cm",
        "0.5 cm",
        length,
        hint=_UNITS,
    )
