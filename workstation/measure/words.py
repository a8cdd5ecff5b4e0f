"""A measurement in words: the few lines beside it on its image, all of its numbers, and where they come from."""

from collections.abc import Sequence

from workstation.model.annotation_kinds import TRAITS, Kind
from workstation.model.measurement import Measurement, Value

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


def drawn_text(measurement: Measurement) -> str:
    """Give what is drawn beside a measurement where its image leaves the program: its name and its main numbers."""
    return "\n".join(filter(None, (measurement.annotation.text, *plain_lines_of(measurement))))


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
