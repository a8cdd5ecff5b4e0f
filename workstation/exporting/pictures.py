"""The pictures of a stack, one image after the other, as the window shows them."""

from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from pathlib import Path
from types import TracebackType

import numpy as np

from workstation.display.annotate import Annotations, draw_annotations
from workstation.display.corner_text import Corners
from workstation.display.export import ShownPicture, Wanted, make_room, picture_of, view_of
from workstation.display.picture import PictureFormat, write_picture
from workstation.display.render import Picture
from workstation.display.view import natural_size
from workstation.display.voi import auto_window, is_usable
from workstation.errors import UserError
from workstation.exporting.chosen import ChosenStack, Numbered
from workstation.exporting.results import Exported, check_free
from workstation.jobs.job import Job
from workstation.model.image import Image
from workstation.model.index.records import Instance
from workstation.model.refusal import Refused
from workstation.operations.operation import ItemFailed
from workstation.operations.places import failed
from workstation.quick_dataclass import dataclass

ENDINGS: dict[PictureFormat, str] = {"png": ".png", "jpeg": ".jpg", "tiff": ".tiff"}


class Images:
    """Opens images of a stack one at a time, the last of them kept: frames of one image follow each other."""

    def __init__(self) -> None:
        self._open: tuple[Instance, Image] | None = None

    def image(self, instance: Instance) -> Image:
        """Give an image; it is closed when the next is asked for. Raises `Refused`."""
        if self._open is None or self._open[0] is not instance:
            self.close()
            self._open = instance, Image.open(instance.place)
        return self._open[1]

    def picture(self, each: Numbered, wanted: Wanted) -> ShownPicture:
        """Give the picture of a frame; raises as `workstation.display.export.picture_of`."""
        ref, position = each.ref, (each.number, each.count)
        return picture_of(self.image(ref.instance), ref.instance, ref.number + 1, wanted, position=position)

    def close(self) -> None:
        """Close the image that is open."""
        if self._open is not None:
            self._open[1].close()
            self._open = None

    def __enter__(self) -> "Images":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def write_pictures(
    stacks: Sequence[ChosenStack],
    output: Path,
    picture_format: PictureFormat,
    wanted: Wanted,
    job: Job,
    overwrite: bool,
) -> Iterator[Exported | ItemFailed]:
    """Write each frame as a picture: into a folder for each stack, or into the one file that is named.

    Raises
    ------
    UserError
        If nothing can be written, or several pictures would go into one file.
    """
    frames = [(stack, each) for stack in stacks for each in stack.frames]
    single = output if output.suffix.lower() in (*ENDINGS.values(), ".jpeg", ".tif") else None
    if single is not None and len(frames) > 1:
        raise UserError(f"{len(frames)} images do not go into one file, {output}.", hint="Give a folder as --output.")
    with Images() as images:
        for done, (stack, each) in enumerate(frames):
            job.progress(done, len(frames), "Writing pictures")
            name = f"{each.number:0{len(str(max(999, each.count)))}d}{ENDINGS[picture_format]}"
            path = single or output / stack.name / name
            try:
                check_free(path, overwrite=overwrite)
                shown = images.picture(each, wanted)
            except (Refused, UserError) as error:
                yield failure(each, error)
                continue
            make_room(path, each.ref.instance)
            write_picture(shown.picture, path, picture_format)
            yield Exported(str(path), f"image {each.number} of {each.count}", 1)


def failure(each: Numbered, error: Refused | UserError) -> ItemFailed:
    """Say of one image that it could not be done."""
    instance = each.ref.instance
    which = f"{instance.place}" + (f", frame {each.ref.number + 1}" if instance.number_of_frames > 1 else "")
    if isinstance(error, Refused):
        told = failed(instance.place, error)
        return ItemFailed(which, told.message, told.hint, told.reason)
    return ItemFailed(which, error.message, error.hint)


@dataclass
class Steady:
    """The pictures of a stack, all of one size and, unless the file says otherwise for each, one window.

    ``failures`` fills with what could not be shown; in its place stands a black picture that says so.
    """

    frames: Sequence[Numbered]
    wanted: Wanted
    images: Images
    failures: dict[int, ItemFailed] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for each in (self.frames[len(self.frames) // 2], *self.frames):
            try:
                self._settle(each)
            except Refused:
                continue
            return
        raise UserError("None of its images can be shown.")

    def picture(self, index: int) -> Picture:
        """Give the picture of the frame at an index, from 0."""
        each = self.frames[index]
        try:
            return self.images.picture(each, self.wanted).picture
        except Refused as refusal:
            self.failures[index] = failure(each, refusal)
            return self._instead(each)

    def _settle(self, each: Numbered) -> None:
        frame = self.images.image(each.ref.instance).frame(each.ref.number)
        view = view_of(frame, each.ref.instance, self.wanted)
        if view.voi is None and not frame.is_colour and not any(map(is_usable, frame.voi)):
            view = replace(view, voi=auto_window(frame))
        by_file = self.wanted.preset.partition(" ")[0].casefold() == "file"
        size_px = self.wanted.size_px or natural_size(frame, view)
        if self.wanted.size_px is None:
            view = replace(view, zoom=None)
        self.wanted = replace(
            self.wanted,
            view=self.wanted.view if by_file else view,
            preset=self.wanted.preset if by_file else "",
            size_px=size_px,
        )

    def _instead(self, each: Numbered) -> Picture:
        width, height = self.wanted.size_px or (1, 1)
        words = Corners((f"Image {each.number} cannot be shown",), (), (), ())
        return draw_annotations(np.zeros((height, width, 3), np.uint8), Annotations(words))
