"""Which rule hangs a study, what it comes to, and why: every rule, every condition, what was found."""

from collections.abc import Sequence
from dataclasses import replace

from workstation.display.hanging.conditions import Finding, findings, suffice
from workstation.display.hanging.facts import Candidate, candidates_of, study_facts
from workstation.display.hanging.filling import Filled, fill, is_comparable
from workstation.display.hanging.hung import HungLayout, HungPane, HungScreen
from workstation.display.hanging.orientation import is_turned_over, letters_of
from workstation.display.hanging.rules import Rule, ranked
from workstation.display.hanging.technique import Techniques
from workstation.model.index.records import Study
from workstation.model.text import datetime_of
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Tried:
    """How a rule fared: its conditions, its panes, and in a sentence why it holds or not."""

    rule: Rule
    findings: tuple[Finding, ...]
    panes: tuple[Filled | None, ...]
    holds: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The rule that hangs a study and what that comes to; ``rule`` is None and ``screens`` empty where none holds.

    ``tried`` has every rule in the order of ranks, those after the chosen one too.
    """

    rule: Rule | None
    screens: tuple[HungScreen, ...]
    tried: tuple[Tried, ...]

    @property
    def layout(self) -> HungLayout | None:
        """The layout of the first monitor."""
        return self.screens[0].layout if self.screens else None


class Subject:
    """A study that is to be hung, with its earlier studies: what is known of them is looked up once for all rules.

    Parameters
    ----------
    study
        The study.
    others
        Other studies of the patient; those that are earlier count as priors, the latest first.
    monitors
        How many monitors there are.
    techniques
        Reads headers, and remembers them beyond this subject.
    """

    def __init__(
        self, study: Study, others: Sequence[Study] = (), *, monitors: int = 1, techniques: Techniques | None = None
    ) -> None:
        self.study = study
        self.priors = priors_of(study, others)
        self.monitors = monitors
        techniques = techniques or Techniques()
        self.candidates = candidates_of(study, techniques)
        self.prior_candidates = tuple(candidates_of(prior, techniques) for prior in self.priors)
        comparable = sum(self._is_comparable(prior) for prior in self.prior_candidates)
        self.facts = study_facts(study, self.candidates, monitors=monitors, priors=comparable)

    def _is_comparable(self, prior: Sequence[Candidate]) -> bool:
        return any(is_comparable(one, other) for one in self.candidates for other in prior)


def priors_of(study: Study, others: Sequence[Study]) -> tuple[Study, ...]:
    """Give the studies that were made before one, the latest first; those without a date are no priors."""
    when = datetime_of(study.first.study_date, study.first.study_time)
    dated = [
        (moment, other)
        for other in others
        if other.study_instance_uid != study.study_instance_uid
        and (moment := datetime_of(other.first.study_date, other.first.study_time)) is not None
        and (when is None or moment < when)
    ]
    dated.sort(key=lambda pair: pair[0], reverse=True)
    return tuple(other for _moment, other in dated)


def hang(
    study: Study,
    priors: Sequence[Study] = (),
    *,
    monitors: int = 1,
    rules: Sequence[Rule],
    techniques: Techniques | None = None,
) -> Choice:
    """Choose the rule that hangs a study, and fill its panes.

    Parameters
    ----------
    study
        The study, with its stacks.
    priors
        Other studies of the patient.
    monitors
        How many there are; a rule for more is not chosen.
    rules
        In any order; the lowest rank goes first, then what asks for more.
    techniques
        Reads headers; given again for other studies, it need not read them twice.
    """
    return hang_subject(Subject(study, priors, monitors=monitors, techniques=techniques), rules)


def hang_subject(subject: Subject, rules: Sequence[Rule]) -> Choice:
    """Choose the rule for a subject whose facts are known; see `hang`."""
    return choice_of([try_rule(rule, subject) for rule in ranked(tuple(rules))])


def choice_of(tried: Sequence[Tried]) -> Choice:
    """Give what rules come to that were tried, in their order."""
    chosen = next((each for each in tried if each.holds), None)
    if chosen is None:
        return Choice(None, (), tuple(tried))
    return Choice(chosen.rule, hung(chosen), tuple(tried))


def try_rule(rule: Rule, subject: Subject) -> Tried:
    """Hold a rule against a subject."""
    found = findings(rule.conditions, subject.facts)
    panes = fill(rule.panes, subject.candidates, subject.prior_candidates)
    reason = _why_not(rule, found, panes, subject)
    return Tried(rule, found, panes, not reason, reason or "all its conditions hold")


def _why_not(rule: Rule, found: Sequence[Finding], panes: Sequence[Filled | None], subject: Subject) -> str:
    if not rule.is_enabled:
        return "it is turned off"
    if len(rule.screens) > subject.monitors:
        return f"it is for {len(rule.screens)} monitors, and there are {subject.monitors}"
    if not suffice(found):
        failed = [each.text() for each in found if not each.holds and not each.condition.preferred]
        return "; ".join(failed)
    for each in panes:
        if each is not None and each.pane.is_required and each.candidate is None:
            name = f" ({each.pane.label})" if each.pane.label else ""
            return f"pane {each.number}{name} is required: {each.reason}"
    if all(each is None or each.candidate is None for each in panes):
        return "no pane would have images"
    return ""


def hung(tried: Tried) -> tuple[HungScreen, ...]:
    """Give what a rule comes to, screen by screen."""
    screens, first = [], 0
    for monitor, screen in enumerate(tried.rule.screens):
        filled = tried.panes[first : first + len(screen.panes)]
        first += len(screen.panes)
        panes = tuple(hung_pane(each) for each in filled)
        layout = HungLayout(screen.rows, screen.columns, panes)
        goes = [tried.rule.adapts or (each is not None and each.pane.selector.prior != 0) for each in filled]
        screens.append(HungScreen(monitor, _adapted(layout, goes)))
    return tuple(screens) if _has_prior(tried) else _filled_up(screens, tried)


def _has_prior(tried: Tried) -> bool:
    """Tell whether a pane for an earlier study has one, or there is no such pane."""
    asked = [each for each in tried.panes if each is not None and each.pane.selector.prior != 0]
    return not asked or any(each.candidate is not None for each in asked)


def _filled_up(screens: Sequence[HungScreen], tried: Tried) -> tuple[HungScreen, ...]:
    """Put the rest of the study into the panes of an earlier study that there is not, as far as any is left."""
    rest = iter(_not_hung(tried))
    made = []
    for screen in screens:
        panes = tuple(pane if pane is not None else next(rest, None) for pane in screen.layout.panes)
        if any(panes) or screen.monitor == 0:
            made.append(replace(screen, layout=replace(screen.layout, panes=panes)))
    return tuple(made)


def _not_hung(tried: Tried) -> list[HungPane]:
    """Give the stacks of the study that a rule shows in no pane, in the order of the study."""
    filled = [each for each in tried.panes if each is not None]
    hung_already = {each.candidate.key[:2] for each in filled if each.candidate is not None}
    own = next((each.considered for each in filled if not each.pane.selector.prior and each.considered), ())
    left = (each.candidate for each in own if each.candidate.image is None)
    return [
        HungPane(each.series.series_instance_uid, each.stack, study_instance_uid=each.study.study_instance_uid)
        for each in left
        if each.key[:2] not in hung_already
    ]


def hung_pane(filled: Filled | None) -> HungPane | None:
    """Give what a filled pane comes to; None where it is empty."""
    if filled is None or filled.candidate is None:
        return None
    candidate, settings = filled.candidate, filled.pane.settings
    initial = {"first": 0, "middle": (candidate.frames - 1) // 2, "last": candidate.frames - 1}[settings.initial_image]
    has, wanted = directions_of(candidate), settings.patient_orientation
    return HungPane(
        candidate.series.series_instance_uid,
        candidate.stack,
        settings,
        initial if candidate.image is None else candidate.image,
        len(has) > 0 and is_turned_over(has[0], wanted[0]),
        len(has) > 1 and is_turned_over(has[1], wanted[1]),
        filled.pane.label,
        candidate.study.study_instance_uid,
    )


def directions_of(candidate: Candidate) -> tuple[str, ...]:
    """Give the directions of rows and columns as letters; empty where the header says nothing."""
    orientation = candidate.first.image_orientation or candidate.technique.image_orientation
    return letters_of(orientation) if orientation is not None else candidate.technique.patient_orientation


def _adapted(layout: HungLayout, goes: Sequence[bool]) -> HungLayout:
    """Leave out rows and columns in which nothing is; ``goes`` says of each pane whether its place may go with it."""

    def stays(numbers: Sequence[int]) -> bool:
        return any(layout.panes[at] is not None or not goes[at] for at in numbers)

    across = range(layout.columns)
    rows = [row for row in range(layout.rows) if stays([row * layout.columns + column for column in across])]
    columns = [column for column in across if stays([row * layout.columns + column for row in rows])]
    if not rows:
        return HungLayout(1, 1, (None,))
    panes = tuple(layout.panes[row * layout.columns + column] for row in rows for column in columns)
    return HungLayout(len(rows), len(columns), panes)
