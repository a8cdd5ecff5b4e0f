"""The images of derived series: what kind of object each is, and what it says of its making, place and values.

Grey frames with a plane become CT, MR or PET images where the source is of these (PS3.3 A.3, A.4, A.21), so that they
open in their place over the source; everything else becomes secondary capture (PS3.3 A.8).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import numpy as np
from pydicom.dataset import Dataset

from workstation.model.attributes import text
from workstation.model.frame import Frame, Window
from workstation.model.geometry import Plane, Vector, offset_mm
from workstation.model.index.records import FrameRef
from workstation.model.text import clean
from workstation.objects.derived_headers import (
    Family,
    contributing_equipment,
    put_acquisition,
    put_lossy_history,
    put_visible_identity,
    source_headers,
)
from workstation.objects.derived_pixels import stored_pixels
from workstation.objects.derived_references import References
from workstation.objects.derived_sources import SecondSources, SourceFrames, SourceObject, corners_of, sources_of
from workstation.objects.writing import (
    NewSeries,
    choose_character_set,
    coded,
    decimal,
    fitting,
    new_object,
    new_uid,
    put_laterality,
)
from workstation.quick_dataclass import dataclass

Kind = Literal["mpr", "mip", "minip", "mean", "sum", "curved", "rendering", "surface"]

_STORAGE: dict[Family, str] = {
    "CT": "1.2.840.10008.5.1.4.1.1.2",
    "MR": "1.2.840.10008.5.1.4.1.1.4",
    "PT": "1.2.840.10008.5.1.4.1.1.128",
    "": "1.2.840.10008.5.1.4.1.1.7",
}
TRUE_COLOUR = "1.2.840.10008.5.1.4.1.1.7.4"
LEAST_SHARE = 0.1
"""Of a direction along an axis of the patient that gets a letter."""
_REFORMATTED = ("113072", "Multiplanar reformatting")
_CODES: dict[Kind, tuple[tuple[str, str], ...]] = {
    "mpr": (_REFORMATTED,),
    "mip": (_REFORMATTED, ("113078", "Maximum intensity projection")),
    "minip": (_REFORMATTED, ("113079", "Minimum intensity projection")),
    "mean": (_REFORMATTED, ("113049", "Pixel by pixel mean")),
    "sum": (_REFORMATTED, ("113042", "Pixel by pixel addition")),
    "curved": (("113073", "Curved multiplanar reformatting"),),
    "rendering": (("113074", "Volume rendering"),),
    "surface": (("113075", "Surface rendering"),),
}
"""Context group 7203, Image Derivation."""
_NUMBER = {kind: number for number, kind in enumerate(_CODES, 1)}
_WORDS: dict[Kind, str] = {
    "mpr": "MPR",
    "mip": "MIP",
    "minip": "MinIP",
    "mean": "Mean",
    "sum": "Sum",
    "curved": "Curved MPR",
    "rendering": "3D",
    "surface": "3D surface",
}


@dataclass(frozen=True, slots=True)
class Derivation:
    """How images were made of others.

    Parameters
    ----------
    kind
        Plane, slab or rendering.
    description
        Derivation Description: a sentence for the reader, what was done with what; at most 1024 letters are kept.
    series_description
        Of the new series; the kind and that of the source where empty.
    thickness_mm
        Of a slab; 0 for planes.
    voxel_mm
        How far a voxel reaches across a plane, which is then as thick, if its neighbours are not nearer; 0 where it is
        not known.
    series_number
        Of the new series; 100 times that of the source and the kind's where None.
    comments
        Image Comments, such as the path of a curved reformat; at most 10240 letters are kept.
    locations_mm
        Slice Location of each image, where planes follow each other along something else than their normal, such as a
        path; that along the normal where empty.
    slices_beside
        How many slices to each side take part in a value between two: 1 of linear interpolation, 2 of cubic.
    reach_lps
        Points, LPS mm, that span what images without a plane were taken from; none: they are of the whole volume.
    more_codes
        What else was done, of context group 7203.
    """

    kind: Kind
    description: str = ""
    series_description: str = ""
    thickness_mm: float = 0.0
    voxel_mm: float = 0.0
    series_number: int | None = None
    comments: str = ""
    locations_mm: tuple[float, ...] = ()
    slices_beside: int = 1
    reach_lps: tuple[Vector, ...] = ()
    more_codes: tuple[tuple[str, str], ...] = ()


class DerivedImages:
    """The images of a series that is being written, one by one."""

    def __init__(
        self,
        sources: Sequence[FrameRef],
        how: Derivation,
        count: int,
        now: datetime,
        also: SecondSources | None = None,
    ) -> None:
        self.uid = str(new_uid())
        self._sources, self._how, self._count, self._now = sources, how, count, now
        self._also = also or SecondSources()
        self._volumes = SourceFrames(sources), SourceFrames(self._also.frames, self._also.to_own)
        self._references = References(sources[0].instance.study_instance_uid)
        self._headers = source_headers(sources)
        self._is_whole = self._headers.is_whole
        self._position_reference = fitting(self._headers.shared("PositionReferenceIndicator"), "LO")
        self._alike: dict[str, Dataset] = {}
        first = sources[0].instance
        described = how.series_description or f"{_WORDS[how.kind]} {clean(first.series_description)}".strip()
        number = how.series_number
        if number is None:
            number = (first.series_number or 9) * 100 + _NUMBER[how.kind]
        self._new = NewSeries(first.modality or "OT", min(abs(number), 2**31 - 1), described, self.uid)
        self._frame_of_reference = str(new_uid())  # where the source names none

    def image(self, frame: Frame, number: int, step_mm: float | None) -> Dataset:
        """Make one image of the series."""
        family = self._family(frame)
        ds = self._begun(family, _STORAGE[family], number)
        if frame.plane is not None:
            self._put_place(ds, frame.plane, number, step_mm)
        elif frame.spacing.is_metric:
            ds.PixelSpacing = [decimal(frame.spacing.between_rows), decimal(frame.spacing.between_columns)]
            ds.PixelSpacingCalibrationType = "GEOMETRY"
            ds.PixelSpacingCalibrationDescription = "Along and across the path, in mm"
        if frame.is_colour:
            data = np.ascontiguousarray(frame.pixels, np.uint8).tobytes()
            _describe_colour(ds, (frame.pixels.shape[1], frame.pixels.shape[0]))
            ds.PixelData = data + b"\0" * (len(data) % 2)
        else:
            self._put_grey(ds, frame, family)
        if family == "PT":
            ds.NumberOfSlices, ds.ImageIndex = self._count, number
        choose_character_set(ds)
        self._references.put(ds, self._made_of(frame))
        return ds

    def _family(self, frame: Frame) -> Family:
        """Give what kind of image stores a frame; a sum along a way is no uptake, which PET images store alone."""
        if frame.is_colour or frame.plane is None or (self._headers.family == "PT" and self._how.kind == "sum"):
            return ""
        return self._headers.family

    def _made_of(self, frame: Frame) -> list[SourceObject]:
        """Give what a frame was made of: slices that it passes, of a second volume, too, and what lies over them."""
        how, beyond_mm = self._how, 0.0
        points = corners_of(frame, how.thickness_mm)
        if points is None and how.reach_lps:
            points, beyond_mm = np.asarray(how.reach_lps, float), how.thickness_mm / 2
        first, second = (each.met(points, beside=how.slices_beside, beyond_mm=beyond_mm) for each in self._volumes)
        return [*(first or sources_of(self._sources)), *second, *self._also.objects]

    def picture_header(self, size_px: tuple[int, int], frame_time_ms: float | None) -> Dataset:
        """Make an object for all pictures in colour, without its pixels."""
        ds = self._begun("", TRUE_COLOUR if self._count > 1 else _STORAGE[""], 1)
        if self._count > 1:
            ds.NumberOfFrames = self._count
            if frame_time_ms:
                ds.FrameTime, ds.FrameIncrementPointer = decimal(frame_time_ms), 0x00181063
            else:
                ds.PageNumberVector, ds.FrameIncrementPointer = list(range(1, self._count + 1)), 0x00182001
        _describe_colour(ds, size_px)
        choose_character_set(ds)
        self._references.put(ds, [*sources_of([*self._sources, *self._also.frames]), *self._also.objects])
        return ds

    def _begun(self, family: Family, storage: str, number: int) -> Dataset:
        """Begin an image with what all of the series have alike; elements of that are replaced, never changed."""
        if storage not in self._alike:
            self._alike[storage] = self._shared(family, storage)
        ds = Dataset()
        ds.update(self._alike[storage])
        ds.add_new("SOPInstanceUID", "UI", new_uid())
        ds.add_new("InstanceNumber", "IS", number)
        return ds

    def _shared(self, family: Family, storage: str) -> Dataset:
        ds = new_object(storage, self._headers.middle, self._new, now=self._now)
        put_laterality(ds, self._headers.middle)
        put_acquisition(ds, self._headers, family)
        ds.ImageType = _image_type(self._how.kind, family)
        ds.ContentDate, ds.ContentTime = ds.InstanceCreationDate, ds.InstanceCreationTime
        if not family:
            ds.ConversionType = "WSD"
            ds.PatientOrientation = None
        if family == "PT":
            ds.SeriesType = [text(ds, "SeriesType").partition("\\")[0], "IMAGE"]
        put_visible_identity(ds, self._headers)
        put_lossy_history(ds, self._headers)
        described = self._how.description or f"{_WORDS[self._how.kind]} of a series"
        ds.DerivationDescription = fitting(described, "ST")
        codes = dict.fromkeys((*_CODES[self._how.kind], *self._how.more_codes))
        ds.DerivationCodeSequence = [coded(value, "DCM", meaning) for value, meaning in codes]
        if self._how.comments:
            ds.ImageComments = fitting(self._how.comments, "LT")
        if equipment := contributing_equipment(self._headers, coded("109101", "DCM", "Acquisition Equipment")):
            ds.ContributingEquipmentSequence = equipment
        return ds

    def _put_place(self, ds: Dataset, plane: Plane, number: int, step_mm: float | None) -> None:
        """Write where the image lies (PS3.3 C.7.4.1, C.7.6.2)."""
        spacing = plane.spacing
        uid = plane.frame_of_reference_uid or self._sources[0].instance.frame_of_reference_uid
        ds.FrameOfReferenceUID = fitting(uid, "UI") or self._frame_of_reference
        ds.PositionReferenceIndicator = self._position_reference
        ds.ImagePositionPatient = [decimal(each) for each in plane.origin_lps]
        ds.ImageOrientationPatient = [decimal(each) for each in (*plane.along_row_lps, *plane.along_column_lps)]
        ds.PixelSpacing = [decimal(spacing.between_rows), decimal(spacing.between_columns)]
        location = self._how.locations_mm[number - 1] if self._how.locations_mm else offset_mm(plane)
        ds.SliceLocation = decimal(round(location, 6))
        thickness = self._how.thickness_mm or min(filter(None, (step_mm, self._how.voxel_mm)), default=0.0)
        ds.SliceThickness = decimal(thickness) if thickness else None
        if step_mm:
            ds.SpacingBetweenSlices = decimal(step_mm)
        if "PatientOrientation" in ds:  # of secondary capture, which needs no plane
            letters = [_letters(plane.along_row_lps), _letters(plane.along_column_lps)]
            ds.add_new("PatientOrientation", "CS", letters)

    def _put_grey(self, ds: Dataset, frame: Frame, family: Family) -> None:
        stored = stored_pixels(frame, is_whole=self._is_whole, with_intercept=family != "PT")
        rows, columns = stored.pixels.shape
        ds.SamplesPerPixel = 1
        ds.PhotometricInterpretation = frame.photometric
        ds.Rows, ds.Columns = rows, columns
        ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, 16, 15
        ds.PixelRepresentation = int(stored.pixels.dtype.kind == "i")
        if stored.padding is not None:
            ds.add_new(0x00280120, "SS" if ds.PixelRepresentation else "US", stored.padding)
        if family != "MR" or (stored.slope, stored.intercept) != (1.0, 0.0):  # MR has values as they are by itself
            ds.RescaleIntercept, ds.RescaleSlope = decimal(stored.intercept), decimal(stored.slope)
            if family != "PT":  # has Units
                ds.RescaleType = fitting(frame.modality.unit, "LO") or "US"
        _put_windows(ds, frame)
        ds.PixelData = stored.pixels.astype("<u2" if stored.pixels.dtype.kind == "u" else "<i2").tobytes()


def _letters(direction_lps: Vector) -> str:
    """Give where a direction leads, nearest first (PS3.3 C.7.6.1.1.1)."""
    shares = sorted(((abs(each), axis) for axis, each in enumerate(direction_lps) if abs(each) > LEAST_SHARE))
    return "".join("LPH"[axis] if direction_lps[axis] > 0 else "RAF"[axis] for _, axis in reversed(shares))


def _image_type(kind: Kind, family: Family) -> list[str]:
    """Give Image Type (PS3.3 C.7.6.1.1.2, C.8.2.1.1.1: AXIAL is any cross-section; C.8.3.1.1.1; C.8.9.4.1.1)."""
    name = {"rendering": "3D", "surface": "3D", "curved": "CURVED MPR"}.get(kind, kind.upper())
    if family == "CT":
        return ["DERIVED", "SECONDARY", "AXIAL", name]
    if family == "MR":
        return ["DERIVED", "SECONDARY", "MPR"] if kind == "mpr" else ["DERIVED", "SECONDARY", "PROJECTION IMAGE", name]
    return ["DERIVED", "PRIMARY" if family == "PT" else "SECONDARY", name]


def _put_windows(ds: Dataset, frame: Frame) -> None:
    windows = [each for each in frame.voi if isinstance(each, Window)]
    if not windows:
        return
    first = windows[0].function
    alike = [each for each in windows if each.function == first]  # one function for all of an image
    _one_or_many(ds, "WindowCenter", [decimal(each.center) for each in alike])
    _one_or_many(ds, "WindowWidth", [decimal(each.width) for each in alike])
    if any(each.explanation for each in alike):
        _one_or_many(ds, "WindowCenterWidthExplanation", [fitting(each.explanation, "LO") for each in alike])
    if first != "LINEAR":
        ds.VOILUTFunction = first


def _one_or_many(ds: Dataset, keyword: str, values: list[Any]) -> None:
    setattr(ds, keyword, values if len(values) > 1 else values[0])


def _describe_colour(ds: Dataset, size_px: tuple[int, int]) -> None:
    ds.SamplesPerPixel, ds.PhotometricInterpretation, ds.PlanarConfiguration = 3, "RGB", 0
    ds.Columns, ds.Rows = size_px
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 8, 8, 7, 0
