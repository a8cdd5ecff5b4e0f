"""Enhanced CT: all slices in one object, with functional groups and dimension indexes (PS3.3 A.38)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as DicomSequence
from pydicom.uid import UID

from workstation.phantoms.writing import (
    SeriesOf,
    Vector,
    decimal,
    describe_pixels,
    new_object,
    put_pixels,
    uid_of,
)
from workstation.quick_dataclass import dataclass

ENHANCED_CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2.1"
_IMAGE_TYPE = ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]
_CONTENT_SEQUENCE, _STACK_ID, _IN_STACK = 0x00209111, 0x00209056, 0x00209057


@dataclass(frozen=True, slots=True)
class FrameStack:
    """What the frames have in common and where each lies.

    Parameters
    ----------
    positions_lps
        Centre of the first pixel of each frame, mm.
    orientation
        Direction along a row, then down a column: six cosines.
    spacing_mm
        Between rows, between columns.
    thickness_mm
        Slice Thickness.
    tilt_deg
        Gantry/Detector Tilt.
    """

    positions_lps: Sequence[Vector]
    orientation: Sequence[float]
    spacing_mm: tuple[float, float]
    thickness_mm: float
    tilt_deg: float = 0.0


def item(**attributes: object) -> Dataset:
    """Make a sequence item of attributes given by keyword."""
    ds = Dataset()
    for keyword, value in attributes.items():
        setattr(ds, keyword, value)
    return ds


def _of(**attributes: object) -> DicomSequence:
    return DicomSequence([item(**attributes)])


def code(value: str, scheme: str, meaning: str) -> DicomSequence:
    """Make a code sequence of one code (PS3.3 8.8)."""
    return _of(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning)


def enhanced_ct(series: SeriesOf, stack: FrameStack, hu_kji: NDArray[np.int16], *, number: int = 1) -> Dataset:
    """Make an Enhanced CT Image.

    Parameters
    ----------
    series
        Where it belongs.
    stack
        Geometry of the frames.
    hu_kji
        Values in HU, shape (frame, row, column), in the order of the frames.
    number
        Instance Number.
    """
    ds = new_object(series, ENHANCED_CT_IMAGE_STORAGE, number)
    _describe_image(ds, series, len(hu_kji))
    describe_pixels(ds, hu_kji.shape[1], hu_kji.shape[2], bits_stored=16, signed=True)
    organisation = uid_of(series.uid, "dimensions")
    ds.DimensionOrganizationSequence = _of(DimensionOrganizationUID=organisation)
    ds.DimensionOrganizationType = "3D"
    ds.DimensionIndexSequence = DicomSequence(
        item(
            DimensionOrganizationUID=organisation,
            DimensionIndexPointer=pointer,
            FunctionalGroupPointer=_CONTENT_SEQUENCE,
            DimensionDescriptionLabel=label,
        )
        for pointer, label in ((_STACK_ID, "Stack"), (_IN_STACK, "Position in stack"))
    )
    ds.SharedFunctionalGroupsSequence = DicomSequence([_shared_groups(series, stack, hu_kji.shape[1:])])
    ds.PerFrameFunctionalGroupsSequence = DicomSequence(
        _frame_groups(series, n, position) for n, position in enumerate(stack.positions_lps)
    )
    put_pixels(ds, hu_kji)
    return ds


def _describe_image(ds: Dataset, series: SeriesOf, frames: int) -> None:
    ds.ImageType = _IMAGE_TYPE
    ds.NumberOfFrames = frames
    ds.AcquisitionNumber = 1
    ds.AcquisitionDateTime = series.study.date + series.time
    ds.AcquisitionDuration = 4.5
    ds.AcquisitionContextSequence = DicomSequence()
    ds.ContentQualification = "RESEARCH"
    ds.PixelPresentation, ds.VolumetricProperties = "MONOCHROME", "VOLUME"
    ds.VolumeBasedCalculationTechnique = "NONE"
    ds.PresentationLUTShape = "IDENTITY"
    ds.BurnedInAnnotation, ds.LossyImageCompression = "NO", "00"
    ds.IsocenterPosition = [0.0, 0.0, 0.0]
    ds.SynchronizationFrameOfReferenceUID = uid_of(series.study.uid, "clock")
    ds.SynchronizationTrigger, ds.AcquisitionTimeSynchronized = "NO TRIGGER", "N"


def _shared_groups(series: SeriesOf, stack: FrameStack, shape: tuple[int, ...]) -> Dataset:
    rows = shape[0]
    shared = item(
        PixelMeasuresSequence=_of(
            PixelSpacing=[decimal(x) for x in stack.spacing_mm], SliceThickness=decimal(stack.thickness_mm)
        ),
        PlaneOrientationSequence=_of(ImageOrientationPatient=[decimal(round(x, 9) + 0.0) for x in stack.orientation]),
        FrameAnatomySequence=_of(FrameLaterality="U", AnatomicRegionSequence=_region(series)),
        PixelValueTransformationSequence=_of(RescaleIntercept="0", RescaleSlope="1", RescaleType="HU"),
        FrameVOILUTSequence=_of(WindowCenter="40", WindowWidth="400", WindowCenterWidthExplanation="Soft tissue"),
        CTImageFrameTypeSequence=_of(
            FrameType=_IMAGE_TYPE,
            PixelPresentation="MONOCHROME",
            VolumetricProperties="VOLUME",
            VolumeBasedCalculationTechnique="NONE",
        ),
    )
    shared.update(_acquisition_groups(stack, uid_of(series.uid, "irradiation")))
    shared.update(_reconstruction_groups(stack, rows * stack.spacing_mm[0]))
    return shared


def _region(series: SeriesOf) -> DicomSequence:
    if series.body_part == "HEAD":
        return code("69536005", "SCT", "Head")
    return code("51185008", "SCT", "Chest")


def _acquisition_groups(stack: FrameStack, event: UID) -> Dataset:
    return item(
        CTAcquisitionTypeSequence=_of(AcquisitionType="SPIRAL", ConstantVolumeFlag="NO", FluoroscopyFlag="NO"),
        CTAcquisitionDetailsSequence=_of(
            RotationDirection="CW",
            RevolutionTime=0.5,
            SingleCollimationWidth=0.6,
            TotalCollimationWidth=38.4,
            TableHeight=150.0,
            GantryDetectorTilt=stack.tilt_deg,
            DataCollectionDiameter=500.0,
        ),
        CTTableDynamicsSequence=_of(TableSpeed=76.8, TableFeedPerRotation=38.4, SpiralPitchFactor=1.0),
        CTPositionSequence=_of(
            TablePosition=0.0, DataCollectionCenterPatient=[0.0, 0.0, 0.0], ReconstructionTargetCenterPatient=[0.0] * 3
        ),
        CTGeometrySequence=_of(DistanceSourceToDetector=1085.6, DistanceSourceToDataCollectionCenter=595.0),
        CTExposureSequence=_of(
            ExposureTimeInms=500.0,
            XRayTubeCurrentInmA=200.0,
            ExposureInmAs=100.0,
            ExposureModulationType="NONE",
            CTDIvol=6.8,
            CTDIPhantomTypeCodeSequence=code("113691", "DCM", "IEC Body Dosimetry Phantom"),
        ),
        IrradiationEventIdentificationSequence=_of(IrradiationEventUID=event),
        CTXRayDetailsSequence=_of(KVP="120", FocalSpots=[1.2], FilterType="WEDGE", FilterMaterial="ALUMINUM"),
    )


def _reconstruction_groups(stack: FrameStack, diameter_mm: float) -> Dataset:
    return item(
        CTReconstructionSequence=_of(
            ReconstructionAlgorithm="FILTER_BACK_PROJ",
            ConvolutionKernel=["STANDARD"],
            ConvolutionKernelGroup="SOFT_TISSUE",
            ReconstructionDiameter=decimal(diameter_mm),
            ReconstructionPixelSpacing=list(stack.spacing_mm),
            ReconstructionAngle=360.0,
            ImageFilter="NONE",
        )
    )


def _frame_groups(series: SeriesOf, index: int, position: Vector) -> Dataset:
    start = f"{series.study.date}{series.time}.{index:06d}"
    return item(
        FrameContentSequence=_of(
            FrameAcquisitionNumber=1,
            FrameReferenceDateTime=start,
            FrameAcquisitionDateTime=start,
            FrameAcquisitionDuration=500.0,
            StackID="1",
            InStackPositionNumber=index + 1,
            DimensionIndexValues=[1, index + 1],
        ),
        PlanePositionSequence=_of(ImagePositionPatient=[decimal(round(x, 6) + 0.0) for x in position]),
    )
