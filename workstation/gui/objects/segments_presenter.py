"""Decides how segments and structures look: which are shown, in which colour, how opaque."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

from workstation.display.segments import DEFAULT_OPACITY, Look, looks_of
from workstation.model.dose import Dose, DoseLevel
from workstation.model.segmentation import Rgb, Segment, Segmentation
from workstation.model.structures import Structure, StructureSet
from workstation.quick_dataclass import dataclass

Part = Segment | Structure | DoseLevel


@dataclass(frozen=True, slots=True)
class SegmentLine:
    """One line of the list. ``group`` names the object that it is of, ``details`` go into its tool tip."""

    group: str
    number: int
    name: str
    details: str
    colour: Rgb
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Looks:
    """How all segments look at a moment: by the identifier of their object and their number."""

    by_object: Mapping[str, Mapping[int, Look]]
    opacity: float


Stepped = Callable[[str, Looks, Looks, str], None]
"""Told of a change by a hand: its name, how things looked before and after, the run of changes that it belongs to."""


class SegmentsView(Protocol):
    """What the presenter needs of the list."""

    def show_lines(self, lines: tuple[SegmentLine, ...], opacity: float, notes: tuple[str, ...]) -> None:
        """Show these."""


class SegmentsPresenter:
    """Keeps the looks of the segments of several objects.

    ``on_changed`` is called with no arguments whenever pictures have to be drawn anew, ``on_stepped`` with every change
    that a hand has made.
    """

    def __init__(self, view: SegmentsView) -> None:
        self._view = view
        self._objects: dict[str, tuple[str, tuple[Part, ...], tuple[str, ...]]] = {}
        self._looks: dict[str, dict[int, Look]] = {}
        self._doses: dict[str, Dose] = {}
        self._changed: set[str] = set()
        self._opacity = DEFAULT_OPACITY
        self.on_changed = _nothing
        self.on_stepped: Stepped = lambda _label, _before, _after, _merges_with: None

    def show(self, value: Segmentation | StructureSet | Dose) -> None:
        """Add an object, its segments in their colours; background is left out.

        Of several doses in one space one is seen, that of the plan before those of its beams, until a person says else.
        """
        uid = value.sop_instance_uid
        parts, name = (
            _parts(value),
            value.label or ("Segmentation" if isinstance(value, Segmentation) else "Structures"),
        )
        notes = (
            *value.notes,
            *(f"{part.name}: {note}" for part in parts if isinstance(part, Structure) for note in part.notes),
        )
        self._objects[uid] = name, parts, notes
        self._objects = dict(sorted(self._objects.items(), key=lambda item: (item[1][0], item[0])))
        self._looks.setdefault(uid, looks_of(parts, opacity=self._opacity))
        if isinstance(value, Dose):
            self._doses[uid] = value
            self._show_one_dose(value.frame_of_reference_uid)
        self._tell()

    def _show_one_dose(self, frame_of_reference_uid: str) -> None:
        doses = [each for each in self._doses.values() if each.frame_of_reference_uid == frame_of_reference_uid]
        doses.sort(key=lambda each: ("plan" not in each.kind, each.label, each.sop_instance_uid))
        for number, each in enumerate(doses):
            if each.sop_instance_uid not in self._changed:
                looks = self._looks[each.sop_instance_uid]
                looks.update({at: replace(look, is_shown=number == 0) for at, look in looks.items()})

    def note(self, uid: str, words: str) -> None:
        """Say something about an object below the list, once."""
        name, parts, notes = self._objects[uid]
        told = f"{name}: {words}"
        if told not in notes:
            self._objects[uid] = name, parts, (*notes, told)
            self._show()

    def remove(self, uid: str) -> None:
        """Take an object out."""
        self._objects.pop(uid, None)
        self._looks.pop(uid, None)
        self._doses.pop(uid, None)
        self._tell()

    @property
    def objects(self) -> tuple[str, ...]:
        """The identifiers of the objects there are."""
        return tuple(self._objects)

    def looks(self, uid: str) -> dict[int, Look]:
        """Give the looks of the segments of an object, by number."""
        return dict(self._looks.get(uid, {}))

    def are_plain(self, uid: str) -> bool:
        """Whether all parts of an object are seen, in their own colours."""
        _name, parts, _notes = self._objects[uid]
        return self._looks[uid] == looks_of(parts, opacity=self._opacity)

    def names(self, uid: str) -> dict[int, str]:
        """Name the parts of an object by their number; all levels of a dose are that dose."""
        name, parts, _notes = self._objects.get(uid, ("", (), ()))
        return {
            each.number: each.label if isinstance(each, Segment) else name if isinstance(each, DoseLevel) else each.name
            for each in parts
        }

    @property
    def now(self) -> Looks:
        """How all of them look."""
        return Looks({uid: dict(looks) for uid, looks in self._looks.items()}, self._opacity)

    def go_to(self, looks: Looks) -> None:
        """Have them look as at another moment; objects that were not there then stay as they are."""
        self._opacity = looks.opacity
        self._looks.update({uid: dict(known) for uid, known in looks.by_object.items() if uid in self._looks})
        self._tell()

    def switch(self, uid: str, number: int, *, shown: bool) -> None:
        """Show or hide a segment."""
        self._change("showing of a segment" if shown else "hiding of a segment", uid, number, is_shown=shown)

    def switch_all(self, *, shown: bool) -> None:
        """Show or hide all."""
        before = self.now
        self._changed.update(self._looks)
        for looks in self._looks.values():
            looks.update({number: replace(look, is_shown=shown) for number, look in looks.items()})
        self._stepped("showing of all segments" if shown else "hiding of all segments", before)

    def show_only(self, uid: str, number: int) -> None:
        """Hide all but one."""
        before = self.now
        self._changed.update(self._looks)
        for each, looks in self._looks.items():
            looks.update({at: replace(look, is_shown=(each, at) == (uid, number)) for at, look in looks.items()})
        self._stepped("showing of one segment", before)

    def colour(self, uid: str, number: int, rgb: Rgb) -> None:
        """Give a segment another colour."""
        self._change("colour of a segment", uid, number, colour=rgb)

    def opacity(self, share: float) -> None:
        """Make the areas of all more or less opaque, 0 to 1; outlines stay as they are."""
        before = self.now
        self._opacity = min(max(share, 0.0), 1.0)
        for looks in self._looks.values():
            looks.update({number: replace(look, opacity=self._opacity) for number, look in looks.items()})
        self._stepped("opacity of the segments", before, merges_with="opacity of the segments")

    def _change(self, label: str, uid: str, number: int, **changes: object) -> None:
        look = self._looks.get(uid, {}).get(number)
        if look is not None:
            before = self.now
            self._changed.add(uid)
            self._looks[uid][number] = replace(look, **changes)  # type: ignore[arg-type]  # fields of Look
            self._stepped(label, before)

    def _stepped(self, label: str, before: Looks, *, merges_with: str = "") -> None:
        self._tell()
        if (after := self.now) != before:
            self.on_stepped(label, before, after, merges_with)

    def _tell(self) -> None:
        self._show()
        self.on_changed()

    def _show(self) -> None:
        lines = tuple(
            _line(uid, name, part, self._looks[uid][part.number], is_named=uid in self._doses and len(self._doses) > 1)
            for uid, (name, parts, _) in self._objects.items()
            for part in parts
        )
        notes = tuple(note for _, _, told in self._objects.values() for note in told)
        self._view.show_lines(lines, self._opacity, notes)


def _parts(value: Segmentation | StructureSet | Dose) -> tuple[Part, ...]:
    if isinstance(value, Segmentation):
        return tuple(each for each in value.segments if not each.is_background)
    return value.levels if isinstance(value, Dose) else value.structures


def _line(uid: str, group: str, part: Part, look: Look, *, is_named: bool) -> SegmentLine:
    """Describe a part; ``is_named`` puts the name of its object into its own, where those of others are alike."""
    if isinstance(part, DoseLevel):
        name = f"{group}   {part.name}" if is_named else part.name
        return SegmentLine(uid, part.number, name, f"{part.name}\n{group}", look.colour, look.is_shown)
    if isinstance(part, Segment):
        kinds = [str(each) for each in (part.category, part.kind, *part.regions) if each is not None]
        name = part.label
        told = [
            ", ".join(kinds),
            part.description,
            " ".join(filter(None, [part.algorithm.capitalize(), part.algorithm_name])),
        ]
    else:
        name = part.name
        told = [part.kind.capitalize(), part.description, part.algorithm.capitalize()]
        if part.volume_ml is not None:
            told.append(f"{part.volume_ml:g} ml by the file")
    details = "\n".join(filter(None, [f"{part.number}  {name}", *told, group]))
    return SegmentLine(uid, part.number, name, details, look.colour, look.is_shown)


def _nothing() -> None:
    pass
