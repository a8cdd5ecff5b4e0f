"""How a volume is looked at along a path: one value, each change makes another; and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from workstation.errors import UserError
from workstation.model.geometry import Vector
from workstation.quick_dataclass import dataclass
from workstation.volume.cutting.curved_planes import CurvedLayout, cross_section, share_inside, straightened, stretched
from workstation.volume.cutting.sheets import Flat, Taking
from workstation.volume.cutting.slabs import Interpolation, Slab
from workstation.volume.paths import Path3D, Points, curve_points, path_through
from workstation.volume.segments.over import Layers, Over, layers_over

if TYPE_CHECKING:
    from workstation.model.frame import Frame
    from workstation.volume.cutting.reslice import Reslicer

CurvedKind = Literal["straightened", "stretched", "panorama"]
HEADWARDS: Vector = (0.0, 0.0, 1.0)
LYING = 3
"""Quarters by which a picture is turned, clockwise, that lies: what is at its top is at the left then."""
NARROWEST_MM, WIDEST_MM = 5.0, 400.0
THIN = Slab(0.0, "mean")


@dataclass(frozen=True, slots=True)
class CurvedView:
    """How a path is looked at.

    Parameters
    ----------
    kind
        As in `workstation.volume.cutting.curved_planes`; a panorama is stretched with the head up.
    width_mm
        How far the picture, and a cross-section, reaches across the path.
    turn_deg
        By how much the rows of a straightened picture are turned about the path, 0 to 360.
    slab
        How thick the picture is, and what of it is seen.
    apart_mm
        Distance of cross-sections along the path.
    zoom_per_mm, centre_mm
        Pixels of the screen for a millimetre, and what is in the middle (across, along); None: all is just seen.
    rotation_quarters
        By how many quarters the picture is turned; None: as it fits into its room, a panorama with the head up.
    flipped_h, flipped_v
        As in `workstation.display.view.View`.
    """

    kind: CurvedKind = "straightened"
    width_mm: float = 50.0
    turn_deg: float = 0.0
    slab: Slab = THIN
    apart_mm: float = 5.0
    zoom_per_mm: float | None = None
    centre_mm: tuple[float, float] | None = None
    rotation_quarters: int | None = None
    flipped_h: bool = False
    flipped_v: bool = False

    def turned(self, by_deg: float) -> CurvedView:
        """Turn about the path."""
        return replace(self, turn_deg=(self.turn_deg + by_deg) % 360.0)

    def wide(self, width_mm: float) -> CurvedView:
        """Reach so far across the path; all is seen again."""
        kept = min(max(width_mm, NARROWEST_MM), WIDEST_MM)
        return replace(self, width_mm=kept, zoom_per_mm=None, centre_mm=None)

    def of_kind(self, kind: CurvedKind) -> CurvedView:
        """Show another kind of picture, all of it."""
        return replace(self, kind=kind, zoom_per_mm=None, centre_mm=None, rotation_quarters=None)


@dataclass(frozen=True, slots=True)
class CurvedWish:
    """What is to be seen of a volume along a path.

    Parameters
    ----------
    points_lps
        Of the path.
    kind, width_mm, turn_deg, slab, interpolation
        Of the picture.
    pixel_mm
        Side of its pixels.
    places_mm
        Along the path, at which there are cross-sections.
    is_draft
        For a picture that is gone in a moment.
    over
        What is taken along with picture and cross-sections.
    """

    points_lps: tuple[Vector, ...]
    kind: CurvedKind
    width_mm: float
    turn_deg: float
    slab: Slab
    interpolation: Interpolation
    pixel_mm: float
    places_mm: tuple[float, ...] = ()
    is_draft: bool = False
    over: tuple[Over, ...] = ()

    @property
    def of_path(self) -> CurvedWish:
        """What the path and its picture depend on."""
        return replace(self, places_mm=(), over=())


@dataclass(frozen=True, eq=False)
class Along:
    """A path, its picture and its cross-sections.

    Parameters
    ----------
    wish
        What was asked for.
    path, layout, frame
        The path, where the pixels of the picture lie, and the picture.
    sections
        Cross-sections, in the order of ``wish.places_mm``.
    layers, section_layers
        What lies over the picture, and over each cross-section, by whose it is.
    """

    wish: CurvedWish
    path: Path3D
    layout: CurvedLayout
    frame: Frame
    sections: tuple[Frame, ...] = ()
    layers: Layers = field(default_factory=dict)
    section_layers: tuple[Layers, ...] = ()

    @property
    def taking(self) -> Taking:
        """What was taken for the picture."""
        return _picture(self.layout, self.wish)

    def row_at(self, at_mm: float) -> float:
        """Give the row of the picture that passes through a place along the path."""
        if self.layout.kind == "straightened":
            return at_mm / self.path.step_mm
        return float(np.interp(at_mm, self._places(), self._seen() / self.layout.spacing.between_rows))

    def at_row(self, row: float) -> float:
        """Give which place along the path a row of the picture passes through."""
        if self.layout.kind == "straightened":
            return min(max(row * self.path.step_mm, 0.0), self.path.length_mm)
        return float(np.interp(row * self.layout.spacing.between_rows, self._seen(), self._places()))

    def _places(self) -> NDArray[np.float64]:
        return np.linspace(0.0, self.path.length_mm, len(self.path.points_lps))

    def _seen(self) -> NDArray[np.float64]:
        """Give the length of the path up to each of its points, as it is seen along the rows."""
        across = self.layout.across_lps[0]
        points = self.path.points_lps
        seen = points - (points @ across)[:, np.newaxis] * across
        steps = np.sqrt((np.diff(seen, axis=0) ** 2).sum(axis=1))
        found: NDArray[np.float64] = np.concatenate([np.zeros(1), np.cumsum(steps)])
        return found


@dataclass(frozen=True, eq=False)
class Course:
    """Where a path runs: points at equal steps of its length.

    Parameters
    ----------
    points_lps
        (n, 3) mm, n at least 2.
    length_mm
        Of all of it.
    """

    points_lps: Points
    length_mm: float

    @classmethod
    def through(cls, points_lps: Sequence[Vector], *, step_mm: float = 1.0) -> Course:
        """Give it for the points of a path; `UserError` as `workstation.volume.paths.path_through` has it."""
        return cls(*curve_points(points_lps, step_mm=step_mm))

    @property
    def step_mm(self) -> float:
        """Length from one point to the next."""
        return self.length_mm / (len(self.points_lps) - 1)

    def place(self, at_mm: float) -> Vector:
        """Give the point at a length along it."""
        share = min(max(at_mm / self.step_mm, 0.0), len(self.points_lps) - 1.0)
        before = min(int(share), len(self.points_lps) - 2)
        one, other = self.points_lps[before], self.points_lps[before + 1]
        x, y, z = one + (share - before) * (other - one)
        return float(x), float(y), float(z)

    def nearest(self, point_lps: Vector) -> tuple[float, float]:
        """Give the length along it at which it is nearest to a point, and how far away it is there, in mm."""
        steps = np.diff(self.points_lps, axis=0)
        away = np.asarray(point_lps) - self.points_lps[:-1]
        sizes = np.maximum((steps * steps).sum(axis=1), 1e-18)
        share = np.clip((away * steps).sum(axis=1) / sizes, 0.0, 1.0)
        gaps = np.linalg.norm(away - share[:, np.newaxis] * steps, axis=1)
        best = int(np.argmin(gaps))
        return float((best + share[best]) * self.step_mm), float(gaps[best])


def in_order(points_lps: Sequence[Vector], kind: CurvedKind) -> tuple[Vector, ...]:
    """Give the points as a picture follows them: a panorama begins at the right of the patient, at the left of it."""
    is_backwards = kind == "panorama" and points_lps[0][0] > points_lps[-1][0]
    return tuple(reversed(points_lps)) if is_backwards else tuple(points_lps)


def layout_of(path: Path3D, wish: CurvedWish) -> CurvedLayout:
    """Give where the pixels of the picture lie.

    Raises
    ------
    UserError
        If it would be too large, or nothing of the path is seen from the direction of the rows.
    """
    if wish.kind == "straightened":
        return straightened(path, width_mm=wish.width_mm, spacing_mm=wish.pixel_mm, turn_deg=wish.turn_deg)
    across = HEADWARDS if wish.kind == "panorama" else path.normals_lps[0]
    return stretched(path, across_lps=across, width_mm=wish.width_mm, spacing_mm=wish.pixel_mm)


def seen_along(reslicer: Reslicer, wish: CurvedWish, known: Along | None = None) -> Along:
    """Make the picture along a path, and cross-sections.

    Parameters
    ----------
    reslicer
        Of the volume.
    wish
        What is asked for.
    known
        What was made last: of it is kept what is the same.

    Raises
    ------
    UserError
        If the path has no length or lies outside, or as `layout_of` says.
    """
    if known is not None and known.wish.of_path == wish.of_path:
        path, layout, frame = known.path, known.layout, known.frame
    else:
        known = None
        path = path_through(in_order(wish.points_lps, wish.kind), step_mm=wish.pixel_mm)
        if share_inside(path, reslicer.volume.grid) == 0:
            raise UserError("The path lies outside the volume.", hint="Draw another one, or undo what moved it.")
        layout = layout_of(path, wish)
        frame = reslicer.taken(_picture(layout, wish))
    held, kept = (known.wish.over, known.layers) if known is not None else ((), {})
    layers = {each.uid: kept[each.uid] for each in wish.over if each in held and each.uid in kept}
    new = layers_over((each for each in wish.over if each not in held), _picture(layout, wish))
    sections = [section_at(path, place, wish, reslicer.volume.grid.frame_of_reference_uid) for place in wish.places_mm]
    return Along(
        wish,
        path,
        layout,
        frame,
        tuple(reslicer.taken(each) for each in sections),
        {**layers, **new},
        tuple(layers_over(wish.over, each) for each in sections),
    )


def sections_along(
    reslicer: Reslicer,
    path: Path3D,
    wish: CurvedWish,
    apart_mm: float,
    *,
    report: Callable[[int, int, str], None] = lambda _done, _total, _words: None,
) -> list[tuple[Frame, Taking]]:
    """Give cross-sections of a whole path, from its beginning on, as a picture along it is taken, and where they lie.

    Parameters
    ----------
    reslicer
        Of the volume.
    path
        The path.
    wish
        Width, pixels and interpolation are those of this one.
    apart_mm
        Their distance along the path.
    report
        Called with (sections made, sections, words); it may raise `Cancelled`.
    """
    count = int(path.length_mm / apart_mm + 1e-6) + 1
    uid = reslicer.volume.grid.frame_of_reference_uid
    found = []
    for number in range(count):
        report(number, count, "Cross-sections")
        taking = section_at(path, number * apart_mm, wish, uid)
        found.append((reslicer.taken(taking), taking))
    return found


def section_at(path: Path3D, at_mm: float, wish: CurvedWish, frame_of_reference_uid: str) -> Taking:
    """Give the cross-section at a place along a path: thin, and as wide as the picture."""
    width, pixel = wish.width_mm, wish.pixel_mm
    plane = cross_section(path, at_mm, width_mm=width, spacing_mm=pixel, frame_uid=frame_of_reference_uid)
    side = round(width / pixel) + 1
    return Taking(Flat(plane, (side, side)), interpolation=wish.interpolation, is_draft=wish.is_draft)


def _picture(layout: CurvedLayout, wish: CurvedWish) -> Taking:
    return Taking(layout, wish.slab, wish.interpolation, wish.is_draft)


def places_around(at_mm: float, length_mm: float, apart_mm: float, count: int) -> tuple[float | None, ...]:
    """Give an odd number of places along a path, one in their middle; None stands for one beyond its ends."""
    wanted = [at_mm + (number - count // 2) * apart_mm for number in range(count)]
    return tuple(each if -1e-6 <= each <= length_mm + 1e-6 else None for each in wanted)
