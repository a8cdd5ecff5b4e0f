"""Presentation states made by hand: plain datasets, nothing of the program's own writer."""

from typing import Any

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

GRAYSCALE = "1.2.840.10008.5.1.4.1.1.11.1"
COLOR = "1.2.840.10008.5.1.4.1.1.11.2"
PSEUDO_COLOR = "1.2.840.10008.5.1.4.1.1.11.3"
SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
IMAGE = "1.2.826.0.1.1"
ANY_NUMBERS = {
    "LUTData": 0x00283006,
    "LUTDescriptor": 0x00283002,
    "DisplayedAreaTopLeftHandCorner": 0x00700052,
    "DisplayedAreaBottomRightHandCorner": 0x00700053,
}


def item(**attributes: Any) -> Dataset:
    """An item, or any dataset, of these attributes."""
    made = Dataset()
    for keyword, value in attributes.items():
        if keyword in ("LUTData", "LUTDescriptor"):
            made.add_new(ANY_NUMBERS[keyword], "US", value)
        else:
            setattr(made, keyword, value)
    return made


def image_item(uid: str = IMAGE, *frames: int) -> Dataset:
    """A reference; ``frames`` from 1."""
    made = item(ReferencedSOPClassUID=SECONDARY_CAPTURE, ReferencedSOPInstanceUID=uid)
    if frames:
        made.ReferencedFrameNumber = list(frames)
    return made


def area(columns: int, rows: int, **attributes: Any) -> Dataset:
    """The whole of an image, unless corners are given."""
    whole = {
        "DisplayedAreaTopLeftHandCorner": [1, 1],
        "DisplayedAreaBottomRightHandCorner": [columns, rows],
        "PresentationSizeMode": "SCALE TO FIT",
        "PresentationPixelAspectRatio": [1, 1],
    }
    return item(**{**whole, **attributes})


def graphic(kind: str, *data: float, units: str = "PIXEL", filled: bool = False, **attributes: Any) -> Dataset:
    return item(
        GraphicAnnotationUnits=units,
        GraphicDimensions=2,
        NumberOfGraphicPoints=len(data) // 2,
        GraphicData=list(data),
        GraphicType=kind,
        GraphicFilled="Y" if filled else "N",
        **attributes,
    )


def compound(kind: str, *data: float, number: int = 1, units: str = "PIXEL", **attributes: Any) -> Dataset:
    return item(
        CompoundGraphicType=kind,
        CompoundGraphicUnits=units,
        CompoundGraphicInstanceID=number,
        GraphicDimensions=2,
        NumberOfGraphicPoints=len(data) // 2,
        GraphicData=list(data),
        **attributes,
    )


def text(words: str, **attributes: Any) -> Dataset:
    return item(UnformattedTextValue=words, **attributes)


def anchored(words: str, column: float, row: float, *, units: str = "PIXEL", **attributes: Any) -> Dataset:
    return text(
        words, AnchorPoint=[column, row], AnchorPointAnnotationUnits=units, AnchorPointVisibility="N", **attributes
    )


def boxed(words: str, *corners: float, units: str = "PIXEL", justification: str = "LEFT", **rest: Any) -> Dataset:
    return text(
        words,
        BoundingBoxTopLeftHandCorner=list(corners[:2]),
        BoundingBoxBottomRightHandCorner=list(corners[2:]),
        BoundingBoxAnnotationUnits=units,
        BoundingBoxTextHorizontalJustification=justification,
        **rest,
    )


def annotation(layer: str, *objects: Dataset, **attributes: Any) -> Dataset:
    """Graphics, texts and compound graphics of a layer, each put where it belongs."""
    made = item(GraphicLayer=layer, **attributes)
    for keyword, mark in (
        ("GraphicObjectSequence", "GraphicType"),
        ("TextObjectSequence", "UnformattedTextValue"),
        ("CompoundGraphicSequence", "CompoundGraphicType"),
    ):
        if found := [each for each in objects if mark in each]:
            setattr(made, keyword, found)
    return made


def layer(name: str, order: int, **attributes: Any) -> Dataset:
    return item(GraphicLayer=name, GraphicLayerOrder=order, **attributes)


def state(
    *, columns: int = 128, rows: int = 96, uid: str = IMAGE, sop_class: str = GRAYSCALE, **attributes: Any
) -> Dataset:
    """A complete state for one image; an attribute that is given as None is left out."""
    made = item(
        SOPClassUID=sop_class,
        SOPInstanceUID="1.2.826.0.1.9",
        StudyInstanceUID="1.2.826.0.2",
        SeriesInstanceUID="1.2.826.0.3",
        StudyDate="",
        StudyTime="",
        AccessionNumber="",
        ReferringPhysicianName="",
        StudyID="",
        PatientName="Test^State",
        PatientID="T1",
        PatientBirthDate="",
        PatientSex="",
        Modality="PR",
        SeriesNumber=1,
        InstanceNumber=1,
        Manufacturer="",
        ContentLabel="MADE_BY_HAND",
        ContentDescription="",
        PresentationCreationDate="20261120",
        PresentationCreationTime="101500",
        ContentCreatorName="Hand^Made",
        ReferencedSeriesSequence=[
            item(SeriesInstanceUID="1.2.826.0.4", ReferencedImageSequence=[image_item(uid)]),
        ],
        DisplayedAreaSelectionSequence=[area(columns, rows)],
        PresentationLUTShape="IDENTITY",
    )
    for keyword, value in attributes.items():
        if value is None:
            delattr(made, keyword)
        elif keyword == "extra":
            made.update(value)
        else:
            setattr(made, keyword, value)
    return made


def as_file(made: Dataset) -> Dataset:
    """Give it what a file needs."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = UID(made.SOPClassUID), UID(made.SOPInstanceUID)
    made.file_meta = meta
    return made


def overlay(group: int, bits: "Any", layer_name: str = "") -> Dataset:
    """An overlay plane (rows, columns of bool), with its activation where a layer is named."""
    import numpy as np

    made = Dataset()
    rows, columns = bits.shape
    made.add_new((group, 0x0010), "US", rows)
    made.add_new((group, 0x0011), "US", columns)
    made.add_new((group, 0x0040), "CS", "G")
    made.add_new((group, 0x0050), "SS", [1, 1])
    made.add_new((group, 0x0100), "US", 1)
    made.add_new((group, 0x0102), "US", 0)
    if layer_name:
        made.add_new((group, 0x1001), "CS", layer_name)
    packed = np.packbits(bits.ravel(), bitorder="little").tobytes()
    made.add_new((group, 0x3000), "OW", packed + b"\0" * (len(packed) % 2))
    return made
