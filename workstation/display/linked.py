"""What the other panes do when one is scrolled, moved, turned or windowed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from workstation.display.linking import StackPlanes, by_offset, by_position, offset_by_hand, offset_from_positions
from workstation.display.view import View
from workstation.display.viewing import Viewing
from workstation.quick_dataclass import dataclass

FOLLOWS_ZOOM = frozenset({"pan", "zoom", "turn", "reset"})
FOLLOWS_WINDOW = frozenset({"window", "invert", "colours", "reset"})


@dataclass(frozen=True)
class Linkable:
    """What of a pane decides how it follows.

    Parameters
    ----------
    count
        Images of its stack.
    planes
        Their planes.
    modality
        Windows are shared within one.
    shape_px
        Rows and columns of its images.
    spacing_mm
        Between rows and between columns; None where there is none: then pixels are taken to be of one size.
    anchor
        The image that belongs to the anchors of the other panes, where stacks are linked by hand.
    is_in_colour
        Windows are shared among images in grey, and among those in colour.
    """

    count: int
    planes: StackPlanes
    modality: str = ""
    shape_px: tuple[int, int] = (0, 0)
    spacing_mm: tuple[float, float] | None = None
    anchor: int | None = None
    is_in_colour: bool = False


def followed(viewing: Viewing, leader: int, what: str, panes: Mapping[int, Linkable]) -> Viewing:
    """Have the other panes follow one that was changed.

    Parameters
    ----------
    viewing
        With the change in the leading pane.
    leader
        Number of that pane.
    what
        Kind of the change: scroll, window, pan, zoom, turn, invert, colours, interpolation, reset.
    panes
        Those that show images; others don't follow.
    """
    if viewing.is_tile(leader):
        return _in_step(viewing, leader, panes)
    if leader not in panes:
        return viewing
    look = viewing.panes[leader].look
    for number, pane in panes.items():
        if number == leader or viewing.is_tile(number):
            continue
        theirs = viewing.panes[number].look
        new = theirs
        is_together = viewing.panes[number].group == viewing.panes[leader].group
        if what == "scroll" and viewing.links.scroll != "off" and is_together:
            new = replace(new, index=_index(viewing.links.scroll, panes[leader], look.index, pane, theirs.index))
        if what in FOLLOWS_ZOOM and viewing.links.zoom:
            new = replace(new, view=_same_place(look.view, panes[leader], new.view, pane))
        if what in FOLLOWS_WINDOW and viewing.links.window and _is_same_kind(pane, panes[leader]):
            new = replace(new, view=_same_greys(look.view, new.view))
        if new is not theirs:
            viewing = viewing.with_look(number, new)
    return viewing


def index_beside(link: str, leader: Linkable, index: int, follower: Linkable) -> int:
    """Give the image of a stack, newly shown, that belongs to the one of another; its first where none does.

    Parameters
    ----------
    link
        How panes scroll together: off, position, offset.
    leader, index
        The other stack, and which of its images is seen.
    follower
        The stack that is shown anew.
    """
    return 0 if link == "off" else _index(link, leader, index, follower, 0)


def _is_same_kind(one: Linkable, other: Linkable) -> bool:
    return (one.modality, one.is_in_colour) == (other.modality, other.is_in_colour)


def _index(link: str, leader: Linkable, index: int, follower: Linkable, now: int) -> int:
    if link == "position" and (match := by_position(leader.planes, index, follower.planes)) is not None:
        return match.index
    if leader.anchor is not None and follower.anchor is not None:
        offset = offset_by_hand(leader.planes, leader.anchor, follower.planes, follower.anchor)
    elif link == "position" and (found := offset_from_positions(leader.planes, follower.planes)) is not None:
        offset = found
    else:
        return now
    match = by_offset(leader.planes, index, follower.planes, offset)
    return now if match is None else match.index


def _same_place(leading: View, leader: Linkable, following: View, follower: Linkable) -> View:
    """Show the same part in the same size: millimetres where both have them, from the middle of the image."""
    ours, theirs = leader.spacing_mm, follower.spacing_mm
    ratio = (1.0, 1.0) if ours is None or theirs is None else (ours[0] / theirs[0], ours[1] / theirs[1])
    smaller = 1.0 if ours is None or theirs is None else min(theirs) / min(ours)
    centre = None
    if leading.centre_px is not None:
        from_middle = [
            point - (size - 1) / 2 for point, size in zip(leading.centre_px, reversed(leader.shape_px), strict=True)
        ]
        moved = (from_middle[0] * ratio[1], from_middle[1] * ratio[0])
        centre = (moved[0] + (follower.shape_px[1] - 1) / 2, moved[1] + (follower.shape_px[0] - 1) / 2)
    return replace(
        following,
        zoom=None if leading.zoom is None else leading.zoom * smaller,
        centre_px=centre,
        of_px=follower.shape_px if leading.of_px is not None else None,
        rotation_quarters=leading.rotation_quarters,
        flipped_h=leading.flipped_h,
        flipped_v=leading.flipped_v,
    )


def _same_greys(leading: View, following: View) -> View:
    return replace(following, voi=leading.voi, inverted=leading.inverted, colours=leading.colours)


def _in_step(viewing: Viewing, leader: int, panes: Mapping[int, Linkable]) -> Viewing:
    """Tiles show one image after the other, all in one way; the first one never leaves the stack."""
    look = viewing.panes[leader].look
    tiles = viewing.numbers_on(viewing.at_screen(leader))
    count = max((panes[number].count for number in tiles if number in panes), default=1)
    first = min(max(look.index - (leader - tiles[0]), 0), max(0, count - 1))
    for place, number in enumerate(tiles):
        viewing = viewing.with_look(number, replace(look, index=first + place))
    return viewing


def spacing_of(values: Sequence[float] | None) -> tuple[float, float] | None:
    """Give usable distances of pixels, in mm; None for those that are absent or absurd."""
    if values is None or len(values) != 2 or not all(0 < value < 1e4 for value in values):
        return None
    return float(values[0]), float(values[1])
