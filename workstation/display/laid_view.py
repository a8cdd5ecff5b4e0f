"""A hand's view laid over the one that a presentation state asks for, and taken off again.

What a hand has not touched stays as the state has it, image for image; a turn or a flip comes after that of the state.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from workstation.display.view import View


def laid_over(base: View, own: View) -> View:
    """Give the view that is seen.

    Parameters
    ----------
    base
        What a state asks for, `workstation.display.presentation.Presented.view`.
    own
        What a hand has changed; `View()` is nothing.
    """
    quarters, flipped_h, flipped_v = _turned(own.axes() @ base.axes(), own, base)
    is_placed = own.zoom is not None or own.centre_px is not None
    return replace(
        own,
        voi=base.voi if own.voi is None else own.voi,
        inverted=own.inverted != base.inverted,
        zoom=own.zoom if is_placed else base.zoom,
        centre_px=own.centre_px if is_placed else base.centre_px,
        rotation_quarters=quarters,
        flipped_h=flipped_h,
        flipped_v=flipped_v,
        overlays=own.overlays and base.overlays,
        shutter=own.shutter and base.shutter,
        colours=own.colours or base.colours,
        fitted_px=base.fitted_px if own.fitted_px is None else own.fitted_px,
        presentation=base.presentation,
    )


def own_part(seen: View, base: View) -> View:
    """Give what a hand has changed of the view that a state asks for: the reverse of `laid_over`."""
    quarters, flipped_h, flipped_v = _turned(seen.axes() @ base.axes().T, seen, base)
    is_placed = (seen.zoom, seen.centre_px) != (base.zoom, base.centre_px)
    return replace(
        seen,
        voi=None if seen.voi is base.voi else seen.voi,
        inverted=seen.inverted != base.inverted,
        zoom=seen.zoom if is_placed else None,
        centre_px=seen.centre_px if is_placed else None,
        rotation_quarters=quarters,
        flipped_h=flipped_h,
        flipped_v=flipped_v,
        colours="" if seen.colours == base.colours else seen.colours,
        fitted_px=None if seen.fitted_px == base.fitted_px else seen.fitted_px,
        presentation=None,
    )


def _turned(axes: NDArray[np.int_], first: View, base: View) -> tuple[int, bool, bool]:
    """Give quarter turns, and whether left and right, top and bottom are exchanged after them.

    The same axes can be told in two ways; where the state turns nothing, the hand's way stays.
    """
    if np.array_equal(base.axes(), np.eye(2)):
        return first.rotation_quarters, first.flipped_h, first.flipped_v
    is_flipped = bool(np.linalg.det(axes) < 0)
    turn = np.diag([-1, 1]) @ axes if is_flipped else axes
    quarters = next(each for each in range(4) if np.array_equal(View(rotation_quarters=each).axes(), turn))
    return quarters, is_flipped, False
