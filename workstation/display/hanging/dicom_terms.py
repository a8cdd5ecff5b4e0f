"""The words of the DICOM Hanging Protocol (PS3.3 C.23) for what rules say, and which of it DICOM can say at all."""

from typing import NamedTuple

from workstation.display.hanging.attributes import Attribute

HANGING_PROTOCOL_STORAGE = "1.2.840.10008.5.1.4.38.1"
PRIVATE_CREATOR = "WORKSTATION HANGING"
PRIVATE_GROUP, RULE_ELEMENT, DIGEST_ELEMENT = 0x0073, 0x01, 0x02

ANY_MODALITY = ("CT", "MR", "CR", "DX", "MG", "US", "PT", "NM", "XA", "RF", "OT")
"""Stands for a rule that asks for no modality: the standard wants one, or a part of the body."""


class Said(NamedTuple):
    """The attribute of images that says the same as one of ours, and its value representation."""

    tag: int
    vr: str


SELECTED = {
    Attribute.MODALITY: Said(0x00080060, "CS"),
    Attribute.BODY_PART: Said(0x00180015, "CS"),
    Attribute.LATERALITY: Said(0x00200062, "CS"),
    Attribute.VIEW: Said(0x00185101, "CS"),
    Attribute.IMAGE_TYPE: Said(0x00080008, "CS"),
    Attribute.STUDY_DESCRIPTION: Said(0x00081030, "LO"),
    Attribute.SERIES_DESCRIPTION: Said(0x0008103E, "LO"),
    Attribute.PROTOCOL_NAME: Said(0x00181030, "LO"),
    Attribute.MANUFACTURER: Said(0x00080070, "LO"),
}
CONTRAST_AGENT = 0x00180010
VIEW_CODES = 0x00540220
ATTRIBUTE_OF_TAG = {said.tag: attribute for attribute, said in SELECTED.items()} | {
    0x00200060: Attribute.LATERALITY,
    0x00180050: Attribute.SLICE_THICKNESS,
    VIEW_CODES: Attribute.VIEW,
}

BODY_PARTS = {
    "head": "HEAD",
    "neck": "NECK",
    "heart": "HEART",
    "chest": "CHEST",
    "abdomen": "ABDOMEN",
    "pelvis": "PELVIS",
    "breast": "BREAST",
    "cervical spine": "CSPINE",
    "thoracic spine": "TSPINE",
    "lumbar spine": "LSPINE",
    "spine": "SPINE",
    "shoulder": "SHOULDER",
    "elbow": "ELBOW",
    "wrist": "WRIST",
    "hand": "HAND",
    "hip": "HIP",
    "knee": "KNEE",
    "ankle": "ANKLE",
    "foot": "FOOT",
    "whole body": "WHOLEBODY",
}
SIDES = {"left": "L", "right": "R", "both": "B"}
VIEWS = {"cc": "CC", "mlo": "MLO", "ml": "ML", "lm": "LM", "xccl": "XCCL", "pa": "PA", "ap": "AP", "lateral": "LAT"}
PLANES = {"axial": "TRANSVERSE", "sagittal": "SAGITTAL", "coronal": "CORONAL", "oblique": "OBLIQUE"}
VALUES = {Attribute.BODY_PART: BODY_PARTS, Attribute.LATERALITY: SIDES, Attribute.VIEW: VIEWS}

REGIONS = {
    "head": ("69536005", "Head"),
    "neck": ("45048000", "Neck"),
    "heart": ("80891009", "Heart"),
    "chest": ("816094009", "Chest"),
    "abdomen": ("818981001", "Abdomen"),
    "pelvis": ("816092008", "Pelvis"),
    "breast": ("76752008", "Breast"),
    "cervical spine": ("122494005", "Cervical spine"),
    "thoracic spine": ("122495006", "Thoracic spine"),
    "lumbar spine": ("122496007", "Lumbar spine"),
    "spine": ("421060004", "Spine"),
    "shoulder": ("16982005", "Shoulder"),
    "elbow": ("16953009", "Elbow"),
    "wrist": ("8205005", "Wrist"),
    "hand": ("85562004", "Hand"),
    "hip": ("29836001", "Hip"),
    "knee": ("72696002", "Knee"),
    "ankle": ("70258002", "Ankle"),
    "foot": ("56459004", "Foot"),
    "whole body": ("38266002", "Whole body"),
}
"""Codes of Anatomic Region (CID 4) in SNOMED CT."""

VOI_TYPES = {
    "Lung": "LUNG",
    "Mediastinum": "MEDIASTINUM",
    "Abdomen": "ABDO_PELVIS",
    "Liver": "LIVER",
    "Bone": "BONE",
    "Brain": "BRAIN",
}
PSEUDO_COLOURS = {
    "hot-iron": "HOT_IRON",
    "pet": "PET",
    "hot-metal-blue": "HOT_METAL_BLUE",
    "pet-20-step": "PET_20_STEP",
}
HORIZONTAL = {"left": "LEFT", "centre": "CENTER", "right": "RIGHT"}
VERTICAL = {"top": "TOP", "centre": "CENTER", "bottom": "BOTTOM"}
