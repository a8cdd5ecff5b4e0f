"""Structure sets written strictly: outlines of regions as closed planar contours (PS3.3 A.19, C.8.8.5, C.8.8.6)."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from workstation.errors import UserError
from workstation.model.annotation import Annotation
from workstation.model.annotation_kinds import TRAITS
from workstation.model.attributes import integer, text
from workstation.model.geometry import image_to_lps
from workstation.model.outlines import mask_borders, mask_of, outline_px
from workstation.model.structures import Contour, ContourKind, Structure
from workstation.objects.contour_relations import Relation, relations_of
from workstation.objects.measurement_report.images import Images
from workstation.objects.measurement_report.items import code_item
from workstation.objects.measurement_report.shapes import one_line
from workstation.objects.structure_contours import contour_mask
from workstation.objects.writing import NewSeries, choose_character_set, complete, decimal, fitting, new_object, save
from workstation.objects.writing import reference as reference_to

STRUCTURE_SET = "1.2.840.10008.5.1.4.1.1.481.3"
SERIES_NUMBER, SERIES_DESCRIPTION = 905, "Structures"
_DETACHED_STUDY = "1.2.840.10008.3.1.2.3.1"
_MOST_EXPLICIT_BYTES = 0xFFFE
_LONGEST_DECIMAL = 17


def write_structure_set(
    regions: Sequence[Annotation],
    images: Sequence[Dataset],
    target: Path,
    *,
    label: str = SERIES_DESCRIPTION,
    now: datetime | None = None,
) -> Dataset:
    """Write regions as a structure set into a file; see `structure_set_dataset`.

    Raises
    ------
    UserError
        As that, and if the file cannot be written.
    """
    ds = structure_set_dataset(regions, images, label=label, now=now or datetime.now())
    save(ds, target)
    return ds


def structure_set_dataset(
    regions: Sequence[Annotation], images: Sequence[Dataset], *, label: str = SERIES_DESCRIPTION, now: datetime
) -> Dataset:
    """Make a structure set of regions.

    Parameters
    ----------
    regions
        Annotations that have an inside; those of one tracking identifier are one structure. Painted regions are
        outlined along the edges of their pixels, holes are joined to the outline by a channel without width. Regions
        of a structure that overlap on a frame are written as one, which is all that is inside any: what readers take
        two contours over each other for is not the same everywhere.
    images
        Headers of the images that they are on.
    label
        Structure Set Label.
    now
        When it is made, in local time.

    Raises
    ------
    UserError
        If there is no region, or an image is missing or has no place in the patient.
    """
    chosen = [each for each in regions if TRAITS[each.kind].is_region]
    if not chosen:
        raise UserError("There is no region, so there is nothing to save.", hint="Draw one.")
    there = Images.of(images)
    used = [there.header(uid) for uid in dict.fromkeys(each.sop_instance_uid for each in chosen)]
    spaces = {text(each, "FrameOfReferenceUID") for each in used}
    if "" in spaces:
        raise UserError(
            "An image has no frame of reference, and a structure set needs one.",
            hint="Save the regions as a report or a presentation state.",
        )
    groups = _grouped(chosen)
    structures = [_structure(number, each, there) for number, each in enumerate(groups, 1)]
    series = NewSeries("RTSTRUCT", SERIES_NUMBER, SERIES_DESCRIPTION)
    ds = new_object(STRUCTURE_SET, used[0], series, now=now)
    ds.OperatorsName = ""
    ds.StructureSetLabel = fitting(label, "SH") or "REGIONS"
    ds.StructureSetDate, ds.StructureSetTime = f"{now:%Y%m%d}", f"{now:%H%M%S}"
    ds.FrameOfReferenceUID, ds.PositionReferenceIndicator = text(used[0], "FrameOfReferenceUID"), ""
    ds.ReferencedFrameOfReferenceSequence = [_space(uid, used) for uid in sorted(spaces)]
    ds.StructureSetROISequence = [_described(each) for each in structures]
    ds.ROIContourSequence = [_contours(each, there) for each in structures]
    ds.RTROIObservationsSequence = [_observed(each, own[0]) for each, own in zip(structures, groups, strict=True)]
    ds.ApprovalStatus = "UNAPPROVED"
    choose_character_set(ds)
    longest = max(len(each.points_lps) for structure in structures for each in structure.contours)
    is_long = longest * 3 * _LONGEST_DECIMAL > _MOST_EXPLICIT_BYTES
    return complete(ds, ImplicitVRLittleEndian if is_long else ExplicitVRLittleEndian)


def _grouped(regions: Sequence[Annotation]) -> list[list[Annotation]]:
    """Put regions of one tracking identifier together; one without it is alone."""
    found: dict[str, list[Annotation]] = {}
    for each in regions:
        tracking = each.about.tracking_uid if each.about is not None else ""
        found.setdefault(tracking or f"alone {each.id}", []).append(each)
    return list(found.values())


def _structure(number: int, members: Sequence[Annotation], images: Images) -> Structure:
    first = members[0]
    about = first.about
    name = (about.tracking_id if about is not None else "") or first.text or f"{TRAITS[first.kind].name} {number}"
    space = text(images.header(first.sop_instance_uid), "FrameOfReferenceUID")
    for each in members:
        other = text(images.header(each.sop_instance_uid), "FrameOfReferenceUID")
        if other != space:
            raise UserError(
                f"The contours of {name!r} are in different frames of reference: {space} and {other}.",
                hint="Give them different tracking identifiers.",
            )
    frames: dict[tuple[str, int], list[Annotation]] = {}
    for each in members:
        frames.setdefault((each.sop_instance_uid, each.frame), []).append(each)
    contours = tuple(contour for on_frame in frames.values() for contour in _on_frame(on_frame, images))
    return Structure(number, name, colour=first.colour, frame_of_reference_uid=space, contours=contours)


def _on_frame(regions: Sequence[Annotation], images: Images) -> list[Contour]:
    uid, frame = regions[0].sop_instance_uid, regions[0].frame
    plane = images.plane(uid, frame)
    if plane is None:
        raise UserError(
            "An image has no place in the patient, and a structure set needs one.",
            hint="Save the regions as a report or a presentation state.",
        )
    outlines = [
        outline_px(each, plane.spacing) if each.mask is None else one_line(mask_borders(each.mask)) for each in regions
    ]
    if len(outlines) > 1:
        header = images.header(uid)
        shape = integer(header, "Rows") or 0, integer(header, "Columns") or 0
        if relations_of(outlines, shape) - {Relation.APART}:
            inside = np.logical_or.reduce([contour_mask((each,), shape) for each in outlines])
            together = mask_of(inside)
            outlines = outlines if together is None else [one_line(mask_borders(together))]
    return [Contour(ContourKind.CLOSED_PLANAR, image_to_lps(plane, each), (uid,)) for each in outlines]


def _space(uid: str, used: Sequence[Dataset]) -> Dataset:
    """List the images of a frame of reference by study and series."""
    space = Dataset()
    space.FrameOfReferenceUID = uid
    studies: dict[str, dict[str, list[Dataset]]] = {}
    for each in used:
        if text(each, "FrameOfReferenceUID") == uid:
            series = studies.setdefault(text(each, "StudyInstanceUID"), {})
            listed = series.setdefault(text(each, "SeriesInstanceUID"), [])
            listed.append(reference_to(text(each, "SOPClassUID"), text(each, "SOPInstanceUID")))
    space.RTReferencedStudySequence = []
    for study_uid, series in studies.items():
        study = reference_to(_DETACHED_STUDY, study_uid)
        study.RTReferencedSeriesSequence = []
        for series_uid, listed in series.items():
            item = Dataset()
            item.SeriesInstanceUID, item.ContourImageSequence = series_uid, listed
            study.RTReferencedSeriesSequence.append(item)
        space.RTReferencedStudySequence.append(study)
    return space


def _described(structure: Structure) -> Dataset:
    item = Dataset()
    item.ROINumber, item.ReferencedFrameOfReferenceUID = structure.number, structure.frame_of_reference_uid
    item.ROIName, item.ROIGenerationAlgorithm = fitting(structure.name, "LO"), "MANUAL"
    return item


def _contours(structure: Structure, images: Images) -> Dataset:
    item = Dataset()
    item.ROIDisplayColor = list(structure.colour)
    item.ReferencedROINumber = structure.number
    item.ContourSequence = []
    for contour in structure.contours:
        header = images.header(contour.sources[0])
        part = Dataset()
        part.ContourImageSequence = [reference_to(text(header, "SOPClassUID"), contour.sources[0])]
        part.ContourGeometricType = str(contour.kind)
        part.NumberOfContourPoints = len(contour.points_lps)
        part.ContourData = [decimal(round(float(each), 9)) for each in np.ravel(contour.points_lps)]
        item.ContourSequence.append(part)
    return item


def _observed(structure: Structure, first: Annotation) -> Dataset:
    item = Dataset()
    item.ObservationNumber = item.ReferencedROINumber = structure.number
    item.RTROIInterpretedType, item.ROIInterpreter = "", ""
    if first.about is not None and first.about.finding is not None:
        item.RTROIIdentificationCodeSequence = [code_item(first.about.finding)]
    return item
