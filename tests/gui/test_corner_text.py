"""The form of the corner text: its decisions with a fake view, then in the window, with effect on the image."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle, small_study
from workstation.display.corner_templates import CornerTemplates, Template, shipped_templates, templates_path
from workstation.display.corner_text import corner_lines
from workstation.errors import UserError
from workstation.gui.panels.corner_text.presenter import FIELDS, CornerForm, CornerTextPresenter
from workstation.gui.panels.corner_text.view import CornerTextPanel
from workstation.gui.session import Session


@dataclass
class FakeView:
    names: tuple[str, ...] = ()
    chosen: str = ""
    form: CornerForm | None = None
    origin: str = ""
    can_reset: bool = False
    problem: str = ""

    def show_modalities(self, names: tuple[str, ...], chosen: str) -> None:
        self.names, self.chosen = names, chosen

    def show_form(self, form: CornerForm) -> None:
        self.form = form
        self.show_origin(form.origin, can_reset=form.can_reset)

    def show_origin(self, words: str, *, can_reset: bool) -> None:
        self.origin, self.can_reset = words, can_reset

    def show_problem(self, text: str) -> None:
        self.problem = text


@dataclass
class Editing:
    view: FakeView = field(default_factory=FakeView)
    saved: list[CornerTemplates] = field(default_factory=list)
    changed: list[CornerTemplates] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.form = CornerTextPresenter(self.view, shipped_templates(), save=self.saved.append)
        self.form.on_changed = self.changed.append
        self.form.open("ct")

    def lines(self, modality: str, corner: int) -> list[str]:
        return [line.source for line in self.form.templates.of(modality)[corner]]


@pytest.mark.parametrize(("words", "written"), FIELDS)
def test_that_every_field_on_offer_is_one(words: str, written: str) -> None:
    assert words
    assert Template.parse(written).fields


def test_that_lines_say_where_they_come_from() -> None:
    editing = Editing()
    assert "" in editing.view.names
    assert {"CT", "MR", "MG"} <= set(editing.view.names)
    assert editing.view.origin == "As it comes with the program, for all modalities without lines of their own."
    editing.form.choose("bottom_right")
    assert editing.view.origin == "As it comes with the program."
    assert editing.view.form is not None
    assert editing.view.form.text.startswith("Series {SeriesNumber}")
    assert not editing.view.can_reset


def test_that_what_is_typed_holds_at_once_and_is_written_once() -> None:
    editing = Editing()
    editing.form.choose("top_right")
    editing.form.edit("{InstitutionName}\n\n  {KVP:.0f} kV ")
    editing.form.edit("{InstitutionName}\n{KVP:.0f} kV | {ConvolutionKernel}")
    assert editing.lines("CT", 1) == ["{InstitutionName}", "{KVP:.0f} kV | {ConvolutionKernel}"]
    assert editing.lines("MR", 1) == [line.source for line in shipped_templates().of("MR")[1]]
    assert (editing.view.origin, editing.view.can_reset) == ("Yours.", True)
    assert (len(editing.changed), len(editing.saved)) == (2, 0)
    editing.form.finish()
    editing.form.finish()
    assert len(editing.saved) == 1


def test_that_a_line_that_is_wrong_is_named_and_changes_nothing() -> None:
    editing = Editing()
    editing.form.edit("{PatientName}\n{Patientname}")
    assert editing.view.problem.startswith("Line 2: {Patientname} is no attribute")
    editing.form.edit("{PatientName")
    assert "Line 1" in editing.view.problem
    editing.form.edit("\n".join(["{PatientID}"] * 13))
    assert editing.view.problem == "A corner holds 12 lines at most."
    assert editing.changed == []
    editing.form.edit("{PatientID}")
    assert (editing.view.problem, editing.lines("CT", 0)) == ("", ["{PatientID}"])


def test_that_a_reset_gives_back_the_lines_of_the_program_in_all_corners() -> None:
    editing = Editing()
    editing.form.edit("")
    editing.form.choose("bottom_left")
    editing.form.edit("{Zoom}")
    assert (editing.lines("CT", 0), editing.lines("CT", 2)) == ([], ["{Zoom}"])
    editing.form.reset()
    assert editing.form.templates.of("CT") == shipped_templates().of("CT")
    assert not editing.view.can_reset
    assert editing.saved[-1].own == {}


def test_that_a_file_that_cannot_be_written_is_told() -> None:
    def refuse(_templates: CornerTemplates) -> None:
        raise UserError("The corner text cannot be written.", hint="It holds until the program ends.")

    view = FakeView()
    form = CornerTextPresenter(view, shipped_templates(), save=refuse)
    form.open("CT")
    form.edit("{PatientID}")
    form.finish()
    assert view.problem == "The corner text cannot be written. It holds until the program ends."


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    with running_session(qtbot, tmp_path) as made:
        made.open([small_study(tmp_path / "study")])
        settle(qtbot, made)
        yield made


def first_corner(session: Session) -> tuple[str, ...]:
    scene = session.pane.scene if session.pane is not None else None
    assert scene is not None
    assert scene.facts is not None
    shown = corner_lines(
        scene.instance, scene.frame, scene.view, (500, 500), facts=scene.facts, templates=scene.templates
    )  # fmt: skip
    return shown.top_left


def test_that_the_image_says_what_is_typed_and_undo_takes_it_back(session: Session, qtbot: QtBot) -> None:
    before = first_corner(session)
    session.window.actions_by_id["corner-text"].trigger()
    panel = session.window.side.currentWidget()
    assert isinstance(panel, CornerTextPanel)
    assert panel.modality.currentText() == "CT"
    panel.lines.selectAll()
    qtbot.keyClicks(panel.lines, "Words ")
    panel.field.activated.emit(panel.field.findText("Series: device"))
    settle(qtbot, session)
    assert panel.lines.toPlainText() == "Words | {ManufacturerModelName}"
    assert first_corner(session)[0].startswith("Words")
    qtbot.keyClick(session.window, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert CornerTemplates.load().own["CT"]["top_left"][0].source == "Words | {ManufacturerModelName}"
    session.window.actions_by_id["undo"].trigger()
    settle(qtbot, session)
    assert first_corner(session) == before
    assert not templates_path().exists(), "the shipped lines need no file"
    session.window.actions_by_id["redo"].trigger()
    settle(qtbot, session)
    assert first_corner(session)[0].startswith("Words")


def test_that_the_keyboard_goes_from_part_to_part_and_back_to_the_image(session: Session, qtbot: QtBot) -> None:
    window = session.window
    window.actions_by_id["corner-text"].trigger()
    panel = window.side.currentWidget()
    assert isinstance(panel, CornerTextPanel)
    window.pane.setFocus()
    qtbot.keyClick(window.pane, Qt.Key.Key_F6)
    assert panel.modality.hasFocus()
    qtbot.keyClick(panel.modality, Qt.Key.Key_F6)
    qtbot.waitUntil(lambda: not panel.modality.hasFocus())
    while not panel.modality.hasFocus():
        session.window.actions_by_id["next-part"].trigger()
    qtbot.keyClick(panel.modality, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert window.pane.hasFocus()
