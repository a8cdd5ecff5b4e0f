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
from workstation.operations.operation import Operation

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
