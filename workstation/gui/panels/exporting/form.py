"""The choices of the export dialog as a value: what there is to choose, and what is kept of it."""

from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any, Literal

from workstation.exporting.operations import ExportFormat
from workstation.gui.panels.exporting.subject import Scope
from workstation.quick_dataclass import dataclass

FORMATS: dict[ExportFormat, str] = {
    "png": "PNG pictures",
    "jpeg": "JPEG pictures",
    "tiff": "TIFF pictures",
    "mp4": "MP4 movie",
    "gif": "GIF animation",
    "pdf": "PDF pages",
    "dicom": "DICOM files",
    "dicomdir": "DICOM medium (DICOMDIR)",
    "zip": "DICOM medium in a ZIP archive",
}
ENDINGS: dict[str, str] = {
    "png": ".png",
    "jpeg": ".jpg",
    "tiff": ".tiff",
    "mp4": ".mp4",
    "gif": ".gif",
    "pdf": ".pdf",
    "zip": ".zip",
}
PICTURES, MOVIES, MEDIA = ("png", "jpeg", "tiff"), ("mp4", "gif"), ("dicom", "dicomdir", "zip")
PROFILES: tuple[tuple[str, str], ...] = (
    ("", "No"),
    ("basic", "Basic Profile (PS3.15)"),
    ("archive", "For an archive (dates moved)"),
    ("research", "For research (device kept)"),
    ("teaching", "For teaching (no dates)"),
)
SIZES: tuple[tuple[str, str], ...] = (
    ("", "As the images are"),
    ("pane", "As in the pane"),
    ("512x512", "512 x 512"),
    ("1024x1024", "1024 x 1024"),
    ("1920x1080", "1920 x 1080"),
)
_OfPictures = Literal["size", "look", "annotations", "segments", "burn_in", "every", "rate", "codec", "names"]
Field = _OfPictures | Literal["layout", "paper", "anonymise", "icons"]
FIELDS_OF: dict[str, tuple[Field, ...]] = {
    **dict.fromkeys(PICTURES, ("size", "look", "annotations", "segments", "burn_in", "every", "names")),
    "mp4": ("size", "look", "annotations", "segments", "burn_in", "every", "rate", "codec", "names"),
    "gif": ("size", "look", "annotations", "segments", "burn_in", "every", "rate", "names"),
    "pdf": ("look", "annotations", "segments", "every", "layout", "paper"),
    "dicom": ("anonymise", "names"),
    "dicomdir": ("anonymise", "icons"),
    "zip": ("anonymise", "icons"),
}


@dataclass(frozen=True, slots=True)
class ExportForm:
    """The choices of the dialog; text where a person types."""

    scope: Scope = "series"
    format: ExportFormat = "png"
    size: str = ""
    look: bool = True
    annotations: bool = True
    segments: bool = True
    burn_in: bool = False
    every: int = 1
    rate: str = ""
    codec: Literal["vp9", "mpeg4"] = "vp9"
    layout: str = "3x4"
    page: Literal["a4", "letter"] = "a4"
    landscape: bool = False
    true_size: bool = False
    header: bool = True
    names: bool = False
    anonymise: str = ""
    icons: bool = True
    destination: str = ""
    overwrite: bool = False

    def kept(self) -> dict[str, str]:
        """Give what the next dialog begins with; where it went to, but not whether something was replaced."""
        folder = str(Path(self.destination).parent) if self.destination else ""
        return {key: str(value) for key, value in asdict(replace(self, destination=folder, overwrite=False)).items()}

    @classmethod
    def of(cls, kept: dict[str, str]) -> "ExportForm":
        """Take what was kept; what cannot be understood is as at first."""
        plain = cls()
        given: dict[str, Any] = {}
        for item in fields(cls):
            value, usual = kept.get(item.name, ""), getattr(plain, item.name)
            if isinstance(usual, bool):
                given[item.name] = value == "True" if value in ("True", "False") else usual
            elif isinstance(usual, int):
                given[item.name] = int(value) if value.isdecimal() and 1 <= int(value) <= 1000 else usual
            else:
                given[item.name] = value or usual
        made = cls(**given)
        allowed = (
            made.format in FORMATS
            and made.anonymise in dict(PROFILES)
            and made.page in ("a4", "letter")
            and made.codec in ("vp9", "mpeg4")
        )
        return replace(made, overwrite=False) if allowed else plain
