"""The stacks inside one multi-frame image, from its functional groups (PS3.3 C.7.6.16, C.7.6.17)."""

from collections.abc import Sequence
from dataclasses import replace

from pydicom import Dataset

from workstation.model.attributes import integer, items, number, numbers, text, value_of
from workstation.model.geometry import offset_mm
from workstation.model.image import Image
from workstation.model.index.records import FrameRef, Instance, Stack
from workstation.model.refusal import Refused
from workstation.model.slices import Slice, Value, is_grey, ordering
from workstation.model.stack_split import grouped
from workstation.model.stacks import MOST_FRAMES, stacks_of_slices
from workstation.quick_dataclass import dataclass

# Dimensions that other attributes speak for, or that are the place itself.
_KNOWN_DIMENSIONS = frozenset(
    (0x00209056, 0x00209057, 0x00200032, 0x00209128, 0x00189082, 0x00189087, 0x0062000B, 0x00209153, 0x00209156)
)
_NUMBERS = (
    ("echo_time_ms", "MREchoSequence", "EffectiveEchoTime"),
    ("b_value", "MRDiffusionSequence", "DiffusionBValue"),
    ("trigger_time_ms", "CardiacSynchronizationSequence", "NominalCardiacTriggerDelayTime"),
)
_FRAME_TYPES = ("MRImageFrameTypeSequence", "CTImageFrameTypeSequence", "PETFrameTypeSequence")


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
    dimensions = _dimensions(image.dataset)
    slices = [_slice(image, instance, frame, dimensions) for frame in range(min(image.number_of_frames, MOST_FRAMES))]
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
    return tuple(sorted(found, key=lambda stack: min(frame.number for frame in stack.frames)))


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
            found.append(_Dimension(index, text(item, "DimensionDescriptionLabel").lower() or f"dimension {index + 1}"))
    return tuple(found)


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
        order=ordering(*(int(value) for value in index), frame),
        offset_mm=0.0 if plane is None else offset_mm(plane),
    )


def _traits(image: Image, frame: int, content: Dataset) -> dict[str, Value]:
    segment = image.groups.item("SegmentIdentificationSequence", frame)
    kinds = [text(item, "FrameType") for name in _FRAME_TYPES if (item := image.groups.item(name, frame)) is not None]
    traits: dict[str, Value] = {
        "stack": text(content, "StackID") or None,
        "segment": integer(segment, "ReferencedSegmentNumber") if segment is not None else None,
        "temporal_position": integer(content, "TemporalPositionIndex"),
        "image_type": kinds[0] if kinds else None,
        "acquisition_number": integer(content, "FrameAcquisitionNumber"),
    }
    for name, sequence, keyword in _NUMBERS:
        item = image.groups.item(sequence, frame)
        traits[name] = number(item, keyword) if item is not None else None
    return traits
