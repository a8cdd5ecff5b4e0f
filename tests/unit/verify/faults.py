"""Faults that viewers have shipped, each as a wrong function of the program, and how the self-check names it."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from tests.unit.verify.wrong_functions import (
    Function,
    always_from_start,
    back_off,
    half_a_slab,
    half_left,
    in_mm,
    in_utc,
    inside_out,
    instead,
    mirrored,
    moved_row,
    nearest_rank,
    of_frame_alone,
    off_by,
    same_day,
    swapped,
    table_off,
    thick,
    unsigned,
    window_off,
    without_padding,
    without_tens,
    without_tilt,
)
from workstation.measure.suv import body
from workstation.measure.suv.values import Number


@dataclass(frozen=True)
class Fault:
    """What is made wrong: a function of a module, everywhere it is used; and the words that the failing row has."""

    name: str
    only: str
    module: str
    function: str
    wrong: Callable[[Function], Function]
    words: str


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
        "half a pixel from the patient", "geometry.oblique", "model.geometry", "lps_to_image", back_off, "half a pixel"
    ),
    Fault("half a voxel", "geometry.axial", "model.geometry", "ijk_to_lps", off_by(0.5), "half a voxel"),
    Fault(
        "spacings exchanged",
        "lengths.distance",
        "model.pixels.spacing",
        "frame_spacing",
        instead(swapped),
        "exchanged",
    ),
    Fault(
        "spacings exchanged in areas",
        "areas.rectangle",
        "model.pixels.spacing",
        "frame_spacing",
        instead(swapped),
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
        "direction_letters",
        instead(lambda text: text.translate(str.maketrans("LR", "RL"))),
        "Left and right",
    ),
    Fault(
        "tilt ignored",
        "geometry.tilted",
        "model.geometry",
        "grid_of_planes",
        without_tilt,
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
        instead(mirrored),
        "axes of an ellipse are exchanged",
    ),
    Fault(
        "thickness for distance",
        "volumes.contours",
        "measure.slice_distances",
        "thicknesses",
        instead(thick),
        "thickness of slices is taken for their distance",
    ),
    Fault(
        "tilt ignored in planes",
        "planes.marker.tilted",
        "model.geometry",
        "grid_of_planes",
        without_tilt,
        "tilt of the gantry is ignored",
    ),
    Fault(
        "half a slab",
        "planes.oblique",
        "volume.cutting.sampling",
        "sampled",
        half_a_slab,
        "thinner or thicker than asked for",
    ),
    Fault(
        "length along chords of the points",
        "planes.helix",
        "volume.paths",
        "_fine_curve",
        lambda right: lambda knots: knots,
        "not those of the path",
    ),
    Fault(
        "surface inside out",
        "planes.ball",
        "volume.surfaces.surface",
        "_placed",
        inside_out,
        "turned inside out",
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
        nearest_rank,
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
        unsigned,
        "Signed pixels are read as unsigned",
    ),
    Fault(
        "padding counted",
        "values.stored.padding",
        "display.voi",
        "padding_mask",
        without_padding,
        "padding is counted",
    ),
    Fault("decay from the frame", "suv.decay", "measure.suv.decay", "decayed_to_start", of_frame_alone, DECAY),
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
    Fault("time zone ignored", "suv.decay.zone", "measure.suv.clock", "moment_of_dt", in_utc, "time"),
    Fault("midnight", "suv.decay.midnight", "measure.suv.clock", "last_before", same_day, DECAY),
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
    Fault("window off by half", "windows.linear", "display.voi", "fractions", window_off, "window is off by half"),
    Fault("table off by one", "windows.table", "display.voi", "between_entries", table_off, "off by one entry"),
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
        without_tens,
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
        half_left,
        "half a pixel",
    ),
    Fault(
        "unit of a report", "reports.length", "objects.measurement_report.items", "number_item", in_mm, "another unit"
    ),
    Fault(
        "bits of RLE moved",
        "codecs.1.2.5",
        "model.pixels.decoders",
        "Decoded",
        lambda right: lambda array, *rest, **named: right(moved_row(array), *rest, **named),
        "loses or moves bits",
    ),
    Fault(
        "slices in the wrong order",
        "geometry.coronal",
        "model.volume_pixels",
        "read_located",
        instead(lambda voxels: replace(voxels, array_kji=voxels.array_kji[::-1])),
        "wrong order",
    ),
    Fault("ADMIN ignored", "suv.decay.admin", "measure.suv.factor", "_dose_left", always_from_start, DECAY),
    Fault(
        "differences of colours exchanged",
        "codecs.ybr-full",
        "model.pixels.colour",
        "ybr_to_rgb",
        lambda right: lambda pixels, *rest, **named: right(pixels[..., [0, 2, 1]], *rest, **named),
        "differences are exchanged",
    ),
    Fault(
        "contours half a pixel off", "regions.structures", "model.geometry", "image_to_lps", off_by(0.5), "half a pixel"
    ),
    Fault(
        "seconds of a scale in ms",
        "calibration.ultrasound.m-mode",
        "measure.region_calibration",
        "axes_of",
        instead(lambda axes: (replace(axes[0], per_px=axes[0].per_px * 1000), axes[1])),
        "Physical deltas",
    ),
)
