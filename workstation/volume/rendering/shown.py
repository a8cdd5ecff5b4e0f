"""The voxels of a block that are shown: those that are hidden are replaced, in place where scissors go on cutting."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.volume.looks.look3d import Cut
from workstation.volume.rendering.blocks import Block
from workstation.volume.rendering.casting import CastBlock, Caster
from workstation.volume.rendering.hiding import Kept, cropped, without

Key = tuple[Any, float | None, bool]
LeftBy = Callable[[Block, tuple[Cut, ...]], Kept | None]


class Shown:
    """A block that is drawn without what is hidden.

    Parameters
    ----------
    key
        What is hidden but for the cuts, the stored value that stands for it (None: nothing is hidden), and whether
        opacity goes by gradients.
    block
        With all voxels; not changed.
    kept
        Its voxels (k, j, i) that are shown but for the cuts, None for all.
    left_by
        Gives the voxels of a block that cuts leave, None for all.
    cuts
        Of scissors.
    """

    def __init__(
        self, key: Key, block: Block, kept: Kept | None, left_by: LeftBy, caster: Caster, cuts: tuple[Cut, ...]
    ) -> None:
        self._key, self._fill, self._left_by, self._caster = key, key[1], left_by, caster
        self._lit_cuts = self.cuts = cuts
        self._original, kept = cropped(block, kept)
        self._packed = None if kept is None else np.packbits(kept)
        left = left_by(self._original, cuts)
        both = kept if left is None else left if kept is None else np.logical_and(left, kept, out=left)
        shown = self._original if self._fill is None else without(self._original, both, self._fill)
        self._owns = shown is not self._original and block.colours is None
        if self._owns:
            self._hold_fill(shown.array_kji)
        self.cast = CastBlock(shown, caster)

    def can_show(self, key: Key, cuts: tuple[Cut, ...]) -> bool:
        """Tell whether other cuts can be shown without beginning anew."""
        return key == self._key and (self._owns or cuts == self.cuts)

    def cut(self, cuts: tuple[Cut, ...]) -> bool:
        """Show what other cuts leave; where that only takes voxels away, light falls as before until `light`.

        Returns
        -------
        bool
            Whether light falls on it anew.
        """
        array, before = self.cast.block.array_kji, len(self.cuts)
        is_further = cuts[:before] == self.cuts
        if not is_further:
            self._begin_anew(array)
        left = self._left_by(self._original, cuts[before:] if is_further else cuts)
        if left is not None:
            self._hide(array, left)
        self._hold_fill(array)
        self.cuts = cuts
        # Rays leap over what was hidden when light fell last; on graphics hardware it costs nothing.
        if self._caster == "graphics" or cuts[: len(self._lit_cuts)] != self._lit_cuts:
            return self.light()
        return False

    def light(self) -> bool:
        """Let light fall on what is shown now; tells whether it fell on something else."""
        if self._lit_cuts == self.cuts:
            return False
        self._lit_cuts = self.cuts
        self.cast.change()
        return True

    def _begin_anew(self, array: NDArray[Any]) -> None:
        np.copyto(array, self._original.array_kji)
        if self._packed is not None:
            kept = np.unpackbits(self._packed, count=array.size).reshape(array.shape).view(np.bool_)
            self._hide(array, kept)

    def _hide(self, array: NDArray[Any], shown: Kept) -> None:
        """Put the value that stands for nothing where nothing is shown; what says where is used up."""
        np.copyto(array, np.asarray(self._fill).astype(array.dtype), where=np.logical_not(shown, out=shown))

    def _hold_fill(self, array: NDArray[Any]) -> None:
        """Let one voxel, in a corner, stand for nothing: VTK takes the range of the values from the first ones."""
        array[0, 0, 0] = np.asarray(self._fill).astype(array.dtype)
