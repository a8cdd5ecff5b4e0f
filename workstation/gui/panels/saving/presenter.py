"""What is asked before a presentation state is saved, and whether the answers will do."""

import re

from workstation.model.text import clean
from workstation.quick_dataclass import dataclass

LONGEST_LABEL, LONGEST_DESCRIPTION, LONGEST_NAME = 16, 64, 64
DEFAULT_LABEL = "PRESENTATION"


@dataclass(frozen=True, slots=True)
class SavingForm:
    """The answers; ``whole_series`` saves the window for all images of the stack."""

    description: str = ""
    label: str = DEFAULT_LABEL
    creator: str = ""
    whole_series: bool = False


def label_of(words: str) -> str:
    """Turn words into a Content Label: capitals, digits and underscores, at most 16 (PS3.5 6.2)."""
    plain = re.sub(r"[^A-Z0-9]+", "_", clean(words).upper()).strip("_")
    return plain[:LONGEST_LABEL].strip("_")


def checked(form: SavingForm) -> SavingForm:
    """Give the answers as the file can hold them; the name as ``Family^Given``."""
    creator = clean(form.creator)
    if "," in creator and "^" not in creator:
        family, _, given = creator.partition(",")
        creator = f"{family.strip()}^{given.strip()}"
    return SavingForm(
        clean(form.description)[:LONGEST_DESCRIPTION],
        label_of(form.label) or DEFAULT_LABEL,
        creator[:LONGEST_NAME],
        form.whole_series,
    )
