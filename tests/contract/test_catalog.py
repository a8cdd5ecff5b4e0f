"""The catalogue says what the rooms have, all of it, and a command loads its own room alone."""

import importlib
import re
import subprocess
import sys

import pytest

from tests.samples import ROOT
from workstation.__main__ import dicom_3d, dicom_viewer
from workstation.catalog import COMMANDS, ENTRIES, EXAMPLES, operations
from workstation.operations.operation import Operation

_DECLARES = re.compile(r"^OPERATIONS\b", re.MULTILINE)
_LOADED = """
import sys
from workstation.batch.main import main
assert main(sys.argv[1:]) == 0
print(*sorted(name for name in sys.modules if name.endswith("operations") and name.count(".") > 1), file=sys.stderr)
"""


def declared() -> dict[str, Operation]:
    """Give what the modules of the program declare by its command, whether the catalogue lists it or not."""
    package = ROOT / "workstation"
    sources = [each for each in package.rglob("*.py") if _DECLARES.search(each.read_text(encoding="utf-8"))]
    names = [".".join(each.relative_to(ROOT).with_suffix("").parts) for each in sources]
    found = [each for name in names for each in importlib.import_module(name).OPERATIONS]
    return {" ".join(each.command): each for each in found}


def test_that_the_catalogue_lists_what_is_declared_in_its_words() -> None:
    assert {command: each.summary for command, each in declared().items()} == COMMANDS


def test_that_an_entry_loads_the_operation_that_it_lists() -> None:
    found = declared()

    assert [each.operation() for each in ENTRIES] == [found[words] for words in COMMANDS] == list(operations())


def test_that_a_summary_is_no_sentence() -> None:
    assert not [words for words, summary in COMMANDS.items() if summary.endswith(".")]


def test_that_the_list_of_commands_shows_examples_of_theirs() -> None:
    assert set(EXAMPLES) <= {example.line for each in operations() for example in each.examples}


@pytest.mark.parametrize(
    ("words", "loaded"),
    [
        (["--help"], ""),
        (["sr", "show", "--help"], "workstation.objects.sr.operations"),
        (
            ["measure", "--help"],
            "workstation.measure.distance_operations workstation.measure.line_operations "
            "workstation.measure.operations workstation.volume.planes.measure_operations",
        ),
        (["measure", "distance", "--help"], "workstation.measure.distance_operations"),
    ],
)
def test_that_a_command_loads_its_own_room_alone(words: list[str], loaded: str) -> None:
    done = subprocess.run([sys.executable, "-c", _LOADED, *words], capture_output=True, text=True, check=True, cwd=ROOT)

    assert done.stderr.strip() == loaded


def test_that_a_program_of_its_own_shows_examples_as_they_are_typed(capsys: pytest.CaptureFixture[str]) -> None:
    assert dicom_3d(["--help"]) == dicom_3d(["mpr", "--help"]) == dicom_viewer(["--help"]) == 0
    out = capsys.readouterr().out
    assert "  dicom-3d surface study --threshold 200 -o bone.stl" in out
    assert "  dicom-3d mpr study -o mpr --planes axial,sagittal,coronal" in out
    assert "  dicom-viewer --compare slice.dcm series" in out
    assert "workstation --batch" not in out
