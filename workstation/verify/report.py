"""What a whole run came to: by whom, when, on which machine, with which versions, and every row."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from workstation import __version__
from workstation.errors import UserError
from workstation.quick_dataclass import dataclass
from workstation.verify.check import Row
from workstation.whole_files import write_whole

LIBRARIES = (
    *("numpy", "pydicom", "imagecodecs", "opencv-python-headless", "highdicom", "pillow", "reportlab", "pypdfium2"),
    *("PySide6-Essentials",),
)
SUFFIXES = (".pdf", ".json")


@dataclass(frozen=True, slots=True)
class Verified:
    """A run.

    Parameters
    ----------
    program
        Version of the program.
    when
        Local time with its offset from UTC, ISO 8601.
    by
        Who ran it; empty where nobody said.
    machine
        Name, system, processor, and the version of Python.
    libraries
        Name and version of what the answers depend on.
    only
        What was asked for; empty for all.
    checks, failed
        How many.
    seconds
        All of them together.
    rows
        In the order in which they ran.
    """

    program: str
    when: str
    by: str
    machine: dict[str, str]
    libraries: dict[str, str]
    only: tuple[str, ...]
    checks: int
    failed: int
    seconds: float
    rows: tuple[Row, ...]


def verified(rows: Sequence[Row], *, by: str, only: Sequence[str]) -> Verified:
    """Give rows as a run of now, on this machine."""
    return Verified(
        __version__,
        now(),
        by,
        _machine(),
        _libraries(),
        tuple(only),
        len(rows),
        sum(not row.passed for row in rows),
        round(sum(row.seconds for row in rows), 2),
        tuple(rows),
    )


def now() -> str:
    """Give local time with its offset from UTC."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def _machine() -> dict[str, str]:
    return {
        "name": platform.node(),
        "system": platform.platform(),
        "processor": _processor(),
        "python": f"Python {platform.python_version()}",
    }


def _processor() -> str:
    """Name the processor, as Linux does it where the standard library does not."""
    listed = Path("/proc/cpuinfo")
    if listed.is_file():
        for line in listed.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _libraries() -> dict[str, str]:
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def check_target(path: Path) -> None:
    """Refuse a file that no report can be, before anything is run.

    Raises
    ------
    UserError
        If its ending is neither .pdf nor .json.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise UserError(f"{path}: a report is a .pdf or a .json file.", hint="Give --output another ending.")


def write(run: Verified, path: Path) -> None:
    """Write a run as PDF or JSON, by the ending of the name.

    Raises
    ------
    UserError
        If the ending is another, or the file cannot be written.
    """
    check_target(path)
    if path.suffix.lower() == ".json":
        write_whole(path, as_json(run).encode(), hint="Choose another --output.")
        return
    from workstation.documents.pages import write_pdf
    from workstation.verify.pages import pages_of

    write_pdf(pages_of(run), path, title=f"Verification of Workstation {run.program}")


def as_json(run: Verified) -> str:
    """Give a run as JSON: versions, machine, and an object for each row."""
    return json.dumps(asdict(run), ensure_ascii=False, indent=1) + "\n"
