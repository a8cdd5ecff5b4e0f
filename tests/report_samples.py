"""A structured report with every type of value, made element by element with pydicom, and ways to break it."""

from pathlib import Path
from typing import Any

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

COMPREHENSIVE_3D = "1.2.840.10008.5.1.4.1.1.88.34"
CT_IMAGE, GSPS, ECG = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.11.1", "1.2.840.10008.5.1.4.1.1.9.1.1"
IMAGE_UID, STATE_UID, WAVEFORM_UID, SPACE_UID = "2.25.101", "2.25.102", "2.25.103", "2.25.104"


def dataset(**attributes: Any) -> Dataset:
    made = Dataset()
    for keyword, value in attributes.items():
        setattr(made, keyword, value)
    return made


def code(value: str, scheme: str, meaning: str) -> Dataset:
    return dataset(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning)


def item(relationship: str, value_type: str, name: Dataset | None = None, **attributes: Any) -> Dataset:
    made = dataset(RelationshipType=relationship, ValueType=value_type, **attributes)
    if name is not None:
        made.ConceptNameCodeSequence = [name]
    return made


def number(relationship: str, name: Dataset, value: str, unit: Dataset, **attributes: Any) -> Dataset:
    measured = dataset(NumericValue=value, MeasurementUnitsCodeSequence=[unit])
    return item(relationship, "NUM", name, MeasuredValueSequence=[measured], **attributes)


def report() -> Dataset:
    """Give a Comprehensive 3D SR that DCMTK accepts."""
    ds = dataset(
        SOPClassUID=COMPREHENSIVE_3D,
        SOPInstanceUID="2.25.100",
        StudyInstanceUID="2.25.1",
        SeriesInstanceUID="2.25.2",
        SpecificCharacterSet="ISO_IR 192",
        Modality="SR",
        PatientName="Lovelace^Ada",
        PatientID="P-1",
        PatientBirthDate="18151210",
        PatientSex="F",
        StudyDate="20260102",
        StudyTime="101500",
        StudyID="",
        AccessionNumber="A-7",
        ReferringPhysicianName="",
        Manufacturer="Hand",
        SeriesNumber="1",
        InstanceNumber="1",
        ContentDate="20260102",
        ContentTime="101530",
        CompletionFlag="COMPLETE",
        VerificationFlag="VERIFIED",
        ReferencedPerformedProcedureStepSequence=[],
        PerformedProcedureCodeSequence=[],
        ValueType="CONTAINER",
        ContinuityOfContent="SEPARATE",
        ConceptNameCodeSequence=[code("18748-4", "LN", "Diagnostic imaging report")],
    )
    ds.VerifyingObserverSequence = [
        dataset(
            VerifyingObserverName="House^Gregory",
            VerifyingOrganization="Princeton",
            VerificationDateTime="20260102110000",
            VerifyingObserverIdentificationCodeSequence=[],
        )
    ]
    ds.ContentSequence = content()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.MediaStorageSOPClassUID = UID(COMPREHENSIVE_3D)
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return ds


def content() -> list[Dataset]:
    mm = code("mm", "UCUM", "millimeter")
    image = dataset(
        ReferencedSOPClassUID=CT_IMAGE,
        ReferencedSOPInstanceUID=IMAGE_UID,
        ReferencedFrameNumber=[2, 5],
        ReferencedSOPSequence=[dataset(ReferencedSOPClassUID=GSPS, ReferencedSOPInstanceUID=STATE_UID)],
    )
    waveform = dataset(
        ReferencedSOPClassUID=ECG, ReferencedSOPInstanceUID=WAVEFORM_UID, ReferencedWaveformChannels=[1, 0, 2, 3]
    )
    region = item(
        "INFERRED FROM",
        "SCOORD",
        GraphicType="CIRCLE",
        GraphicData=[10.5, 20.5, 13.5, 24.5],
        ContentSequence=[item("SELECTED FROM", "IMAGE", ReferencedSOPSequence=[image])],
    )
    findings = item(
        "CONTAINS",
        "CONTAINER",
        code("121070", "DCM", "Findings"),
        ContinuityOfContent="SEPARATE",
        ContentSequence=[
            number("CONTAINS", code("103339001", "SCT", "Long axis"), "12.5", mm, ContentSequence=[region]),
            item(
                "CONTAINS",
                "NUM",
                code("103340004", "SCT", "Short axis"),
                MeasuredValueSequence=[],
                NumericValueQualifierCodeSequence=[code("114006", "DCM", "Measurement failure")],
            ),
            item("CONTAINS", "TEXT", code("121071", "DCM", "Finding"), TextValue="Größe <b>&\r\nzweite Zeile"),
            item(
                "CONTAINS",
                "CODE",
                code("363698007", "SCT", "Finding site"),
                ConceptCodeSequence=[code("39607008", "SCT", "Lung")],
            ),
            item(
                "CONTAINS",
                "SCOORD3D",
                code("111030", "DCM", "Image Region"),
                GraphicType="POINT",
                GraphicData=[1.5, -2.0, 30.0],
                ReferencedFrameOfReferenceUID=SPACE_UID,
            ),
            item("CONTAINS", "WAVEFORM", ReferencedSOPSequence=[waveform]),
            item(
                "CONTAINS",
                "COMPOSITE",
                code("121120", "DCM", "Cine"),
                ReferencedSOPSequence=[dataset(ReferencedSOPClassUID=GSPS, ReferencedSOPInstanceUID=STATE_UID)],
            ),
        ],
    )
    conclusion = item("CONTAINS", "TEXT", code("121077", "DCM", "Conclusion"), TextValue="Benign.")
    conclusion.ContentSequence = [dataset(RelationshipType="INFERRED FROM", ReferencedContentItemIdentifier=[1, 4, 1])]
    return [
        item(
            "HAS CONCEPT MOD",
            "CODE",
            code("121049", "DCM", "Language of Content Item and Descendants"),
            ConceptCodeSequence=[code("de", "RFC5646", "German")],
        ),
        item("HAS OBS CONTEXT", "PNAME", code("121008", "DCM", "Person Observer Name"), PersonName="House^Gregory"),
        item("HAS OBS CONTEXT", "UIDREF", code("121012", "DCM", "Device Observer UID"), UID="2.25.9"),
        findings,
        conclusion,
        item("CONTAINS", "DATE", code("111060", "DCM", "Study Date"), Date="20260102"),
        item("CONTAINS", "TIME", code("111061", "DCM", "Study Time"), Time="101500"),
        item("CONTAINS", "DATETIME", code("111526", "DCM", "DateTime Started"), DateTime="20260102101500+0100"),
    ]


def write_report(path: Path, ds: Dataset | None = None) -> Path:
    (ds or report()).save_as(path, enforce_file_format=True)
    return path
