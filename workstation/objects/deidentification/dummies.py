"""Values that stand for removed ones, right for their VR (PS3.5 6.2), so that the object stays valid."""

from typing import Any

from pydicom import Dataset
from pydicom.sequence import Sequence

from workstation.objects.writing import coded

REMOVED, DUMMY_DATE = "Removed", "19000101"
_TEXTS = ("LO", "SH", "LT", "ST", "UT", "UC")
_FIXED: dict[str, Any] = {
    "AE": "REMOVED",
    "AS": "000Y",
    "CS": "REMOVED",
    "DA": DUMMY_DATE,
    "DT": f"{DUMMY_DATE}000000",
    "TM": "000000",
    "DS": "0",
    "IS": "0",
    "PN": REMOVED,
    "UR": "urn:removed",
    "FD": 0.0,
    "FL": 0.0,
    "AT": 0,
}
_PDF = (
    b"%PDF-1.4\n"
    b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \n0000000101 00000 n \n"
    b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n164\n%%EOF\n"
)
"""An empty page."""


def dummy(vr: str, keyword: str, owner: Dataset) -> Any:
    """Give a value for an attribute that has to have one.

    Parameters
    ----------
    vr
        Value Representation.
    keyword
        The attribute, for the few that want a value of their own.
    owner
        The dataset it stands in, read only.
    """
    if keyword == "EncapsulatedDocument":
        return _document(owner)
    if keyword == "GraphicAnnotationSequence":
        return Sequence([_annotation(owner)])
    if keyword == "ContentSequence":
        return Sequence([_content_item()])
    if vr == "SQ":
        return Sequence([coded("removed", "99ANON", REMOVED)])
    if vr in _TEXTS:
        return REMOVED
    if vr in _FIXED:
        return _FIXED[vr]
    return 0 if vr in ("US", "SS", "UL", "SL", "UV", "SV") else b"\0\0\0\0\0\0\0\0"


def has_dummy_item(keyword: str) -> bool:
    """Whether a sequence is replaced by an item made here; others keep their items, with all in them replaced."""
    return keyword in ("GraphicAnnotationSequence", "ContentSequence") or keyword.endswith("CodeSequence")


def _document(owner: Dataset) -> bytes:
    kind = str(owner.get("MIMETypeOfEncapsulatedDocument", "")).lower()
    data = _PDF if "pdf" in kind or not kind else b"<removed/>" if "xml" in kind else b"removed"
    return data + b"\0" * (len(data) % 2)


def _annotation(owner: Dataset) -> Dataset:
    """Give an annotation that says that there were some: its layer is that of the first (PS3.3 C.10.5)."""
    item, words = Dataset(), Dataset()
    first = next(iter(owner.get("GraphicAnnotationSequence") or ()), Dataset())
    item.GraphicLayer = str(first.get("GraphicLayer", "") or "LAYER")
    words.UnformattedTextValue = REMOVED
    words.AnchorPointAnnotationUnits, words.AnchorPoint, words.AnchorPointVisibility = "DISPLAY", [0.0, 0.0], "N"
    item.TextObjectSequence = Sequence([words])
    return item


def _content_item() -> Dataset:
    item = Dataset()
    item.RelationshipType, item.ValueType = "CONTAINS", "TEXT"
    item.ConceptNameCodeSequence = Sequence([coded("121106", "DCM", "Comment")])
    item.TextValue = REMOVED
    return item
