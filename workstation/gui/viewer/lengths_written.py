"""Lengths as a person writes them."""

import math
import re

_UNITS = {"": 1.0, "mm": 1.0, "cm": 10.0, "m": 1000.0, "in": 25.4, "inch": 25.4, '"': 25.4}
_LENGTH = re.compile(r'\s*(\d+(?:[.,]\d*)?|[.,]\d+)\s*(mm|cm|m|inch|in|")?\s*', re.IGNORECASE)


def length_mm(text: str) -> float | None:
    """Read a length above 0, in mm where it has no unit; None where it is none."""
    found = _LENGTH.fullmatch(text)
    if found is None:
        return None
    value = float(found[1].replace(",", ".")) * _UNITS[(found[2] or "").lower()]
    return value if math.isfinite(value) and value > 0 else None
