"""What is drawn on images: their overlays, presentation states, and what reports measured; with words about it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.display.drawings import Drawings, StateGraphics
from workstation.display.ink import Ink
from workstation.display.loading import report_on
from workstation.display.presentation import present
from workstation.display.view import Size, View
from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.annotation import Annotation
from workstation.model.frame import Frame
from workstation.model.index.records import Instance
from workstation.model.index.scan import scan
from workstation.objects.presentation.finding import FoundState, states_among, states_for
from workstation.objects.presentation.reading import is_presentation_state
from workstation.objects.presentation.values import PresentationState, applies
from workstation.operations.operation import counted
from workstation.quick_dataclass import dataclass
from workstation.terminal.looks import Dressed
from workstation.terminal.opened import DRAWN_ON_IMAGES, Opened

if TYPE_CHECKING:
    from workstation.measure.reading_saved import SavedGroup

MOST_BESIDE = 5000
"""Files beside an image that are looked through."""
MOST_TEXTS = 4
NOTHING = "no overlay, presentation state or measurement is for this image"


@dataclass(frozen=True, slots=True)
class Measured:
    """A group of a report: what it says, and its outlines on images."""

    said: "SavedGroup"
    annotations: tuple[Annotation, ...]
    images: frozenset[str]

    def is_on(self, uid: str, number: int) -> bool:
        """Tell whether it is about a frame, from 0."""
        on_frame = any(each.is_on(uid, number) for each in self.annotations)
        return on_frame or (uid in self.images and not self.annotations)

    @property
    def words(self) -> str:
        """Its name and its numbers."""
        name = self.said.name or self.said.tracking_id or self.said.finding or "measured"
        return f"{name}: {', '.join(f'{what} {value}' for what, value in self.said.numbers) or 'no numbers'}"


@dataclass(frozen=True, slots=True)
class Marks:
    """What there is to be drawn on some images; ``notes`` tell what cannot be read."""

    states: tuple[FoundState, ...] = ()
    measured: tuple[Measured, ...] = ()
    notes: tuple[str, ...] = ()

    def dressed(self, frame: Frame, instance: Instance, *, usual: View, asked: View, with_texts: bool) -> Dressed:
        """Put what belongs to a frame onto it.

        Parameters
        ----------
        usual
            How it is looked at where no state says it.
        asked
            What the user asked for, which goes before what a state says.
        with_texts
            Whether there are so many dots that texts can be read; else they stand in the words alone.
        """
        uid = instance.sop_instance_uid
        words, view = list(_overlay_words(frame)), replace(usual, overlays=True)
        found = states_for(self.states, uid, frame.number)
        if found:
            state = found[0].state if with_texts else _without_texts(found[0].state)
            try:
                shown = present(state, frame, uid)
            except UserError as error:
                words.append(error.message)
            else:
                frame, view = shown.frame, _as_asked(shown.view, asked)
                words += [f"state {found[0].name}{_by(state)}", *_texts(found[0].state, uid, frame.number)]
                words += shown.not_applied
            words += [f"state {each.name}: older, not shown" for each in found[1:]]
        here = [each for each in self.measured if each.is_on(uid, frame.number)]
        words += [each.words for each in here]
        drawn = tuple(_named(mark, each, with_texts) for each in here for mark in each.annotations)
        return Dressed(frame, view, Drawings().with_live(drawn), tuple(words) or (NOTHING,))

    def drawings(self, *, with_texts: bool) -> Drawings:
        """Give what is drawn on any of the images, for pictures whose window and turn are a person's, not a state's.

        Parameters
        ----------
        with_texts
            As for `dressed`.
        """
        live = tuple(_named(mark, each, with_texts) for each in self.measured for mark in each.annotations)
        return Drawings((NewestState(self.states, with_texts),)).with_live(live)


@dataclass(frozen=True, slots=True)
class NewestState:
    """Graphics and texts of the newest presentation state of each image; its window, area and turn are left alone."""

    states: tuple[FoundState, ...]
    with_texts: bool

    def ink(self, sop_instance_uid: str, frame: Frame, view: View, size_px: Size) -> Ink | None:
        """See `workstation.display.drawings.Drawing`."""
        found = states_for(self.states, sop_instance_uid, frame.number)
        if not found:
            return None
        state = found[0].state if self.with_texts else _without_texts(found[0].state)
        return StateGraphics(state).ink(sop_instance_uid, frame, view, size_px)


def marks_of(found: Opened, job: Job) -> Marks:
    """Read the states and reports among the inputs, and those that lie beside the images."""
    images = {each.sop_instance_uid: each for each in found.instances()}
    known = {each.sop_instance_uid for each in found.objects}
    beside = [each for each in _objects_beside(images.values(), job) if each.sop_instance_uid not in known]
    objects = [*found.objects, *beside]
    states, problems = states_among(each for each in objects if is_presentation_state(each.sop_class_uid))
    meant = tuple(each for each in states if any(one.sop_instance_uid in images for one in each.state.references))
    notes = list(problems)
    measured: list[Measured] = []
    for instance in objects:
        if instance.modality != "SR":
            continue
        job.check()
        try:
            measured += _measured(instance, images)
        except UserError as error:
            notes.append(error.message)
    return Marks(meant, tuple(measured), tuple(notes))


def _measured(instance: Instance, images: dict[str, Instance]) -> Iterator[Measured]:
    from workstation.measure.reading_saved import saved_group  # measuring takes long to load, and is rarely needed

    for group in report_on(instance, images).groups:
        about = frozenset(each.image.sop_instance_uid for each in group.references)
        on_images = tuple(each for each in group.annotations if each.sop_instance_uid in images)
        if on_images or about & images.keys():
            yield Measured(saved_group(instance.place, group), on_images, about)


def _objects_beside(images: Iterable[Instance], job: Job) -> Iterator[Instance]:
    """Give the states and reports in the folders of images, not those below them."""
    folders = dict.fromkeys(each.place.path.parent for each in images if not each.place.member)
    files = [file for folder in folders for file in _files_in(folder)]
    for scanned in scan(files, report=lambda done, total: job.progress(done, total, "Looking for measurements")):
        yield from (each for each in scanned.instances if not each.has_pixels and each.modality in DRAWN_ON_IMAGES)


def _files_in(folder: Path) -> list[Path]:
    try:
        files = sorted(each for each in folder.iterdir() if each.is_file())
    except OSError:
        return []
    return files if len(files) <= MOST_BESIDE else []


def _overlay_words(frame: Frame) -> Iterator[str]:
    for each in frame.overlays:
        yield f"overlay {each.group:04X}" + (f" {each.label}" if each.label else "")


def _as_asked(view: View, asked: View) -> View:
    return replace(
        view,
        voi=asked.voi or view.voi,
        inverted=asked.inverted,
        colours=asked.colours or view.colours,
        zoom=None,
    )


def _without_texts(state: PresentationState) -> PresentationState:
    return replace(state, annotations=tuple(replace(each, texts=()) for each in state.annotations))


def _texts(state: PresentationState, uid: str, number: int) -> Sequence[str]:
    meant = [each for each in state.annotations if applies(each.references, uid, number)]
    texts = [text.text.replace("\n", " ") for each in meant for text in each.texts]
    shown = [f"“{each}”" for each in texts[:MOST_TEXTS]]
    return [*shown, f"and {counted(len(texts) - MOST_TEXTS, 'more text')}"] if len(texts) > MOST_TEXTS else shown


def _by(state: PresentationState) -> str:
    return f" by {state.creator}" if state.creator else ""


def _named(annotation: Annotation, measured: Measured, with_texts: bool) -> Annotation:
    if not with_texts:
        return replace(annotation, text="")
    numbers = [f"{what} {value}" for what, value in measured.said.numbers[:3]]
    return replace(annotation, text="\n".join([annotation.text or measured.said.name, *numbers]).strip())
