"""An attribute as a person names it: by keyword or by tag."""

import difflib
import re
from typing import Self

from workstation.quick_dataclass import dataclass

_TAG = re.compile(r"\(?\s*([0-9a-fA-F]{4})\s*,?\s*([0-9a-fA-F]{4})\s*\)?")


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of DICOM (PS3.6); ``tag`` is group and element in one number."""

    tag: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``PatientID``, ``0010,0020``, ``(0010,0020)`` or ``00100020``."""
        if match := _TAG.fullmatch(text.strip()):
            return cls(int(match[1] + match[2], 16))
        from pydicom.datadict import keyword_dict, tag_for_keyword

        tag = tag_for_keyword(text.strip())
        if tag is None:
            close = difflib.get_close_matches(text, keyword_dict, n=1)
            hint = f"; did you mean {close[0]}?" if close else ", such as PatientID or 0010,0020"
            raise ValueError(f"{text!r} is no keyword or tag of DICOM{hint}")
        return cls(tag)

    def __str__(self) -> str:
        return f"{self.tag >> 16:04x},{self.tag & 0xFFFF:04x}"
