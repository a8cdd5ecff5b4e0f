"""What is told apart in a CT, the body and its bones, found once and kept for all that draw one volume."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from workstation.volume.looks.transfer import Removed

if TYPE_CHECKING:
    from workstation.volume.rendering.blocks import Block
    from workstation.volume.rendering.bodies import Mask, Part

SKIN_MM = 4.0
"""The table is taken out so far beyond the skin; the skin is taken out so far under it."""


class Parts:
    """Kept parts of one volume; threads that ask for the same one wait for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[tuple[Removed, tuple[int, int, int]], Part] = {}

    def left(
        self, removed: Removed, block: "Block", whole: "Callable[[], Block]", slope: float, intercept: float
    ) -> "Mask":
        """Give the voxels (k, j, i) of a block that are left when something is taken out of it.

        Parameters
        ----------
        whole
            Gives all voxels: a body is told apart by them, so that drafts, pictures in full and commands have one.
        slope, intercept
            From stored values to HU.
        """
        from workstation.volume.rendering import bodies

        with self._lock:
            # Bones of drafts are told apart by the voxels of drafts: finer ones take long.
            step = block.step if removed == "bone" else (0, 0, 0)
            if (removed, step) not in self._found:
                if removed == "bone":
                    part = bodies.bone_part(block, slope, intercept)
                else:
                    margin_mm = SKIN_MM if removed == "table" else -SKIN_MM
                    part = bodies.body_part(whole(), slope, intercept, margin_mm=margin_mm)
                self._found[removed, step] = part
            part = self._found[removed, step]
        inside = part.on(block)
        return ~inside if removed == "bone" else inside
