"""What a pane shows, written as presentation states: one, or one for each group of images that fit into one."""

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime

from pydicom.dataset import Dataset

from workstation.display.live_annotations import marks_of, px_of, with_annotations
from workstation.display.presentation_saving import Saved, Subject, state_of_view
from workstation.display.state_files import described_frame
from workstation.display.view import Size, View
from workstation.jobs.job import Job
from workstation.model.annotation import Annotation
from workstation.model.frame import Frame, ModalityTransform
from workstation.model.image import Image
from workstation.model.index.records import FrameRef, Instance
from workstation.objects.presentation.values import ImageReference
from workstation.objects.presentation.writing import presentation_dataset
from workstation.objects.writing import NewSeries
from workstation.quick_dataclass import dataclass

SERIES_NUMBER, SERIES_DESCRIPTION = 901, "Presentation states"


@dataclass(frozen=True)
class Viewed:
    """What a pane shows, and what is to be written of it.

    Parameters
    ----------
    refs
        The frames that the state is for, the one that is seen first.
    frame, view, size_px
        What is rendered, how, and in which size. The window of the view counts for all images.
    annotations
        By SOP Instance UID and frame.
    label, description, creator
        What the state says about itself.
    names
        Own texts of annotations by their ids, where ``annotations`` have their numbers in theirs, too.
    """

    refs: tuple[FrameRef, ...]
    frame: Frame
    view: View
    size_px: Size
    annotations: Mapping[tuple[str, int], tuple[Annotation, ...]]
    label: str
    description: str = ""
    creator: str = ""
    names: Mapping[str, str] = field(default_factory=dict)


def state_datasets(viewed: Viewed, job: Job) -> tuple[tuple[Dataset, ...], tuple[str, ...]]:
    """Make the objects, all of one series, and sentences about what they cannot hold.

    Images that are rescaled differently, as those of PET are, or that differ in size, get states of their own.

    Raises
    ------
    Refused
        If an image cannot be read.
    UserError
        If the images cannot be in a state.
    """
    made: list[Dataset] = []
    told: dict[str, None] = {}
    series = NewSeries("PR", SERIES_NUMBER, SERIES_DESCRIPTION)
    for number, group in enumerate(_groups(viewed, job), 1):
        saved = _saved(viewed, group)
        dataset = presentation_dataset(saved.state, group[0].header, series, number=number, now=datetime.now())
        series = replace(series, uid=str(dataset.SeriesInstanceUID))
        made.append(dataset)
        told.update(dict.fromkeys(saved.not_saved))
    return tuple(made), tuple(told)


def _groups(viewed: Viewed, job: Job) -> list[list[Subject]]:
    """Put images that can be in one state together, those with the image that is seen first."""
    wanted: dict[str, tuple[Instance, list[int]]] = {}
    for ref in viewed.refs:
        wanted.setdefault(ref.instance.sop_instance_uid, (ref.instance, []))[1].append(ref.number)
    groups: list[tuple[Frame, list[Subject]]] = []
    for done, (instance, numbers) in enumerate(wanted.values()):
        job.progress(done, len(wanted), "Reading headers")
        with Image.open(instance.place) as image:
            own, header = described_frame(image), image.dataset
            frames = tuple(sorted(numbers)) if len(numbers) < image.number_of_frames else ()
        group = next((each for each in groups if _fit(each[0], own)), None)
        if group is None:
            group = (own, [])
            groups.append(group)
        if not groups[0][1]:
            subject = Subject(header, viewed.frame, frames)
        else:
            # The rescaling of a state that is shown counts for all that were rescaled alike.
            modality = viewed.frame.modality if group is groups[0] else own.modality
            subject = Subject(header, replace(own, modality=modality), frames)
        group[1].append(subject)
    return [group for _, group in groups]


def _saved(viewed: Viewed, group: Sequence[Subject]) -> Saved:
    view = viewed.view
    if group[0].frame is not viewed.frame:
        # What a state draws, and what is zoomed to, is that of the image that is seen.
        view = replace(view, presentation=None, zoom=None, centre_px=None, fitted_px=None)
    saved = state_of_view(
        group, view, viewed.size_px, label=viewed.label, description=viewed.description, creator=viewed.creator
    )
    px = px_of(viewed.frame, viewed.view, viewed.size_px)
    drawn = []
    for subject in group:
        uid, sop_class = subject.reference.sop_instance_uid, subject.reference.sop_class_uid
        for (image, number), annotations in viewed.annotations.items():
            if image == uid and (not subject.frames or number in subject.frames):
                frames = (number,) if int(subject.header.get("NumberOfFrames") or 1) > 1 else ()
                spacing = subject.frame.spacing
                marks = [(each, marks_of(each, px=px, view=view, spacing=spacing)) for each in annotations]
                drawn.append((ImageReference(uid, sop_class, "", frames), marks))
    return replace(saved, state=with_annotations(saved.state, drawn, names=viewed.names))


def _fit(one: Frame, other: Frame) -> bool:
    return (
        one.pixels.shape == other.pixels.shape
        and one.is_colour == other.is_colour
        and _alike(one.modality, other.modality)
    )


def _alike(one: ModalityTransform, other: ModalityTransform) -> bool:
    if one.lut is not None or other.lut is not None:
        same = one.lut is not None and other.lut is not None and one.lut.first_input == other.lut.first_input
        return same and one.lut is not None and other.lut is not None and (one.lut.values == other.lut.values).all()
    return (one.slope, one.intercept) == (other.slope, other.intercept)
