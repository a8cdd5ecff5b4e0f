"""Painting: a wheel step, a change of the window, a pan, at 1600x1000 pixels, beside a plain copy of the picture.

The copy is what any program that paints has to do at least; it shows how fast the machine is at the moment. Qt's own
part is not in it: see ``first_image`` for a whole window.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.row import Row
from benchmarks.timing import in_turns
from workstation.display.render import Renderer
from workstation.display.view import View
from workstation.model.frame import Frame, ModalityTransform, Window
from workstation.model.geometry import Spacing

SIZE = (1600, 1000)
REPEATS = 10
ROUNDS = 9


@dataclass(frozen=True)
class Case:
    """One thing a hand does, and how long it may take at most, in seconds."""

    what: str
    step: Callable[[int], object]
    limit: float


def rows() -> Iterator[Row]:
    """Measure; each number is for one step."""
    picture = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    for case in _cases():
        steps = count()

        def ours(case: Case = case, steps: Iterator[int] = steps) -> None:
            for _ in range(REPEATS):
                case.step(next(steps))

        def peer() -> None:
            for _ in range(REPEATS):
                bytes(picture)

        took, copied = in_turns(ours, peer, rounds=ROUNDS)
        yield Row.at_most(
            case.what,
            ours=took / REPEATS,
            limit=case.limit,
            beside="copy of the picture",
            peer=copied / REPEATS,
            note=f"{took / REPEATS * 1000:.1f} ms against {copied / REPEATS * 1000:.2f} ms",
        )


def _cases() -> Iterator[Case]:
    small = [_frame(_noise(512, 512, seed)) for seed in range(8)]
    large = _frame(_noise(4000, 5000, 9))
    wheel = View(Window(40, 400))
    yield Case("wheel step, 512x512 fitted", lambda n: Renderer(small[n % 8]).picture(wheel, SIZE), 0.016)
    yield Case("window/level, 512x512 fitted", _window_steps(Renderer(small[0])), 0.008)
    yield Case("window/level, 5000x4000 fitted", _window_steps(Renderer(large)), 0.008)
    yield Case("pan at zoom 0.5, 5000x4000", _pan_steps(Renderer(large), 0.5), 0.016)
    yield Case("pan at zoom 3, 5000x4000", _pan_steps(Renderer(large), 3), 0.016)


def _window_steps(renderer: Renderer) -> Callable[[int], object]:
    return lambda n: renderer.picture(View(Window(40 + n % 200, 400)), SIZE)


def _pan_steps(renderer: Renderer, zoom: float) -> Callable[[int], object]:
    view = View(Window(40, 400), zoom=zoom)
    return lambda n: renderer.picture(replace(view, centre_px=(2500 + n % 300, 2000)), SIZE)


def _frame(pixels: NDArray[Any]) -> Frame:
    return Frame(pixels, "MONOCHROME2", 16, Spacing(), ModalityTransform(1, -1024, unit="HU"))


def _noise(rows_px: int, columns_px: int, seed: int) -> NDArray[np.int16]:
    return np.random.default_rng(seed).integers(0, 4096, (rows_px, columns_px)).astype(np.int16)
