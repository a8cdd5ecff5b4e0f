"""From an arrangement of panes to a rule that hangs other studies like it, those of other vendors too.

What images mean (weighting, plane, view …) goes before what they are called: concepts become conditions, and words of
the descriptions only preferences where nothing else tells two series apart.
"""

from collections.abc import Sequence

from workstation.display.hanging.attributes import Attribute, Operator
from workstation.display.hanging.concepts import plain
from workstation.display.hanging.conditions import finding
from workstation.display.hanging.document import new_id
from workstation.display.hanging.facts import Candidate
from workstation.display.hanging.filling import is_comparable, likeness
from workstation.display.hanging.hung import HungPane, HungScreen
from workstation.display.hanging.matching import Subject
from workstation.display.hanging.rules import Condition, Pane, Rule, Screen, Selector

_IDENTITY = (Attribute.VIEW, Attribute.LATERALITY, Attribute.WEIGHTING, Attribute.PLANE)
"""Always asked for where it is known: other images would not be the same."""
_TELLING = (Attribute.PHASE, Attribute.CONTRAST, Attribute.KERNEL, Attribute.FAT)
"""Asked for where it tells the images from others of the study, and otherwise preferred."""
_MOST_PARTS = 3
_MOST_WORDS = 4


def learn(subject: Subject, screens: Sequence[HungScreen], *, name: str) -> Rule:
    """Make a rule of an arrangement.

    Parameters
    ----------
    subject
        The study with its earlier studies.
    screens
        What is shown where, on each monitor.
    name
        What the rule is to be called.

    Returns
    -------
    Rule
        Of the rank of a user's rule; hung on the study itself it gives the arrangement again, as far as the images
        can be told apart at all.
    """
    hung = [pane for screen in screens for pane in screen.layout.panes]
    shown = [None if pane is None else candidate_of(subject, pane) for pane in hung]
    panes: list[Pane | None] = []
    for number, (pane, candidate) in enumerate(zip(hung, shown, strict=True), 1):
        panes.append(_pane(subject, shown, number, pane, candidate))
    made, first = [], 0
    for screen in screens:
        count = screen.layout.rows * screen.layout.columns
        made.append(Screen(screen.layout.rows, screen.layout.columns, tuple(panes[first : first + count])))
        first += count
    conditions = _study_conditions(subject, [each for each in shown if each is not None])
    return Rule(new_id(), name, _description(subject), conditions=conditions, screens=tuple(made))


def candidate_of(subject: Subject, pane: HungPane) -> Candidate | None:
    """Find the images that a pane shows."""
    for candidates in (subject.candidates, *subject.prior_candidates):
        of_stack = [each for each in candidates if each.key[:2] == (pane.series_instance_uid, pane.stack)]
        if of_stack:
            return next((each for each in of_stack if each.image in (None, pane.image)), of_stack[0])
    return None


def _pane(
    subject: Subject, shown: Sequence[Candidate | None], number: int, pane: HungPane | None, candidate: Candidate | None
) -> Pane | None:
    if pane is None or candidate is None:
        return None
    prior = _prior_of(subject, candidate)
    earlier = shown[: number - 1]
    is_repeated = any(each is not None and each.key == candidate.key for each in earlier)
    if prior:
        models = [
            (likeness(candidate, each), -index)
            for index, each in enumerate(shown, 1)
            if each is not None and not _prior_of(subject, each) and is_comparable(each, candidate)
        ]
        if models:
            selector = Selector(prior=prior, like=-max(models)[1], is_repeated=is_repeated)
            return Pane(selector, pane.settings, pane.label)
    others = subject.prior_candidates[prior - 1] if prior else subject.candidates
    return Pane(Selector(conditions_for(candidate, others), prior, is_repeated=is_repeated), pane.settings, pane.label)


def _prior_of(subject: Subject, candidate: Candidate) -> int:
    """Give which earlier study images are from, 1 for the latest; 0 for the study itself."""
    uid = candidate.study.study_instance_uid
    uids = [each.study_instance_uid for each in subject.priors]
    return uids.index(uid) + 1 if uid in uids else 0


def conditions_for(candidate: Candidate, candidates: Sequence[Candidate]) -> tuple[Condition, ...]:
    """Give conditions that choose images among all of their study, and their like in other studies."""
    running = [each for each in candidates if each.key != candidate.key]
    made: list[Condition] = []

    def ask(condition: Condition) -> None:
        nonlocal running
        made.append(condition)
        running = [each for each in running if finding(condition, each.facts).holds]

    if modality := candidate.values(Attribute.MODALITY):
        ask(Condition(Attribute.MODALITY, values=modality))
    kind = candidate.values(Attribute.KIND)
    if kind:
        ask(Condition(Attribute.KIND, values=kind, preferred=kind[0] in ("image", "mpr")))
    for attribute in (*_IDENTITY, *_TELLING):
        values = candidate.values(attribute)
        if values and values != ("oblique",):
            tells = any(each.values(attribute) and each.values(attribute) != values for each in running)
            ask(Condition(attribute, values=values, preferred=attribute not in _IDENTITY and not tells))
    if running:
        made += _fine(candidate, running)
    return tuple(made)


def _fine(candidate: Candidate, running: Sequence[Candidate]) -> list[Condition]:
    """Give preferences that tell images from others of the same concepts: thickness, then words."""
    made = []
    for attribute in (Attribute.SLICE_THICKNESS, Attribute.IMAGES):
        own = _number(candidate, attribute)
        others = [value for each in running if (value := _number(each, attribute)) is not None]
        if own is None or not others or any(value == own for value in others):
            continue
        for operator, nearest in ((Operator.AT_MOST, min(others)), (Operator.AT_LEAST, max(others))):
            is_outermost = own < nearest if operator is Operator.AT_MOST else own > nearest
            if is_outermost:
                made.append(Condition(attribute, operator, (f"{(own + nearest) / 2:g}",), preferred=True))
    others_words = {word for each in running for word in plain(each.first.series_description).split()}
    own_words = [word for word in plain(candidate.first.series_description).split() if word not in others_words]
    if own_words:
        words = " ".join(own_words[:_MOST_WORDS])
        made.append(Condition(Attribute.SERIES_DESCRIPTION, Operator.HAS_WORDS, (words,), preferred=True))
    return made


def _number(candidate: Candidate, attribute: Attribute) -> float | None:
    values = candidate.values(attribute)
    return float(values[0]) if values else None


def _study_conditions(subject: Subject, shown: Sequence[Candidate]) -> tuple[Condition, ...]:
    own = [each for each in shown if not _prior_of(subject, each)]
    modalities = dict.fromkeys(value for each in own for value in each.values(Attribute.MODALITY))
    parts = dict.fromkeys(value for each in own for value in each.values(Attribute.BODY_PART))
    made = [Condition(Attribute.MODALITY, values=(modality,)) for modality in modalities]
    made += [Condition(Attribute.BODY_PART, values=(part,)) for part in list(parts)[:_MOST_PARTS]]
    description = plain(subject.study.first.study_description)
    if not parts and description:
        made.append(Condition(Attribute.STUDY_DESCRIPTION, Operator.HAS_WORDS, (description,)))
    if len(own) < len(shown):
        made.append(Condition(Attribute.PRIORS, Operator.AT_LEAST, ("1",)))
    return tuple(made)


def _description(subject: Subject) -> str:
    from workstation.model.text import clean

    described = clean(subject.study.first.study_description)
    return f"Learnt from a study “{described}”." if described else "Learnt from a study."
