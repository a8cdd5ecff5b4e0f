"""Pictures of a volume in three dimensions, drawn into a window that nobody sees.

On graphics hardware VTK's GPU ray caster draws. Where the processor has to do its work, the ray caster for processors
is several times faster.
"""

from collections.abc import Callable
from dataclasses import replace
from time import perf_counter
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.errors import UserError
from workstation.model.geometry import voxel_size_mm
from workstation.model.memory import memory_budget_bytes
from workstation.model.volume import Volume
from workstation.volume.looks.camera import Box, Sight, box_of, sight
from workstation.volume.looks.look3d import Look3D
from workstation.volume.rendering.averaging import Rays, coloured, extreme_along_rays, mean_along_rays
from workstation.volume.rendering.blocks import Block, block_of, fitted, reduced
from workstation.volume.rendering.casting import CastBlock, Caster, Recipe
from workstation.volume.rendering.colours import parted
from workstation.volume.rendering.emptiness import is_empty, why_empty
from workstation.volume.rendering.hiding import Hiding, Kept
from workstation.volume.rendering.pacing import Pace
from workstation.volume.rendering.parts import Parts
from workstation.volume.rendering.recipes import scale_of, stored_function
from workstation.volume.rendering.shown import Shown
from workstation.volume.rendering.stage import Stage
from workstation.volume.told import told

Quality = Literal["moving", "near", "full"]
Held = Literal["moving", "full"]
Picture = NDArray[np.uint8]

MOVING_VOXELS = 9_000_000
"""More are averaged while a hand moves, and for the first picture: shading 100 million takes seconds."""

SHADED_SHARE, PLAIN_SHARE, HIDDEN_SHARE, SHADED_BYTES = 2.7, 1.1, 1.5, 400_000_000
"""What a volume takes in all, shaded or not: times its voxels, more where some are hidden, and the program itself."""

PROJECTED = ("mip", "minip", "average")
"""Methods that have no light."""

COLOURED_SHARE = 7.0
"""And more for colours: they themselves, and what is made of them and the brightness of a voxel."""

LEAST_VOXELS = 2_000_000

_FULL_STEP = 0.7
"""Distance of samples in voxels, where layers are seen through each other."""

_LARGEST_SIDE_PX = 16_384


class Rendering:
    """Pictures of one volume. It belongs to the thread that asks for the first of them.

    Making one costs nothing; voxels are prepared when a picture is asked for, and VTK lets other threads run meanwhile.
    So a window keeps one on a thread of its own, or two: one for moving pictures, one for full ones.

    Parameters
    ----------
    volume
        The volume; its voxels are shared, not copied, where its axes stand at right angles.
    budget_bytes
        Memory that may be taken; what the program is granted where None. Above it the volume is reduced, with a note.
    caster
        Who casts the rays; chosen by what the machine has where None.
    parts
        Keeps what is told apart in a CT; given to all renderings of one volume, it is found once.
    """

    def __init__(
        self,
        volume: Volume,
        *,
        budget_bytes: int | None = None,
        caster: Caster | None = None,
        parts: Parts | None = None,
    ) -> None:
        volume, self._colours = parted(volume)
        self._volume = volume
        self._budget = memory_budget_bytes() if budget_bytes is None else budget_bytes
        self._wanted_caster = caster
        self._scale = scale_of(volume)
        if self._colours is not None:
            self._scale = replace(self._scale, low=0.0, high=255.0)
        self._box = box_of(volume.grid)
        self._hiding = Hiding(volume, self._box, self._scale, parts or Parts(), self._whole)
        self._stage: Stage | None = None
        self._pace = Pace()
        self._straight: Block | None = None
        self._blocks: dict[tuple[Held, float], Block] = {}
        self._casts: dict[Held, Shown] = {}
        self._kept: dict[Held, tuple[Any, Kept | None]] = {}
        self._notes: list[str] = told(volume.notes)

    @property
    def box(self) -> Box:
        """The box of the volume: `workstation.volume.looks.camera.sight` puts a camera before it."""
        return self._box

    @property
    def value_range(self) -> tuple[float, float]:
        """The range of relative transfer functions and of greys, in modality values."""
        return self._scale.low, self._scale.high

    @property
    def has_hardware(self) -> bool:
        """Whether graphics hardware draws; known with the first picture."""
        return self._stage is not None and self._caster == "graphics"

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences for the user: those of the volume, and what was reduced. More may come with a picture."""
        return tuple(self._notes)

    def why_empty(self, look: Look3D, picture: Picture) -> str:
        """Give a sentence where a picture shows nothing but the background; empty where it shows something."""
        return why_empty(look, self._scale) if is_empty(picture, look) else ""

    def sight(self, look: Look3D, size_px: tuple[int, int]) -> Sight:
        """Give where the camera of a look stands: tells where points are seen in the picture."""
        return sight(look.camera, self._box, size_px)

    def add_mask(self, name: str, mask_kji: NDArray[Any]) -> None:
        """Give voxels (k, j, i) of the volume a name, by which `Look3D.masks` shows only them.

        Raises
        ------
        ValueError
            If it does not have the shape of the volume.
        """
        self._hiding.add_mask(name, mask_kji)

    def take_masks(self, other: "Rendering") -> None:
        """Take the masks of a rendering whose volume has the same grid, such as another time of the same series."""
        self._hiding.take_masks(other._hiding)

    def picture(
        self,
        look: Look3D,
        size_px: tuple[int, int],
        quality: Quality = "full",
        *,
        is_stale: Callable[[], bool] | None = None,
    ) -> Picture:
        """Draw a picture.

        Parameters
        ----------
        size_px
            Columns and rows.
        quality
            ``moving``: within a tenth of a second, of a volume with at most `MOVING_VOXELS` voxels, with a ray for each
            second pixel, or fewer where this machine is slower. ``full``: a ray for each pixel; the first shaded one of
            a large volume takes seconds. ``near``: as that, but where scissors have cut since, light falls as it did
            before, which takes no longer than any picture.
        is_stale
            Asked while rays are cast; where it says yes, the picture is left unfinished, which nobody should look at.

        Returns
        -------
        ndarray
            (rows, columns, 3) uint8: red, green, blue.

        Raises
        ------
        UserError
            If nothing here can draw, the size is none, or a mask is not known.
        """
        if not all(0 < side <= _LARGEST_SIDE_PX for side in size_px):
            raise UserError(f"A picture of {size_px[0]} x {size_px[1]} pixels cannot be drawn.")
        if self._stage is None:
            self._stage = Stage()
        if look.removed and self._volume.unit != "HU":
            self._note("Nothing is taken out: table, skin and bones are told apart by the values of CT")
        held: Held = "moving" if quality == "moving" else "full"
        if look.method == "average" or (self._colours is not None and look.method in ("mip", "minip")):
            return self._without_caster(look, size_px, held, is_stale)
        cast, is_new = self._cast(look, held, may_be_near=quality == "near")
        pixel_step = self._pace.step(size_px) if quality == "moving" else 1.0
        is_like_last = cast.use(self._recipe(look, held, cast.block, pixel_step))
        has_shadows = look.shadows > 0 and self._caster == "graphics"
        seen, start = self.sight(look, size_px), perf_counter()
        picture = self._stage.drawn(
            cast.prop, seen, size_px, background=look.background, is_stale=is_stale, has_shadows=has_shadows
        )
        is_stopped = is_stale is not None and is_stale()
        if quality == "moving" and is_like_last and not is_new and not is_stopped:
            self._pace.took(perf_counter() - start)
        return picture

    def close(self) -> None:
        """Give back what is held; on the thread of the pictures."""
        self._casts.clear()
        self._kept.clear()
        self._blocks.clear()
        self._straight = None
        if self._stage is not None:
            self._stage.close()
        self._stage = None

    def _without_caster(
        self, look: Look3D, size_px: tuple[int, int], quality: Held, is_stale: Callable[[], bool] | None
    ) -> Picture:
        """Means, and the brightest colours, need no ray caster; while a hand moves, a quarter of them."""
        block = self._block(quality, look)
        by = 2 if quality == "moving" else 1
        small = -(-size_px[0] // by), -(-size_px[1] // by)
        rays = Rays(block, self.sight(look, small), small, self._keeping(look, quality), look.planes, is_stale)
        is_mean = look.method == "average"
        values = mean_along_rays(rays) if is_mean else extreme_along_rays(rays, darkest=look.method == "minip")
        picture = coloured(values, stored_function(look, self._scale), look.background)
        return picture if by == 1 else cv2.resize(picture, size_px, interpolation=cv2.INTER_LINEAR)

    def _keeping(self, look: Look3D, quality: Held) -> Kept | None:
        block = self._block(quality, look)
        key = id(block), self._hiding.key(look)
        if quality not in self._kept or self._kept[quality][0] != key:
            self._kept[quality] = key, self._hiding.kept(block, look)
        return self._kept[quality][1]

    def _block(self, quality: Held, look: Look3D) -> Block:
        key: float = id(self._block("full", look)) if quality == "moving" else self._share(look)
        if (quality, key) not in self._blocks:
            if quality == "moving":
                self._blocks[quality, key] = reduced(self._block("full", look), MOVING_VOXELS)
            else:
                self._blocks[quality, key] = self._within_texture(self._within_budget(self._whole(), key))
        return self._blocks[quality, key]

    def _whole(self) -> Block:
        if self._straight is None:
            outside = self._scale.outside
            self._straight = block_of(self._volume.array_kji, self._volume.grid, outside=outside, colours=self._colours)
        return self._straight

    def _share(self, look: Look3D) -> float:
        """Give what a look takes in memory, in shares of the voxels."""
        function = stored_function(look, self._scale)
        is_lit = look.method not in PROJECTED and (function.shading is not None or bool(function.gradient_opacity))
        share = SHADED_SHARE if is_lit or self._caster == "graphics" else PLAIN_SHARE
        return share + HIDDEN_SHARE * self._hiding.hides(look)

    def _within_budget(self, block: Block, share: float) -> Block:
        """Give a block that can be drawn within the budget, where ``share`` counts the voxels themselves."""
        raw, copy = self._volume.array_kji.nbytes, block.array_kji.nbytes
        share += 0 if block.colours is None else COLOURED_SHARE
        there = raw if block.array_kji is self._volume.array_kji else raw + copy
        if there + copy * (share - 1) + SHADED_BYTES <= self._budget:
            return block
        room = max(0.0, self._budget - there - SHADED_BYTES)
        small = reduced(block, max(LEAST_VOXELS, int(room / share / block.array_kji.itemsize)))
        if small is not block:
            how = "shaded, " if share >= SHADED_SHARE else ""
            self._note(f"{_told_step(small)}: {how}the whole volume needs more memory than is granted")
        return small

    def _within_texture(self, block: Block) -> Block:
        longest = self._stage.longest_texture if self._stage is not None and self._caster == "graphics" else 0
        small = fitted(block, longest) if longest else block
        if small is not block:
            self._note(f"{_told_step(small)}: the graphics hardware takes {longest} voxels along an axis")
        return small

    def _note(self, sentence: str) -> None:
        if sentence not in self._notes:
            self._notes.append(sentence)

    @property
    def _caster(self) -> Caster:
        if self._wanted_caster is not None:
            return self._wanted_caster
        return "processor" if self._stage is None or self._stage.is_software else "graphics"

    def _cast(self, look: Look3D, quality: Held, *, may_be_near: bool) -> tuple[CastBlock, bool]:
        """Give what draws a look, and whether it was made for it."""
        if self._block("moving", look) is self._block("full", look):
            quality = "full"
        # WORKAROUND: in VTK 9.7 nothing is seen where opacity by gradients is turned on after a first picture.
        has_gradients = bool(stored_function(look, self._scale).gradient_opacity)
        hides = self._hiding.hides(look)
        block = self._block(quality, look)
        fill = self._scale.nothing(look) if hides else None
        key = (id(block), *self._hiding.lasting(look)), fill, has_gradients
        shown = self._casts.get(quality)
        if shown is None or not shown.can_show(key, look.cuts):
            del shown
            self._casts.pop(quality, None)  # first: both together may be more than there is memory for
            kept = self._hiding.kept_lastingly(block, look)
            self._casts[quality] = Shown(key, block, kept, self._hiding.left_by, self._caster, look.cuts)
            return self._casts[quality].cast, True
        is_new = False
        if shown.cuts != look.cuts:
            is_new = shown.cut(look.cuts)
        if not may_be_near:
            is_new = shown.light() or is_new
        return shown.cast, is_new

    def _recipe(self, look: Look3D, quality: Held, block: Block, pixel_step: float) -> Recipe:
        function = stored_function(look, self._scale)
        is_moving = quality == "moving"
        if look.shadows and self._caster == "processor":
            self._note("Shadows need graphics hardware, so there are none")
        is_projected = look.method in PROJECTED
        return Recipe(
            method=look.method,
            function=function,
            planes=look.planes,
            is_shaded=not is_projected and function.shading is not None,
            shadows=look.shadows,
            step_mm=min(voxel_size_mm(block.grid)) * (1.0 if is_moving or is_projected else _FULL_STEP),
            pixel_step=pixel_step,
        )


def _told_step(block: Block) -> str:
    steps = " x ".join(str(step) for step in block.step)
    return f"Shown reduced, one voxel for {steps}"
