"""The stacks inside multi-frame images, from their functional groups (PS3.3 C.7.6.16, C.7.6.17)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from pydicom import Dataset
from pydicom.datadict import dictionary_description, dictionary_has_tag

from workstation.model.attributes import integer, items, number, numbers, text, value_of
from workstation.model.geometry import offset_mm
from workstation.model.image import Image
from workstation.model.index.records import FrameRef, Instance, Place, Stack
from workstation.model.refusal import Refused
from workstation.model.slices import PRIVATE, Slice, Value, is_grey, ordering
from workstation.model.stack_split import grouped
from workstation.model.stacks import MOST_FRAMES, lowest_number, stacks_of_slices
from workstation.model.text import datetime_of_dt
from workstation.quick_dataclass import dataclass

# Dimensions that other attributes speak for, or that are the place itself.
_DIRECTION = 0x00189089
_KNOWN_DIMENSIONS = frozenset(
    (0x00209056, 0x00209057, 0x00200032, 0x00209128, 0x00189082, 0x00189087, 0x0062000B, 0x00209153, 0x00209156)
)
_NUMBERS = (
    ("echo_time_ms", "MREchoSequence", "EffectiveEchoTime"),
    ("b_value", "MRDiffusionSequence", "DiffusionBValue"),
    ("trigger_time_ms", "CardiacSynchronizationSequence", "NominalCardiacTriggerDelayTime"),
)
_FRAME_TYPES = ("MRImageFrameTypeSequence", "CTImageFrameTypeSequence", "PETFrameTypeSequence")
_START = datetime(2000, 1, 1)
"""Whose seconds are few enough to tell microseconds apart."""


@dataclass(frozen=True, slots=True)
class _Dimension:
    """One entry of the Dimension Index Sequence: its place in the index values, and what a person calls it."""

    index: int
    name: str


def opened_stacks(stack: Stack) -> tuple[Stack, ...]:
    """Split a stack that is one whole multi-frame image by what is known of its frames once the image is open.

    A stack of anything else, and an image that cannot be read or that says nothing of its frames, is given as it is.
    """
    instance = stack.whole_image
    if instance is None:
        return (stack,)
    try:
        with Image.open(instance.place) as image:
            if "PerFrameFunctionalGroupsSequence" not in image.dataset:
                return (stack,)
            parts = stacks_of_image(image, instance)
    except Refused:  # whoever shows a frame of it is told why
        return (stack,)
    return tuple(_named(part, stack.label) if stack.label else part for part in parts)


def opened_together(stacks: Sequence[Stack]) -> tuple[Stack, ...]:
    """Split the stacks of one series that are whole multi-frame images, see `stacks_of_images` and `opened_stacks`."""
    whole = [stack for stack in stacks if stack.whole_image is not None]
    together = stacks_of_images(whole) if len(whole) > 1 else None
    if together is None:
        return tuple(part for stack in stacks for part in opened_stacks(stack))
    others = (stack for stack in stacks if stack.whole_image is None)
    return tuple(sorted((*together, *others), key=lowest_number))


def stacks_of_image(image: Image, instance: Instance) -> tuple[Stack, ...]:
    """Split a multi-frame image into stacks.

    Stack ID and segment number always tell stacks apart. Within them frames that share their place are split by
    temporal position, echo, b-value, frame type, cardiac delay and any other dimension of the image; frames are
    ordered along the normal of their planes.

    Parameters
    ----------
    image
        The opened image.
    instance
        Its record in the index, to which the frames of the stacks refer.

    Returns
    -------
    tuple of Stack
        In order of their first frames; a single one without a label where nothing tells frames apart.
    """
    return _stacks_of(_slices(image, instance))


def stacks_of_images(stacks: Sequence[Stack], *, check: Callable[[], None] = lambda: None) -> tuple[Stack, ...] | None:
    """Make the stacks of several multi-frame images of one series that are the same slices again, or parts of one.

    Some scanners write an image for each time, echo or b-value, or for each slice; a concatenation (PS3.3
    C.7.6.16.2.2.4) has the frames of one image in several. Their frames are told apart together, as those of one are.

    Parameters
    ----------
    stacks
        Of one series, each a whole image.
    check
        Called before each image is opened; what it raises ends this.

    Returns
    -------
    tuple of Stack or None
        In order of instances and frames. None where the images have nothing to do with each other, such as
        segmentations or parts of the body, and where one of them cannot be read.
    """
    slices: list[Slice] = []
    parts_of: dict[Place, str] = {}
    for stack in stacks:
        instance = stack.frames[0].instance
        check()
        try:
            with Image.open(instance.place) as image:
                if "PerFrameFunctionalGroupsSequence" not in image.dataset:
                    return None
                slices.extend(_slices(image, instance))
                alone = str(instance.place) if instance.number_of_frames > 1 else "single frames"
                parts_of[instance.place] = text(image.dataset, "ConcatenationUID") or alone
        except Refused:
            return None
    if any(item.traits["segment"] is not None for item in slices):
        return None
    found = _stacks_of(slices)
    for stack in found:
        is_of_one = len({parts_of[frame.instance.place] for frame in stack.frames}) == 1
        if not is_of_one or not (stack.is_volume or stack.is_colour_volume):
            return None
    return found


def frame_times(frames: Sequence[FrameRef]) -> list[tuple[float | None, float | None]]:
    """Give when frames of multi-frame images were taken, by their functional groups.

    Returns
    -------
    list of (float or None, float or None)
        Nominal cardiac trigger delay time in ms, and the time of acquisition in seconds from any start that is the
        same for all; None where an image does not say it, or cannot be read.
    """
    told: dict[int, tuple[float | None, float | None]] = {}
    by_image = grouped(range(len(frames)), lambda number: str(frames[number].instance.place))
    for those in by_image.values():
        try:
            with Image.open(frames[those[0]].instance.place) as image:
                told |= {each: _frame_time(image, frames[each].number) for each in those}
        except Refused:
            continue
    return [told.get(each, (None, None)) for each in range(len(frames))]


def _frame_time(image: Image, frame: int) -> tuple[float | None, float | None]:
    content = image.groups.item("FrameContentSequence", frame) or Dataset()
    trigger = image.groups.item("CardiacSynchronizationSequence", frame) or Dataset()
    taken = datetime_of_dt(text(content, "FrameAcquisitionDateTime"))
    seconds = None if taken is None else (taken.replace(tzinfo=None) - _START).total_seconds()
    return number(trigger, "NominalCardiacTriggerDelayTime"), seconds


def _slices(image: Image, instance: Instance) -> list[Slice]:
    dimensions = _dimensions(image.dataset)
    return [_slice(image, instance, frame, dimensions) for frame in range(min(image.number_of_frames, MOST_FRAMES))]


def _stacks_of(slices: Sequence[Slice]) -> tuple[Stack, ...]:
    found: list[Stack] = []
    for trait, word in (("stack", "stack"), ("segment", "segment")):
        parts = grouped(slices, lambda item, name=trait: item.traits.get(name))  # type: ignore[misc]
        if len(parts) > 1:
            for value, part in parts.items():
                stacks = stacks_of_slices([_without(item) for item in part])
                found.extend(
                    _named(stack, f"{word} {value}" if value is not None else f"no {word}") for stack in stacks
                )
            break
    else:
        found = stacks_of_slices([_without(item) for item in slices])
    return tuple(sorted(found, key=lowest_number))


def _without(item: Slice) -> Slice:
    return replace(
        item, traits={name: value for name, value in item.traits.items() if name not in ("stack", "segment")}
    )


def _named(stack: Stack, label: str) -> Stack:
    return replace(stack, label=f"{label}, {stack.label}" if stack.label else label)


def _dimensions(dataset: Dataset) -> tuple[_Dimension, ...]:
    found = []
    for index, item in enumerate(items(dataset, "DimensionIndexSequence")):
        pointer = value_of(item, "DimensionIndexPointer")
        if isinstance(pointer, int) and pointer not in _KNOWN_DIMENSIONS:
            found.append(_Dimension(index, _dimension_name(item, pointer, index)))
    return tuple(found)


def _dimension_name(item: Dataset, pointer: int, index: int) -> str:
    if pointer == _DIRECTION:
        return "direction"
    label = text(item, "DimensionDescriptionLabel") or (
        dictionary_description(pointer) if dictionary_has_tag(pointer) else f"dimension {index + 1}"
    )
    is_private = (pointer >> 16) % 2 == 1
    return (PRIVATE if is_private else "") + label.lower().removeprefix(PRIVATE)


def _slice(image: Image, instance: Instance, frame: int, dimensions: Sequence[_Dimension]) -> Slice:
    plane = image.plane(frame)
    description = image.description
    content = image.groups.item("FrameContentSequence", frame) or Dataset()
    index = numbers(content, "DimensionIndexValues")
    own: dict[str, Value] = {each.name: int(index[each.index]) for each in dimensions if each.index < len(index)}
    return Slice(
        frame=FrameRef(instance, frame),
        size_px=(description.rows, description.columns),
        is_grey=is_grey(instance) if instance.samples_per_pixel else description.samples_per_pixel == 1,
        plane=plane,
        has_spacing=plane is not None and plane.spacing.is_metric,
        traits={**_traits(image, frame, content), **own},
        order=ordering(instance.instance_number, *(int(value) for value in index), frame),
        offset_mm=0.0 if plane is None else offset_mm(plane),
    )


def _traits(image: Image, frame: int, content: Dataset) -> dict[str, Value]:
    segment = image.groups.item("SegmentIdentificationSequence", frame)
    kinds = [item for name in _FRAME_TYPES if (item := image.groups.item(name, frame)) is not None]
    traits: dict[str, Value] = {
        "stack": text(content, "StackID") or None,
        "segment": integer(segment, "ReferencedSegmentNumber") if segment is not None else None,
        "temporal_position": integer(content, "TemporalPositionIndex"),
        "image_type": text(kinds[0], "FrameType") if kinds else None,
        "component": text(kinds[0], "ComplexImageComponent") or None if kinds else None,
        "acquisition_number": integer(content, "FrameAcquisitionNumber"),
        "acquisition_time": text(content, "FrameAcquisitionDateTime") or None,
    }
    for name, sequence, keyword in _NUMBERS:
        item = image.groups.item(sequence, frame)
        traits[name] = number(item, keyword) if item is not None else None
    traits["echo_time_ms"] = traits["echo_time_ms"] or None  # that of a map is written as 0
    return traits
