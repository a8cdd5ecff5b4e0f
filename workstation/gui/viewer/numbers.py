"""The numbers of the annotations that are seen: measured when something changes, and kept as long as nothing does."""

import weakref
from collections.abc import Callable, Sequence
from dataclasses import replace

from workstation.errors import UserError
from workstation.measure.calibration import SpacingFacts, calibration_at
from workstation.measure.measuring import measured
from workstation.measure.scale import Scale
from workstation.measure.setting import ImageFacts, Setting
from workstation.model.annotation import Annotation
from workstation.model.annotation_kinds import TRAITS
from workstation.model.frame import Frame
from workstation.model.measurement import Measurement
from workstation.model.units import LENGTHS
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True)
class Context:
    """What numbers depend on beside annotation and frame.

    ``lines`` are calibration lines of the frame, ``facts`` the file and the modality, ``scale`` makes SUV of values.
    """

    lines: tuple[Annotation, ...] = ()
    facts: ImageFacts | None = None
    scale: Scale | None = None


_PLAIN = Context()


@dataclass(frozen=True)
class _Kept:
    annotation: Annotation
    frame: "weakref.ref[Frame]"
    context: object
    found: Measurement


class Numbers:
    """Measures what is asked for, once.

    Parameters
    ----------
    spacing_facts
        Gives what is known of the spacing of an image beyond its frame, by SOP instance and frame; None while it is
        being read.
    setting
        How to measure.
    """

    def __init__(
        self, spacing_facts: Callable[[str, int], SpacingFacts | None], setting: Callable[[], Setting] = Setting
    ) -> None:
        self._spacing_facts, self._setting = spacing_facts, setting
        self._kept: dict[str, _Kept] = {}

    def of(self, annotation: Annotation, frame: Frame, about: Context = _PLAIN) -> Measurement | None:
        """Give the numbers of an annotation; None for one that has none.

        Parameters
        ----------
        annotation
            On the frame.
        frame
            As the image has it.
        about
            What else they depend on.
        """
        if not TRAITS[annotation.kind].is_measured:
            return None
        setting = self._setting()
        known = self._spacing_facts(annotation.sop_instance_uid, annotation.frame)
        context = (setting, about, known)
        kept = self._kept.get(annotation.id)
        if kept is not None and kept.annotation is annotation and kept.frame() is frame and kept.context == context:
            return kept.found
        found = measured_in(annotation, frame, setting, about, known or SpacingFacts())
        self._kept[annotation.id] = _Kept(annotation, weakref.ref(frame), context, found)
        return found

    def with_curves(self, annotation: Annotation, frame: Frame, about: Context = _PLAIN) -> Measurement:
        """Give the numbers of an annotation with what can be plotted of it; see `of`."""
        known = self._spacing_facts(annotation.sop_instance_uid, annotation.frame)
        setting = replace(self._setting(), with_curves=True)
        return measured_in(annotation, frame, setting, about, known or SpacingFacts())

    def last(self, annotation: Annotation) -> Measurement | None:
        """Give the numbers that were last measured of an annotation, where it is as it was then."""
        kept = self._kept.get(annotation.id)
        return kept.found if kept is not None and kept.annotation is annotation else None

    def keep_only(self, annotations: Sequence[Annotation]) -> None:
        """Forget those that are no more."""
        there = {each.id for each in annotations}
        for number in [number for number in self._kept if number not in there]:
            del self._kept[number]


def measured_in(
    annotation: Annotation, frame: Frame, setting: Setting, about: Context, known: SpacingFacts
) -> Measurement:
    """Give the numbers of an annotation on a frame, ``known`` being what the header says of its spacing."""
    lines = () if annotation.kind == "calibration" else about.lines
    if about.scale is not None:
        setting = replace(setting, scale=about.scale)
    try:
        calibration = calibration_at(
            frame,
            annotation.points_px,
            regions=known.regions,
            lines=lines,
            detector=known.detector,
            doubts=known.doubts,
        )
    except UserError as error:
        # Values of pixels are known, whatever lengths are.
        plain = measured(annotation, frame, replace(setting, units="px"), image_facts=about.facts)
        others = tuple(each for each in plain.values if each.unit not in LENGTHS["px"])
        return replace(plain, values=others, notes=(error.message,))
    return measured(annotation, frame, replace(setting, calibration=calibration), image_facts=about.facts)
