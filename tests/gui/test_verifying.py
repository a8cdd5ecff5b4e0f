"""Help > Verify: the checks as a job, a table that can be searched, what failed in words, reports, and the command."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle
from workstation.gui.features.verifying import Verifying
from workstation.gui.panels.verify.view import VerifyDialog
from workstation.gui.session import Session
from workstation.gui.theme import LIGHT
from workstation.verify import groups as all_groups
from workstation.verify import running
from workstation.verify.bench import Bench
from workstation.verify.check import Check, Group


def _lengths(_bench: Bench) -> Iterator[Check]:
    yield Check("right", "A length is right", "by hand", 5.0, lambda: 5.0, 0.1, "mm", "Lengths are wrong.")
    yield Check("wrong", "An area is right", "by hand", 5.0, lambda: 6.0, 0.1, "mm²", "Spacings are exchanged.")


def _greys(_bench: Bench) -> Iterator[Check]:
    yield Check("window", "A grey is right", "by hand", 128.0, lambda: 128.0, hint="The window is off.")


def _two() -> tuple[Group, ...]:
    return (Group("lengths", "Distances", (_lengths,)), Group("greys", "Greys", (_greys,)))


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setattr(running, "groups", _two)
    monkeypatch.setattr(all_groups, "groups", _two)
    with running_session(qtbot, tmp_path) as made:
        yield made


def opened(session: Session, qtbot: QtBot) -> VerifyDialog:
    session.window.actions_by_id["verify"].trigger()
    dialog = verifying(session).dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.run_button.text() == "Run again")
    return dialog


def verifying(session: Session) -> Verifying:
    found = session.findChild(Verifying)
    assert isinstance(found, Verifying)
    return found


def rows(dialog: VerifyDialog) -> dict[str, QTreeWidgetItem]:
    found = {}
    for at in range(dialog.table.topLevelItemCount()):
        group = dialog.table.topLevelItem(at)
        assert group is not None
        for row in range(group.childCount()):
            item = group.child(row)
            assert item is not None
            found[item.text(0)] = item
    return found


def test_that_the_table_fills_and_says_what_failed_in_words(session: Session, qtbot: QtBot) -> None:
    dialog = opened(session, qtbot)
    assert dialog.verdict.text() == "1 of 3 checks failed"
    assert "Workstation" in dialog.facts.text()
    assert "pydicom" in dialog.facts.text()
    assert {name: item.text(1) for name, item in rows(dialog).items()} == {
        "lengths.right": "Passed",
        "lengths.wrong": "Failed",
        "greys.window": "Passed",
    }
    first = dialog.table.topLevelItem(0)
    assert first is not None
    assert (first.text(0), first.text(1)) == ("Distances", "1 failed")
    assert first.isExpanded()
    assert dialog.table.currentItem() is rows(dialog)["lengths.wrong"]
    assert "Spacings are exchanged." in dialog.details.toPlainText()
    assert "expected 5 mm² ± 0.1" in dialog.details.toPlainText()
    dialog.close()


def test_that_failures_alone_are_shown_and_words_are_found(session: Session, qtbot: QtBot) -> None:
    dialog = opened(session, qtbot)
    dialog.failed_only.setChecked(True)
    assert [name for name, item in rows(dialog).items() if not item.isHidden()] == ["lengths.wrong"]
    dialog.failed_only.setChecked(False)
    assert "Spacings" in dialog.details.toPlainText()
    dialog.search.setText("grey")
    assert [name for name, item in rows(dialog).items() if not item.isHidden()] == ["greys.window"]
    dialog.close()


def test_that_reports_are_saved(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = opened(session, qtbot)
    assert dialog.pdf_button.isEnabled()
    for name in ("verify.json", "verify.pdf"):
        dialog.save_wanted.emit(tmp_path / name)
    qtbot.waitUntil((tmp_path / "verify.pdf").exists)
    settle(qtbot, session)
    assert json.loads((tmp_path / "verify.json").read_text(encoding="utf-8"))["failed"] == 1
    assert (tmp_path / "verify.pdf").read_bytes().startswith(b"%PDF")
    dialog.close()


def test_that_the_command_is_copied(session: Session, qtbot: QtBot) -> None:
    dialog = opened(session, qtbot)
    qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == "workstation --batch verify\n"
    dialog.close()


def test_that_it_is_opened_once_and_anew_after_it_was_closed(session: Session, qtbot: QtBot) -> None:
    dialog = opened(session, qtbot)
    assert opened(session, qtbot) is dialog
    dialog.set_tokens(LIGHT)
    dialog.close()
    assert verifying(session).dialog is None
    opened(session, qtbot).close()


def test_that_it_can_be_cancelled_and_run_again(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, may_end = threading.Event(), threading.Event()

    def waits() -> float:
        began.set()
        may_end.wait(30)
        return 1.0

    def slow(_bench: Bench) -> Iterator[Check]:
        yield Check("slow", "It waits", "by hand", 1.0, waits)
        yield Check("after", "It is never asked", "by hand", 1.0, lambda: 1.0)

    monkeypatch.setattr(running, "groups", lambda: (Group("slow", "Slow", (slow,)),))
    session.window.actions_by_id["verify"].trigger()
    dialog, presenter = verifying(session).dialog, verifying(session).presenter
    assert dialog is not None
    assert presenter is not None
    qtbot.waitUntil(began.is_set)
    assert dialog.run_button.text() == "Cancel"
    assert not dialog.json_button.isEnabled()
    presenter.cancel()
    may_end.set()
    qtbot.waitUntil(lambda: dialog.verdict.text() == "Cancelled")
    assert not dialog.json_button.isEnabled()
    monkeypatch.setattr(running, "groups", _two)
    qtbot.mouseClick(dialog.run_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.verdict.text() == "1 of 3 checks failed")
    dialog.close()
