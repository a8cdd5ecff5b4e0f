"""Key object selections as results of commands."""

from workstation.objects.key_objects.values import KeyObject, KeyObjects
from workstation.operations.operation import counted, one_line
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class ShownSelection:
    """A selection as it is printed; frames of ``objects`` count from 0."""

    source: str
    title: str
    note: str
    observer: str
    reasons: tuple[str, ...]
    created: str
    study_instance_uid: str
    objects: tuple[KeyObject, ...]
    problems: tuple[str, ...]

    def text(self) -> str:
        """Give the selection as lines."""
        by = f" by {self.observer}" if self.observer else ""
        at = f", {self.created}" if self.created else ""
        reasons = f" ({', '.join(self.reasons)})" if self.reasons else ""
        lines = [one_line(f"{self.source}: {self.title or 'no title'}{reasons}{by}{at}")]
        lines += [f"  {line}" for line in self.note.splitlines()]
        lines += [f"  {_object_line(each)}" for each in self.objects]
        return "\n".join([*lines, *(f"  Note: {problem}" for problem in self.problems)])


@dataclass(frozen=True, slots=True)
class WrittenSelection:
    """A selection that was written."""

    path: str
    title: str
    objects: int
    series: int

    def text(self) -> str:
        """Give it as a line."""
        return one_line(f"{self.path}: {self.title}, {counted(self.objects, 'image')} of {self.series} series")


def shown_selection(source: str, selection: KeyObjects) -> ShownSelection:
    """Give a selection as it is printed."""
    return ShownSelection(
        source,
        str(selection.title) if selection.title else "",
        selection.note,
        selection.observer,
        tuple(str(each) for each in selection.reasons),
        selection.created,
        selection.study_instance_uid,
        selection.objects,
        selection.problems,
    )


def _object_line(each: KeyObject) -> str:
    frames = f", frames {', '.join(str(frame + 1) for frame in each.frames)}" if each.frames else ""
    state = f", seen with {each.presentation_state_uid}" if each.presentation_state_uid else ""
    return one_line(f"{each.sop_instance_uid}{frames}{state}")
