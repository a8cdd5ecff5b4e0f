"""What a de-identified object says about itself (PS3.15 E.1.1, PS3.3 C.12.1.1.1, CID 7050)."""

from pydicom import Dataset
from pydicom.sequence import Sequence

from workstation.model.attributes import items, text
from workstation.objects.deidentification.policy import Policy
from workstation.objects.deidentification.report import Log
from workstation.objects.deidentification.table import Option
from workstation.objects.writing import coded

BASIC = ("113100", "Basic Application Confidentiality Profile")
METHOD = "PS3.15 Annex E, table E.1-1"
CODES: dict[Option, tuple[str, str]] = {
    Option.CLEAN_PIXELS: ("113101", "Clean Pixel Data Option"),
    Option.CLEAN_FEATURES: ("113102", "Clean Recognizable Visual Features Option"),
    Option.CLEAN_GRAPHICS: ("113103", "Clean Graphics Option"),
    Option.CLEAN_STRUCTURED: ("113104", "Clean Structured Content Option"),
    Option.CLEAN_DESCRIPTORS: ("113105", "Clean Descriptors Option"),
    Option.RETAIN_FULL_DATES: ("113106", "Retain Longitudinal Temporal Information Full Dates Option"),
    Option.RETAIN_MODIFIED_DATES: ("113107", "Retain Longitudinal Temporal Information Modified Dates Option"),
    Option.RETAIN_CHARACTERISTICS: ("113108", "Retain Patient Characteristics Option"),
    Option.RETAIN_DEVICE: ("113109", "Retain Device Identity Option"),
    Option.RETAIN_UIDS: ("113110", "Retain UIDs"),
    Option.RETAIN_SAFE_PRIVATE: ("113111", "Retain Safe Private Option"),
    Option.RETAIN_INSTITUTION: ("113112", "Retain Institution Identity Option"),
}
"""CID 7050, scheme DCM."""


def methods(policy: Policy) -> tuple[tuple[str, str], ...]:
    """Give the codes of the profile and its options."""
    return (BASIC, *sorted(CODES[option] for option in policy.options))


def declare(dataset: Dataset, policy: Policy, log: Log, *, is_pixel_clean: bool) -> None:
    """Say in an object what was done to it; what an earlier de-identification said stays with it.

    Parameters
    ----------
    is_pixel_clean
        Whether parts of the picture were blacked, so that nothing is burned in any more.
    """
    told = methods(policy)
    earlier = [
        (text(item, "CodeValue"), text(item, "CodeMeaning"))
        for item in items(dataset, "DeidentificationMethodCodeSequence")
        if text(item, "CodingSchemeDesignator") == "DCM" and text(item, "CodeValue").isdigit()
    ]
    dataset.PatientIdentityRemoved = "YES"
    dataset.DeidentificationMethod = METHOD
    codes = list(dict.fromkeys(each for each in (*earlier, *told) if each[0] in _MEANINGS))
    dataset.DeidentificationMethodCodeSequence = Sequence(
        [coded(value, "DCM", _MEANINGS[value]) for value in dict.fromkeys(value for value, _ in codes)]
    )
    dataset.LongitudinalTemporalInformationModified = policy.temporal
    added = ["PatientIdentityRemoved", "DeidentificationMethod", "DeidentificationMethodCodeSequence"]
    added.append("LongitudinalTemporalInformationModified")
    if is_pixel_clean and text(dataset, "Rows"):
        dataset.BurnedInAnnotation = "NO"
        added.append("BurnedInAnnotation")
    for keyword in added:
        log.add(int(dataset[keyword].tag), keyword, "", "added")


_MEANINGS = dict((BASIC, *CODES.values()))
