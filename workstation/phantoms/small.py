"""Small images in memory, one for each way of lying in space, with one marker that tells left from right.

Every volume has 12 slices or fewer of 20 rows and 28 columns. The background rises with the index of slice, row and
column, so that no two slices and no two flips of one are equal; the marker is a single voxel of `MARKER_HU`.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from workstation.model.geometry import VolumeGrid
from workstation.phantoms.enhanced import FrameStack, enhanced_ct
from workstation.phantoms.writing import (
    Person,
    SeriesOf,
    StudyOf,
    Vector,
    complete,
    decimal,
    describe_pixels,
    encoded,
    new_object,
    place_plane,
    put_pixels,
    show_window,
    uid_of,
    write_bytes,
)
from workstation.quick_dataclass import dataclass

CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2"
SECONDARY_CAPTURE_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.7"
MARKER_HU = 1000
ROWS, COLUMNS = 20, 28
_MARKER_KJI = (3, 5, 19)
_PERSON = Person(name="Small^Phantom", patient_id="SMALL-1")


@dataclass(frozen=True)
class SmallVolume:
    """A volume and the truth about it.

    Parameters
    ----------
    name
        What is special about it (``oblique``).
    make
        Makes its objects.
    grid
        Where the voxels of ``hu_kji`` lie. With slices that aren't evenly spaced its third column is the mean step.
    hu_kji
        Values, shape (slices, rows, columns), ordered along the normal of the image plane.
    positions_lps
        Centre of the first voxel of each slice, shape (slices, 3), mm, in the order of ``hu_kji``.
    marker_kji
        Index of the marker.
    marker_lps
        Centre of the marker in the patient, mm.
    """

    name: str
    make: Callable[[], tuple[Dataset, ...]]
    grid: VolumeGrid
    hu_kji: NDArray[np.int16]
    positions_lps: NDArray[np.float64]
    marker_kji: tuple[int, int, int]
    marker_lps: Vector

    @cached_property
    def datasets(self) -> tuple[Dataset, ...]:
        """Complete objects, in the order in which they would be found, which need not be that of positions.

        They are this volume's own, made when they are asked for: many only want the truth, or files.
        """
        return self.make()

    def write(self, folder: Path) -> tuple[Path, ...]:
        """Write the objects as files into a folder, and return them in order."""
        # Objects that nobody had can't have been changed: their files are the same each time.
        was_asked = "datasets" in vars(self)
        files = tuple(map(encoded, self.datasets)) if was_asked else _files(self.name)
        paths = tuple(folder / f"{n:03d}.dcm" for n in range(1, len(files) + 1))
        for file, path in zip(files, paths, strict=True):
            write_bytes(file, path)
        return paths


@cache
def _files(name: str) -> tuple[bytes, ...]:
    return tuple(map(encoded, volume(name).datasets))


@dataclass(frozen=True, slots=True)
class Layout:
    """How a volume lies: cosines along a row and down a column, and where each slice begins (mm, along the normal).

    ``tilt_deg`` moves the slices along the table instead of along the normal. ``order`` is that of the objects,
    as indexes of slices; empty for the order of positions.
    """

    name: str
    along_row: Vector = (1.0, 0.0, 0.0)
    along_column: Vector = (0.0, 1.0, 0.0)
    offsets_mm: tuple[float, ...] = tuple(2.5 * n for n in range(9))
    spacing_mm: tuple[float, float] = (0.8, 0.8)
    first_lps: Vector = (-31.0, 17.0, -142.5)
    tilt_deg: float = 0.0
    patient_position: str = "HFS"
    order: tuple[int, ...] = ()


def layouts() -> tuple[Layout, ...]:
    """Give every way of lying in space that single-frame volumes are made in."""
    turn = math.radians(17)
    tilt = math.radians(15)
    plain = Layout("axial")
    return (
        plain,
        Layout("sagittal", along_row=(0, 1, 0), along_column=(0, 0, -1)),
        Layout("coronal", along_row=(1, 0, 0), along_column=(0, 0, -1)),
        Layout("oblique", *_turned(turn)),
        Layout("feet_first", along_row=(-1, 0, 0), along_column=(0, 1, 0), patient_position="FFS"),
        Layout("prone", along_row=(-1, 0, 0), along_column=(0, -1, 0), patient_position="HFP"),
        Layout("negated_column", along_column=(0, -1, 0)),
        replace(plain, name="reversed", order=tuple(reversed(range(9)))),
        replace(plain, name="shuffled", order=(4, 0, 7, 2, 8, 1, 5, 3, 6)),
        replace(plain, name="gapped", offsets_mm=(0.0, 2.5, 5.0, 7.5, 15.0, 17.5, 20.0)),
        replace(plain, name="uneven", offsets_mm=(0.0, 2.5, 5.0, 7.5, 12.5, 17.5, 22.5)),
        Layout("tilted", along_column=(0.0, math.cos(tilt), math.sin(tilt)), tilt_deg=-15.0),
        Layout("anisotropic", spacing_mm=(1.4, 0.5)),
        replace(plain, name="single_slice", offsets_mm=(0.0,)),
    )


def _turned(angle: float) -> tuple[Vector, Vector]:
    c, s = math.cos(angle), math.sin(angle)
    return (c, s, 0.0), (-s * c, c * c, s)


def volume(name: str) -> SmallVolume:
    """Make the volume of a name of `layouts`, or ``enhanced``.

    Raises
    ------
    KeyError
        If there is none of that name.
    """
    makers: dict[str, Callable[[], SmallVolume]] = {
        layout.name: (lambda layout=layout: _single_frame_volume(layout))  # type: ignore[misc]
        for layout in layouts()
    }
    makers["enhanced"] = _enhanced_volume
    return makers[name]()


def names() -> tuple[str, ...]:
    """Give the names of all volumes."""
    return (*(layout.name for layout in layouts()), "enhanced")


def _positions(layout: Layout) -> NDArray[np.float64]:
    normal = np.cross(layout.along_row, layout.along_column)
    step = np.array([0.0, 0.0, 1.0]) if layout.tilt_deg else normal
    return np.array([np.array(layout.first_lps) + step * offset for offset in layout.offsets_mm])


def _values(slices: int) -> tuple[NDArray[np.int16], tuple[int, int, int]]:
    k, j, i = np.indices((slices, ROWS, COLUMNS))
    hu = (-300 + 40 * k + 3 * j + i).astype(np.int16)
    marker = (min(_MARKER_KJI[0], slices - 1), *_MARKER_KJI[1:])
    hu[marker] = MARKER_HU
    return hu, marker


def _grid(layout: Layout, positions: NDArray[np.float64], frame_of_reference_uid: str) -> VolumeGrid:
    affine = np.eye(4)
    affine[:3, 0] = np.array(layout.along_row) * layout.spacing_mm[1]
    affine[:3, 1] = np.array(layout.along_column) * layout.spacing_mm[0]
    steps = len(positions) - 1
    normal = np.cross(layout.along_row, layout.along_column)
    affine[:3, 2] = (positions[-1] - positions[0]) / steps if steps else normal * 2.5
    affine[:3, 3] = positions[0]
    return VolumeGrid(affine, (len(positions), ROWS, COLUMNS), frame_of_reference_uid)


def _series(name: str, patient_position: str = "HFS", modality: str = "CT") -> SeriesOf:
    study = StudyOf(_PERSON, uid_of("small", "study"), "1", "20250304", "081500", "Small phantoms", "S0001", "064Y")
    frame_of_reference = uid_of("small", name, "frame of reference") if modality == "CT" else ""
    return SeriesOf(
        study, uid_of("small", name), 1 + (names().index(name) if name in names() else 90), modality, name,
        "081600", "CHEST", "Small Phantom", frame_of_reference, patient_position,
    )  # fmt: skip


def _single_frame_volume(layout: Layout) -> SmallVolume:
    series = _series(layout.name, layout.patient_position)
    positions = _positions(layout)
    hu, marker = _values(len(positions))
    order: Sequence[int] = layout.order or range(len(positions))

    def make() -> tuple[Dataset, ...]:
        return tuple(_ct_slice(series, layout, n, positions[k], hu[k]) for n, k in enumerate(order, 1))

    return _with_truth(layout, make, positions, hu, marker, series.frame_of_reference_uid)


def _with_truth(
    layout: Layout,
    make: Callable[[], tuple[Dataset, ...]],
    positions: NDArray[np.float64],
    hu: NDArray[np.int16],
    marker: tuple[int, int, int],
    frame_of_reference_uid: str,
) -> SmallVolume:
    k, j, i = marker
    lps = (
        positions[k]
        + np.array(layout.along_row) * layout.spacing_mm[1] * i
        + np.array(layout.along_column) * layout.spacing_mm[0] * j
    )
    grid = _grid(layout, positions, frame_of_reference_uid)
    where = (float(lps[0]), float(lps[1]), float(lps[2]))
    return SmallVolume(layout.name, make, grid, hu, positions, marker, where)


def _ct_slice(
    series: SeriesOf, layout: Layout, number: int, position: NDArray[np.float64], hu: NDArray[np.int16]
) -> Dataset:
    ds = new_object(series, CT_IMAGE_STORAGE, number)
    ds.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    ds.AcquisitionNumber, ds.KVP, ds.SliceThickness = 1, "120", "2.5"
    ds.GantryDetectorTilt = decimal(layout.tilt_deg)
    place_plane(
        ds, position=list(position), orientation=(*layout.along_row, *layout.along_column), spacing=layout.spacing_mm
    )
    describe_pixels(ds, ROWS, COLUMNS, bits_stored=12)
    ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = "-1024", "1", "HU"
    show_window(ds, (40, 400, "Soft tissue"))
    put_pixels(ds, (hu + 1024).astype(np.uint16))
    return complete(ds)


def _enhanced_volume() -> SmallVolume:
    layout = replace(layouts()[3], name="enhanced", order=())
    series = _series("enhanced")
    positions = _positions(layout)
    hu, marker = _values(len(positions))
    stack = FrameStack(
        positions_lps=[(float(x), float(y), float(z)) for x, y, z in positions],
        orientation=(*layout.along_row, *layout.along_column),
        spacing_mm=layout.spacing_mm,
        thickness_mm=2.5,
    )

    def make() -> tuple[Dataset, ...]:
        return (complete(enhanced_ct(series, stack, hu)),)

    return _with_truth(layout, make, positions, hu, marker, series.frame_of_reference_uid)


def colour() -> tuple[Dataset, NDArray[np.uint8]]:
    """Make an RGB secondary capture of 20 rows and 28 columns, and its pixels, shape (row, column, 3).

    Its quarters are red, green (top), blue and white (bottom), with a black pixel at column 19 of row 5.
    """
    rgb = np.zeros((ROWS, COLUMNS, 3), np.uint8)
    rgb[:10, :14, 0] = rgb[:10, 14:, 1] = rgb[10:, :14, 2] = 255
    rgb[10:, 14:] = 255
    rgb[_MARKER_KJI[1], _MARKER_KJI[2]] = 0
    ds = new_object(_series("colour", "", "OT"), SECONDARY_CAPTURE_IMAGE_STORAGE, 1)
    ds.ImageType = ["DERIVED", "SECONDARY"]
    ds.ConversionType, ds.PatientOrientation = "WSD", ""
    describe_pixels(ds, ROWS, COLUMNS, bits_stored=8, photometric="RGB")
    put_pixels(ds, rgb)
    return complete(ds), rgb
