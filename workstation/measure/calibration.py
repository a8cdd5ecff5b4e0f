"""What lengths are made with at a place of a frame, and where that comes from (PS3.3 10.7, C.8.5.5)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from workstation.errors import UserError
from workstation.model.geometry import Spacing, SpacingSource
from workstation.model.units import NARROWEST_MM, WIDEST_MM
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.measure.given import Given
    from workstation.measure.region_calibration import Axis
    from workstation.model.annotation import Annotation, Point
    from workstation.model.frame import Frame
    from workstation.model.image import Image
    from workstation.model.pixels.ultrasound import UltrasoundRegion

_CONTRADICTION = 0.02
_SENTENCES = {
    SpacingSource.PIXEL_SPACING: "Pixel Spacing (0028,0030)",
    SpacingSource.CALIBRATED: "Pixel Spacing (0028,0030), calibrated",
    SpacingSource.IMAGER: "Imager Pixel Spacing (0018,1164)",
    SpacingSource.IMAGER_MAGNIFIED: "Imager Pixel Spacing (0018,1164) divided by the magnification",
    SpacingSource.NOMINAL_SCANNED: "Nominal Scanned Pixel Spacing (0018,2010)",
    SpacingSource.ULTRASOUND_REGION: "Physical Delta (0018,602C), (0018,602E) of the ultrasound region",
    SpacingSource.USER_LINE: "a line of known length",
    SpacingSource.USER: "a distance of pixels given by the user",
}


@dataclass(frozen=True, slots=True)
class Calibration:
    """What lengths are made with at a place.

    Parameters
    ----------
    spacing
        The distances of pixels; where not metric, lengths are in pixels, of which ``between_rows`` over
        ``between_columns`` says how high they are.
    across, down
        What a step to the right and a step down stand for where a region of an ultrasound picture has axes that are
        not both lengths: M mode, spectral Doppler, traces. None everywhere else.
    sentence
        Where it comes from, in words.
    notes
        What a reader of a length has to know.
    """

    spacing: Spacing
    across: Axis | None = None
    down: Axis | None = None
    sentence: str = ""
    notes: tuple[str, ...] = ()

    @property
    def is_metric(self) -> bool:
        """Whether lengths are in mm."""
        return self.spacing.is_metric

    @property
    def is_of_axes(self) -> bool:
        """Whether the axes are different quantities, so that there are differences along them and no length."""
        return self.across is not None or self.down is not None


@dataclass(frozen=True, slots=True)
class SpacingFacts:
    """What an image says of its spacing beyond the frame itself.

    Parameters
    ----------
    regions
        Regions of an ultrasound frame.
    detector
        The spacing at the detector; None where there is none.
    doubts
        Sentences about what cannot be true.
    """

    regions: tuple[UltrasoundRegion, ...] = ()
    detector: Spacing | None = None
    doubts: tuple[str, ...] = ()


def spacing_facts(image: Image, number: int = 0) -> SpacingFacts:
    """Give what an image says of the spacing of a frame, counted from 0."""
    return SpacingFacts(image.ultrasound_regions(number), image.detector_spacing(number), image.spacing_doubts(number))


def calibration_on(
    image: Image,
    frame: Frame,
    points_px: Sequence[Point],
    *,
    given: Given | None = None,
    lines: Sequence[Annotation] = (),
) -> Calibration:
    """Give what lengths between points of a frame of an image are made with; see `calibration_at`."""
    facts = spacing_facts(image, frame.number)
    return calibration_at(
        frame,
        points_px,
        regions=facts.regions,
        given=given,
        lines=lines,
        detector=facts.detector,
        doubts=facts.doubts,
    )


def calibration_at(
    frame: Frame,
    points_px: Sequence[Point],
    *,
    regions: Sequence[UltrasoundRegion] = (),
    given: Given | None = None,
    lines: Sequence[Annotation] = (),
    detector: Spacing | None = None,
    doubts: Sequence[str] = (),
) -> Calibration:
    """Give what lengths between points are made with.

    What a person gives comes first, then a line of known length drawn on the frame, then the region of an ultrasound
    picture that holds all points, then the header's spacing.

    Parameters
    ----------
    frame
        The frame.
    points_px
        (column, row) of all points of the measurement.
    regions
        Of an ultrasound frame (`Image.ultrasound_regions`).
    given
        What a person gives on the command line.
    lines
        ``calibration`` annotations of this frame, the oldest first; others are passed over.
    detector
        The spacing at the detector (`Image.detector_spacing`).
    doubts
        Sentences about the header (`Image.spacing_doubts`); they become notes where the header is used.

    Returns
    -------
    Calibration
        Not metric where nothing tells a distance.

    Raises
    ------
    UserError
        If the points lie in different regions, or ``given`` asks for the detector of an image that has none.
    """
    if given is not None:
        return _given(frame, given, detector)
    drawn = [line for line in lines if line.kind == "calibration" and line.known_mm and line.known_mm > 0]
    if drawn:
        return _drawn(frame, drawn)
    if regions:
        from workstation.measure.region_calibration import region_at

        found = region_at(regions, points_px)
        if found is not None:
            return _of_region(found)
    return _of_header(frame, regions, doubts)


def _of_header(frame: Frame, regions: Sequence[UltrasoundRegion], doubts: Sequence[str]) -> Calibration:
    spacing = frame.spacing
    if regions and _are_scaled(regions):
        outside = "It lies outside every ultrasound region that has a scale: lengths are in pixels."
        return Calibration(Spacing(), sentence="No spacing: outside the ultrasound regions", notes=(outside,))
    if not spacing.is_metric:
        return _in_pixels(spacing, doubts)
    notes = list(doubts)
    if spacing.source is SpacingSource.IMAGER and "magnification 1" not in spacing.note:
        notes.append("Lengths are those on the detector; what lies nearer to the X-ray source is smaller.")
    if spacing.source is SpacingSource.NOMINAL_SCANNED:
        notes.append("Lengths are those on the scanned film.")
    return Calibration(spacing, sentence=sentence_of(spacing), notes=tuple(notes))


def _in_pixels(spacing: Spacing, doubts: Sequence[str]) -> Calibration:
    ratio = spacing.between_rows / spacing.between_columns
    plain = Spacing(ratio, 1.0, spacing.source, spacing.note)
    if spacing.source is SpacingSource.ASPECT_RATIO:
        note = (
            f"No spacing in the file, but pixels are {ratio:.4g} times as high as wide: angles are true, lengths count "
            "pixels across and down alike."
        )
        return Calibration(plain, sentence="No spacing: Pixel Aspect Ratio (0028,0034) only", notes=(note, *doubts))
    note = "No spacing in the file: lengths are in pixels."
    return Calibration(plain, sentence="No spacing in the file", notes=(note, *doubts))


def sentence_of(spacing: Spacing) -> str:
    """Give the distances of pixels with where they come from."""
    rows, columns = spacing.between_rows, spacing.between_columns
    distances = f"{rows:.6g} mm" if math.isclose(rows, columns, rel_tol=1e-6) else f"{rows:.6g} x {columns:.6g} mm"
    noted = f", {spacing.note}" if "(" in spacing.note else f" ({spacing.note})" if spacing.note else ""
    return f"{_SENTENCES.get(spacing.source, spacing.source.value)}: {distances}{noted}"


def _are_scaled(regions: Sequence[UltrasoundRegion]) -> bool:
    from workstation.measure.region_calibration import has_scale

    return any(has_scale(each) for each in regions)


def _of_region(region: UltrasoundRegion) -> Calibration:
    from workstation.measure.region_calibration import axes_of, describe

    if region.measures_lengths:
        spacing = region.spacing
        return Calibration(spacing, sentence=f"{sentence_of(spacing)} ({describe(region)})")
    across, down = axes_of(region)
    angle = region.correction_angle_deg
    notes = (f"Velocities are as the machine scaled them, for a Doppler angle of {angle:g}°.",) if angle else ()
    return Calibration(Spacing(), across, down, f"Axes of the ultrasound region ({describe(region)})", notes)


def _given(frame: Frame, given: Given, detector: Spacing | None) -> Calibration:
    replaced = f"It replaces the header's: {sentence_of(frame.spacing)}." if frame.spacing.is_metric else ""
    notes = (replaced,) if replaced else ()
    if given.how == "none":
        spacing = Spacing(frame.spacing.between_rows / frame.spacing.between_columns, 1.0)
        return Calibration(spacing, sentence="Pixels, as the user asked", notes=notes)
    if given.how == "line" and given.line_px is not None:
        return _lined(frame, given.line_px, given.known_mm, notes)
    if given.how == "spacing":
        spacing = Spacing(given.between_rows_mm, given.between_columns_mm, SpacingSource.USER)
        return Calibration(spacing, sentence=sentence_of(spacing), notes=notes)
    if detector is None:
        raise UserError(
            "The image has no spacing at the detector (Imager Pixel Spacing).",
            hint="Give the distance of pixels itself, such as 0.143.",
        )
    if given.how == "detector":
        note = "at the detector, as the user asked"
        spacing = Spacing(detector.between_rows, detector.between_columns, SpacingSource.IMAGER, note)
        return Calibration(spacing, sentence=sentence_of(spacing), notes=notes)
    factor, note = given.magnification, f"magnification {given.magnification:g}, given by the user"
    rows, columns = detector.between_rows / factor, detector.between_columns / factor
    spacing = Spacing(rows, columns, SpacingSource.IMAGER_MAGNIFIED, note)
    return Calibration(spacing, sentence=sentence_of(spacing), notes=notes)


def _drawn(frame: Frame, lines: Sequence[Annotation]) -> Calibration:
    last = lines[-1]
    found = _lined(frame, (last.points_px[0], last.points_px[1]), last.known_mm or 0.0, ())
    notes = list(found.notes)
    if frame.spacing.is_metric:
        notes.append(f"It replaces the header's: {sentence_of(frame.spacing)}.")
    for each in lines[:-1]:
        other = _lined(frame, (each.points_px[0], each.points_px[1]), each.known_mm or 0.0, ())
        if not math.isclose(other.spacing.between_columns, found.spacing.between_columns, rel_tol=_CONTRADICTION):
            notes.append(
                f"Another calibration line on this image says {other.spacing.between_columns:.4g} mm between columns; "
                "the last one drawn was used."
            )
    return Calibration(found.spacing, sentence=found.sentence, notes=tuple(notes))


def _lined(frame: Frame, ends: tuple[Point, Point], known_mm: float, notes: tuple[str, ...]) -> Calibration:
    """Scale so that a line has its length; pixels keep the shape that the header gives them."""
    ratio = frame.spacing.between_rows / frame.spacing.between_columns
    across, down = ends[1][0] - ends[0][0], (ends[1][1] - ends[0][1]) * ratio
    length = math.hypot(across, down)
    if length == 0:
        raise UserError("The calibration line has no length.", hint="Draw it between two different points.")
    columns = known_mm / length
    if not all(NARROWEST_MM <= each <= WIDEST_MM for each in (columns, columns * ratio)):
        raise UserError(
            f"By the calibration line pixels would be {columns:.3g} mm apart, which cannot be.",
            hint="Check its ends and its length.",
        )
    note = f"{known_mm:.6g} mm for {length:.6g} widths of pixels, the same in every direction"
    spacing = Spacing(columns * ratio, columns, SpacingSource.USER_LINE, note)
    if frame.spacing.source is SpacingSource.NONE:
        notes = (*notes, "The file does not say what shape its pixels have: they were taken for square.")
    return Calibration(spacing, sentence=sentence_of(spacing), notes=notes)
