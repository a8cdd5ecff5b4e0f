"""Segmentations written strictly, with highdicom: masks of frames of images as segments (PS3.3 A.51, C.8.20)."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian

import workstation
from workstation.errors import UserError
from workstation.model.annotation import About
from workstation.model.attributes import integer, text
from workstation.model.concepts import Code
from workstation.model.geometry import offset_mm
from workstation.model.pixels.functional_groups import FunctionalGroups
from workstation.model.pixels.placement import frame_plane
from workstation.model.pixels.spacing import frame_spacing
from workstation.model.segmentation import Rgb
from workstation.objects.measurement_report.items import code_item
from workstation.objects.presentation.colours import cielab_of_rgb
from workstation.objects.writing import (
    MANUFACTURER,
    MODEL,
    NewSeries,
    choose_character_set,
    complete,
    fitting,
    new_object,
    new_uid,
    save,
)
from workstation.quick_dataclass import dataclass

SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.4"
SERIES_NUMBER, SERIES_DESCRIPTION = 904, "Regions"
_MOST_BYTES = 2 * 2**30
"""What masks may take while they are put together, a byte a pixel of each segment on each frame."""
_TISSUE = Code("85756007", "SCT", "Tissue")
_ABNORMAL = Code("49755003", "SCT", "Morphologically Abnormal Structure")
_OF_PATIENT_AND_STUDY = (
    *("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyInstanceUID", "StudyDate", "StudyTime"),
    *("ReferringPhysicianName", "StudyID", "AccessionNumber"),
)


@dataclass(frozen=True, eq=False)
class SegmentToWrite:
    """A segment.

    Parameters
    ----------
    label
        Its name.
    masks
        By SOP Instance UID and frame from 0: (rows, columns) of bool, of the size of the image.
    about
        What it is: finding, site, tracking identifiers.
    colour
        In which it is recommended to be shown.
    """

    label: str
    masks: Mapping[tuple[str, int], NDArray[np.bool_]]
    about: About = field(default_factory=About)
    colour: Rgb = (255, 214, 64)


def write_segmentation(
    segments: Sequence[SegmentToWrite],
    images: Sequence[Dataset],
    target: Path,
    *,
    creator: str = "",
    now: datetime | None = None,
) -> Dataset:
    """Write a segmentation as a file; see `segmentation_dataset`.

    Raises
    ------
    UserError
        As that, and if the file cannot be written.
    """
    ds = segmentation_dataset(segments, images, creator=creator, now=now or datetime.now())
    save(ds, target)
    return ds


def segmentation_dataset(
    segments: Sequence[SegmentToWrite], images: Sequence[Dataset], *, creator: str = "", now: datetime
) -> Dataset:
    """Make a binary segmentation.

    Parameters
    ----------
    segments
        Numbered from 1 in their order.
    images
        Headers of the images; those without a mask are left out. Slices of one series, or one multi-frame image.
    creator
        Content Creator's Name (PN).
    now
        When it is made, in local time.

    Raises
    ------
    UserError
        If there is nothing to write, an image is missing or has no place in the patient, or the images don't share
        series, size, directions and frame of reference; the sentence names what differs.
    """
    sources = _sources(segments, images)
    pixels = _pixels(segments, sources)
    import highdicom

    described = [_description(number, each, highdicom) for number, each in enumerate(segments, 1)]
    base = new_object(SEGMENTATION, sources[0], NewSeries("SEG", SERIES_NUMBER, SERIES_DESCRIPTION), now=now)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells what it assumes
        made: Dataset = highdicom.seg.Segmentation(
            source_images=[_complete_header(each) for each in sources],
            pixel_array=pixels,
            segmentation_type="BINARY",
            segment_descriptions=described,
            series_instance_uid=str(base.SeriesInstanceUID),
            series_number=SERIES_NUMBER,
            sop_instance_uid=str(base.SOPInstanceUID),
            instance_number=1,
            manufacturer=MANUFACTURER,
            manufacturer_model_name=MODEL,
            software_versions=workstation.__version__,
            device_serial_number="1",
            content_label="REGIONS",
            content_description=SERIES_DESCRIPTION,
            content_creator_name=fitting(creator, "PN") or None,
            transfer_syntax_uid=ExplicitVRLittleEndian,
        )
    return _finished(made, base, segments)


def _sources(segments: Sequence[SegmentToWrite], images: Sequence[Dataset]) -> list[Dataset]:
    """Give the images that masks are on, in the order of their positions."""
    there = {text(each, "SOPInstanceUID"): each for each in images}
    wanted = dict.fromkeys(uid for segment in segments for (uid, _), mask in segment.masks.items() if mask.any())
    if not wanted:
        raise UserError("There is no region with a pixel inside, so there is nothing to save.", hint="Draw one.")
    if any(not segment.masks or not any(mask.any() for mask in segment.masks.values()) for segment in segments):
        raise UserError("One of the regions has no pixel inside.", hint="Leave it out, or draw it larger.")
    missing = next((uid for uid in wanted if uid not in there), None)
    if missing is not None:
        raise UserError("A region is on an image that is not there.", hint=f"Add the image {missing}.")
    found = [there[uid] for uid in wanted]
    _check_alike(found)
    return sorted(found, key=_offset)


def _check_alike(found: Sequence[Dataset]) -> None:
    for keyword, words in (
        ("FrameOfReferenceUID", "frames of reference"),
        ("SeriesInstanceUID", "series"),
        ("StudyInstanceUID", "studies"),
        ("Rows", "numbers of rows"),
        ("Columns", "numbers of columns"),
    ):
        different = sorted({text(each, keyword) for each in found})
        if len(different) > 1:
            raise UserError(
                f"The regions are on images of different {words}: {different[0]} and {different[1]}.",
                hint="Write a segmentation for each.",
            )
    if len(found) > 1 and any((integer(each, "NumberOfFrames") or 1) > 1 for each in found):
        raise UserError("The regions are on several multi-frame images.", hint="Write a segmentation for each.")
    if any(_plane(each) is None or not text(each, "FrameOfReferenceUID") for each in found):
        raise UserError(
            "An image has no place in the patient, and a segmentation needs one.",
            hint="Save the regions as a report or a presentation state.",
        )


def _plane(image: Dataset) -> Any:
    groups = FunctionalGroups(image)
    return frame_plane(groups, 0, frame_spacing(groups, 0))


def _offset(image: Dataset) -> float:
    return offset_mm(_plane(image))


def _pixels(segments: Sequence[SegmentToWrite], sources: Sequence[Dataset]) -> NDArray[np.uint8]:
    """Give (frames, rows, columns, segments)."""
    places = [
        (text(each, "SOPInstanceUID"), frame)
        for each in sources
        for frame in range(integer(each, "NumberOfFrames") or 1)
    ]
    rows, columns = integer(sources[0], "Rows") or 0, integer(sources[0], "Columns") or 0
    if (count := len(places) * rows * columns * len(segments)) > _MOST_BYTES:
        raise UserError(
            f"{len(segments)} segments on {len(places)} frames are too much at once: {count / 2**30:.0f} GiB of masks.",
            hint="Name the lesion, so that its regions are one segment, or write fewer.",
        )
    pixels = np.zeros((len(places), rows, columns, len(segments)), np.uint8)
    for number, segment in enumerate(segments):
        for at, place in enumerate(places):
            mask = segment.masks.get(place)
            if mask is None:
                continue
            if mask.shape != (rows, columns):
                raise UserError(
                    f"A region of {mask.shape[1]} x {mask.shape[0]} pixels is none of an image of {columns} x {rows}."
                )
            pixels[at, :, :, number] = mask
    return pixels


def _description(number: int, segment: SegmentToWrite, highdicom: Any) -> Any:
    about = segment.about
    coded = highdicom.sr.CodedConcept
    kind = about.finding or _TISSUE
    category = _TISSUE if about.finding is None else _ABNORMAL
    label = fitting(segment.label, "LO") or f"Region {number}"
    made = highdicom.seg.SegmentDescription(
        segment_number=number,
        segment_label=label,
        segmented_property_category=coded(category.value, category.scheme, category.meaning),
        segmented_property_type=coded(kind.value, kind.scheme, fitting(kind.meaning or kind.value, "LO")),
        algorithm_type="MANUAL",
        tracking_uid=about.tracking_uid or new_uid(),
        tracking_id=fitting(about.tracking_id, "LO") or label,
    )
    if about.site is not None:
        made.AnatomicRegionSequence = [code_item(about.site)]
        if about.laterality is not None:
            made.AnatomicRegionSequence[0].AnatomicRegionModifierSequence = [code_item(about.laterality)]
    made.RecommendedDisplayCIELabValue = list(cielab_of_rgb(segment.colour))
    return made


def _complete_header(image: Dataset) -> Dataset:
    """Give a header with what highdicom asks for, though it may be empty."""
    header = Dataset()
    header.update({element.tag: element for element in image if element.tag.group < 0x7FE0})
    for keyword in _OF_PATIENT_AND_STUDY:
        if keyword not in header:
            setattr(header, keyword, "")
    meta = getattr(image, "file_meta", None)
    if meta is None or "TransferSyntaxUID" not in meta:
        complete(header)
    else:
        header.file_meta = meta
    return header


def _finished(made: Dataset, base: Dataset, segments: Sequence[SegmentToWrite]) -> Dataset:
    """Give it patient and study as every object of ours has them, and its segment by frame."""
    for keyword in (*_OF_PATIENT_AND_STUDY, "InstanceCreationDate", "InstanceCreationTime", "SeriesDescription"):
        setattr(made, keyword, base[keyword].value)
    for keyword in ("BodyPartExamined", "StudyDescription", "IssuerOfPatientID"):
        if keyword in base:
            setattr(made, keyword, base[keyword].value)
        elif keyword in made:
            delattr(made, keyword)
    shared = made.SharedFunctionalGroupsSequence[0]
    # WORKAROUND: highdicom 0.28.2 puts an only segment into the shared groups, where it does not find it itself.
    if len(segments) == 1 and "SegmentIdentificationSequence" in shared:
        for frame in made.PerFrameFunctionalGroupsSequence:
            frame.SegmentIdentificationSequence = shared.SegmentIdentificationSequence
        del shared.SegmentIdentificationSequence
    plain = Dataset()
    plain.update(made)
    choose_character_set(plain)
    return complete(plain)
