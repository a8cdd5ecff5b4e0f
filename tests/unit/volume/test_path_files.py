"""Paths are read from text and JSON, and hostile files are refused in words."""

import json
from pathlib import Path

import pytest

from workstation.errors import UserError
from workstation.volume.path_files import read_path, write_path

POINTS = [(1.5, -2.0, 3.0), (4.0, 5.0, -6.25)]


@pytest.mark.parametrize(
    "text",
    [
        "1.5 -2 3\n4 5 -6.25\n",
        "# a centreline\n1.5,-2,3\n\n4,\t5, -6.25 # the end\n",
        "\ufeff1.5\t-2\t3\r\n4\t5\t-6.25",
        "x,y,z\n1.5,-2,3\n4,5,-6.25\n",
        '"X (mm)" "Y (mm)" "Z (mm)"\n1.5 -2 3\n4 5 -6.25\n',
        "x_lps y_lps z_lps\n1.5 -2 3\n4 5 -6.25\n",
        "[[1.5, -2, 3], [4, 5, -6.25]]",
        '{"points_lps": [[1.5, -2, 3], [4, 5, -6.25]]}',
        json.dumps(
            {
                "markups": [
                    {
                        "coordinateSystem": "RAS",
                        "controlPoints": [{"position": [-1.5, 2, 3]}, {"position": [-4, -5, -6.25]}],
                    }
                ]
            }
        ),
    ],
)
def test_each_way_of_writing_a_path_is_read(tmp_path: Path, text: str) -> None:
    file = tmp_path / "path.txt"
    file.write_text(text, encoding="utf-8")
    assert read_path(file) == POINTS


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    write_path(tmp_path / "path.txt", POINTS)
    assert read_path(tmp_path / "path.txt") == POINTS


@pytest.mark.parametrize(
    "content",
    [b"1 2\n3 4\n", b"a b c\n", b"x_ras y_ras z_ras\n1 2 3\n4 5 6\n", b"1 2 3\nx y z\n", b"nan 0 0\n",
     b"{", b'{"points": []}', b'{"markups": [{"coordinateSystem": "IJK"}]}',
     b"[[1, 2, null]]", b"[[1, 2, 1%s]]" % (b"0" * 400),
     b"\xff\xfe\x00", b"[" * 100_000, b"[1, 2, 3]", b'{"markups": [3]}'],
)  # fmt: skip
def test_what_is_no_path_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "path.json"
    file.write_bytes(content)
    with pytest.raises(UserError) as refused:
        read_path(file)
    assert refused.value.hint


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        read_path(tmp_path / "none.txt")
