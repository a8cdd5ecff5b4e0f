"""What the documents promise is there: links lead somewhere, command lines are understood, benchmarks exist."""

import importlib
import re
import shlex
import subprocess
import tomllib
from pathlib import Path

import pytest

from benchmarks.__main__ import MODULES
from tests.samples import ROOT
from workstation.batch.commands import commands_of
from workstation.catalog import ENTRIES
from workstation.operations.operation import Entry, Operation
from workstation.operations.parameters import parameters_of

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINES = re.findall(r"^(?:\.venv/bin/)?workstation --batch (.+)$", README, re.MULTILINE)
COMMANDS = commands_of("workstation --batch")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_that_links_of_the_documents_lead_to_files(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    missing = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert not missing


@pytest.mark.parametrize("line", LINES)
def test_that_a_command_line_of_the_readme_is_understood(line: str) -> None:
    words = shlex.split(line.split(" && ")[0], comments=True)
    found, rest = COMMANDS.find(words)
    assert isinstance(found, Operation), found
    COMMANDS.parse(found, rest)


def test_that_the_readme_shows_command_lines() -> None:
    assert len(LINES) >= 5


def test_that_the_readme_and_the_changelog_name_every_command() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    missing = [each.command[0] for each in ENTRIES if f"`{each.command[0]}" not in changes]
    assert not missing


VOLUME_PAGES = {
    **dict.fromkeys(("curved-mpr", "surface"), "curved-planes-and-surfaces"),
    **dict.fromkeys(("volume", "animate"), "volume-rendering"),
    "export": "volume-formats",
}
"""The page of a command of ``3d``; of the others it is planes.md, which tells of all which images are meant."""


@pytest.mark.parametrize(
    "entry", [each for each in ENTRIES if each.command[0] == "3d"], ids=lambda each: each.command[1]
)
def test_that_each_option_of_a_volume_command_is_told_on_its_page(entry: Entry) -> None:
    names = {"planes", VOLUME_PAGES.get(entry.command[1], "planes")}
    told = "".join((ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") for name in names)
    options = [each.name for each in parameters_of(entry.operation().parameters) if not each.option.positional]
    assert not [name for name in options if not re.search(rf"--{name.replace('_', '-')}(?![\w-])", told)]


OF_ALL = {"--help", "--json", "--version", "--batch", "--library", "--screenshot", "--end-of-options", "--program"}
"""Of the program itself, of every command, and of the command ``completion``."""
NAMING = sorted([*ROOT.glob("workstation/**/*.py"), *ROOT.glob("docs/*.md")])


def test_that_options_named_by_hints_and_pages_are_those_of_a_command() -> None:
    names = {each.name for entry in ENTRIES for each in parameters_of(entry.operation().parameters)}
    known = {f"--{name.replace('_', '-')}" for name in names} | OF_ALL
    unknown = [
        f"{path.relative_to(ROOT)}: {option}"
        for path in NAMING
        for option in re.findall(r"(?<![\w-])--[a-z][a-z0-9-]+", path.read_text(encoding="utf-8"))
        if option not in known
    ]
    assert not unknown


def test_that_the_architecture_tells_what_every_room_is_for() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    rooms = {room for layer in contracts[0]["layers"] for room in layer.split(" | ")}
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    told = {name for row in re.findall(r"^\| (`.+?) \|", page, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    assert rooms <= told


@pytest.mark.parametrize("name", MODULES)
def test_that_a_benchmark_can_be_run_and_is_described(name: str) -> None:
    assert callable(importlib.import_module(f"benchmarks.{name}").rows)
    assert f"| `{name}` |" in (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("script", sorted((ROOT / "scripts").glob("*.sh")), ids=lambda script: script.name)
def test_that_bash_understands_the_scripts(script: Path) -> None:
    subprocess.run(["bash", "-n", script], check=True)
