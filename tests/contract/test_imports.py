"""Who may import whom: the contracts catch what they are for, commands work without Qt, and their help is light."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pydicom.examples import get_path

from tests.measured_files import write_ct
from tests.samples import ROOT
from workstation import catalog
from workstation.phantoms import small

_DRAWS = ("cv2", "highdicom", "imagecodecs", "numpy", "pydicom", "reportlab")
_HEAVY = ("PySide6", "cv2", "imagecodecs", "numpy", "psutil", "pydicom", "qtawesome", "shtab", "sqlite3")
_WITHOUT_QT = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("PySide6", "shiboken6", "qtawesome"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Missing())
from workstation.__main__ import main
"""


def python(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *words]
    # What measures the coverage of a test run loads modules of its own, and is kept out of what is looked at here.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=200, cwd=ROOT, env=environment)


def contracts(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--config", "pyproject.toml"]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=200, cwd=folder)


@pytest.mark.parametrize(
    ("file", "line", "broken"),
    [
        ("batch/progress.py", "import PySide6.QtCore", "Only the window knows Qt"),
        ("display/view.py", "import workstation.gui.theme", "Only the window knows Qt"),
        ("model/frame.py", "import workstation.jobs.job", "Rooms import downwards only"),
        ("headers/values.py", "import workstation.library", "Rooms import downwards only"),
        ("unplaced/__init__.py", '"""A package that no contract names."""', "Rooms import downwards only"),
        ("model/geometry.py", "import workstation.model.image", "Within the model"),
        ("model/image.py", "import workstation.model.index.library", "Of the index"),
        ("terminal/encoding/png.py", "import workstation.display.render", "What makes bytes for a terminal"),
    ],
)
def test_that_the_contracts_catch(tmp_path: Path, file: str, line: str, broken: str) -> None:
    shutil.copytree(ROOT / "workstation", tmp_path / "workstation", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    changed = tmp_path / "workstation" / file
    changed.parent.mkdir(exist_ok=True)
    with changed.open("a", encoding="utf-8") as source:
        source.write(f"\n{line}\n")

    done = contracts(tmp_path)

    assert done.returncode == 1
    heading, _, _ = "".join(done.stdout.split()).rpartition("BROKEN")
    assert "".join(broken.split()) in heading


def test_that_every_command_works_where_qt_is_missing() -> None:
    lines = [[*entry.command, "--help"] for entry in catalog.ENTRIES]
    code = f"{_WITHOUT_QT}codes = [main(['--batch', *words]) for words in {lines!r}]\nsys.exit(any(codes))"

    done = python(code)

    assert done.returncode == 0, done.stderr
    assert done.stdout.count("usage: workstation --batch") == len(lines)


def test_that_a_file_is_read_where_qt_is_missing() -> None:
    done = python(f"{_WITHOUT_QT}sys.exit(main())", "--batch", "info", str(get_path("ct")))

    assert done.returncode == 0, done.stderr
    assert "CT Image Storage" in done.stdout


def test_that_the_window_says_what_is_missing_where_qt_is() -> None:
    done = python(f"{_WITHOUT_QT}sys.exit(main())")

    assert done.returncode == 1
    assert "PySide6" in done.stderr
    assert "--batch" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [["--help"], ["library", "--help"], ["info", "--help"], ["image", "--help"]])
def test_that_help_loads_nothing_heavy(words: list[str]) -> None:
    code = (
        "import sys\nfrom workstation.__main__ import main\n"
        "code = main(['--batch', *sys.argv[1:]])\n"
        f"print(*sorted({{name.partition('.')[0] for name in sys.modules}} & set({_HEAVY!r})), file=sys.stderr)\n"
        "sys.exit(code)"
    )

    done = python(code, *words)

    assert done.returncode == 0
    assert done.stderr.strip() == ""


def test_that_the_window_is_not_loaded_to_tell_its_words() -> None:
    code = (
        "import sys\nfrom workstation.__main__ import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
    )

    done = python(code + "assert 'PySide6' not in sys.modules")

    assert done.returncode == 0, done.stderr
    assert "--library" in done.stdout


def test_that_the_window_comes_up_before_anything_that_draws_is_loaded() -> None:
    code = (
        "import sys, workstation.gui.app\n"
        f"print(*sorted({{name.partition('.')[0] for name in sys.modules}} & set({_DRAWS!r})))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize(("first", "is_read"), [("PySide6.QtCore", True), ("PySide6.QtCore, workstation.gui", False)])
def test_that_qt_reads_no_sources_of_what_is_loaded_after_the_window(first: str, is_read: bool) -> None:
    code = f"import {first}, colorsys, linecache\nprint(colorsys.__file__ in linecache.cache)"

    done = python(code)

    assert done.stdout.split() == [str(is_read)], done.stderr


def test_that_lengths_on_plain_slices_load_neither_numpy_nor_pydicom(tmp_path: Path) -> None:
    write_ct(tmp_path / "ct.dcm")
    code = (
        "import sys\nfrom workstation.batch.main import main\ncode = main(sys.argv[1:])\n"
        "assert not {'numpy', 'pydicom', 'cv2'} & set(sys.modules)\nsys.exit(code)"
    )

    done = python(code, "measure", "distance", str(tmp_path / "ct.dcm"), "--p1", "1,2", "--p2", "3,4")

    assert done.returncode == 0, done.stderr
    assert "Length:" in done.stdout


def test_that_plain_slices_become_a_nifti_file_without_pydicom(tmp_path: Path) -> None:
    small.volume("axial").write(tmp_path / "slices")
    code = (
        "import sys\nfrom workstation.batch.main import main\ncode = main(sys.argv[1:])\n"
        "assert not {'pydicom', 'cv2', 'vtkmodules', 'numba'} & set(sys.modules)\nsys.exit(code)"
    )

    done = python(code, "3d", "export", str(tmp_path / "slices"), "-o", str(tmp_path / "volume.nii"))

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "volume.nii").is_file()
