"""Run the benchmarks and print one table: `python -m benchmarks [index|volume|memory|…]`."""

import argparse
import importlib
import json
import os
import platform
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.row import Row

MODULES = (
    "startup",
    "first_image",
    "index",
    "volume",
    "volume_export",
    "memory",
    "painting",
    "measuring",
    "planes",
    "rendering",
    "reading_room",
    "on_screen",
    "terminal",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, and end with 1 if a bar is not reached."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=f"any of {', '.join(MODULES)}; all without")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there as well")
    arguments = parser.parse_args(argv)
    unknown = set(arguments.modules) - set(MODULES)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, warm cache\n")
    rows = _measure(arguments.modules or MODULES)
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n", encoding="utf-8")
    print("\n" + table(rows))
    return 0 if all(row.met for row in rows) else 1


def _measure(modules: Iterable[str]) -> list[Row]:
    rows: list[Row] = []
    for name in modules:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        measure: Callable[[], Iterable[Row]] = importlib.import_module(f"benchmarks.{name}").rows
        rows.extend(measure())
    return rows


def table(rows: Sequence[Row]) -> str:
    """Give the rows as a Markdown table with aligned columns."""
    cells = [("what", "ours", "beside", "peer", "ratio", "reach", "met", "note")]
    for row in rows:
        met = "yes" if row.met else "NO"
        ours, peer = _amount(row.ours, row.unit), _amount(row.peer, row.unit)
        cells.append((row.what, ours, row.beside, peer, f"{row.ratio:.2f}x", row.reach, met, row.note))
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    lines = [
        "| " + " | ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)) + " |" for line in cells
    ]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def _amount(value: float, unit: str) -> str:
    return f"{value:.3f} s" if unit == "s" else f"{value:.0f} {unit}"


if __name__ == "__main__":
    sys.exit(main())
