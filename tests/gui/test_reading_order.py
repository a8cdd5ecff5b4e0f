"""In the window one begins at the head and goes to the feet, by hands and in what leaves the program."""

import json
from pathlib import Path
from typing import Any

import cv2
import pydicom
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle, small_study
from workstation.batch.main import main
from workstation.display.viewing import Grid
from workstation.gui.session import Session
from workstation.gui.work_files import WorkFile


def numbered(folder: Path, *, by_number: bool) -> Path:
    """Write an axial study whose scanner numbered from the head, or not at all."""
    study = small_study(folder, "axial")
    headers = {path: pydicom.dcmread(path) for path in study.rglob("*.dcm")}
    from_head = sorted(headers, key=lambda path: -float(headers[path].ImagePositionPatient[2]))
    for number, path in enumerate(from_head, 1):
        headers[path].InstanceNumber = number if by_number else None
        headers[path].save_as(path)
    return study


def height_mm(session: Session, pane: int = 0) -> float:
    assert session.viewer is not None
    ref = session.viewer.pane(pane).shown_frame
    assert ref is not None
    assert ref.instance.image_position_lps is not None
    return ref.instance.image_position_lps[2]


def wheel_down(session: Session) -> None:
    pane = session.window.pane
    middle = QPointF(pane.rect().center())
    event = QWheelEvent(
        middle,
        QPointF(pane.mapToGlobal(pane.rect().center())),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(pane, event)


@pytest.mark.parametrize("by_number", [True, False])
def test_that_one_begins_at_the_head_and_the_wheel_goes_to_the_feet(
    by_number: bool, qtbot: QtBot, tmp_path: Path
) -> None:
    study = numbered(tmp_path / "study", by_number=by_number)
    heights = sorted(float(pydicom.dcmread(path).ImagePositionPatient[2]) for path in study.rglob("*.dcm"))
    with running_session(qtbot, tmp_path) as session:
        assert session.viewer is not None
        session.open([study])
        settle(qtbot, session)
        session.viewer.active.go_to(0)
        settle(qtbot, session)
        seen = [height_mm(session)]
        for _ in heights[1:]:
            wheel_down(session)
            settle(qtbot, session)
            seen.append(height_mm(session))
        assert seen == heights[::-1]
        assert session.viewer.active.scene is not None
        assert session.viewer.active.scene.position == (len(heights), len(heights))
        qtbot.keyClick(session.window.pane, Qt.Key.Key_Home)
        settle(qtbot, session)
        assert height_mm(session) == heights[-1]
        session.viewer.lay_out(Grid(1, 3))
        session.viewer.tile(on=True)
        settle(qtbot, session)
        assert [height_mm(session, pane) for pane in range(3)] == heights[:-4:-1]


def test_that_an_export_counts_as_the_window_does(
    qtbot: QtBot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = numbered(tmp_path / "study", by_number=True)
    first = next(path for path in study.rglob("*.dcm") if pydicom.dcmread(path).InstanceNumber == 2)
    assert main(["image", str(first), "--output", str(tmp_path / "one.png")]) == 0
    out = tmp_path / "out"
    assert main(["export", str(study), "--frame", "2", "--format", "png", "--output", str(out)]) == 0
    (written,) = out.rglob("*.png")
    capsys.readouterr()
    one, two = (cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) for path in (tmp_path / "one.png", written))
    assert one is not None
    assert two is not None
    assert (one == two).all()


def test_that_work_kept_by_the_version_before_shows_the_same_image(qtbot: QtBot, tmp_path: Path) -> None:
    study = numbered(tmp_path / "study", by_number=True)
    file = WorkFile.take(tmp_path / "state")
    assert file is not None
    with running_session(qtbot, tmp_path, work_file=file) as session:
        assert session.viewer is not None
        session.open([study])
        settle(qtbot, session)
        session.viewer.active.go_to(1)
        settle(qtbot, session)
        shown = height_mm(session)
        count = len(session.viewer.active.stack.frames) if session.viewer.active.stack is not None else 0
    stored: dict[str, Any] = json.loads(file.path.read_text(encoding="utf-8"))
    assert stored["version"] == 2
    stored["version"] = 1
    for each in (*stored["viewing"]["panes"], *stored["viewing"]["looks"]):
        each["index"] = count - 1 - each["index"]
    file.path.write_text(json.dumps(stored), encoding="utf-8")
    again = WorkFile.take(tmp_path / "state")
    assert again is not None
    with running_session(qtbot, tmp_path, work_file=again) as session:
        settle(qtbot, session)
        assert height_mm(session) == shown
