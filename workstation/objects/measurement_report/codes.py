"""The concepts of measurement reports (PS3.16 TID 1410, 1411, 1500, 1501 and what they include), and older codes."""

from functools import lru_cache

from workstation.model.concepts import Code
from workstation.model.quantities import PRIVATE_SCHEME


def _dcm(value: str, meaning: str) -> Code:
    return Code(value, "DCM", meaning)


def _sct(value: str, meaning: str) -> Code:
    return Code(value, "SCT", meaning)


def _own(value: str, meaning: str) -> Code:
    return Code(value, PRIVATE_SCHEME, meaning)


REPORT = _dcm("126000", "Imaging Measurement Report")
MEASUREMENTS = _dcm("126010", "Imaging Measurements")
GROUP = _dcm("125007", "Measurement Group")
LANGUAGE = _dcm("121049", "Language of Content Item and Descendants")
ENGLISH = Code("en", "RFC5646", "English")
OBSERVER_TYPE = _dcm("121005", "Observer Type")
PERSON, DEVICE = _dcm("121006", "Person"), _dcm("121007", "Device")
PERSON_NAME = _dcm("121008", "Person Observer Name")
DEVICE_UID = _dcm("121012", "Device Observer UID")
DEVICE_MANUFACTURER = _dcm("121014", "Device Observer Manufacturer")
DEVICE_MODEL = _dcm("121015", "Device Observer Model Name")
PROCEDURE = _dcm("121058", "Procedure reported")
IMAGING = _sct("363679005", "Imaging procedure")
LIBRARY, LIBRARY_GROUP = _dcm("111028", "Image Library"), _dcm("126200", "Image Library Group")
MODALITY = _dcm("121139", "Modality")
STUDY_DATE = _dcm("111060", "Study Date")
FRAME_OF_REFERENCE = _dcm("112227", "Frame of Reference UID")
ROWS, COLUMNS = _dcm("110910", "Pixel Data Rows"), _dcm("110911", "Pixel Data Columns")

TRACKING_ID = _dcm("112039", "Tracking Identifier")
TRACKING_UID = _dcm("112040", "Tracking Unique Identifier")
FINDING_CATEGORY = _sct("276214006", "Finding category")
FINDING = _dcm("121071", "Finding")
FINDING_SITE = _sct("363698007", "Finding Site")
LATERALITY = _sct("272741003", "Laterality")
METHOD = _sct("370129005", "Measurement Method")
DERIVATION = _dcm("121401", "Derivation")
RECIST = _dcm("126081", "RECIST 1.1")
PRESENCE = _dcm("121052", "Presence of property")
PRESENT, ABSENT = _sct("52101004", "Present"), _sct("272519000", "Absent")
UNDETERMINED = _sct("373068000", "Undetermined")
PRESENCE_OF: dict[str, Code] = {
    "present": PRESENT,
    "too small": PRESENT,
    "progression": PRESENT,
    "absent": ABSENT,
    "not evaluated": UNDETERMINED,
}
"""Whether a lesion of a status is there (PS3.16 CID 240)."""
IMAGE_REGION = _dcm("111030", "Image Region")
SOURCE_IMAGE = _dcm("121324", "Source image")
SOURCE_OF_MEASUREMENT = _dcm("121112", "Source of Measurement")
ARM_OF_ANGLE = _dcm("121223", "Arm of angle")
SEGMENT = _dcm("121191", "Referenced Segment")
SEGMENT_FRAME = _dcm("121214", "Referenced Segmentation Frame")
SEGMENTED_IMAGE = _dcm("121233", "Source image for segmentation")
SEGMENTED_SERIES = _dcm("121232", "Source series for segmentation")
SURFACE = _dcm("121231", "Volume Surface")
SHORT_LABEL = _dcm("125309", "Short Label")
COLOUR = _sct("718499004", "Color")
REFERENCE_POINTS = _dcm("122438", "Reference Points")
COMMENT = _dcm("121106", "Comment")
CALIBRATION = _dcm("122505", "Calibration")
CENTRE = _dcm("111010", "Center")

KIND = _own("kind", "Kind of annotation")
CONTROL_POINTS = _own("points", "Control points")
PLACE_OF_WORDS = _own("label", "Place of the words")
ROLE = _own("role", "Role of a lesion in RECIST 1.1")
STATUS = _own("status", "Status of a lesion")
NODE = _own("node", "Lymph node in RECIST 1.1")
VALUES_FROM = _own("values", "How stored values became those measured")
PLANE = _own("plane", "Plane of the image")
CUT = _own("cut", "Plane cut out of the volume")
CUT_SERIES = _own("series", "Series of the volume that the plane is cut out of")
METHOD_TOLD = _own("method", "Method in words")
REMARK = _own("remark", "Remark")
THRESHOLD = _own("threshold", "Which values count")
KNOWN_LENGTH = _own("known", "Known length")
PIXEL_VALUE = _own("pixelvalue", "Pixel value")
VALUES_ARE = _own("of", "What the values are")
PIXELS_INSIDE = _own("inside", "Pixel centres inside")
FREE_TEXT = _own("text", "Text")


def own_value(word: str, meaning: str = "") -> Code:
    """Give a coded value of our own scheme; words are joined by hyphens."""
    return _own(word.replace(" ", "-"), meaning or word)


def current(code: Code | None) -> Code | None:
    """Give the code that the standard has now: SNOMED-RT style codes (``SRT``) became SNOMED CT ones."""
    if code is None or code.scheme not in ("SRT", "SNM3", "99SDM"):
        return code
    found = _snomed_ct().get(code.value)
    return code if found is None else Code(found, "SCT", code.meaning)


@lru_cache(maxsize=1)
def _snomed_ct() -> dict[str, str]:
    from pydicom.sr._snomed_dict import mapping

    return dict(mapping["SRT"])


def means(code: Code | None, concept: Code) -> bool:
    """Whether a code, old or new, is a concept."""
    now = current(code)
    return now is not None and now.is_same(concept)
