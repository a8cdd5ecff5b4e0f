"""What several commands of ``measure`` take: images, where to measure, with which spacing and unit, and what to write.

None of these is ever made: they are parts of the parameters of commands. So they have no slots, as classes that have
several with slots for their bases cannot be, and no methods of their own, which take longer to make than the fields.
"""

from pathlib import Path
from typing import ClassVar, Literal

from workstation.measure.given import Given
from workstation.operations.parameters import option
from workstation.operations.values import Range
from workstation.quick_dataclass import dataclass

Format = Literal["text", "json", "csv", "gsps", "sr", "seg", "rtstruct", "overlay"]
OBJECTS: tuple[Format, ...] = ("gsps", "sr", "seg", "rtstruct", "overlay")
"""What is a file and nothing that can be printed."""
PointPx = tuple[float, float]


@dataclass(frozen=True, kw_only=True, init=False, repr=False, eq=False)
class Images:
    """Which images."""

    inputs: tuple[Path, ...] = option(
        "Images: files, folders, ZIP archives; disc.zip!NAME is one entry.", positional=True
    )
    frame: tuple[Range, ...] = option(
        "Frames, counted from 1, such as 1-96 or 1,5,9; the first where not given.", default=()
    )
    all_frames: bool = option("Every frame of each image.", default=False)

    def __post_init__(self) -> None:
        if self.frame and self.all_frames:
            raise ValueError("--frame and --all-frames both say which frames: give one of them")
        if any(each.first < 1 for each in self.frame):
            raise ValueError("there is no frame 0: frames are counted from 1")


@dataclass(frozen=True, kw_only=True, init=False, repr=False, eq=False)
class Written:
    """What becomes of the numbers."""

    output: Path | None = option("File to write; printed where not given.", default=None, short="o", metavar="FILE")
    format: Format | None = option(
        "Of --output; by its ending (.txt, .json, .csv, .png) where not given. gsps, sr, seg and rtstruct are DICOM "
        "objects; seg and rtstruct hold regions.",
        default=None,
    )
    annotation: str = option("Name of the measurement: it is drawn beside it and saved with it.", default="")
    lesion: str = option("Name of the lesion, the same in every study.", default="")
    tracking_uid: str = option(
        "Identifier of the lesion in files; made of its name and the patient where not given.",
        default="",
        metavar="UID",
    )
    role: Literal["target", "non-target", "new"] | None = option("Of the lesion, in RECIST 1.1.", default=None)
    status: Literal["present", "absent", "too small", "progression", "not evaluated"] | None = option(
        "Of the lesion, in RECIST 1.1: of one that is gone, absent, measured by a point where it was.", default=None
    )
    site: str = option(
        "Where the lesion is, by the words of a coded site: Liver, Lymph node, Mediastinal lymph node.", default=""
    )
    node: Literal["yes", "no"] | None = option(
        "Whether the lesion is a lymph node: RECIST 1.1 takes its short axis. By site and name where not given.",
        default=None,
    )
    creator: str = option("Who measured, such as Reader^Ann.", default="", metavar="NAME")
    window: tuple[float, float] | None = option(
        "Of pictures: centre and width in modality values (HU for CT). That of the file where not given.",
        default=None,
        metavar="CENTRE,WIDTH",
    )

    def _check_written(self) -> None:
        if self.format in OBJECTS and self.output is None:
            raise ValueError(f"--format {self.format} needs --output")
        if self.site:
            _check_site(self.site)
        if self.window is not None and self.window[1] < 1:
            raise ValueError("the width of --window is too small: it needs 1")


def _check_site(words: str) -> None:
    from workstation.model.lesion_codes import SITES, coded

    if coded(words, SITES) is None:
        near = [each.meaning for each in SITES if words.strip().casefold() in each.meaning.casefold()]
        raise ValueError(f"--site {words} has no code; there are {', '.join(near or map(str, SITES))}")


@dataclass(frozen=True, kw_only=True, init=False, repr=False, eq=False)
class Scaled:
    """With which spacing, and in which unit."""

    is_plain: ClassVar[bool] = True
    """Nothing is asked about regions, statistics or plots: see `workstation.measure.region_parameters`."""
    calibration: Given | None = option(
        "Distance of pixels in place of the header's: 0.5 or 0.5,0.7 (mm between rows, between columns), detector, "
        "magnification=1.2, none (pixels), or a line of known length x1,y1,x2,y2=20mm. It is recorded in the result.",
        default=None,
        metavar="HOW",
    )
    units: Literal["mm", "cm", "inch", "px"] = option("Unit of lengths; areas and volumes follow.", default="mm")


@dataclass(frozen=True, kw_only=True, init=False, repr=False, eq=False)
class OnImages(Scaled, Written, Images):
    """What every command that measures on images takes."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check_written()
