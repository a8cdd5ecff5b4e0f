"""Planes and slabs as picture files and as DICOM series: what the commands of planes write."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from workstation.display.annotate import Annotations, draw_annotations
from workstation.display.corner_text import Corners
from workstation.display.letters import edge_letters
from workstation.display.picture import check_size
from workstation.display.presets import voi_text
from workstation.display.render import Picture, render
from workstation.display.scale_bar import scale_bar
from workstation.display.view import Size, View, natural_size
from workstation.model.frame import Frame, Voi
from workstation.model.geometry import Plane, Spacing, Vector
from workstation.operations.operation import one_line
from workstation.quick_dataclass import dataclass
from workstation.volume.cutting.reslice import Reslicer
from workstation.volume.cutting.sampling import Report
from workstation.volume.cutting.sheets import Flat, Taking
from workstation.volume.cutting.slabs import SHORT, Interpolation, Slab
from workstation.volume.cutting.standard_planes import PlaneStack

_BAR_SHARE = 1 / 4
_FEW = 3


class Above(Protocol):
    """Something that is drawn over a picture: another volume, segments, a dose."""

    def put_over(self, canvas: NDArray[np.uint8], frame: Frame, view: View, size_px: Size) -> None:
        """Draw it into a picture of red, green, blue."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Planes that are asked for, and how they are taken.

    ``name`` is what a person calls one of them (``axial plane``); ``planes`` follow each other, or are one;
    ``is_whole`` says whether the slab is the whole volume; ``remarks`` are what a reader of the picture has to know.
    """

    name: str
    planes: PlaneStack
    slab: Slab
    interpolation: Interpolation = "linear"
    is_whole: bool = False
    remarks: tuple[str, ...] = ()

    def taking(self, n: int) -> Taking:
        """Give what is taken for plane ``n`` from 0."""
        return Taking(Flat(self.planes.plane(n), self.planes.size_px), self.slab, self.interpolation)

    def slab_text(self) -> str:
        """Give the slab in words; empty for planes alone."""
        return f"{SHORT[self.slab.projection]} of the whole volume" if self.is_whole else self.slab.text()


@dataclass(frozen=True, slots=True)
class WrittenOver:
    """A second volume that was laid over planes.

    ``name`` is what it is called, ``how`` how it was brought there, ``values`` those at the ends of its ``colours``.
    ``to_moving`` is the matrix from points of the first volume to those of the second, row by row, LPS mm; None where
    they have one frame of reference.
    """

    name: str
    how: str
    values: str
    colours: str
    opacity: float
    to_moving: tuple[float, ...] | None = None

    def text(self) -> str:
        """Give it in words."""
        return f"{self.name} over it ({self.values}), {self.how}"


@dataclass(frozen=True, slots=True)
class WrittenPlanes:
    """Pictures of planes that were written.

    ``path`` is the file of one, or the folder of ``files`` files. The plane has ``columns`` x ``rows`` pixels, the
    pictures ``width`` x ``height``; ``pixel_mm`` is between columns, between rows, ``step_mm`` the distance of planes,
    0 for one. Where the first lies is given in LPS mm.
    """

    path: str
    files: int
    plane: str
    columns: int
    rows: int
    width: int
    height: int
    pixel_mm: tuple[float, float]
    step_mm: float
    slab: str
    thickness_mm: float
    interpolation: str
    window: str
    first_pixel_lps: Vector
    along_row_lps: Vector
    along_column_lps: Vector
    notes: tuple[str, ...] = ()
    over: WrittenOver | None = None
    segments: tuple[str, ...] = ()

    def text(self) -> str:
        """Give it as a line."""
        planes = self.plane if self.files == 1 else f"{self.files} {self.plane}s"
        across, down = self.pixel_mm
        side = f"{across:.3g} mm" if abs(across - down) < 1e-6 else f"{across:.3g} x {down:.3g} mm"
        parts = [
            f"{planes} of {self.columns} x {self.rows} pixels ({side})",
            f"{self.step_mm:.3g} mm apart" if self.files > 1 else "",
            self.slab,
            self.interpolation,
            self.window,
            self.over.text() if self.over is not None else "",
            f"{few(self.segments)} over it" if self.segments else "",
        ]
        return one_line(f"{self.path}: {', '.join(part for part in parts if part)}")


def few(names: Sequence[str], *, most: int = _FEW) -> str:
    """Name the first of some segments, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


def frame_of(asked: Asked, reslicer: Reslicer, n: int, report: Report | None = None) -> Frame:
    """Give the frame of plane ``n`` from 0; ``report`` as in `Reslicer.frame`."""
    check_size(*asked.planes.size_px)
    return reslicer.taken(asked.taking(n), report)


def described(asked: Asked, path: Path, window: str, picture_px: Size, notes: tuple[str, ...]) -> WrittenPlanes:
    """Say what was written."""
    planes, first = asked.planes, asked.planes.first
    return WrittenPlanes(
        path=str(path),
        files=planes.count,
        plane=asked.name,
        columns=planes.size_px[0],
        rows=planes.size_px[1],
        width=picture_px[0],
        height=picture_px[1],
        pixel_mm=(first.spacing.between_columns, first.spacing.between_rows),
        step_mm=planes.step_mm if planes.count > 1 else 0.0,
        slab=asked.slab_text(),
        thickness_mm=asked.slab.thickness_mm,
        interpolation=asked.interpolation,
        window=window,
        first_pixel_lps=first.origin_lps,
        along_row_lps=first.along_row_lps,
        along_column_lps=first.along_column_lps,
        notes=notes,
    )


def picture_of(
    frame: Frame,
    voi: Voi,
    *,
    size_px: Size | None = None,
    captions: tuple[str, ...] | None = None,
    above: Sequence[Above] = (),
    look: View | None = None,
) -> Picture:
    """Give the picture of a frame as it is written.

    Parameters
    ----------
    voi
        Its window.
    size_px
        None for a pixel of the picture for the smaller side of a pixel of the plane.
    captions
        Lines in its corner, with the letters of the sides, a bar and the window; None for nothing of these.
    above
        What lies over it, lowest first.
    look
        How it is turned, and in which colours.

    Raises
    ------
    UserError
        If it would be too large.
    """
    view = replace(look or View(), voi=None if frame.is_colour else voi)
    size_px = size_px or natural_size(frame, view)
    picture = drawn(frame, view, size_px, above)
    if captions is None:
        return picture
    bar = scale_bar(frame.spacing, view.effective_zoom(frame, size_px), longest_px=size_px[0] * _BAR_SHARE)
    window = () if frame.is_colour else (voi_text(voi),)
    corners = Corners(captions, (), (), window)
    return draw_annotations(picture, Annotations(corners, edge_letters(frame.plane, view), bar))


def drawn(frame: Frame, view: View, size_px: Size, above: Sequence[Above]) -> Picture:
    """Give the picture of a frame with what lies over it, lowest first.

    Raises
    ------
    UserError
        If it would be too large.
    """
    check_size(*size_px)
    picture = render(frame, view, size_px)
    for each in above:
        each.put_over(picture, frame, view, size_px)
    return picture


def in_colour(frame: Frame, view: View, above: Sequence[Above]) -> Frame:
    """Give the picture of a frame with what lies over it as a frame in colour, which covers the same.

    A frame that has a plane must not be turned by ``view``: its picture would lie otherwise than that says.
    """
    picture = drawn(frame, view, natural_size(frame, view), above)
    rows, columns = frame.pixels.shape[:2]
    if frame.plane is not None:
        plane = resized(frame.plane, (columns, rows), (picture.shape[1], picture.shape[0]))
        return Frame(picture, "RGB", 8, plane.spacing, plane=plane)
    across, down = columns * frame.spacing.between_columns, rows * frame.spacing.between_rows
    wide, high = (down, across) if view.rotation_quarters % 2 else (across, down)
    spacing = Spacing(high / picture.shape[0], wide / picture.shape[1], frame.spacing.source, frame.spacing.note)
    return Frame(picture, "RGB", 8, spacing)


def resized(plane: Plane, before_px: Size, now_px: Size) -> Plane:
    """Give the plane of an image whose pixels were made larger or smaller: what it covers stays.

    Parameters
    ----------
    plane
        Of the pixels before.
    before_px, now_px
        Columns and rows, before and now.
    """
    if before_px == now_px:
        return plane
    across, down = plane.spacing.between_columns, plane.spacing.between_rows
    wide, high = across * before_px[0] / now_px[0], down * before_px[1] / now_px[1]
    x, y, z = (
        at + (wide - across) / 2 * right + (high - down) / 2 * below
        for at, right, below in zip(plane.origin_lps, plane.along_row_lps, plane.along_column_lps, strict=True)
    )
    return replace(plane, origin_lps=(x, y, z), spacing=replace(plane.spacing, between_columns=wide, between_rows=high))


def captions(asked: Asked, n: int) -> tuple[str, ...]:
    """Give the lines that say what plane ``n`` from 0 is."""
    count, name = asked.planes.count, asked.name[:1].upper() + asked.name[1:].removesuffix(" plane")
    number = f" {n + 1}/{count}" if count > 1 else ""
    return tuple(line for line in (f"{name}{number}", asked.slab_text(), *asked.remarks) if line)


def one_plane(plane: Plane, size_px: Size) -> PlaneStack:
    """Give a plane as the only one of its stack."""
    return PlaneStack(plane, (0.0, 0.0, 0.0), 1, size_px)
