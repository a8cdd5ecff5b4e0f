"""The images that a report is of: found by their identifiers, listed as its evidence and in its image library."""

from collections.abc import Iterable, Mapping, Sequence

from pydicom.dataset import Dataset

from workstation.errors import UserError
from workstation.model.attributes import integer, text
from workstation.model.concepts import Code
from workstation.model.geometry import Plane
from workstation.model.pixels.functional_groups import FunctionalGroups
from workstation.model.pixels.placement import frame_plane
from workstation.model.pixels.spacing import frame_spacing
from workstation.model.text import clean
from workstation.objects.measurement_report import codes
from workstation.objects.measurement_report.items import (
    code_value,
    container,
    date_item,
    image_item,
    number_item,
    uid_item,
)
from workstation.objects.writing import fitting, reference
from workstation.quick_dataclass import dataclass

_PIXELS = Code("{pixels}", "UCUM", "pixels")


@dataclass(frozen=True, eq=False)
class Images:
    """Headers of images and segmentations by SOP Instance UID, in order."""

    headers: Mapping[str, Dataset]

    @classmethod
    def of(cls, headers: Iterable[Dataset]) -> "Images":
        """Gather headers.

        Raises
        ------
        UserError
            If they are of different patients, or one has no class or series, so that nobody could find it.
        """
        found = {text(each, "SOPInstanceUID"): each for each in headers}
        if len({(text(each, "PatientID"), text(each, "PatientName")) for each in found.values()}) > 1:
            raise UserError(
                "The measurements are of images of different patients.", hint="Write a report for each patient."
            )
        if any(not (text(each, "SOPClassUID") and text(each, "SeriesInstanceUID")) for each in found.values()):
            raise UserError("An image has no series or class, so nobody could find it.", hint="Leave it out.")
        return cls(found)

    def header(self, sop_instance_uid: str) -> Dataset:
        """Give the header of an image.

        Raises
        ------
        UserError
            If it is not among them.
        """
        found = self.headers.get(sop_instance_uid)
        if found is None:
            raise UserError(
                "A measurement is of an image that is not among those of the report.",
                hint=f"Add the image {sop_instance_uid}.",
            )
        return found

    def of_series(self, series_instance_uid: str) -> list[Dataset]:
        """Give the headers of the images of a series.

        Raises
        ------
        UserError
            If there is none.
        """
        found = [each for each in self.headers.values() if text(each, "SeriesInstanceUID") == series_instance_uid]
        if not found:
            raise UserError(
                "A measurement lies on a plane of a series that is not among those of the report.",
                hint=f"Add the images of the series {series_instance_uid}.",
            )
        return found

    def plane(self, sop_instance_uid: str, frame: int) -> Plane | None:
        """Give where a frame lies in the patient; None where its header does not say."""
        groups = FunctionalGroups(self.header(sop_instance_uid))
        return frame_plane(groups, frame, frame_spacing(groups, frame))


def evidence(headers: Sequence[Dataset], study_instance_uid: str) -> tuple[list[Dataset], list[Dataset]]:
    """List objects by study and series (PS3.3 C.17.2.3): those of a study, and those of others."""
    studies: dict[str, dict[str, dict[str, Dataset]]] = {}
    for each in headers:
        series = studies.setdefault(text(each, "StudyInstanceUID"), {}).setdefault(text(each, "SeriesInstanceUID"), {})
        uid = text(each, "SOPInstanceUID")
        series[uid] = reference(text(each, "SOPClassUID"), uid)
    listed = {uid: _study(uid, series) for uid, series in studies.items()}
    return (
        [item for uid, item in listed.items() if uid == study_instance_uid],
        [item for uid, item in listed.items() if uid != study_instance_uid],
    )


def _study(uid: str, series: dict[str, dict[str, Dataset]]) -> Dataset:
    study = Dataset()
    study.StudyInstanceUID = uid
    study.ReferencedSeriesSequence = []
    for series_uid, instances in series.items():
        item = Dataset()
        item.SeriesInstanceUID, item.ReferencedSOPSequence = series_uid, list(instances.values())
        study.ReferencedSeriesSequence.append(item)
    return study


def library(headers: Sequence[Dataset]) -> Dataset:
    """Give the image library (TID 1600): a group for each series, with what its images share (TID 1602)."""
    series: dict[str, list[Dataset]] = {}
    for each in headers:
        series.setdefault(text(each, "SeriesInstanceUID"), []).append(each)
    groups = [
        container(
            "CONTAINS",
            codes.LIBRARY_GROUP,
            [*_shared(images[0]), *(image_item("CONTAINS", None, each) for each in images)],
        )
        for images in series.values()
    ]
    return container("CONTAINS", codes.LIBRARY, groups, template="1600")


def _shared(header: Dataset) -> list[Dataset]:
    acquisition = "HAS ACQ CONTEXT"
    found: list[Dataset] = []
    if modality := fitting(text(header, "Modality"), "CS"):
        found.append(
            code_value(acquisition, codes.MODALITY, Code(modality, "DCM", _MODALITIES.get(modality, modality)))
        )
    if date := fitting(text(header, "StudyDate"), "DA"):
        found.append(date_item(acquisition, codes.STUDY_DATE, date))
    if uid := fitting(text(header, "FrameOfReferenceUID"), "UI"):
        found.append(uid_item(acquisition, codes.FRAME_OF_REFERENCE, uid))
    for name, keyword in ((codes.ROWS, "Rows"), (codes.COLUMNS, "Columns")):
        if count := integer(header, keyword):
            item = number_item(name, count, _PIXELS)
            item.RelationshipType = acquisition
            found.append(item)
    return found


_MODALITIES = {
    "CR": "Computed Radiography",
    "CT": "Computed Tomography",
    "DX": "Digital Radiography",
    "MG": "Mammography",
    "MR": "Magnetic Resonance",
    "NM": "Nuclear Medicine",
    "OT": "Other Modality",
    "PT": "Positron emission tomography",
    "RF": "Radiofluoroscopy",
    "US": "Ultrasound",
    "XA": "X-Ray Angiography",
}


def procedure(header: Dataset) -> Code:
    """Give what procedure is reported: the one that an image names, else that it was imaging."""
    for keyword in ("ProcedureCodeSequence", "RequestedProcedureCodeSequence"):
        for item in header.get(keyword) or ():
            value, scheme = clean(text(item, "CodeValue")), clean(text(item, "CodingSchemeDesignator"))
            meaning = clean(text(item, "CodeMeaning"))
            if value and scheme and meaning and len(value) <= 16 and len(scheme) <= 16:
                return Code(value, scheme, meaning)
    return codes.IMAGING
