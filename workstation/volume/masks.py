"""Segmentations of any kind as masks on the grid of a volume: SEG, structure sets, images, NIfTI, NRRD, MetaImage."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.geometry import VolumeGrid
from workstation.model.memory import memory_budget_bytes
from workstation.model.reading import read_dataset
from workstation.model.refusal import Refused
from workstation.model.text import clean
from workstation.model.volume import Volume
from workstation.model.volume_frames import Images
from workstation.objects.segment_masks import ImagePlace, SegmentMasks
from workstation.objects.segmentation import SegmentationImage, is_segmentation
from workstation.objects.structure_contours import ContourFinder, contour_mask
from workstation.objects.structure_set import is_structure_set, structure_set_of
from workstation.volume.opening import open_volume

VOLUME_FILES = (".nii", ".nii.gz", ".nrrd", ".nhdr", ".mha", ".mhd")
SAME_VOXEL = 0.02
"""Grids whose voxels agree within this part of a voxel are one."""
MOST_LABELS = 256

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class NamedMask:
    """Voxels (k, j, i) of a volume that belong to a segment; ``number`` is that of the segment or label."""

    number: int
    name: str
    mask_kji: Mask


def read_masks(path: Path, volume: Volume, job: Job) -> tuple[NamedMask, ...]:
    """Read the segments of a file for a volume.

    Parameters
    ----------
    path
        A SEG or RTSTRUCT object made of the images of the volume; images on the same grid (a file, or a folder of
        them), in which all but 0 belongs to it; or NIfTI, NRRD or MetaImage on any grid, whose values are labels.

    Raises
    ------
    UserError
        If it is none of these, cannot be read, or nothing of it lies in the volume.
    """
    try:
        if str(path).lower().endswith(VOLUME_FILES):
            found = list(_of_volume_file(path, volume))
        elif path.is_file() and is_segmentation(dataset := read_dataset(path)):
            found = _of_segmentation(SegmentMasks(SegmentationImage.open(path)), volume, job)
        elif path.is_file() and is_structure_set(dataset):
            found = _of_structures(ContourFinder(structure_set_of(dataset)), volume, job)
        else:
            found = [_of_images(path, volume, job)]
    except Refused as refusal:
        raise UserError(f"{path}: {refusal.message}") from refusal
    kept = tuple(each for each in found if each.mask_kji.any())
    if not kept:
        raise UserError(
            f"{path}: nothing of it lies in the volume.", hint="Give a segmentation that was made of these images."
        )
    return kept


def chosen_masks(paths: Sequence[Path], wanted: Sequence[str], volume: Volume, job: Job) -> Iterator[NamedMask]:
    """Give the masks of files; where ``wanted`` names segments or their numbers, only these.

    Raises
    ------
    UserError
        As `read_masks`, and if there is no segment of that name.
    """
    there: list[NamedMask] = []
    for path in paths:
        there += read_masks(path, volume, job)
    if not wanted:
        yield from there
        return
    for words in wanted:
        plain = words.strip().casefold()
        named = [each for each in there if plain in (str(each.number), each.name.casefold())]
        if not named:
            names = ", ".join(f"{each.number} {each.name}" for each in there[:20])
            raise UserError(f"There is no segment {clean(words)!r}.", hint=f"There are: {names}.")
        yield from named


def _of_segmentation(masks: SegmentMasks, volume: Volume, job: Job) -> list[NamedMask]:
    found: dict[int, NamedMask] = {}
    for slices, place in _places(volume, job):
        for each in masks.masks_for(place).masks:
            number = each.segment.number
            if number not in found:
                found[number] = NamedMask(number, clean(each.segment.label), np.zeros(volume.grid.shape_kji, bool))
            found[number].mask_kji[slices] |= np.asarray(each.share, dtype=np.float32) >= 0.5
    return [found[number] for number in sorted(found)]


def _of_structures(finder: ContourFinder, volume: Volume, job: Job) -> list[NamedMask]:
    found: dict[int, NamedMask] = {}
    shape = volume.grid.shape_kji
    for slices, place in _places(volume, job):
        for each in finder.contours_for(place):
            number = each.structure.number
            if number not in found:
                found[number] = NamedMask(number, clean(each.structure.name), np.zeros(shape, bool))
            found[number].mask_kji[slices] |= contour_mask(each.closed, shape[1:])
    return [found[number] for number in sorted(found)]


def _places(volume: Volume, job: Job) -> Iterator[tuple[slice, ImagePlace]]:
    """Give each frame of a volume with the slices that it is nearest to: several where slices were interpolated."""
    slices, rows, columns = volume.grid.shape_kji
    ends = [(before + after) / 2 for before, after in pairwise(volume.frame_k)]
    bounds = [0, *(int(np.ceil(each)) for each in ends), slices]
    with closing(Images()) as images:
        for number, ref in enumerate(volume.frames):
            job.progress(number, len(volume.frames), "Reading masks")
            place = ImagePlace(ref.instance.sop_instance_uid, ref.number, rows, columns, images.plane(ref))
            yield slice(bounds[number], bounds[number + 1]), place


def _of_images(path: Path, volume: Volume, job: Job) -> NamedMask:
    other, _stack = open_volume([path], job)
    if other.grid.shape_kji != volume.grid.shape_kji or not _is_same(other.grid.affine_lps, volume.grid.affine_lps):
        raise UserError(
            f"{path}: these images are on another grid than the volume.", hint="Give a mask of the same images."
        )
    stored_zero = -other.intercept / other.slope
    return NamedMask(1, clean(path.stem), np.abs(other.array_kji - stored_zero) > 0.5 / abs(other.slope))


def _of_volume_file(path: Path, volume: Volume) -> Iterator[NamedMask]:
    labels, affine = _read_labels(path)
    values = np.unique(labels)
    values = values[values != 0]
    if len(values) > MOST_LABELS:
        raise UserError(
            f"{path}: it has {len(values)} different values, so it is no mask.", hint="Give a file of labels."
        )
    placed = _resampled(labels, affine, volume.grid)
    for value in values.tolist():
        yield NamedMask(int(value), f"{clean(path.name.partition('.')[0])} {value:g}", placed == value)


def _read_labels(path: Path) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Read voxels (k, j, i) and their matrix from (i, j, k) to LPS."""
    import SimpleITK

    reader = SimpleITK.ImageFileReader()
    reader.SetFileName(str(path))
    try:
        reader.ReadImageInformation()
        size = reader.GetSize()
        if len([each for each in size if each > 1]) > 3 or reader.GetNumberOfComponents() != 1:
            raise UserError(f"{path}: it is no volume of labels.", hint="Give one with three axes and a value a voxel.")
        if float(np.prod(np.asarray(size, np.float64))) * 16 > memory_budget_bytes():
            raise UserError(f"{path}: it needs more memory than is granted.", hint="Give a smaller mask.")
        image = reader.Execute()
    except RuntimeError as error:
        if not path.exists():
            raise UserError(f"{path}: there is no such file.") from error
        raise UserError(f"{path}: it cannot be read as a volume.") from error
    array = SimpleITK.GetArrayFromImage(image)
    array = array.reshape(array.shape[-3:]) if array.ndim > 3 else array.reshape((1,) * (3 - array.ndim) + array.shape)
    dimension = image.GetDimension()
    direction = np.asarray(image.GetDirection()).reshape(dimension, dimension)
    affine = np.eye(4)
    kept = min(dimension, 3)
    affine[:kept, :kept] = direction[:kept, :kept] * np.asarray(image.GetSpacing()[:kept])
    affine[:kept, 3] = image.GetOrigin()[:kept]
    return np.nan_to_num(array), affine


def _is_same(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    return bool(np.abs(np.linalg.inv(one) @ other - np.eye(4)).max() < SAME_VOXEL)


def _resampled(labels: NDArray[Any], affine: NDArray[np.float64], grid: VolumeGrid) -> NDArray[Any]:
    """Give the label at the nearest voxel for each voxel of a grid; 0 outside."""
    if labels.shape == grid.shape_kji and _is_same(affine, grid.affine_lps):
        return labels
    matrix = np.linalg.inv(affine) @ grid.affine_lps
    slices, rows, columns = grid.shape_kji
    j, i = np.mgrid[0:rows, 0:columns]
    result = np.zeros(grid.shape_kji, labels.dtype)
    for k in range(slices):
        places = [np.rint(row[0] * i + row[1] * j + row[2] * k + row[3]).astype(np.int64) for row in matrix[:3]]
        inside = np.ones(i.shape, bool)
        for place, count in zip(places, labels.shape[::-1], strict=True):
            inside &= (place >= 0) & (place < count)
        result[k][inside] = labels[places[2][inside], places[1][inside], places[0][inside]]
    return result
