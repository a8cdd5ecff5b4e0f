"""Annotations that a person puts on an image: a note that points at a place, or an arrow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

from workstation.model.geometry import image_to_lps

if TYPE_CHECKING:
    from workstation.model.geometry import Plane, Vector

Kind = Literal["text", "arrow"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Point = tuple[float, float]
Rgb = tuple[int, int, int]
YELLOW: Rgb = (255, 214, 64)
COLOURS: dict[str, Rgb] = {
    "Yellow": YELLOW,
    "White": (240, 240, 240),
    "Red": (255, 96, 88),
    "Green": (98, 214, 120),
    "Cyan": (86, 204, 232),
    "Magenta": (232, 128, 232),
}
"""Colours that are seen over bone, air and soft tissue."""
LONGEST_TEXT = 1000


@dataclass(frozen=True, slots=True)
class Annotation:
    """An annotation of one frame.

    Parameters
    ----------
    id
        Tells it from all others.
    kind
        ``text`` or ``arrow``.
    sop_instance_uid, frame
        The image, and its frame from 0.
    points_px
        (column, row) of the image: of a text what it is about, of an arrow tip and tail.
    label_px
        (column, row) of the middle of its words.
    text
        Its words, in one line; those of an arrow may be empty.
    colour
        Red, green, blue, 0 to 255.
    is_locked
        Nothing of it can be changed until it is unlocked.
    points_lps
        The points in patient LPS mm; empty where the image has no plane.
    frame_of_reference_uid
        Of these.
    """

    id: str
    kind: Kind
    sop_instance_uid: str
    frame: int
    points_px: tuple[Point, ...]
    label_px: Point
    text: str = ""
    colour: Rgb = YELLOW
    is_locked: bool = False
    points_lps: tuple[Vector, ...] = ()
    frame_of_reference_uid: str = ""

    def __post_init__(self) -> None:
        wanted = {"text": 1, "arrow": 2}[self.kind]
        if len(self.points_px) != wanted:
            raise ValueError(f"{self.kind} with {len(self.points_px)} points")

    def is_on(self, sop_instance_uid: str, frame: int) -> bool:
        """Tell whether it is on a frame."""
        return (self.sop_instance_uid, self.frame) == (sop_instance_uid, frame)

    def moved(self, by_px: Point) -> Annotation:
        """Move all of it by (columns, rows)."""
        return replace(self, points_px=tuple(_sum(each, by_px) for each in self.points_px)).with_label(
            _sum(self.label_px, by_px)
        )

    def with_point(self, number: int, at_px: Point) -> Annotation:
        """Move one of its points; the words of an arrow go with its tail."""
        before = self.points_px[number]
        points = (*self.points_px[:number], at_px, *self.points_px[number + 1 :])
        made = replace(self, points_px=points)
        if self.kind == "arrow" and number == 1:
            made = made.with_label(_sum(self.label_px, (at_px[0] - before[0], at_px[1] - before[1])))
        return made

    def with_label(self, at_px: Point) -> Annotation:
        """Move its words."""
        return replace(self, label_px=at_px)

    def on_plane(self, plane: Plane | None) -> Annotation:
        """Give it the patient points that its points have on the plane of its image."""
        if plane is None:
            return replace(self, points_lps=(), frame_of_reference_uid="")
        found = image_to_lps(plane, list(self.points_px))
        points = tuple((float(x), float(y), float(z)) for x, y, z in found)
        return replace(self, points_lps=points, frame_of_reference_uid=plane.frame_of_reference_uid)


def _sum(one: Point, other: Point) -> Point:
    return one[0] + other[0], one[1] + other[1]
