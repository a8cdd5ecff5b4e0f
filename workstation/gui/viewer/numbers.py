"""The numbers of the annotations that are seen: measured when something changes, and kept as long as nothing does."""

import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from workstation.errors import UserError
from workstation.measure.calibration import SpacingFacts, calibration_at
from workstation.measure.measuring import measured
from workstation.measure.scale import Scale
from workstation.measure.setting import ImageFacts, Setting
from workstation.model.annotation import Annotation
from workstation.model.annotation_kinds import TRAITS, Kind
from workstation.model.frame import Frame
from workstation.model.measurement import Measurement, Value
from workstation.model.units import LENGTHS

MOST_LINES = 5
NOTED = "⚠"
_LABELS: dict[str, str] = {
    "long_axis": "L",
    "short_axis": "S",
    "sd_sample": "SD",
    "mean": "Mean",
    "min": "Min",
    "max": "Max",
    "area": "Area",
    "volume": "Volume",
    "stored_value": "Stored",
    "radius": "R",
    "diameter": "Ø",
    "cardiothoracic_ratio": "CTR",
    "peak": "Peak",
    "tlg": "TLG",
}
_BARE: tuple[tuple[str, ...], ...] = (("length",), ("path_length",), ("distance",), ("angle",), ("cobb_angle",))
_REGION: tuple[tuple[str, ...], ...] = (("area",), ("mean", "sd_sample"), ("min", "max"))
_LINES: dict[Kind, tuple[tuple[str, ...], ...]] = {
    "bidirectional": (("long_axis",), ("short_axis",)),
    "ratio": (("cardiothoracic_ratio",),),
    "point": (("value",), ("stored_value",)),
    "sphere": (("diameter",), ("volume",), ("max", "mean"), ("peak",), ("tlg",)),
}


@dataclass(frozen=True)
class Context:
    """What numbers depend on beside annotation and frame.

    ``lines`` are calibration lines of the frame, ``facts`` the file and the modality, ``scale`` makes SUV of values.
    """

    lines: tuple[Annotation, ...] = ()
    facts: ImageFacts | None = None
    scale: Scale | None = None


_PLAIN = Context()


@dataclass(frozen=True)
class _Kept:
    annotation: Annotation
    frame: "weakref.ref[Frame]"
    context: object
    found: Measurement


class Numbers:
    """Measures what is asked for, once.

    Parameters
    ----------
    spacing_facts
        Gives what is known of the spacing of an image beyond its frame, by SOP instance and frame; None while it is
        being read.
    setting
        How to measure.
    """

    def __init__(
        self, spacing_facts: Callable[[str, int], SpacingFacts | None], setting: Callable[[], Setting] = Setting
    ) -> None:
        self._spacing_facts, self._setting = spacing_facts, setting
        self._kept: dict[str, _Kept] = {}

    def of(self, annotation: Annotation, frame: Frame, about: Context = _PLAIN) -> Measurement | None:
        """Give the numbers of an annotation; None for one that has none.

        Parameters
        ----------
        annotation
            On the frame.
        frame
            As the image has it.
        about
            What else they depend on.
        """
        if not TRAITS[annotation.kind].is_measured:
            return None
        setting = self._setting()
        known = self._spacing_facts(annotation.sop_instance_uid, annotation.frame)
        context = (setting, about, known)
        kept = self._kept.get(annotation.id)
        if kept is not None and kept.annotation is annotation and kept.frame() is frame and kept.context == context:
            return kept.found
        found = _measured(annotation, frame, setting, about, known or SpacingFacts())
        self._kept[annotation.id] = _Kept(annotation, weakref.ref(frame), context, found)
        return found

    def with_curves(self, annotation: Annotation, frame: Frame, about: Context = _PLAIN) -> Measurement:
        """Give the numbers of an annotation with what can be plotted of it; see `of`."""
        known = self._spacing_facts(annotation.sop_instance_uid, annotation.frame)
        setting = replace(self._setting(), with_curves=True)
        return _measured(annotation, frame, setting, about, known or SpacingFacts())

    def last(self, annotation: Annotation) -> Measurement | None:
        """Give the numbers that were last measured of an annotation, where it is as it was then."""
        kept = self._kept.get(annotation.id)
        return kept.found if kept is not None and kept.annotation is annotation else None

    def keep_only(self, annotations: Sequence[Annotation]) -> None:
        """Forget those that are no more."""
        there = {each.id for each in annotations}
        for number in [number for number in self._kept if number not in there]:
            del self._kept[number]


def lines_of(measurement: Measurement) -> tuple[str, ...]:
    """Give what stands beside a measurement on its image: the main numbers in few lines, or why there are none.

    A sign tells that there is something to be known about them; the tool tip says what.
    """
    found = plain_lines_of(measurement)
    if found and measurement.values and measurement.notes:
        return (f"{NOTED} {found[0]}", *found[1:])
    return found


def plain_lines_of(measurement: Measurement) -> tuple[str, ...]:
    """Give the numbers without the sign."""
    kind, known_mm = measurement.annotation.kind, measurement.annotation.known_mm
    if kind == "calibration":
        return () if known_mm is None else (f"known: {known_mm:g} mm",)
    wanted = _REGION if TRAITS[kind].is_region else _LINES.get(kind, _BARE)
    found = tuple(filter(None, (_line(measurement, keys) for keys in wanted)))
    if not found and measurement.values:
        found = tuple(f"{each.quantity.words} {each.text()}" for each in measurement.values[:MOST_LINES])
    if not found and measurement.notes:
        found = (measurement.notes[0],)
    return found[:MOST_LINES]


def values_text(measurement: Measurement) -> str:
    """Give all numbers as lines to be copied, a tab between name and number."""
    name = measurement.annotation.text or TRAITS[measurement.annotation.kind].name
    return "\n".join([name, *(f"{each.quantity.words}\t{each.text()}" for each in measurement.values)])


def basis_text(measurement: Measurement) -> str:
    """Say where the numbers come from: file, spacing, plane, pixels, values, methods, and what one has to know."""
    basis = measurement.basis
    spacing = basis.spacing
    distance = ""
    if spacing.is_metric:
        distance = f"{spacing.between_rows:.6g} mm between rows, {spacing.between_columns:.6g} mm between columns: "
    rows = (
        ("File", basis.place),
        ("Frame", str(basis.frame + 1) if basis.frame else ""),
        ("Spacing", f"{distance}{spacing.source.value}" + (f" ({spacing.note})" if spacing.note else "")),
        ("Plane", basis.plane),
        ("Pixels", "" if basis.pixels is None else f"{basis.pixels} whose centre is inside"),
        ("Values", basis.values),
        ("Method", "\n".join(basis.methods)),
        ("Note", "\n".join(measurement.notes)),
    )
    numbers = [f"{each.quantity.words}: {each.text()}" for each in measurement.values]
    return "\n".join([*numbers, "", *(f"{name}: {words}" for name, words in rows if words)])


def _measured(
    annotation: Annotation, frame: Frame, setting: Setting, about: Context, known: SpacingFacts
) -> Measurement:
    lines = () if annotation.kind == "calibration" else about.lines
    if about.scale is not None:
        setting = replace(setting, scale=about.scale)
    try:
        calibration = calibration_at(
            frame,
            annotation.points_px,
            regions=known.regions,
            lines=lines,
            detector=known.detector,
            doubts=known.doubts,
        )
    except UserError as error:
        # Values of pixels are known, whatever lengths are.
        plain = measured(annotation, frame, replace(setting, units="px"), image_facts=about.facts)
        others = tuple(each for each in plain.values if each.unit not in LENGTHS["px"])
        return replace(plain, values=others, notes=(error.message,))
    return measured(annotation, frame, replace(setting, calibration=calibration), image_facts=about.facts)


def _line(measurement: Measurement, keys: Sequence[str]) -> str:
    return "  ".join(_words(value, keys) for key in keys if (value := measurement.value(key)) is not None)


def _words(value: Value, keys: Sequence[str]) -> str:
    """Name a number where it needs that; in a line of two the unit stands once."""
    label, unit = _LABELS.get(value.quantity.key, ""), value.unit.words
    if not unit and (abs(value.value) >= 1 or value.value == 0):
        return f"{label} {value.value:.5g}".strip()
    is_last = value.quantity.key == keys[-1]
    text = value.text() if is_last or len(keys) == 1 else value.text().removesuffix(unit).rstrip()
    return f"{label} {_short(text)}".strip()


def _short(text: str) -> str:
    """Say the unit of an SUV as people do: which SUV it is says its unit, too."""
    return text.replace("g/ml SUV", "SUV").replace("cm²/ml SUV", "SUV")
