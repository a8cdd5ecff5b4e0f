"""What ``hang`` prints: the rule that hangs a study, its panes, and each condition with what was found."""

from collections.abc import Sequence

from workstation.display.hanging.conditions import Finding
from workstation.display.hanging.facts import Candidate
from workstation.display.hanging.filling import Filled
from workstation.display.hanging.matching import Choice, Subject, Tried
from workstation.display.hanging.rules import Rule
from workstation.display.hanging.store import Kept
from workstation.model.text import clean, date_of
from workstation.operations.operation import one_line
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """A condition and how it fared."""

    condition: str
    holds: bool
    is_preferred: bool
    found: tuple[str, ...]
    source: str

    def line(self) -> str:
        """Give it as a line."""
        mark = "yes" if self.holds else "no "
        found = f"found {', '.join(self.found)}" if self.found else "nothing is known of it"
        source = f" ({self.source})" if self.source else ""
        return one_line(f"{mark} {'preferred: ' if self.is_preferred else ''}{self.condition}: {found}{source}")


@dataclass(frozen=True, slots=True)
class PaneLine:
    """A pane and what it shows; rows, columns, images and stacks are counted from 1, monitors too."""

    pane: int
    monitor: int
    row: int
    column: int
    label: str
    shows: str
    study_instance_uid: str
    series_instance_uid: str
    stack: int
    image: int
    reason: str
    conditions: tuple[ConditionLine, ...]

    def lines(self) -> list[str]:
        """Give it as lines."""
        place = f"row {self.row}, column {self.column}" + (f", monitor {self.monitor}" if self.monitor > 1 else "")
        name = f" {self.label}" if self.label else ""
        first = one_line(f"    {place}{name}: {self.shows or f'empty: {self.reason}'}")
        return [first, *(f"        {each.line()}" for each in self.conditions)]


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule and how it fared."""

    id: str
    name: str
    rank: int
    holds: bool
    is_chosen: bool
    reason: str
    conditions: tuple[ConditionLine, ...]
    panes: tuple[PaneLine, ...]

    def lines(self) -> list[str]:
        """Give it as lines."""
        verdict = "hangs it" if self.is_chosen else "would hang it too" if self.holds else "does not"
        lines = [one_line(f"  {self.name} [{self.id}], rank {self.rank}: {verdict}, {self.reason}")]
        lines += [f"    {each.line()}" for each in self.conditions]
        if self.is_chosen:
            lines += [line for pane in self.panes for line in pane.lines()]
        return lines


@dataclass(frozen=True, slots=True)
class StudyExplained:
    """Which rule hangs a study, and why; ``grids`` are rows and columns on each monitor, what stays empty left out."""

    study_instance_uid: str
    study: str
    priors: int
    rule: str
    grids: tuple[str, ...]
    rules: tuple[RuleLine, ...]

    def text(self) -> str:
        """Give it as lines, the chosen rule first."""
        chosen = [each for each in self.rules if each.is_chosen]
        others = [each for each in self.rules if not each.is_chosen]
        panes = f", {' + '.join(self.grids)}" if self.grids else ""
        head = one_line(f"{self.study}: {chosen[0].name if chosen else 'no rule hangs it'}{panes}")
        return "\n".join([head, *(line for each in (*chosen, *others) for line in each.lines())])


def explained(subject: Subject, choice: Choice) -> StudyExplained:
    """Put a choice into words."""
    first = subject.study.first
    day = date_of(first.study_date)
    title = clean(first.study_description) or f"{first.modality or 'Study'} without a description"
    rules = tuple(_rule_line(each, is_chosen=each.rule is choice.rule) for each in choice.tried)
    name = f"{title}, {day.isoformat()}" if day else title
    chosen = choice.rule.id if choice.rule else ""
    grids = tuple(f"{each.layout.rows} x {each.layout.columns}" for each in choice.screens)
    return StudyExplained(subject.study.study_instance_uid, name, len(subject.priors), chosen, grids, rules)


def _rule_line(tried: Tried, *, is_chosen: bool) -> RuleLine:
    panes = pane_lines(tried)
    conditions = condition_lines(tried.findings)
    rule = tried.rule
    return RuleLine(rule.id, rule.name, rule.rank, tried.holds, is_chosen, tried.reason, conditions, panes)


def condition_lines(findings: Sequence[Finding]) -> tuple[ConditionLine, ...]:
    """Put findings into words."""
    return tuple(
        ConditionLine(
            each.condition.text(),
            each.holds,
            each.condition.preferred,
            tuple(clean(value) for value in each.found),
            clean(each.source),
        )
        for each in findings
    )


def pane_lines(tried: Tried) -> tuple[PaneLine, ...]:
    """Put the panes of a rule into words, those that are meant to stay empty left out."""
    lines, first = [], 0
    for monitor, screen in enumerate(tried.rule.screens, 1):
        for place, filled in enumerate(tried.panes[first : first + len(screen.panes)]):
            if filled is not None:
                row, column = divmod(place, screen.columns)
                lines.append(_pane_line(filled, monitor, row + 1, column + 1))
        first += len(screen.panes)
    return tuple(lines)


def _pane_line(filled: Filled, monitor: int, row: int, column: int) -> PaneLine:
    candidate = filled.candidate
    found = next((each.findings for each in filled.considered if each.candidate is candidate), ())
    return PaneLine(
        filled.number,
        monitor,
        row,
        column,
        filled.pane.label,
        shown(filled) if candidate else "",
        candidate.study.study_instance_uid if candidate else "",
        candidate.series.series_instance_uid if candidate else "",
        candidate.stack + 1 if candidate else 0,
        (candidate.image or 0) + 1 if candidate else 0,
        filled.reason,
        condition_lines(found),
    )


def shown(filled: Filled) -> str:
    """Name what a pane shows, with the date where it is from an earlier study."""
    candidate = filled.candidate
    if candidate is None:
        return ""
    name = clean(candidate.name())
    return f"{name}, of {_day(candidate)}" if filled.pane.selector.prior else name


def _day(candidate: Candidate) -> str:
    day = date_of(candidate.first.study_date)
    return day.isoformat() if day else "an unknown day"


@dataclass(frozen=True, slots=True)
class RuleListed:
    """A rule as ``hang list`` shows it."""

    id: str
    name: str
    description: str
    rank: int
    origin: str
    is_enabled: bool
    screens: tuple[str, ...]
    conditions: tuple[str, ...]

    def text(self) -> str:
        """Give it as a line."""
        off = ", off" if not self.is_enabled else ""
        grids = " + ".join(self.screens)
        return one_line(f"{self.rank:4} {self.id:24} {self.name} ({grids}; {self.origin}{off})")


def listed(rule: Rule, kept: Kept) -> RuleListed:
    """Put a rule into a line."""
    origin = "changed" if rule.id in kept.changed else "shipped" if rule.id in kept.shipped else "yours"
    grids = tuple(f"{screen.rows} x {screen.columns}" for screen in rule.screens)
    conditions = tuple(each.text() for each in rule.conditions)
    return RuleListed(rule.id, rule.name, rule.description, rule.rank, origin, rule.is_enabled, grids, conditions)


@dataclass(frozen=True, slots=True)
class RulesWritten:
    """A file that was written, and what could not be said in it."""

    output: str
    rules: tuple[str, ...]
    notes: tuple[str, ...]

    def text(self) -> str:
        """Give it as lines."""
        return "\n".join([f"{self.output}: {', '.join(self.rules)}", *(one_line(f"  {note}") for note in self.notes)])


@dataclass(frozen=True, slots=True)
class RuleImported:
    """A rule that was taken over, and what of its file was left out."""

    id: str
    name: str
    is_new: bool
    notes: tuple[str, ...]

    def text(self) -> str:
        """Give it as lines."""
        done = "added" if self.is_new else "replaced"
        return "\n".join(
            [one_line(f"{self.name} [{self.id}]: {done}"), *(one_line(f"  {each}") for each in self.notes)]
        )
