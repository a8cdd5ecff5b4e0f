"""What is known of the images of a study: facts, each with where it was read."""

from collections.abc import Mapping, Sequence
from dataclasses import field

from workstation.display.hanging import deducing
from workstation.display.hanging.attributes import Attribute
from workstation.display.hanging.concepts import named_in
from workstation.display.hanging.deducing import Fact, Seen
from workstation.display.hanging.technique import Technique, Techniques
from workstation.model.index.records import Instance, Series, Stack, Study
from workstation.quick_dataclass import dataclass

Facts = Mapping[Attribute, Fact]

PROJECTIONS = frozenset(("MG", "CR", "DX", "RG", "PX", "IO", "XC", "OP"))
"""Modalities of which each image is hung by itself; other stacks are hung as a whole."""

MOST_SINGLE_IMAGES = 64
"""A stack of more projections than this is hung as a whole: the header of each would have to be read."""

NOT_HUNG = frozenset(("SEG", "REG", "FID", "RWV", "PR", "KO", "SR", "RTSTRUCT", "RTPLAN", "PLAN", "DOC"))
"""Modalities of what is drawn over images or read beside them."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Images that may be hung in one pane: a stack, or one image of it.

    ``image`` is the frame of the stack, from 0; None where the whole stack is meant. ``modality`` is upper case.
    """

    study: Study
    series: Series
    stack: int
    image: int | None
    facts: Facts = field(repr=False)
    technique: Technique = field(repr=False)

    @property
    def key(self) -> tuple[str, int, int | None]:
        """What tells it from others of its study."""
        return self.series.series_instance_uid, self.stack, self.image

    @property
    def frames(self) -> int:
        """How many frames its stack has."""
        return len(self.series.stacks[self.stack].frames)

    @property
    def first(self) -> Instance:
        """The instance that speaks for it."""
        return self.series.stacks[self.stack].frames[self.image or 0].instance

    def values(self, attribute: Attribute) -> tuple[str, ...]:
        """Give what is known of an attribute; empty for nothing."""
        fact = self.facts.get(attribute)
        return fact.values if fact else ()

    def name(self) -> str:
        """Give it as people call it: number and description of the series, and which stack or image."""
        number = "" if self.first.series_number is None else f"{self.first.series_number} "
        title = self.first.series_description or self.first.protocol_name or self.first.modality or "series"
        label = self.series.stacks[self.stack].label
        part = f", image {self.image + 1}" if self.image is not None and self.frames > 1 else ""
        return f"{number}{title}{f' ({label})' if label and not part else ''}{part}"


def candidates_of(study: Study, techniques: Techniques) -> tuple[Candidate, ...]:
    """Give everything of a study that can be hung, in the order of its series and stacks."""
    found: list[Candidate] = []
    for series in study.series:
        if series.first.modality in NOT_HUNG:
            continue
        for number, stack in enumerate(series.stacks):
            found += _of_stack(study, series, number, stack, techniques)
    return tuple(found)


def _of_stack(study: Study, series: Series, number: int, stack: Stack, techniques: Techniques) -> list[Candidate]:
    is_single = (
        series.first.modality in PROJECTIONS
        and stack.whole_image is None
        and not stack.is_volume
        and len(stack.frames) <= MOST_SINGLE_IMAGES
    )
    images: Sequence[int | None] = range(len(stack.frames)) if is_single else (None,)
    found = []
    for image in images:
        instance = stack.frames[image or 0].instance
        # One header speaks for a series, but not for stacks of single projections and of different enhanced images.
        speaks = instance if is_single or stack.whole_image is not None else series.stacks[0].frames[0].instance
        technique = techniques.of(speaks)
        seen = Seen(instance, technique, 1 if image is not None else len(stack.frames))
        found.append(Candidate(study, series, number, image, deducing.facts_of(seen), technique))
    return found


def study_facts(study: Study, candidates: Sequence[Candidate], *, monitors: int, priors: int) -> dict[Attribute, Fact]:
    """Give what is known of a study: what is known of any of its images, and its counts.

    Parameters
    ----------
    study
        The study that is to be hung.
    candidates
        Its images, by `candidates_of`.
    monitors
        How many there are to hang it on.
    priors
        How many earlier studies have comparable images.
    """
    facts: dict[Attribute, Fact] = {}
    for attribute in Attribute:
        known = [fact for each in candidates if (fact := each.facts.get(attribute))]
        if known:
            values = tuple(dict.fromkeys(value for fact in known for value in fact.values))
            sources = tuple(dict.fromkeys(fact.source for fact in known if fact.source))
            facts[attribute] = Fact(values, "; ".join(sources[:3]) + (" …" if len(sources) > 3 else ""))
    parts = named_in("body part", study.first.study_description)
    if parts:
        known_parts = facts.get(Attribute.BODY_PART, Fact(()))
        source = f"{known_parts.source}; Study Description" if known_parts.source else "Study Description"
        facts[Attribute.BODY_PART] = Fact(tuple(dict.fromkeys((*known_parts.values, *parts))), source)
    if study.first.study_description:
        facts[Attribute.STUDY_DESCRIPTION] = Fact((study.first.study_description,), "Study Description")
    series = sum(1 for each in study.series if each.stacks)
    for attribute, count in ((Attribute.SERIES, series), (Attribute.MONITORS, monitors), (Attribute.PRIORS, priors)):
        facts[attribute] = Fact((str(count),), "counted")
    return facts
