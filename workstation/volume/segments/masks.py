"""Segmentations of any kind as masks on the grid of a volume: SEG, structure sets, images, NIfTI, NRRD, MetaImage."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.reading import read_dataset
from workstation.model.refusal import Refused
from workstation.model.text import clean
from workstation.model.volume import Volume
from workstation.model.volume_frames import Images
from workstation.objects.derived_sources import SourceObject, source_object, sources_of
from workstation.objects.segment_masks import ImagePlace, SegmentMasks
from workstation.objects.segmentation import SegmentationImage, is_segmentation
from workstation.objects.structure_contours import ContourFinder, contour_mask
from workstation.objects.structure_set import is_structure_set, structure_set_of
from workstation.quick_dataclass import dataclass
from workstation.volume.formats.reading import GridFile, is_grid_file, read_grid_file, values_on
from workstation.volume.opening import open_volume

HALF = 0.5
"""Of masks of fractions what has so much is inside."""
SAME_VOXEL = 0.02
"""Grids whose voxels agree within this part of a voxel are one."""
MOST_LABELS, MOST_LAYERS = 256, 32
MOST_LABELS_OF_IMAGES = 32
"""Images with more values are shades of one mask."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class NamedMask:
    """Voxels (k, j, i) of a volume that belong to a segment.

    Parameters
    ----------
    number
        Of the segment or label.
    name, mask_kji
        What it is called, and its voxels.
    made_of
        The DICOM objects that say so; none for other files.
    """

    number: int
    name: str
    mask_kji: Mask
    made_of: tuple[SourceObject, ...] = ()


def read_masks(path: Path, volume: Volume, job: Job) -> tuple[NamedMask, ...]:
    """Read the segments of a file for a volume.

    Parameters
    ----------
    path
        A SEG or RTSTRUCT object made of the images of the volume; images on the same grid (a file, or a folder of
        them), in which all but 0 belongs to it, and a few different values are labels; or NIfTI, NRRD or MetaImage on
        any grid: whole values are labels, of fractions all from 0.5 on belong to it, and several layers follow each
        other.

    Raises
    ------
    UserError
        If it is none of these, cannot be read, or nothing of it lies in the volume.
    """
    try:
        if is_grid_file(path):
            found = list(_of_volume_file(path, volume))
        elif path.is_file() and is_segmentation(dataset := read_dataset(path)):
            found = _of_segmentation(segment_masks(path, volume, job), volume, job)
            found = _said_by(source_object(dataset, "mask"), found)
        elif path.is_file() and is_structure_set(dataset):
            found = _of_structures(ContourFinder(structure_set_of(dataset)), volume, job)
            found = _said_by(source_object(dataset, "object"), found)
        else:
            found = list(_of_images(path, volume, job))
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
    given: list[NamedMask] = []
    for words in wanted:
        plain = words.strip().casefold()
        named = [each for each in there if plain in (str(each.number), each.name.casefold())]
        if not named:
            names = ", ".join(f"{each.number} {each.name}" for each in there[:20])
            raise UserError(f"There is no segment {clean(words)!r}.", hint=f"There are: {names}.")
        given += [each for each in named if each not in given]
    yield from given


def _said_by(source: SourceObject, found: Sequence[NamedMask]) -> list[NamedMask]:
    """Say of masks which object they are from, and which segment of it."""
    is_parts = bool(source.all_segments)
    return [replace(each, made_of=(replace(source, segments=(each.number,) if is_parts else ()),)) for each in found]


def segment_masks(path: Path, volume: Volume, job: Job) -> SegmentMasks:
    """Open a segmentation for a volume: by what it was made of, else by its place in the same frame of reference.

    Images that were converted or made anew, and other series of the patient, have other names at the same place; who
    gives them together means that.

    Raises
    ------
    Refused
        If it cannot be read.
    """
    source = SegmentationImage.open(path)
    segmentation, uid = source.segmentation, volume.grid.frame_of_reference_uid
    is_named = any(ref.instance.sop_instance_uid in segmentation.references for ref in volume.frames)
    is_by_place = bool(segmentation.references and not is_named and uid and uid == segmentation.frame_of_reference_uid)
    if is_by_place:
        job.log(f"{path.name}: made of other images, laid by its place in the same frame of reference")
    return SegmentMasks(source, is_by_place=is_by_place)


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


def _of_images(path: Path, volume: Volume, job: Job) -> Iterator[NamedMask]:
    other, _stack = open_volume([path], job)
    if other.grid.shape_kji != volume.grid.shape_kji or not _is_same(other.grid.affine_lps, volume.grid.affine_lps):
        raise UserError(
            f"{path}: these images are on another grid than the volume.", hint="Give a mask of the same images."
        )
    made_of = tuple(sources_of(other.frames, "mask"))
    stored_zero = -other.intercept / other.slope
    inside = np.abs(other.array_kji - stored_zero) > 0.5 / abs(other.slope)
    stored = np.unique(other.array_kji[inside])
    labels = np.rint(stored * other.slope + other.intercept)
    if not 1 < len(stored) <= MOST_LABELS_OF_IMAGES or not np.allclose(labels, stored * other.slope + other.intercept):
        yield NamedMask(1, clean(path.stem), inside, made_of)
        return
    for value, label in zip(stored, labels.tolist(), strict=True):
        yield NamedMask(int(label), f"{clean(path.stem)} {label:g}", other.array_kji == value, made_of)


def _of_volume_file(path: Path, volume: Volume) -> Iterator[NamedMask]:
    file = read_grid_file(path)
    if file.volumes > MOST_LAYERS:
        raise UserError(f"{path}: it holds {file.volumes} volumes, so it is no mask.", hint="Give a file of labels.")
    name = clean(path.name.partition(".")[0])
    for number in range(file.volumes):
        layer = file if number == 0 else read_grid_file(path, number=number)
        yield from _of_layer(layer, name if file.volumes == 1 else f"{name} {number + 1}", path, volume)


def _of_layer(file: GridFile, name: str, path: Path, volume: Volume) -> Iterator[NamedMask]:
    placed = np.nan_to_num(values_on(file, volume.grid))
    if placed.dtype.kind == "f" and not np.array_equal(placed, np.rint(placed)):
        yield NamedMask(1, name, placed >= HALF)
        return
    values = np.unique(placed)
    values = values[values != 0]
    if len(values) > MOST_LABELS:
        raise UserError(
            f"{path}: it has {len(values)} different values, so it is no mask.", hint="Give a file of labels."
        )
    for value in values.tolist():
        yield NamedMask(int(value), f"{name} {value:g}", placed == value)


def _is_same(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    return bool(np.abs(np.linalg.inv(one) @ other - np.eye(4)).max() < SAME_VOXEL)
