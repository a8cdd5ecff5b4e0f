"""Gathers what an index gives, batch by batch, and hands on the part of the tree that grew."""

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path

from workstation.display.reading_order import stacks_in_reading_order
from workstation.model.index.folders import files_below
from workstation.model.index.records import Instance, Patient
from workstation.model.index.scan import Scanned, scan
from workstation.model.index.tree import tree_of

LOOK_AT = 8
EVERY_S = 0.5
COST_FACTOR = 8
"""Between two trees goes so many times the time that making one takes."""


class Collector:
    """Takes batches, gives trees. Used within one job.

    Parameters
    ----------
    publish
        Given the part of the tree that changed.
    clock
        Seconds that only go up.
    """

    def __init__(
        self, publish: Callable[[tuple[Patient, ...]], None], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._publish = publish
        self._clock = clock
        self._changed: set[str] = set()
        self._next = 0.0
        self.series: dict[str, list[Instance]] = {}

    @property
    def rest(self) -> tuple[Instance, ...]:
        """The series, whole, of which something came since the last tree."""
        return tuple(instance for uid in self._changed for instance in self.series[uid])

    @property
    def has_repeated(self) -> bool:
        """Whether a SOP Instance UID came twice: the library knows whether these are one instance at two places."""
        every = [each.sop_instance_uid for instances in self.series.values() for each in instances]
        return len(set(every)) < len(every)

    def is_all_of(self, counts: Mapping[str, int]) -> bool:
        """Tell whether what came is all that there is of its series, by the number of files, and nothing came twice."""
        is_whole = all(counts.get(uid) == len(instances) for uid, instances in self.series.items())
        return is_whole and not self.has_repeated

    def take(self, scanned: Scanned) -> None:
        """Take a batch; the tree follows at once if it is the first with images, else from time to time."""
        had_images = self._next > 0
        for instance in scanned.instances:
            self.series.setdefault(instance.series_instance_uid, []).append(instance)
            self._changed.add(instance.series_instance_uid)
        has_images = had_images or any(instance.has_pixels for instance in scanned.instances)
        if has_images and self._clock() >= self._next:
            self._give()

    def _give(self) -> None:
        began = self._clock()
        changed = self.rest
        self._changed.clear()
        self._publish(tree_of(changed, stacks_of=stacks_in_reading_order))
        now = self._clock()
        self._next = now + max(EVERY_S, COST_FACTOR * (now - began))


def first_look(paths: Iterable[Path]) -> tuple[Instance, ...]:
    """Read just enough headers to have an image to show; nothing where the first files hold none."""
    files = (Path(found[0]) for found in files_below(paths, with_stamps=False))
    for file in islice(files, LOOK_AT):
        for scanned in scan([file], workers=0):
            if any(instance.has_pixels for instance in scanned.instances):
                return scanned.instances
    return ()


def below(paths: Sequence[Path], instances: Iterable[Instance]) -> str:
    """Find the series of the first image that lies in one of some places; empty where none does."""
    exact = {str(path) for path in paths}
    folders = tuple(_folder(path).rstrip(os.sep) + os.sep for path in paths)
    found = ""
    for instance in instances:
        for place in instance.places:
            path = str(place.path)
            if path in exact or path.startswith(folders):
                if instance.has_pixels:
                    return instance.series_instance_uid
                found = found or instance.series_instance_uid
    return found


def _folder(path: Path) -> str:
    """Give the folder that a path stands for: a DICOMDIR stands for the one it lies in."""
    return str(path.parent if path.name.upper() == "DICOMDIR" else path)
