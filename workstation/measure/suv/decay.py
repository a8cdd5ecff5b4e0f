"""To which time the values of a PET image are decayed, and when the tracer was injected.

With Decay Correction START all values are as they were at one time, the beginning of the scan. Series Time says it
unless it is after the acquisition: then somebody wrote the series anew, and the time is in private attributes, or
follows from the frame (the vendor-neutral pseudo-code of QIBA's SUV committee, and the manual of IBSI's SUV project).
"""

from __future__ import annotations

import math

from pydicom import Dataset

from workstation.measure.suv.clock import (
    DAY_S,
    EARLY_S,
    last_before,
    moment_of,
    moment_of_dt,
    moved,
    seconds_between,
    zone_of,
)
from workstation.measure.suv.values import Moment, Problem
from workstation.model.attributes import PARSER_FAILURES, number, text
from workstation.quick_dataclass import dataclass

SERIES, ACQUISITION = "Series Time (0008,0031)", "Acquisition Time (0008,0032)"
_SIEMENS = (0x0071, "SIEMENS MED PT", 0x22, "Decay Correction DateTime (0071,xx22) of Siemens")
_GE = (0x0009, "GEMS_PETD_01", 0x0D, "PET scan_datetime (0009,xx0D) of GE")
_SLACK_S = 2.0
_SHORT_LIVED_S = 41400.0  # 11.5 h: with longer half-lives, a time of day alone does not tell the day
_TOLD = 0.01
_MOST_HALF_LIVES = 10.0


@dataclass(frozen=True, slots=True)
class Times:
    """What a header says of the times of a frame.

    Parameters
    ----------
    series, acquisition
        When the series, and the acquisition of this frame, began.
    reference_s
        Frame Reference Time, in s: from the time that values are decayed to, to the mean of the frame.
    duration_s
        Actual Frame Duration, in s.
    decay_factor
        By which values were multiplied.
    private
        The vendor's own attribute for the time that values are decayed to.
    is_ge
        Whether Frame Reference Time counts to the beginning of the frame.
    """

    series: Moment | None
    acquisition: Moment | None
    reference_s: float | None
    duration_s: float | None
    decay_factor: float | None
    private: Moment | None = None
    is_ge: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A time, what a reader has to know of it, or why there is none."""

    moment: Moment | None = None
    notes: tuple[str, ...] = ()
    problem: Problem | None = None


def times_of(dataset: Dataset) -> Times:
    """Read the times of a frame of the PET Image Storage class."""
    zone = zone_of(dataset)
    acquisition = moment_of(dataset, "AcquisitionDate", "AcquisitionTime", ACQUISITION)
    if acquisition is None or not acquisition.is_dated:
        written = text(dataset, "AcquisitionDateTime")
        acquisition = moment_of_dt(written, "Acquisition DateTime (0008,002A)", zone) or acquisition
    return Times(
        series=moment_of(dataset, "SeriesDate", "SeriesTime", SERIES),
        acquisition=acquisition,
        reference_s=_seconds(dataset, "FrameReferenceTime"),
        duration_s=_seconds(dataset, "ActualFrameDuration"),
        decay_factor=number(dataset, "DecayFactor"),
        private=_private(dataset),
        is_ge=text(dataset, "Manufacturer").upper().startswith("GE"),
    )


def _seconds(dataset: Dataset, keyword: str) -> float | None:
    found = number(dataset, keyword)
    return None if found is None else found / 1000


def private_value(dataset: Dataset, group: int, creator: str, element: int) -> str:
    """Read a private attribute as text; where its block has no creator, it is looked for in the usual block."""
    for block in range(0x10, 0x100):
        if _plain(dataset, (group, block)).upper() == creator.upper():
            return _plain(dataset, (group, (block << 8) + element))
    return "" if (group, 0x10) in dataset else _plain(dataset, (group, 0x1000 + element))


def _plain(dataset: Dataset, tag: tuple[int, int]) -> str:
    try:
        value = dataset[tag].value if tag in dataset else None
    except PARSER_FAILURES:
        return ""
    if isinstance(value, bytes):  # of an implicit file whose creator is not known to pydicom
        return value.decode("latin-1").strip(" \0")
    return str(value if value is not None else "").strip(" \0")


def _private(dataset: Dataset) -> Moment | None:
    maker = text(dataset, "Manufacturer").upper()
    for named, (group, creator, element, source) in (("SIEMENS", _SIEMENS), ("CPS", _SIEMENS), ("GE", _GE)):
        if maker.startswith(named) and (written := private_value(dataset, group, creator, element)):
            return moment_of_dt(written, source, zone_of(dataset))
    return None


def mean_count_s(duration_s: float, half_life_s: float) -> float:
    """Give when in a frame its mean count rate was, in s from its beginning: nearly half of it, somewhat before."""
    decayed = math.log(2) / half_life_s * duration_s
    if decayed < 1e-6:
        return duration_s / 2
    return half_life_s / math.log(2) * math.log(decayed / -math.expm1(-decayed))


def decayed_to_frame(times: Times, half_life_s: float) -> Found:
    """Give the time of values that were not corrected for decay: the mean of their frame."""
    if times.acquisition is None:
        return Found(problem=_unknown("The file has no Acquisition Time (0008,0032)."))
    if not times.duration_s or times.duration_s < 0:
        return Found(problem=_unknown("The file has no Actual Frame Duration (0018,1242)."))
    within = mean_count_s(times.duration_s, half_life_s)
    source = f"{times.acquisition.source} and {within:.1f} s to the mean of the frame"
    return Found(moved(times.acquisition, within, source))


def decayed_to_start(times: Times, half_life_s: float, earliest: Moment | None) -> Found:
    """Give the time of values that were corrected to the start of the scan.

    Parameters
    ----------
    times
        Of the frame.
    half_life_s
        Of the nuclide.
    earliest
        When the acquisition of the first frame of the series began; None where only this frame is known.
    """
    notes: list[str] = []
    begun = earliest or times.acquisition
    if times.private is not None:
        private, note = _believed(times.private, begun)
        notes += [note] if note else []
        if private is not None:
            return Found(private, tuple(notes))
    if times.series is None and begun is None:
        return Found(problem=_unknown("The file has neither Series Time nor Acquisition Time."))
    if begun is None and times.series is not None:
        notes.append("The file has no Acquisition Time, by which Series Time could be checked.")
        return Found(times.series, tuple(notes))
    if times.series is not None and begun is not None and seconds_between(begun, times.series) <= _SLACK_S:
        series = _dated_like(times.series, begun)
        return Found(series, (*notes, *_disagreement(times, half_life_s, series)))
    if times.series is not None:
        notes.append(
            f"{SERIES} {times.series} is after the acquisition: the series was written anew, and it says nothing of "
            "decay."
        )
    return _of_frame(times, half_life_s, earliest, notes)


def _of_frame(times: Times, half_life_s: float, earliest: Moment | None, notes: list[str]) -> Found:
    """Go back from a frame to the time that its values are decayed to."""
    if times.acquisition is not None and times.duration_s and times.duration_s > 0:
        within = 0.0 if times.is_ge else mean_count_s(times.duration_s, half_life_s)
        if times.reference_s and times.reference_s > 0:
            source = f"{times.acquisition.source} less Frame Reference Time (0054,1300)"
            source += "" if times.is_ge else f", and {within:.1f} s to the mean of the frame"
            found = moved(times.acquisition, within - times.reference_s, source)
            return Found(found, (*notes, *_disagreement(times, half_life_s, found)))
        if (implied := _by_decay_factor(times, half_life_s)) is not None:
            return Found(implied, tuple(notes))
    if earliest is not None:
        return Found(moved(earliest, 0.0, f"the earliest {earliest.source} of the series"), tuple(notes))
    said = "Nothing in this image says to which time its values are decayed."
    said = f"{notes[-1]} {said}" if notes else said
    return Found(problem=_unknown(said, "Open the whole series, or give the time that values are decayed to."))


def _by_decay_factor(times: Times, half_life_s: float) -> Moment | None:
    """Give the time by which the values of a frame were multiplied with its Decay Factor; None where there is none."""
    if times.acquisition is None or not times.duration_s or not times.decay_factor or times.decay_factor <= 1:
        return None
    back = half_life_s * math.log2(times.decay_factor)
    source = f"{times.acquisition.source} and Decay Factor (0054,1321) {times.decay_factor:g}"
    return moved(times.acquisition, mean_count_s(times.duration_s, half_life_s) - back, source)


def _disagreement(times: Times, half_life_s: float, found: Moment) -> tuple[str, ...]:
    """Tell where the Decay Factor of a frame belongs to another time than the one that was found."""
    implied = _by_decay_factor(times, half_life_s)
    if implied is None:
        return ()
    apart = seconds_between(found, implied)
    change = 2 ** (apart / half_life_s) - 1
    if abs(change) <= _TOLD:
        return ()
    return (
        f"Decay Factor (0054,1321) {times.decay_factor:g} belongs to values decayed to {implied}, not {found}: by it "
        f"SUV would be {abs(change):.1%} {'higher' if change > 0 else 'lower'}.",
    )


def _believed(private: Moment, begun: Moment | None) -> tuple[Moment | None, str]:
    """Check a vendor's time against the acquisition; its date may have been left when the others were moved."""
    if begun is None:
        return private, ""
    apart = seconds_between(private, begun)
    if begun.is_dated and -_SLACK_S <= apart <= DAY_S:
        return private, ""
    turned = last_before(private, begun)
    if seconds_between(turned, begun) < -_SLACK_S or seconds_between(turned, begun) > DAY_S / 2:
        return None, f"{private.source} is {private}, which does not fit the acquisition at {begun}: it was not used."
    return (
        turned,
        f"The date of {private.source}, {private.at:%Y-%m-%d}, is not that of the acquisition; its time was used.",
    )


def _dated_like(moment: Moment, other: Moment) -> Moment:
    return moment if moment.is_dated else last_before(moment, other)


def injection(item: Dataset, zone_from: Dataset, reference: Moment, half_life_s: float) -> Found:
    """Give when the tracer was injected.

    Parameters
    ----------
    item
        Of Radiopharmaceutical Information Sequence.
    zone_from
        The dataset with the time zone.
    reference
        The time that values are decayed to, or that of the acquisition.
    half_life_s
        Of the nuclide.
    """
    source = "Radiopharmaceutical Start DateTime (0018,1078)"
    dated = moment_of_dt(text(item, "RadiopharmaceuticalStartDateTime"), source, zone_of(zone_from))
    plain = moment_of(item, "", "RadiopharmaceuticalStartTime", "Radiopharmaceutical Start Time (0018,1072)")
    if dated is None and plain is None:
        said = "The file has neither Radiopharmaceutical Start Time (0018,1072) nor Start DateTime (0018,1078)."
        return Found(problem=Problem("injected_at", said, "Give the time of injection."))
    notes = _two_times(dated, plain)
    if dated is not None and reference.is_dated:
        uptake = seconds_between(dated, reference)
        if -EARLY_S <= uptake <= max(DAY_S, _MOST_HALF_LIVES * half_life_s):
            return Found(dated, (*notes, *_early(uptake)))
        notes = (*notes, f"{source} {dated} does not fit values of {reference}: only its time of day was used.")
    clock = dated or plain
    if clock is None or half_life_s >= _SHORT_LIVED_S:
        named = clock.source if clock else source
        said = f"{named} has no date that fits, and with a half-life of {half_life_s / 3600:.0f} h the day matters."
        return Found(problem=Problem("injected_at", said, "Give date and time of the injection."))
    turned = last_before(clock, reference)
    if turned.is_dated and turned.at.date() != reference.at.date() and turned.at < reference.at:
        notes = (*notes, f"The injection at {turned} was taken to be on the day before.")
    return Found(turned, (*notes, *_early(seconds_between(turned, reference))))


def _two_times(dated: Moment | None, plain: Moment | None) -> tuple[str, ...]:
    if dated is None or plain is None or abs(seconds_between(plain, dated)) <= _SLACK_S:
        return ()
    return (f"{plain.source} is {plain}, {dated.source} is {dated}: the latter was used.",)


def _early(uptake_s: float) -> tuple[str, ...]:
    if uptake_s >= 0:
        return ()
    return (f"The scan began {-uptake_s:.0f} s before the injection.",)


def _unknown(message: str, hint: str = "Give the time that values are decayed to.") -> Problem:
    return Problem("values_at", message, hint)
