"""What ``3d volume`` and ``3d animate`` take: how a volume is looked at, and how that changes over pictures."""

import re
from pathlib import Path
from typing import Literal

from workstation.operations.parameters import option
from workstation.operations.values import Size
from workstation.quick_dataclass import dataclass
from workstation.volume.parameters import VolumeFiles

Six = tuple[float, float, float, float, float, float]
_COLOURS = {"black": "#000000", "white": "#ffffff", "grey": "#808080"}
_LARGEST_SIDE_PX = 8192
_MOST_PICTURES = 10_000


def parse_colour(text: str) -> tuple[float, float, float]:
    """Read ``#rrggbb``, or black, white, grey; ValueError for anything else."""
    name = _COLOURS.get(text.strip().casefold(), text.strip())
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", name):
        raise ValueError(f"{text!r} is not a colour such as #203040, black or white")
    return int(name[1:3], 16) / 255, int(name[3:5], 16) / 255, int(name[5:7], 16) / 255


@dataclass(frozen=True, kw_only=True)
class LookParameters(VolumeFiles):
    """How a volume is looked at; what the window does can be said with it."""

    method: Literal["volume", "mip", "minip", "average", "isosurface"] | None = option(
        "Layers seen through each other (volume), the largest, smallest or mean value along each ray, or the surface "
        "at --threshold. That of the preset, or volume, where not given.",
        default=None,
    )
    transfer_function: Path | None = option(
        "JSON file with the colours and opacities of values.", default=None, metavar="FILE"
    )
    preset: str = option(
        "A transfer function that comes with the program, such as ct-bone or mr-head, or a window, such as lung; a "
        "function for the modality where none is given.",
        default="",
    )
    window_center: float | None = option(
        "Centre of the values, in modality units (HU for CT), over which greys or the transfer function are laid.",
        default=None,
    )
    window_width: float | None = option("Width of these values.", default=None)
    threshold: float | None = option(
        "Modality value of the surface; 200 HU for CT, the middle of the range otherwise, where not given. Without "
        "--method it asks for isosurface.",
        default=None,
    )
    colour: str = option("Colour of the surface of isosurface, such as #e8d8bc.", default="")
    shading: Literal["on", "off"] | None = option(
        "With a light or without; as the preset says where not given.", default=None
    )
    shadows: float = option("How deep shadows are, 0 to 1; only where graphics hardware draws.", default=0.0)
    camera_angle: tuple[float, float] | None = option(
        "Where the eye is, in degrees: 0,0 is in front of the patient, azimuth 90 at the patient's left, elevation 90 "
        "above the head.",
        default=None,
        metavar="AZIMUTH,ELEVATION",
    )
    side: Literal["front", "back", "left", "right", "head", "feet"] | None = option(
        "The same by name: a side of the patient.", default=None
    )
    roll: float = option("Turns the eye clockwise, so the picture the other way.", default=0.0, unit="deg")
    zoom: float = option("How large it is drawn: 1 shows the whole volume, 2 everything twice as large.", default=1.0)
    focus: tuple[float, float, float] | None = option(
        "Point in the middle of the picture: voxels i,j,k, or LPS mm with --lps.", default=None, metavar="X,Y,Z"
    )
    perspective: float = option("Angle of the picture from top to bottom; parallel rays at 0.", default=0.0, unit="deg")
    size: Size = option("Size of the pictures.", default=Size(800, 800))
    background: str = option(
        "Colour behind, such as black, white or #203040; that of the preset where not given.", default=""
    )
    clip: Six | None = option(
        "Box outside of which nothing is shown: first and last voxels i,i,j,j,k,k, or LPS mm with --lps.",
        default=None,
        metavar="X0,X1,Y0,Y1,Z0,Z1",
    )
    clip_plane: tuple[Six, ...] = option(
        "Plane that cuts off one side: a point in it, and the direction of what stays, in voxels, or LPS with --lps; "
        "may be repeated.",
        default=(),
        metavar="X,Y,Z,DX,DY,DZ",
    )
    lps: bool = option("--focus, --clip and --clip-plane are in mm of the patient (LPS), not in voxels.", default=False)
    remove: tuple[Literal["table", "skin", "bone", "none"], ...] = option(
        "What is told apart in a CT and taken out, joined by commas: the table and all else around the patient "
        "(table), that and the outermost millimetres (skin), the bones; beside what the preset takes out, or in its "
        "place with none.",
        default=(),
    )
    mask: tuple[Path, ...] = option(
        "Segmentations of which only what is in them is shown: SEG, RTSTRUCT, images on the same grid, NIfTI, NRRD or "
        "MetaImage.",
        default=(),
    )
    segment: tuple[str, ...] = option("Of --mask this segment alone, by name or number; may be repeated.", default=())

    def _check_look(self) -> None:
        self._check_files()
        for contradiction, sentence in (
            (self.transfer_function and self.preset, "--transfer-function and --preset both say which colours"),
            (self.camera_angle and self.side, "--camera-angle and --side both say where the eye is"),
            (
                (self.window_center is None) != (self.window_width is None),
                "--window-center and --window-width belong together: give both",
            ),
            (self.window_width is not None and self.window_width <= 0, "--window-width has to be above 0"),
            (
                self.threshold is not None and self.method not in (None, "isosurface"),
                "--threshold is about --method isosurface",
            ),
            (self.zoom <= 0, "--zoom has to be above 0"),
            (not 0 <= self.perspective < 170, "--perspective is from 0 to 170 degrees"),
            (not 0 <= self.shadows <= 1, "--shadows is from 0 to 1"),
            (self.segment and not self.mask, "--segment names parts of a --mask"),
            (max(self.size.width, self.size.height) > _LARGEST_SIDE_PX, f"--size is at most {_LARGEST_SIDE_PX} pixels"),
            (any(not any(plane[3:]) for plane in self.clip_plane), "--clip-plane needs a direction that is not 0,0,0"),
        ):
            if contradiction:
                raise ValueError(sentence)
        for text in (self.background, self.colour):
            if text:
                parse_colour(text)


@dataclass(frozen=True, kw_only=True)
class VolumeParameters(LookParameters):
    """What ``3d volume`` takes."""

    output: Path = option("Picture ending in .png, .jpg or .tif; .dcm for a DICOM secondary capture.", short="o")

    def __post_init__(self) -> None:
        self._check_look()


@dataclass(frozen=True, kw_only=True)
class AnimateParameters(LookParameters):
    """What ``3d animate`` takes."""

    output: Path = option(
        "A folder for numbered PNG pictures; or a file ending in .gif, .mp4, or .dcm for a DICOM secondary capture.",
        short="o",
    )
    format: Literal["png", "gif", "mp4", "dicom"] | None = option(
        "By the ending of --output, or PNG, where not given.", default=None
    )
    rotation: float | None = option(
        "Degrees round the long axis of the patient; a full turn where nothing else moves. Below 0 the other way.",
        default=None,
        unit="deg",
    )
    key_frames: Path | None = option(
        "JSON file with looks at times, between which the pictures go smoothly.", default=None, metavar="FILE"
    )
    path: Path | None = option(
        "File with points in LPS mm along which the eye flies, a line each or JSON; as for a curved plane.",
        default=None,
        metavar="FILE",
    )
    over_time: bool = option("Show the volumes of a series over time one after the other.", default=False)
    frames: int | None = option(
        "How many pictures: 60, or one for each time with --over-time, where not given.", default=None
    )
    rate: float = option("Pictures a second of GIF, MP4 and DICOM.", default=20.0)
    codec: Literal["vp9", "mpeg4"] = option(
        "How an MP4 is packed: vp9 for browsers and current players, mpeg4 for older ones.", default="vp9"
    )

    def __post_init__(self) -> None:
        self._check_look()
        ways = [name for name, given in (("--key-frames", self.key_frames), ("--path", self.path)) if given]
        if self.rotation is not None:
            ways.append("--rotation")
        if len(ways) > 1:
            raise ValueError(f"{' and '.join(ways)} both say how the eye moves: give one of them")
        if self.over_time and self.time is not None:
            raise ValueError("--time chooses one volume, --over-time shows all: give one of them")
        if self.frames is not None and not 2 <= self.frames <= _MOST_PICTURES:
            raise ValueError(f"--frames is from 2 to {_MOST_PICTURES}")
        if not 0.1 <= self.rate <= 60:
            raise ValueError("--rate is from 0.1 to 60 pictures a second")
        if self.path is not None and (self.camera_angle or self.side or self.focus):
            raise ValueError(
                "--path says where the eye is and where it looks: --camera-angle, --side, --focus do not go with it"
            )
