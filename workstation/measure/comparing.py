"""Saved measurements of several studies read back and compared: trends of each lesion, and response by RECIST 1.1."""

import csv
import io
import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

from workstation.errors import UserError
from workstation.measure.over_time import Observation, Step, Trend, by_date, converted, trends
from workstation.measure.recist import BASELINE, Assessment, LesionSeen, Role, Status, assess, baseline_problems
from workstation.measure.results import COLUMNS, unquoted
from workstation.measure.stated import STATUS
from workstation.measure.whose import NOBODY, Whose, check_known, patients_of
from workstation.model.concepts import Code
from workstation.model.lymph_nodes import codes_a_node, names_a_node
from workstation.model.text import clean
from workstation.model.units import MM, Unit, unit_of_ucum
from workstation.operations.operation import one_line
from workstation.quick_dataclass import dataclass

_LARGEST_BYTES = 256 * 2**20
_OF_NUMBER = ("quantity", "value", "unit", "ucum")
_NO_NUMBER = {"quantity": STATUS, "value": "0", "unit": "", "ucum": "1"}
_LATER_COLUMNS = {"x", "over", "patient_id", "patient_name", "site", "site_code", "finding", "finding_code", "node"}
"""Columns that tables of earlier versions have not."""
_DIAMETERS = ("long_axis", "length", "diameter")
_OF_NODES = ("short_axis", "length", "diameter")


@dataclass(frozen=True, slots=True)
class Saved:
    """One saved number, with what of its measurement matters over time."""

    observation: Observation
    role: str = ""
    status: str = ""
    site: str = ""
    file: str = ""
    whose: Whose = NOBODY
    codes: tuple[Code, ...] = ()
    node: str = ""


def read_saved(path: Path) -> Iterator[Saved]:
    """Read the measurements of a file: our JSON or CSV, or a structured report.

    Raises
    ------
    UserError
        If it is none of these, or damaged.
    Refused
        If it is no readable DICOM.
    """
    suffix = path.suffix.lower()
    if suffix not in (".json", ".csv"):
        from workstation.measure.saving import saved_of_report

        yield from saved_of_report(path)
        return
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise UserError(f"{path} is larger than 256 MiB.", hint="Split it.")
        content = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.", hint="Check the name.") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is no text in UTF-8.", hint="Give a file that measure wrote.") from error
    try:
        yield from _of_json(path, content) if suffix == ".json" else _of_csv(path, content)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, csv.Error) as error:
        raise UserError(
            f"{path} holds no measurements of this program: {error}.", hint="Give what measure wrote."
        ) from error


def _of_json(path: Path, content: str) -> Iterator[Saved]:
    for each in json.loads(content)["measurements"]:
        seen: Counter[str] = Counter()
        for number in each["values"]:
            yield _saved(path, {**each, **number, "quantity": told_apart(number["quantity"], seen)})
        if not each["values"] and (each["role"] or each["status"]):
            yield _saved(path, {**each, **_NO_NUMBER})


def _of_csv(path: Path, content: str) -> Iterator[Saved]:
    table = csv.DictReader(io.StringIO(content), strict=True)
    missing = set(COLUMNS) - set(table.fieldnames or ()) - _LATER_COLUMNS
    if missing:
        raise ValueError(f"no column {', '.join(sorted(missing))}")
    before: tuple[str, ...] = ()
    seen: Counter[str] = Counter()
    for row in table:
        record = {name: unquoted(row.get(name) or "") for name in COLUMNS}
        own = tuple(record[name] for name in COLUMNS if name not in _OF_NUMBER)
        if own != before:
            before, seen = own, Counter()
        if record["quantity"]:
            yield _saved(path, record | {"quantity": told_apart(record["quantity"], seen)})
        elif record["role"] or record["status"]:
            yield _saved(path, record | _NO_NUMBER)


def told_apart(quantity: str, seen: Counter[str]) -> str:
    """Give the key of a number; of several alike in one measurement, such as two widths, they are numbered."""
    seen[quantity] += 1
    return quantity if seen[quantity] == 1 else f"{quantity}_{seen[quantity]}"


def _saved(path: Path, record: Mapping[str, Any]) -> Saved:
    name = clean(str(record["lesion"] or record["name"]))
    value = float(record["value"])
    if not math.isfinite(value):
        raise ValueError(f"{record['value']!r} is no number")
    quantity = clean(str(record["quantity"]))
    observation = Observation(
        str(record["tracking_uid"]) or name,
        name,
        quantity,
        quantity.replace("_", " ").capitalize(),
        value,
        unit_of_ucum(str(record["ucum"]), clean(str(record["unit"]))),
        date_of(str(record["study_date"])),
        f"{path.name}: {clean(str(record['source']))}",
        str(record.get("study_instance_uid", "")),
    )
    whose = Whose(clean(str(record.get("patient_id", ""))), clean(str(record.get("patient_name", ""))))
    site = clean(str(record.get("site", "")))
    codes = tuple(_code(record, name) for name in ("site", "finding") if record.get(f"{name}_code"))
    about = str(record["role"]), str(record["status"]), site
    return Saved(observation, *about, str(path), whose, codes, str(record.get("node", "")))


def _code(record: Mapping[str, Any], name: str) -> Code:
    scheme, _colon, value = clean(str(record[f"{name}_code"])).partition(":")
    return Code(value, scheme, clean(str(record.get(name, ""))))


def date_of(text: str) -> date | None:
    """Read a date (PS3.5 DA, or ISO 8601); None where it is none."""
    for form in ("%Y%m%d", "%Y-%m-%d"):
        try:
            return datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
    return None


@dataclass(frozen=True, slots=True)
class Compared:
    """A trend as a result; ``notes`` say what one has to know of whose it is."""

    trend: Trend
    notes: tuple[str, ...] = ()

    def text(self) -> str:
        """Give it as a table in lines."""
        trend = self.trend
        patient = f" (patient {trend.patient})" if trend.patient else ""
        lines = [f"{trend.name or trend.lesion}{patient}: {trend.words}"]
        for at, step in enumerate(trend.steps):
            when = step.when.isoformat() if step.when else "no date"
            value = f"{step.value:.{trend.unit.decimals}f} {trend.unit.words}".strip()
            changes = [
                _change(step.since_first, step.since_first_percent, "the first", trend.unit),
                _change(step.since_last, step.since_last_percent, "the one before", trend.unit),
            ]
            del changes[1 if at < 2 else 2 :]  # of the second, both are the same
            lines.append("  " + "   ".join(filter(None, [when, value, *changes, one_of_several(step)])))
        if trend.doubling_days is not None:
            verb = "doubles" if trend.doubling_days > 0 else "halves"
            lines.append(f"  It {verb} in {abs(trend.doubling_days):.0f} days, if the growth is exponential.")
        lines += [f"  Note: {each}" for each in self.notes]
        return "\n".join(one_line(line) for line in lines)


def one_of_several(step: Step) -> str:
    """Say of a number that it is one of several of its time, so that it has no changes."""
    return f"one of {step.among} of this {'day' if step.when else 'study'}" if step.among > 1 else ""


def _change(change: float | None, percent: float | None, since: str, unit: Unit) -> str:
    if change is None:
        return ""
    share = "" if percent is None else f" ({_signed(percent, 1)} %)"
    return f"{_signed(change, unit.decimals)} {unit.words}{share} since {since}"


def _signed(value: float, decimals: int) -> str:
    """Give a change with its sign; what is shown as nothing has none."""
    rounded = round(value, decimals)
    return f"{rounded:+.{decimals}f}" if rounded else f"{0:.{decimals}f}"


@dataclass(frozen=True, slots=True)
class Responded:
    """An assessment as a result; ``patient`` where there are several."""

    assessment: Assessment
    patient: str = ""

    def text(self) -> str:
        """Give it in lines."""
        found = self.assessment
        total = "not evaluated" if found.sum_mm is None else f"{found.sum_mm:.1f} mm"
        changes = [
            f"{_signed(change, 1)} % from the {what}"
            for change, what in ((found.change_percent, "baseline"), (found.nadir_change_percent, "smallest"))
            if change is not None
        ]
        is_baseline = found.reasons == BASELINE
        word = "baseline" if is_baseline else found.overall
        patient = f"{self.patient}, " if self.patient else ""
        first = f"{patient}{found.when.isoformat()}: {word}; sum of diameters {', '.join([total, *changes])}"
        reasons = () if is_baseline else found.reasons
        return "\n".join(one_line(line) for line in (first, *(f"  {each}" for each in reasons)))


def compared(saved: Iterable[Saved], quantities: Sequence[str] = ()) -> tuple[Compared, ...]:
    """Compare saved numbers; only those of some quantities where any are named; never those of different patients.

    Raises
    ------
    UserError
        If units cannot be compared, or several measurements of one file have no name: which belong together is unknown.
    """
    kept = told_whose(each for each in saved if _is_meant(each.observation.quantity, quantities))
    unnamed = Counter(
        (each.file, each.observation.patient, each.observation.quantity) for each in kept if not each.observation.lesion
    )
    for (file, _patient, _quantity), count in unnamed.items():
        if count > 1:
            raise UserError(
                f"{file} has {count} measurements without a name: which of them belong together is unknown.",
                hint="Measure with --lesion, or --annotation, and the same name in each study.",
            )
    chosen = [each.observation for each in kept]
    notes = _notes(chosen)
    named = len({each.patient for each in chosen}) > 1
    return tuple(
        Compared(replace(each, patient=each.patient if named else ""), notes.get((each.patient, each.lesion), ()))
        for each in trends(chosen)
    )


def _is_meant(quantity: str, quantities: Sequence[str]) -> bool:
    return quantity != STATUS and (not quantities or quantity in quantities)


def told_whose(saved: Iterable[Saved]) -> list[Saved]:
    """Give saved numbers with words for their patient, the same for those that are of one."""
    listed = list(saved)
    words = patients_of(each.whose for each in listed)
    return [replace(each, observation=replace(each.observation, patient=words[each.whose])) for each in listed]


def _notes(observations: Sequence[Observation]) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Say of a patient's lesion that another patient's has its identifier or name, or that nothing says whose it is."""
    patients: dict[str, dict[str, None]] = {}
    studies: dict[tuple[str, str], set[str]] = {}
    for each in observations:
        patients.setdefault(each.lesion, {})[each.patient] = None
        studies.setdefault((each.patient, each.lesion), set()).add(each.study or each.source)
    has_patients = any(each.patient for each in observations)
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for (patient, lesion), of in studies.items():
        others = [each or "one of whom nothing is said" for each in patients[lesion] if each != patient]
        told = []
        if others:
            told.append(f"Another patient ({', '.join(others)}) has a lesion of this name: the two are not compared.")
        if not patient and has_patients:
            told.append("No patient ID or name says whose it is.")
        elif not patient and len(of) > 1:
            told.append("No patient ID or name says that the studies are of one patient.")
        found[patient, lesion] = tuple(told)
    return found


def response(
    saved: Iterable[Saved], *, nodes: Sequence[str] = (), no_nodes: Sequence[str] = ()
) -> tuple[tuple[Responded, ...], tuple[str, ...]]:
    """Assess saved lesions of one patient by RECIST 1.1; gives the assessments, and what is wrong with the baseline.

    Lesions are those with a role. A lymph node is one that ``nodes`` names, or of which a person says so; else one
    whose site or finding is coded as a node, or whose site, finding or name is called one, in any of the studies.

    Raises
    ------
    UserError
        If there is no lesion with a role, one has no date, a diameter is in pixels, or they are of several patients.
    """
    listed = [each for each in saved if each.role]
    if not listed:
        raise UserError(
            "No measurement says whether it is a target.", hint="Measure with --role target, non-target or new."
        )
    patients = set(patients_of(each.whose for each in listed).values())
    if len(patients) > 1:
        raise UserError(
            f"The lesions are of {len(patients)} patients: a response is that of one.", hint="Take each patient alone."
        )
    by_observation = {id(each.observation): each for each in listed}
    studies = []
    names = _names(each.observation for each in listed)
    are_nodes = nodes_among(listed, names, nodes, no_nodes)
    for when, several in by_date(each.observation for each in listed):
        lesions: dict[str, list[Saved]] = {}
        for each in several:
            lesions.setdefault(each.lesion, []).append(by_observation[id(each)])
        studies.append(
            (when, [_lesion(names[lesion], found, is_node=lesion in are_nodes) for lesion, found in lesions.items()])
        )
    problems = baseline_problems(studies[0][1])
    return tuple(Responded(each) for each in assess(studies)), problems


def responses(saved: Iterable[Saved]) -> Iterator[tuple[str, list[Saved]]]:
    """Part saved lesions by patient, so that each has a `response`; gives words for the patient, where there are more.

    Raises
    ------
    UserError
        If of some it is known whose they are, and of others not.
    """
    listed = told_whose(each for each in saved if each.role)
    found: dict[str, list[Saved]] = {}
    for each in listed:
        found.setdefault(each.observation.patient, []).append(each)
    check_known(found)
    for patient, several in found.items():
        yield patient if len(found) > 1 else "", several


def _names(observations: Iterable[Observation]) -> dict[str, str]:
    """Give the name of each lesion, the first that it had; lesions whose names are alike are told apart.

    Raises
    ------
    UserError
        If one has no name.
    """
    names: dict[str, str] = {}
    for each in observations:
        if not each.lesion:
            hint = "Measure with --lesion, and the same name in each study."
            raise UserError(f"A lesion has a role and no name: {each.source}.", hint=hint)
        names.setdefault(each.lesion, each.name or each.lesion)
    alike = Counter(names.values())
    return {lesion: name if alike[name] == 1 else f"{name} ({lesion})" for lesion, name in names.items()}


def nodes_among(
    saved: Sequence[Saved], names: Mapping[str, str], nodes: Sequence[str], no_nodes: Sequence[str]
) -> set[str]:
    """Give which lesions are lymph nodes; see `response`."""
    named = {name.casefold() for name in names.values()} | {each.observation.name.casefold() for each in saved}
    for each in (*nodes, *no_nodes):
        if each.casefold() not in named:
            raise UserError(
                f"No lesion with a role is called {clean(each)}.", hint=f"There are {', '.join(names.values())}."
            )
    told = {name.casefold(): "yes" for name in nodes} | {name.casefold(): "no" for name in no_nodes}
    found = set()
    for lesion, name in names.items():
        several = [each for each in saved if each.observation.lesion == lesion]
        by_name = next((word for each in several if (word := told.get(each.observation.name.casefold()))), "")
        said = told.get(name.casefold()) or by_name or next((each.node for each in reversed(several) if each.node), "")
        if said == "yes" or (not said and any(_is_called_node(each, name) for each in several)):
            found.add(lesion)
    return found


def _is_called_node(saved: Saved, name: str) -> bool:
    words = (name, saved.observation.name, saved.site, *map(str, saved.codes))
    return any(map(codes_a_node, saved.codes)) or any(map(names_a_node, words))


def _lesion(name: str, found: Sequence[Saved], *, is_node: bool) -> LesionSeen:
    """Give a lesion of one study; of several diameters, as on several slices, the longest counts.

    Of a node that is the short axis, or one diameter that was measured alone; never the long axis.
    """
    first = found[0]
    wanted = _OF_NODES if is_node else _DIAMETERS
    key = next((key for key in wanted if any(each.observation.quantity == key for each in found)), None)
    sizes = [each.observation for each in found if each.observation.quantity == key]
    diameter = max((converted(each.value, each.unit, MM, name) for each in sizes), default=None)
    status = next((each.status for each in found if each.status not in ("", "present")), "present")
    return LesionSeen(name, cast("Role", first.role), diameter, is_node, first.site, cast("Status", status))
