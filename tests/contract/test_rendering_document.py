"""The page of volume rendering: its commands draw something, its presets and its examples of files are there."""

import io
import json
import re
import shlex
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from tests.samples import ROOT
from workstation.__main__ import dicom_3d
from workstation.volume.looks.motion import read_keys
from workstation.volume.looks.transfer_files import presets, read_transfer_function

PAGE = (ROOT / "docs" / "volume-rendering.md").read_text(encoding="utf-8")
(COMMANDS,) = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
FILES = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
(PATH,) = re.findall(r"```path\n(.*?)```", PAGE, re.DOTALL)
QUICKLY = ("--size", "48x48", "--shading", "off")
"""Said once more and otherwise, what is last holds: the pictures are made as printed, but small and without light."""


@pytest.mark.parametrize("line", COMMANDS.splitlines())
def test_that_a_command_draws_something(
    line: str, demo_study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "demo").symlink_to(demo_study)
    for name, text in (("tf.json", FILES[0]), ("keys.json", FILES[1]), ("airway.txt", PATH)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    _program, *words = shlex.split(line)
    words = [part for word in words for part in sorted(map(str, Path().glob(word))) or [word]]  # as a shell does
    few = ("--frames", "3") if words[0] == "animate" else ()
    out, told = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(told):
        assert dicom_3d([*words, *QUICKLY, *few]) == 0
    assert "Nothing is seen" not in out.getvalue() + told.getvalue()
    assert Path(words[words.index("--output") + 1]).exists()


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
