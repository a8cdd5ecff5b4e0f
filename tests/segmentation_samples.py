"""Segmentations of small phantoms, written by highdicom: another program's, for our reader."""

import warnings
from collections.abc import Sequence
from typing import Any

import highdicom as hd
import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.sr.codedict import codes

from workstation.phantoms import small


def blobs(shape_kji: tuple[int, int, int]) -> NDArray[np.uint8]:
    """Two overlapping segments without any symmetry, (slices, rows, columns, 2); the first and last slice are empty."""
    masks = np.zeros((*shape_kji, 2), np.uint8)
    masks[1:-1, 3:9, 5:17, 0] = 1
    masks[2:-1, 4:6, 7:9, 0] = 0
    masks[2:-2, 7:15, 12:20, 1] = 1
    return masks


def in_order(volume: small.SmallVolume) -> list[Dataset]:
    """The slices of a small volume in the order of its voxels."""
    normal = volume.positions_lps[-1] - volume.positions_lps[0]
    return sorted(volume.datasets, key=lambda ds: float(np.dot(np.array(ds.ImagePositionPatient, float), normal)))


def segmentation(
    images: Sequence[Dataset],
    masks: NDArray[Any],
    kind: str = "BINARY",
    segments: int = 2,
    **rest: Any,
) -> Dataset:
    """Write masks over images; ``masks`` is (images, rows, columns, segments), or (images, rows, columns) of labels."""
    descriptions = [
        hd.seg.SegmentDescription(
            segment_number=number,
            segment_label=f"Segment {number}",
            segmented_property_category=codes.SCT.Organ,
            segmented_property_type=codes.SCT.Liver,
            algorithm_type=hd.seg.SegmentAlgorithmTypeValues.MANUAL,
        )
        for number in range(1, segments + 1)
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # highdicom tells what it assumes
        made: Dataset = hd.seg.Segmentation(
            source_images=images,
            pixel_array=masks,
            segmentation_type=kind,
            segment_descriptions=descriptions,
            series_instance_uid="2.25.31",
            series_number=31,
            sop_instance_uid="2.25.32",
            instance_number=1,
            manufacturer="Another",
            manufacturer_model_name="Writer",
            software_versions="1",
            device_serial_number="1",
            **rest,
        )
    return made


def with_undefined_lengths(ds: Dataset) -> Dataset:
    """Write every sequence and item without its length, as many writers do."""
    for element in ds:
        if element.VR == "SQ":
            element.is_undefined_length = True
            for item in element.value:
                item.is_undefined_length_sequence_item = True
                with_undefined_lengths(item)
    return ds
