"""Which presentation states of a study are for an image."""

from collections.abc import Iterable

from workstation.errors import UserError
from workstation.model.index.records import Instance
from workstation.objects.presentation.reading import is_presentation_state, open_presentation_state
from workstation.objects.presentation.values import PresentationState
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True)
class FoundState:
    """A state, and the instance that it was read from."""

    instance: Instance
    state: PresentationState

    @property
    def name(self) -> str:
        """What it is called in a list: its description, else its label, with its date."""
        name = self.state.description or self.state.label or "Presentation state"
        return f"{name}, {self.state.created}" if self.state.created else name


def states_among(instances: Iterable[Instance]) -> tuple[tuple[FoundState, ...], tuple[str, ...]]:
    """Read the presentation states among the instances of a study.

    Returns
    -------
    tuple
        The states, and a sentence about each that cannot be read or is of a kind that is not shown.
    """
    found: list[FoundState] = []
    refused: list[str] = []
    for instance in instances:
        if not is_presentation_state(instance.sop_class_uid):
            continue
        try:
            found.append(FoundState(instance, open_presentation_state(instance.place)))
        except UserError as error:
            refused.append(error.message)
    return tuple(found), tuple(refused)


def states_for(found: Iterable[FoundState], sop_instance_uid: str, frame: int = 0) -> tuple[FoundState, ...]:
    """Give the states that are for a frame, from 0, newest first."""
    meant = [each for each in found if each.state.refers_to(sop_instance_uid, frame)]
    return tuple(sorted(meant, key=lambda each: each.state.created, reverse=True))
