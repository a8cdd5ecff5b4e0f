"""The editor of windows: its decisions with a fake view, then its widgets."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from workstation.display.preset_table import Preset, PresetTable, shipped_presets
from workstation.errors import UserError
from workstation.gui.panels.presets.presenter import PresetForm, PresetRow, PresetsPresenter
from workstation.gui.panels.presets.view import PresetsPanel
from workstation.gui.theme import DARK
from workstation.model.frame import Window

SHIPPED = shipped_presets()
LUNG_FORM = PresetForm("Lung", "window", "-600", "1500", "LINEAR", "LUNG, CHEST")


@dataclass
class FakeView:
    modalities: tuple[tuple[str, ...], str] = ((), "")
    rows: tuple[PresetRow, ...] = ()
    chosen: int = -1
    can_reset: bool = False
    form: PresetForm | None = None
    problem: str = ""
    forms_shown: int = 0

    def show_modalities(self, names: tuple[str, ...], chosen: str) -> None:
        self.modalities = names, chosen

    def show_rows(self, rows: tuple[PresetRow, ...], chosen: int, *, can_reset: bool) -> None:
        self.rows, self.chosen, self.can_reset = rows, chosen, can_reset

    def show_form(self, form: PresetForm | None) -> None:
        self.form = form
        self.forms_shown += 1

    def show_problem(self, text: str) -> None:
        self.problem = text


@dataclass
class Editing:
    view: FakeView = field(default_factory=FakeView)
    saved: list[PresetTable] = field(default_factory=list)
    changed: list[PresetTable] = field(default_factory=list)
    tried: list[Preset] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.presenter = PresetsPresenter(self.view, SHIPPED, save=self.saved.append)
        self.presenter.on_changed = self.changed.append
        self.presenter.on_tried = self.tried.append
        self.presenter.open("ct")

    @property
    def names(self) -> list[str]:
        return [row.name for row in self.view.rows]


def test_that_the_windows_of_a_modality_are_listed_in_words() -> None:
    editing = Editing()
    assert editing.view.modalities == (SHIPPED.modalities, "CT")
    parts = ", ".join(SHIPPED.of("CT")[1].body_parts)
    assert editing.view.rows[1] == PresetRow("Lung", "W 1500 L -600", parts, "next free")
    assert not editing.view.can_reset
    editing.presenter.open("MR")
    assert editing.view.rows[0].window == "20 to 99.9 %"
    assert editing.view.form == PresetForm("Bright structures", "percentiles", "20", "99.9")


def test_that_a_modality_without_windows_can_get_one() -> None:
    editing = Editing()
    editing.presenter.open("xa")
    assert (editing.view.form, editing.view.chosen) == (None, -1)
    editing.presenter.add(Window(100, 200, explanation="from the file"))
    assert editing.presenter.table.of("XA") == (Preset("New window", Window(100, 200)),)
    assert "XA" in editing.view.modalities[0]


def test_that_a_change_in_the_form_takes_effect_at_once_and_is_written_when_the_hand_leaves() -> None:
    editing = Editing()
    editing.presenter.choose(1)
    assert editing.tried == [SHIPPED.of("CT")[1]]
    forms = editing.view.forms_shown
    editing.presenter.edit(replace(LUNG_FORM, first="-500"))
    assert editing.tried[-1].window == Window(-500, 1500)
    assert editing.changed[-1].of("CT")[1].window == Window(-500, 1500)
    assert editing.view.forms_shown == forms, "the form must not change under the fingers"
    assert editing.view.can_reset
    assert editing.saved == []
    editing.presenter.finish()
    editing.presenter.finish()
    assert editing.saved == [editing.changed[-1]]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"first": "x"}, "'x' is no number."),
        ({"second": ""}, "A number is missing."),
        ({"second": "0"}, "too small"),
        ({"first": "nan"}, "no number"),
        ({"name": ""}, "needs a name"),
        ({"name": "brain"}, "two windows called"),
        ({"name": "Auto"}, "every image"),
        ({"kind": "percentiles", "first": "90", "second": "10"}, "rise"),
    ],
)
def test_that_what_makes_no_window_is_told_and_changes_nothing(changes: dict[str, Any], problem: str) -> None:
    editing = Editing()
    editing.presenter.choose(1)
    editing.presenter.edit(replace(LUNG_FORM, **changes))
    assert problem in editing.view.problem
    assert editing.presenter.table == SHIPPED
    editing.presenter.edit(replace(LUNG_FORM, second="1400"))
    assert editing.view.problem == ""
    assert editing.presenter.table != SHIPPED


def test_that_the_form_takes_names_parts_keys_and_decimal_commas() -> None:
    editing = Editing()
    editing.presenter.choose(1)
    form = PresetForm(" Wide lung ", "window", "\N{MINUS SIGN}600,5", "1800", "SIGMOID", "chest, ,Lung,CHEST", 4)
    editing.presenter.edit(form)
    expected = Preset("Wide lung", Window(-600.5, 1800, "SIGMOID"), body_parts=("CHEST", "LUNG"), key=4)
    assert editing.presenter.table.of("CT")[1] == expected
    assert editing.view.rows[1].key == "4"


def test_that_windows_are_added_moved_removed_and_reset_and_each_is_written() -> None:
    editing = Editing()
    editing.presenter.add(Window(1, 2))
    editing.presenter.add(Window(3, 4))
    assert editing.names[:4] == ["Abdomen", "New window", "New window 2", "Lung"]
    assert (editing.view.chosen, editing.view.form) == (2, PresetForm("New window 2", "window", "3", "4"))
    editing.presenter.move(-2)
    assert (editing.names[0], editing.view.chosen) == ("New window 2", 0)
    editing.presenter.move(-1)
    editing.presenter.remove()
    assert (editing.names[0], editing.view.chosen) == ("Abdomen", 0)
    editing.presenter.reset()
    assert editing.presenter.table == SHIPPED
    assert editing.saved == editing.changed
    assert len(editing.saved) == 5


def test_that_the_last_window_can_be_removed() -> None:
    editing = Editing()
    editing.presenter.open("NM")
    editing.presenter.remove()
    assert (editing.view.form, editing.view.chosen) == (None, -1)
    editing.presenter.remove()
    editing.presenter.edit(LUNG_FORM)
    assert editing.presenter.table.of("NM") == ()


def test_that_a_table_of_undo_is_shown_and_written() -> None:
    editing = Editing()
    editing.presenter.add()
    editing.presenter.set_table(SHIPPED)
    assert "New window" not in editing.names
    assert editing.saved[-1] == SHIPPED


def test_that_what_cannot_be_written_is_told_and_tried_again() -> None:
    fails = [True]

    def save(_table: PresetTable) -> None:
        if fails:
            raise UserError("The disk is full.", hint="Make room.")

    view = FakeView()
    presenter = PresetsPresenter(view, SHIPPED, save=save)
    presenter.open("CT")
    presenter.add()
    assert view.problem == "The disk is full. Make room."
    fails.clear()
    view.problem = ""
    presenter.finish()
    assert view.problem == ""


def test_that_a_bad_file_is_told_when_the_editor_opens(tmp_path: Path) -> None:
    path = tmp_path / "presets.json"
    path.write_text("{", encoding="utf-8")
    view = FakeView()
    PresetsPresenter(view, PresetTable.load(path)).open()
    assert "presets.json is not used" in view.problem


@dataclass
class Panel:
    view: PresetsPanel
    presenter: PresetsPresenter
    saved: list[PresetTable]


@pytest.fixture
def panel(qtbot: Any) -> Panel:
    view = PresetsPanel(DARK)
    qtbot.addWidget(view)
    saved: list[PresetTable] = []
    presenter = PresetsPresenter(view, SHIPPED, save=saved.append)
    connections: list[tuple[Any, Callable[..., None]]] = [
        (view.modality_chosen, presenter.open), (view.chosen, presenter.choose), (view.edited, presenter.edit),
        (view.finished, presenter.finish), (view.add_wanted, presenter.add), (view.remove_wanted, presenter.remove),
        (view.moved, presenter.move), (view.reset_wanted, presenter.reset),
    ]  # fmt: skip
    for signal, slot in connections:
        signal.connect(slot)
    presenter.open("CT")
    view.show()
    return Panel(view, presenter, saved)


def test_that_typing_in_the_panel_changes_the_window(panel: Panel, qtbot: Any) -> None:
    row = panel.view.rows.topLevelItem(1)
    assert row is not None
    panel.view.rows.setCurrentItem(row)
    assert panel.view.name.text() == "Lung"
    panel.view.second.selectAll()
    qtbot.keyClicks(panel.view.second, "1700")
    assert panel.presenter.table.of("CT")[1].window == Window(-600, 1700)
    shown = panel.view.rows.topLevelItem(1)
    assert shown is not None
    assert shown.text(1) == "W 1700 L -600"
    qtbot.keyClick(panel.view.second, Qt.Key.Key_Return)
    assert panel.saved[-1].of("CT")[1].window == Window(-600, 1700)


def test_that_the_buttons_of_the_panel_do_what_they_say(panel: Panel, qtbot: Any) -> None:
    def press(button: Any) -> None:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    assert not panel.view.up_button.isEnabled()
    press(panel.view.down_button)
    assert [preset.name for preset in panel.presenter.table.of("CT")][:2] == ["Lung", "Abdomen"]
    press(panel.view.up_button)
    assert not panel.view.reset_button.isEnabled()
    press(panel.view.add_button)
    assert panel.view.name.text() == "New window"
    press(panel.view.remove_button)
    panel.view.key.setCurrentIndex(3)
    panel.view.key.activated.emit(3)
    assert [preset.key for preset in panel.presenter.table.of("CT")].count(3) == 1
    press(panel.view.reset_button)
    assert panel.presenter.table == SHIPPED


def test_that_percentiles_have_other_labels_and_no_shape(panel: Panel) -> None:
    assert panel.view.first_label.text() == "Centre"
    panel.presenter.open("MR")
    assert panel.view.first_label.text() == "Lowest, %"
    assert not panel.view.shape.isEnabled()
    assert panel.view.typed() == PresetForm("Bright structures", "percentiles", "20", "99.9")


def test_that_what_was_typed_is_written_when_the_panel_is_hidden(panel: Panel) -> None:
    panel.view.first.setText("77")
    panel.view.first.textEdited.emit("77")
    panel.view.hide()
    assert panel.saved[-1].of("CT")[0].window == Window(77, 350)
