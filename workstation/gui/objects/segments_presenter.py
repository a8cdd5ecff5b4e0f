"""Decides how segments and structures look: which are shown, in which colour, how opaque."""

from dataclasses import dataclass, replace
from typing import Protocol

from workstation.display.segments import DEFAULT_OPACITY, Look, looks_of
from workstation.model.segmentation import Rgb, Segment, Segmentation
from workstation.model.structures import Structure, StructureSet


@dataclass(frozen=True, slots=True)
class SegmentLine:
    """One line of the list. ``group`` names the object that it is of, ``details`` go into its tool tip."""

    group: str
    number: int
    name: str
    details: str
    colour: Rgb
    is_shown: bool


class SegmentsView(Protocol):
    """What the presenter needs of the list."""

    def show_lines(self, lines: tuple[SegmentLine, ...], opacity: float, notes: tuple[str, ...]) -> None:
        """Show these."""


class SegmentsPresenter:
    """Keeps the looks of the segments of several objects.

    ``on_changed`` is called with no arguments whenever pictures have to be drawn anew.
    """

    def __init__(self, view: SegmentsView) -> None:
        self._view = view
        self._objects: dict[str, tuple[str, tuple[Segment | Structure, ...], tuple[str, ...]]] = {}
        self._looks: dict[str, dict[int, Look]] = {}
        self._opacity = DEFAULT_OPACITY
        self.on_changed = _nothing

    def show(self, value: Segmentation | StructureSet) -> None:
        """Add an object, its segments in their colours; background is left out."""
        if isinstance(value, Segmentation):
            parts: tuple[Segment | Structure, ...] = tuple(each for each in value.segments if not each.is_background)
        else:
            parts = value.structures
        uid = value.sop_instance_uid
        name = value.label or ("Segmentation" if isinstance(value, Segmentation) else "Structures")
        notes = (
            *value.notes,
            *(f"{part.name}: {note}" for part in parts if isinstance(part, Structure) for note in part.notes),
        )
        self._objects[uid] = name, parts, notes
        self._objects = dict(sorted(self._objects.items(), key=lambda item: (item[1][0], item[0])))
        self._looks.setdefault(uid, looks_of(parts, opacity=self._opacity))
        self._tell()

    def remove(self, uid: str) -> None:
        """Take an object out."""
        self._objects.pop(uid, None)
        self._looks.pop(uid, None)
        self._tell()

    @property
    def objects(self) -> tuple[str, ...]:
        """The identifiers of the objects there are."""
        return tuple(self._objects)

    def looks(self, uid: str) -> dict[int, Look]:
        """Give the looks of the segments of an object, by number."""
        return dict(self._looks.get(uid, {}))

    def switch(self, uid: str, number: int, *, shown: bool) -> None:
        """Show or hide a segment."""
        self._change(uid, number, is_shown=shown)

    def switch_all(self, *, shown: bool) -> None:
        """Show or hide all."""
        for looks in self._looks.values():
            looks.update({number: replace(look, is_shown=shown) for number, look in looks.items()})
        self._tell()

    def show_only(self, uid: str, number: int) -> None:
        """Hide all but one."""
        for each, looks in self._looks.items():
            looks.update({at: replace(look, is_shown=(each, at) == (uid, number)) for at, look in looks.items()})
        self._tell()

    def colour(self, uid: str, number: int, rgb: Rgb) -> None:
        """Give a segment another colour."""
        self._change(uid, number, colour=rgb)

    def opacity(self, share: float) -> None:
        """Make the areas of all more or less opaque, 0 to 1; outlines stay as they are."""
        self._opacity = min(max(share, 0.0), 1.0)
        for looks in self._looks.values():
            looks.update({number: replace(look, opacity=self._opacity) for number, look in looks.items()})
        self._tell()

    def _change(self, uid: str, number: int, **changes: object) -> None:
        look = self._looks.get(uid, {}).get(number)
        if look is not None:
            self._looks[uid][number] = replace(look, **changes)  # type: ignore[arg-type]  # fields of Look
            self._tell()

    def _tell(self) -> None:
        lines = tuple(
            _line(uid, name, part, self._looks[uid][part.number])
            for uid, (name, parts, _) in self._objects.items()
            for part in parts
        )
        notes = tuple(note for _, _, told in self._objects.values() for note in told)
        self._view.show_lines(lines, self._opacity, notes)
        self.on_changed()


def _line(uid: str, group: str, part: Segment | Structure, look: Look) -> SegmentLine:
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
