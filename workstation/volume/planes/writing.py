"""Planes and slabs written as picture files, or as DICOM series of their own."""

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from workstation.display.picture import PictureFormat, write_picture
from workstation.display.preset_table import PresetTable
from workstation.display.presets import voi_text
from workstation.display.view import Size, View, natural_size
from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.frame import Frame, Voi
from workstation.model.geometry import plane_normal_lps
from workstation.objects.derived_series import Derivation, Kind, write_derived_series
from workstation.volume.cutting.reslice import Reslicer
from workstation.volume.cutting.slabs import PROJECTIONS, SLICES_BESIDE
from workstation.volume.cutting.standard_planes import voxel_step_mm
from workstation.volume.planes.opened import Opened
from workstation.volume.planes.parameters import PlaneParameters
from workstation.volume.planes.pictures import (
    Asked,
    WrittenPlanes,
    captions,
    described,
    frame_of,
    in_colour,
    picture_of,
)
from workstation.volume.windows import chosen_voi, modality_of, sample_of

_SUFFIX: dict[PictureFormat, str] = {"png": ".png", "tiff": ".tif"}
_FORMATS: dict[str, PictureFormat] = {".png": "png", ".tif": "tiff", ".tiff": "tiff"}
_NUMBERED = re.compile(r"\d{3,9}\.(png|tif)")
_OF_OTHER_FILES = frozenset(
    (".avi", ".bmp", ".dcm", ".gif", ".jpeg", ".jpg", ".mp4", ".nii", ".pdf", ".svg", ".webp", ".zip")
)
"""Endings that nobody gives a folder."""


def write_planes(
    asked: Sequence[Asked], opened: Opened, parameters: PlaneParameters, job: Job
) -> Iterator[WrittenPlanes]:
    """Write planes as the parameters say: each into a folder of its own where there are several kinds of them.

    Raises
    ------
    UserError
        If there is no window of that name, or nothing can be written there.
    """
    presets = PresetTable.load() if parameters.preset else None
    for note in presets.notes if presets else ():
        job.log(note)
    check_output(parameters)
    parameters.view()
    for note in dict.fromkeys(remark for each in asked for remark in each.remarks if remark not in opened.notes):
        job.log(note)
    for each in asked:
        place = parameters.output / each.name.partition(" ")[0] if len(asked) > 1 else parameters.output
        frames = _Frames(each, opened.reslicer, job)
        volume = opened.reslicer.volume
        speaks = _speaking(each, frames, opened.reslicer)
        # The window of the file suits slices; of a whole volume in one picture it would show little but white.
        preset = parameters.preset or ("auto" if each.is_whole and modality_of(volume) != "PT" else "")
        voi = chosen_voi(speaks, volume, window=parameters.window(), preset=preset, presets=presets)
        if parameters.format == "dicom":
            size = _write_series(each, frames, place, voi, opened)
        else:
            if not parameters.is_one_picture and (other := _other_picture(place, each.planes.count)):
                job.log(f"{place} holds pictures of other planes, too, such as {other}")
            size = _write_pictures(each, frames, place, voi, parameters, opened)
        window = "" if frames.first.is_colour else voi_text(voi)
        notes = tuple(dict.fromkeys((*opened.notes, *each.remarks)))
        written = described(each, place, window, size, notes)
        yield replace(written, over=opened.written_over(), segments=opened.segment_names())


def _speaking(asked: Asked, frames: "_Frames", reslicer: Reslicer) -> Frame:
    """Give the frame whose values decide on an automatic window for all planes."""
    if asked.planes.count == 1:
        return frames.first
    if asked.slab.projection == "sum" and not asked.slab.is_thin:  # its values are none of the volume
        return frame_of(asked, reslicer, asked.planes.count // 2)
    return sample_of(reslicer.volume, reslicer.voi)


def check_output(parameters: PlaneParameters) -> None:
    """Refuse an output that is a file of something else, before any work is done."""
    output = parameters.output
    if parameters.is_one_picture:
        return
    is_archive = parameters.format == "dicom" and output.suffix.lower() == ".zip"
    if not is_archive and (output.suffix.lower() in _OF_OTHER_FILES or output.is_file()):
        what = "A DICOM series goes" if parameters.format == "dicom" else "Planes go"
        raise UserError(
            f"{what} into a folder, and {output} is the name of a file.",
            hint="Name a folder as --output, or a picture that ends in .png or .tif; an archive is for --format dicom.",
        )


class _Frames:
    """The frames of planes, of which the first is made once: its window may be wanted before it is written."""

    def __init__(self, asked: Asked, reslicer: Reslicer, job: Job) -> None:
        self._asked, self._reslicer, self._job = asked, reslicer, job
        self.sources, self.grid = reslicer.volume.frames, reslicer.volume.grid
        self.first = frame_of(asked, reslicer, 0, lambda done, total: job.progress(done, total, "Looking through"))

    def __iter__(self) -> Iterator[Frame]:
        for n in range(self._asked.planes.count):
            self._job.progress(n, self._asked.planes.count, f"Writing {self._asked.name}s")
            yield frame_of(self._asked, self._reslicer, n, self._check) if n else self.first

    def _check(self, _done: int, _total: int) -> None:
        self._job.check()


def _other_picture(folder: Path, count: int) -> str:
    """Name a numbered picture in a folder that comes after those that will be written; empty where there is none."""
    numbered = [each.name for each in folder.iterdir() if _NUMBERED.fullmatch(each.name)] if folder.is_dir() else []
    return min((name for name in numbered if int(Path(name).stem) > count), default="")


def _write_pictures(
    asked: Asked, frames: _Frames, place: Path, voi: Voi, parameters: PlaneParameters, opened: Opened
) -> Size:
    """Write each plane while the next is made."""
    size_px = (parameters.size.width, parameters.size.height) if parameters.size else None
    kind = _FORMATS.get(place.suffix.lower()) if parameters.is_one_picture else None
    written = kind or ("tiff" if parameters.format == "tiff" else "png")
    digits, look = max(3, len(str(asked.planes.count))), parameters.view()
    size = (0, 0)
    with ThreadPoolExecutor(1, "pictures") as pool:
        before: Future[None] | None = None
        for n, frame in enumerate(frames):
            lines = (*captions(asked, n), *opened.lines()) if parameters.burn_in else None
            above = opened.above(asked.taking(n))
            picture = picture_of(frame, voi, size_px=size_px, captions=lines, above=above, look=look)
            size = (picture.shape[1], picture.shape[0])
            if before is not None:
                before.result()
            path = place if kind else place / f"{n + 1:0{digits}d}{_SUFFIX[written]}"
            before = pool.submit(write_picture, picture, path, written)
        if before is not None:
            before.result()
    return size


def _write_series(asked: Asked, frames: _Frames, place: Path, voi: Voi, opened: Opened) -> Size:
    """Write a series: with its values; of what something lies over as the pictures, in colour, in the same places."""
    kind: Kind = "mpr" if asked.slab.is_thin else asked.slab.projection
    described = "; ".join([_derivation(asked), *opened.told()])
    voxel_mm = voxel_step_mm(frames.grid, plane_normal_lps(asked.planes.first))
    how = Derivation(
        kind=kind,
        description=described,
        thickness_mm=asked.slab.thickness_mm,
        voxel_mm=voxel_mm,
        slices_beside=SLICES_BESIDE[asked.interpolation],
    )
    count = asked.planes.count
    if not opened.is_laid_over:
        windowed = (replace(frame, voi=(voi,)) for frame in frames)
        write_derived_series(windowed, frames.sources, place, how, count=count)
        return asked.planes.size_px
    view = View(voi=None if frames.first.is_colour else voi)
    coloured = (in_colour(frame, view, opened.above(asked.taking(n))) for n, frame in enumerate(frames))
    also = opened.second_sources()
    write_derived_series(coloured, frames.sources, place, how, count=count, also=also)
    return natural_size(frames.first, View())


def _derivation(asked: Asked) -> str:
    """Say in a sentence what was done, as Derivation Description."""
    many = asked.planes.count > 1
    words = [f"{asked.name[:1].upper()}{asked.name[1:]}{'s' if many else ''} of a volume"]
    if not asked.slab.is_thin:
        words.append(f"{PROJECTIONS[asked.slab.projection]} over {asked.slab.thickness_mm:g} mm")
    words.append(f"{asked.interpolation} interpolation")
    return "; ".join([*words, *asked.remarks])
