"""Spatial registrations: how images lie in another frame of reference (PS3.3 A.39.1, C.20.2), read and written."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from workstation.errors import UserError
from workstation.model.attributes import items, numbers, text
from workstation.model.index.records import Instance, Place
from workstation.model.reading import read_dataset
from workstation.model.refusal import Reason, Refused
from workstation.model.text import clean
from workstation.objects.writing import (
    NewSeries,
    choose_character_set,
    coded,
    decimal,
    fitting,
    new_object,
    new_uid,
    reference,
)
from workstation.quick_dataclass import dataclass

SPATIAL_REGISTRATION = "1.2.840.10008.5.1.4.1.1.66.1"
SERIES_NUMBER = 903
_RIGID = 1e-3
"""How far from turning alone the numbers of a matrix may be: files round them."""


@dataclass(frozen=True, eq=False)
class RegisteredImages:
    """Images of a registration.

    Parameters
    ----------
    frame_of_reference_uid
        Theirs; empty where images are named alone.
    sop_instance_uids
        Which images; none: all of the frame of reference.
    to_registered
        4x4, from their patient points to those of the registration, LPS mm.
    """

    frame_of_reference_uid: str
    sop_instance_uids: frozenset[str]
    to_registered: NDArray[np.float64]

    @property
    def is_rigid(self) -> bool:
        """Whether it turns and moves, and does nothing else."""
        turn = self.to_registered[:3, :3]
        return bool(np.allclose(turn @ turn.T, np.eye(3), atol=_RIGID) and np.linalg.det(turn) > 0)


@dataclass(frozen=True, eq=False)
class SpatialRegistration:
    """What a registration says.

    Parameters
    ----------
    sop_instance_uid
        Its identifier.
    frame_of_reference_uid
        That all images are brought to.
    images
        In order of the file.
    description
        In words, may be empty.
    """

    sop_instance_uid: str
    frame_of_reference_uid: str
    images: tuple[RegisteredImages, ...]
    description: str = ""

    def between(self, fixed: Sequence[Instance], moving: Sequence[Instance]) -> NDArray[np.float64] | None:
        """Give the way from patient points of some images to those of others, 4x4; None where it says nothing of both.

        Raises
        ------
        UserError
            If it does more than to turn and to move.
        """
        first, second = self._of(fixed), self._of(moving)
        if first is None or second is None or first is second:
            return None
        if not (first.is_rigid and second.is_rigid):
            raise UserError(
                "The registration stretches the images, which is not supported.", hint="Register them anew."
            )
        way = np.linalg.inv(second.to_registered) @ first.to_registered
        left, _, right = np.linalg.svd(way[:3, :3])  # what turns only, without what files round away
        way[:3, :3] = left @ right
        return np.asarray(way)

    def _of(self, instances: Sequence[Instance]) -> RegisteredImages | None:
        """Find what is said of images: by name, else by frame of reference, else what needs no words."""
        named = {each.sop_instance_uid for each in instances}
        uids = {each.frame_of_reference_uid for each in instances}
        by_name = next((each for each in self.images if each.sop_instance_uids & named), None)
        if by_name is not None:
            return by_name
        of_frame = [each for each in self.images if each.frame_of_reference_uid and each.frame_of_reference_uid in uids]
        if len(of_frame) == 1:
            return of_frame[0]
        if not of_frame and self.frame_of_reference_uid in uids:
            return RegisteredImages(self.frame_of_reference_uid, frozenset(), np.eye(4))
        return None


def read_spatial_registration(place: Place | Path) -> SpatialRegistration:
    """Read a spatial registration.

    Raises
    ------
    Refused
        OTHER_OBJECT where it is none or says nothing, and all reasons of `workstation.model.reading.read_dataset`.
    """
    dataset = read_dataset(place)
    name = place.name if isinstance(place, Path) else str(place)
    if "RegistrationSequence" not in dataset:
        raise Refused(Reason.OTHER_OBJECT, f"{name}: this is no spatial registration.")
    found = [images for item in items(dataset, "RegistrationSequence") if (images := _images(item)) is not None]
    if not found:
        raise Refused(Reason.OTHER_OBJECT, f"{name}: this registration has no matrix.")
    return SpatialRegistration(
        text(dataset, "SOPInstanceUID"),
        text(dataset, "FrameOfReferenceUID"),
        tuple(found),
        clean(text(dataset, "ContentDescription")) or clean(text(dataset, "SeriesDescription")),
    )


def _images(item: Dataset) -> RegisteredImages | None:
    """Read an item of the sequence; None where a matrix is missing or none."""
    made, seen = np.eye(4), False
    for registration in items(item, "MatrixRegistrationSequence"):
        for each in items(registration, "MatrixSequence"):
            values = numbers(each, "FrameOfReferenceTransformationMatrix")
            if len(values) != 16 or not np.isfinite(values).all():
                return None
            matrix = np.array(values).reshape(4, 4)
            if not np.allclose(matrix[3], (0, 0, 0, 1)) or abs(np.linalg.det(matrix[:3, :3])) < _RIGID:
                return None
            made, seen = matrix @ made, True
    uids = (text(each, "ReferencedSOPInstanceUID") for each in items(item, "ReferencedImageSequence"))
    named = frozenset(uid for uid in uids if uid)
    return RegisteredImages(text(item, "FrameOfReferenceUID"), named, made) if seen else None


def spatial_registration_dataset(
    fixed: Sequence[Instance],
    moving: Sequence[Instance],
    to_moving: NDArray[np.float64],
    source: Dataset,
    *,
    comment: str = "",
    now: datetime,
) -> Dataset:
    """Make the object that says how images lie over others.

    Parameters
    ----------
    fixed, moving
        The images of both series. The registration is in the frame of reference of the fixed ones.
    to_moving
        4x4 rigid, from patient points of the fixed images to those of the moving ones, LPS mm.
    source
        Header of one of the fixed images: patient and study are taken from it.
    comment
        How it was found.
    now
        When it was, local time.
    """
    ds = new_object(SPATIAL_REGISTRATION, source, NewSeries("REG", SERIES_NUMBER, "Registration"), now=now)
    ds.FrameOfReferenceUID = fixed[0].frame_of_reference_uid or new_uid()
    ds.PositionReferenceIndicator = fitting(text(source, "PositionReferenceIndicator"), "LO")
    ds.ContentDate, ds.ContentTime = f"{now:%Y%m%d}", f"{now:%H%M%S}"
    ds.ContentLabel, ds.ContentDescription, ds.ContentCreatorName = "REGISTRATION", fitting(comment, "LO"), ""
    turn = to_moving[:3, :3]
    back = np.eye(4)
    back[:3, :3], back[:3, 3] = turn.T, -turn.T @ to_moving[:3, 3]
    ds.RegistrationSequence = [
        _item(fixed, np.eye(4), ("125021", "Frame of Reference Identity"), ""),
        _item(moving, back, ("125024", "Image Content-based Alignment"), comment),
    ]
    own = ds.StudyInstanceUID
    ds.ReferencedSeriesSequence = _series([each for each in (*fixed, *moving) if each.study_instance_uid == own])
    elsewhere: dict[str, list[Instance]] = {}
    for each in (*fixed, *moving):
        if each.study_instance_uid != own:
            elsewhere.setdefault(each.study_instance_uid, []).append(each)
    if elsewhere:
        ds.StudiesContainingOtherReferencedInstancesSequence = [_study(*each) for each in elsewhere.items()]
    choose_character_set(ds)
    return ds


def _item(images: Sequence[Instance], matrix: NDArray[np.float64], kind: tuple[str, str], comment: str) -> Dataset:
    item, registration, step = Dataset(), Dataset(), Dataset()
    if uid := images[0].frame_of_reference_uid:
        item.FrameOfReferenceUID = uid
    item.ReferencedImageSequence = _references(images)
    step.FrameOfReferenceTransformationMatrixType = "RIGID"
    step.FrameOfReferenceTransformationMatrix = [decimal(float(each)) for each in matrix.reshape(-1)]
    if comment:
        registration.FrameOfReferenceTransformationComment = fitting(comment, "LO")
    registration.RegistrationTypeCodeSequence = [coded(kind[0], "DCM", kind[1])]
    registration.MatrixSequence = [step]
    item.MatrixRegistrationSequence = [registration]
    return item


def _references(images: Iterable[Instance]) -> list[Dataset]:
    once = {each.sop_instance_uid: each for each in images}
    return [reference(each.sop_class_uid, uid) for uid, each in once.items()]


def _series(images: Iterable[Instance]) -> list[Dataset]:
    by_series: dict[str, list[Instance]] = {}
    for each in images:
        by_series.setdefault(each.series_instance_uid, []).append(each)
    listed = []
    for uid, own in by_series.items():
        item = Dataset()
        item.SeriesInstanceUID, item.ReferencedInstanceSequence = uid, _references(own)
        listed.append(item)
    return listed


def _study(uid: str, images: Sequence[Instance]) -> Dataset:
    item = Dataset()
    item.StudyInstanceUID, item.ReferencedSeriesSequence = uid, _series(images)
    return item
