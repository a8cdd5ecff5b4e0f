"""What people do by mistake: an input as the output, an empty folder, an ending that no picture has."""

from pathlib import Path

import pytest

from workstation.batch.main import main
from workstation.phantoms import small


@pytest.fixture
def study(tmp_path: Path) -> Path:
    small.volume("axial").write(tmp_path / "study")
    return tmp_path / "study"


@pytest.mark.parametrize(
    "command", [["gsps", "create"], ["ko", "create"], ["tags", "export"], ["image"], ["anon", "--output", "out"]]
)
@pytest.mark.parametrize("given", ["file", "folder"])
def test_that_no_input_is_written_over(
    study: Path, command: list[str], given: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(study.parent)
    files = {path: path.read_bytes() for path in study.iterdir()}
    target = sorted(files)[0]
    option = "--report" if command[0] == "anon" else "--output"

    code = main([*command, str(target if given == "file" else study), option, str(target)])

    assert code == 1
    assert "Choose another --output." in capsys.readouterr().err or command == ["image"]
    assert {path: path.read_bytes() for path in study.iterdir()} == files


@pytest.mark.parametrize(
    "command",
    [
        *(["info"], ["dump"], ["tags", "search", "x"], ["tags", "export", "-o", "out"], ["sr", "show"], ["ko", "show"]),
        *(["gsps", "show"], ["hang", "explain"], ["anon", "--output", "out"], ["list"], ["image", "-o", "out"]),
        *(["export", "-o", "out", "--format", "png"], ["ko", "create", "-o", "k.dcm"]),
    ],
)
def test_that_an_empty_folder_is_told(
    tmp_path: Path, command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    assert main([*command, "empty"]) == 1
    assert "empty: " in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


def test_that_folders_in_folders_are_not_forgotten_in_silence(
    study: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path_factory.mktemp("out")
    assert main(["anon", str(study.parent), "--output", str(out)]) == 1
    assert "--recursive looks into the folders" in capsys.readouterr().err


def test_that_a_second_run_without_a_map_says_that_it_makes_other_patients(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["anon", str(study), "-o", str(study.parent / "out")]
    assert main(words) == 0
    assert capsys.readouterr().err == ""
    assert main(words) == 0
    assert "is not empty: without --map, patients get other pseudonyms" in capsys.readouterr().err


def test_that_a_map_that_cannot_be_kept_is_told_before_anything_is_written(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (study.parent / "file").write_text("")
    out = study.parent / "out"
    assert main(["anon", str(study), "-o", str(out), "--map", str(study.parent / "file" / "a.map")]) == 1
    assert "cannot be written" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize("name", ["a.bmp", "a.GIF", "a.pdf"])
def test_that_a_picture_with_an_ending_of_something_else_makes_no_folder_of_that_name(
    study: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["image", str(study), "-o", str(study.parent / name)]) == 1
    assert "end in .png, .jpg or .tif" in capsys.readouterr().err
    assert not (study.parent / name).exists()
