"""What the editor of hanging protocols shows, as values: made of rules and the open study, drawn by the view."""

from typing import Literal

from workstation.display.hanging.conditions import Finding, findings
from workstation.display.hanging.explaining import shown
from workstation.display.hanging.filling import Filled
from workstation.display.hanging.hung import HungPane
from workstation.display.hanging.matching import Choice, Subject, Tried, hung_pane
from workstation.display.hanging.rules import Condition, Pane, Rule
from workstation.model.index.records import FrameRef
from workstation.model.text import clean, date_of
from workstation.quick_dataclass import dataclass

Verdict = Literal["hangs", "would", "not", "off", "unknown"]
WORDS: dict[Verdict, str] = {
    "hangs": "hangs the open study",
    "would": "would hang it too",
    "not": "does not hang it",
    "off": "turned off",
    "unknown": "",
}


@dataclass(frozen=True, slots=True)
class RuleItem:
    """A rule in the list."""

    id: str
    name: str
    origin: str
    is_enabled: bool
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """A condition in the form; ``holds`` is None where no study is open."""

    condition: Condition
    holds: bool | None
    found: str


@dataclass(frozen=True, slots=True)
class PaneBox:
    """A place in the preview; ``number`` counts panes over all screens from 1, ``frame`` is the picture to draw, and
    ``hung`` how."""

    number: int
    screen: int
    row: int
    column: int
    is_pane: bool
    label: str
    shows: str
    reason: str
    frame: FrameRef | None
    hung: HungPane | None


@dataclass(frozen=True, slots=True)
class RuleShown:
    """The chosen rule as the form shows it; ``grids`` are rows and columns of each screen."""

    rule: Rule
    verdict: Verdict
    reason: str
    conditions: tuple[ConditionRow, ...]
    grids: tuple[tuple[int, int], ...]
    boxes: tuple[PaneBox, ...]
    pane_number: int
    pane: Pane | None
    pane_conditions: tuple[ConditionRow, ...]
    study: str
    can_reset: bool
    can_delete: bool


def items_of(rules: tuple[Rule, ...], choice: Choice | None, origins: dict[str, str]) -> tuple[RuleItem, ...]:
    """Give the list of rules, in the order in which they are tried."""
    tried = {each.rule.id: each for each in choice.tried} if choice else {}
    chosen = choice.rule.id if choice and choice.rule else ""
    return tuple(
        RuleItem(
            rule.id,
            rule.name,
            origins.get(rule.id, "yours"),
            rule.is_enabled,
            verdict_of(rule, tried.get(rule.id), chosen),
            clean(tried[rule.id].reason) if rule.id in tried else "",
        )
        for rule in rules
    )


def verdict_of(rule: Rule, tried: Tried | None, chosen: str) -> Verdict:
    """Say in a word how a rule fared."""
    if not rule.is_enabled:
        return "off"
    if tried is None:
        return "unknown"
    if not tried.holds:
        return "not"
    return "hangs" if rule.id == chosen else "would"


def rule_shown(
    rule: Rule, pane_number: int, tried: Tried | None, item: RuleItem, *, is_shipped: bool, is_changed: bool, study: str
) -> RuleShown:
    """Give the form and the preview of a rule; ``tried`` is how it fares on the open study, which has a title."""
    filled: tuple[Filled | None, ...] = tried.panes if tried else (None,) * len(rule.panes)
    pane = rule.panes[pane_number - 1]
    return RuleShown(
        rule,
        item.verdict,
        clean(tried.reason) if tried else "",
        _rows(rule.conditions, tried.findings if tried else None),
        tuple((screen.rows, screen.columns) for screen in rule.screens),
        _boxes(rule, filled),
        pane_number,
        pane,
        _pane_rows(pane, filled[pane_number - 1]),
        study,
        is_changed,
        not is_shipped,
    )


def _rows(conditions: tuple[Condition, ...], found: tuple[Finding, ...] | None) -> tuple[ConditionRow, ...]:
    if found is None:
        return tuple(ConditionRow(each, None, "") for each in conditions)
    return tuple(ConditionRow(each.condition, each.holds, _found(each)) for each in found)


def _found(finding: Finding) -> str:
    if not finding.found:
        return "Nothing is known of it."
    source = f" ({clean(finding.source)})" if finding.source else ""
    return f"Found {', '.join(clean(value) for value in finding.found[:8])}{source}"


def _pane_rows(pane: Pane | None, filled: Filled | None) -> tuple[ConditionRow, ...]:
    """Hold a pane's conditions against the images it shows; where it is empty, against those that come nearest."""
    if pane is None:
        return ()
    conditions = pane.selector.conditions
    if filled is None or not filled.considered:
        return _rows(conditions, None)
    if filled.candidate is not None:
        return _rows(conditions, findings(conditions, filled.candidate.facts))
    nearest = max(filled.considered, key=lambda each: sum(one.holds for one in each.findings))
    name = clean(nearest.candidate.name())
    return tuple(
        ConditionRow(each.condition, each.holds, f"{_found(each)}; in {name}, which comes nearest")
        for each in nearest.findings
    )


def _boxes(rule: Rule, filled: tuple[Filled | None, ...]) -> tuple[PaneBox, ...]:
    boxes = []
    number = 0
    for place, screen in enumerate(rule.screens):
        for index, pane in enumerate(screen.panes):
            row, column = divmod(index, screen.columns)
            got = filled[number]
            number += 1
            candidate = got.candidate if got else None
            frame = None
            if candidate is not None:
                frames = candidate.series.stacks[candidate.stack].frames
                frame = frames[len(frames) // 2 if candidate.image is None else candidate.image]
            label = pane.label if pane else ""
            names = (shown(got), clean(got.reason)) if got else ("", "")
            boxes.append(PaneBox(number, place, row, column, pane is not None, label, *names, frame, hung_pane(got)))
    return tuple(boxes)


def title_of(subject: Subject | None) -> str:
    """Name a study; empty for none."""
    if subject is None:
        return ""
    first = subject.study.first
    day = date_of(first.study_date)
    title = clean(first.study_description) or f"{first.modality or 'Study'} without a description"
    return f"{title}, {day.isoformat()}" if day else title
