"""The table of the window's commands says what the window has."""

from scripts import commands_document
from tests.samples import ROOT
from workstation.gui.commands import COMMANDS


def test_that_the_table_of_commands_is_up_to_date() -> None:
    written = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")

    assert written == commands_document.document(), "run: python scripts/commands_document.py"


def test_that_every_command_and_key_is_in_it() -> None:
    written = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for command in COMMANDS:
        if not command.id.startswith("preset-"):
            assert command.text.removesuffix(" …").removeprefix(f"{command.group}: ") in written
            assert all(f"`{keys}`" in written for keys in command.keys)
