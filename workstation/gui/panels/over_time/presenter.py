"""Decides what the panel of lesions over time says: how each number changed, and the response by RECIST 1.1."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from workstation.errors import UserError
from workstation.measure.comparing import Saved, one_of_several, response
from workstation.measure.over_time import Observation, Step, Trend, in_time, trends
from workstation.measure.recist import Assessment
from workstation.measure.stated import STATUS
from workstation.model.annotation import Annotation
from workstation.model.annotation_kinds import TRAITS
from workstation.model.measurement import Curve, Measurement
from workstation.model.units import ONE, Unit
from workstation.quick_dataclass import dataclass

MAIN = (
    *("long_axis", "short_axis", "length", "diameter", "diameter_3d", "perimeter", "area", "volume"),
    *("mean", "max", "peak", "tlg", "angle", "cobb_angle", "distance", "path_length", "cardiothoracic_ratio"),
)
"""Quantities that are shown where nobody asks for another."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A number of a lesion; ``annotation`` is the one that leads to it, empty for one of a saved report."""

    saved: Saved
    annotation: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A number at one time, in words; ``annotation`` leads to it, where there is one."""

    when: str
    value: str
    since_first: str
    since_last: str
    source: str
    annotation: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A quantity of a lesion: its numbers, oldest first, or why they cannot be compared."""

    lesion: str
    words: str
    quantity: str
    lines: tuple[Line, ...]
    told: str = ""
    problem: str = ""
    curve: Curve | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """The response in one study."""

    when: str
    overall: str
    total: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """All that the panel says; ``problem`` is why there is no response."""

    parts: tuple[Part, ...]
    responses: tuple[Response, ...] = ()
    baseline: tuple[str, ...] = ()
    problem: str = ""


def seen_of(
    annotation: Annotation, measurements: Iterable[Measurement], when: date | None, source: str
) -> tuple[Seen, ...]:
    """Give the numbers of an annotation of a lesion; none where nobody said which lesion it is.

    Parameters
    ----------
    annotation
        What is measured.
    measurements
        Its numbers, and those of the volume that it is part of; of two of one quantity the last one holds.
    when
        Date of the study.
    source
        Where that was, for people.
    """
    about = annotation.about
    if about is None or not about.tracking_uid:
        return ()
    name = about.tracking_id or annotation.text or TRAITS[annotation.kind].name
    site = str(about.site) if about.site is not None else ""
    codes = tuple(filter(None, (about.site, about.finding)))

    def seen(key: str, words: str, value: float, unit: Unit) -> Seen:
        made = Observation(about.tracking_uid, name, key, words, value, unit, when, source)
        return Seen(Saved(made, about.role, about.status, site, codes=codes, node=about.node), annotation.id)

    found = {
        each.quantity.key: seen(each.quantity.key, each.quantity.words, each.value, each.unit)
        for measurement in measurements
        for each in measurement.values
    }
    if not found and (about.role or about.status):
        return (seen(STATUS, "Status", 0.0, ONE),)
    return tuple(found.values())


def with_reports(live: Sequence[Seen], reports: Iterable[Sequence[Saved]]) -> tuple[Seen, ...]:
    """Add the numbers of saved reports, newest report first: what is live, or in a newer one, of a time goes before."""
    known = {_place(each.saved) for each in live}
    found = list(live)
    for report in reports:
        new = [each for each in report if _place(each) not in known]
        found += [Seen(each) for each in new]
        known |= {_place(each) for each in new}
    return tuple(found)


def _place(saved: Saved) -> tuple[str, date | None]:
    return saved.observation.lesion, saved.observation.when


def compared(seen: Iterable[Seen], named: Iterable[str]) -> tuple[Seen, ...]:
    """Leave what is of a lesion seen at several times, of one with a role, or of one that a person has named.

    Roles, sites and names that are said at one time hold at the others, too.
    """
    listed = sorted(seen, key=lambda each: each.saved.observation.when or date.min)
    times: dict[str, set[date | None]] = {}
    said: dict[str, Saved] = {}
    for each in listed:
        uid = each.saved.observation.lesion
        times.setdefault(uid, set()).add(each.saved.observation.when)
        before = said.get(uid, each.saved)
        said[uid] = replace(before, role=before.role or each.saved.role, site=before.site or each.saved.site)
    wanted = {*named, *(uid for uid in times if len(times[uid]) > 1 or said[uid].role)}
    names = {uid: each.observation.name for uid, each in said.items()}
    found = []
    for each in listed:
        uid = each.saved.observation.lesion
        if uid in wanted:
            observation = replace(each.saved.observation, name=names[uid])
            about = said[uid]
            role, site = each.saved.role or about.role, each.saved.site or about.site
            found.append(replace(each, saved=replace(each.saved, observation=observation, role=role, site=site)))
    return tuple(found)


def overview(seen: Sequence[Seen], *, quantity: str = "", lesion: str = "") -> Overview:
    """Say how numbers changed, and what the response is.

    Parameters
    ----------
    seen
        As `compared` leaves them.
    quantity
        Key of the only one that is wanted; empty: the main ones.
    lesion
        Tracking UID of the only one that is wanted; empty: all.
    """
    groups: dict[tuple[str, str], list[Seen]] = {}
    for each in seen:
        one = each.saved.observation
        wanted = (one.quantity == quantity) if quantity else one.quantity in MAIN
        if wanted and one.quantity != STATUS and lesion in ("", one.lesion):
            groups.setdefault((one.lesion, one.quantity), []).append(each)
    parts = tuple(_part(several) for several in groups.values())
    try:
        assessed, problems = response(each.saved for each in seen)
    except UserError as error:
        return Overview(parts, problem=error.message)
    return Overview(parts, tuple(_response(each.assessment) for each in assessed), problems)


def _part(several: Sequence[Seen]) -> Part:
    first = several[0].saved.observation
    name = first.name or first.lesion
    try:
        (trend,) = trends(each.saved.observation for each in several)
    except UserError as error:
        return Part(name, first.words, first.quantity, (), problem=" ".join((error.message, error.hint)))
    leads = {id(each.saved.observation): each.annotation for each in several}
    ordered = [leads[id(each)] for each in in_time([each.saved.observation for each in several])]
    lines = tuple(_line(step, trend.unit, lead) for step, lead in zip(trend.steps, ordered, strict=True))
    return Part(name, first.words, first.quantity, lines, _told(trend), curve=_curve(trend))


def _told(trend: Trend) -> str:
    if trend.doubling_days is None:
        return ""
    verb = "doubles" if trend.doubling_days > 0 else "halves"
    return f"{verb} in {abs(trend.doubling_days):.0f} days"


def _line(step: Step, unit: Unit, annotation: str) -> Line:
    value = f"{step.value:.{unit.decimals}f} {unit.words}".strip()
    return Line(
        step.when.isoformat() if step.when else "no date",
        value,
        one_of_several(step) or _change(step.since_first, step.since_first_percent, unit),
        _change(step.since_last, step.since_last_percent, unit),
        step.source,
        annotation,
    )


def _change(change: float | None, percent: float | None, unit: Unit) -> str:
    if change is None:
        return ""
    share = "" if percent is None else f"{percent:+.1f} %"
    absolute = f"{change:+.{unit.decimals}f} {unit.words}".strip()
    return f"{absolute} ({share})" if share else absolute


def _curve(trend: Trend) -> Curve | None:
    dated = [(each.when, each.value) for each in trend.steps if each.when is not None and each.among == 1]
    if len({when for when, _value in dated}) < 2:
        return None
    begun = dated[0][0]
    days = tuple(float((when - begun).days) for when, _value in dated)
    name = f"{trend.name}: {trend.words}"
    unit = f", {trend.unit.words}" if trend.unit.words else ""
    values = tuple(value for _when, value in dated)
    return Curve(name, days, values, f"Days since {begun.isoformat()}", f"{trend.words}{unit}")


def _response(found: Assessment) -> Response:
    total = "not evaluated" if found.sum_mm is None else f"{found.sum_mm:.1f} mm"
    changes = [
        f"{change:+.1f} % from the {what}"
        for change, what in ((found.change_percent, "baseline"), (found.nadir_change_percent, "smallest"))
        if change is not None
    ]
    overall = "baseline" if found.overall == "none" else found.overall
    reasons = () if found.overall == "none" and overall == "baseline" else found.reasons
    return Response(found.when.isoformat(), overall, ", ".join((total, *changes)), reasons)


def quantities_of(seen: Iterable[Seen]) -> Mapping[str, str]:
    """Give the quantities that there are: words by key."""
    found = {each.saved.observation.quantity: each.saved.observation.words for each in seen}
    found.pop(STATUS, None)
    return found


def lesions_of(seen: Iterable[Seen]) -> Mapping[str, str]:
    """Give the lesions that there are: name by tracking UID."""
    return {each.saved.observation.lesion: each.saved.observation.name for each in seen}


def text_of(found: Overview) -> str:
    """Give all of it as lines with tabs, for a spreadsheet."""
    rows = [("Lesion", "Quantity", "Date", "Value", "Since first", "Since last", "Source")]
    for part in found.parts:
        rows += [
            (part.lesion, part.words, each.when, each.value, each.since_first, each.since_last, each.source)
            for each in part.lines
        ]
        rows += [(part.lesion, part.words, "", told, "", "", "") for told in (part.told, part.problem) if told]
    lines = ["\t".join(each.replace("\t", " ").replace("\n", " ") for each in row) for row in rows]
    told = (("RECIST 1.1", each.overall, each.when, each.total, " ".join(each.reasons)) for each in found.responses)
    lines += map("\t".join, told)
    lines += [f"Baseline: {each}" for each in found.baseline]
    return "\n".join((*lines, *filter(None, [found.problem]))) + "\n"
