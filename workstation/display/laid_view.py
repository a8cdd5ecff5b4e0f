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


def since_first(own: View, first: View) -> View:
    """Give what a hand has changed of how a stack is first looked at: a state goes before habits and hangings.

    `onto_first` is the reverse.
    """
    return _compared(own, first, View())


def onto_first(part: View, first: View) -> View:
    """Give a view of which `since_first` gives this part."""
    return _compared(part, View(), first)


def _compared(view: View, one: View, other: View) -> View:
    """Put another view in the place of one, part by part, where they are equal; inversions add up."""
    if one == other:
        return view
    is_same_place = (view.zoom, view.centre_px) == (one.zoom, one.centre_px)
    is_same_turn = np.array_equal(view.axes(), one.axes())
    turned = other if is_same_turn else view
    return replace(
        view,
        voi=other.voi if view.voi is one.voi or view.voi == one.voi else view.voi,
        inverted=view.inverted != (one.inverted != other.inverted),
        zoom=other.zoom if is_same_place else view.zoom,
        centre_px=other.centre_px if is_same_place else view.centre_px,
        rotation_quarters=turned.rotation_quarters,
        flipped_h=turned.flipped_h,
        flipped_v=turned.flipped_v,
        colours=other.colours if view.colours == one.colours else view.colours,
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
