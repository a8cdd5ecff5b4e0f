"""Headers of real files, broken ones among them, beside what DCMTK finds in them."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from workstation.headers.dump import Dump
from workstation.headers.operations import DumpParameters, InfoParameters, dump, info
from workstation.headers.summary import Summary
from workstation.jobs.job import Job
from workstation.operations.operation import ItemFailed

_LINE = re.compile(r"( *)\(([0-9a-f]{4}),([0-9a-f]{4})\) (..)")
_FOLDERS = ("charset", "cr_dx_mg", "enhanced", "gsps", "nm_op_ecg", "rt", "sr", "us", "worklist", "xa")
_BULK_OR_UNKNOWN = ("OB", "OD", "OF", "OL", "OV", "OW", "UN", "na", "ox", "pi", "up", "xs", "??")
_PIXEL_DATA = "7fe0,0010"
_NO_ELEMENT = ("fffe,e000", "fffe,e00d", "fffe,e0dd")


def dcmdump_lines(program: str, path: Path) -> list[tuple[int, str, str]] | None:
    done = subprocess.run([program, "-q", "-Un", str(path)], capture_output=True, check=False)
    if done.returncode:
        return None
    found = []
    for line in done.stdout.decode("latin-1").splitlines():
        match = _LINE.match(line)
        tag = f"{match[2]},{match[3]}" if match else ""
        if match and tag not in _NO_ELEMENT:
            found.append((len(match[1]) // 4, tag, match[4]))
    return found


@pytest.mark.parametrize("folder", _FOLDERS)
def test_that_dump_finds_the_elements_that_dcmtk_finds(
    shared_data: Path, tool: Callable[[str], str], folder: str
) -> None:
    program = tool("dcmdump")
    compared = 0
    for path in sorted((shared_data / folder).rglob("*.*")):
        expected = dcmdump_lines(program, path)
        (result, *_) = dump(DumpParameters(inputs=(path,)), Job())
        if expected is None or not isinstance(result, Dump):
            continue
        elements = [each for each in result.elements if each.vr]
        assert [(each.depth, each.tag[1:-1]) for each in elements] == [line[:2] for line in expected], path.name
        for element, (_, tag, vr) in zip(elements, expected, strict=True):
            if vr not in _BULK_OR_UNKNOWN and int(tag[3], 16) % 2 == 0 and tag != _PIXEL_DATA:
                assert element.vr == vr, (path.name, tag)
        compared += 1
    assert compared


def test_that_every_malformed_file_is_told_or_refused_by_reason(shared_data: Path) -> None:
    for path in sorted((shared_data / "malformed").iterdir()):
        (told,) = info(InfoParameters(inputs=(path,)), Job())
        assert isinstance(told, Summary) or told.reason, path.name
        first, *rest = dump(DumpParameters(inputs=(path,)), Job())
        assert isinstance(first, Dump) or first.reason, path.name
        assert all(isinstance(each, ItemFailed) for each in rest)


def test_that_every_sample_is_told_or_refused_by_reason(shared_data: Path) -> None:
    for folder in sorted(_FOLDERS):
        for result in info(InfoParameters(inputs=(shared_data / folder,)), Job()):
            if isinstance(result, ItemFailed):
                assert result.reason, result.subject
            else:
                assert result.text()
