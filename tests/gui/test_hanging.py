"""The editor of hanging protocols: its decisions with a fake view, then its widgets."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.unit.display.hanging import studies
from tests.unit.display.hanging.studies import Named, Shelf
from workstation.display.hanging import store
from workstation.display.hanging.attributes import Attribute, Operator
from workstation.display.hanging.hung import HungLayout, HungPane, HungScreen
from workstation.display.hanging.matching import Choice, Subject
from workstation.display.hanging.rules import Condition, Pane, Rule, Screen, Selector
from workstation.gui.panels.hanging.presenter import HangingPresenter
from workstation.gui.panels.hanging.preview import key_of
from workstation.gui.panels.hanging.shown import RuleItem, RuleShown
from workstation.gui.panels.hanging.view import HangingPanel
from workstation.gui.theme import DARK, LIGHT

SHIPPED = store.shipped_rules()


@dataclass
class FakeView:
    items: tuple[RuleItem, ...] = ()
    chosen: str = ""
    shown: RuleShown | None = None
    steps: tuple[str, str] = ("", "")
    told: tuple[str, bool] = ("", False)

    def show_rules(self, items: tuple[RuleItem, ...], chosen: str) -> None:
        self.items, self.chosen = items, chosen

    def show_rule(self, shown: RuleShown | None) -> None:
        self.shown = shown

    def show_steps(self, undo: str, redo: str) -> None:
        self.steps = undo, redo

    def tell(self, message: str, *, is_wrong: bool) -> None:
        self.told = message, is_wrong


class Editing:
    """A presenter with a fake view and a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.view = FakeView()
        self.presenter = HangingPresenter(self.view, folder)
        self.applied: list[Choice] = []
        self.presenter.on_applied = self.applied.append

    @property
    def shown(self) -> RuleShown:
        assert self.view.shown is not None
        return self.view.shown

    @property
    def order(self) -> list[str]:
        return [item.id for item in self.view.items]

    def saved(self) -> dict[str, Rule]:
        return {rule.id: rule for rule in store.load(self.folder).rules}


@pytest.fixture
def editing(tmp_path: Path) -> Editing:
    return Editing(tmp_path / "hanging")


def brain() -> Subject:
    shelf = Shelf()
    return shelf.subject(shelf.study("MR", studies.BRAIN_GE, study_description="MRI BRAIN"))


def test_that_the_rule_that_hangs_the_open_study_is_in_the_form(editing: Editing) -> None:
    assert {item.verdict for item in editing.view.items} == {"unknown"}
    editing.presenter.set_subject(brain())
    assert editing.view.chosen == "mr-brain"
    verdicts = {item.id: item.verdict for item in editing.view.items}
    assert (verdicts["mr-brain"], verdicts["default"], verdicts["ct-head"]) == ("hangs", "would", "not")
    assert [row.holds for row in editing.shown.conditions] == [True, True]
    assert editing.shown.boxes[0].shows == "5 Ax T2 FLAIR"
    assert editing.shown.boxes[7].reason == "no images fit"
    assert editing.shown.study == "MRI BRAIN, 2026-03-01"


def test_that_the_preview_follows_each_letter_and_typing_is_one_step(editing: Editing) -> None:
    editing.presenter.set_subject(brain())
    for text in ("t", "t1", "t1x", "t1"):
        editing.presenter.set_condition("pane", 2, Condition(Attribute.WEIGHTING, values=(text,)))
    # The axial one is in pane 3, which asks for more.
    assert editing.shown.boxes[0].shows == "2 SAG T1 FLAIR"
    assert editing.shown.pane_conditions[2].holds is True
    assert editing.saved()["mr-brain"] == next(rule for rule in SHIPPED if rule.id == "mr-brain")
    editing.presenter.settle()
    assert editing.saved()["mr-brain"] == editing.presenter.chosen
    editing.presenter.undo()
    assert editing.shown.boxes[0].shows == "5 Ax T2 FLAIR"
    assert editing.view.steps == ("", "Change condition")
    editing.presenter.redo()
    assert editing.view.steps == ("Change condition", "")


def test_that_an_empty_pane_tells_what_comes_nearest(editing: Editing) -> None:
    editing.presenter.set_subject(brain())
    editing.presenter.choose_pane(8)
    row = next(row for row in editing.shown.pane_conditions if row.condition.attribute is Attribute.WEIGHTING)
    assert row.holds is False
    assert "which comes nearest" in row.found


def test_that_conditions_are_added_and_removed(editing: Editing) -> None:
    editing.presenter.choose("ct-chest")
    editing.presenter.set_condition("study", 2, Condition(Attribute.MONITORS, Operator.AT_LEAST, ("2",)))
    assert len(editing.shown.conditions) == 3
    editing.presenter.remove_condition("study", 0)
    assert [row.condition.attribute for row in editing.shown.conditions] == [Attribute.BODY_PART, Attribute.MONITORS]


def test_that_every_step_can_be_undone_and_done_again(editing: Editing) -> None:
    start = editing.presenter.rules
    presenter = editing.presenter
    presenter.choose("ct-chest")
    steps: list[Callable[[], None]] = [
        presenter.duplicate,
        lambda: presenter.edit(lambda rule: replace(rule, name="Mine"), "Rename", run="name"),
        lambda: presenter.set_grid(0, 3, 3),
        lambda: presenter.set_screens(2),
        lambda: presenter.choose_pane(2),
        presenter.clear_pane,
        lambda: presenter.edit_pane(lambda pane: replace(pane, label="x"), "Change pane"),
        lambda: presenter.set_enabled("ct-head", is_enabled=False),
        lambda: presenter.move("default", 0),
        presenter.add,
        presenter.delete,
    ]
    for step in steps:
        step()
    end = presenter.rules
    assert end != start
    for _ in range(len(steps)):
        presenter.undo()
    assert presenter.rules == start
    assert editing.saved() == {rule.id: rule for rule in start}
    for _ in range(len(steps)):
        presenter.redo()
    assert presenter.rules == end


@pytest.mark.parametrize("place", [0, 3, 7, 19, 20])
def test_that_a_moved_rule_comes_to_its_place_and_stays_there(editing: Editing, place: int) -> None:
    editing.presenter.move("mr-brain", place)
    expected = [rule.id for rule in SHIPPED if rule.id != "mr-brain"]
    expected.insert(place, "mr-brain")
    assert editing.order == expected
    assert [rule.id for rule in store.load(editing.folder).rules] == expected


def test_that_a_copy_stands_before_its_model(editing: Editing) -> None:
    editing.presenter.choose("ct-head")
    editing.presenter.duplicate()
    place = editing.order.index("ct-head")
    assert editing.view.items[place - 1].name == "CT head, copy"
    assert editing.view.chosen == editing.order[place - 1]


def test_that_shipped_rules_cannot_be_deleted_but_reset(editing: Editing) -> None:
    editing.presenter.choose("ct-head")
    editing.presenter.delete()
    assert "ct-head" in editing.order
    can_reset = [editing.shown.can_reset]
    editing.presenter.edit(lambda rule: replace(rule, rank=3), "Rank")
    can_reset.append(editing.shown.can_reset)
    assert can_reset == [False, True]
    editing.presenter.reset()
    assert editing.presenter.rules == SHIPPED
    assert list(editing.folder.glob("*")) == []


def test_that_unfinished_edits_are_saved_as_rules_that_can_be_read(editing: Editing) -> None:
    presenter = editing.presenter
    presenter.add()
    presenter.edit(lambda rule: replace(rule, name=" "), "Rename")
    presenter.set_condition("study", 0, Condition(Attribute.BODY_PART))
    presenter.edit_pane(lambda pane: replace(pane, selector=Selector(like=2), label="a "), "Change pane")
    presenter.choose_pane(2)
    presenter.clear_pane()
    kept = store.load(editing.folder)
    assert kept.notes == ()
    (own,) = (rule for rule in kept.rules if rule not in SHIPPED)
    assert (own.name, own.conditions, own.panes) == ("Unnamed protocol", (), (Pane(label="a"), None))


def test_that_panes_stay_tied_when_they_are_counted_anew(editing: Editing) -> None:
    editing.presenter.choose("mr-earlier")
    editing.presenter.set_grid(0, 2, 5)
    rule = editing.presenter.chosen
    assert rule is not None
    assert [pane.selector.like for pane in rule.panes[5:8] if pane] == [1, 2, 3]
    editing.presenter.set_grid(0, 2, 2)
    rule = editing.presenter.chosen
    assert rule is not None
    assert [pane.selector.like for pane in rule.panes if pane] == [0, 0, 1, 2]


def test_that_a_grid_beyond_what_there_is_is_told(editing: Editing) -> None:
    editing.presenter.set_grid(0, 9, 9)
    assert editing.view.told[1]
    assert editing.presenter.rules == SHIPPED


def test_that_an_arrangement_becomes_a_rule_that_hangs_it(editing: Editing) -> None:
    editing.presenter.learn([])
    assert editing.view.told == ("Open a study and arrange it first.", True)
    subject = brain()
    editing.presenter.set_subject(subject)
    uids = [series.series_instance_uid for series in subject.study.series]
    layout = HungLayout(1, 2, (HungPane(uids[5]), HungPane(uids[2])))
    editing.presenter.learn([HungScreen(0, layout)])
    assert editing.view.items[0].name == "MRI BRAIN"
    assert editing.view.items[0].verdict == "hangs"
    assert [box.shows for box in editing.shown.boxes] == ["6 Ax T2 FRFSE", "3 Ax DWI b1000"]
    editing.presenter.apply()
    (choice,) = editing.applied
    assert choice.layout is not None
    assert [pane.series_instance_uid for pane in choice.layout.panes if pane] == [uids[5], uids[2]]


def test_that_a_rule_that_cannot_hang_the_study_says_why(editing: Editing) -> None:
    editing.presenter.set_subject(brain())
    editing.presenter.choose("ct-head")
    editing.presenter.apply()
    assert editing.applied == []
    told = "It cannot hang the open study: modality is CT: found MR (Modality)."
    assert editing.view.told == (told, True)


@pytest.mark.parametrize("name", ["a.json", "a.dcm"])
def test_that_rules_go_out_and_come_in(editing: Editing, tmp_path: Path, name: str) -> None:
    editing.presenter.choose("mammography")
    editing.presenter.edit(lambda rule: replace(rule, name="Ours", id="ours"), "x")
    editing.presenter.choose("ours")
    editing.presenter.export(tmp_path / name)
    assert name in editing.view.told[0]
    other = Editing(tmp_path / "other")
    other.presenter.import_files([tmp_path / name])
    assert other.view.chosen == "ours"
    assert other.saved()["ours"] == editing.presenter.chosen
    other.presenter.import_files([tmp_path / "nothing.json"])
    assert other.view.told[1]


def test_that_a_broken_file_is_told_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{", encoding="utf-8")
    assert Editing(tmp_path).view.told[1]


# The widgets


@pytest.fixture
def panel(qtbot: QtBot, tmp_path: Path) -> HangingPanel:
    made = HangingPanel(DARK)
    qtbot.addWidget(made)
    made.resize(1100, 900)
    presenter = HangingPresenter(made, tmp_path / "hanging")
    made.connect_to(presenter)
    made.presenter = presenter  # type: ignore[attr-defined]  # for the tests alone
    presenter.set_subject(brain())
    made.show()
    qtbot.waitExposed(made)
    return made


def presenter_of(panel: HangingPanel) -> HangingPresenter:
    found = panel.presenter  # type: ignore[attr-defined]
    assert isinstance(found, HangingPresenter)
    return found


def chosen(panel: HangingPanel) -> Rule:
    rule = presenter_of(panel).chosen
    assert rule is not None
    return rule


def test_that_the_form_shows_the_rule_that_hangs_the_study(panel: HangingPanel) -> None:
    assert panel.name.text() == "MR brain"
    assert panel.rules.currentItem().text() == "MR brain"
    assert len(panel.conditions.rows) == 2
    assert panel.conditions.rows[0].mark.toolTip() == "<qt>Holds. Found MR (Modality)</qt>"
    assert "hangs the open study" in panel.verdict.text()
    assert panel.preview.accessibleDescription().startswith("Pane 1, FLAIR: 5 Ax T2 FLAIR")


def test_that_typing_keeps_the_cursor_and_moves_the_preview(panel: HangingPanel, qtbot: QtBot) -> None:
    line = next(row.values for row in panel.pane_form.conditions.rows if row.values.text() == "flair")
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "t2;")
    assert line.text() == "t2;"
    assert line.cursorPosition() == 3
    assert panel.preview.boxes[0].shows == "6 Ax T2 FRFSE"
    qtbot.keyClicks(line, " flair")
    weighting = next(row.condition() for row in panel.pane_form.conditions.rows if row.values is line)
    assert weighting == Condition(Attribute.WEIGHTING, values=("t2", "flair"))


def test_that_another_attribute_brings_its_comparisons_and_a_value(panel: HangingPanel, qtbot: QtBot) -> None:
    qtbot.mouseClick(panel.conditions.add_button, Qt.MouseButton.LeftButton)
    row = panel.conditions.rows[-1]
    row.attribute.setCurrentIndex(row.attribute.findData(Attribute.MONITORS))
    row.attribute.activated.emit(row.attribute.currentIndex())
    assert chosen(panel).conditions[-1] == Condition(Attribute.MONITORS, Operator.AT_LEAST, ("1",))
    row.operator.setCurrentIndex(row.operator.findData(Operator.IS_KNOWN))
    row.operator.activated.emit(row.operator.currentIndex())
    assert not row.values.isVisible()
    qtbot.mouseClick(row.remove_button, Qt.MouseButton.LeftButton)
    assert len(chosen(panel).conditions) == 2


def test_that_a_pane_is_chosen_by_pointing_and_by_arrows(panel: HangingPanel, qtbot: QtBot) -> None:
    box = panel.preview.boxes[5]
    qtbot.mouseClick(panel.preview, Qt.MouseButton.LeftButton, pos=panel.preview.rect_of(box).center().toPoint())
    assert panel.pane_title.text() == "Pane 6"
    assert panel.pane_form.label.text() == "ADC"
    qtbot.keyClick(panel.preview, Qt.Key.Key_Up)
    assert panel.pane_form.label.text() == "T2"
    qtbot.keyClick(panel.preview, Qt.Key.Key_Right)
    assert panel.pane_form.label.text() == "T1"


def test_that_the_settings_of_a_pane_are_taken_from_the_form(panel: HangingPanel, qtbot: QtBot) -> None:
    form = panel.pane_form
    qtbot.mouseClick(form.is_inverted, Qt.MouseButton.LeftButton)
    form.horizontal.setCurrentIndex(2)
    form.horizontal.activated.emit(2)
    form.group.setValue(4)
    form.tiles.setCurrentIndex(3)
    form.tiles.activated.emit(3)
    pane = chosen(panel).panes[0]
    assert pane is not None
    settings = pane.settings
    assert (settings.is_inverted, settings.horizontal, settings.sync_group, settings.tiles) == (
        True,
        "right",
        4,
        (2, 3),
    )
    qtbot.mouseClick(form.place_used, Qt.MouseButton.LeftButton)
    assert chosen(panel).panes[0] is None
    assert not form.label.isEnabled()
    qtbot.mouseClick(form.place_used, Qt.MouseButton.LeftButton)
    assert chosen(panel).panes[0] is not None


def test_that_looking_at_every_pane_of_every_rule_changes_nothing(panel: HangingPanel) -> None:
    presenter = presenter_of(panel)
    before = presenter.rules
    for rule in before:
        presenter.choose(rule.id)
        for number, pane in enumerate(rule.panes, 1):
            presenter.choose_pane(number)
            if pane is not None:
                panel.pane_form._take()
        panel.set_tokens(LIGHT)
    assert presenter.rules == before


def test_that_the_grid_changes_and_undo_brings_it_back(panel: HangingPanel, qtbot: QtBot) -> None:
    panel.grid_rows.setValue(1)
    assert len(panel.preview.boxes) == 4
    panel.screens.setValue(2)
    assert [box.screen for box in panel.preview.boxes] == [0, 0, 0, 0, 1]
    assert "for 2 monitors" in panel.verdict.text()
    for _ in range(2):
        qtbot.mouseClick(panel.undo_button, Qt.MouseButton.LeftButton)
    assert len(panel.preview.boxes) == 8


def test_that_a_rule_is_turned_off_and_moved_in_the_list(panel: HangingPanel, qtbot: QtBot) -> None:
    place = panel.rules.currentRow()
    panel.rules.currentItem().setCheckState(Qt.CheckState.Unchecked)
    assert not chosen(panel).is_enabled
    assert "turned off" in panel.verdict.text()
    qtbot.mouseClick(panel.up_button, Qt.MouseButton.LeftButton)
    assert panel.rules.currentRow() == place - 1
    moved = panel.rules.item(place - 1).data(Qt.ItemDataRole.UserRole)
    panel.rules.model().moveRow(panel.rules.rootIndex(), place - 1, panel.rules.rootIndex(), 0)
    qtbot.waitUntil(lambda: presenter_of(panel).rules[0].id == moved)
    assert panel.rules.item(0).data(Qt.ItemDataRole.UserRole) == moved


def test_that_the_wheel_over_a_choice_changes_nothing(panel: HangingPanel) -> None:
    box = panel.pane_form.horizontal
    down = QPoint(0, -120)
    place = QPointF(5, 5)
    event = QWheelEvent(
        place, box.mapToGlobal(place), QPoint(), down, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(box, event)
    assert box.currentText() == "Centre"


def test_that_pictures_are_asked_for_once_and_drawn_where_they_belong(qtbot: QtBot, tmp_path: Path) -> None:
    made = HangingPanel(DARK)
    qtbot.addWidget(made)
    made.resize(1100, 900)
    asked: list[str] = []
    made.preview.frame_wanted.connect(lambda key, _frame: asked.append(key))
    presenter = HangingPresenter(made, tmp_path)
    made.connect_to(presenter)
    shelf = Shelf()
    presenter.set_subject(shelf.subject(shelf.study("MG", studies.MAMMO_CODED)))
    presenter.choose("mammography")
    first = made.preview.boxes[0]
    assert asked.count(key_of(first)) == 1
    made.preview.show_picture(key_of(first), np.full((144, 144, 3), 255, np.uint8))
    made.preview.show_picture(key_of(made.preview.boxes[1]), None)
    made.show()
    qtbot.waitExposed(made)
    picture = made.preview.grab().toImage()
    rect = made.preview.rect_of(first)
    # The right breast lies at the right edge of its pane, towards the left one.
    at = QPointF(rect.right() - 8, rect.center().y()).toPoint()
    assert picture.pixelColor(at).lightness() > 150
    other = made.preview.rect_of(made.preview.boxes[1]).center().toPoint()
    assert picture.pixelColor(other).lightness() < 60


def test_that_a_rule_without_a_study_is_shown_too(qtbot: QtBot, tmp_path: Path) -> None:
    made = HangingPanel(LIGHT)
    qtbot.addWidget(made)
    presenter = HangingPresenter(made, tmp_path)
    made.connect_to(presenter)
    rule = Rule("own", "Own", screens=(Screen(1, 2, (Pane(), None)), Screen()))
    store.save([rule], tmp_path)
    again = HangingPresenter(made, tmp_path)
    again.choose("own")
    assert "Open a study" in made.verdict.text()
    assert [box.is_pane for box in made.preview.boxes] == [True, False, True]
    assert not made.apply_button.isEnabled()


def test_that_control_characters_of_a_file_do_not_reach_the_form(editing: Editing) -> None:
    shelf = Shelf()
    study = shelf.study("CT", [Named("a\x1b[31m\nb")], study_description="x\x00\x07y")
    editing.presenter.set_subject(shelf.subject(study))
    editing.presenter.choose("default")
    assert editing.shown.boxes[0].shows == "1 a[31m b"
    assert editing.shown.study == "xy, 2026-03-01"
