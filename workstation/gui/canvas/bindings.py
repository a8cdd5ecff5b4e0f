"""Which hand does what: mouse buttons and the wheel, with ready sets for people who come from other viewers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from PySide6.QtCore import Qt

Tool = Literal["window", "pan", "zoom", "scroll", "cursor", "none"]
TOOLS: tuple[Tool, ...] = get_args(Tool)
Button = Literal["left", "middle", "right"]
Modifier = Literal["", "shift", "ctrl", "alt"]

TOOL_NAMES: dict[Tool, str] = {
    "window": "Window",
    "pan": "Move",
    "zoom": "Zoom",
    "scroll": "Scroll",
    "cursor": "3D cursor",
    "none": "Nothing",
}
BUTTONS: dict[Qt.MouseButton, Button] = {
    Qt.MouseButton.LeftButton: "left",
    Qt.MouseButton.MiddleButton: "middle",
    Qt.MouseButton.RightButton: "right",
}


@dataclass(frozen=True)
class Bindings:
    """What drags and the wheel do.

    Parameters
    ----------
    drags
        By (button, modifier); with a modifier that is not listed the tool of the bare button is used.
    wheel
        By modifier.
    inverts_window
        A drag upwards raises the centre, not one downwards.
    """

    drags: Mapping[tuple[Button, Modifier], Tool] = field(default_factory=dict)
    wheel: Mapping[Modifier, Tool] = field(default_factory=dict)
    inverts_window: bool = False

    def drag(self, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier) -> Tool:
        """Give what a drag does."""
        name = BUTTONS.get(button)
        if name is None:
            return "none"
        return self.drags.get((name, modifier_of(modifiers)), self.drags.get((name, ""), "none"))

    def turn(self, modifiers: Qt.KeyboardModifier) -> Tool:
        """Give what the wheel does."""
        return self.wheel.get(modifier_of(modifiers), self.wheel.get("", "scroll"))

    def changed(self, button: Button, modifier: Modifier, tool: Tool) -> "Bindings":
        """Have a drag do something else."""
        return Bindings({**self.drags, (button, modifier): tool}, self.wheel, self.inverts_window)


def modifier_of(modifiers: Qt.KeyboardModifier) -> Modifier:
    """Name the key that is held; the first of several."""
    names: tuple[tuple[Qt.KeyboardModifier, Modifier], ...] = (
        (Qt.KeyboardModifier.ControlModifier, "ctrl"),
        (Qt.KeyboardModifier.ShiftModifier, "shift"),
        (Qt.KeyboardModifier.AltModifier, "alt"),
    )
    return next((name for held, name in names if modifiers & held), "")


_WHEEL: dict[Modifier, Tool] = {"": "scroll", "ctrl": "zoom"}
_OWN: dict[tuple[Button, Modifier], Tool] = {
    ("left", ""): "window",
    ("left", "shift"): "pan",
    ("left", "ctrl"): "zoom",
    ("middle", ""): "pan",
    ("right", ""): "zoom",
}

SETS: dict[str, Bindings] = {
    "Workstation": Bindings(_OWN, _WHEEL),
    "Horos": Bindings({**_OWN, ("left", "alt"): "window", ("left", "shift"): "zoom", ("left", "ctrl"): "pan"}, _WHEEL),
    "Weasis": Bindings(
        {**_OWN, ("left", ""): "window", ("left", "ctrl"): "zoom", ("left", "shift"): "pan", ("right", ""): "none"},
        _WHEEL,
        inverts_window=True,
    ),
    "RadiAnt": Bindings({**_OWN, ("left", ""): "scroll", ("right", ""): "window", ("middle", ""): "pan"}, _WHEEL),
    "OHIF": Bindings({**_OWN, ("left", "ctrl"): "scroll"}, {"": "scroll", "ctrl": "zoom"}),
}
"""Ready sets; the first is our own."""
DEFAULT_SET = "Workstation"
