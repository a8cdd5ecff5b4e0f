"""Volumes written as files, whole or not at all, slice by slice; the end of the name says which format."""

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, Literal

import numpy as np
from numpy.typing import NDArray

import workstation
from workstation.errors import UserError
from workstation.model.volume import Volume
from workstation.quick_dataclass import dataclass
from workstation.volume.formats.deflating import Wrapping, deflated
from workstation.volume.formats.layout import BYTES, Layout, as_affine
from workstation.volume.formats.metaimage import metaimage_header, with_compressed_size
from workstation.volume.formats.nifti import nifti_header
from workstation.volume.formats.nrrd import nrrd_header
from workstation.volume.formats.raw import raw_header
from workstation.whole_files import whole_file

Kind = Literal["nifti", "metaimage", "nrrd", "raw"]
Report = Callable[[int, int], None]
Again = Callable[[], Iterable[Volume]]

SLICES_A_PIECE = 16
SAME_MM = 0.001
ENDINGS: dict[str, Kind] = {
    ".nii": "nifti",
    ".nii.gz": "nifti",
    ".mha": "metaimage",
    ".mhd": "metaimage",
    ".nrrd": "nrrd",
    ".nhdr": "nrrd",
    ".json": "raw",
    ".raw": "raw",
    ".raw.gz": "raw",
}


@dataclass(frozen=True, slots=True)
class WrittenVolume:
    """What was written: the files, the header's first, and what it says of the voxels."""

    files: tuple[Path, ...]
    layout: Layout


class _Mixed(Exception):
    """Volumes of one file differ in type or rescaling."""


def ending_of(path: Path) -> str:
    """Give which of `ENDINGS` a name has; empty where none."""
    name = path.name.lower()
    return max((each for each in ENDINGS if name.endswith(each) and name != each), key=len, default="")


def write_volume(
    volume: Volume,
    path: Path,
    *,
    compress: bool = False,
    report: Report | None = None,
) -> WrittenVolume:
    """Write one volume; ``.nii``, ``.nii.gz``, ``.mha``, ``.mhd``, ``.nrrd``, ``.nhdr``, ``.json``, ``.raw``.

    ``.mhd``, ``.nhdr`` and ``.json`` are headers beside a file of voxels. NIfTI keeps stored values with their line to
    modality values, the others have modality values. NIfTI and NRRD tell a sheared grid as it is; make it straight
    before (`workstation.volume.formats.unsheared`) for programs that know none.

    Parameters
    ----------
    compress
        Compress voxels; a name that ends in ``.gz`` does so, too.
    report
        Called with (slices done, slices); it may raise `Cancelled`, and nothing is left behind.

    Raises
    ------
    UserError
        If the name has no ending of a format, the format cannot hold the grid, or it cannot be written.
    """
    return write_volumes(lambda: [volume], path, times=1, compress=compress, report=report)


def write_volumes(
    volumes: Again,
    path: Path,
    *,
    times: int,
    time_step_s: float = 0.0,
    compress: bool = False,
    report: Report | None = None,
) -> WrittenVolume:
    """Write volumes of the same grid at different times as one file; they are read one after the other.

    Parameters
    ----------
    volumes
        Gives them from the first on; called again where they turn out to differ in type, which is floats then.
    times
        How many there are.
    time_step_s
        Time from one to the next; 0 where nobody knows.

    Raises
    ------
    UserError
        As `write_volume`, and if they differ in size.
    """
    ending = ending_of(path)
    if not ending:
        raise UserError(f"{path} has no ending of a volume file.", hint=f"Let it end in one of {', '.join(ENDINGS)}.")
    compress = compress or ending.endswith(".gz")
    for as_floats in (False, True):
        writer = _Writer(path, ENDINGS[ending], compress=compress, as_floats=as_floats)
        try:
            return writer.write(volumes(), times, time_step_s, report)
        except _Mixed:
            continue
    raise UserError("The volumes of the series differ in what their values mean.", hint="Write them one by one.")


def layout_of(volume: Volume, *, with_line: bool, as_floats: bool = False) -> Layout:
    """Give what a header says of a volume.

    Parameters
    ----------
    with_line
        Whether the format has a line from stored to modality values; otherwise its values are modality values.
    as_floats
        Write modality values as float32 whatever they are.
    """
    slices, rows, columns = volume.array_kji.shape[:3]
    slope, intercept = (volume.slope, volume.intercept) if with_line and not as_floats else (1.0, 0.0)
    kind = _kind(volume, with_line=with_line) if not as_floats else "float32"
    affine = as_affine(volume.grid.affine_lps.tolist())
    is_colour = volume.array_kji.ndim == 4
    return Layout((columns, rows, slices), kind, affine, slope, intercept, volume.unit, is_colour=is_colour)


def _kind(volume: Volume, *, with_line: bool) -> str:
    dtype = volume.array_kji.dtype
    if not (with_line or volume.rescaled_in_place):
        is_whole = float(volume.slope).is_integer() and float(volume.intercept).is_integer()
        return "int32" if is_whole and dtype.kind in "iub" and dtype.itemsize <= 2 else "float32"
    if dtype.kind == "b":
        return "uint8"
    if dtype == np.uint16 and volume.array_kji.ndim == 3 and int(volume.array_kji.max(initial=0)) < 2**15:
        return "int16"  # readers without unsigned numbers of 16 bits are common
    if dtype.name in BYTES:
        return dtype.name
    return "float32" if dtype.itemsize <= 2 else "float64"


class _Writer:
    """One file being written, or a header and its voxels."""

    def __init__(self, path: Path, kind: Kind, *, compress: bool, as_floats: bool) -> None:
        self._kind, self._compress, self._as_floats = kind, compress, as_floats
        self._header, self._data = _names(path, kind, compress=compress)

    def write(self, volumes: Iterable[Volume], times: int, time_step_s: float, report: Report | None) -> WrittenVolume:
        remaining = iter(volumes)
        first = next(remaining)
        layout = layout_of(first, with_line=self._kind == "nifti", as_floats=self._as_floats)
        layout = replace(layout, times=times, time_step_s=time_step_s)
        if self._kind == "metaimage" and layout.is_sheared:
            raise UserError("MetaImage cannot hold a sheared grid.", hint="Write NIfTI or NRRD, or make it straight.")
        for each in (self._header, self._data):  # both appear, or none
            if each.is_dir():
                raise UserError(f"{each} is a folder.", hint="Choose another name.")
        pieces = self._pieces(_chained(first, remaining), layout, report)
        with ExitStack() as stack:
            header = stack.enter_context(whole_file(self._header))
            data = stack.enter_context(whole_file(self._data)) if self._data != self._header else header
            self._write(layout, header, data, pieces)
        return WrittenVolume(tuple(dict.fromkeys((self._header, self._data))), layout)

    def _write(self, layout: Layout, header: Path, data: Path, pieces: Iterator[memoryview]) -> None:
        told = self._told(layout)
        if self._kind == "nifti":
            with data.open("wb") as stream:
                _put(_before(told, pieces), stream, "gzip" if self._compress else None)
            return
        wrapping: Wrapping | None = None
        if self._compress:
            wrapping = "zlib" if self._kind == "metaimage" else "gzip"
        with data.open("wb") as stream:
            if data == header:
                stream.write(told)
            size = _put(pieces, stream, wrapping)
        if self._kind == "metaimage" and self._compress:
            told = with_compressed_size(told, size)
        if data != header or self._compress:
            with header.open("r+b") as stream:
                stream.write(told)

    def _told(self, layout: Layout) -> bytes:
        data_file = self._data.name if self._data != self._header else ""
        if self._kind == "nifti":
            return nifti_header(layout, software=f"Workstation {workstation.__version__}")
        if self._kind == "metaimage":
            return metaimage_header(layout, data_file=data_file, is_compressed=self._compress)
        if self._kind == "nrrd":
            return nrrd_header(layout, data_file=data_file, is_compressed=self._compress)
        return raw_header(layout, data_file=data_file, is_compressed=self._compress)

    def _pieces(self, volumes: Iterable[Volume], layout: Layout, report: Report | None) -> Iterator[memoryview]:
        done, slices = 0, layout.shape_ijk[2]
        for volume in volumes:
            own = layout_of(volume, with_line=self._kind == "nifti", as_floats=self._as_floats)
            if own.shape_ijk != layout.shape_ijk:
                raise UserError("The volumes of the series differ in size.", hint="Write them one by one.")
            if not all(math.isclose(*pair, abs_tol=SAME_MM) for pair in zip(_flat(own), _flat(layout), strict=True)):
                raise UserError("The volumes of the series lie at different places.", hint="Write them one by one.")
            line = layout.slope, layout.intercept, layout.is_colour
            if (own.slope, own.intercept, own.is_colour) != line or not _holds(layout.kind, own.kind):
                raise _Mixed
            for start in range(0, slices, SLICES_A_PIECE):
                if report is not None:
                    report(done, layout.times * slices)
                yield _piece(volume, slice(start, start + SLICES_A_PIECE), layout)
                done += min(SLICES_A_PIECE, slices - start)
        if done != layout.times * slices:
            raise UserError(f"There are {done // slices} volumes, not {layout.times}.")
        if report is not None:
            report(done, done)


def _names(path: Path, kind: Kind, *, compress: bool) -> tuple[Path, Path]:
    """Give the file of the header and the file of the voxels, which may be the same."""
    ending = ending_of(path)
    base = path.name[: -len(ending)]
    if ending == ".mhd":
        return path, path.with_name(base + (".zraw" if compress else ".raw"))
    if ending == ".nhdr" or kind == "raw":
        header = path if ending in (".nhdr", ".json") else path.with_name(base + ".json")
        return header, path.with_name(base + (".raw.gz" if compress else ".raw"))
    if ending == ".nii" and compress:
        path = path.with_name(path.name + ".gz")
    return path, path


def _flat(layout: Layout) -> list[float]:
    return [number for row in layout.affine_lps for number in row]


def _holds(kind: str, other: str) -> bool:
    return kind == other or (kind, other) == ("uint16", "int16")  # whose values are not negative


def _piece(volume: Volume, part: slice, layout: Layout) -> memoryview:
    values: NDArray[Any] = volume.array_kji[part]
    if (layout.slope, layout.intercept) == (1.0, 0.0) and not volume.rescaled_in_place:
        values = values * np.float64(volume.slope) + np.float64(volume.intercept)
    if layout.kind.startswith(("int", "uint")) and values.dtype.kind == "f":
        values = np.rint(values)
    made = np.ascontiguousarray(values, np.dtype(layout.kind).newbyteorder("<"))
    return made.reshape(-1).view(np.uint8).data


def _chained(first: Volume, rest: Iterator[Volume]) -> Iterator[Volume]:
    yield first
    yield from rest


def _before(header: bytes, pieces: Iterator[memoryview]) -> Iterator[memoryview]:
    yield memoryview(header)
    yield from pieces


def _put(pieces: Iterable[memoryview], stream: BinaryIO, wrapping: Wrapping | None) -> int:
    """Write bytes, and give how many it were."""
    if wrapping is None:
        return sum(stream.write(each) for each in pieces)
    with closing(deflated(pieces, wrapping)) as packed:  # its threads end with it
        return sum(stream.write(each) for each in packed)
