"""Presentation states in files: applied to the images that they are for, made of images, told."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np

from workstation.display.export import Target, make_room
from workstation.display.inputs import Input, inputs_of
from workstation.display.mask_subtraction import Subtraction, is_subtracted, mask_text, subtraction_in
from workstation.display.picture import check_size, write_picture
from workstation.display.presentation import Presented, present
from workstation.display.presentation_saving import Saved, Subject, state_of_view
from workstation.display.presets import voi_text
from workstation.display.render import render
from workstation.display.view import Size, View, natural_size
from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.frame import Frame
from workstation.model.image import Image
from workstation.model.index.records import Place
from workstation.model.pixels.voi import modality_transform
from workstation.model.refusal import Refused
from workstation.objects.presentation.marks import Mark
from workstation.objects.presentation.reading import open_presentation_state
from workstation.objects.presentation.values import Annotation, PresentationState
from workstation.objects.presentation.writing import presentation_dataset
from workstation.objects.writing import NewSeries, save
from workstation.operations.operation import ItemFailed, counted, one_line
from workstation.operations.places import OTHER_KIND, LeftOut, check_not_read, failed, places_of
from workstation.quick_dataclass import dataclass

SERIES_NUMBER = 901
SERIES_DESCRIPTION = "Presentation states"
_PANE: Size = (1024, 1024)


@dataclass(frozen=True, slots=True)
class AppliedPicture:
    """One picture; ``frame`` counts from 1, ``not_applied`` are sentences about what the state asks for in vain."""

    path: str
    source: str
    frame: int
    width: int
    height: int
    layers: tuple[str, ...]
    not_applied: tuple[str, ...]

    def text(self) -> str:
        """Give the picture as a line, and what is not applied as lines below."""
        layers = f", layers {', '.join(self.layers)}" if self.layers else ""
        first = one_line(f"{self.path}: {self.source}, frame {self.frame}, {self.width} x {self.height}{layers}")
        return "\n".join([first, *(f"  Not applied: {sentence}" for sentence in self.not_applied)])


@dataclass(frozen=True, slots=True)
class WrittenState:
    """A state that was written; ``not_saved`` are sentences about what it cannot hold."""

    path: str
    label: str
    kind: str
    images: int
    not_saved: tuple[str, ...]

    def text(self) -> str:
        """Give it as a line, and what is not saved as lines below."""
        first = one_line(f"{self.path}: {self.label}, {self.kind}, for {counted(self.images, 'image')}")
        return "\n".join([first, *(f"  Not saved: {sentence}" for sentence in self.not_saved)])


@dataclass(frozen=True, slots=True)
class ShownLayer:
    """A layer, and how much is drawn in it."""

    name: str
    description: str
    graphics: int
    texts: tuple[str, ...]
    overlays: int


@dataclass(frozen=True, slots=True)
class ShownState:
    """A state as it is told."""

    source: str
    kind: str
    label: str
    description: str
    creator: str
    created: str
    images: int
    greys: tuple[str, ...]
    areas: tuple[str, ...]
    rotation_deg: int
    flipped_horizontally: bool
    shutter: bool
    layers: tuple[ShownLayer, ...]
    problems: tuple[str, ...]

    def text(self) -> str:
        """Give the state as lines."""
        by = f" by {self.creator}" if self.creator else ""
        at = f", {self.created}" if self.created else ""
        said = f": {self.description}" if self.description else ""
        images = counted(self.images, "image")
        turned = f"turned by {self.rotation_deg} degrees" if self.rotation_deg else ""
        flipped = "left and right exchanged" if self.flipped_horizontally else ""
        shutter = "a shutter" if self.shutter else ""
        lines = [f"{self.source}: {self.label}{said}", f"  {self.kind}, for {images}{by}{at}"]
        lines += [f"  {each}" for each in (*self.greys, *self.areas, turned, flipped, shutter) if each]
        lines += [_layer_line(each) for each in self.layers]
        return "\n".join(one_line(line) for line in (*lines, *(f"  Note: {each}" for each in self.problems)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How pictures are made: their size, that of the displayed area where None; which layers, all where None."""

    size_px: Size | None = None
    layers: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Described:
    """What a state says about itself, and the ranges of frames, from 0, that are meant of multi-frame images."""

    label: str = "PRESENTATION"
    description: str = ""
    creator: str = ""
    frames: tuple[tuple[int, int], ...] = ()


def write_applied(
    paths: Sequence[Path], state_path: Path, target: Target, shown: Shown, job: Job
) -> Iterator[AppliedPicture | ItemFailed]:
    """Write a picture of each frame that a state is for; images that it is not for are left out and counted.

    Raises
    ------
    UserError
        If the state cannot be read, none of the images is meant, or several pictures would go into one file.
    """
    state = open_presentation_state(state_path)
    _check_layers(state, shown.layers)
    meant: list[Input] = []
    others = 0
    uids = {each.sop_instance_uid for each in state.references}
    for found in inputs_of(paths, job):
        if isinstance(found, ItemFailed):
            yield found
        elif found.instance.sop_instance_uid in uids:
            meant.append(found)
        else:
            others += 1
    if others:
        job.log(f"Left out, since the state is not for them: {counted(others, 'image')}.")
    if not meant:
        raise UserError(
            f"{state_path}: none of the images is among the {len(uids)} that it is for.",
            hint="Name the folder in which they are.",
        )
    for done, source in enumerate(meant):
        job.progress(done, len(meant), "Writing pictures")
        yield from _of_image(source, state, target, shown, job, is_only=len(meant) == 1)


def write_state(
    paths: Sequence[Path],
    output: Path,
    view: View,
    described: Described,
    marks: Sequence[tuple[Mark, ...]],
    job: Job,
) -> Iterator[WrittenState | ItemFailed]:
    """Write a state for images as ``view`` shows them, ``marks`` on the first.

    Raises
    ------
    UserError
        If the images cannot be in one state, or it cannot be written.
    """
    check_not_read(output, paths)
    subjects: list[Subject] = []
    for found in inputs_of(paths, job):
        subject = found if isinstance(found, ItemFailed) else _subject(found, described.frames, whole=not subjects)
        if isinstance(subject, ItemFailed):
            yield subject
        else:
            subjects.append(subject)
    saved = state_of_view(
        subjects,
        replace(view, zoom=None),
        _PANE,
        marks=marks,
        label=described.label,
        description=described.description,
        creator=described.creator,
    )
    saved = saved if view.zoom is None else _magnified(saved, view.zoom)
    series = NewSeries("PR", SERIES_NUMBER, SERIES_DESCRIPTION)
    dataset = presentation_dataset(saved.state, subjects[0].header, series, now=datetime.now())
    save(dataset, output)
    yield WrittenState(str(output), dataset.ContentLabel, saved.state.kind, len(subjects), saved.not_saved)


def show_states(paths: Sequence[Path], job: Job) -> Iterator[ShownState | ItemFailed]:
    """Tell what states say; what is none is told where it was named, and counted in folders."""
    left_out = LeftOut(paths)
    for done, place in enumerate(places_of(paths)):
        job.progress(done, None, "read")
        if isinstance(place, ItemFailed):
            yield place
            continue
        try:
            yield _shown(place)
        except Refused as refusal:
            yield from left_out.failed(place, refusal)
        except UserError as error:
            if left_out.is_named(place):
                yield ItemFailed(str(place), error.message.removeprefix(f"{place}: "), error.hint)
            else:
                left_out.count(OTHER_KIND)
    left_out.note(job)


def _of_image(
    source: Input, state: PresentationState, target: Target, shown: Shown, job: Job, *, is_only: bool
) -> Iterator[AppliedPicture | ItemFailed]:
    place = source.instance.place
    try:
        image = Image.open(place)
    except Refused as refusal:
        yield failed(place, refusal)
        return
    with image:
        uid = source.instance.sop_instance_uid
        frames = [number for number in range(image.number_of_frames) if state.refers_to(uid, number)]
        if not target.is_folder and not (is_only and len(frames) == 1):
            raise UserError(f"Several pictures do not go into one file, {target.output}.", hint="Give a folder.")
        mask: Subtraction | None = None
        for number in frames:
            job.check()
            mask = _subtraction(image, state, number, before=mask)
            path = target.path(source, number + 1 if image.number_of_frames > 1 else None)
            try:
                presented = present(state, image.frame(number), uid, mask=mask)
            except Refused as refusal:
                yield failed(place, refusal)
                continue
            except UserError as error:
                yield ItemFailed(str(place), error.message, error.hint)
                return
            yield _written(presented, path, target, shown, source)


def _subtraction(
    image: Image, state: PresentationState, number: int, *, before: Subtraction | None
) -> Subtraction | None:
    """Make what a state has subtracted; None where there is none, or it cannot be read: then that is told.

    ``before`` is that of the frame before, which is used again where it is one for all.
    """
    if state.mask is None or not is_subtracted(state.mask, number):
        return None if state.mask is None or not state.mask.is_one_for_all else before
    if before is not None and state.mask.is_one_for_all:
        return before
    try:
        return subtraction_in(image, state, number)
    except UserError:
        return None


def _written(presented: Presented, path: Path, target: Target, shown: Shown, source: Input) -> AppliedPicture:
    names = presented.presentation.layer_names
    seen = names if shown.layers is None else tuple(name for name in names if name in shown.layers)
    view = replace(presented.view, hidden_layers=frozenset(names) - set(seen))
    size_px = shown.size_px or natural_size(presented.frame, view)
    check_size(*size_px)
    view = view if shown.size_px is None else replace(view, zoom=None)
    make_room(path, source.instance)
    write_picture(render(presented.frame, view, size_px), path, target.picture_format)
    place, number = str(source.instance.place), presented.frame.number + 1
    return AppliedPicture(str(path), place, number, *size_px, seen, presented.not_applied)


def _check_layers(state: PresentationState, wanted: tuple[str, ...] | None) -> None:
    known = {layer.name for layer in state.layers}
    missing = [name for name in wanted or () if name not in known]
    if missing:
        there = ", ".join(sorted(known)) or "none"
        raise UserError(f"There is no layer {', '.join(missing)} in the state.", hint=f"There are: {there}.")


def _subject(source: Input, ranges: tuple[tuple[int, int], ...], *, whole: bool) -> Subject | ItemFailed:
    """Give an image, its pixels decoded where they are wanted ``whole``: of the others only the description counts."""
    place = source.instance.place
    try:
        with Image.open(place) as image:
            count = image.number_of_frames
            if count > 1 and any(last >= count for _, last in ranges):
                return ItemFailed(str(place), f"It has {count} frames.", "Frames are counted from 1.", "no such frame")
            frames = tuple(number for first, last in ranges for number in range(first, last + 1)) if count > 1 else ()
            frame = image.frame(frames[0] if frames else 0) if whole else described_frame(image)
            return Subject(image.dataset, frame, tuple(dict.fromkeys(frames)))
    except Refused as refusal:
        return failed(place, refusal)


def described_frame(image: Image) -> Frame:
    """Give the first frame of an image without its pixels: all zero, but of its size, kind and rescaling."""
    described = image.description
    is_colour = described.samples_per_pixel > 1 or described.photometric == "PALETTE COLOR"
    shape = (described.rows, described.columns, *((3,) if is_colour else ()))
    return Frame(
        np.broadcast_to(np.uint8(0), shape),
        "RGB" if is_colour else "MONOCHROME2",
        described.bits_stored,
        image.spacing(),
        modality_transform(image.groups, described, 0),
    )


def _magnified(saved: Saved, zoom: float) -> Saved:
    areas = tuple(replace(area, mode="MAGNIFY", magnification=zoom) for area in saved.state.areas)
    return Saved(replace(saved.state, areas=areas), saved.not_saved)


def _shown(place: Place) -> ShownState:
    state = open_presentation_state(place)
    return ShownState(
        str(place),
        state.kind,
        state.label,
        state.description,
        state.creator,
        state.created,
        len({each.sop_instance_uid for each in state.references}),
        _greys(state),
        tuple(_area_text(state, number) for number in range(len(state.areas))),
        state.rotation_quarters * 90,
        state.is_flipped_h,
        state.shutter is not None or state.shutter_bitmap is not None,
        tuple(_shown_layer(state, layer.name, layer.description) for layer in state.layers),
        state.problems,
    )


def _greys(state: PresentationState) -> tuple[str, ...]:
    modality = state.modality
    rescaled = f"rescaled by {modality.slope:g} and {modality.intercept:g}" if modality and not modality.lut else ""
    told = (
        "a modality table" if modality and modality.lut else rescaled,
        *(voi_text(each.voi) for each in state.voi),
        "a presentation table" if state.presentation_lut else "inverted" if state.is_inverse else "",
        "a palette" if state.palette else "",
        mask_text(state.mask) if state.mask else "",
    )
    return tuple(each for each in told if each)


def _area_text(state: PresentationState, number: int) -> str:
    area = state.areas[number]
    left, top, right, bottom = area.edges_px
    size = f" {area.magnification:g} times" if area.magnification else ""
    return f"area {left},{top},{right - left + 1},{bottom - top + 1}, {area.mode.lower()}{size}"


def _shown_layer(state: PresentationState, name: str, description: str) -> ShownLayer:
    own = [each for each in state.annotations if each.layer == name]
    graphics = sum(_count(each) for each in own)
    texts = tuple(text.text for each in own for text in each.texts)
    return ShownLayer(name, description, graphics, texts, sum(each.layer == name for each in state.overlays))


def _count(annotation: Annotation) -> int:
    """Count the graphics that are drawn: not those that stand in for compound ones."""
    compounds = {each.identifier for each in annotation.compounds}
    plain = sum(each.compound_id is None or each.compound_id not in compounds for each in annotation.graphics)
    return plain + len(annotation.compounds)


def _layer_line(layer: ShownLayer) -> str:
    parts = [
        f"{count} {what}{'s' if count > 1 else ''}"
        for count, what in ((layer.graphics, "graphic"), (layer.overlays, "overlay"))
        if count
    ]
    parts += [f"“{words}”" for words in layer.texts]
    description = f" ({layer.description})" if layer.description else ""
    return f"  layer {layer.name}{description}: {', '.join(parts) or 'nothing'}".replace("\n", " / ")
