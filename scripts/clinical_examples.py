"""Run the examples of docs/clinical-examples.md and put what they print, and their pictures, there.

`python scripts/clinical_examples.py build/demo`, with the folder of the demo study. The test of the page fails where it
does not say what the commands do.
"""

import argparse
import contextlib
import io
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "clinical-examples.md"
IMAGES = ROOT / "docs" / "images"
WIDEST_PX, GREYS, COLOURS = 760, 86, 64
_EXAMPLE = re.compile(r"```sh\n(?P<commands>(?:dicom-[^\n]*\n)+)```\n\n```text\n(?P<printed>.*?)```", re.DOTALL)
_TABLE = re.compile(r"```csv\n(.*?)```", re.DOTALL)
_NEW_NAME = re.compile(r"given-away/\S+\.dcm")


@dataclass(frozen=True)
class Example:
    """Commands of the page, and what it says that they print."""

    commands: tuple[str, ...]
    printed: str


def examples(page: str) -> list[Example]:
    """Find the examples."""
    return [Example(tuple(found["commands"].splitlines()), found["printed"]) for found in _EXAMPLE.finditer(page)]


def run(page: str) -> Iterator[str]:
    """Run the examples in the working directory, where the demo study is ``demo``; give what each prints."""
    (table,) = _TABLE.findall(page)
    Path("lesions.csv").write_text(table, encoding="utf-8")
    for example in examples(page):
        yield "".join(map(printed, example.commands))


def printed(command: str) -> str:
    """Run a command and give what it prints; new names that are made by chance are left out."""
    from workstation.__main__ import dicom_anon, dicom_measure

    program, *words = shlex.split(command)
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        {"dicom-anon": dicom_anon, "dicom-measure": dicom_measure}[program](words)
    return _NEW_NAME.sub("given-away/….dcm", out.getvalue())


def main(argv: Sequence[str] | None = None) -> int:
    """Write page and pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", type=Path, help="the folder of the demo study")
    study = parser.parse_args(argv).study.absolute()
    page = PAGE.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as place, contextlib.chdir(place):
        Path("demo").symlink_to(study)
        said = iter(list(run(page)))
        PAGE.write_text(
            _EXAMPLE.sub(lambda found: f"```sh\n{found['commands']}```\n\n```text\n{next(said)}```", page),
            encoding="utf-8",
        )
        for path in sorted(Path().glob("*.png")):
            _shrink(path, IMAGES / f"measure-{path.name}")
    return 0


def _shrink(source: Path, target: Path) -> None:
    """Write a picture small and with few colours."""
    from PIL import Image

    with Image.open(source) as picture:
        plain = picture.convert("RGB")
        plain.thumbnail((WIDEST_PX, WIDEST_PX), Image.Resampling.LANCZOS)
        plain.quantize(palette=_palette(plain), dither=Image.Dither.NONE).save(target, optimize=True)
    sys.stdout.write(f"{os.fspath(target)} {target.stat().st_size // 1024} KiB\n")


def _palette(picture: "Image.Image") -> "Image.Image":
    """Give greys, which stay without a tint, and the colours that there are beside them."""
    import numpy as np
    from PIL import Image

    pixels = np.asarray(picture).reshape(-1, 3).astype(np.int16)
    coloured = pixels[np.ptp(pixels, axis=1) > 24].astype(np.uint8)
    greys = np.repeat(np.linspace(0, 255, GREYS).round().astype(np.uint8), 3).tolist()
    colours = Image.fromarray(coloured[None]).quantize(COLOURS, Image.Quantize.MEDIANCUT).getpalette() or []
    found = Image.new("P", (1, 1))
    found.putpalette(greys + colours)
    return found


if __name__ == "__main__":
    sys.exit(main())
