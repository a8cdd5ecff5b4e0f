"""Who and what an image is of, in a few lines of text."""

from typing import TYPE_CHECKING

from workstation.display.corner_text import age_text, date_text, time_text
from workstation.display.view import View
from workstation.headers.summary import bits_text
from workstation.model.attributes import text
from workstation.model.frame import Frame
from workstation.model.text import person_name
from workstation.terminal.lines import Row
from workstation.terminal.looks import window_text
from workstation.terminal.opened import ShownSeries
from workstation.terminal.words import plain

if TYPE_CHECKING:
    from workstation.model.image import Image

_SEXES = {"M": "male", "F": "female", "O": "other sex"}


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


def _image(image: "Image", frame: Frame) -> tuple[str, ...]:
    told, spacing = image.description, frame.spacing
    return (
        f"{told.columns} x {told.rows}",
        _bits(image),
        "" if told.samples_per_pixel == 1 and not frame.is_colour else told.photometric,
        f"{spacing.between_rows:.4g} x {spacing.between_columns:.4g} mm" if spacing.is_metric else "",
    )


def _bits(image: "Image") -> str:
    stored, sign = bits_text(image).split(", ")
    return f"{stored} bits, {sign}"


def _named(label: str, value: str) -> str:
    return f"{label} {value}" if value.strip() else ""
