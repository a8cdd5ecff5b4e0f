"""Programs that we did not write, asked about the objects that we write."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

Tool = Callable[[str], str]


def findings(tool: Tool, file: Path, *, is_presentation_state: bool = False) -> list[str]:
    """Give what dciodvfy, and for presentation states dcmpschk, say is wrong; their words count, not their status."""
    found = [line for line in _said(tool("dciodvfy"), "-new", file) if line.startswith("Error")]
    if is_presentation_state:
        words = _said(tool("dcmpschk"), file)
        assert any("Test passed" in line or "Test failed" in line for line in words), words
        found += [line for line in words if re.match(r"(E|F|Error):|.*Test failed", line)]
    return found


def _said(*command: object) -> list[str]:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, errors="replace", timeout=60)
    return (done.stdout + done.stderr).splitlines()
