"""The main job without a display: index a study, render a picture of each series, take a screenshot of the window.

`make run` calls this where no window can be opened. Everything goes into one folder, with ``summary.json`` over it.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from workstation.model.index.library import Library
from workstation.model.index.records import Place, Series

WORKSTATION = (sys.executable, "-m", "workstation")


def main(argv: Sequence[str] | None = None) -> int:
    """Do it, say what came out, and give 1 if a part of it failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("study", type=Path, help="a folder of DICOM files")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="emptied, then filled")
    arguments = parser.parse_args(argv)
    shutil.rmtree(arguments.output, ignore_errors=True)
    arguments.output.mkdir(parents=True)
    summary, pictured = _index(arguments.study, arguments.output / "library.sqlite")
    summary["pictures"] = _render(pictured, arguments.output / "images")
    summary["window"] = _screenshot(arguments.study, arguments.output)
    path = arguments.output / "summary.json"
    path.write_text(json.dumps(summary, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    _tell(summary, path)
    return 1 if summary["pictures"]["errors"] or summary["window"]["error"] else 0


def _index(study: Path, path: Path) -> tuple[dict[str, Any], list[Place]]:
    start = time.perf_counter()
    with Library.open(path) as library:
        library.add([study])
        seconds = time.perf_counter() - start
        all_series = [series for patient in library.patients() for each in patient.studies for series in each.series]
        all_series = [library.series(series.series_instance_uid) for series in all_series]
        summary: dict[str, Any] = {
            "input": str(study),
            "library": str(path),
            "index_seconds": round(seconds, 3),
            "patients": len(library.patients()),
            "studies": sum(len(patient.studies) for patient in library.patients()),
            "series": [_about(series) for series in all_series],
            "refused": [
                {"file": str(each.place), "reason": each.reason, "message": each.message} for each in library.refused()
            ],
        }
    return summary, [place for series in all_series if (place := _middle(series)) is not None]


def _about(series: Series) -> dict[str, Any]:
    return {
        "modality": series.first.modality,
        "description": series.first.series_description,
        "instances": len(series.instances),
        "stacks": [
            {"frames": len(stack.frames), "is_volume": stack.is_volume, "notes": list(stack.notes)}
            for stack in series.stacks
        ],
    }


def _middle(series: Series) -> Place | None:
    """Where the middle image of the longest stack lies."""
    stack = max(series.stacks, key=lambda each: len(each.frames), default=None)
    return stack.frames[len(stack.frames) // 2].instance.place if stack is not None and stack.frames else None


def _render(places: Sequence[Place], output: Path) -> dict[str, Any]:
    command = [*WORKSTATION, "--batch", "image", *map(str, places), "--output", str(output), "--json"]
    start = time.perf_counter()
    done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    results = [json.loads(line) for line in done.stdout.splitlines()]
    errors = [result for result in results if "error" in result]
    if done.returncode and not errors:
        errors = [{"error": f"workstation --batch image ended with {done.returncode}", "subject": done.stderr[-2000:]}]
    files = sorted(str(path) for path in output.rglob("*") if path.is_file()) if output.is_dir() else []
    return {"seconds": round(seconds, 3), "files": files, "errors": errors}


def _screenshot(study: Path, output: Path) -> dict[str, Any]:
    picture = output / "window.png"
    command = [*WORKSTATION, "--library", str(output / "library.sqlite"), "--screenshot", str(picture), str(study)]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    start = time.perf_counter()
    done = subprocess.run(
        command, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment, timeout=300
    )
    seconds = round(time.perf_counter() - start, 3)
    if done.returncode or not picture.is_file():
        return {"screenshot": None, "seconds": seconds, "error": done.stderr.strip() or "no picture was written"}
    return {"screenshot": str(picture), "seconds": seconds, "error": "", "shows": json.loads(done.stdout)}


def _tell(summary: dict[str, Any], path: Path) -> None:
    instances = sum(series["instances"] for series in summary["series"])
    print(f"Indexed   {instances} instances, {len(summary['series'])} series, {summary['studies']} studies,")
    print(f"          {len(summary['refused'])} files refused, in {summary['index_seconds']} s")
    print(f"Rendered  {len(summary['pictures']['files'])} pictures in {summary['pictures']['seconds']} s")
    for error in summary["pictures"]["errors"]:
        print(f"          FAILED {error['subject']}: {error['error']}")
    window = summary["window"]
    print(f"Window    {window['screenshot'] or 'FAILED ' + window['error']}")
    print(f"Summary   {path}")


if __name__ == "__main__":
    sys.exit(main())
