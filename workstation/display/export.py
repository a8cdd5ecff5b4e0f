"""Images as picture files: which frames, how they are looked at, and what the files are called."""

from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import NamedTuple

from workstation.display.annotate import Annotations, draw_annotations
from workstation.display.corner_templates import CornerTemplates, shipped_templates
from workstation.display.corner_text import corner_lines, names_wanted
from workstation.display.drawings import Drawings
from workstation.display.header_facts import NO_FACTS, HeaderFacts, facts_of
from workstation.display.inputs import Input, inputs_of, safe_name
from workstation.display.letters import edge_letters
from workstation.display.picture import PictureFormat, check_size, write_picture
from workstation.display.preset_table import PresetTable
from workstation.display.presets import preset_names, preset_voi, voi_text
from workstation.display.render import Picture, render
from workstation.display.scale_bar import scale_bar
from workstation.display.segment_files import SegmentFiles
from workstation.display.value_scale import ScaleOf, Scaling, ValueScale
from workstation.display.view import Size, View, natural_size
from workstation.display.voi import default_voi
from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.attributes import text
from workstation.model.frame import Frame
from workstation.model.image import Image
from workstation.model.index.records import Instance
from workstation.model.refusal import Refused
from workstation.operations.operation import ItemFailed, counted, one_line
from workstation.quick_dataclass import dataclass

SUFFIXES: dict[str, PictureFormat] = {
    ".png": "png",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".tif": "tiff",
    ".tiff": "tiff",
}
_SUFFIX_OF: dict[PictureFormat, str] = {"png": ".png", "jpeg": ".jpg", "tiff": ".tiff"}
_BAR_SHARE = 1 / 4


@dataclass(frozen=True, slots=True)
class WrittenPicture:
    """One picture; ``frame`` counts from 1, ``window`` is in the values of the file, as ``--window`` takes it."""

    path: str
    source: str
    frame: int
    frames: int
    width: int
    height: int
    window: str

    def text(self) -> str:
        """Give the picture as a line."""
        which = f", frame {self.frame} of {self.frames}" if self.frames > 1 else ""
        return (
            f"{one_line(f'{self.path}: {self.source}')}{which}, {self.width} x {self.height}, {self.window or 'colour'}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be written.

    ``frames`` are ranges (first, last) from 1, all where it is None; ``size_px`` is that of the image where it is
    None; ``preset`` is the name of a window, which goes before ``view.voi``; ``presets`` are
    those of modalities, the ones that come with the program where it is None; ``templates`` are the lines of the
    corner text, likewise; ``segments`` are drawn over the images that they lie on, ``drawings`` on those they are for.
    ``scale_of`` gives what the window is said in, where that is not the unit of the file.
    """

    view: View
    preset: str = ""
    presets: PresetTable | None = None
    templates: CornerTemplates | None = None
    segments: SegmentFiles | None = None
    drawings: Drawings = field(default_factory=Drawings)
    frames: tuple[tuple[int, int], ...] | None = ((1, 1),)
    size_px: Size | None = None
    with_annotations: bool = False
    scale_of: ScaleOf | None = None

    def scale(self, instance: Instance, frame: int) -> ValueScale | None:
        """Give what the values of a frame, from 0, are said as; None where that is what the file holds."""
        return None if self.scale_of is None else self.scale_of(instance, frame)

    def note(self, job: Job) -> None:
        """Say so where nothing of what was to be drawn lies on the images."""
        if self.segments:
            self.segments.note(job)
        self.drawings.note(job)


_OF_OTHER_FILES = frozenset((".avi", ".bmp", ".dcm", ".gif", ".jp2", ".mp4", ".pdf", ".svg", ".webp"))
"""Endings that nobody gives a folder."""


@dataclass
class Target:
    """Where pictures go: one file, or a folder that is made when the first is written."""

    output: Path
    picture_format: PictureFormat
    is_folder: bool
    _taken: set[Path] = field(default_factory=set)

    @classmethod
    def of(cls, output: Path, wanted: PictureFormat | None) -> "Target":
        """Read an output: a file where its ending is that of a picture, else a folder.

        Raises
        ------
        UserError
            If the ending and the format contradict each other.
        """
        named = SUFFIXES.get(output.suffix.lower())
        if named is None and (output.is_file() or output.suffix.lower() in _OF_OTHER_FILES):
            raise UserError(
                f"{output} is no name for a picture that can be written.",
                hint="Let --output end in .png, .jpg or .tif, or name a folder.",
            )
        if named is None or output.is_dir():
            return cls(output, wanted or "png", is_folder=True)
        if wanted not in (None, named):
            raise UserError(
                f"{output} ends like a {named.upper()} file, but --format asks for {wanted}.",
                hint="Leave out --format, or change the ending.",
            )
        return cls(output, named, is_folder=False)

    def path(self, source: Input, number: int | None) -> Path:
        """Give the file for a frame, ``number`` from 1; None where it is the only one of its image."""
        tail = "" if number is None else f"-{number:0{len(str(max(999, number)))}d}"
        if not self.is_folder:
            return self.output.with_name(f"{self.output.stem}{tail}{self.output.suffix}")
        place = source.instance.place
        stem = safe_name(_without_suffix(Path(place.member or place.path).name))
        folder, ending = self.output / source.below, _SUFFIX_OF[self.picture_format]
        path, count = folder / f"{stem}{tail}{ending}", 1
        while path in self._taken:
            count += 1
            path = folder / f"{stem}_{count}{tail}{ending}"
        self._taken.add(path)
        return path


def write_images(
    paths: Sequence[Path], target: Target, wanted: Wanted, job: Job, *, scaling: Scaling | None = None
) -> Iterator[WrittenPicture | ItemFailed]:
    """Write pictures of the images in files, folders and archives; the good ones are done, the others told.

    ``scaling`` gives what the values of these images are said as, where ``wanted`` has nothing for that.

    Raises
    ------
    UserError
        If pictures cannot be written, or several images would go into one file.
    """
    found = list(inputs_of(paths, job))
    sources = [item for item in found if isinstance(item, Input)]
    yield from (item for item in found if isinstance(item, ItemFailed))
    if len(sources) > 1 and not target.is_folder:
        raise UserError(
            f"{len(sources)} images do not go into one file, {target.output}.", hint="Give a folder as --output."
        )
    if scaling is not None and wanted.scale_of is None:
        wanted = replace(wanted, scale_of=scaling([each.instance for each in sources]))
    for done, source in enumerate(sources):
        job.progress(done, len(sources), "Writing pictures")
        yield from _of_one(source, target, wanted, job)
    wanted.note(job)


def _of_one(source: Input, target: Target, wanted: Wanted, job: Job) -> Iterator[WrittenPicture | ItemFailed]:
    place = source.instance.place
    try:
        image = Image.open(place)
    except Refused as refusal:
        yield _failed(str(place), refusal)
        return
    with image:
        ranges = wanted.frames or ((1, image.number_of_frames),)
        chosen = [number for first, last in ranges for number in range(first, min(last, image.number_of_frames) + 1)]
        if max(last for _, last in ranges) > image.number_of_frames or min(first for first, _ in ranges) < 1:
            yield ItemFailed(
                str(place),
                f"It has {counted(image.number_of_frames, 'frame')}.",
                "Frames are counted from 1.",
                "no such frame",
            )
        for number in dict.fromkeys(number for number in chosen if number > 0):
            job.check()
            path = target.path(source, number if wanted.frames is None or len(chosen) > 1 else None)
            yield _written(image, source.instance, number, path, target.picture_format, wanted)


def _written(
    image: Image, instance: Instance, number: int, path: Path, picture_format: PictureFormat, wanted: Wanted
) -> WrittenPicture | ItemFailed:
    try:
        shown = picture_of(image, instance, number, wanted)
    except Refused as refusal:
        return _failed(str(instance.place), refusal)
    except UserError as error:
        return ItemFailed(str(instance.place), error.message, error.hint)
    make_room(path, instance)
    write_picture(shown.picture, path, picture_format)
    height, width = shown.picture.shape[:2]
    return WrittenPicture(
        str(path), str(instance.place), number, image.number_of_frames, width, height, shown.window_text()
    )


class ShownPicture(NamedTuple):
    """A picture, and what it shows how."""

    picture: Picture
    frame: Frame
    view: View

    def window_text(self) -> str:
        """Say which window, as the corner text does; empty for colours as they are."""
        frame, view = self.frame, self.view
        return "" if frame.is_colour and view.voi is None else voi_text(view.voi or default_voi(frame))


def picture_of(
    image: Image, instance: Instance, number: int, wanted: Wanted, *, position: tuple[int, int] | None = None
) -> ShownPicture:
    """Give the picture of a frame as it is written to files.

    Parameters
    ----------
    number
        From 1.
    position
        Place in its stack, (n, of how many), n from 1; None shows the frame or instance number.

    Raises
    ------
    Refused
        If the frame cannot be decoded.
    UserError
        If there is no window of that name for it, or the picture would be too large.
    """
    frame = image.frame(number - 1)
    view = view_of(frame, instance, wanted)
    size_px = wanted.size_px or natural_size(frame, view)
    check_size(*size_px)
    if wanted.size_px is None:
        view = replace(view, zoom=None)
    picture = drawn_picture(instance.sop_instance_uid, frame, view, size_px, wanted)
    if wanted.with_annotations:
        orientation = tuple(text(image.dataset, "PatientOrientation").split("\\"))
        lines = wanted.templates or shipped_templates()
        facts = facts_of(image.dataset, names_wanted(lines, instance), number=number - 1)
        # Warnings are not drawn into a picture, so a line has to say that it was compressed with loss.
        facts = replace(facts, warnings=())
        texts = annotations_of(
            instance,
            frame,
            view,
            size_px,
            orientation=orientation,
            position=position,
            facts=facts,
            templates=lines,
            scale=wanted.scale(instance, number - 1),
        )
        picture = draw_annotations(picture, texts)
    return ShownPicture(picture, frame, view)


def drawn_picture(sop_instance_uid: str, frame: Frame, view: View, size_px: Size, wanted: Wanted) -> Picture:
    """Give a frame with all that is drawn on it, as every picture, movie and page shows it.

    Raises
    ------
    UserError
        If a segment that belongs to it cannot be shown.
    """
    picture = render(frame, view, size_px)
    for layer in wanted.segments.layers(sop_instance_uid, frame) if wanted.segments else ():
        layer.put_over(picture, frame, view, size_px)
    wanted.drawings.put_over(picture, sop_instance_uid, frame, view)
    return picture


def annotations_of(
    instance: Instance,
    frame: Frame,
    view: View,
    size_px: Size,
    *,
    orientation: tuple[str, ...] = (),
    position: tuple[int, int] | None = None,
    facts: HeaderFacts = NO_FACTS,
    templates: CornerTemplates | None = None,
    scale: ValueScale | None = None,
) -> Annotations:
    """Gather what is written beside an image; ``orientation`` is Patient Orientation, where there is no plane.

    ``scale`` is what the window is said in, where that is not the unit of the file.
    """
    bar = scale_bar(frame.spacing, view.effective_zoom(frame, size_px), longest_px=size_px[0] * _BAR_SHARE)
    letters = edge_letters(frame.plane, view, patient_orientation=orientation)
    corners = corner_lines(
        instance, frame, view, size_px, position=position, facts=facts, templates=templates, scale=scale
    )
    return Annotations(corners, letters, bar)


def view_of(frame: Frame, instance: Instance, wanted: Wanted) -> View:
    """Give the view of a frame, its window found by name; `UserError` where it has none of that name."""
    if not wanted.preset:
        return wanted.view
    voi = preset_voi(frame, wanted.preset, instance.modality, table=wanted.presets)
    if voi is None:
        names = ", ".join(preset_names(instance.modality, table=wanted.presets))
        raise UserError(f"There is no window called {wanted.preset!r} for it.", hint=f"There are: file, {names}.")
    return replace(wanted.view, voi=voi)


def make_room(path: Path, instance: Instance) -> None:
    """Make the folder of a picture; `UserError` where that cannot be, or the file is the image itself."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        is_source = path.exists() and path.samefile(instance.place.path)
    except OSError as error:
        raise UserError(
            f"{path.parent}: the folder cannot be made: {error.strerror}.", hint="Choose another --output."
        ) from error
    if is_source:
        raise UserError(f"{path} is the image itself and is not overwritten.", hint="Choose another --output.")


def _without_suffix(name: str) -> str:
    return name[:-4] if name.lower().endswith((".dcm", ".ima", ".dic")) else name


def _failed(subject: str, refusal: Refused) -> ItemFailed:
    """Give a refusal as the failure of one input, its name not said twice."""
    name, colon, rest = refusal.message.partition(": ")
    message = rest[:1].upper() + rest[1:] if colon and subject.endswith(name) else refusal.message
    return ItemFailed(subject, message, refusal.hint, str(refusal.reason))
