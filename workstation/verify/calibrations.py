"""Checks of what lengths are made with: detectors, magnification, films, ultrasound regions, lines, and a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from pydicom.sequence import Sequence as DicomSequence

from workstation.measure.calibration import calibration_on
from workstation.measure.given import Given
from workstation.measure.measuring import measured
from workstation.measure.setting import Setting
from workstation.model.annotation import Annotation
from workstation.phantoms.known import known_image, known_region
from workstation.verify.bench import Bench, drawn, number, refusal
from workstation.verify.check import Answer, Check

if TYPE_CHECKING:
    from workstation.model.annotation import Point
    from workstation.model.annotation_kinds import Kind
    from workstation.model.image import Image

_LINE: tuple[Point, Point] = ((10.0, 20.0), (70.0, 20.0))
_DETECTOR = "Imager Pixel Spacing is used without the magnification, or another spacing is taken for it."
_REGION = "Physical deltas in cm are taken for mm, or a region's scale is used outside of it."


def _length(
    image: Image,
    points: tuple[Point, ...] = _LINE,
    kind: Kind = "length",
    key: str = "length",
    ucum: str = "mm",
    *,
    given: str = "",
    lines: tuple[Annotation, ...] = (),
) -> Callable[[], Answer]:
    """Measure as panes and commands do: the calibration at the points, then the number with it."""

    def asked() -> Answer:
        frame = image.frame()
        how = Given.parse(given) if given else None
        found = calibration_on(image, frame, points, given=how, lines=lines)
        return number(measured(drawn(kind, points), frame, Setting(calibration=found)), key, ucum)

    return asked


def projections(bench: Bench) -> Iterator[Check]:
    """Check X-rays: 60 pixels of 0.2 mm at the detector are 12 mm there."""
    detector = {"ImagerPixelSpacing": ["0.2", "0.2"]}
    distances = {"DistanceSourceToDetector": "1800", "DistanceSourceToPatient": "1500"}
    calibrated = {"PixelSpacing": ["0.15", "0.15"], "PixelSpacingCalibrationType": "FIDUCIAL"}
    for name, what, attributes, given, expected, source in (
        ("detector", "at the detector", detector, "", 12.0, "60 x 0.2 mm"),
        ("distances", "of known distances", {**detector, **distances}, "", 10.0, "60 x 0.2 mm / (1800 / 1500)"),
        (
            *("factor", "of a known magnification", {**detector, "EstimatedRadiographicMagnificationFactor": "1.5"}),
            *("", 8.0, "60 x 0.2 mm / 1.5"),
        ),
        ("calibrated", "with a calibrated Pixel Spacing", {**detector, **calibrated}, "", 9.0, "60 x 0.15 mm"),
        ("film", "of a scanned film", {"NominalScannedPixelSpacing": ["0.1", "0.1"]}, "", 6.0, "60 x 0.1 mm"),
        ("asked", "at the detector, asked for", {**detector, **distances}, "detector", 12.0, "60 x 0.2 mm"),
        ("given-factor", "of a magnification that is given", detector, "magnification=1.2", 10.0, "60 x 0.2 / 1.2 mm"),
        ("given", "with a spacing that is given", detector, "0.5", 30.0, "60 x 0.5 mm"),
        ("given-cm", "with a spacing that is given in cm", detector, "0.05cm", 30.0, "60 x 0.5 mm"),
        ("line", "with a known line that is given", detector, "0,0,30,40=100mm", 120.0, "60 x 100 / 50 mm"),
    ):
        image = bench.image(_xray(name, attributes))
        yield Check(
            f"projection.{name}",
            f"A length on an X-ray {what}",
            f"{source} (PS3.3 10.7.1)",
            expected,
            _length(image, given=given),
            1e-9,
            "mm",
            _DETECTOR,
        )
    yield from _without_spacing(bench)


def _xray(name: str, attributes: dict[str, Any]) -> Any:
    pixels = np.zeros((100, 120), np.uint16)
    return known_image(f"xray {name}", pixels, modality="CR", spacing_mm=None, rescale=None, **attributes)


def _without_spacing(bench: Bench) -> Iterator[Check]:
    bare = bench.image(_xray("bare", {}))
    made_up = "Pixels without a spacing are taken for millimetres."
    yield Check(
        "projection.none",
        "A length without a spacing is in pixels, never in mm",
        "60 columns",
        60.0,
        _length(bare, ucum="{pixels}"),
        1e-9,
        "px",
        made_up,
    )
    zero = bench.image(_xray("zero", {"PixelSpacing": ["0", "0"]}))
    yield Check(
        "projection.zero",
        "A spacing of zero is none",
        "60 columns",
        60.0,
        _length(zero, ucum="{pixels}"),
        1e-9,
        "px",
        made_up,
    )
    line = Annotation("2", "calibration", "1.2.3", 0, ((0.0, 0.0), (0.0, 40.0)), (0.0, 0.0), known_mm=20.0)
    yield Check(
        "line.drawn",
        "A length with a line of 20 mm that was drawn over 40 rows",
        "60 x 20 / 40 mm",
        30.0,
        _length(bare, lines=(line,)),
        1e-9,
        "mm",
        "The line that a person drew is not used, or used the wrong way round.",
    )
    aspect = bench.image(_xray("aspect", {"PixelAspectRatio": ["2", "1"]}))
    yield Check(
        "aspect.angle",
        "An angle where only the shape of pixels is known",
        "pixels twice as high as wide: 20 columns and 10 rows are 45°",
        45.0,
        _length(aspect, ((30.0, 20.0), (10.0, 20.0), (30.0, 30.0)), "angle", "angle", "deg"),
        1e-9,
        "°",
        "Pixel Aspect Ratio is ignored or turned around.",
    )


def ultrasound(bench: Bench) -> Iterator[Check]:
    """Check regions: tissue above, M mode and Doppler below, each with a scale of its own."""
    tissue = known_region(
        (0, 0, 119, 49), PhysicalUnitsXDirection=3, PhysicalUnitsYDirection=3, PhysicalDeltaX=0.03, PhysicalDeltaY=0.05
    )
    motion = known_region(
        (0, 50, 119, 69), RegionSpatialFormat=2, PhysicalUnitsXDirection=4, PhysicalUnitsYDirection=3,
        PhysicalDeltaX=0.01, PhysicalDeltaY=0.05,
    )  # fmt: skip
    doppler = known_region(
        (0, 70, 119, 99), RegionSpatialFormat=3, PhysicalUnitsXDirection=4, PhysicalUnitsYDirection=7,
        PhysicalDeltaX=0.005, PhysicalDeltaY=-2.0, ReferencePixelX0=0, ReferencePixelY0=15,
    )  # fmt: skip
    image = bench.image(
        known_image(
            "ultrasound",
            np.zeros((120, 120), np.uint8),
            modality="US",
            spacing_mm=None,
            rescale=None,
            SequenceOfUltrasoundRegions=DicomSequence([tissue, motion, doppler]),
        )
    )
    across: tuple[Point, Point] = ((10.0, 20.0), (50.0, 20.0))
    time: tuple[Point, Point] = ((10.0, 55.0), (30.0, 65.0))
    cases: tuple[tuple[str, tuple[Point, ...], Kind, str, str, Answer, str], ...] = (
        ("across", across, "length", "length", "mm", 12.0, "40 x 0.03 cm"),
        ("down", ((10.0, 10.0), (10.0, 40.0)), "length", "length", "mm", 15.0, "30 x 0.05 cm"),
        ("diagonal", ((0.0, 0.0), (100.0, 45.0)), "length", "length", "mm", (30**2 + 22.5**2) ** 0.5, "30 and 22.5 mm"),
        ("m-mode.time", time, "length", "time", "s", 0.2, "20 x 0.01 s"),
        ("m-mode.depth", time, "length", "distance", "mm", 5.0, "10 x 0.05 cm"),
        ("m-mode.slope", time, "length", "velocity", "cm/s", 2.5, "0.5 cm in 0.2 s"),
        ("doppler.velocity", ((40.0, 75.0),), "point", "velocity", "cm/s", 20.0, "(75 - 85) x -2 cm/s"),
        ("outside", ((10.0, 105.0), (50.0, 105.0)), "length", "length", "{pixels}", 40.0, "no region: 40 pixels"),
    )
    for name, points, kind, key, ucum, expected, source in cases:
        yield Check(
            f"ultrasound.{name}",
            f"Ultrasound: {key} by the scale of the region",
            f"{source} (PS3.3 C.8.5.5)",
            expected,
            _length(image, points, kind, key, ucum),
            1e-9,
            ucum,
            _REGION,
        )
    yield Check(
        "ultrasound.between",
        "A length from one ultrasound region into another with another scale is refused",
        "the axes have nothing in common",
        "refused",
        lambda: refusal(_length(image, ((10.0, 40.0), (10.0, 80.0)))),
        hint=_REGION,
    )
