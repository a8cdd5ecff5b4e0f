"""What drags do to a volume, by the hands of the key set in use."""

from typing import Literal

from PySide6.QtCore import Qt

from workstation.gui.canvas.bindings import BUTTONS, Bindings, Modifier, Tool

Grip = Literal["turn", "roll", "pan", "zoom", "window", "nothing"]
_BY_TOOL: dict[Tool, Grip] = {"window": "window", "pan": "pan", "zoom": "zoom", "scroll": "zoom", "cursor": "turn"}
_OWN: dict[Modifier, Grip] = {"": "turn", "shift": "roll", "alt": "window"}
"""Of the left button: turning is what one comes for."""


def grip_of(bindings: Bindings, button: Qt.MouseButton, modifier: Modifier) -> Grip:
    """Give what a drag does: the left button turns, others do as they do in images."""
    name = BUTTONS.get(button)
    if name is None:
        return "nothing"
    if name == "left" and modifier in _OWN:
        return _OWN[modifier]
    tool = bindings.drags.get((name, modifier), bindings.drags.get((name, ""), "none"))
    return _BY_TOOL.get(tool, "nothing")
