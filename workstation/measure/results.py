"""Measurements as results of a command: told in lines, as JSON, and as rows of a table."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any, TypeVar

from workstation.measure.sentences import sentences_of
from workstation.model.concepts import Code
from workstation.model.index.records import Instance
from workstation.model.measurement import Curve, Measurement, Value
from workstation.model.quantities import COUNT_OF_PIXELS, VOLUME
from workstation.operations.operation import counted, one_line
from workstation.operations.places import near
from workstation.quick_dataclass import dataclass

_A = TypeVar("_A")
_B = TypeVar("_B")
_R = TypeVar("_R")


@dataclass(frozen=True, slots=True)
class Number:
    """One number: ``quantity`` is its key, ``unit`` as people write it, ``ucum`` as files carry it."""

    quantity: str
    value: float
    unit: str
    ucum: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the numbers come from: see `workstation.model.measurement.Basis`.

    ``between_rows`` and ``between_columns`` are None where lengths are in pixels.
    """

    spacing: str
    between_rows: float | None
    between_columns: float | None
    spacing_note: str
    plane: str
    pixels: int | None
    values: str
    methods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """A measurement; ``frame`` counts from 1, points are pixels (column, row) from 0 and LPS mm.

    One on a plane of a volume is on no image: it has no SOP instance, and its pixels are those of the plane.

    Patient ID and name tell lesions of different patients apart when files are compared.
    """

    source: str
    sop_instance_uid: str
    frame: int
    study_instance_uid: str
    study_date: str
    modality: str
    kind: str
    name: str
    lesion: str
    tracking_uid: str
    role: str
    status: str
    values: tuple[Number, ...]
    points_px: tuple[tuple[float, float], ...]
    points_lps: tuple[tuple[float, float, float], ...]
    frame_of_reference_uid: str
    basis: Provenance
    notes: tuple[str, ...]
    curves: tuple[Curve, ...]
    words: tuple[str, ...]
    patient_id: str = ""
    patient_name: str = ""
    site: str = ""
    site_code: str = ""
    finding: str = ""
    finding_code: str = ""
    node: str = ""
    series_instance_uid: str = ""

    @classmethod
    def of(cls, measurement: Measurement, instance: Instance) -> "Measured":
        """Give a measurement in plain values."""
        annotation, basis = measurement.annotation, measurement.basis
        about, spacing = annotation.about, basis.spacing
        rows, columns = (spacing.between_rows, spacing.between_columns) if spacing.is_metric else (None, None)
        numbers, words = _spelled(measurement.values, basis.pixels)
        return cls(
            basis.place,
            basis.sop_instance_uid if annotation.cut is None else "",
            basis.frame + 1,
            instance.study_instance_uid,
            instance.study_date,
            instance.modality,
            annotation.kind,
            annotation.text,
            about.tracking_id if about else "",
            about.tracking_uid if about else "",
            about.role if about else "",
            about.status if about else "",
            numbers,
            annotation.points_px,
            annotation.points_lps,
            annotation.frame_of_reference_uid,
            Provenance(
                str(spacing.source),
                rows,
                columns,
                spacing.note,
                basis.plane,
                basis.pixels,
                basis.values,
                basis.methods,
            ),
            measurement.notes,
            measurement.curves,
            words,
            instance.patient_id,
            instance.patient_name,
            *_coded(about.site if about else None),
            *_coded(about.finding if about else None),
            about.node if about else "",
            instance.series_instance_uid,
        )

    def text(self) -> str:
        """Give it as lines: image and name, each number, what a reader has to know, then where they come from."""
        frame = f", frame {self.frame}" if self.frame > 1 else ""
        names = dict.fromkeys(filter(None, (self.name, self.lesion)))
        role = " ".join(filter(None, (self.role, self.status)))
        told = ", ".join([*names, *([role] if role else [])])
        lines = [f"{near(self.source)}{frame}{f': {told}' if told else ''}", *(f"  {each}" for each in self.words)]
        lines += [f"  Note: {each}" for each in self.notes]
        how = list(self._how())
        lines += ["  How:", *(f"    {each}" for each in how)] if how else []
        return "\n".join(one_line(line) for line in [*lines, *self._curves()])

    def _how(self) -> Iterator[str]:
        basis = self.basis
        if basis.plane:
            yield f"Plane: {basis.plane}"
        if basis.pixels is not None:
            what = "Voxels" if any(each.quantity == VOLUME.key for each in self.values) else "Pixels"
            yield f"{what} whose centre is inside: {basis.pixels}"
        values = f"Values: {basis.values}" if basis.values else ""
        for each in (values, *basis.methods):
            yield from sentences_of(each)

    def _curves(self) -> Iterator[str]:
        for curve in self.curves:
            yield f"  {curve.name} ({curve.x_words}: {curve.y_words})"
            ends = curve.x[1:] if curve.is_steps else ()
            for at, y in enumerate(curve.y):
                x = f"{curve.x[at]:g} to {ends[at]:g}" if curve.is_steps else f"{curve.x[at]:g}"
                yield f"    {x}: {y:g}"


def _coded(code: Code | None) -> tuple[str, str]:
    """Give the words of a code, and its scheme and value."""
    return ("", "") if code is None else (str(code), f"{code.scheme}:{code.value}")


def _remembered(make: Callable[[_A, _B], _R]) -> Callable[[_A, _B], _R]:
    """Make nothing anew of what is the very same as before: slices that lie alike share their numbers."""
    last: tuple[_A, _B, _R] | None = None

    def made(one: _A, other: _B) -> _R:
        nonlocal last
        if last is not None and last[0] is one and last[1] is other:
            return last[2]
        result = make(one, other)
        last = one, other, result
        return result

    return made


@_remembered
def _spelled(values: tuple[Value, ...], pixels: int | None) -> tuple[tuple[Number, ...], tuple[str, ...]]:
    """Give numbers in plain values, and in words; the count of pixels only where the basis does not tell it."""
    words = tuple(
        f"{each.quantity.words}: {each.text()}"
        for each in values
        if pixels is None or each.quantity is not COUNT_OF_PIXELS or each.value != pixels
    )
    return tuple(Number(each.quantity.key, each.value, each.unit.words, each.unit.ucum) for each in values), words


COLUMNS = (
    "source",
    "sop_instance_uid",
    "frame",
    "study_instance_uid",
    "study_date",
    "modality",
    "kind",
    "name",
    "lesion",
    "tracking_uid",
    "role",
    "status",
    "quantity",
    "value",
    "unit",
    "ucum",
    "spacing",
    "between_rows",
    "between_columns",
    "pixels",
    "points_px",
    "notes",
    "x",
    "over",
    "patient_id",
    "patient_name",
    "site",
    "site_code",
    "finding",
    "finding_code",
    "node",
    "series_instance_uid",
    "plane",
    "points_lps",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BEGINS = frozenset(_FORMULA)


Along = Mapping[tuple[str, int], tuple[float, str]]
"""Where a frame (SOP Instance UID, number from 1) stands on the axis of a curve, and what that axis is."""


class _Lines:
    """Takes what ``csv.writer`` makes of cells."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.write = self.taken.append
        self._writer = csv.writer(self, lineterminator="\n")

    def spelled(self, cells: Sequence[str]) -> str:
        """Give cells as they stand in a line; text that a spreadsheet would take for a formula is quoted."""
        self._writer.writerow([_plain(cell) if cell[:1] in _BEGINS else cell for cell in cells])
        return self.taken.pop()[:-1]


def as_csv(measured: Iterable[Measured], along: Along | None = None) -> str:
    """Give a table with a row for each number, and one for a measurement that has none.

    Text that a spreadsheet would take for a formula is quoted. What is the same as in the row before, as on slices
    that lie alike, is spelled once.
    """
    lines, middles = _Lines(), [""]
    key: tuple[object, ...] = ()
    found = [lines.spelled(COLUMNS)]
    for each in measured:
        basis = each.basis
        where = (along or {}).get((each.sop_instance_uid, each.frame), (None, ""))
        same = (_shared(each), basis.spacing, basis.between_rows, basis.between_columns, basis.pixels, where)
        if same != key:
            key, middles = same, [lines.spelled(cells) for cells in _middles(each, where)]
        places = " ".join([f"{left:.10g},{back:.10g},{up:.10g}" for left, back, up in each.points_lps])
        head = lines.spelled((each.source, each.sop_instance_uid, str(each.frame)))
        tail = lines.spelled((basis.plane, places))
        found += [f"{head},{middle},{tail}" for middle in middles]
    return "\n".join([*found, ""])


_ABOUT = ("study_instance_uid", "study_date", "modality", "kind", "name", "lesion", "tracking_uid", "role", "status")
_OF_WHOM = ("patient_id", "patient_name", "site", "site_code", "finding", "finding_code", "node", "series_instance_uid")
_about, _of_whom = attrgetter(*_ABOUT), attrgetter(*_OF_WHOM)
_shared = attrgetter("values", "points_px", "notes", *_ABOUT, *_OF_WHOM)


def _middles(each: Measured, where: tuple[float | None, str]) -> Iterator[list[str]]:
    """Give the cells of each number between the frame and the plane."""
    basis, (x, over) = each.basis, where
    points = " ".join(f"{column:.10g},{row:.10g}" for column, row in each.points_px)
    numbers: list[tuple[str, ...]] = [(one.quantity, repr(one.value), one.unit, one.ucum) for one in each.values]
    for number in numbers or [("",) * 4]:
        yield [
            *_about(each),
            *number,
            basis.spacing,
            _or_empty(basis.between_rows),
            _or_empty(basis.between_columns),
            _or_empty(basis.pixels),
            points,
            " ".join(each.notes),
            _or_empty(x),
            over,
            *_of_whom(each),
        ]


def _or_empty(value: float | None) -> str:
    return "" if value is None else repr(value)


def _plain(text: str) -> str:
    """Keep a spreadsheet from running text of a file as a formula."""
    return f"'{text}" if text.startswith(_FORMULA) and not _is_number(text.split(",")[0]) else text


def unquoted(cell: str) -> str:
    """Give the text that stands in a cell of `as_csv`."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def as_text(measured: Iterable[Measured]) -> str:
    """Give them as lines for a person."""
    return "\n\n".join(each.text() for each in measured) + "\n"


def as_document(measured: Iterable[Measured]) -> dict[str, Any]:
    """Give them as one JSON document."""
    from workstation import __version__

    return {"program": f"workstation {__version__}", "measurements": list(measured)}


@dataclass(frozen=True, slots=True)
class WrittenMeasurements:
    """A file with measurements."""

    path: str
    format: str
    measurements: int

    def text(self) -> str:
        """Give it as a line."""
        return one_line(f"{self.path}: {counted(self.measurements, 'measurement')}, {self.format}")
