"""Facts of headers beside the cached frames: read with a frame, held as long as they may be shown again."""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

from workstation.display.corner_templates import CornerTemplates, shipped_templates
from workstation.display.corner_text import names_wanted
from workstation.display.header_facts import HeaderFacts, facts_of
from workstation.model.frame import Frame
from workstation.model.index.records import FrameRef
from workstation.model.memory import Key

MOST_HELD = 50_000
"""Frames whose facts are held; most frames of a series share theirs."""


class FactsHeld:
    """Facts by frame. ``read`` is called in jobs, everything else on the thread of the window."""

    def __init__(self) -> None:
        self.templates: CornerTemplates = shipped_templates()
        self._facts: OrderedDict[Key, HeaderFacts] = OrderedDict()
        self._alike: OrderedDict[tuple[object, ...], HeaderFacts] = OrderedDict()

    def read(self, ref: FrameRef, dataset: Any, frame: Frame) -> HeaderFacts:
        """Read the facts of a frame from its header."""
        names = names_wanted(self.templates, ref.instance)
        return facts_of(dataset, names, number=ref.number, spacing=frame.spacing)

    def get(self, key: Key) -> HeaderFacts | None:
        """Give the facts of a frame; None where they have to be read."""
        return self._facts.get(key)

    def keep(self, key: Key, facts: HeaderFacts) -> HeaderFacts:
        """Hold the facts of a frame, and give those that are held: equal ones are held once."""
        contents = (tuple(facts.values.items()), facts.warnings, facts.lossy)
        held = self._alike.setdefault(contents, facts)
        self._facts[key] = held
        for table in (self._facts, self._alike):
            while len(table) > MOST_HELD:
                table.popitem(last=False)
        return held

    def use(self, templates: CornerTemplates) -> None:
        """Take other templates: what they ask for has to be read anew."""
        self.templates = templates
        self._facts.clear()
        self._alike.clear()

    def forget_series(self, series_instance_uids: Iterable[str]) -> None:
        """Forget what is held of some series."""
        gone = set(series_instance_uids)
        for key in [key for key in self._facts if key[0] in gone]:
            del self._facts[key]
        if not self._facts:
            self._alike.clear()
