"""What a person puts on an image: notes and arrows, and everything that is measured."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from workstation.model.annotation_kinds import TRAITS, Kind
from workstation.model.geometry import point_to_lps
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.model.concepts import Code
    from workstation.model.geometry import Plane, Vector
    from workstation.model.plane_cut import PlaneCut

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


Role = Literal["", "target", "non-target", "new"]
"""What a lesion is to RECIST 1.1."""
Status = Literal["", "present", "absent", "too small", "progression", "not evaluated"]
"""What became of a lesion in a study, where its size alone does not say."""
Node = Literal["", "yes", "no"]
"""Whether a lesion is a lymph node; empty: its site, finding and name say so, or not."""


@dataclass(frozen=True, slots=True)
class About:
    """What a measurement is of.

    Parameters
    ----------
    tracking_uid
        The same for the same lesion in every image and every study, and for all contours of one volume.
    tracking_id
        Its name for people ("Lesion 1").
    finding, site, laterality
        What it is (nodule), where (right upper lobe), and on which side; None where nobody said.
    role, status
        Of a lesion, in RECIST 1.1; one that is gone has a note where it was.
    note
        Words of a person about it.
    node
        Whether a person says that it is a lymph node.
    """

    tracking_uid: str = ""
    tracking_id: str = ""
    finding: Code | None = None
    site: Code | None = None
    laterality: Code | None = None
    role: Role = ""
    note: str = ""
    status: Status = ""
    node: Node = ""


@dataclass(frozen=True, slots=True)
class Mask:
    """Which pixels of a box are inside a painted region.

    Parameters
    ----------
    left, top
        Column and row of the first pixel of the box.
    columns, rows
        Size of the box.
    bits
        Row by row, eight pixels a byte, the first in the highest bit (as numpy's ``packbits``); the rest is 0.
    """

    left: int
    top: int
    columns: int
    rows: int
    bits: bytes

    def __post_init__(self) -> None:
        if self.columns < 1 or self.rows < 1 or len(self.bits) != (self.columns * self.rows + 7) // 8:
            raise ValueError(f"a mask of {self.columns} x {self.rows} pixels in {len(self.bits)} bytes")


ThresholdKind = Literal["value", "suv", "percent", "percist"]


@dataclass(frozen=True, slots=True)
class Threshold:
    """Which values count, both ends included.

    Parameters
    ----------
    kind
        ``value``: in modality units; ``suv``: body-weight SUV in g/ml; ``percent``: of the highest value in the region;
        ``percist``: the liver's or the blood pool's limit (PERCIST 1.0), in ``low`` as SUL.
    low, high
        None: no limit on this side.
    """

    kind: ThresholdKind
    low: float | None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Annotation:
    """An annotation of one frame.

    Parameters
    ----------
    id
        Tells it from all others.
    kind
        See `workstation.model.annotation_kinds`.
    sop_instance_uid, frame
        The image, and its frame from 0. Of one on a plane cut out of a volume the Series Instance UID of that, and 0:
        so it is on no image.
    points_px
        (column, row) of the image, or of the pixels of ``cut``, as its kind orders them.
    label_px
        (column, row) of the middle of its words.
    text
        Its words, in one line; only those of a note may not be empty. Numbers are no part of them.
    colour
        Red, green, blue, 0 to 255.
    is_locked
        Nothing of it can be changed until it is unlocked.
    points_lps
        The points in patient LPS mm; empty where the image has no plane.
    frame_of_reference_uid
        Of these.
    about
        What a measurement is of; None where nobody said.
    mask
        Of a ``mask``: its pixels.
    threshold
        Which of the pixels inside count; None: all.
    known_mm
        Of a ``calibration``: how long its line is.
    source_uid
        SOP instance of the object that it was read from; empty for what a person made here.
    is_label_moved
        A person has put the words of a measurement where they are; otherwise they go where they cover nothing.
    notes
        Sentences on how it was read from a file, which go with its numbers: what was ambiguous, and how it was taken.
    cut
        The plane that it lies on, where that is cut out of a volume; None for one on an image.
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
    about: About | None = None
    mask: Mask | None = None
    threshold: Threshold | None = None
    known_mm: float | None = None
    source_uid: str = ""
    is_label_moved: bool = False
    notes: tuple[str, ...] = ()
    cut: PlaneCut | None = None

    def __post_init__(self) -> None:
        traits = TRAITS[self.kind]
        count = len(self.points_px)
        if count < traits.fewest or (traits.most is not None and count > traits.most):
            raise ValueError(f"{self.kind} with {count} points")
        if (self.mask is not None) != (self.kind == "mask"):
            raise ValueError(f"{self.kind} with a mask" if self.mask else "a painted region without its pixels")

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
        points = tuple(point_to_lps(plane, each) for each in self.points_px)
        return replace(self, points_lps=points, frame_of_reference_uid=plane.frame_of_reference_uid)


def _sum(one: Point, other: Point) -> Point:
    return one[0] + other[0], one[1] + other[1]
