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
            r"\b\d{1,2}[-. ]?(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[A-Za-z]*[-. ]?(?:\d{2,4})?\b",
            r"(?:\+|\b0)[\d ()/-]{7,}\d",  # telephones
            r"\b[A-Za-z]*\d{5,}[A-Za-z\d]*\b",  # numbers of patients, orders, insurances
            r"\b(?i:dr|prof|mr|mrs|ms|miss|frau|herr|mme|sr|sra)\b\.?\s+(?:[^\W\d_a-z][\w'-]+\s*){1,3}",
        )
    )
)


def clean_text(text: str, identifiers: Identifiers) -> str:
    """Give a short text (a description, a label) without known identifiers and without what looks like one."""
    plain = tidy(_PATTERNS.sub(" ", text)) if _PATTERNS.search(text) else text
    return identifiers.take_out(plain)
