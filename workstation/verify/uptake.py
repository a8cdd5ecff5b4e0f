"""Checks of standardized uptake values: units, kinds, vendors, decay, midnight, time zones, and what is refused.

The images hold one value throughout. The tracer is F-18 with a half-life of 6586.2 s (109.77 min, IAEA), 370 MBq of it,
the patient weighs 70 kg and is 1.75 m tall, unless a check says otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from workstation.measure.isocontour import isocontour
from workstation.measure.measuring import measured
from workstation.measure.setting import Setting
from workstation.measure.spheres import Sphere
from workstation.measure.suv.kinds import KINDS, SuvKind
from workstation.measure.suv.series import one_scale, suv_of_series
from workstation.model.annotation import Threshold
from workstation.phantoms.known import known_pet
from workstation.quick_dataclass import dataclass
from workstation.verify.bench import Bench, drawn, number, refusal
from workstation.verify.check import Answer, Check

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pydicom.dataset import Dataset

    from workstation.measure.scale import Scale
    from workstation.model.image import Image
    from workstation.model.volume import Volume

HALF_LIFE_S, DOSE_BQ, WEIGHT_G = 6586.2, 370e6, 70000.0
_STORED = 5000
_INJECTION: dict[str, Any] = {
    "Radiopharmaceutical": "FDG",
    "RadiopharmaceuticalStartTime": "100000",
    "RadionuclideTotalDose": "370000000",
    "RadionuclideHalfLife": "6586.2",
}
_DECAY = "Decay is counted from another time, or with another half-life."
_FORMULA = "SUVbw = Bq/ml x weight in g / (dose in Bq x 2^(-Δt / T½))"


def _suv(uptake_s: float, *, value: float = _STORED, size: float = WEIGHT_G) -> float:
    """Give the SUV by its definition, for a value in Bq/ml and a body in g (or cm²)."""
    return value * size / (DOSE_BQ * math.exp(-uptake_s * math.log(2) / HALF_LIFE_S))


@dataclass(frozen=True, slots=True)
class _Case:
    """A PET image and the SUV of its pixels."""

    name: str
    what: str
    source: str
    expected: Answer
    attributes: Mapping[str, Any] = field(default_factory=dict)
    injection: Mapping[str, Any] = field(default_factory=dict)
    private: tuple[int, str, int, str, str] | None = None
    kind: SuvKind = "bw"
    hint: str = _DECAY


def _image(bench: Bench, case: _Case) -> Image:
    values = np.full((8, 8), _STORED, np.int16)
    injection = {key: value for key, value in {**_INJECTION, **case.injection}.items() if value is not None}
    ds = known_pet(f"suv {case.name}", values, injection, **{"PatientSex": "M", **case.attributes})
    if case.private is not None:
        group, creator, element, vr, value = case.private
        ds.private_block(group, creator, create=True).add_new(element, vr, value)
    return bench.image(ds)


def _asking(bench: Bench, case: _Case) -> Callable[[], Answer]:
    """Measure the mean of a region in SUV, as panes and commands do."""

    def asked() -> Answer:
        image = _image(bench, case)
        scale = one_scale(suv_of_series([image.dataset], kind=case.kind))
        box = drawn("rectangle", [(1.5, 1.5), (5.5, 1.5), (5.5, 5.5), (1.5, 5.5)])
        return number(measured(box, image.frame(), Setting(scale=scale)), "mean", KINDS[case.kind].unit.ucum)

    return (lambda: refusal(asked)) if case.expected == "refused" else asked


def _checks(bench: Bench, cases: tuple[_Case, ...]) -> Iterator[Check]:
    for case in cases:
        tolerance = 0.0 if isinstance(case.expected, str) else 1e-6 * _size(case.expected)
        yield Check(
            case.name,
            case.what,
            case.source,
            case.expected,
            _asking(bench, case),
            tolerance,
            "" if isinstance(case.expected, str) else KINDS[case.kind].unit.words,
            case.hint,
        )


def _size(expected: Answer) -> float:
    return abs(expected) if isinstance(expected, float) else 0.0


_FACTOR = "A factor of the vendor is ignored, or used twice."
_PHILIPS_BLOCK = 0x7053, "Philips PET Private Group"
_COUNTS = {"Units": "CNTS", "Manufacturer": "Philips Medical Systems"}


def units(bench: Bench) -> Iterator[Check]:
    """Check each unit that values of PET come in."""
    per_count, to_activity = (*_PHILIPS_BLOCK, 0x00, "DS", "0.0005"), (*_PHILIPS_BLOCK, 0x09, "DS", "2.5")
    yield from _checks(
        bench,
        (
            _Case(
                "units.bqml", "SUV of values in Bq/ml", _FORMULA, _suv(3600), hint=f"Weight is in kg for g. {_DECAY}"
            ),
            _Case(
                "units.rescaled",
                "SUV of values with a Rescale Slope",
                f"{_FORMULA} of 5000 x 0.25",
                _suv(3600, value=1250),
                {"RescaleSlope": "0.25"},
                hint="Rescale Slope is dropped.",
            ),
            _Case("units.gml", "SUV of values in g/ml", "5000 as stored", 5000.0, {"Units": "GML"}, hint=_FACTOR),
            _Case(
                "units.philips-suv",
                "SUV of counts of Philips",
                "5000 x 0.0005 of (7053,xx00)",
                2.5,
                _COUNTS,
                private=per_count,
                hint=_FACTOR,
            ),
            _Case(
                "units.philips-activity",
                "SUV of counts of Philips with a factor to Bq/ml",
                f"{_FORMULA} of 5000 x 2.5 of (7053,xx09)",
                _suv(3600, value=12500),
                _COUNTS,
                private=to_activity,
                hint=_FACTOR,
            ),
        ),
    )


def refusals(bench: Bench) -> Iterator[Check]:
    """Check what has no SUV."""
    times = {
        "RadiopharmaceuticalStartTime": "160000",
        "RadiopharmaceuticalStartDateTime": "20250101160000",
        "RadionuclideHalfLife": "2.5e5",
    }
    cases: tuple[tuple[str, str, dict[str, Any], dict[str, Any]], ...] = (
        ("counts", "Counts without a factor", {"Units": "CNTS"}, {}),
        ("propcnts", "Values in proportion to counts", {"Units": "PROPCNTS"}, {}),
        ("weight", "Values without a weight of the patient", {"PatientWeight": None}, {}),
        ("dose", "Values without a dose", {}, {"RadionuclideTotalDose": None}),
        ("uncorrected", "Values without attenuation correction", {"CorrectedImage": ["NORM", "DECY"]}, {}),
        ("absurd", "A scan five hours before its injection", {}, times),
    )
    yield from _checks(
        bench,
        tuple(
            _Case(
                f"refused.{name}",
                f"{what} has no SUV" if name == "absurd" else f"{what} have no SUV",
                f"PS3.3 C.8.9.1: nothing says what {_FORMULA} is made of",
                "refused",
                attributes,
                injection,
                hint="A SUV is made up of inputs that are missing or cannot be.",
            )
            for name, what, attributes, injection in cases
        ),
    )


def kinds(bench: Bench) -> Iterator[Check]:
    """Check by what a body can be normalized."""
    bmi = 70 / 1.75**2
    cases: tuple[tuple[str, SuvKind, str, float, str], ...] = (
        ("lbm", "lbm", "M", 57800.0, "James: 1.10 x 70 - 120 x (70 / 175)² kg"),
        ("lbm-woman", "lbm", "F", 51220.0, "James: 1.07 x 70 - 148 x (70 / 175)² kg"),
        ("lbm-james128", "lbm-james128", "M", 56520.0, "James: 1.10 x 70 - 128 x (70 / 175)² kg"),
        ("lbm-janma", "lbm-janma", "M", 9270 * 70e3 / (6680 + 216 * bmi), "9270 x 70 / (6680 + 216 x BMI) kg, 2005"),
        ("lbm-janma-woman", "lbm-janma", "F", 9270 * 70e3 / (8780 + 244 * bmi), "9270 x 70 / (8780 + 244 x BMI) kg"),
        ("bsa", "bsa", "M", math.exp(_LOG_BSA), "Du Bois 1916: 71.84 x 70^0.425 x 175^0.725 cm²"),
        ("ibw", "ibw", "M", 72380.0, "Sugawara 1999: 48.0 + 1.06 x (175 - 152) kg"),
        ("ibw-woman", "ibw", "F", 66430.0, "Sugawara 1999: 45.5 + 0.91 x (175 - 152) kg"),
    )
    yield from _checks(
        bench,
        tuple(
            _Case(
                f"kind.{name}",
                f"SUV by {KINDS[kind].by}, {'a woman' if sex == 'F' else 'a man'} of 70 kg and 1.75 m",
                source,
                _suv(3600, size=size),
                {"PatientSex": sex},
                kind=kind,
                hint="The formula for the body is another, or height is taken in m for cm.",
            )
            for name, kind, sex, size, source in cases
        ),
    )


_LOG_BSA = math.log(71.84) + 0.425 * math.log(70) + 0.725 * math.log(175)
_RATE = math.log(2) / HALF_LIFE_S
_MEAN_S = math.log(_RATE * 300 / (1 - math.exp(-_RATE * 300))) / _RATE
"""When a frame of 300 s has its mean count rate: the mean of e^-λt over it is that of this moment."""


def decay(bench: Bench) -> Iterator[Check]:
    """Check to which time values are decayed, and when the tracer was injected."""
    none = {"DecayCorrection": "NONE", "CorrectedImage": ["NORM", "ATTN"]}
    bed, zone = {"AcquisitionTime": "111000"}, {"TimezoneOffsetFromUTC": "+0100"}
    late = {
        "SeriesDate": "20250102",
        "AcquisitionDate": "20250102",
        "SeriesTime": "003000",
        "AcquisitionTime": "003000",
    }
    utc = {"RadiopharmaceuticalStartTime": None, "RadiopharmaceuticalStartDateTime": "20250101090000+0000"}
    known = {"RadionuclideHalfLife": None, "Radiopharmaceutical": "FDG F-18"}
    cases: tuple[tuple[str, str, str, float, dict[str, Any], dict[str, Any]], ...] = (
        ("start", "START: decayed to the start of the scan", "Δt = 3600 s", 3600, {}, {}),
        ("admin", "ADMIN: decayed to the injection", "Δt = 0", 0, {"DecayCorrection": "ADMIN"}, {}),
        ("none", "NONE: of the mean of the frame", "Δt = 3600 s + ln(λt / (1 - e^-λt)) / λ", 3600 + _MEAN_S, none, {}),
        ("bed", "A later bed position is decayed to the start of the series", "Δt = 3600 s, not 4200", 3600, bed, {}),
        (
            "midnight",
            "A tracer that was injected before midnight, without a date",
            "Δt = 3600 s from 23:30 to 00:30",
            3600,
            late,
            {"RadiopharmaceuticalStartTime": "233000"},
        ),
        ("zone", "An injection in UTC, the scanner an hour east of it", "Δt = 3600 s: 09:00 is 10:00", 3600, zone, utc),
        ("half-life", "A half-life that is not in the file", "F-18: 6586.2 s, Δt = 3600 s", 3600, {}, known),
    )
    yield from _checks(
        bench,
        tuple(
            _Case(f"decay.{name}", what, f"{_FORMULA}, {source}", _suv(uptake_s), attributes, injection)
            for name, what, source, uptake_s, attributes, injection in cases
        ),
    )


def vendors(bench: Bench) -> Iterator[Check]:
    """Check series that were written anew, so that Series Time tells nothing of decay."""
    anew = {"SeriesTime": "153000"}
    framed = {"AcquisitionTime": "111000", "FrameReferenceTime": f"{(600 + _MEAN_S) * 1000:.6f}"}
    yield from _checks(
        bench,
        (
            _Case(
                "vendor.ge",
                "GE: the start of the scan of a series that was written anew is private",
                f"{_FORMULA}, Δt = 3000 s by (0009,xx0D)",
                _suv(3000),
                {**anew, "Manufacturer": "GE MEDICAL SYSTEMS"},
                private=(0x0009, "GEMS_PETD_01", 0x0D, "DT", "20250101105000"),
            ),
            _Case(
                "vendor.siemens",
                "Siemens: the start of the scan of a series that was written anew is private",
                f"{_FORMULA}, Δt = 3300 s by (0071,xx22)",
                _suv(3300),
                {**anew, "Manufacturer": "SIEMENS"},
                private=(0x0071, "SIEMENS MED PT", 0x22, "DT", "20250101105500"),
            ),
            _Case(
                "vendor.frame",
                "Others: Frame Reference Time leads back to the start of the scan",
                f"{_FORMULA}, Δt = 3600 s: 11:10 and the mean of the frame, less 600 s and that mean",
                _suv(3600),
                {**anew, **framed},
            ),
        ),
    )


_PERCIST = Threshold("percist", 1.0)


def lesions(bench: Bench) -> Iterator[Check]:
    """Check isocontours of a hot ball: 5000 Bq/ml within 5 voxels, 2200 within 10, voxels of 2 mm."""
    k, j, i = np.indices((25, 25, 25)) - 12
    apart = k * k + j * j + i * i
    values = np.where(apart <= 25, _STORED, np.where(apart <= 100, 2200, 100)).astype(np.int16)
    slices = [_lesion_slice(values[k], k) for k in range(25)]
    volume = bench.volume(slices)
    scale = one_scale(suv_of_series(slices))
    lean = one_scale(suv_of_series(slices, kind="lbm"))
    tall = _suv(3600)
    inner, outer = 515 * 0.008, 4169 * 0.008
    mean = (515 * _STORED + 3654 * 2200) / 4169
    for name, what, threshold, key, expected, source in (
        ("percent-41", "volume at 41 %", Threshold("percent", 41.0), "volume", outer, "4169 voxels of 8 mm³: 44 %"),
        ("percent-50", "volume at 50 %", Threshold("percent", 50.0), "volume", inner, "515 voxels of 8 mm³"),
        ("fixed", "volume at half its SUV", Threshold("suv", tall / 2), "volume", inner, "515 voxels of 8 mm³"),
        ("maximum", "highest SUV", Threshold("percent", 41.0), "max", tall, f"{_FORMULA} of 5000"),
        ("mean", "mean SUV", Threshold("percent", 41.0), "mean", tall * mean / _STORED, "515 x 5000 and 3654 x 2200"),
        ("peak", "SUV peak", Threshold("percent", 41.0), "peak", tall, "1 ml has 6.2 mm, all of it hot within 10 mm"),
        (
            "percist",
            "volume by PERCIST's limit",
            _PERCIST,
            "volume",
            inner,
            "515 voxels above a SUL of 1: 1.14, not 0.5",
        ),
        ("glycolysis", "total lesion glycolysis", Threshold("percent", 50.0), "tlg", tall * inner, "mean x volume"),
    ):
        yield Check(
            f"lesion.{name}",
            f"The {what} of a hot ball",
            source,
            expected,
            partial(_of_lesion, volume, threshold, lean if threshold is _PERCIST else scale, key),
            1e-6 * expected,
            "",
            "A threshold is of another value, its limit is left out, or a voxel has a wrong size.",
        )


def _lesion_slice(values: NDArray[np.int16], k: int) -> Dataset:
    return known_pet(
        "lesion",
        values,
        _INJECTION,
        spacing_mm=(2.0, 2.0),
        position_lps=(0.0, 0.0, 2.0 * k),
        number=k + 1,
        PatientSex="M",
    )


def _of_lesion(volume: Volume, threshold: Threshold, scale: Scale | None, key: str) -> Answer:
    values = isocontour(volume, Sphere((24.0, 24.0, 24.0), 23.0), threshold, scale=scale).values()
    return next((each.value for each in values if each.quantity.key == key), f"no {key}")
