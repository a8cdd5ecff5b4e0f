"""Pictures of images with what was measured on them, and the numbers beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from workstation.display.drawings import Drawings
from workstation.display.export import make_room
from workstation.display.picture import PictureFormat, write_picture
from workstation.display.render import render
from workstation.display.view import View, natural_size
from workstation.jobs.job import Job
from workstation.measure.done import Done
from workstation.measure.results import WrittenMeasurements
from workstation.measure.words import drawn_text
from workstation.model.frame import Window
from workstation.model.image import Image

_FORMATS: dict[str, PictureFormat] = {".jpg": "jpeg", ".jpeg": "jpeg", ".tif": "tiff", ".tiff": "tiff"}
LEAST_PX = 1024
"""Smaller images are magnified by a whole number, so that words beside what is measured can be read."""


def write_overlays(
    done: Sequence[Done], target: Path, job: Job, *, window: tuple[float, float] | None = None
) -> Iterator[WrittenMeasurements]:
    """Write a picture of each frame that was measured on; several get numbered names.

    Parameters
    ----------
    done
        What was measured.
    target
        The file; its ending says the format.
    job
        Told how far it is.
    window
        Centre and width in modality values; None: as the image says.

    Raises
    ------
    UserError
        If a picture cannot be written.
    """
    frames: dict[tuple[str, int], list[Done]] = {}
    for each in done:
        frames.setdefault((each.instance.sop_instance_uid, each.measurement.annotation.frame), []).append(each)
    digits = len(str(len(frames)))
    for number, ((_uid, frame), several) in enumerate(frames.items(), 1):
        job.progress(number - 1, len(frames), "Writing pictures")
        path = target if len(frames) == 1 else target.with_name(f"{target.stem}-{number:0{digits}d}{target.suffix}")
        _write(several, frame, path, View(voi=Window(*window) if window else None))
        yield WrittenMeasurements(str(path), "overlay", len(several))


def _write(done: Sequence[Done], number: int, path: Path, view: View) -> None:
    instance, frame = done[0].instance, done[0].frame
    if frame is None:
        with Image.open(instance.place) as image:
            frame = image.frame(number)
    width, height = natural_size(frame, view)
    times = max(1, -(-LEAST_PX // max(width, height)))
    size_px = width * times, height * times
    picture = render(frame, view, size_px)
    drawn = [replace(each.measurement.annotation, text=drawn_text(each.measurement)) for each in done]
    Drawings().with_live(drawn).put_over(picture, drawn[0].sop_instance_uid, frame, view)
    make_room(path, instance)
    write_picture(picture, path, _FORMATS.get(path.suffix.lower(), "png"))
