"""Commands that are for images while something stands in front of them: refused with words, or the way back to them."""

from collections.abc import Callable, Set
from typing import TYPE_CHECKING

from workstation.gui.commands import COMMANDS_BY_ID
from workstation.gui.panels.notes.presenter import Note

if TYPE_CHECKING:
    from workstation.gui.session import Session

_MENUS = frozenset(
    ("Image", "Look", "Presentation", "Annotations", "Measure", "Measurements", "Key images", "Hanging", "Layout")
)
"""Menus whose commands are for images."""
_LEAVES = frozenset(("Layout", "Hanging"))
"""Menus whose commands lead back to the images."""


def answered(
    session: "Session",
    name: str,
    on: bool,
    *,
    except_for: Set[str],
    where: str,
    way_back: str,
    hide: Callable[[], object],
) -> bool:
    """Say that a command is for images, or go back to them where it lays them out; False leaves it to others.

    ``except_for`` mean the same here; ``where`` it does not work, such as “in 3D”.
    """
    command = COMMANDS_BY_ID[name]
    if command.menu not in _MENUS or command.group or name in except_for:
        return False
    if command.menu in _LEAVES:
        hide()
        return False
    words = f"“{command.text.removesuffix(' …')}” works on images, not {where}."
    session.notes.add(Note("information", words, way_back, passes=True))
    if command.is_switch:
        session.window.actions_by_id[name].setChecked(not on)
    return True
