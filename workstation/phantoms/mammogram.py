"""A mammogram in four views: compressed breasts seen by a detector, processed for presentation, with known findings.

Places in a breast are mm in the plane of its middle: ``depth`` from the chest wall, ``up`` along the chest wall from
the height of the nipple (outwards in CC, towards the axilla in MLO). The beam is taken as parallel within the breast:
everything at one height above the support is magnified alike.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import JPEGLosslessSV1

from workstation.phantoms.shapes import Floats
from workstation.phantoms.writing import (
    SeriesOf,
    complete,
    decimal,
    describe_pixels,
    new_object,
    put_frames,
    save,
    show_window,
)
from workstation.quick_dataclass import dataclass

MAMMOGRAPHY_FOR_PRESENTATION = "1.2.840.10008.5.1.4.1.1.1.2"
ROWS, COLUMNS, DETECTOR_MM = 2294, 1914, 0.1
SOURCE_TO_DETECTOR_MM, SUPPORT_MM, BREAST_MM = 660.0, 15.0, 52.0
MIDDLE_MM = SUPPORT_MM + BREAST_MM / 2
"""Height of the middle of the breast above the detector, for which the header estimates the magnification."""
NIPPLE_DEPTH_MM = 84.0
_COARSE = 2
_NIPPLE_ROW = {"CC": (ROWS - 1) / 2, "MLO": 1390.0}
_VIEWS = {"CC": ("399162004", "cranio-caudal"), "MLO": ("399368009", "medio-lateral oblique")}


def magnification(height_mm: float) -> float:
    """Give by how much lengths at a height above the detector are magnified on it."""
    return SOURCE_TO_DETECTOR_MM / (SOURCE_TO_DETECTOR_MM - height_mm)


@dataclass(frozen=True, slots=True)
class Finding:
    """A mass (a ball) or a cluster of calcifications: where it is seen, and how large it is.

    ``height_mm`` is that of its middle above the detector.
    """

    name: str
    depth_mm: float
    up_mm: float
    height_mm: float
    diameter_mm: float


@dataclass(frozen=True, slots=True)
class MammogramView:
    """One image: side (``L``, ``R``), view (``CC``, ``MLO``) and what is to be found in it."""

    side: str
    view: str
    findings: tuple[Finding, ...] = ()

    @property
    def name(self) -> str:
        """Give what technologists call it (``LMLO``)."""
        return self.side + self.view

    @property
    def orientation(self) -> tuple[str, str]:
        """Give Patient Orientation: along rows, down columns (PS3.3 C.7.6.1.1.1); the chest walls lie inwards."""
        inwards = "R" if self.side == "L" else "L"
        return "A" if self.side == "L" else "P", inwards if self.view == "CC" else f"F{inwards}"

    def pixel_of(self, depth_mm: float, up_mm: float, height_mm: float = MIDDLE_MM) -> tuple[float, float]:
        """Give (column, row) from 0 of a place in the breast."""
        scale = magnification(height_mm) / DETECTOR_MM
        column = depth_mm * scale - 0.5
        row = _NIPPLE_ROW[self.view] - up_mm * scale
        return (column if self.side == "L" else COLUMNS - 1 - column), row


VIEWS = (
    MammogramView("R", "CC", (Finding("calcifications", 46.0, -14.0, 48.0, 7.0),)),
    MammogramView("L", "CC", (Finding("mass", 41.0, 27.0, MIDDLE_MM, 9.0),)),
    MammogramView("R", "MLO", (Finding("calcifications", 45.0, -6.0, 36.0, 7.0),)),
    MammogramView("L", "MLO", (Finding("mass", 40.0, 24.0, 53.0, 9.0),)),
)
CALCIFICATIONS = 13
_BREAST, _GLAND, _MUSCLE, _SKIN, _MASS, _GRAIN = 850.0, 2000.0, 1150.0, 260.0, 900.0, 1400.0
"""How bright each shows, stored values; they add up where they lie over one another."""
_NOISE = 26.0

Report = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class _Places:
    """Depth and height of the pixels of an image whose chest wall lies at the left, mm, shapes (1, c) and (r, 1)."""

    depth: Floats
    up: Floats

    @classmethod
    def of(cls, view: str) -> "_Places":
        scale = DETECTOR_MM / magnification(MIDDLE_MM)
        columns = np.arange(COLUMNS // _COARSE, dtype=np.float32) * _COARSE + (_COARSE - 1) / 2
        rows = np.arange(ROWS // _COARSE, dtype=np.float32) * _COARSE + (_COARSE - 1) / 2
        return cls(((columns + 0.5) * scale)[None, :], ((_NIPPLE_ROW[view] - rows) * scale)[:, None])

    @property
    def shape(self) -> tuple[int, int]:
        return self.up.shape[0], self.depth.shape[1]


def write_mammogram(series: SeriesOf, seed: int, folder: Path, pool: ThreadPoolExecutor, tick: Report) -> None:
    """Write the four views."""
    for number, (view, data) in enumerate(zip(VIEWS, pool.map(lambda v: _encoded(v, seed), VIEWS), strict=True), 1):
        ds = _header(series, view, number)
        put_frames(ds, [data])
        save(complete(ds, JPEGLosslessSV1), folder / f"{number:04d}.dcm")
        tick(1)


def _encoded(view: MammogramView, seed: int) -> bytes:
    return bytes(imagecodecs.ljpeg_encode(paint_view(view, seed), bitspersample=12))


def paint_view(view: MammogramView, seed: int) -> NDArray[np.uint16]:
    """Give the stored values of a view, shape (rows, columns)."""
    rng = np.random.default_rng((seed, 80, VIEWS.index(view)))
    places = _Places.of(view.view)
    inside = _outline(places, view.view)
    edge = np.clip(inside / 20, 0, 1)
    thick = np.sqrt(1 - (1 - edge) ** 2)  # compressed flat, round at its margin
    shown = _BREAST * thick + _GLAND * thick * _gland(places, rng)
    if view.view == "MLO":
        shown += _MUSCLE * thick * _muscle(places, rng)
    shown += _SKIN * np.clip(inside / 0.5, 0, 1) * np.clip((2.2 - inside) / 0.8, 0, 1)
    fine = cv2.resize(shown, (COLUMNS, ROWS), interpolation=cv2.INTER_LINEAR)
    cover = cv2.resize(np.clip(inside + 0.5, 0, 1), (COLUMNS, ROWS), interpolation=cv2.INTER_LINEAR)
    if view.side == "R":
        fine, cover = fine[:, ::-1].copy(), cover[:, ::-1]
    for finding in view.findings:
        _put_finding(fine, view, finding, rng)
    noise = cv2.GaussianBlur(rng.standard_normal(fine.shape, np.float32), (0, 0), 0.6) * np.float32(2 * _NOISE)
    stored = np.clip(np.rint((fine + noise) * cover), 0, 4095)  # nothing is left of what the beam hits beside it
    return np.ascontiguousarray(stored, np.uint16)


def _outline(places: _Places, view: str) -> Floats:
    """Give about the distance inside the skin, mm."""
    d, u = places.depth, places.up
    above, below = (74.0, 70.0) if view == "CC" else (152.0, 74.0)
    half = np.where(u > 0, above, below).astype(np.float32)
    bulge = np.float32(NIPPLE_DEPTH_MM - 2)
    ratio = np.sqrt((d / bulge) ** 2 + np.abs(u / half) ** 2.2 + 1e-9)
    slope = np.sqrt((d / bulge**2) ** 2 + (u / half**2) ** 2) + 1e-9
    skin = (1 - ratio) * ratio / slope
    nipple = 5 - np.hypot(d - NIPPLE_DEPTH_MM + 3.5, u * 0.9)
    joined = np.logaddexp(skin, nipple)  # the larger of both, without a crease where they meet
    return np.asarray(np.where(skin > 8, skin, joined), np.float32)


def _ridges(rng: np.random.Generator, shape: tuple[int, int], step_px: float) -> Floats:
    """Give winding strands, 0 to 1, about as far apart as ``step_px``."""
    return np.asarray(np.exp(-np.abs(_hills(rng, shape, (step_px, step_px))) * 2.2), np.float32)


def _hills(rng: np.random.Generator, shape: tuple[int, int], step_px: tuple[float, float]) -> Floats:
    """Give smooth noise of deviation about 1 that changes over these distances, along columns and along rows."""
    rows, columns = (int(count / step) + 3 for count, step in zip(shape, step_px, strict=True))
    noise = rng.standard_normal((rows, columns), np.float32)
    return np.asarray(cv2.resize(noise, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), np.float32)


def _gland(places: _Places, rng: np.random.Generator) -> Floats:
    """Give how much of the thickness is gland, 0 to 1: a fan of strands behind the nipple, wisps elsewhere."""
    d, u = places.depth, places.up
    away = np.hypot(NIPPLE_DEPTH_MM + 4 - d, u).astype(np.float32)
    turn = np.arctan2(u, NIPPLE_DEPTH_MM + 4 - d).astype(np.float32)
    fan = np.clip((1.05 - np.abs(turn)) / 0.45, 0, 1) * np.clip((66 - away) / 26, 0, 1) * np.clip((away - 2) / 14, 0, 1)
    polar = _ridges(rng, (384, 384), 22) * 0.6 + _ridges(rng, (384, 384), 9) * 0.4
    along = cv2.remap(
        polar, away * np.float32(2.4), (turn + np.float32(1.7)) * np.float32(110), cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REFLECT_101,
    )  # fmt: skip
    cloud = _ridges(rng, places.shape, 90) * 0.5 + _ridges(rng, places.shape, 38) * 0.3
    lobes = sum(_hills(rng, places.shape, (step, step)) * part for step, part in ((70, 0.05), (26, 0.03), (9, 0.015)))
    wisps = 0.1 + lobes + _ridges(rng, places.shape, 75) ** 2 * 0.04
    return np.asarray(fan * (0.12 + 0.45 * along + 0.55 * cloud) + np.clip(wisps, 0, None), np.float32)


def _muscle(places: _Places, rng: np.random.Generator) -> Floats:
    """Give the muscle of the chest, 0 to 1: from the armpit down along the chest wall, its fibres along its border."""
    d, u = places.depth, places.up
    border = 54 * np.clip((u + 34) / 164, 0, 1) ** 0.8 + 1.2 * np.sin(u / 17)
    fibres = cv2.remap(
        _hills(rng, (256, 512), (5, 90)), (u - d * 0.3 + np.float32(150)).astype(np.float32),
        ((d * 0.95 - u * 0.33) * 2 + np.float32(128)).astype(np.float32),
        cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101,
    )  # fmt: skip
    cover = np.clip((border - d) / 7 + 0.5, 0, 1) * np.clip((border - 2) / 8, 0, 1)
    return np.asarray(cover * cover * (3 - 2 * cover) * (0.9 + 0.06 * fibres), np.float32)


def _put_finding(fine: Floats, view: MammogramView, finding: Finding, rng: np.random.Generator) -> None:
    column, row = view.pixel_of(finding.depth_mm, finding.up_mm, finding.height_mm)
    radius = finding.diameter_mm / 2 * magnification(finding.height_mm) / DETECTOR_MM
    if finding.name == "mass":
        _put_ball(fine, (column, row), radius, _MASS)
        return
    for _ in range(CALCIFICATIONS):
        away, turn, size = radius * np.sqrt(rng.random()) * 0.9, rng.random() * 2 * np.pi, rng.uniform(1.3, 2.7)
        _put_ball(fine, (column + away * np.cos(turn), row + away * np.sin(turn)), size, _GRAIN)


def _put_ball(fine: Floats, centre_px: tuple[float, float], radius_px: float, peak: float) -> None:
    """Add what a ball takes from the beam: as much as the beam's way through it."""
    column, row = centre_px
    reach = int(radius_px) + 3
    rows, columns = slice(int(row) - reach, int(row) + reach + 1), slice(int(column) - reach, int(column) + reach + 1)
    y, x = np.mgrid[rows, columns]
    inside = 1 - ((x - column) ** 2 + (y - row) ** 2) / radius_px**2
    fine[rows, columns] += peak * np.sqrt(np.clip(inside, 0, None))


def _header(series: SeriesOf, view: MammogramView, number: int) -> Dataset:
    ds = new_object(series, MAMMOGRAPHY_FOR_PRESENTATION, number)
    ds.ImageType = ["ORIGINAL", "PRIMARY", ""]
    ds.AcquisitionNumber = number
    ds.PresentationIntentType = "FOR PRESENTATION"
    ds.PatientOrientation, ds.ImageLaterality = list(view.orientation), view.side
    ds.ViewPosition, ds.ViewCodeSequence = view.view, [_view_code(view.view)]
    ds.AnatomicRegionSequence = [_code("76752008", "Breast")]
    ds.OrganExposed, ds.BreastImplantPresent = "BREAST", "NO"
    ds.PositionerType, ds.PositionerPrimaryAngle = "MAMMOGRAPHIC", _angle(view)
    ds.DetectorType, ds.ImagerPixelSpacing = "DIRECT", [decimal(DETECTOR_MM)] * 2
    ds.DistanceSourceToDetector = decimal(SOURCE_TO_DETECTOR_MM)
    ds.DistanceSourceToPatient = decimal(SOURCE_TO_DETECTOR_MM - SUPPORT_MM)
    ds.EstimatedRadiographicMagnificationFactor = decimal(round(magnification(MIDDLE_MM), 6))
    ds.BodyPartThickness, ds.CompressionForce = decimal(BREAST_MM), "110"
    ds.KVP, ds.ExposureTime, ds.XRayTubeCurrent, ds.Exposure = "29", 900, 90, 81
    ds.AnodeTargetMaterial, ds.FilterMaterial = "TUNGSTEN", "RHODIUM"
    describe_pixels(ds, ROWS, COLUMNS, bits_stored=12)
    ds.PixelIntensityRelationship, ds.PixelIntensityRelationshipSign = "LOG", -1
    ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = "0", "1", "US"
    ds.PresentationLUTShape, ds.LossyImageCompression, ds.BurnedInAnnotation = "IDENTITY", "00", "NO"
    ds.AcquisitionContextSequence = []
    show_window(ds, (2000, 3600, "Breast"))
    return ds


def _angle(view: MammogramView) -> str:
    return "0" if view.view == "CC" else "45" if view.side == "R" else "-45"


def _code(value: str, meaning: str) -> Dataset:
    ds = Dataset()
    ds.CodeValue, ds.CodingSchemeDesignator, ds.CodeMeaning = value, "SCT", meaning
    return ds


def _view_code(view: str) -> Dataset:
    ds = _code(*_VIEWS[view])
    ds.ViewModifierCodeSequence = []
    return ds
