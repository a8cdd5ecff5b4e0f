"""What a volume is made without: told as what could not be read, so that a command ends with 1, as others do."""

import re
from typing import TYPE_CHECKING

from workstation.jobs.job import Job
from workstation.model.index.records import Stack

if TYPE_CHECKING:
    from workstation.model.volume import Volume

_LOST = re.compile(r"^Slice (\d+) of \d+ left out: |^\d+ more slices left out$")


def tell_lost(volume: "Volume", stack: Stack, job: Job) -> tuple[str, ...]:
    """Tell which slices of a stack could not be read; gives the other notes of its volume."""
    others = []
    for note in volume.notes:
        found = _LOST.match(note)
        if found is None:
            others.append(note)
        else:
            place = stack.frames[int(found[1]) - 1].instance.place if found[1] else ""
            job.missed(str(place), note)
    return tuple(others)
