"""Pictures of one volume, the swift ones first: drafts of few voxels, moving pictures while a hand turns, full ones."""

import math
from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING

from workstation.gui.scene.artist import Artist, Drawn, Post, Wish
from workstation.volume.rendering.parts import Parts
from workstation.volume.told import told

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from workstation.jobs.job import Job
    from workstation.model.volume import Volume
    from workstation.volume.looks.look3d import Cut, Look3D
    from workstation.volume.looks.transfer import Removed
    from workstation.volume.rendering.drawing import Quality, Rendering

    Hiding = tuple[tuple[Cut, ...], frozenset[Removed], tuple[str, ...]]

DRAFT, MOVING, NEAR, FULL = range(4)
SLOW_S, SWIFT_S = 0.09, 0.045
"""Moving pictures that take longer are made of fewer pixels, those that take less of more again."""
COARSEST = 4.0
ASK_AGAIN_S = 0.1
DRAFT_VOXELS = 2_000_000
_WHOLE: "dict[int, Quality]" = {NEAR: "near", FULL: "full"}
"""Levels at which all voxels and pixels are drawn."""


class Studio:
    """Up to three artists for one volume.

    Parameters
    ----------
    volume
        Its voxels are shared.
    post
        Has a function run on the thread of the window.
    shown
        Given each picture that is better or newer than the one before.
    failed
        Told why there is none.
    """

    def __init__(
        self, volume: "Volume", post: Post, *, shown: Callable[[Drawn], None], failed: Callable[[Exception], None]
    ) -> None:
        self._shown, self._told_failure = shown, failed
        self._number = 0
        self._last: tuple[int, int] = (0, -1)
        self._warm: dict[int, Hiding] = {}
        self._coarser = 1.0
        self._has_failed = False
        self._next: list[int] = []
        self._previews: deque[tuple[Wish, Callable[[Drawn], None]]] = deque()
        self._rests = False
        self._look: Look3D | None = None
        self._size_px = (1, 1)
        self._has_hardware = False
        self.notes: tuple[str, ...] = tuple(told(volume.notes))
        budgets = {DRAFT: 0, MOVING: None, FULL: None}
        if math.prod(volume.array_kji.shape[:3]) <= DRAFT_VOXELS:
            del budgets[MOVING]  # the draft has all voxels
        names, parts = {DRAFT: "draft", MOVING: "moving", FULL: "full"}, Parts()

        def artist(level: int, budget: int | None) -> Artist:
            def make() -> "Rendering":
                from workstation.volume.rendering.drawing import Rendering

                return Rendering(volume, budget_bytes=budget, parts=parts)

            return Artist(
                names[level],
                make,
                post,
                drawn=lambda drawn: self._arrived(NEAR if drawn.wish.quality == "near" else level, drawn),
                failed=self._failed,
                leaves_stale=level == FULL,
            )

        self._artists = {level: artist(level, budget) for level, budget in budgets.items()}

    @property
    def is_waiting(self) -> bool:
        """Whether a picture is still to come."""
        return bool(self._next) or any(artist.is_busy for artist in self._artists.values())

    @property
    def has_hardware(self) -> bool:
        """Whether graphics hardware draws, as far as is known yet."""
        return self._has_hardware

    @property
    def is_refining(self) -> bool:
        """Whether a better picture of what is seen is to come."""
        return FULL in self._next or self._artists[FULL].is_busy

    def want(self, look: "Look3D", size_px: tuple[int, int], *, is_moving: bool) -> None:
        """Have a look drawn: while a hand moves within a tenth of a second, else in full, with a draft before it."""
        self._number += 1
        self._has_failed = False
        self._look, self._size_px, self._rests = look, size_px, False
        levels = self._levels(look, is_moving=is_moving)
        self._artists[FULL].want(None)
        self._next = levels
        self._go_on()

    def _levels(self, look: "Look3D", *, is_moving: bool) -> list[int]:
        """Give how well to draw it, one after the other."""
        hiding = _hiding(look)
        moving = max(level for level in self._artists if level != FULL)
        levels = [] if self._warm.get(moving) == hiding else [DRAFT]
        if not is_moving and self._is_cut_further(look):
            return [*levels, NEAR, FULL]
        if moving != DRAFT and (levels or is_moving or self._warm.get(FULL) != hiding):
            levels.append(moving)
        if moving == DRAFT and not levels and (is_moving or self._warm.get(FULL) != hiding):
            levels = [DRAFT]
        return levels if is_moving else [*levels, FULL]

    def _is_cut_further(self, look: "Look3D") -> bool:
        """Tell whether scissors have taken away more since the last full picture, and nothing else has changed."""
        before, now = self._warm.get(FULL), _hiding(look)
        if before is None or now == before:
            return False
        return now[1:] == before[1:] and now[0][: len(before[0])] == before[0]

    def _go_on(self) -> None:
        """Begin with the next level, one after the other: they share the processor, and the swift is to be first."""
        if self._next and self._look is not None:
            level = self._next.pop(0)
            size_px = self._size_px if level in _WHOLE else self._size(self._size_px)
            artist = self._artists[FULL if level in _WHOLE else level]
            artist.want(Wish(self._look, size_px, _WHOLE.get(level, "moving"), self._number))

    def preview(self, look: "Look3D", size_px: tuple[int, int], drawn: Callable[[Drawn], None]) -> None:
        """Have a small picture drawn, once what is seen is whole: it would take the processor away from that."""
        self._previews.append((Wish(look, size_px, "full"), drawn))
        self._draw_previews()

    def _draw_previews(self) -> None:
        while self._rests and self._previews:
            self._artists[DRAFT].later(*self._previews.popleft())

    def picture(self, look: "Look3D", size_px: tuple[int, int], job: "Job") -> "NDArray[np.uint8]":
        """Give a picture in full, on the thread of a job.

        Raises
        ------
        UserError
            If nothing here can draw, or the volume is let go of meanwhile.
        Cancelled
            If the job is to stop.
        """
        from workstation.errors import UserError

        future = self._artists[FULL].ask(Wish(look, size_px, "full"), lambda: job.is_cancelled)
        while True:
            try:
                picture = future.result(timeout=ASK_AGAIN_S)
            except TimeoutError:
                job.check()
            except CancelledError:
                raise UserError("The volume was closed before all pictures were made.") from None
            else:
                job.check()
                return picture

    def forget_previews(self) -> None:
        """Draw none of the small pictures that wait."""
        self._previews.clear()
        self._artists[DRAFT].forget_later()

    def errand(self, function: "Callable[[Rendering], None]") -> None:
        """Have something done with each rendering before its next picture, such as adding a mask."""
        for artist in self._artists.values():
            artist.errand(function)

    def close(self) -> None:
        """Draw no more."""
        self._told_failure = self._shown = _nothing
        self._previews.clear()
        for artist in self._artists.values():
            artist.close()

    def join(self) -> None:
        """Wait for the threads."""
        for artist in self._artists.values():
            artist.join()

    def _size(self, size_px: tuple[int, int]) -> tuple[int, int]:
        return max(1, round(size_px[0] / self._coarser)), max(1, round(size_px[1] / self._coarser))

    def _arrived(self, level: int, drawn: Drawn) -> None:
        look = drawn.wish.look
        is_first = level not in self._warm
        if level != NEAR:
            self._warm[level] = _hiding(look)
        if level in _WHOLE:
            self.notes = drawn.notes
            self._has_hardware = drawn.has_hardware
        elif not is_first:
            self._pace(drawn.took_s)
        if drawn.wish.number == self._number:
            self._go_on()
        if (drawn.wish.number, level) > self._last:
            self._last = (drawn.wish.number, level)
            self._shown(drawn)
        if level == FULL and drawn.wish.number == self._number:
            self._rests = True
            self._draw_previews()

    def _pace(self, took_s: float) -> None:
        if took_s > SLOW_S:
            self._coarser = min(COARSEST, self._coarser * min(2.0, math.sqrt(took_s / SLOW_S) * 1.1))
        elif took_s < SWIFT_S:
            self._coarser = max(1.0, self._coarser / 1.2)

    def _failed(self, error: Exception) -> None:
        self._next = []
        if not self._has_failed:  # all three fail alike
            self._has_failed = True
            self._told_failure(error)


def _hiding(look: "Look3D") -> "Hiding":
    """Give what a look hides: what has to be equal for what was made of the voxels to be used again."""
    return look.cuts, look.removed, look.masks


def _nothing(_value: object) -> None:
    pass
