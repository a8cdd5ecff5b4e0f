"""What a search through all open images has found, gathered by series and value as it comes in."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import field

from workstation.gui.panels.tags.tables import FoundTable
from workstation.gui.words import grouped, plural
from workstation.headers.listing import Element
from workstation.headers.search import Searched, frame_number_of
from workstation.model.index.records import FrameRef, Instance, Place
from workstation.model.text import clean
from workstation.quick_dataclass import dataclass

MOST_VALUES = 5000
"""Different values that are listed; a search for less is of more use."""
MOST_IMAGES = 200
"""Images that are listed below a value."""
MOST_LISTED = 10_000
"""Images that are listed below all values together; of each value one is listed in any case."""


@dataclass(slots=True)
class _Value:
    element: Element
    files: int = 0
    hits: list[tuple[FrameRef, str]] = field(default_factory=list)


class Gathered:
    """Takes what was found in one file after the other, and makes rows of it."""

    def __init__(self, instances: Mapping[Place, Instance]) -> None:
        self._instances = instances
        self._series: dict[str, dict[tuple[str, str, str], _Value]] = {}
        self._firsts: dict[str, Instance] = {}
        self.files = 0
        self.hits = 0
        self.values = 0
        self.unread = 0
        self.is_cut = False
        self._listed = 0

    def add(self, searched: Sequence[Searched]) -> None:
        """Take some files."""
        for each in searched:
            self.unread += each.refusal is not None
            self.files += bool(each.elements)
            instance = self._instances.get(each.place)
            if instance is not None:
                self._add(instance, each.elements)

    def _add(self, instance: Instance, elements: Sequence[Element]) -> None:
        uid = instance.series_instance_uid
        for (tag, name, value), hits in _by_value(elements).items():
            self.hits += len(hits)
            values = self._series.setdefault(uid, {})
            self._firsts.setdefault(uid, instance)
            found = values.get((tag, name, value))
            if found is None:
                if self.values >= MOST_VALUES:
                    self.is_cut = True
                    continue
                self.values += 1
                found = values[tag, name, value] = _Value(hits[0])
            found.files += 1
            room = min(MOST_IMAGES - len(found.hits), max(MOST_LISTED - self._listed, not found.hits))
            self._listed += min(room, len(hits))
            found.hits += [(FrameRef(instance, frame_number_of(hit.path)), hit.path) for hit in hits[:room]]

    def table(self) -> FoundTable:
        """Give the rows."""
        table = FoundTable()
        for uid, values in self._series.items():
            if not values:
                continue
            first = self._firsts[uid]
            table.add(0, (series_words(first), plural(len(values), "value", "values"), ""), "", FrameRef(first))
            for value in values.values():
                each = value.element
                words = f"{each.value}  {each.meaning}".strip()
                table.add(1, (f"{each.name}  ({grouped(value.files)})", words, each.tag), each.path, value.hits[0][0])
                for ref, path in value.hits:
                    table.add(2, (image_words(ref), "", ""), path, ref)
                if (beyond := value.files - len(Counter(ref.instance.place for ref, _ in value.hits))) > 0:
                    table.add(2, (f"and {plural(beyond, 'more image', 'more images')}", "", ""), "", None)
        return table


def _by_value(elements: Sequence[Element]) -> dict[tuple[str, str, str], list[Element]]:
    found: dict[tuple[str, str, str], list[Element]] = {}
    for each in elements:
        found.setdefault((each.tag, each.name, each.value), []).append(each)
    return found


def series_words(instance: Instance) -> str:
    """Name a series."""
    number = "" if instance.series_number is None else f"{instance.series_number}  "
    return f"{number}{clean(instance.series_description) or instance.modality or 'Series'}"


def image_words(ref: FrameRef) -> str:
    """Name an image, with its frame where it has several."""
    instance = ref.instance
    number = "Image" if instance.instance_number is None else f"Image {instance.instance_number}"
    if instance.number_of_frames > 1:
        return f"{number}, frame {ref.number + 1}"
    return number if instance.instance_number is not None else clean(instance.place.member or instance.place.path.name)
