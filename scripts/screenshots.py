"""Take the pictures of the documentation from the real window: `python scripts/screenshots.py build/demo`.

The study is the demo study; a report about it is made here. Nothing else is ever in the pictures.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"


def main(argv: Sequence[str] | None = None) -> int:
    """Open the study once for each picture, with a library and settings that are thrown away."""
    sys.path.insert(0, str(ROOT))  # a script finds what lies beside it alone
    from scripts.pictures.all_pictures import PICTURES
    from scripts.pictures.report import write_report
    from scripts.pictures.taking import take

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", type=Path, help="the folder of the demo study")
    parser.add_argument("--only", nargs="*", choices=PICTURES, default=list(PICTURES), help="these pictures")
    parser.add_argument("--output", type=Path, default=IMAGES, help="a folder for them; docs/images where not given")
    asked = parser.parse_args(argv)
    study, output = asked.study.absolute(), asked.output.absolute()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(
            {f"XDG_{name}_HOME": f"{home}/{name.lower()}" for name in ("CONFIG", "DATA", "CACHE", "STATE")}
        )
        report = Path(home) / "report.dcm"
        write_report(study, report)
        for name in asked.only:
            path = output / f"{name}.png"
            take([study, report], Path(home) / f"{name}.sqlite", path, PICTURES[name])
            print(path, path.stat().st_size // 1024, "KiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
