"""The values a hanging protocol is made of: rules, their conditions, and what each pane is to show."""

from dataclasses import field, replace
from typing import Literal

from workstation.display.hanging.attributes import Attribute, Operator
from workstation.quick_dataclass import dataclass

MOST_ROWS = MOST_COLUMNS = 5
"""The largest grid of panes on a screen."""
MOST_SCREENS = 8

USER_RANK, SHIPPED_RANK, DEFAULT_RANK = 100, 500, 900
"""Ranks as they are given at first: what a user makes goes before what comes with the program."""

Zoom = Literal["fit", "pixels", "true size"]
Horizontal = Literal["left", "centre", "right"]
Vertical = Literal["top", "centre", "bottom"]
InitialImage = Literal["first", "middle", "last"]
Order = Literal["series number", "time", "number of images", "slice thickness"]


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that is asked of a study, or of the images for a pane.

    Parameters
    ----------
    attribute, operator, values
        What is compared, how, and with what; one of several values suffices. Concepts are lower case.
    if_unknown
        Whether it holds where nothing is known of the attribute (Image Set Selector Usage Flag, PS3.3 C.23.1.2).
    preferred
        It need not hold; of several images those come first of which more preferred conditions hold.
    """

    attribute: Attribute
    operator: Operator = Operator.IS
    values: tuple[str, ...] = ()
    if_unknown: bool = False
    preferred: bool = False

    def text(self) -> str:
        """Give it as words: ``weighting is t1 or t2``."""
        return " ".join(filter(None, (str(self.attribute), str(self.operator), " or ".join(self.values))))


@dataclass(frozen=True, slots=True)
class Selector:
    """Which images a pane shows.

    Parameters
    ----------
    conditions
        All that are not just preferred have to hold.
    prior
        0 for the study itself, 1 for the latest earlier study that has such images, 2 for the one before it;
        -1 for the oldest.
    like
        Number of a pane of the same rule, from 1 over all screens: shows what corresponds to it, the same kind of
        images of the other study; 0 for none.
    order, is_descending
        Which come first where several remain.
    is_repeated
        Whether it may show what another pane shows already.
    """

    conditions: tuple[Condition, ...] = ()
    prior: int = 0
    like: int = 0
    order: Order = "series number"
    is_descending: bool = False
    is_repeated: bool = False


@dataclass(frozen=True, slots=True)
class PaneSettings:
    """How the images of a pane are shown.

    Parameters
    ----------
    window_preset
        Name of a window as `workstation.display.presets` knows it; empty for that of the file.
    window
        Centre and width in modality values; goes before the preset.
    zoom, horizontal, vertical
        How large, and to which side of the pane the image is put.
    patient_orientation
        Directions that are wanted along a row and down a column (``("P", "F")``; PS3.3 C.7.6.1.1.1); images are turned
        over where their header says the opposite. Empty where it does not matter.
    initial_image
        Which image of a stack is there first.
    tiles
        Rows and columns of images shown side by side; None for one at a time.
    is_inverted, is_cine, colour_map, sync_group
        Inverted grey; playing; name of a colour table; panes of the same group scroll together, 0 for none.
    """

    window_preset: str = ""
    window: tuple[float, float] | None = None
    zoom: Zoom = "fit"
    horizontal: Horizontal = "centre"
    vertical: Vertical = "centre"
    patient_orientation: tuple[str, str] = ("", "")
    initial_image: InitialImage = "first"
    tiles: tuple[int, int] | None = None
    is_inverted: bool = False
    is_cine: bool = False
    colour_map: str = ""
    sync_group: int = 0


@dataclass(frozen=True, slots=True)
class Pane:
    """One pane of a rule: what it shows and how; ``is_required`` where the rule makes no sense without it."""

    selector: Selector = Selector()
    settings: PaneSettings = PaneSettings()
    label: str = ""
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Screen:
    """The panes on one monitor, row by row; None leaves a place empty."""

    rows: int = 1
    columns: int = 1
    panes: tuple[Pane | None, ...] = (Pane(),)

    def __post_init__(self) -> None:
        if not (1 <= self.rows <= MOST_ROWS and 1 <= self.columns <= MOST_COLUMNS):
            raise ValueError(f"a grid has 1 to {MOST_ROWS} rows and columns, not {self.rows} x {self.columns}")
        if len(self.panes) != self.rows * self.columns:
            raise ValueError(f"{self.rows} x {self.columns} places need as many panes, not {len(self.panes)}")

    def resized(self, rows: int, columns: int) -> "Screen":
        """Give the screen with another grid; panes keep their row and column, those outside are dropped."""
        kept = [
            self.panes[row * self.columns + column] if row < self.rows and column < self.columns else Pane()
            for row in range(rows)
            for column in range(columns)
        ]
        return Screen(rows, columns, tuple(kept))


@dataclass(frozen=True, slots=True)
class Rule:
    """A hanging protocol.

    Parameters
    ----------
    id
        Stable name, part of a file name; a user's rule with the id of a shipped one stands in its place.
    name, description
        What people read.
    rank
        Lower goes first; of equal ranks, the rule that asks for more.
    conditions
        What is asked of the study. An attribute of images holds where some images of the study have it.
    screens
        What is shown on each monitor.
    adapts
        Whether rows and columns that stay empty are left out (Partial Data Display Handling, PS3.3 C.23.3).
    is_enabled
        A rule that is off never hangs anything.
    """

    id: str
    name: str
    description: str = ""
    rank: int = USER_RANK
    conditions: tuple[Condition, ...] = ()
    screens: tuple[Screen, ...] = field(default=(Screen(),))
    adapts: bool = False
    is_enabled: bool = True

    def __post_init__(self) -> None:
        if not 1 <= len(self.screens) <= MOST_SCREENS:
            raise ValueError(f"a rule has 1 to {MOST_SCREENS} screens, not {len(self.screens)}")

    @property
    def panes(self) -> tuple[Pane | None, ...]:
        """The places of all screens, in order; pane numbers count them from 1."""
        return tuple(pane for screen in self.screens for pane in screen.panes)

    def with_pane(self, number: int, pane: Pane | None) -> "Rule":
        """Give the rule with another pane; ``number`` from 1 over all screens."""
        screens, first = [], 0
        for screen in self.screens:
            panes = list(screen.panes)
            if 0 <= number - 1 - first < len(panes):
                panes[number - 1 - first] = pane
            first += len(panes)
            screens.append(replace(screen, panes=tuple(panes)))
        return replace(self, screens=tuple(screens))


def specificity(rule: Rule) -> int:
    """Say how much a rule asks for: its own conditions count double, those of its required panes once."""
    own = sum(2 for condition in rule.conditions if not condition.preferred)
    needed = (pane.selector for pane in rule.panes if pane is not None and pane.is_required)
    return own + sum(
        1 + sum(not condition.preferred for condition in selector.conditions) + (selector.prior != 0)
        for selector in needed
    )


def ranked(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Give rules in the order in which they are tried."""
    return tuple(sorted(rules, key=lambda rule: (rule.rank, -specificity(rule), rule.name.casefold(), rule.id)))
