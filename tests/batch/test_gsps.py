"""The commands ``gsps`` and ``ko`` as a script uses them."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pydicom
import pytest

from tests.unit.display.files import write_image
from tests.unit.objects.gate import Tool, findings
from tests.unit.objects.states import anchored, annotation, area, as_file, graphic, image_item, item, state
from workstation.batch.main import main
from workstation.objects.presentation.reading import open_presentation_state

IN_STUDY = {"StudyInstanceUID": "1.2.3", "SeriesInstanceUID": "1.2.3.1", "PatientName": "A^B", "PatientID": "1"}
TURNED = ["--rotate", "90", "--flip", "vertical"]
PIXELS = np.tile(np.arange(64, dtype=np.uint16) * 64, (48, 1))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three images of a study, and a state that is for two of them."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "study").mkdir()
    uids = []
    for name in "abc":
        path = write_image(
            tmp_path / "study" / f"{name}.dcm", PIXELS, BitsStored=12, WindowCenter=2048, WindowWidth=4096,
            SOPInstanceUID=f"1.2.3.1.{ord(name)}", Modality="OT", **IN_STUDY,
        )  # fmt: skip
        uids.append(str(pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID))
    corners = {"DisplayedAreaTopLeftHandCorner": [9, 9], "DisplayedAreaBottomRightHandCorner": [40, 32]}
    made = state(
        uid=uids[0],
        DisplayedAreaSelectionSequence=[area(64, 48, **corners)],
        SoftcopyVOILUTSequence=[item(WindowCenter=1000, WindowWidth=500)],
        GraphicAnnotationSequence=[
            annotation("LINES", graphic("POLYLINE", 10, 20, 39, 20)),
            annotation("WORDS", anchored("here", 12, 12)),
        ],
    )
    made.ReferencedSeriesSequence[0].ReferencedImageSequence.append(image_item(uids[1]))
    as_file(made).save_as(tmp_path / "state.dcm", enforce_file_format=True)
    return tmp_path


def _results(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def _picture(path: Path) -> Any:
    read = cv2.imread(str(path), cv2.IMREAD_COLOR)
    assert read is not None
    return read


def test_that_pictures_are_written_of_the_images_that_a_state_is_for(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["gsps", "apply", "study", "--state", "state.dcm", "-o", "out", "--json"]) == 0
    results = _results(capsys)
    assert [Path(each["path"]).name for each in results] == ["a.png", "b.png"]
    assert (results[0]["width"], results[0]["height"], results[0]["layers"]) == (32, 24, ["LINES", "WORDS"])
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["a.png", "b.png"]


def test_that_layers_can_be_chosen(folder: Path) -> None:
    line = ["gsps", "apply", "study/a.dcm", "--state", "state.dcm", "--size", "320x240", "-o"]
    assert main([*line, "all.png"]) == 0
    assert main([*line, "lines.png", "--layer", "LINES"]) == 0
    assert main([*line, "none.png", "--no-graphics"]) == 0
    every, lines, none = (_picture(folder / f"{name}.png") for name in ("all", "lines", "none"))
    assert (none[..., 0] == none[..., 2]).all()
    coloured = [int((each[..., 0] != each[..., 2]).sum()) for each in (every, lines)]
    assert coloured[0] > coloured[1] > 200


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["study/c.dcm", "--state", "state.dcm", "-o", "x.png"], "none of the images is among the 2"),
        (["study", "--state", "state.dcm", "-o", "x.png"], "do not go into one file"),
        (["study", "--state", "state.dcm", "-o", "x", "--layer", "NONE"], "no layer NONE"),
        (["study", "--state", "study/a.dcm", "-o", "x"], "no softcopy presentation state"),
        (["study", "--state", "missing.dcm", "-o", "x"], "missing.dcm"),
    ],
)
def test_that_what_cannot_be_applied_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    assert main(["gsps", "apply", *words]) == 1
    assert told in capsys.readouterr().err
    assert not (folder / "x.png").exists()


def test_that_a_state_is_made_as_it_is_asked_for(folder: Path, tool: Tool, capsys: pytest.CaptureFixture[str]) -> None:
    line = [
        "gsps", "create", "study", "-o", "new/mine.dcm", "--window", "500,300", "--invert", *TURNED,
        "--area", "4,5,20,10", "--zoom", "3", "--label", "key finding", "--description", "in words",
        "--creator", "Reader^Ann",
        "--text", "10,12:Größe: 5", "--arrow", "1,2,30,20", "--line", "1,1,5,5,9,1", "--polygon", "1,1,5,5,9,1",
        "--rectangle", "2,3,10,5", "--ellipse", "2,3,10,5", "--circle", "20,20,25,20",
    ]  # fmt: skip
    assert main(line) == 0
    made = open_presentation_state(folder / "new" / "mine.dcm")
    assert (made.label, made.description, made.creator) == ("KEY_FINDING", "in words", "Reader, Ann")
    assert (made.rotation_quarters, made.is_flipped_h, made.is_inverse) == (3, True, True)
    assert (made.areas[0].edges_px, made.areas[0].mode, made.areas[0].magnification) == ((4, 5, 23, 14), "MAGNIFY", 3)
    assert len(made.references) == 3
    (drawn,) = made.annotations
    assert [each.kind for each in drawn.compounds] == ["ARROW"]
    assert [each.kind for each in drawn.graphics] == [*["POLYLINE"] * 4, "ELLIPSE", "CIRCLE"]
    assert [(each.text, each.anchor) for each in drawn.texts] == [("Größe: 5", (10.0, 12.0))]
    assert findings(tool, folder / "new" / "mine.dcm", is_presentation_state=True) == []
    capsys.readouterr()


def test_that_what_was_made_is_shown_again(folder: Path) -> None:
    assert (
        main(["image", "study/a.dcm", "-o", "plain.png", "--window", "900,700", "--rotate", "90", "--flip", "vertical"])
        == 0
    )
    made = [
        "gsps",
        "create",
        "study/a.dcm",
        "-o",
        "mine.dcm",
        "--window",
        "900,700",
        "--rotate",
        "90",
        "--flip",
        "vertical",
    ]
    assert main(made) == 0
    assert main(["gsps", "apply", "study", "--state", "mine.dcm", "-o", "again.png"]) == 0
    assert np.abs(_picture(folder / "plain.png").astype(int) - _picture(folder / "again.png")).max() <= 1


def test_that_frames_of_a_multi_frame_image_can_be_meant(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cine = np.stack([PIXELS, PIXELS[:, ::-1], PIXELS // 2])
    write_image(folder / "cine.dcm", cine, BitsStored=12, SOPClassUID="1.2.840.10008.5.1.4.1.1.7.3", **IN_STUDY)
    line = ["gsps", "create", "cine.dcm", "-o", "mine.dcm", "--circle", "9,9,12,9", "--frame"]
    assert main([*line, "2-3"]) == 0
    made = open_presentation_state(folder / "mine.dcm")
    assert made.references[0].frames == (1, 2)
    assert made.annotations[0].references[0].frames == (1,)
    assert main(["gsps", "apply", "cine.dcm", "--state", "mine.dcm", "-o", "out"]) == 0
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["cine-002.png", "cine-003.png"]
    assert main([*line, "4"]) == 1
    assert "It has 3 frames" in capsys.readouterr().err


def test_that_states_are_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gsps", "show", str(folder), "--json"]) == 0
    (told,) = _results(capsys)
    assert (told["kind"], told["label"], told["images"]) == ("grayscale", "MADE_BY_HAND", 2)
    assert [(each["name"], each["graphics"], each["texts"]) for each in told["layers"]] == [
        ("LINES", 1, []),
        ("WORDS", 0, ["here"]),
    ]
    assert main(["gsps", "show", "study/a.dcm"]) == 1
    assert "no softcopy presentation state" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["--arrow", "1,2,3"],
        ["--arrow", "1,2,3,4,5,6"],
        ["--text", "words"],
        ["--text", "1,nan:words"],
        ["--zoom", "0"],
        ["--window", "1,0"],
        ["--polygon", "1,2,3,4"],
    ],
    ids=" ".join,
)
def test_that_wrong_marks_are_a_wrong_command_line(folder: Path, words: list[str]) -> None:
    assert main(["gsps", "create", "study", "-o", "x.dcm", *words]) == 2
    assert not (folder / "x.dcm").exists()


def test_that_key_objects_are_written_and_told(folder: Path, capsys: pytest.CaptureFixture[str], tool: Tool) -> None:
    line = ["ko", "create", "study", "-o", "keys.dcm", "--title", "for teaching", "--note", "siehe Lücke"]
    assert main([*line, "--observer", "Reader^Ann", "--json"]) == 0
    (written,) = _results(capsys)
    assert (written["objects"], written["series"], written["title"]) == (3, 1, "For Teaching")
    assert findings(tool, folder / "keys.dcm") == []
    assert main(["ko", "show", str(folder), "--json"]) == 0
    (told,) = _results(capsys)
    assert (told["note"], told["observer"], len(told["objects"])) == ("siehe Lücke", "Reader, Ann", 3)
    assert main(["ko", "show", "keys.dcm"]) == 0
    assert "For Teaching by Reader, Ann" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["study", "-o", "x.dcm", "--title", "nonsense"], "There are: of-interest"),
        (["study", "-o", "x.dcm", "--frame", "7"], "has 1 frame."),
        (["state.dcm/none", "-o", "x.dcm"], "no DICOM object"),
    ],
)
def test_that_key_objects_that_cannot_be_are_told(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    assert main(["ko", "create", *words]) == 1
    assert told in capsys.readouterr().err
    assert not (folder / "x.dcm").exists()
