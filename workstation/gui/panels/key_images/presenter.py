"""Which images are key images, here and in the selections of others, and what their list says."""

from collections.abc import Iterable, Sequence

from workstation.gui.panels.annotations.presenter import instances, where
from workstation.model.index.records import FrameRef, Instance, Stack
from workstation.model.marking import Marking
from workstation.model.text import clean, person_name
from workstation.objects.key_objects.values import TITLES, KeyObjects
from workstation.quick_dataclass import dataclass
from workstation.workspace import Workspace

OWN = "Starred here"


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A line of the list: a heading where ``ref`` is None; ``is_own`` says that it can be changed."""

    key: str
    words: str
    detail: str = ""
    ref: FrameRef | None = None
    is_own: bool = False


class KeyImages:
    """The selections of others, by image, beside what is starred here."""

    def __init__(self) -> None:
        self._selections: dict[str, KeyObjects] = {}
        self._by_image: dict[str, tuple[KeyObjects, ...]] = {}
        self._places: tuple[object, ...] = ()
        self._shares: tuple[int, ...] = ()

    def add(self, found: Iterable[KeyObjects]) -> None:
        """Know more selections."""
        self._selections.update((each.sop_instance_uid, each) for each in found)
        self._sort()

    def forget(self, kept: Iterable[str]) -> None:
        """Forget the selections that are not among these identifiers."""
        there = set(kept)
        if self._selections.keys() - there:
            self._selections = {uid: each for uid, each in self._selections.items() if uid in there}
            self._sort()

    def _sort(self) -> None:
        gathered: dict[str, dict[str, KeyObjects]] = {}
        for selection in self._selections.values():
            for each in selection.objects:
                gathered.setdefault(each.sop_instance_uid, {})[selection.sop_instance_uid] = selection
        self._by_image = {uid: tuple(found.values()) for uid, found in gathered.items()}
        self._places = ()

    @property
    def is_empty(self) -> bool:
        """Whether others have chosen nothing."""
        return not self._by_image

    def of(self, ref: FrameRef) -> tuple[KeyObjects, ...]:
        """Give the selections that mean a frame."""
        uid = ref.instance.sop_instance_uid
        return tuple(each for each in self._by_image.get(uid, ()) if each.means(uid, ref.number))

    def words(self, ref: FrameRef) -> str:
        """Say why others have chosen a frame."""
        return ", ".join(dict.fromkeys(clean(each.title or "Key image") for each in self.of(ref)))

    def is_key(self, ref: FrameRef, marking: Marking) -> bool:
        """Tell whether a frame is a key image, here or of others."""
        return marking.key_image(ref.instance.sop_instance_uid, ref.number) is not None or bool(self.of(ref))

    def indexes(self, stack: Stack, marking: Marking) -> tuple[int, ...]:
        """Give the numbers, from 0, of the key images of a stack."""
        key = (id(stack), len(stack.frames), marking.key_images)
        if self._places != key:
            starred = {(each.sop_instance_uid, each.frame) for each in marking.key_images}
            found = (
                number
                for number, ref in enumerate(stack.frames)
                if (ref.instance.sop_instance_uid, ref.number) in starred or self.of(ref)
            )
            self._places, self._shares = key, tuple(found) if starred or self._by_image else ()
        return self._shares

    def series(self, marking: Marking, workspace: Workspace) -> frozenset[str]:
        """Give the series that have key images."""
        wanted = {each.sop_instance_uid for each in marking.key_images} | self._by_image.keys()
        if not wanted:
            return frozenset()
        return frozenset(each.series_instance_uid for each in instances(workspace) if each.sop_instance_uid in wanted)

    def lines(self, marking: Marking, workspace: Workspace, *, series: str = "") -> tuple[KeyLine, ...]:
        """Give the list, of one series or of all that is open: one's own first, then those of others by title."""
        wanted = {each.sop_instance_uid for each in marking.key_images} | self._by_image.keys()
        there = {
            each.sop_instance_uid: each
            for each in instances(workspace)
            if each.sop_instance_uid in wanted and each.has_pixels and series in ("", each.series_instance_uid)
        }
        own = [
            _line(OWN, there[each.sop_instance_uid], each.frame, each.note, is_own=True)
            for each in marking.key_images
            if each.sop_instance_uid in there
        ]
        lines = [KeyLine(OWN, OWN), *own] if own else []
        for selection in self._selections.values():
            lines += _of_selection(selection, there)
        return tuple(lines)

    def order(self, marking: Marking, stacks: Sequence[Stack]) -> tuple[FrameRef, ...]:
        """Give the key images of several stacks, one after the other."""
        found = []
        for stack in stacks:
            found += [stack.frames[number] for number in self.indexes(stack, marking)]
        return tuple(found)


def _of_selection(selection: KeyObjects, there: dict[str, Instance]) -> list[KeyLine]:
    lines = []
    for each in selection.objects:
        if each.sop_instance_uid in there:
            instance = there[each.sop_instance_uid]
            lines += [_line(selection.sop_instance_uid, instance, frame, "") for frame in each.frames or (0,)]
    if not lines:
        return []
    by = person_name(selection.observer)
    detail = "  ·  ".join(filter(None, [by, clean(selection.note)]))
    return [KeyLine(selection.sop_instance_uid, clean(selection.title or "Key images"), detail), *lines]


def _line(group: str, instance: Instance, frame: int, note: str, *, is_own: bool = False) -> KeyLine:
    key = f"{group} {instance.sop_instance_uid} {frame}"
    return KeyLine(key, where(instance, frame), note, FrameRef(instance, frame), is_own)


def title_names() -> tuple[str, ...]:
    """Give the titles that can be chosen."""
    return tuple(each.meaning for each in TITLES)
