"""What of the open studies can leave the program: the image in the pane, its series, its study."""

from collections.abc import Iterable
from dataclasses import field
from pathlib import Path
from typing import Literal

from workstation.display.segment_files import SegmentFiles
from workstation.display.value_scale import ScaleOf
from workstation.display.view import Size, View
from workstation.exporting.chosen import ChosenStack, Numbered
from workstation.model.annotation import Annotation
from workstation.model.frame import Frame
from workstation.model.index.records import FrameRef, Instance, Series, Stack, Study
from workstation.model.marking import Marking
from workstation.model.text import clean, person_name
from workstation.quick_dataclass import dataclass

Scope = Literal["image", "series", "study"]
_FEW, _VERY_MANY = 12, 500
_MANY_IN_ONE = frozenset(
    f"1.2.840.10008.5.1.4.1.1.{tail}" for tail in ("2.1", "2.2", "4.1", "4.3", "4.4", "130", "128.1")
)


@dataclass(frozen=True, slots=True)
class Shown:
    """The image in the active pane, and how it is looked at there.

    ``state`` is the file of the presentation state that draws there, where all of its layers are seen.
    """

    ref: FrameRef
    frame: Frame
    view: View
    size_px: Size
    state: Path | None = None


@dataclass(frozen=True, slots=True)
class ShownSegments:
    """Segments, structures and doses that panes show: as they look there, and the files that they are of.

    ``are_plain`` says that all parts are seen, in their own colours; ``on_image``, that some lie on the image in the
    active pane.
    """

    files: SegmentFiles
    paths: tuple[Path, ...]
    are_plain: bool
    on_image: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """What the dialogs are about; ``shown`` and ``stack`` are those of the active pane, ``marking`` of all images.

    ``scale_of`` gives what the window says values as; ``has_other_suv``, whether a person has chosen another kind
    of SUV, activity, or something in place of headers.
    """

    study: Study
    series: Series
    stack: Stack | None = None
    shown: Shown | None = None
    marking: Marking = field(default_factory=Marking)
    segments: ShownSegments | None = None
    scale_of: ScaleOf | None = None
    has_other_suv: bool = False

    def scopes(self) -> tuple[tuple[Scope, str], ...]:
        """Give what can be exported, and what a person calls it."""
        image: tuple[tuple[Scope, str], ...] = (("image", "The image in the pane"),) if self.shown else ()
        number = "" if self.series.first.series_number is None else f" {self.series.first.series_number}"
        words = clean(self.series.first.series_description)
        return (
            *image,
            ("series", f"Series{number}{f', {words}' if words else ''} ({_count(self._frames(self.series), 'image')})"),
            ("study", f"The whole study ({_count(len(self.study.series), 'series', 'series')})"),
        )

    def inputs(self, scope: Scope) -> tuple[Path, ...]:
        """Give the files of a scope, archives as a whole; where there are very many, the folders that they lie in."""
        if scope == "image" and self.shown is not None:
            place = self.shown.ref.instance.place
            return (Path(str(place)),)
        files = tuple(dict.fromkeys(each.place.path for each in self._instances(scope)))
        return files if len(files) <= _VERY_MANY else tuple(dict.fromkeys(path.parent for path in files))

    def short_inputs(self, scope: Scope) -> tuple[Path, ...]:
        """Give inputs that a person would type: folders rather than many files."""
        inputs = self.inputs(scope)
        return inputs if len(inputs) <= _FEW else tuple(dict.fromkeys(path.parent for path in inputs))

    def annotations(self, scope: Scope) -> tuple[Annotation, ...]:
        """Give the live annotations on the images of a scope."""
        if scope == "image" and self.shown is not None:
            return self.marking.on(self.shown.ref.instance.sop_instance_uid, self.shown.ref.number)
        uids = {each.sop_instance_uid for each in self._instances(scope)}
        return tuple(each for each in self.marking.annotations if each.sop_instance_uid in uids)

    def has_annotations(self, scope: Scope) -> bool:
        """Whether something is drawn on images of a scope: by a person, or by the state of the pane."""
        return bool(self.annotations(scope)) or (self.shown is not None and self.shown.state is not None)

    def has_segments(self, scope: Scope) -> bool:
        """Whether segments may lie on images of a scope; on the one in the pane, whether they do."""
        return self.segments is not None and (scope != "image" or self.segments.on_image)

    def stacks(self, every: int = 1) -> tuple[ChosenStack, ...]:
        """Give the stack in the pane, or else those of the series, to be printed."""
        stacks = (self.stack,) if self.stack is not None else self.series.stacks
        chosen = []
        for stack in stacks:
            count = len(stack.frames)
            frames = tuple(Numbered(n, count, ref) for n, ref in enumerate(stack.frames, start=1))
            chosen.append(ChosenStack(self.series, stack, frames[::every], Path()))
        return tuple(chosen)

    def image_alone(self) -> tuple[ChosenStack, ...]:
        """Give the image in the pane, to be printed."""
        if self.shown is None:
            return ()
        stack = self.stack or Stack((self.shown.ref,))
        count = len(stack.frames)
        number = next((n for n, ref in enumerate(stack.frames, start=1) if ref == self.shown.ref), 1)
        return (ChosenStack(self.series, stack, (Numbered(number, count, self.shown.ref),), Path()),)

    def suggested_name(self, scope: Scope) -> str:
        """Give a name for a file or folder that says nothing of the patient."""
        first = self.series.first
        modality = "".join(each for each in first.modality.upper() if each.isascii() and each.isalnum())[:16]
        if scope == "study":
            return "study"
        number = "series" if first.series_number is None else f"series-{first.series_number}"
        name = "_".join(filter(None, (number, modality)))
        return f"{name}_image" if scope == "image" else name

    def is_one_stack(self) -> bool:
        """Say whether the series is one stack, also once its images are open (enhanced ones may hold several)."""
        stacks = self.series.stacks
        return len(stacks) == 1 and self.series.first.sop_class_uid not in _MANY_IN_ONE

    def patient(self) -> str:
        """Give who it is, as people read it."""
        first = self.series.first
        return person_name(first.patient_name) or clean(first.patient_id) or "No patient's name"

    def _instances(self, scope: Scope) -> Iterable[Instance]:
        series = (self.series,) if scope != "study" else self.study.series
        return (each for one in series for each in one.instances)

    @staticmethod
    def _frames(series: Series) -> int:
        return sum(len(stack.frames) for stack in series.stacks) or len(series.instances)


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
