"""What the conditions of a rule can ask for: attributes, how they compare, and the concepts each of them may have."""

from enum import StrEnum
from typing import Literal

Kind = Literal["concept", "text", "number"]


class Attribute(StrEnum):
    """Something known of a study or of the images for one pane.

    The *concepts* mean the same whatever a vendor calls them; texts are what the file says literally.
    """

    MODALITY = "modality"
    BODY_PART = "body part"
    PLANE = "plane"
    VIEW = "view"
    LATERALITY = "laterality"
    WEIGHTING = "weighting"
    FAT = "fat suppression"
    CONTRAST = "contrast"
    PHASE = "phase"
    KERNEL = "kernel"
    KIND = "kind"
    STUDY_DESCRIPTION = "study description"
    SERIES_DESCRIPTION = "series description"
    PROTOCOL_NAME = "protocol name"
    IMAGE_TYPE = "image type"
    MANUFACTURER = "manufacturer"
    SLICE_THICKNESS = "slice thickness"
    IMAGES = "number of images"
    SERIES = "number of series"
    MONITORS = "number of monitors"
    PRIORS = "comparable earlier studies"


class Operator(StrEnum):
    """How what was found is compared with the values of a condition."""

    IS = "is"
    IS_NOT = "is not"
    HAS_WORDS = "has the words"
    LACKS_WORDS = "lacks the words"
    IS_LIKE = "is like"
    AT_LEAST = "at least"
    AT_MOST = "at most"
    IS_KNOWN = "is known"
    IS_UNKNOWN = "is unknown"


OF_THE_STUDY = frozenset(
    (Attribute.SERIES, Attribute.MONITORS, Attribute.PRIORS),
)
"""Attributes that only a study has; all others are also asked of the images for a pane."""

_TEXTS = (
    Attribute.STUDY_DESCRIPTION,
    Attribute.SERIES_DESCRIPTION,
    Attribute.PROTOCOL_NAME,
    Attribute.IMAGE_TYPE,
    Attribute.MANUFACTURER,
)
_NUMBERS = (Attribute.SLICE_THICKNESS, Attribute.IMAGES, Attribute.SERIES, Attribute.MONITORS, Attribute.PRIORS)
UNITS = {Attribute.SLICE_THICKNESS: "mm"}


def kind_of(attribute: Attribute) -> Kind:
    """Say whether an attribute is a concept, a text or a number."""
    if attribute in _TEXTS:
        return "text"
    return "number" if attribute in _NUMBERS else "concept"


def operators_for(attribute: Attribute) -> tuple[Operator, ...]:
    """Give the comparisons that make sense for an attribute."""
    known = (Operator.IS_KNOWN, Operator.IS_UNKNOWN)
    if kind_of(attribute) == "number":
        return (Operator.AT_LEAST, Operator.AT_MOST, Operator.IS, Operator.IS_NOT, *known)
    if kind_of(attribute) == "text":
        return (Operator.HAS_WORDS, Operator.LACKS_WORDS, Operator.IS_LIKE, Operator.IS, Operator.IS_NOT, *known)
    return (Operator.IS, Operator.IS_NOT, *known)
