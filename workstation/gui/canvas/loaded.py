"""A frame as a pane has it, and by what it is found again."""

from typing import Any

from workstation.display.header_facts import NO_FACTS, HeaderFacts
from workstation.model.frame import Frame
from workstation.model.index.records import FrameRef
from workstation.model.memory import Key
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True)
class Loaded:
    """A frame, with what of its header the pane needs besides: Patient Orientation, words for the corners, warnings."""

    frame: Frame
    orientation: tuple[str, ...] = ()
    facts: HeaderFacts = NO_FACTS


def key_of(ref: FrameRef) -> Key:
    """Give the key of a frame in the cache; files of one UID that differ are different frames."""
    instance = ref.instance
    return instance.series_instance_uid, instance.sop_instance_uid, str(instance.place), ref.number


def orientation_of(dataset: Any) -> tuple[str, ...]:
    """Give Patient Orientation of a header; empty where it has none."""
    value = dataset.get("PatientOrientation")
    if value is None:
        return ()
    return tuple(str(each) for each in ([value] if isinstance(value, str) else value))
