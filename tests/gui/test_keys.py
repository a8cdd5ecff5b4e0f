"""Keys and mouse: ready sets, what a person changes, the file it is kept in, and the window that goes by it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QTextBrowser, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle, small_study
from workstation.display.layout import Grid
from workstation.errors import UserError
from workstation.gui.canvas.bindings import SETS, Bindings, Button
from workstation.gui.commands import COMMANDS, COMMANDS_BY_ID
from workstation.gui.image_windows import ImageWindow
from workstation.gui.key_sets import KEY_SETS, SET_NAMES
from workstation.gui.keying import apply_keymap
from workstation.gui.keymap import Keymap, keys_path, normal_key
from workstation.gui.keys_page import mouse_rows
from workstation.gui.panels.keys.presenter import KeyRow, KeysPresenter
from workstation.gui.panels.keys.view import KeysDialog
from workstation.gui.session import Session

MEASURING = ("L", "A", "E", "P", "D")


@pytest.mark.parametrize("name", SET_NAMES)
def test_that_no_key_means_two_things_in_a_ready_set(name: str) -> None:
    keys = [key for had in Keymap(name).keys.values() for key in had]
    assert len(keys) == len(set(keys))
    assert set(KEY_SETS[name]) <= set(COMMANDS_BY_ID)
    wanted = {normal_key(key) for had in KEY_SETS[name].values() for key in had}
    assert wanted <= set(keys), "every key of the set is given out"
    assert not wanted & {"Esc", "Tab", "Shift+Tab"}


def test_that_our_own_set_is_what_the_table_of_commands_says() -> None:
    keymap = Keymap()
    assert keymap.keys == {command.id: tuple(map(normal_key, command.keys)) for command in COMMANDS}
    assert tuple(KEY_SETS) == tuple(SETS) == SET_NAMES


def test_that_measuring_tools_and_key_images_have_the_keys_that_people_know_in_our_own_set() -> None:
    holders = [found.id for key in MEASURING if (found := Keymap().holder(key)) is not None]
    assert holders == [f"measure-{name}" for name in ("length", "angle", "ellipse", "polygon", "bidirectional")]
    assert Keymap().holder("Ctrl+Shift+G") is None
    holder = Keymap().holder("K")
    assert holder is None or "key" in holder.id


def test_that_ready_sets_bind_the_mouse_as_those_viewers_do() -> None:
    buttons: tuple[Button, ...] = ("left", "middle", "right")
    plain = {name: tuple(bindings.drags.get((each, ""), "none") for each in buttons) for name, bindings in SETS.items()}
    assert plain == {
        "Workstation": ("window", "pan", "zoom"),
        "Horos": ("window", "pan", "zoom"),
        "Weasis": ("window", "pan", "none"),
        "RadiAnt": ("scroll", "pan", "window"),
        "OHIF": ("window", "pan", "zoom"),
    }
    shift, ctrl, alt = (getattr(Qt.KeyboardModifier, f"{name}Modifier") for name in ("Shift", "Control", "Alt"))
    right = Qt.MouseButton.RightButton
    assert [SETS["Horos"].drag(right, held) for held in (shift, ctrl, alt)] == ["zoom", "pan", "window"]
    assert SETS["Weasis"].inverts_window
    assert all(bindings.turn(ctrl) == "zoom" and bindings.turn(shift) == "pan" for bindings in SETS.values())


def test_that_a_key_given_to_a_command_is_taken_from_the_other() -> None:
    keymap = Keymap().with_keys("invert", ("Ctrl+J", "H"))
    assert keymap.keys["invert"] == ("Ctrl+J", "H")
    assert (keymap.keys["presets"], keymap.keys["flip-h"]) == ((), ())
    again = keymap.with_keys("flip-v", ("H",))
    assert (again.keys["invert"], again.keys["flip-v"]) == (("Ctrl+J",), ("H",))
    assert again.without_own("invert").without_own("flip-v") == Keymap()
    assert keymap.with_keys("invert", ()).keys["invert"] == ()


@pytest.mark.parametrize("key", ["Esc", "Tab", "", "Ctrl", "Ctrl+K, Ctrl+J", "nonsense key"])
def test_that_what_is_no_key_or_always_means_something_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=r"no key|always means"):
        Keymap().with_keys("invert", (key,))


def test_that_changes_are_kept_and_found_again() -> None:
    keymap = Keymap("Horos").with_keys("invert", ("F9",))
    keymap = keymap.with_hands(keymap.bindings.changed("right", "alt", "scroll").turned("alt", "zoom"))
    keymap.save()
    stored = json.loads(keys_path().read_text(encoding="utf-8"))
    assert (stored["version"], stored["set"], stored["keys"]) == (1, "Horos", {"invert": ["F9"]})
    assert stored["drags"]["alt+right"] == "scroll"
    assert Keymap.load() == keymap
    assert Keymap.load().bindings.inverts_window is False
    Keymap().save()
    assert not keys_path().exists(), "our own keys need no file"


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"version": 2, "keys": {}}',
        '{"version": 1, "set": "Nobody"}',
        '{"version": 1, "keys": {"invert": "X"}}',
        '{"version": 1, "keys": {"invert": ["no key at all"]}}',
        '{"version": 1, "keys": {"invert": ["Esc"]}}',
        '{"version": 1, "keys": {"invert": ["F9"], "flip-h": ["F9"]}}',
        '{"version": 1, "keys": {}, "drags": {"fourth": "pan"}, "wheel": {}}',
        '{"version": 1, "keys": {}, "drags": {"left": "juggle"}, "wheel": {}}',
        '{"version": 1, "keys": {}, "drags": {"hyper+left": "pan"}, "wheel": {}}',
        '{"version": 1, "keys": {}, "drags": {}}',
    ],
)
def test_that_a_bad_file_is_told_and_kept_aside(text: str) -> None:
    keys_path().parent.mkdir(parents=True, exist_ok=True)
    keys_path().write_text(text, encoding="utf-8")
    keymap = Keymap.load()
    assert keymap == Keymap()
    assert "keys.json is not used" in keymap.notes[0]
    keymap.with_keys("invert", ("F9",)).save()
    assert keys_path().with_suffix(".broken.json").read_text(encoding="utf-8") == text
    assert Keymap.load().keys["invert"] == ("F9",)


def test_that_a_command_of_a_later_program_is_kept_in_the_file() -> None:
    keys_path().parent.mkdir(parents=True, exist_ok=True)
    keys_path().write_text('{"version": 1, "keys": {"teleport": ["F9"]}}', encoding="utf-8")
    Keymap.load().with_keys("invert", ("F10",)).save()
    assert json.loads(keys_path().read_text(encoding="utf-8"))["keys"] == {"teleport": ["F9"], "invert": ["F10"]}


def test_that_keys_that_cannot_be_written_are_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UserError, match="cannot be written"):
        Keymap("Horos").save(tmp_path / "file" / "keys.json")


@dataclass
class FakeView:
    sets: tuple[str, bool] = ("", False)
    rows: dict[str, KeyRow] = field(default_factory=dict)
    hands: Bindings | None = None
    problem: tuple[str, bool] = ("", False)

    def show_sets(self, names: tuple[str, ...], chosen: str, *, is_changed: bool) -> None:
        self.sets = chosen, is_changed

    def show_rows(self, rows: tuple[KeyRow, ...], chosen: str) -> None:
        self.rows = {row.id: row for row in rows}

    def show_hands(self, bindings: Bindings) -> None:
        self.hands = bindings

    def show_problem(self, text: str, *, can_take: bool) -> None:
        self.problem = text, can_take


class Editing:
    def __init__(self) -> None:
        self.view, self.changed = FakeView(), list[Keymap]()
        self.presenter = KeysPresenter(self.view, Keymap(), self.changed.append)
        self.presenter.open()
        self.presenter.choose("invert")


def test_that_a_key_of_another_command_is_told_and_taken_only_when_wanted() -> None:
    editing = Editing()
    editing.presenter.press("Ctrl+E")
    assert editing.view.problem == ("Ctrl+E is the key of “Export”.", True)
    assert editing.changed == []
    editing.presenter.take()
    assert editing.view.problem == ("", False)
    assert (editing.view.rows["invert"].keys, editing.view.rows["export"].keys) == ("Ctrl+E", "")
    assert editing.view.sets == ("Workstation", True)
    editing.presenter.press("Esc")
    assert editing.view.problem == ("Esc always means: One step back.", False)
    editing.presenter.press("I", in_addition=True)
    assert editing.view.rows["invert"].keys == "Ctrl+E, I"
    editing.presenter.clear()
    assert (editing.view.rows["invert"].keys, editing.view.rows["invert"].is_own) == ("", True)
    editing.presenter.reset()
    assert (editing.view.rows["invert"].keys, editing.view.rows["export"].keys) == ("I", "Ctrl+E")
    assert editing.view.sets == ("Workstation", False)


def test_that_a_forgotten_conflict_is_not_taken_later() -> None:
    editing = Editing()
    editing.presenter.press("Ctrl+E")
    editing.presenter.choose("flip-h")
    editing.presenter.take()
    assert editing.changed == []


def test_that_sets_and_hands_are_changed_and_reset() -> None:
    editing = Editing()
    editing.presenter.choose_set("Weasis")
    assert editing.view.rows["text"].keys == "Space, I"
    assert editing.view.hands == SETS["Weasis"]
    editing.presenter.bind("right", "", "zoom")
    editing.presenter.turn("alt", "zoom")
    editing.presenter.invert_window(on=False)
    hands = editing.changed[-1].bindings
    assert (hands.drags["right", ""], hands.wheel["alt"], hands.inverts_window) == ("zoom", "zoom", False)
    editing.presenter.bind("right", "", "none")
    editing.presenter.turn("alt", None)
    editing.presenter.invert_window(on=True)
    assert editing.changed[-1].hands is None, "what is as in the set is no change"
    editing.presenter.bind("left", "", "scroll")
    editing.presenter.reset_all()
    assert editing.changed[-1] == Keymap("Weasis")


def test_that_the_page_says_what_hands_do() -> None:
    rows = dict(mouse_rows(SETS["Weasis"]))
    assert rows["Left drag"] == "Window: right widens it, up raises its centre"
    assert "Right drag" not in rows
    assert rows["Ctrl + wheel or two fingers"] == "Zoom"


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    with running_session(qtbot, tmp_path) as running:
        running.open([small_study(tmp_path / "study")])
        settle(qtbot, running)
        running.window.pane.setFocus()
        yield running


def dialog_of(session: Session) -> KeysDialog:
    session.window.actions_by_id["edit-keys"].trigger()
    return session.window.findChildren(KeysDialog)[-1]


def items_of(dialog: KeysDialog) -> Iterator[QTreeWidgetItem]:
    """Give the commands of the list."""
    for number in range(dialog.rows.topLevelItemCount()):
        group = dialog.rows.topLevelItem(number)
        assert group is not None
        for row in range(group.childCount()):
            item = group.child(row)
            assert item is not None
            yield item


def choose(dialog: KeysDialog, name: str) -> None:
    item = next(each for each in items_of(dialog) if each.data(0, Qt.ItemDataRole.UserRole) == name)
    dialog.rows.setCurrentItem(item)


def type_key(dialog: KeysDialog, key: str) -> None:
    """Put a key into the field as pressing it does."""
    dialog.key.setKeySequence(QKeySequence(key))
    dialog.key.editingFinished.emit()


def is_inverted(session: Session) -> bool:
    scene = session.window.pane.scene
    assert scene is not None
    return scene.view.inverted


def test_that_a_person_gives_a_command_another_key_and_takes_it_back(session: Session, qtbot: QtBot) -> None:
    window, pane = session.window, session.window.pane
    dialog = dialog_of(session)
    choose(dialog, "invert")
    qtbot.keyClick(dialog.key, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: window.keymap.keys["invert"] == ("F9",))
    assert "(F9)" in window.actions_by_id["invert"].toolTip()
    dialog.close()
    pane.setFocus()
    qtbot.keyClick(pane, Qt.Key.Key_I)
    assert not is_inverted(session)
    qtbot.keyClick(pane, Qt.Key.Key_F9)
    assert is_inverted(session)
    assert Keymap.load().keys["invert"] == ("F9",)
    window.actions_by_id["undo"].trigger()
    window.actions_by_id["undo"].trigger()
    assert window.keymap == Keymap()
    qtbot.keyClick(pane, Qt.Key.Key_I)
    assert is_inverted(session)


def test_that_the_dialog_tells_a_conflict_and_takes_the_key(session: Session) -> None:
    dialog = dialog_of(session)
    choose(dialog, "invert")
    type_key(dialog, "Ctrl+E")
    assert "Export" in dialog.problem.text()
    assert not dialog.take.isHidden()
    dialog.take.click()
    assert session.window.keymap.keys["invert"] == ("Ctrl+E",)
    assert dialog.take.isHidden()
    dialog.reset.click()
    assert session.window.keymap == Keymap()
    dialog.search.setText("flip left")
    assert [item.text(0) for item in items_of(dialog) if not item.isHidden()] == ["Flip left and right"]
    dialog.close()


def test_that_a_ready_set_holds_at_once_in_all_panes_and_in_those_made_later(session: Session, qtbot: QtBot) -> None:
    window = session.window
    dialog = dialog_of(session)
    dialog.sets.setCurrentIndex(dialog.sets.findData("RadiAnt"))
    dialog.sets.activated.emit(dialog.sets.currentIndex())
    assert dialog.tool_box("left").currentData() == "scroll"
    dialog.close()
    assert session.viewer is not None
    session.viewer.lay_out(Grid(1, 2))
    settle(qtbot, session)
    assert [pane.bindings for pane in window.grid.panes] == [SETS["RadiAnt"]] * 2
    pane = window.grid.panes[0]
    scene = pane.scene
    assert scene is not None
    qtbot.mousePress(pane, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    qtbot.mouseMove(pane, QPoint(100, 130))
    qtbot.mouseRelease(pane, Qt.MouseButton.LeftButton, pos=QPoint(100, 130))
    settle(qtbot, session)
    assert pane.scene is not None
    assert pane.scene.position[0] == scene.position[0] + 2
    window.actions_by_id["keys"].trigger()
    page = window.findChildren(QTextBrowser)[-1]
    assert "Right drag" in page.toPlainText()
    page.window().close()


def test_that_a_hand_is_given_another_tool(session: Session) -> None:
    dialog = dialog_of(session)
    box = dialog.tool_box("right", "shift")
    box.setCurrentIndex(box.findData("scroll"))
    box.activated.emit(box.currentIndex())
    assert session.window.pane.bindings.drags["right", "shift"] == "scroll"
    wheel = dialog.tool_box("wheel", "shift")
    wheel.setCurrentIndex(wheel.findData("zoom"))
    wheel.activated.emit(wheel.currentIndex())
    assert session.window.pane.bindings.wheel["shift"] == "zoom"
    assert Keymap.load().bindings == session.window.pane.bindings
    dialog.close()


def test_that_the_left_button_gets_a_tool_by_its_command(session: Session) -> None:
    window = session.window
    window.actions_by_id["tool-pan"].trigger()
    menu = window.group_menus["Left button"]
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["Move"]
    assert window.pane.bindings.drags["left", ""] == "pan"
    assert Keymap.load() == Keymap(), "a tool is for now"


def test_that_keys_that_were_kept_hold_when_the_window_opens(qtbot: QtBot, tmp_path: Path) -> None:
    Keymap("Horos").with_keys("invert", ("F9",)).save()
    with running_session(qtbot, tmp_path) as session:
        assert session.window.actions_by_id["invert"].shortcuts() == [QKeySequence("F9")]
        assert session.window.actions_by_id["tool-pan"].shortcuts() == [QKeySequence("M")]
        assert session.window.pane.bindings == SETS["Horos"]


def test_that_bad_keys_are_told_in_a_note(qtbot: QtBot, tmp_path: Path) -> None:
    keys_path().parent.mkdir(parents=True, exist_ok=True)
    keys_path().write_text("{", encoding="utf-8")
    with running_session(qtbot, tmp_path) as session:
        assert any("keys.json is not used" in note.message for note in session.notes.notes)


def test_that_the_bar_leaves_buttons_out_but_never_the_menu(session: Session, qtbot: QtBot) -> None:
    window = session.window
    wide = [action.text() for action in window.bar.actions()]
    window.resize(760, 600)
    qtbot.wait(50)
    assert window.width() < 1000, "the bar does not keep the window wide"
    shown = window.bar.actions()
    assert window.actions_by_id["flip-v"] not in shown
    menu = window.bar.widgetForAction(shown[-1])
    assert menu is not None
    assert menu.geometry().right() < window.bar.width()
    window.resize(1100, 760)
    qtbot.wait(50)
    assert [action.text() for action in window.bar.actions()] == wide
    assert window.actions_by_id["fit"] in window.bar.actions()


def test_that_keys_of_another_window_of_images_follow(session: Session, qtbot: QtBot) -> None:
    session.window.actions_by_id["new-window"].trigger()
    settle(qtbot, session)
    apply_keymap(session.window, Keymap().with_keys("forget", ("Ctrl+Shift+X",)).with_keys("invert", ("Ctrl+W",)))
    other = next(window for window in QApplication.topLevelWidgets() if isinstance(window, ImageWindow))
    keys = [shortcut.key().toString() for shortcut in other.findChildren(QShortcut) if shortcut.isEnabled()]
    assert keys == ["Ctrl+Shift+X", "F11"]
    apply_keymap(session.window, Keymap())
    session.window.actions_by_id["undo"].trigger()
    settle(qtbot, session)
