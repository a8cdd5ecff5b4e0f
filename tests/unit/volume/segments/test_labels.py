"""Segments and structures as voxels of a volume: what planes cut out of them."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.segmentation_samples import blobs, in_order, segmentation
from workstation.display.inputs import Input, inputs_of
from workstation.errors import Cancelled
from workstation.jobs.job import Job
from workstation.model.geometry import (
    Plane,
    Spacing,
    SpacingSource,
    VolumeGrid,
    image_to_lps,
    lps_to_ijk,
    point_to_lps,
    unit,
)
from workstation.model.index.records import FrameRef
from workstation.model.segmentation import Segment, SegmentMask
from workstation.model.structures import Contour, ContourKind, Structure, StructureSet
from workstation.model.volume import Volume, build_volume
from workstation.objects.segment_masks import ImagePlace, SegmentMasks
from workstation.objects.segmentation import SegmentationImage
from workstation.objects.structure_contours import ContourFinder
from workstation.phantoms import small
from workstation.phantoms.writing import save
from workstation.volume.cutting.sheets import Flat
from workstation.volume.opening import stacks_of_all
from workstation.volume.segments.labels import MasksOf, labels_of, masks_of_structures


def volume_of(folder: Path, name: str) -> Volume:
    small.volume(name).write(folder)
    found = [each.instance for each in inputs_of([folder], Job("test")) if isinstance(each, Input)]
    return build_volume(stacks_of_all(found)[0])


def masks_of(folder: Path, name: str) -> MasksOf:
    """Write two overlapping segments of a small volume, and give what finds them."""
    made = small.volume(name)
    save(segmentation(in_order(made), blobs(made.hu_kji.shape)), folder / "seg.dcm")
    source = SegmentMasks(SegmentationImage.open(folder / "seg.dcm"))

    def masks(ref: FrameRef, plane: Plane) -> tuple[SegmentMask, ...]:
        place = ImagePlace(ref.instance.sop_instance_uid, ref.number, small.ROWS, small.COLUMNS, plane)
        return source.masks_for(place).masks

    return masks


def seen(volume: Volume, truth: NDArray[np.uint8], plane: Plane, size: tuple[int, int]) -> NDArray[np.bool_]:
    """Give where pixels of a plane lie in voxels that are set: worked out point by point."""
    columns, rows = size
    points = image_to_lps(plane, [(column, row) for row in range(rows) for column in range(columns)])
    index = np.rint(lps_to_ijk(volume.grid, points)).astype(int)
    inside = ((index >= 0) & (index < np.array(truth.shape)[::-1])).all(axis=1)
    found = np.zeros(len(points), bool)
    i, j, k = index[inside].T
    found[inside] = truth[k, j, i] > 0
    return found.reshape(rows, columns)


@pytest.mark.parametrize("name", ["axial", "oblique", "tilted"])
def test_that_a_plane_cuts_out_of_segments_what_lies_in_their_voxels(tmp_path: Path, name: str) -> None:
    volume = volume_of(tmp_path / "images", name)
    labels = labels_of(volume, masks_of(tmp_path, name))
    assert len(labels) == 2, "the segments overlap"
    truth = blobs(volume.grid.shape_kji)
    middle = point_to_lps(volume.plane(4), (10.3, 8.2))
    right = unit((0.9, 0.3, 0.1))
    x, y, z = np.subtract((-0.3, 0.9, 0.0), np.multiply(np.dot((-0.3, 0.9, 0.0), right), right)).tolist()
    down = unit((x, y, z))
    spacing = Spacing(0.43, 0.43, SpacingSource.PIXEL_SPACING)
    origin = tuple(np.subtract(middle, np.add(np.multiply(10.0, right), np.multiply(9.0, down))).tolist())
    plane = Plane((origin[0], origin[1], origin[2]), right, down, spacing, volume.grid.frame_of_reference_uid)
    found = {mask.segment.number: mask.share for each in labels for mask in each.masks(Flat(plane, (50, 44)))}
    for number in (1, 2):
        expected = seen(volume, truth[..., number - 1], plane, (50, 44))
        assert expected.any()
        assert (found[number] != expected).mean() < 0.002, "but for points half way between voxels"


def test_that_the_slices_themselves_are_cut_as_they_were_drawn(tmp_path: Path) -> None:
    volume = volume_of(tmp_path / "images", "axial")
    labels = labels_of(volume, masks_of(tmp_path, "axial"))
    truth = blobs(volume.grid.shape_kji)
    for k in range(volume.grid.shape_kji[0]):
        masks = [mask for each in labels for mask in each.masks(Flat(volume.plane(k), (small.COLUMNS, small.ROWS)))]
        found = {mask.segment.label: mask.share for mask in masks}
        for number in (1, 2):
            share = found.get(f"Segment {number}", np.zeros((small.ROWS, small.COLUMNS), bool))
            assert np.array_equal(share, truth[k, ..., number - 1] > 0)


def test_that_segments_that_do_not_overlap_share_an_array_and_no_more_than_their_box(tmp_path: Path) -> None:
    volume = volume_of(tmp_path / "images", "axial")
    first, second = Segment(3, "One"), Segment(7, "Other")

    def masks(ref: FrameRef, _plane: Plane) -> tuple[SegmentMask, ...]:
        at = volume.frames.index(ref)
        one = np.zeros((small.ROWS, small.COLUMNS), bool)
        one[2:5, 3:6] = at in (4, 5)
        other = np.zeros((small.ROWS, small.COLUMNS), np.float32)
        other[10:12, 20:24] = 0.6 if at == 6 else 0.4
        return SegmentMask(first, one), SegmentMask(second, other)

    (labels,) = labels_of(volume, masks)
    assert labels.segments == (first, second)
    assert labels.volume.array_kji.shape == (3, 10, 21)
    assert [int((labels.volume.array_kji == label).sum()) for label in (1, 2)] == [18, 8]
    corner = lps_to_ijk(volume.grid, [labels.volume.grid.affine_lps[:3, 3]])[0]
    assert corner == pytest.approx((3, 2, 4), abs=1e-6)


def test_that_without_segments_there_are_no_labels_and_a_job_can_be_stopped(tmp_path: Path) -> None:
    volume = volume_of(tmp_path / "images", "axial")
    assert labels_of(volume, lambda _ref, _plane: ()) == ()

    def stop(done: int, _total: int) -> None:
        if done == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        labels_of(volume, lambda _ref, _plane: (), report=stop)


def test_that_structures_are_filled_slice_by_slice_with_their_holes(tmp_path: Path) -> None:
    volume = volume_of(tmp_path / "images", "axial")
    plane = volume.plane(5)

    def square(low: float, high: float) -> Contour:
        corners = [(low, low), (high, low), (high, high), (low, high)]
        return Contour(ContourKind.CLOSED_PLANAR, image_to_lps(plane, corners))

    structure = Structure(4, "Ring", contours=(square(3.5, 11.5), square(5.5, 8.5)))
    finder = ContourFinder(StructureSet("1.2", "1.3", "set", (structure,)))
    (labels,) = labels_of(volume, masks_of_structures(finder))
    assert labels.segments == (Segment(4, "Ring"),)
    assert labels.volume.array_kji.shape == (1, 8, 8)
    assert int(labels.volume.array_kji.sum()) == 8 * 8 - 3 * 3
    (mask,) = labels.masks(Flat(plane, (small.COLUMNS, small.ROWS)))
    assert mask.share[4, 4]
    assert not mask.share[6, 6]
    assert isinstance(labels.volume.grid, VolumeGrid)
