"""Programs that we did not write, asked about the objects that we write."""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

Tool = Callable[[str], str]
# PixelMed's XPath work passes the default limits of Java.
_JAVA = " ".join(f"-Djdk.xml.xpath{limit}Limit=0" for limit in ("TotalOp", "ExprOp", "ExprGrp"))


def findings(tool: Tool, file: Path, *, is_presentation_state: bool = False) -> list[str]:
    """Give what dciodvfy, and for presentation states dcmpschk, say is wrong; their words count, not their status."""
    found = [line for line in _said(tool("dciodvfy"), "-new", file) if line.startswith("Error")]
    if is_presentation_state:
        words = _said(tool("dcmpschk"), file)
        assert any("Test passed" in line or "Test failed" in line for line in words), words
        found += [line for line in words if re.match(r"(E|F|Error):|.*Test failed", line)]
    return found


def report_findings(tool: Tool, file: Path, *, with_template: bool = True) -> list[str]:
    """Give what dciodvfy, dsrdump and, for the template, PixelMed's validator (some seconds) say of a report."""
    found = findings(tool, file)
    found += [line for line in _said(tool("dsrdump"), "-q", file) if line.startswith(("E:", "F:", "W:"))]
    if with_template:
        words = _said(tool("DicomSRValidator"), file)
        assert any("IOD validation complete" in line for line in words), words
        assert any("Found Root Template TID_1500" in line for line in words), words
        found += [line for line in words if line.startswith("Error")]
    return found


def _said(*command: object) -> list[str]:
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=60,
        env={**os.environ, "JAVA_TOOL_OPTIONS": _JAVA},
    )
    return (done.stdout + done.stderr).splitlines()
