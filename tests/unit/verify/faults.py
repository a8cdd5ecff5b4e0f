"""Faults that viewers have shipped, each as a wrong function of the program, and how the self-check names it."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from workstation.measure.suv import body
from workstation.measure.suv.values import Moment, Number
from workstation.model.frame import LookupTable, Window
from workstation.model.geometry import VolumeGrid, plane_normal_lps
from workstation.model.units import MM

Function = Callable[..., Any]


@dataclass(frozen=True)
class Fault:
    """What is made wrong: a function of a module, everywhere it is used; and the words that the failing row has."""

    name: str
    only: str
    module: str
    function: str
    wrong: Callable[[Function], Function]
    words: str


def off_by(pixels: float) -> Callable[[Function], Function]:
    return lambda right: lambda first, points: right(first, np.asarray(points, dtype=np.float64) + pixels)


def instead(changed: Callable[[Any], Any]) -> Callable[[Function], Function]:
    """The right answer, changed."""
    return lambda right: lambda *given, **named: changed(right(*given, **named))


def _back_off(right: Function) -> Function:
    def back(plane: Any, points: Any) -> Any:
        found, away = right(plane, points)
        return found + 0.5, away

    return back


def _swapped(spacing: Any) -> Any:
    return replace(spacing, between_rows=spacing.between_columns, between_columns=spacing.between_rows)


def _of_frame_alone(right: Function) -> Function:
    """Values are taken to be decayed to the beginning of their own frame."""
    return lambda times, half_life, earliest: replace(right(times, half_life, earliest), moment=times.acquisition)


def _window_off(right: Function) -> Function:
    def shown(values: Any, voi: Any) -> Any:
        return right(values, replace(voi, center=voi.center + 0.5) if isinstance(voi, Window) else voi)

    return shown


def _table_off(right: Function) -> Function:
    def shown(x: Any, table: LookupTable) -> Any:
        return right(x, replace(table, first_input=table.first_input + 1))

    return shown


def _without_tilt(right: Function) -> Function:
    def straight(first: Any, last: Any, *, shape_kji: tuple[int, int, int]) -> VolumeGrid:
        grid: VolumeGrid = right(first, last, shape_kji=shape_kji)
        affine = grid.affine_lps.copy()
        affine[:3, 2] = np.asarray(plane_normal_lps(first)) * np.linalg.norm(affine[:3, 2])
        return VolumeGrid(affine, shape_kji, grid.frame_of_reference_uid)

    return straight


def _nearest_rank(_right: Function) -> Function:
    def ranked(counted: Any, percentiles: Any) -> list[float]:
        values = np.repeat(counted.values, 1 if counted.counts is None else counted.counts)
        return [float(values[max(math.ceil(each / 100 * len(values)) - 1, 0)]) for each in percentiles]

    return ranked


def _unsigned(right: Function) -> Function:
    def kind(description: Any) -> Any:
        found = right(description)
        return np.dtype(f"u{found.itemsize}") if found.kind == "i" else found

    return kind


def _in_mm(right: Function) -> Function:
    """Numbers of a report are said to be in mm, whatever they are in."""

    def item(name: Any, value: float, unit: Any, below: Any = ()) -> Any:
        return right(name, value, replace(unit, value=MM.ucum) if unit.value == "cm" else unit, below)

    return item


def _half_left(right: Function) -> Function:
    def item(*given: Any, **named: Any) -> Any:
        made = right(*given, **named)
        made.GraphicData = [float(each) - 0.5 for each in made.GraphicData]
        return made

    return item


def _in_utc(right: Function) -> Function:
    """The clock is taken as it is written, whatever its zone."""
    return lambda raw, source, _zone: right(str(raw).partition("+")[0], source, None)


def _same_day(_right: Function) -> Function:
    return lambda clock, limit: Moment(
        limit.at.replace(hour=clock.at.hour, minute=clock.at.minute), clock.source, limit.is_dated
    )


def _without_tens(right: Any) -> Any:
    """Give the spacing of a region with its deltas as they are."""

    def spacing(region: Any) -> Any:
        return replace(
            right.fget(region), between_rows=abs(region.down.delta), between_columns=abs(region.across.delta)
        )

    return property(spacing)


def _mirrored(lines: tuple[Any, Any, Any]) -> tuple[Any, Any, Any]:
    centre, first, second = lines
    return centre, first[::-1], second[::-1]


def _thick(found: Any) -> Any:
    return replace(found, mm=tuple(5.0 for _ in found.mm))


def _without_padding(right: Function) -> Function:
    return lambda stored, _padding: right(stored, None)


def _above(_right: Function) -> Function:
    return lambda values, low, high: (
        (values > (-np.inf if low is None else low)) & (values < (np.inf if high is None else high))
    )


def _moved_row(found: Any) -> Any:
    return np.roll(found, 1, axis=1)


DECAY = "Decay is counted from another time"
FAULTS = (
    Fault(
        "half a pixel towards the patient",
        "geometry.axial",
        "model.geometry",
        "image_to_lps",
        off_by(0.5),
        "half a pixel",
    ),
    Fault(
        "half a pixel from the patient", "geometry.oblique", "model.geometry", "lps_to_image", _back_off, "half a pixel"
    ),
    Fault("half a voxel", "geometry.axial", "model.geometry", "ijk_to_lps", off_by(0.5), "half a voxel"),
    Fault(
        "spacings exchanged",
        "lengths.distance",
        "model.pixels.spacing",
        "frame_spacing",
        instead(_swapped),
        "exchanged",
    ),
    Fault(
        "spacings exchanged in areas",
        "areas.rectangle",
        "model.pixels.spacing",
        "frame_spacing",
        instead(_swapped),
        "exchanged",
    ),
    Fault(
        "normal flipped",
        "geometry.oblique",
        "model.geometry",
        "plane_normal_lps",
        instead(lambda normal: tuple(-each for each in normal)),
        "normal is flipped",
    ),
    Fault(
        "letters exchanged",
        "geometry.axial",
        "display.letters",
        "_letters",
        instead(lambda text: text.translate(str.maketrans("LR", "RL"))),
        "Left and right",
    ),
    Fault(
        "tilt ignored",
        "geometry.tilted",
        "model.geometry",
        "grid_of_planes",
        _without_tilt,
        "tilt of the gantry is ignored",
    ),
    Fault(
        "gap ignored",
        "geometry.gapped",
        "model.volume",
        "even_count",
        lambda right: len,
        "stacked as if they were even",
    ),
    Fault(
        "angle in radians", "lengths.angle", "measure.lengths", "angle_between_deg", instead(math.radians), "radians"
    ),
    Fault(
        "complement of an angle",
        "lengths.angle",
        "measure.lengths",
        "angle_between_deg",
        instead(lambda angle: 180 - angle),
        "complement",
    ),
    Fault(
        "axes of an ellipse exchanged",
        "areas.ellipse",
        "measure.round_shapes",
        "half_diameters",
        instead(_mirrored),
        "axes of an ellipse are exchanged",
    ),
    Fault(
        "thickness for distance",
        "volumes.contours",
        "measure.slice_distances",
        "thicknesses",
        instead(_thick),
        "thickness of slices is taken for their distance",
    ),
    Fault(
        "bits of a mask",
        "volumes.segment",
        "model.pixels.native",
        "_unpack_bits",
        instead(lambda bits: bits.reshape(-1, 8)[:, ::-1].reshape(-1) if bits.size % 8 == 0 else np.roll(bits, 3)),
        "Bits of a segmentation",
    ),
    Fault(
        "sample for population",
        "values.sd-population",
        "measure.statistics",
        "_of",
        instead(lambda found: replace(found, sd_population=found.sd_sample)),
        "sample's SD is given for the population's",
    ),
    Fault(
        "population for sample",
        "values.sd-sample",
        "measure.statistics",
        "_of",
        instead(lambda found: replace(found, sd_sample=found.sd_population)),
        "population's SD is given for the sample's",
    ),
    Fault(
        "kurtosis of 3",
        "values.kurtosis",
        "measure.statistics",
        "_of",
        instead(lambda found: replace(found, kurtosis=found.kurtosis + 3)),
        "less 3",
    ),
    Fault(
        "nearest rank",
        "values.p90",
        "measure.statistics",
        "_ranked",
        _nearest_rank,
        "percentile has another definition",
    ),
    Fault(
        "intercept dropped",
        "values.mean",
        "model.pixels.voi",
        "modality_transform",
        instead(lambda made: replace(made, intercept=0.0)),
        "Intercept is dropped",
    ),
    Fault(
        "slope dropped",
        "values.stored",
        "model.pixels.voi",
        "modality_transform",
        instead(lambda made: replace(made, slope=1.0)),
        "rescaling is dropped",
    ),
    Fault(
        "signed as unsigned",
        "values.stored",
        "model.pixels.native",
        "stored_dtype",
        _unsigned,
        "Signed pixels are read as unsigned",
    ),
    Fault(
        "padding counted",
        "values.stored.padding",
        "display.voi",
        "padding_mask",
        _without_padding,
        "padding is counted",
    ),
    Fault("decay from the frame", "suv.decay", "measure.suv.decay", "decayed_to_start", _of_frame_alone, DECAY),
    Fault(
        "private time ignored", "suv.vendor", "measure.suv.decay", "_private", lambda right: lambda dataset: None, DECAY
    ),
    Fault(
        "half-life in the wrong unit",
        "suv.decay",
        "measure.suv.tracer",
        "_half_life",
        lambda right: lambda *given: Number(6580.0, "wrong"),
        "half-life",
    ),
    Fault("time zone ignored", "suv.decay.zone", "measure.suv.clock", "moment_of_dt", _in_utc, "time"),
    Fault("midnight", "suv.decay.midnight", "measure.suv.clock", "last_before", _same_day, DECAY),
    Fault(
        "weight in kg",
        "suv.units",
        "measure.suv.factor",
        "_size",
        instead(lambda found: (found[0] / 1000, *found[1:])),
        "in kg for g",
    ),
    Fault(
        "James with 128",
        "suv.kind",
        "measure.suv.body",
        "lean_body_mass_james_kg",
        lambda right: body.lean_body_mass_james_128_kg,
        "formula for the body",
    ),
    Fault(
        "factor of Philips ignored",
        "suv.units",
        "measure.suv.reading",
        "_philips",
        lambda right: lambda *given: Number(1.0, "wrong"),
        "factor of the vendor",
    ),
    Fault(
        "limits left out",
        "values.threshold",
        "measure.region_values",
        "within_threshold",
        lambda right: (
            lambda chosen, threshold, unit: right(
                chosen, replace(threshold, low=threshold.low + 1e-6, high=threshold.high - 1e-6), unit
            )
        ),
        "limit of a threshold",
    ),
    Fault("window off by half", "windows.linear", "display.voi", "fractions", _window_off, "window is off by half"),
    Fault("table off by one", "windows.table", "display.voi", "between_entries", _table_off, "off by one entry"),
    Fault(
        "MONOCHROME1 not inverted",
        "windows.inversion",
        "display.voi",
        "is_inverse",
        lambda right: lambda frame: frame.presentation_is_inverse,
        "MONOCHROME1",
    ),
    Fault(
        "turned the other way",
        "windows.turning",
        "display.render",
        "_turned",
        instead(lambda array: np.ascontiguousarray(array[::-1])),
        "flipped",
    ),
    Fault(
        "magnification ignored",
        "calibration.projection",
        "model.pixels.spacing",
        "_magnification",
        lambda right: lambda groups, frame: (None, ""),
        "without the magnification",
    ),
    Fault(
        "cm for mm",
        "calibration.ultrasound",
        "model.pixels.ultrasound",
        "UltrasoundRegion.spacing",
        _without_tens,
        "cm are taken for mm",
    ),
    Fault(
        "state read half a pixel off",
        "states.read",
        "objects.presentation.graphics",
        "_placed",
        lambda right: lambda point, units: point,
        "half a pixel",
    ),
    Fault(
        "state written half a pixel off",
        "states.written",
        "objects.presentation.written_graphics",
        "_counted",
        instead(lambda data: [each - 0.5 for each in data]),
        "half a pixel",
    ),
    Fault(
        "report written half a pixel off",
        "reports.graphic",
        "objects.measurement_report.items",
        "shape_item",
        _half_left,
        "half a pixel",
    ),
    Fault(
        "unit of a report", "reports.length", "objects.measurement_report.items", "number_item", _in_mm, "another unit"
    ),
    Fault(
        "bits of RLE moved",
        "codecs.1.2.5",
        "model.pixels.decoders",
        "Decoded",
        lambda right: lambda array, *rest, **named: right(_moved_row(array), *rest, **named),
        "loses or moves bits",
    ),
)
