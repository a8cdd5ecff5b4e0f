"""What a rule comes to on a study: which stack is in which pane, and how it is shown there."""

from dataclasses import field

from workstation.display.hanging.rules import PaneSettings
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class HungPane:
    """A pane with images.

    Parameters
    ----------
    series_instance_uid, stack
        The series, and which of its stacks, from 0.
    settings
        How it is shown.
    image
        The frame of the stack that is there first, from 0.
    is_flipped_h, is_flipped_v
        Turned over so that the directions wanted by the settings come true.
    label
        What the rule calls the pane.
    study_instance_uid
        The study that it is from: the one that was hung, or an earlier one.
    """

    series_instance_uid: str
    stack: int = 0
    settings: PaneSettings = field(default=PaneSettings())
    image: int = 0
    is_flipped_h: bool = False
    is_flipped_v: bool = False
    label: str = ""
    study_instance_uid: str = ""


@dataclass(frozen=True, slots=True)
class HungLayout:
    """A grid of panes, row by row; None is an empty pane."""

    rows: int
    columns: int
    panes: tuple[HungPane | None, ...]


@dataclass(frozen=True, slots=True)
class HungScreen:
    """The grid on one monitor, from 0."""

    monitor: int
    layout: HungLayout
