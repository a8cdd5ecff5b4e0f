"""Free text with what identifies taken out: what the file itself says of the patient, and what looks like it."""

import re

from workstation.objects.deidentification.identifiers import Identifiers, tidy

NARRATIVE_VRS = frozenset(("LT", "ST", "UC", "UT"))
"""Texts of sentences: treated as in the Basic Profile, since no program finds every name in them."""

_PATTERNS = re.compile(
    "|".join(
        (
            r"[\w.+-]+@[\w-]+\.[\w.-]+",  # addresses of mail
            r"\b(?:https?|ftp)://\S+|\bwww\.\S+",
            r"\b[0-2](?:\.\d+){3,}\b",  # unique identifiers
            r"\b\d{1,4}[-./]\d{1,2}[-./]\d{1,4}\b",  # dates
            r"\b\d{1,2}[-. ]?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-. ]?(?:\d{2,4})?\b",
            r"(?:\+|\b0)[\d ()/-]{7,}\d",  # telephones
            r"\b[A-Za-z]*\d{5,}[A-Za-z\d]*\b",  # numbers of patients, orders, insurances
            r"\b(?:dr|prof|mr|mrs|ms|miss|frau|herr|mme|sr|sra)\b\.?\s+(?:[A-Z][\w'-]+\s*){1,3}",
        )
    ),
    re.IGNORECASE,
)


def clean_text(text: str, identifiers: Identifiers) -> str:
    """Give a short text (a description, a label) without known identifiers and without what looks like one."""
    known = identifiers.take_out(text)
    if not _PATTERNS.search(known):
        return known
    return tidy(_PATTERNS.sub(" ", known))
