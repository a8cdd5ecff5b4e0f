"""Programs that we did not write, asked about the objects that we write."""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

Tool = Callable[[str], str]
# PixelMed's XPath work passes the default limits of Java. It ends before the second compiler and a collector of garbage
# on threads of its own have paid: without them it takes half the time of a processor.
_JAVA = " ".join(
    [
        *(f"-Djdk.xml.xpath{limit}Limit=0" for limit in ("TotalOp", "ExprOp", "ExprGrp")),
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
    ]
)
_OF_A_GROUP = re.compile(
    r"Error: Template (1410|1411) .*: within 1\.\d+\.(\d+): .*: "
    r"(Missing conditional content item|Conditional content item present when condition not satisfied)"
)


class GroupError(NamedTuple):
    """An error that is about a measurement group: against which template it was held, and which it is, from 0."""

    template: str
    group: int


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
    return found + (pixelmed_errors(tool, file) if with_template else [])


def pixelmed_errors(tool: Tool, file: Path) -> list[str]:
    """Give what PixelMed's validator calls an error."""
    words = _said(tool("DicomSRValidator"), file)
    assert any("IOD validation complete" in line for line in words), words
    assert any("Found Root Template TID_1500" in line for line in words), words
    return [line for line in words if line.startswith("Error")]


def about_group(error: str) -> GroupError | None:
    """Give in which group PixelMed's validator misses something or finds too much; None where it says anything else."""
    found = _OF_A_GROUP.match(error)
    return None if found is None else GroupError(found[1], int(found[2]) - 1)


def _said(*command: object) -> list[str]:
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=300,  # the one in Java takes five seconds of a processor
        env={**os.environ, "JAVA_TOOL_OPTIONS": _JAVA},
    )
    return (done.stdout + done.stderr).splitlines()
