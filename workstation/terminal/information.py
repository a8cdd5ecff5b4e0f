"""Who and what an image is of, in a few lines of text."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.display.corner_text import age_text, date_text, time_text
from workstation.display.view import View
from workstation.headers.summary import bits_text
from workstation.model.attributes import text
from workstation.model.frame import Frame
from workstation.model.text import person_name
from workstation.terminal.looks import window_text
from workstation.terminal.opened import ShownSeries
from workstation.terminal.words import columns_of, cut, plain, wrapped

if TYPE_CHECKING:
    from workstation.model.image import Image

GAP = "  "
_SEXES = {"M": "male", "F": "female", "O": "other sex"}


@dataclass(frozen=True, slots=True)
class Row:
    """A line: what it is about, and its parts, all cleaned; what does not fit goes on in the next line."""

    label: str
    parts: tuple[str, ...]


def information(series: ShownSeries, number: int, frame: Frame, view: View) -> tuple[Row, ...]:
    """Tell patient, study, series, image and window of a frame, ``number`` from 0; what is not said is left out.

    Raises
    ------
    Refused
        If the header cannot be read.
    """
    instance, image = series.instance(number), series.image(number)
    patient = (
        person_name(instance.patient_name),
        _named("ID", instance.patient_id),
        age_text(instance, text(image.dataset, "PatientAge")),
        _SEXES.get(instance.patient_sex.strip().upper(), instance.patient_sex),
    )
    when = " ".join(filter(None, (date_text(instance.study_date), time_text(instance.study_time))))
    study = (instance.study_description, when, _named("accession", instance.accession_number))
    which = f"{number + 1} of {series.counted}" if series.count > 1 else ""
    rows = (
        Row("Patient", patient),
        Row("Study", study),
        Row("Series", (series.title, which)),
        Row("Image", _image(image, frame)),
        Row("Window", (window_text(frame, view), "inverted" if view.inverted else "")),
    )
    cleaned = (Row(each.label, tuple(filter(None, map(plain, each.parts)))) for each in rows)
    return tuple(each for each in cleaned if each.parts)


def lines_of(rows: tuple[Row, ...], columns: int) -> tuple[str, ...]:
    """Lay rows out in some columns, their labels one below the other; a part that is too long goes on below."""
    label_columns = max((len(each.label) for each in rows), default=0)
    label_columns += len(GAP) if label_columns else 0
    room = max(1, columns - label_columns)
    made: list[str] = []
    for row in rows:
        lines: list[str] = []
        for part in row.parts:
            joined = f"{lines[-1]}{GAP}{part}" if lines else part
            if lines and columns_of(joined) <= room:
                lines[-1] = joined
            else:
                lines += wrapped(part, room)
        made += [f"{'' if at else row.label:<{label_columns}}{line}" for at, line in enumerate(lines)]
    return tuple(cut(line, columns) for line in made)


def _image(image: "Image", frame: Frame) -> tuple[str, ...]:
    told, spacing = image.description, frame.spacing
    return (
        f"{told.columns} x {told.rows}",
        f"{bits_text(image)} bits",
        "" if told.samples_per_pixel == 1 and not frame.is_colour else told.photometric,
        f"{spacing.between_rows:.4g} x {spacing.between_columns:.4g} mm" if spacing.is_metric else "",
    )


def _named(label: str, value: str) -> str:
    return f"{label} {value}" if value.strip() else ""
