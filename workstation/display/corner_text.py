"""The small text in the corners of an image: which lines a modality shows, and what they say."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from workstation.display.presets import voi_text
from workstation.display.view import View
from workstation.display.voi import default_voi
from workstation.model.frame import Frame, Voi
from workstation.model.index.records import Instance
from workstation.model.pixels.transfer_syntaxes import TRANSFER_SYNTAXES
from workstation.model.text import clean, date_of, person_name, time_of

LONGEST_LINE = 64


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
    voi: Voi
    position: tuple[int, int] | None


Line = Callable[[Shown], str]


def _name(shown: Shown) -> str:
    return person_name(shown.instance.patient_name)


def _identity(shown: Shown) -> str:
    instance = shown.instance
    return _joined(instance.patient_id, date_text(instance.patient_birth_date), instance.patient_sex)


def _institution(shown: Shown) -> str:
    return shown.instance.institution_name


def _study(shown: Shown) -> str:
    return shown.instance.study_description


def _accession(shown: Shown) -> str:
    number = shown.instance.accession_number
    return f"Acc. {number}" if number else ""


def _when(shown: Shown) -> str:
    instance = shown.instance
    time = instance.acquisition_time or instance.content_time or instance.series_time or instance.study_time
    return " ".join(part for part in (date_text(instance.study_date or instance.series_date), time_text(time)) if part)


def _series(shown: Shown) -> str:
    number = shown.instance.series_number
    return _joined(f"Series {number}" if number is not None else "", shown.instance.series_description)


def _laterality(shown: Shown) -> str:
    side = shown.instance.laterality.strip().upper()
    return {"L": "Left", "R": "Right", "B": "Both sides"}.get(side, "")


def _part(shown: Shown) -> str:
    return _joined(_laterality(shown), shown.instance.body_part_examined.capitalize())


def _slice(shown: Shown) -> str:
    thickness, location = shown.instance.slice_thickness_mm, shown.instance.slice_location_mm
    return _joined(
        f"Thickness {thickness:.4g} mm" if thickness else "",
        f"Location {location:.1f} mm" if location is not None else "",
    )


def _echo(shown: Shown) -> str:
    echo, b_value = shown.instance.echo_time_ms, shown.instance.b_value
    return _joined(f"TE {echo:.4g} ms" if echo else "", f"b {b_value:.0f}" if b_value is not None else "")


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
    unit = shown.frame.modality.unit
    text = voi_text(shown.voi) + (f" {unit}" if unit not in ("", "US") else "")
    return _joined(text, "inverted" if shown.view.inverted else "")


def _zoom(shown: Shown) -> str:
    return f"Zoom {shown.view.effective_zoom(shown.frame, shown.size_px) * 100:.0f} %"


def _lossy(shown: Shown) -> str:
    syntax = TRANSFER_SYNTAXES.get(shown.instance.transfer_syntax_uid)
    return "" if syntax is None or syntax.lossless else "Lossy compression"


def _tilt(shown: Shown) -> str:
    tilt = shown.instance.gantry_tilt_deg
    return f"Gantry tilt {tilt:.1f}°" if tilt and abs(tilt) >= 0.05 else ""


_PATIENT: tuple[Line, ...] = (_name, _identity)
_STUDY: tuple[Line, ...] = (_institution, _study, _accession, _when)
_DISPLAY: tuple[Line, ...] = (_lossy, _image, _window, _zoom)
_PLAIN: tuple[Line, ...] = (_series, _part)

LINES: dict[str, tuple[tuple[Line, ...], ...]] = {
    "": (_PATIENT, _STUDY, _DISPLAY, _PLAIN),
    "CT": (_PATIENT, _STUDY, _DISPLAY, (_series, _part, _tilt, _slice)),
    "MR": (_PATIENT, _STUDY, _DISPLAY, (_series, _part, _echo, _slice)),
    "PT": (_PATIENT, _STUDY, _DISPLAY, (_series, _part, _slice)),
    "NM": (_PATIENT, _STUDY, _DISPLAY, (_series, _part)),
    "MG": (_PATIENT, _STUDY, _DISPLAY, (_laterality, _series)),
}
"""Lines of each corner by modality: top left, top right, bottom left, bottom right; the empty one is for the rest."""


def corner_lines(
    instance: Instance, frame: Frame, view: View, size_px: tuple[int, int], *, position: tuple[int, int] | None = None
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
    """
    shown = Shown(instance, frame, view, size_px, view.voi or default_voi(frame), position)
    corners = LINES.get(instance.modality.strip().upper(), LINES[""])
    return Corners(*(tuple(text for line in lines if (text := _short(line(shown)))) for lines in corners))


def date_text(value: str) -> str:
    """Give a date of a file as 2026-11-20; text that is no date as it is."""
    day = date_of(value)
    return day.isoformat() if day else clean(value)


def time_text(value: str) -> str:
    """Give a time of a file as 13:05:59; text that is no time as it is."""
    moment = time_of(value)
    return moment.isoformat("seconds") if moment else clean(value)


def _joined(*parts: str) -> str:
    return "  ".join(part for part in parts if part)


def _short(text: str) -> str:
    plain = clean(text)
    return plain if len(plain) <= LONGEST_LINE else plain[: LONGEST_LINE - 1] + "…"
