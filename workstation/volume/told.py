"""What is said of a volume where it is looked at otherwise than as slices."""

import re
from collections.abc import Iterable

_TILT = re.compile(r"^Gantry tilted by ([\d.]+) degrees$")


def told(notes: Iterable[str]) -> list[str]:
    """Give the notes of slices as they hold for the volume: its voxels lie where they were, a tilt is no flaw of it."""
    return [_TILT.sub(r"Gantry tilt \1° corrected", note) for note in notes]
