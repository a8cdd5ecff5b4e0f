"""Commands of ``3d`` as tests of volumes type them."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from workstation.batch.main import main

Said = Callable[..., list[dict[str, Any]]]


def saying(capsys: pytest.CaptureFixture[str]) -> Said:
    """Give what runs a command that ends well, and gives the objects that it prints."""

    def run(*words: object) -> list[dict[str, Any]]:
        capsys.readouterr()
        assert main(["3d", *map(str, words), "--json"]) == 0, capsys.readouterr()
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


def refusal(capsys: pytest.CaptureFixture[str], *words: object, code: int = 1) -> str:
    """Run a command that ends with an exit code, and give what it says, in one line."""
    capsys.readouterr()
    assert main(["3d", *map(str, words)]) == code
    return " ".join(capsys.readouterr().err.split())
