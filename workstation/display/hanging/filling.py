"""Which images go into which pane: the best for each, so that as many panes as can be are filled."""

from collections.abc import Mapping, Sequence

from workstation.display.hanging.attributes import Attribute
from workstation.display.hanging.conditions import Finding, findings, suffice
from workstation.display.hanging.facts import Candidate
from workstation.display.hanging.rules import Pane, Selector
from workstation.quick_dataclass import dataclass

_LAST = {
    "localizer": 1,
    "phase image": 1,
    "calibration": 2,
    "bolus tracking": 2,
    "screen save": 3,
    "dose report": 4,
    "for processing": 5,
}
"""Kinds that come after all others, unless a selector asks for them."""

_LIKENESS = {
    Attribute.VIEW: 8,
    Attribute.LATERALITY: 8,
    Attribute.WEIGHTING: 8,
    Attribute.PLANE: 6,
    Attribute.KIND: 6,
    Attribute.CONTRAST: 4,
    Attribute.PHASE: 4,
    Attribute.KERNEL: 4,
    Attribute.FAT: 2,
}
"""How much agreeing in an attribute counts where a pane shows what corresponds to another."""


@dataclass(frozen=True, slots=True)
class Considered:
    """Images that were considered for a pane, and how its conditions fared."""

    candidate: Candidate
    findings: tuple[Finding, ...]
    fits: bool


@dataclass(frozen=True, slots=True)
class Filled:
    """What a pane got, and all that was considered; ``number`` counts panes from 1."""

    number: int
    pane: Pane
    candidate: Candidate | None
    considered: tuple[Considered, ...]
    reason: str = ""


def fill(
    panes: Sequence[Pane | None], current: Sequence[Candidate], priors: Sequence[Sequence[Candidate]]
) -> tuple[Filled | None, ...]:
    """Choose images for panes.

    Parameters
    ----------
    panes
        In order; None stays empty.
    current
        Images of the study.
    priors
        Images of each earlier study, the latest first.

    Returns
    -------
    tuple of Filled or None
        For each pane. No images are in two panes, but where a selector says that they may be.
    """
    asked = {number: pane for number, pane in enumerate(panes, 1) if pane is not None}
    looked = {
        number: _considered(pane.selector, current, priors) for number, pane in asked.items() if not pane.selector.like
    }
    chosen = _assigned(
        {number: asked[number] for number in looked},
        {number: _ordered(asked[number].selector, considered) for number, considered in looked.items()},
    )
    for number, pane in asked.items():
        if pane.selector.like:
            looked[number] = _considered_like(pane.selector, chosen.get(pane.selector.like), current, priors)
            if free := _free(pane.selector, looked[number], chosen):
                chosen[number] = free[0]
    return tuple(
        None
        if pane is None
        else Filled(number, pane, chosen.get(number), looked[number], _reason(pane, looked[number], number in chosen))
        for number, pane in enumerate(panes, 1)
    )


def _considered(
    selector: Selector, current: Sequence[Candidate], priors: Sequence[Sequence[Candidate]]
) -> tuple[Considered, ...]:
    """Hold the images of the study that a selector means against its conditions."""
    if selector.prior == 0:
        return _held(selector, current)
    held = [_held(selector, each) for each in priors]
    with_images = [each for each in held if any(one.fits for one in each)]
    if selector.prior < 0:
        with_images.reverse()
    place = abs(selector.prior) - 1
    if place < len(with_images):
        return with_images[place]
    return () if with_images or not held else held[0]


def _held(selector: Selector, candidates: Sequence[Candidate]) -> tuple[Considered, ...]:
    considered = []
    for candidate in candidates:
        found = findings(selector.conditions, candidate.facts)
        considered.append(Considered(candidate, found, suffice(found)))
    return tuple(considered)


def _considered_like(
    selector: Selector,
    model: Candidate | None,
    current: Sequence[Candidate],
    priors: Sequence[Sequence[Candidate]],
) -> tuple[Considered, ...]:
    """Hold images against a selector and against those of another pane; the most alike come first."""
    if model is None:
        return ()
    comparable = [tuple(each for each in candidates if is_comparable(each, model)) for candidates in priors]
    own = tuple(each for each in current if is_comparable(each, model))
    considered = _considered(selector, own, [each for each in comparable if each])
    return tuple(sorted(considered, key=lambda each: -likeness(each.candidate, model)))


def is_comparable(one: Candidate, other: Candidate) -> bool:
    """Tell whether images are of the same modality and not known to be of different parts of the body."""
    parts, others = one.values(Attribute.BODY_PART), other.values(Attribute.BODY_PART)
    if one.values(Attribute.MODALITY) != other.values(Attribute.MODALITY):
        return False
    for side in (Attribute.LATERALITY, Attribute.VIEW):
        if one.values(side) and other.values(side) and one.values(side) != other.values(side):
            return False
    return not parts or not others or bool(set(parts) & set(others))


def likeness(one: Candidate, other: Candidate) -> float:
    """Say how well images correspond to others; more is better."""
    score = 0.0
    for attribute, weight in _LIKENESS.items():
        a, b = one.values(attribute), other.values(attribute)
        if a and b:
            score += weight if a == b else -weight
    thickness = [_number(each.values(Attribute.SLICE_THICKNESS)) for each in (one, other)]
    if all(thickness):
        score += 2 * min(thickness) / max(thickness)
    if one.first.series_description and one.first.series_description == other.first.series_description:
        score += 3
    return score


def _number(values: tuple[str, ...]) -> float:
    return float(values[0]) if values else 0.0


def _ordered(selector: Selector, considered: Sequence[Considered]) -> list[Candidate]:
    """Give the images that fit, the best first."""
    asks_for_kind = any(each.attribute is Attribute.KIND and not each.preferred for each in selector.conditions)

    def key(each: Considered) -> tuple[float, ...]:
        preferred = sum(one.holds for one in each.findings if one.condition.preferred)
        kind = (each.candidate.values(Attribute.KIND) or ("",))[0]
        last = 0 if asks_for_kind else _LAST.get(kind, 0)
        place = _place(selector, each.candidate)
        return last, -preferred, -place if selector.is_descending else place

    return [each.candidate for each in sorted((one for one in considered if one.fits), key=key)]


def _place(selector: Selector, candidate: Candidate) -> float:
    first = candidate.first
    match selector.order:
        case "number of images":
            return float(candidate.frames)
        case "slice thickness":
            return first.slice_thickness_mm or 0.0
        case "time":
            digits = "".join(
                character for character in (first.acquisition_time or first.series_time)[:6] if character.isdigit()
            )
            return float(digits or 0)
        case _:
            return float(first.series_number if first.series_number is not None else 10**9)


def _assigned(panes: Mapping[int, Pane], fitting: Mapping[int, list[Candidate]]) -> dict[int, Candidate]:
    """Give panes their images; those that ask for more go first, and one makes way where another would stay empty."""
    chosen = {
        number: fitting[number][0] for number, pane in panes.items() if pane.selector.is_repeated and fitting[number]
    }
    owner: dict[object, int] = {}

    def take(number: int, tried: set[object]) -> bool:
        options = [(_key(each), each) for each in fitting[number] if _key(each) not in tried]
        for key, candidate in options:
            if key not in owner:
                owner[key], chosen[number] = number, candidate
                return True
        for key, candidate in options:
            if key not in tried:
                tried.add(key)
                if take(owner[key], tried):
                    owner[key], chosen[number] = number, candidate
                    return True
        return False

    def demands(number: int) -> tuple[bool, int, int]:
        asked = sum(2 - condition.preferred for condition in panes[number].selector.conditions)
        return not panes[number].is_required, -asked, number

    for number in sorted(panes, key=demands):
        if not panes[number].selector.is_repeated:
            take(number, set())
    return chosen


def _free(selector: Selector, considered: Sequence[Considered], chosen: Mapping[int, Candidate]) -> list[Candidate]:
    taken = set() if selector.is_repeated else {_key(each) for each in chosen.values()}
    return [each.candidate for each in considered if each.fits and _key(each.candidate) not in taken]


def _key(candidate: Candidate) -> object:
    return candidate.study.study_instance_uid, candidate.key


def _reason(pane: Pane, considered: Sequence[Considered], is_filled: bool) -> str:
    """Say why a pane stays empty."""
    if is_filled:
        return ""
    if not considered:
        if pane.selector.like:
            return f"nothing corresponds to pane {pane.selector.like}"
        return "there is no such earlier study" if pane.selector.prior else "the study has no images"
    return "all that fits is in other panes" if any(each.fits for each in considered) else "no images fit"
