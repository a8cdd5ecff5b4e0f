"""The small text in the corners of an image: the lines that a modality has, filled with what there is to say."""

import re
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from workstation.display.corner_templates import MADE, CornerTemplates, Field, Template, shipped_templates
from workstation.display.header_facts import NO_FACTS, HeaderFacts
from workstation.display.presets import voi_text
from workstation.display.probe import unit_text
from workstation.display.value_scale import ValueScale
from workstation.display.view import View
from workstation.display.voi import default_voi
from workstation.model.frame import Frame, Voi, Window
from workstation.model.index.records import Instance
from workstation.model.pixels.transfer_syntaxes import TRANSFER_SYNTAXES
from workstation.model.text import body_part_text, clean, date_of, person_name, time_of
from workstation.quick_dataclass import dataclass

LONGEST_LINE = 64
_AGE = re.compile(r"(\d{1,3})([YMWD])")
_AGE_UNITS = {"Y": "y", "M": "months", "W": "weeks", "D": "days"}
MOST_KEPT = 512
"""Images whose lines are kept, so that they are made once and not at each paint."""


class Corners(NamedTuple):
    """Lines of text, from the top down."""

    top_left: tuple[str, ...]
    top_right: tuple[str, ...]
    bottom_left: tuple[str, ...]
    bottom_right: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """What the lines are about. ``position`` is the place in a stack, (n, of how many), n from 1."""

    instance: Instance
    frame: Frame
    view: View
    size_px: tuple[int, int]
    position: tuple[int, int] | None
    facts: HeaderFacts
    voi: Voi | None
    scale: ValueScale | None = None


def corner_lines(
    instance: Instance,
    frame: Frame,
    view: View,
    size_px: tuple[int, int],
    *,
    position: tuple[int, int] | None = None,
    voi: Voi | None = None,
    facts: HeaderFacts = NO_FACTS,
    templates: CornerTemplates | None = None,
    scale: ValueScale | None = None,
) -> Corners:
    """Give the lines in the four corners, cleaned of control characters; what the file does not say is left out.

    Parameters
    ----------
    instance
        The header of the image.
    frame, view, size_px
        What is shown, how, and on how large a screen.
    position
        Place in its stack, (n, of how many), n from 1; None shows the frame or instance number.
    voi
        The window in use; where None, it is that of the view, or is worked out, which costs milliseconds.
    facts
        What of the header the index does not know, for lines that ask for it. What their warnings
        tell of a lossy compression is not said again.
    templates
        The lines; those that came with the program where None.
    scale
        What the window is said in; None is the unit of the image.
    """
    chosen = templates or shipped_templates()
    shown = Shown(instance, frame, view, size_px, position, facts, voi, scale)
    return Corners(
        *(
            tuple(text for line, still in corner if (text := _short(_filled(line, shown)) if still is None else still))
            for corner in _kept(shown, facts, chosen)
        )
    )


def names_wanted(templates: CornerTemplates, instance: Instance) -> tuple[str, ...]:
    """Give the attributes that the lines of an image ask for and the index does not know, to be read of its header."""
    asked = {
        name
        for corner in templates.of(instance.modality)
        for line in corner
        for name in line.fields
        if name not in MADE
    }
    return tuple(sorted(name for name in asked if name not in _KNOWN or _KNOWN[name](instance) in (None, "")))


_Kept = tuple[tuple[tuple[Template, str | None], ...], ...]
_still: OrderedDict[tuple[int, int, int, int], tuple[object, _Kept]] = OrderedDict()


def _kept(shown: Shown, facts: HeaderFacts, templates: CornerTemplates) -> _Kept:
    """Give each line with its text, None for one that changes while the image is shown; made once for an image."""
    key = (id(shown.instance), shown.frame.number, id(facts), id(templates))
    held = _still.get(key)
    # What the ids stand for is held beside them, so that they stay theirs.
    if held is not None:
        return held[1]
    made = tuple(
        tuple((line, None if line.is_moving else _short(_filled(line, shown))) for line in corner)
        for corner in templates.of(shown.instance.modality)
    )
    _still[key] = ((shown.instance, facts, templates), made)
    while len(_still) > MOST_KEPT:
        _still.popitem(last=False)
    return made


def _filled(line: Template, shown: Shown) -> str:
    parts = []
    for part in line.parts:
        texts = [each if isinstance(each, str) else _value(each, shown) for each in part]
        if all(texts):
            parts.append("".join(texts))
    return "  ".join(parts)


def _value(wanted: Field, shown: Shown) -> str:
    made = _MADE.get(wanted.name)
    if made is not None:
        return made(shown)
    known = _KNOWN.get(wanted.name)
    value = known(shown.instance) if known is not None else None
    if value is None or value == "":
        value = shown.facts.values.get(wanted.name, "")
    return clean(_formatted(value, wanted))


def _formatted(value: str | float, wanted: Field) -> str:
    if wanted.digits is None:
        return f"{value:.10g}" if isinstance(value, float) else str(value)
    try:
        return f"{float(value):.{wanted.digits}{wanted.kind}}"
    except ValueError:
        return str(value)


def _date(shown: Shown) -> str:
    return date_text(shown.instance.study_date or shown.instance.series_date)


def _time(shown: Shown) -> str:
    instance = shown.instance
    return time_text(instance.acquisition_time or instance.content_time or instance.series_time or instance.study_time)


def _side(shown: Shown) -> str:
    side = shown.instance.laterality.strip().upper() or shown.facts.values.get("ImageLaterality", "")
    return {"L": "Left", "R": "Right", "B": "Both sides"}.get(side, "")


def _image(shown: Shown) -> str:
    if shown.position is not None:
        return f"Image {shown.position[0]} of {shown.position[1]}"
    count = shown.instance.number_of_frames
    if count > 1:
        return f"Frame {shown.frame.number + 1} of {count}"
    number = shown.instance.instance_number
    return f"Image {number}" if number is not None else ""


def _window(shown: Shown) -> str:
    if shown.frame.is_colour and shown.view.voi is None:
        return ""
    voi, unit = shown.voi or shown.view.voi or default_voi(shown.frame), unit_text(shown.frame.modality.unit)
    if shown.scale is not None and isinstance(voi, Window):
        voi, unit = shown.scale.voi(voi), shown.scale.unit
    text = voi_text(voi) + (f" {unit}" if unit else "")
    return f"{text}  inverted" if shown.view.inverted else text


def _zoom(shown: Shown) -> str:
    return f"{shown.view.effective_zoom(shown.frame, shown.size_px) * 100:.0f} %"


def _lossy(shown: Shown) -> str:
    if shown.facts is not NO_FACTS:
        return "" if shown.facts.lossy in shown.facts.warnings else shown.facts.lossy
    syntax = TRANSFER_SYNTAXES.get(shown.instance.transfer_syntax_uid)
    return "" if syntax is None or syntax.lossless else "Lossy compression"


def _tilt(shown: Shown) -> str:
    tilt = shown.instance.gantry_tilt_deg
    return f"{tilt:.1f}°" if tilt and abs(tilt) >= 0.05 else ""


def _angulation(shown: Shown) -> str:
    """Say how a C-arm stands (PS3.3 C.8.7.5): the detector to the patient's left (LAO) or right, to head or feet."""
    said = []
    for keyword, above, below in (
        ("PositionerPrimaryAngle", "LAO", "RAO"),
        ("PositionerSecondaryAngle", "CRA", "CAU"),
    ):
        try:
            angle = float(shown.facts.values.get(keyword, ""))
        except ValueError:
            continue
        if abs(angle) <= 180:
            side = "" if round(angle, 1) == 0 else f"{above if angle > 0 else below} "
            said.append(f"{side}{abs(angle):.4g}°")
    return "  ".join(said)


def _spacing(shown: Shown) -> str:
    spacing = shown.frame.spacing
    return f"{spacing.between_rows:.4g} x {spacing.between_columns:.4g} mm" if spacing.is_metric else ""


_MADE: dict[str, Callable[[Shown], str]] = {
    "Age": lambda shown: age_text(shown.instance),
    "Angulation": _angulation,
    "BodyPart": lambda shown: body_part_text(shown.instance.body_part_examined),
    "Date": _date,
    "Image": _image,
    "Lossy": _lossy,
    "Side": _side,
    "Spacing": _spacing,
    "Tilt": _tilt,
    "Time": _time,
    "When": lambda shown: " ".join(filter(None, (_date(shown), _time(shown)))),
    "Window": _window,
    "Zoom": _zoom,
}
_KNOWN: dict[str, Callable[[Instance], str | float | None]] = {
    "AccessionNumber": lambda each: each.accession_number,
    "AcquisitionNumber": lambda each: each.acquisition_number,
    "BodyPartExamined": lambda each: each.body_part_examined,
    "Columns": lambda each: each.columns or None,
    "DiffusionBValue": lambda each: each.b_value,
    "EchoTime": lambda each: each.echo_time_ms or None,
    "InstanceNumber": lambda each: each.instance_number,
    "InstitutionName": lambda each: each.institution_name,
    "Manufacturer": lambda each: each.manufacturer,
    "Modality": lambda each: each.modality,
    "NumberOfFrames": lambda each: each.number_of_frames or None,
    "PatientBirthDate": lambda each: date_text(each.patient_birth_date),
    "PatientID": lambda each: each.patient_id,
    "PatientName": lambda each: person_name(each.patient_name),
    "PatientSex": lambda each: each.patient_sex,
    "ProtocolName": lambda each: each.protocol_name,
    "Rows": lambda each: each.rows or None,
    "SeriesDescription": lambda each: each.series_description,
    "SeriesNumber": lambda each: each.series_number,
    "SliceLocation": lambda each: each.slice_location_mm,
    "SliceThickness": lambda each: each.slice_thickness_mm or None,
    "StudyDate": lambda each: date_text(each.study_date),
    "StudyDescription": lambda each: each.study_description,
    "StudyID": lambda each: each.study_id,
    "StudyTime": lambda each: time_text(each.study_time),
    "TriggerTime": lambda each: each.trigger_time_ms,
}


def age_text(instance: Instance, said: str = "") -> str:
    """Give the age of a patient at the study: of the dates, else as Patient's Age (AS, PS3.5 6.2) says it."""
    born, day = date_of(instance.patient_birth_date), date_of(instance.study_date)
    if born is None or day is None or day < born:
        match = _AGE.fullmatch(said.strip())
        return f"{int(match[1])} {_AGE_UNITS[match[2]]}" if match else clean(said)
    months = (day.year - born.year) * 12 + day.month - born.month - (day.day < born.day)
    return f"{months // 12} y" if months >= 24 else f"{months} months"


def date_text(value: str) -> str:
    """Give a date of a file as 2026-11-20; text that is no date as it is."""
    day = date_of(value)
    return day.isoformat() if day else clean(value)


def time_text(value: str) -> str:
    """Give a time of a file as 13:05:59; text that is no time as it is."""
    moment = time_of(value)
    return moment.isoformat("seconds") if moment else clean(value)


def _short(text: str) -> str:
    plain = clean(text)
    return plain if len(plain) <= LONGEST_LINE else plain[: LONGEST_LINE - 1] + "…"
