"""The page of volume rendering: its commands are understood, its presets and its examples of files are there."""

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.samples import ROOT
from workstation.batch.commands import commands_of
from workstation.operations.arguments import parse
from workstation.operations.operation import Operation
from workstation.volume.motion import read_keys
from workstation.volume.transfer_files import presets, read_transfer_function

PAGE = (ROOT / "docs" / "volume-rendering.md").read_text(encoding="utf-8")
(COMMANDS,) = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
FILES = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("line", COMMANDS.splitlines())
def test_that_a_command_is_understood(line: str) -> None:
    program, *words = shlex.split(line)
    assert program == "dicom-3d"
    commands = commands_of("workstation --batch")
    found, rest = commands.find(["3d", *words])
    assert isinstance(found, Operation)
    parameters = parse(found.parameters, commands.parse(found, rest))
    assert not parameters.preset or parameters.preset in presets()


def test_that_every_preset_is_named() -> None:
    table = PAGE[PAGE.index("## Presets") : PAGE.index("Each is a file as below")]
    assert set(re.findall(r"`([a-z0-9-]+)`", table)) == set(presets())


def test_that_the_examples_of_files_are_read(tmp_path: Path) -> None:
    function, keys = FILES
    for name, text in (("tf.json", function), ("keys.json", keys)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        json.loads(text)
    assert read_transfer_function(tmp_path / "tf.json").name == "Bones and vessels"
    assert len(read_keys(tmp_path / "keys.json")) == 3
