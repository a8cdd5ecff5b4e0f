"""Private attributes that may stay: those the standard lists as safe, and those that the object declares safe."""

from collections.abc import Mapping
from dataclasses import field
from functools import cache

from pydicom import Dataset

from workstation.model.attributes import integer, items, numbers, text
from workstation.objects.deidentification.identifiers import tags_of
from workstation.objects.deidentification.table import read_table
from workstation.quick_dataclass import dataclass


@cache
def _listed() -> Mapping[tuple[str, int], frozenset[int]]:
    found = {}
    for line in read_table("safe_private.csv"):
        elements = frozenset(int(each, 16) for each in line["elements"].split())
        found[line["creator"].casefold(), int(line["group"], 16)] = elements
    return found


@dataclass(frozen=True)
class SafePrivate:
    """Which private attributes are safe.

    ``declared`` has, for a creator and a group, the elements that Private Data Element Characteristics (0008,0300)
    declares free of identification; None for the whole block.
    """

    declared: Mapping[tuple[str, int], frozenset[int] | None] = field(default_factory=dict)

    @classmethod
    def of(cls, dataset: Dataset) -> "SafePrivate":
        """Read what an object declares (PS3.3 C.12.1.1.7)."""
        declared: dict[tuple[str, int], frozenset[int] | None] = {}
        for item in items(dataset, "PrivateDataElementCharacteristicsSequence"):
            group = integer(item, "PrivateGroupReference") or 0
            key = text(item, "PrivateCreatorReference").strip().casefold(), group
            status = text(item, "BlockIdentifyingInformationStatus").strip()
            if status == "SAFE":
                declared[key] = None
            elif status == "MIXED":
                named = numbers(item, "NonidentifyingPrivateElements")
                declared[key] = frozenset(int(each) & 0xFF for each in named)
        return cls(declared)

    def keeps(self, dataset: Dataset, tag: int) -> bool:
        """Whether a private attribute of a dataset may stay; a creator stays where one of its block does."""
        group, element = tag >> 16, tag & 0xFFFF
        if element < 0x10:
            return False
        if element < 0x100:
            return any(
                self._is_safe(dataset, each)
                for each in tags_of(dataset)
                if each >> 16 == group and each >> 8 & 0xFF == element
            )
        return self._is_safe(dataset, tag)

    def _is_safe(self, dataset: Dataset, tag: int) -> bool:
        group, block, element = tag >> 16, tag >> 8 & 0xFF, tag & 0xFF
        creator = text_at(dataset, group << 16 | block)
        if not creator:
            return False
        key = creator.casefold(), group
        if key in self.declared:
            safe = self.declared[key]
            return safe is None or element in safe
        return element in _listed().get(key, ())


def text_at(dataset: Dataset, tag: int) -> str:
    """Give the text of a tag; empty where it has none."""
    element = dataset.get_item(tag) if tag in dataset else None
    value = getattr(element, "value", None)
    plain = value.decode("latin-1") if isinstance(value, bytes) else value
    return plain.strip(" \0") if isinstance(plain, str) else ""
