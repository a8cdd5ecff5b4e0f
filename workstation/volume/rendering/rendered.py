"""A volume opened and drawn as a command asks for, and the picture written."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from workstation.display.picture import PictureFormat, write_picture
from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.text import clean
from workstation.model.volume import Volume
from workstation.objects.derived_series import Derivation, SecondSources, SourceObject, write_renderings
from workstation.operations.operation import one_line
from workstation.operations.places import check_not_read
from workstation.quick_dataclass import dataclass
from workstation.volume.looks.look3d import Look3D
from workstation.volume.rendering.drawing import Rendering
from workstation.volume.rendering.looks_asked import look_asked
from workstation.volume.rendering.parameters import AnimateParameters, LookParameters, VolumeParameters
from workstation.volume.segments.masks import chosen_masks

FORMATS: dict[str, PictureFormat] = {
    ".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".tif": "tiff", ".tiff": "tiff",
}  # fmt: skip
LEAST_SLICES = 2
"""Of one there is nothing to look round at."""

METHODS = {
    "composite": "volume rendering",
    "mip": "maximum intensity projection",
    "minip": "minimum intensity projection",
    "average": "mean intensity projection",
    "isosurface": "surface",
}
_CODES = {
    "mip": (("113078", "Maximum intensity projection"),),
    "minip": (("113079", "Minimum intensity projection"),),
    "average": (("113049", "Pixel by pixel mean"),),
}
_EDITED = ("113077", "Volume editing")
"""Parts are taken out of what is seen (context group 7203)."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A picture or an animation that was written.

    ``pictures`` of ``width`` x ``height`` pixels; ``azimuth_deg`` and ``elevation_deg`` of the first; ``seconds`` is
    the length of a movie, 0 of pictures.
    """

    path: str
    pictures: int
    width: int
    height: int
    method: str
    azimuth_deg: float
    elevation_deg: float
    seconds: float = 0.0
    notes: tuple[str, ...] = ()

    def text(self) -> str:
        """Give it as a line."""
        what = self.method if self.pictures == 1 else f"{self.pictures} pictures, {self.method}"
        where = f"azimuth {self.azimuth_deg:g}, elevation {self.elevation_deg:g} degrees"
        length = f"{self.seconds:.3g} s" if self.seconds else ""
        parts = (what, f"{self.width} x {self.height} pixels", where, length, *self.notes)
        return one_line(f"{self.path}: {', '.join(part for part in parts if part)}")


def draw(parameters: VolumeParameters, job: Job) -> Rendered:
    """Draw a volume and write the picture.

    Raises
    ------
    UserError
        If there is no volume, nothing here can draw, what was asked for is not there, or it cannot be written.
    """
    ending = parameters.output.suffix.lower()
    if ending not in FORMATS and ending != ".dcm":
        raise UserError(
            f"{parameters.output}: it is not known which kind of picture that is.",
            hint="Let --output end in .png, .jpg, .tif or .dcm.",
        )
    check_over_nothing_read(parameters)
    volume, _stack = parameters.open(job, least_slices=LEAST_SLICES, colour=True)
    with rendering_of(volume, parameters, job) as (rendering, look, also):
        job.progress(0, None, "Drawing")
        size_px = parameters.size.width, parameters.size.height
        picture = rendering.picture(look, size_px, is_stale=lambda: job.is_cancelled)
        job.check()
        why = rendering.why_empty(look, picture)
        if ending == ".dcm":
            write_renderings([picture], volume.frames, parameters.output, derivation(look), also=also)
        else:
            write_picture(picture, parameters.output, FORMATS[ending])
        if why:
            job.log(why)
        notes = (*rendering.notes, why) if why else rendering.notes
        return described(parameters.output, look, parameters, notes=notes)


def check_over_nothing_read(parameters: VolumeParameters | AnimateParameters) -> None:
    """Refuse to write over an image: any that is named, and with a DICOM object any in a folder that is read, too.

    Raises
    ------
    UserError
        If the output is one of these.
    """
    is_dicom = parameters.output.suffix.lower() == ".dcm"
    check_not_read(
        parameters.output, [each for each in (*parameters.inputs, *parameters.mask) if is_dicom or each.is_file()]
    )


@contextmanager
def rendering_of(
    volume: Volume, parameters: LookParameters, job: Job
) -> Iterator[tuple[Rendering, Look3D, SecondSources]]:
    """Give what draws a volume, with its masks, the look that is asked for, and the objects that the masks are from.

    Its notes are logged at the end.
    """
    look = look_asked(parameters, volume)
    rendering = Rendering(volume)
    try:
        names: list[str] = []
        made_of: list[SourceObject] = []
        for number, each in enumerate(chosen_masks(parameters.mask, parameters.segment, volume, job), 1):
            names.append(each.name if each.name not in names else f"{each.name} ({number})")
            rendering.add_mask(names[-1], each.mask_kji)
            made_of += each.made_of
        look = replace(look, masks=tuple(names)) if names else look
        yield rendering, look, SecondSources(objects=tuple(made_of))
    finally:
        rendering.close()
    for note in rendering.notes:
        if note not in volume.notes:
            job.log(note)


def derivation(look: Look3D) -> Derivation:
    """Say in DICOM's terms how pictures were made."""
    camera, is_cut = look.camera, bool(look.planes or look.cuts or look.removed or look.masks)
    words = f"{METHODS[look.method]} from azimuth {camera.azimuth_deg:g}, elevation {camera.elevation_deg:g} degrees"
    if look.masks:
        words += f"; only {', '.join(map(clean, look.masks))}"
    return Derivation(
        kind="surface" if look.method == "isosurface" else "rendering",
        description=words[0].upper() + words[1:],
        more_codes=(*_CODES.get(look.method, ()), *((_EDITED,) if is_cut else ())),
    )


def described(
    path: Path,
    look: Look3D,
    parameters: LookParameters,
    *,
    pictures: int = 1,
    seconds: float = 0.0,
    notes: tuple[str, ...] = (),
) -> Rendered:
    """Say what was written."""
    name = look.transfer.name if look.transfer is not None and look.method != "isosurface" else ""
    method = f"{METHODS[look.method]} ({name})" if name else METHODS[look.method]
    return Rendered(
        path=str(path),
        pictures=pictures,
        width=parameters.size.width,
        height=parameters.size.height,
        method=method,
        azimuth_deg=look.camera.azimuth_deg,
        elevation_deg=look.camera.elevation_deg,
        seconds=seconds,
        notes=notes,
    )
