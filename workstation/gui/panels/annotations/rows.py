"""Decides what the table of measurements says."""

from collections.abc import Callable, Mapping

from workstation.gui.panels.annotations.presenter import where
from workstation.gui.words import date_text
from workstation.measure.sentences import plane_words
from workstation.measure.words import plain_lines_of
from workstation.model.annotation import Annotation, Rgb
from workstation.model.annotation_kinds import TRAITS
from workstation.model.index.records import Instance
from workstation.model.marking import Marking
from workstation.model.measurement import Measurement
from workstation.quick_dataclass import dataclass

HEADS = ("Name", "Values", "Lesion", "Kind", "Image", "Study")
NAME, VALUES, LESION, KIND, IMAGE, STUDY = range(len(HEADS))
Patient = tuple[str, str]
"""ID and name, which tell one from another."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table.

    Parameters
    ----------
    id
        Of the annotation.
    cells
        What its cells say, as `HEADS` orders them.
    ranks
        By what each column is sorted.
    colour, is_locked
        Of the annotation.
    details
        Its numbers, and where they come from.
    problem
        Why it has no numbers.
    """

    id: str
    cells: tuple[str, ...]
    ranks: tuple[tuple[float, str], ...]
    colour: Rgb
    is_locked: bool
    details: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an annotation beside itself.

    ``measurement`` are its numbers, ``volume`` those of what it is part of, ``problem`` is why there are none.
    """

    measurement: Measurement | None = None
    volume: Measurement | None = None
    problem: str = ""


def rows_of(
    marking: Marking, images: Mapping[str, Instance], known_of: Callable[[Annotation], Known], details: "Details"
) -> tuple[Row, ...]:
    """Give the rows of the annotations whose images are open.

    Parameters
    ----------
    marking
        All that there are.
    images
        Open images by their UID.
    known_of
        Gives what is known of each.
    details
        Gives in words where numbers come from.
    """
    return tuple(
        _row(each, images[each.sop_instance_uid], known_of(each), details)
        for each in marking.annotations
        if each.sop_instance_uid in images
    )


Details = Callable[[Measurement], str]


def _row(annotation: Annotation, instance: Instance, known: Known, details: Details) -> Row:
    kind = TRAITS[annotation.kind].name
    about = annotation.about
    role = f" ({about.role})" if about is not None and about.role else ""
    lesion = f"{about.tracking_id or 'unnamed'}{role}" if about is not None and is_named(annotation) else ""
    values = values_words(known)
    main = main_value(known)
    day = date_text(instance.study_date)
    number = float(instance.instance_number if instance.instance_number is not None else -1) + annotation.frame / 1e6
    series = float(instance.series_number if instance.series_number is not None else -1)
    place = place_of(annotation, instance)
    return Row(
        annotation.id,
        (annotation.text or kind.capitalize(), values or known.problem, lesion, kind, place, day),
        (
            (0.0, annotation.text.casefold() or kind),
            (main if main is not None else float("-inf"), values),
            (0.0, lesion.casefold()),
            (0.0, kind),
            (number, f"{series:012.1f}"),
            (number, day),
        ),
        annotation.colour,
        annotation.is_locked,
        "\n\n".join(details(each) for each in (known.measurement, known.volume) if each is not None),
        known.problem,
    )


def place_of(annotation: Annotation, instance: Instance) -> str:
    """Say which image, or which plane of a volume, an annotation is on."""
    cut = annotation.cut
    if cut is None:
        return where(instance, annotation.frame)
    columns, rows = cut.size_px
    words = (plane_words(cut.plane, (rows, columns)), cut.slab_text(), where(instance, 0))
    return ", ".join(filter(None, words))


def is_named(annotation: Annotation) -> bool:
    """Tell whether a person has said which lesion it is, beyond that contours belong together."""
    about = annotation.about
    return about is not None and bool(about.tracking_id or about.role or about.status)


def values_words(known: Known) -> str:
    """Give the main numbers in a line."""
    found = list(plain_lines_of(known.measurement)) if known.measurement is not None else []
    if known.volume is not None and known.volume is not known.measurement:
        volume = known.volume.value("volume")
        found += [f"Volume {volume.text()}"] if volume is not None else []
    return "  ".join(found)


def main_value(known: Known) -> float | None:
    """Give the number that the table is sorted by."""
    for measurement in (known.measurement, known.volume):
        if measurement is not None and measurement.values:
            return measurement.values[0].value
    return None


def table_text(rows: "tuple[Row, ...] | list[Row]") -> str:
    """Give rows as lines with tabs, for a spreadsheet."""
    lines = [HEADS, *(each.cells for each in rows)]
    return "\n".join("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in line) for line in lines) + "\n"


def patient_of(instance: Instance) -> Patient:
    """Give what tells the patient of an image from others."""
    return instance.patient_id, instance.patient_name.casefold()
