"""Write docs/commands.md, all commands of the window with their keys: `python scripts/commands_document.py`."""

import sys
from collections.abc import Iterator
from pathlib import Path

from workstation.gui.commands import COMMANDS, ESCAPE, MENUS, PRESET_KEYS, Command

_DOCUMENT = Path(__file__).parent.parent / "docs" / "commands.md"
_INTRODUCTION = """\
# The commands of the window

Made from the table of commands by `python scripts/commands_document.py`; a test compares. All of them stand in the menu
(F10), and are found by their words with Ctrl+K. The keys are those that the program comes with: Ctrl+F1 changes them,
and has the sets of other viewers; F1 shows them as they are now. What the window has: [window.md](window.md).
"""


def main() -> int:
    """Write the document."""
    _DOCUMENT.write_text(document(), encoding="utf-8")
    return 0


def document() -> str:
    """Give the document as Markdown."""
    return "\n".join([_INTRODUCTION, *(line for title in (*MENUS, "") for line in _section(title))])


def _section(title: str) -> Iterator[str]:
    yield f"## {title or 'By key alone'}\n"
    yield from ("| command | keys |", "|---|---|")
    groups: dict[str, list[Command]] = {}
    for command in COMMANDS:
        if command.menu == title and not command.id.startswith("preset-"):
            groups.setdefault(command.group or command.id, []).append(command)
    for name, commands in groups.items():
        first = commands[0]
        if first.group:
            choices = ", ".join(each.text.removeprefix(f"{name}: ") for each in commands)
            keys = _keys(tuple(key for each in commands for key in each.keys))
            yield f"| {name}: {choices} | {keys} |"
        else:
            yield f"| {first.text.removesuffix(' …')} | {_keys(first.keys)} |"
    if not title:
        yield f"| Windows of the menu, in its order | {PRESET_KEYS[0]} … {PRESET_KEYS[-1]} |"
        yield f"| {ESCAPE[1]}: note, panel, search, jobs | {ESCAPE[0]} |"
    yield ""


def _keys(keys: tuple[str, ...]) -> str:
    return ", ".join(f"`{each}`" for each in keys)


if __name__ == "__main__":
    sys.exit(main())
