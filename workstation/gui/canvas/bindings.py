"""Which hand does what: mouse buttons and the wheel, with ready sets for people who come from other viewers."""

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Literal, get_args

from PySide6.QtCore import Qt

from workstation.quick_dataclass import dataclass

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
        By modifier, for the wheel and for two fingers on a touchpad alike.
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

    def changed(self, button: Button, modifier: Modifier, tool: Tool | None) -> "Bindings":
        """Have a drag do something else; None takes the tool of the bare button again."""
        drags = {key: each for key, each in self.drags.items() if key != (button, modifier)}
        return replace(self, drags=drags if tool is None else {**drags, (button, modifier): tool})

    def turned(self, modifier: Modifier, tool: Tool | None) -> "Bindings":
        """Have the wheel do something else; None takes that of the bare wheel again."""
        wheel = {key: each for key, each in self.wheel.items() if key != modifier}
        return replace(self, wheel=wheel if tool is None else {**wheel, modifier: tool})


def modifier_of(modifiers: Qt.KeyboardModifier) -> Modifier:
    """Name the key that is held; the first of several."""
    names: tuple[tuple[Qt.KeyboardModifier, Modifier], ...] = (
        (Qt.KeyboardModifier.ControlModifier, "ctrl"),
        (Qt.KeyboardModifier.ShiftModifier, "shift"),
        (Qt.KeyboardModifier.AltModifier, "alt"),
    )
    return next((name for held, name in names if modifiers & held), "")


_WHEEL: dict[Modifier, Tool] = {"": "scroll", "ctrl": "zoom", "shift": "pan"}
_OWN: dict[tuple[Button, Modifier], Tool] = {
    ("left", ""): "window",
    ("left", "shift"): "pan",
    ("left", "ctrl"): "zoom",
    ("middle", ""): "pan",
    ("right", ""): "zoom",
}
_USUAL: dict[tuple[Button, Modifier], Tool] = {("left", ""): "window", ("middle", ""): "pan", ("right", ""): "zoom"}
_OF_HOROS: dict[Modifier, Tool] = {"shift": "zoom", "ctrl": "pan", "alt": "window"}
"""There a modifier stands above every button; Command is what Qt calls Ctrl on its system."""

SETS: dict[str, Bindings] = {
    "Workstation": Bindings(_OWN, _WHEEL),
    "Horos": Bindings(
        {**_USUAL, **{(button, modifier): tool for button in BUTTONS.values() for modifier, tool in _OF_HOROS.items()}},
        _WHEEL,
    ),
    # Its right button is the menu alone, and its level falls when the pointer goes down.
    "Weasis": Bindings({**_USUAL, ("right", ""): "none"}, _WHEEL, inverts_window=True),
    "RadiAnt": Bindings(
        {("left", ""): "scroll", ("left", "ctrl"): "zoom", ("middle", ""): "pan", ("right", ""): "window"}, _WHEEL
    ),
    "OHIF": Bindings(_USUAL, _WHEEL),
}
"""Ready sets; the first is our own. What another viewer leaves free, such as Ctrl and the wheel, is as in ours."""
DEFAULT_SET = "Workstation"
