"""Make the picture of docs/curved-planes-and-surfaces.md: `python scripts/curved_pictures.py build/demo`."""

import argparse
import re
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np

from workstation.__main__ import dicom_3d

PAGE = Path("docs/curved-planes-and-surfaces.md")
KINDS = (("--width", "130mm"), ("--kind", "stretched", "--width", "120mm", "--thickness", "4mm"))


def main() -> None:
    """Write curved-planes.png."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", type=Path, help="the folder of the demo study")
    parser.add_argument("--output", type=Path, default=Path("docs/images"), help="a folder for it")
    asked = parser.parse_args()
    (path,) = re.findall(r"```path\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "aorta.txt").write_text(path, encoding="utf-8")
        pictures = []
        for number, words in enumerate(KINDS):
            output = Path(folder, f"{number}.png")
            series = asked.study / "ct-chest-abdomen"
            command = ["curved-mpr", str(series), "--centerline", str(Path(folder, "aorta.txt")), "-o", str(output)]
            if dicom_3d([*command, *words, "--pixel", "0.45mm", "--burn-in"]):
                sys.exit(1)
            pictures.append(cv2.imread(str(output), cv2.IMREAD_GRAYSCALE))
    height = max(each.shape[0] for each in pictures if each is not None)
    padded = [np.pad(each, ((0, height - each.shape[0]), (0, 8))) for each in pictures if each is not None]
    cv2.imwrite(str(asked.output / "curved-planes.png"), np.hstack(padded))


if __name__ == "__main__":
    main()
