"""The operation ``image``: pictures of images, as the window would show them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from workstation.operations.operation import Example, ItemFailed, Operation
from workstation.operations.parameters import option
from workstation.operations.values import Range, Size
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.display.export import Wanted, WrittenPicture
    from workstation.display.segment_files import SegmentFiles
    from workstation.display.value_scale import ScaleOf, Scaling
    from workstation.display.view import View
    from workstation.jobs.job import Job
    from workstation.model.annotation import Annotation
    from workstation.model.frame import Window


# Without slots, as a class that has two others with slots for its bases cannot be.
@dataclass(frozen=True, kw_only=True)
class ImageFiles:
    """Which images, and where their pictures go."""

    inputs: tuple[Path, ...] = option(
        "Images: files, folders, ZIP archives, DICOMDIR; disc.zip!NAME is one entry.", positional=True
    )
    output: Path = option(
        "Picture file ending in .png, .jpg or .tif; or a folder, which several images need.", short="o"
    )
    frame: tuple[Range, ...] = option(
        "Frames, counted from 1, such as 1-96 or 1,5,9; several get numbered names. Only the first where not given.",
        default=(),
    )
    all_frames: bool = option("Every frame of each image.", default=False)


@dataclass(frozen=True, kw_only=True)
class ViewParameters:
    """How images are looked at; what the window does can be said with it."""

    window: tuple[float, float] | None = option(
        "Centre and width in modality values (HU for CT). The window of the file where not given.",
        default=None,
        metavar="CENTRE,WIDTH",
    )
    function: Literal["LINEAR", "LINEAR_EXACT", "SIGMOID"] = option("Shape of --window.", default="LINEAR")
    preset: str = option(
        "A window by name: auto, full, file (the first of the file's own), or that of a tissue, such as lung or bone.",
        default="",
    )
    invert: bool = option("Exchange black and white.", default=False)
    colours: str = option(
        "Colour table for grey images, such as hot-iron, pet or rainbow; grey where not given.", default=""
    )
    size: Size | None = option(
        "Size of the picture, the image fitted into it; that of the image where not given.", default=None
    )
    zoom: float | None = option(
        "Picture pixels for a pixel of the image; the image is fitted where not given.", default=None
    )
    centre: tuple[float, float] | None = option(
        "Pixel of the image, counted from 0, in the middle of the picture; with --size and --zoom.",
        default=None,
        metavar="COLUMN,ROW",
    )
    rotate: Literal["0", "90", "180", "270"] = option("Turn clockwise.", default="0", unit="deg")
    flip: tuple[Literal["horizontal", "vertical"], ...] = option(
        "Exchange left and right (horizontal) or top and bottom (vertical), after turning.", default=()
    )
    side: tuple[Literal["left", "right", "top", "bottom"], ...] = option(
        "Sides of the picture at which the image begins, such as left or right,top; in the middle where not given. "
        "With --size.",
        default=(),
    )
    interpolation: Literal["linear", "nearest", "cubic"] = option("Between pixels when magnified.", default="linear")
    no_shutter: bool = option("Show what the display shutter of the file hides.", default=False)
    segments: tuple[Path, ...] = option(
        "Segmentations (SEG), structure sets (RTSTRUCT) and doses (RTDOSE) that are drawn over the images they lie on.",
        default=(),
    )
    opacity: float = option("Opacity of the areas of --segments, 0 to 1; outlines are always opaque.", default=0.3)
    annotations: tuple[Path, ...] = option(
        "Presentation states (GSPS) whose texts and graphics are drawn on the images that they are for.", default=()
    )
    burn_in: bool = option(
        "Draw the overlays of the file, the text in the corners, the letters of the sides and a scale bar into the "
        "picture. The text names the patient.",
        default=False,
    )

    def __post_init__(self) -> None:
        for contradiction, sentence in (
            (self.window and self.preset, "--window and --preset both say which window: give one of them"),
            (self.centre and not (self.size and self.zoom), "--centre needs --size and --zoom"),
            (self.side and not self.size, "--side needs --size"),
            (self.side and self.centre, "--side and --centre both say where the image is: give one of them"),
            (
                {"left", "right"} <= set(self.side) or {"top", "bottom"} <= set(self.side),
                "--side names opposite sides: give one of them",
            ),
            (self.zoom is not None and self.zoom <= 0, "--zoom has to be above 0"),
            (not 0 <= self.opacity <= 1, "--opacity is from 0 to 1"),
            (self.window and self.window[1] < self._least_width, "the width of --window is too small: LINEAR needs 1"),
        ):
            if contradiction:
                raise ValueError(sentence)

    @property
    def _least_width(self) -> float:
        return 1.0 if self.function == "LINEAR" else 1e-9


@dataclass(frozen=True, kw_only=True)
class ImageParameters(ViewParameters, ImageFiles):
    """What ``image`` takes."""

    format: Literal["png", "jpeg", "tiff"] | None = option(
        "Format of the pictures; by the ending of --output, or PNG, where not given.", default=None
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.frame and self.all_frames:
            raise ValueError("--frame and --all-frames both say which frames: give one of them")
        if any(each.first < 1 for each in self.frame):
            raise ValueError("there is no frame 0: frames are counted from 1")


def image(
    parameters: ImageParameters,
    job: "Job",
    *,
    live: "Sequence[Annotation]" = (),
    segments: "SegmentFiles | None" = None,
    scale_of: "ScaleOf | None" = None,
    scaling: "Scaling | None" = None,
) -> Iterator["WrittenPicture | ItemFailed"]:
    """Write pictures of images; ``live`` and ``segments``, of a window, are drawn on them, too.

    ``scale_of``, of a window, or else ``scaling`` gives what values are said as.
    """
    from workstation.display.export import Target, write_images

    target = Target.of(parameters.output, parameters.format)
    ranges = tuple((each.first, each.last) for each in parameters.frame) or ((1, 1),)
    frames = None if parameters.all_frames else ranges
    asked = wanted(parameters, frames, live=live, segments=segments, scale_of=scale_of)
    for used in (asked.presets, asked.templates):
        for note in used.notes if used else ():
            job.log(note)
    yield from write_images(parameters.inputs, target, asked, job, scaling=scaling)


def wanted(
    parameters: ViewParameters,
    frames: tuple[tuple[int, int], ...] | None = None,
    *,
    live: "Sequence[Annotation]" = (),
    segments: "SegmentFiles | None" = None,
    scale_of: "ScaleOf | None" = None,
) -> "Wanted":
    """Give the parameters as the values that the work is done with; UserError for a monstrous size, unknown colours.

    ``frames`` are ranges (first, last) from 1; None is all. ``live`` are annotations that are in no file.
    ``segments`` go before those of the parameters; ``scale_of`` gives what values are said as.
    """
    from workstation.display.colour_tables import table_of
    from workstation.display.corner_templates import CornerTemplates
    from workstation.display.drawings import read_drawings
    from workstation.display.export import Wanted
    from workstation.display.picture import check_size
    from workstation.display.preset_table import PresetTable

    if parameters.size:
        check_size(parameters.size.width, parameters.size.height)
    view = _view(parameters)
    table_of(view.colours)
    return Wanted(
        view=view,
        preset=parameters.preset,
        presets=PresetTable.load() if parameters.preset else None,
        templates=CornerTemplates.load() if parameters.burn_in else None,
        segments=segments or _segments(parameters),
        drawings=read_drawings(parameters.annotations).with_live(live),
        frames=frames,
        size_px=(parameters.size.width, parameters.size.height) if parameters.size else None,
        with_annotations=parameters.burn_in,
        scale_of=scale_of,
    )


def _view(parameters: ViewParameters) -> "View":
    from workstation.display.view import View

    return View(
        _window(parameters),
        parameters.invert,
        parameters.zoom,
        parameters.centre,
        int(parameters.rotate) // 90,
        "horizontal" in parameters.flip,
        "vertical" in parameters.flip,
        parameters.interpolation,
        parameters.burn_in,
        not parameters.no_shutter,
        parameters.colours,
        at_sides=frozenset(parameters.side),
    )


def _segments(parameters: ViewParameters) -> "SegmentFiles | None":
    if not parameters.segments:
        return None
    from workstation.display.segment_files import read_segment_files

    return read_segment_files(parameters.segments, parameters.opacity)


def _window(parameters: ViewParameters) -> "Window | None":
    from workstation.model.frame import Window

    return Window(*parameters.window, parameters.function) if parameters.window else None


IMAGE = Operation(
    id="image",
    command=("image",),
    summary="Pictures of images as PNG, JPEG or TIFF, as the window shows them",
    parameters=ImageParameters,
    run=image,
    examples=(
        Example("image slice.dcm -o slice.png", "one picture, with the window of the file"),
        Example("image study -o pictures --preset lung --format jpeg", "all of a folder, in a lung window"),
        Example("image slice.dcm -o slice.png --window -600,1500 --size 1000x1000", "a window and a size"),
        Example("image slice.dcm -o slice.png --segments liver.seg.dcm", "what was segmented, drawn over it"),
        Example("image slice.dcm -o slice.png --annotations state.dcm", "what somebody has remarked, drawn on it"),
        Example("image cine.dcm -o frames --frame 1-3 --burn-in", "three frames, with overlays and text"),
    ),
)
