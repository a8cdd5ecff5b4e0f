"""Decides what the panel of SUV says: the inputs, where they are from, what is wrong with them, what comes of them."""

from collections.abc import Mapping

from pydicom import Dataset

from workstation.errors import UserError
from workstation.measure.suv.corrections import Corrections
from workstation.measure.suv.factor import suv_factor
from workstation.measure.suv.kinds import KINDS, SUV_KINDS, SuvKind
from workstation.measure.suv.reading import suv_inputs
from workstation.measure.suv.values import Key, Moment, rows
from workstation.quick_dataclass import dataclass

FIELDS: Mapping[Key, tuple[str, str]] = {
    "weight_kg": ("weight", "70 kg"),
    "height_m": ("height", "1.75 m or 175 cm"),
    "sex": ("sex", "F, M or O"),
    "dose_bq": ("dose", "370 MBq or 10 mCi"),
    "injected_at": ("injected", "10:15 or 2024-01-31T10:15"),
    "values_at": ("values", "11:20 or 2024-01-31T11:20"),
    "half_life_s": ("half-life", "6586.2 s or 109.8 min"),
    "decay_correction": ("decay", "START, ADMIN or NONE"),
}
"""By input: its word in a correction, and how it is written."""
NOTE = "note"
KIND_NAMES: tuple[tuple[SuvKind, str], ...] = tuple(
    (kind, f"{KINDS[kind].name}: {KINDS[kind].by}") for kind in SUV_KINDS
)


@dataclass(frozen=True, slots=True)
class Input:
    """A line of the panel.

    Parameters
    ----------
    words
        What it is.
    name
        Its word in a correction; empty where it cannot be corrected.
    header
        Its value in the header, in words.
    given
        What a person gives in its place.
    source
        The attribute, or that a person gave it.
    problem
        What is wrong with it.
    example
        How it is written.
    """

    words: str
    name: str
    header: str
    given: str
    source: str
    problem: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the panel says of a series; ``result`` is the factor, or why there is none, ``is_refused`` tells which."""

    inputs: tuple[Input, ...]
    result: str
    sentences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    is_refused: bool = False


@dataclass(frozen=True)
class Header:
    """The header of an image, its frame from 0, and when its series began."""

    dataset: Dataset
    frame: int = 0
    begun: Moment | None = None


def shown(header: Header, kind: SuvKind, corrections: Corrections) -> Shown:
    """Say what there is of a series."""
    plain = suv_inputs(header.dataset, frame=header.frame, earliest=header.begun)
    inputs = suv_inputs(header.dataset, frame=header.frame, earliest=header.begun, corrections=corrections)
    before = {each.words: each for each in rows(plain)}
    given = corrections.pairs()
    lines = []
    for row in rows(inputs):
        name, example = FIELDS.get(row.key, ("", "")) if row.key is not None else ("", "")
        own = before[row.words].value if row.words in before else ""
        lines.append(Input(row.words, name, own, given_words(name, given), row.source, row.problem, example))
    try:
        factor = suv_factor(inputs, kind)
    except UserError as error:
        return Shown(tuple(lines), error.message, (error.hint,) if error.hint else (), is_refused=True)
    unit = inputs.units.value.replace("BQML", "Bq/ml")
    result = f"{KINDS[kind].name} = value in {unit} × {factor.factor:.6g}"
    return Shown(tuple(lines), result, factor.sentences, factor.notes)


_UNITS = {"weight": (1.0, " kg"), "height": (1.0, " m"), "dose": (1e-6, " MBq"), "half-life": (1.0, " s")}


def given_words(name: str, given: Mapping[str, str]) -> str:
    """Give a correction as a person reads it, and may write it."""
    value = given.get(name, "")
    if not value or name not in _UNITS:
        return value
    factor, unit = _UNITS[name]
    return f"{float(value) * factor:.10g}{unit}"


def corrected(corrections: Corrections, name: str, written: str) -> Corrections:
    """Give corrections in which one input is what is written; nothing written: what the header has.

    Raises
    ------
    ValueError
        With a sentence, where it cannot be understood.
    """
    pairs = corrections.pairs()
    pairs.pop(name, None)
    return Corrections.parse(pairs | ({name: written} if written.strip() else {}))


def text_of(series: str, found: Shown) -> str:
    """Give all of it as lines, to be copied."""
    lines = [
        series,
        *("\t".join((each.words, each.given or each.header, each.source, each.problem)) for each in found.inputs),
    ]
    return "\n".join((*lines, found.result, *found.sentences, *found.notes)) + "\n"
