"""How far apart the pixels of a frame are, which attribute says so, and what speaks against it (PS3.3 10.7)."""

import math

from pydicom import Dataset

from workstation.model.attributes import number, numbers, text
from workstation.model.geometry import Spacing, SpacingSource
from workstation.model.pixels.functional_groups import FunctionalGroups
from workstation.model.pixels.ultrasound import UltrasoundRegion
from workstation.model.pixels.ultrasound_reading import ultrasound_regions
from workstation.model.text import clean
from workstation.model.units import NARROWEST_MM, WIDEST_MM

_TAGS = {
    "PixelSpacing": "Pixel Spacing (0028,0030)",
    "ImagerPixelSpacing": "Imager Pixel Spacing (0018,1164)",
    "NominalScannedPixelSpacing": "Nominal Scanned Pixel Spacing (0018,2010)",
}
_MOST_MAGNIFIED = 20.0
_ALIKE = 1e-4
_PROJECTIONS = ("CR", "DX", "MG", "IO", "PX", "RG", "XA", "RF", "DR")


def frame_spacing(groups: FunctionalGroups, frame: int) -> Spacing:
    """Give the pixel spacing of a frame and where it comes from."""
    measures = groups.item("PixelMeasuresSequence", frame)
    if measures is not None and (pair := _pair(measures, "PixelSpacing")):
        return Spacing(*pair, SpacingSource.PIXEL_SPACING)
    return (
        _plain_spacing(groups, frame)
        or _imager_spacing(groups, frame)
        or _ultrasound_spacing(groups, frame)
        or _other_spacing(groups.dataset)
        or Spacing()
    )


def detector_spacing(groups: FunctionalGroups, frame: int) -> Spacing | None:
    """Give the pixel spacing at the detector, or at the front of its housing; None where the file has none."""
    pair = _detector_pair(groups, frame)
    return Spacing(*pair, SpacingSource.IMAGER, "at the detector, as asked for") if pair else None


def spacing_doubts(groups: FunctionalGroups, frame: int) -> tuple[str, ...]:
    """Give sentences about what a header says of its spacing that cannot be true, or that contradicts itself."""
    dataset = groups.dataset
    measures = groups.item("PixelMeasuresSequence", frame)
    found = [said for keyword in _TAGS if (said := _unusable(dataset, keyword))]
    if measures is not None and (said := _unusable(measures, "PixelSpacing")):
        found.append(said)
    pair, imager = _pair(dataset, "PixelSpacing"), _detector_pair(groups, frame)
    if pair and measures is None:
        found += _projection_doubts(dataset, pair, imager)
        aspect = _aspect(dataset)
        if aspect is not None and not math.isclose(aspect, pair[0] / pair[1], rel_tol=0.01):
            found.append(
                f"Pixel Aspect Ratio (0028,0034) says that pixels are {aspect:.4g} times as high as wide, "
                f"Pixel Spacing {pair[0] / pair[1]:.4g} times; Pixel Spacing was used."
            )
    factor, origin = _magnification(groups, frame)
    if imager and factor is not None and not 1 <= factor <= _MOST_MAGNIFIED:
        found.append(f"A magnification of {factor:.4g} ({origin}) cannot be: it was not used.")
    return tuple(found)


def _projection_doubts(dataset: Dataset, pair: tuple[float, float], imager: tuple[float, float] | None) -> list[str]:
    kind = text(dataset, "PixelSpacingCalibrationType")
    if imager is None:
        if text(dataset, "Modality") in _PROJECTIONS and not kind:
            return ["The file does not say whether Pixel Spacing holds at the detector or in the patient."]
        return []
    found = []
    shown = clean(kind)[:16]
    if _same(pair, imager):
        if kind:
            found.append(
                f"Pixel Spacing equals Imager Pixel Spacing although it is said to be calibrated ({shown}): either the "
                "object lay on the detector, or nothing was corrected."
            )
        return found
    if not kind:
        found.append(
            "Pixel Spacing differs from Imager Pixel Spacing, so it was calibrated, but the file does not say how."
        )
    if pair[0] > imager[0] * (1 + _ALIKE):
        found.append(
            f"Pixel Spacing ({pair[0]:.4g} mm) is larger than at the detector ({imager[0]:.4g} mm): X-rays shrink "
            "nothing that they show, so the image was scaled down, or one of both is wrong."
        )
    factor = number(dataset, "EstimatedRadiographicMagnificationFactor")
    if factor and 1 <= factor <= _MOST_MAGNIFIED and not math.isclose(imager[0] / factor, pair[0], rel_tol=0.02):
        found.append(
            f"Estimated Radiographic Magnification Factor {factor:.4g} makes {imager[0] / factor:.4g} mm of Imager "
            f"Pixel Spacing, the calibrated Pixel Spacing is {pair[0]:.4g} mm; Pixel Spacing was used."
        )
    return found


def _unusable(dataset: Dataset, keyword: str) -> str:
    """Give a sentence about a spacing that is there and cannot be used; empty where all is well."""
    if keyword not in dataset or _pair(dataset, keyword):
        return ""
    written = clean(text(dataset, keyword))[:40]
    if not written:
        return ""
    found = numbers(dataset, keyword)
    name = _TAGS[keyword]
    if not found:
        return f"{name} is {written!r}, which is no number: it was not used."
    if min(found) <= 0:
        return f"{name} is {written}: a distance is above 0, so it was not used."
    return f"{name} is {written} mm, which no image has: it was not used."


def _pair(dataset: Dataset, keyword: str) -> tuple[float, float] | None:
    """Give two distances in mm that can be; one alone stands for both."""
    found = numbers(dataset, keyword)
    if len(found) == 1:
        found = (found[0], found[0])
    if len(found) < 2 or not all(NARROWEST_MM <= each <= WIDEST_MM for each in found[:2]):
        return None
    return found[0], found[1]


def _same(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return all(math.isclose(a, b, rel_tol=_ALIKE) for a, b in zip(one, other, strict=True))


def _aspect(dataset: Dataset) -> float | None:
    """Give how many times as high as wide a pixel is; None where the file does not say."""
    found = numbers(dataset, "PixelAspectRatio")
    return found[0] / found[1] if len(found) == 2 and min(found) > 0 else None


def _detector_pair(groups: FunctionalGroups, frame: int) -> tuple[float, float] | None:
    """Give the spacing at the detector; an enhanced X-ray image has it in a macro of the frame (C.8.19.6.4)."""
    properties = groups.item("FramePixelDataPropertiesSequence", frame)
    own = _pair(properties, "ImagerPixelSpacing") if properties is not None else None
    return own or _pair(groups.dataset, "ImagerPixelSpacing")


def _plain_spacing(groups: FunctionalGroups, frame: int) -> Spacing | None:
    dataset = groups.dataset
    pair = _pair(dataset, "PixelSpacing")
    if pair is None:
        return None
    imager = _detector_pair(groups, frame)
    kind = clean(text(dataset, "PixelSpacingCalibrationType"))
    if kind or (imager is not None and not _same(pair, imager)):
        described = clean(text(dataset, "PixelSpacingCalibrationDescription"))
        note = " – ".join(part for part in (kind.capitalize(), described) if part)
        return Spacing(*pair, SpacingSource.CALIBRATED, note)
    if imager is not None:
        return _imager_spacing(groups, frame)
    return Spacing(*pair, SpacingSource.PIXEL_SPACING)


def _imager_spacing(groups: FunctionalGroups, frame: int) -> Spacing | None:
    pair = _detector_pair(groups, frame)
    if pair is None:
        return None
    factor, origin = _magnification(groups, frame)
    if factor is not None and 1 < factor <= _MOST_MAGNIFIED:
        note = f"magnification {factor:.4g} ({origin})"
        return Spacing(pair[0] / factor, pair[1] / factor, SpacingSource.IMAGER_MAGNIFIED, note)
    if factor == 1:
        return Spacing(*pair, SpacingSource.IMAGER, f"magnification 1 ({origin})")
    return Spacing(*pair, SpacingSource.IMAGER, "at the detector; the patient is smaller by an unknown magnification")


def _magnification(groups: FunctionalGroups, frame: int) -> tuple[float | None, str]:
    dataset = groups.dataset
    factor = number(dataset, "EstimatedRadiographicMagnificationFactor")
    if factor is not None:
        return factor, "estimated magnification"
    holder = groups.item("XRayGeometrySequence", frame) or dataset
    detector = number(holder, "DistanceSourceToDetector")
    patient, named = number(holder, "DistanceSourceToPatient"), "patient"
    if not patient:
        patient, named = number(holder, "DistanceSourceToIsocenter"), "isocentre"
    if detector and patient and detector >= patient > 0:
        return detector / patient, f"distances of source, {named} and detector"
    return None, ""


def _other_spacing(dataset: Dataset) -> Spacing | None:
    if pair := _pair(dataset, "NominalScannedPixelSpacing"):
        return Spacing(*pair, SpacingSource.NOMINAL_SCANNED, "of the scanned film")
    if (aspect := _aspect(dataset)) is not None and aspect != 1:
        return Spacing(aspect, 1.0, SpacingSource.ASPECT_RATIO)
    return None


def _ultrasound_spacing(groups: FunctionalGroups, frame: int) -> Spacing | None:
    regions = [each for each in ultrasound_regions(groups, frame) if each.is_two_dimensional and each.measures_lengths]
    if not regions:
        return None
    largest: UltrasoundRegion = max(regions, key=lambda region: region.area_px)
    others = {(each.spacing.between_rows, each.spacing.between_columns) for each in regions}
    note = f"of the largest of {len(regions)} regions with different scales" if len(others) > 1 else ""
    spacing = largest.spacing
    return Spacing(spacing.between_rows, spacing.between_columns, spacing.source, note)
