"""Browser, jobs, notes and unreadable files: their decisions, with fake views."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui.making import instance, tree
from workstation.errors import UserError
from workstation.gui.panels.browser.model import NODE_ROLE, BrowserModel
from workstation.gui.panels.browser.nodes import Node, filtered, nodes_of
from workstation.gui.panels.browser.presenter import BrowserPresenter
from workstation.gui.panels.jobs.presenter import JobLine, JobsPresenter, progress_text
from workstation.gui.panels.notes import view as notes_view
from workstation.gui.panels.notes.presenter import Note, NotesPresenter
from workstation.gui.panels.notes.view import NotesArea
from workstation.gui.panels.refused.presenter import RefusedLine, RefusedPresenter, summary
from workstation.gui.theme import DARK
from workstation.jobs.events import Finished, Progressed, Started
from workstation.jobs.job import Job
from workstation.model.index.records import Place, RefusedFile
from workstation.model.refusal import Reason
from workstation.workspace import Selection, Workspace

LUNG = instance(1, series="1.1.1", series_description="Lung")
BONE = instance(1, series="1.1.2", series_description="Bone", series_number=2)
REPORT = instance(1, series="1.1.3", series_number=3, modality="SR", has_pixels=False, series_description="Findings")
OTHER = instance(
    1, series="1.2.1", study="1.2", patient_id="P2", patient_name="Öztürk^Jan", study_description="Knee", modality="MR"
)
NODES = nodes_of(tree(LUNG, BONE, REPORT, OTHER))


def _titles(nodes: Sequence[Node]) -> list[str]:
    return [title for node in nodes for title in (node.title, *_titles(node.children))]


@pytest.mark.parametrize(
    ("text", "series"),
    [
        ("lung", ["1  Lung"]),
        ("meyer bone", ["2  Bone"]),
        ("BONE Meyer 2024-01-31", ["2  Bone"]),
        ("öztürk", ["1  MR without a description"]),
        ("sr", ["3  Findings"]),
        ("p1 mr", []),
        ("  ", ["1  Lung", "2  Bone", "3  Findings", "1  MR without a description"]),
    ],
)
def test_that_every_word_of_a_search_has_to_occur_in_a_series_or_above_it(text: str, series: list[str]) -> None:
    found = filtered(NODES, text)
    assert [each.title for patient in found for study in patient.children for each in study.children] == series


def test_that_a_match_on_a_patient_keeps_all_that_is_below() -> None:
    assert _titles(filtered(NODES, "meyer")) == _titles(NODES[:1])


def test_that_objects_without_images_get_a_badge_and_no_thumbnail() -> None:
    report = NODES[0].children[0].children[2]
    assert (report.badge, report.is_special, report.thumbnail) == ("SR", True, None)


def test_that_control_characters_of_a_file_do_not_reach_the_list() -> None:
    nodes = nodes_of(tree(instance(1, study_description="Che\x1b[31mst\n", series_description="\x00a")))
    assert all(character.isprintable() for title in _titles(nodes) for character in title)


@dataclass
class FakeBrowser:
    nodes: Sequence[Node] = ()
    selected: str | None = None
    summary: str = ""

    def show_nodes(self, nodes: Sequence[Node], *, unfold: bool) -> None:
        self.nodes = nodes

    def show_selected(self, key: str | None) -> None:
        self.selected = key

    def show_summary(self, text: str) -> None:
        self.summary = text


def test_that_the_browser_follows_the_workspace_and_says_how_much_of_it_is_seen() -> None:
    view, workspace = FakeBrowser(), Workspace()
    presenter = BrowserPresenter(view, workspace)
    workspace.merge(tree(LUNG, BONE, REPORT, OTHER))
    assert view.summary == "2 patients, 4 series"
    presenter.search("meyer")
    assert view.summary == "3 of 4 series"
    presenter.chosen(Selection("1.1.2"))
    assert workspace.selection == Selection("1.1.2")
    assert view.selected == "series:1.1.2"


def test_that_the_model_follows_any_change_of_the_tree(qapp: object) -> None:
    model = BrowserModel()
    for instances in ([LUNG], [LUNG, OTHER, BONE], [OTHER, REPORT, BONE], [BONE], [], [REPORT, LUNG]):
        nodes = nodes_of(tree(*instances))
        model.set_nodes(nodes)
        assert _shown(model) == _titles(nodes)


def _shown(model: BrowserModel) -> list[str]:
    found = []
    pending = [model.index(row, 0) for row in reversed(range(model.rowCount()))]
    while pending:
        index = pending.pop()
        node = index.data(NODE_ROLE)
        assert isinstance(node, Node)
        found.append(node.title)
        pending += [model.index(row, 0, index) for row in reversed(range(model.rowCount(index)))]
        for row in range(model.rowCount(index)):
            assert model.index(row, 0, index).parent() == index
    return found


def test_that_only_new_rows_are_called_new(qapp: object) -> None:
    model = BrowserModel()
    assert len(model.set_nodes(nodes_of(tree(LUNG)))) == 3
    added = model.set_nodes(nodes_of(tree(LUNG, BONE)))
    assert [index.data(NODE_ROLE).title for index in added] == ["2  Bone"]


@dataclass
class FakeStrip:
    lines: tuple[JobLine, ...] = ()

    def show_jobs(self, lines: tuple[JobLine, ...]) -> None:
        self.lines = lines


def test_that_a_job_says_how_far_it_is_its_rate_and_the_time_left() -> None:
    view, now = FakeStrip(), [0.0]
    presenter = JobsPresenter(view, clock=lambda: now[0])
    job = Job("Open chest")
    presenter.handle(job, Started(job.id, job.title))
    now[0] = 2.0
    presenter.handle(job, Progressed(job.id, 200, 500))
    (line,) = view.lines
    assert (line.title, line.text, line.share) == ("Open chest", "200 of 500  ·  100/s  ·  3 s left", 0.4)
    presenter.handle(job, Finished(job.id, None))
    assert view.lines == ()
    assert presenter.is_idle


def test_that_of_what_nobody_counts_the_share_is_said() -> None:
    assert progress_text(Progressed(1, 1_884_000, 19_488_000, "Registering"), 2.2) == (
        "Registering  ·  10\N{NO-BREAK SPACE}%  ·  21 s left"
    )
    assert progress_text(Progressed(1, 120, 500), 0.3) == "120 of 500"


def test_that_a_cancelled_job_says_so_at_once_and_is_not_overwritten_by_late_progress() -> None:
    view = FakeStrip()
    presenter = JobsPresenter(view, clock=lambda: 0.0)
    job = Job("Open chest")
    presenter.handle(job, Started(job.id, job.title))
    presenter.cancel(job.id)
    presenter.handle(job, Progressed(job.id, 200, 500))
    assert job.is_cancelled
    assert (view.lines[0].text, view.lines[0].is_stopping) == ("Stopping …", True)


@dataclass
class FakeNotes:
    notes: tuple[Note, ...] = ()
    more: int = 0

    def show_notes(self, notes: tuple[Note, ...], *, more: int) -> None:
        self.notes, self.more = notes, more


def test_that_the_newest_notes_are_shown_and_the_rest_counted() -> None:
    view = FakeNotes()
    presenter = NotesPresenter(view)
    for number in range(5):
        presenter.add(Note("error", f"note {number}"))
    assert [note.message for note in view.notes] == ["note 4", "note 3", "note 2"]
    assert view.more == 2
    presenter.dismiss(view.notes[0].id)
    assert [note.message for note in view.notes] == ["note 3", "note 2", "note 1"]


def test_that_the_same_note_is_shown_once() -> None:
    view = FakeNotes()
    presenter = NotesPresenter(view)
    for _ in range(3):
        presenter.error("Open", UserError("The disk is full.", hint="Make room."))
    assert [note.as_text() for note in view.notes] == ["The disk is full.\nMake room."]


def test_that_a_passing_note_goes_by_itself_and_others_stay(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes_view, "PASSING_MS", 1)
    area = NotesArea(DARK)
    qtbot.addWidget(area)
    notes = NotesPresenter(area)
    area.dismissed.connect(notes.dismiss)
    notes.add(Note("information", "Hung by CT chest.", passes=True))
    notes.add(Note("warning", "A file could not be read."))
    qtbot.waitUntil(lambda: len(notes.notes) == 1)
    assert notes.notes[0].message == "A file could not be read."


def test_that_a_bug_is_told_with_its_trace_and_without_the_patient() -> None:
    view = FakeNotes()
    with pytest.raises(KeyError) as caught:
        dict[str, str]()["PatientName: Meyer^Anna"]
    NotesPresenter(view).error("Open study", caught.value)
    assert "KeyError" in view.notes[0].details
    assert "Meyer" not in view.notes[0].as_text()


@dataclass
class FakeList:
    lines: tuple[RefusedLine, ...] = field(default=())

    def show_lines(self, lines: tuple[RefusedLine, ...]) -> None:
        self.lines = lines


def test_that_unreadable_files_come_before_files_that_are_merely_no_dicom() -> None:
    view, workspace = FakeList(), Workspace()
    presenter = RefusedPresenter(view, workspace)
    files = [
        RefusedFile(Place(Path("/d/notes.txt")), Reason.NOT_DICOM, "It looks like text."),
        RefusedFile(Place(Path("/d/disc.zip"), "a/b.dcm"), Reason.TRUNCATED, "It ends at byte 12.", "Copy it again."),
    ]
    workspace.refuse(files)
    assert [line.name for line in view.lines] == ["a/b.dcm", "notes.txt"]
    assert presenter.as_text().splitlines()[0] == (
        f"{Path('/d/disc.zip')}!a/b.dcm: File ends too early. It ends at byte 12. Copy it again."
    )
    assert summary(workspace.refused) == ("1 unreadable file", True)
    assert summary(files[:1]) == ("", False), "a text beside images is listed, and nobody is told of it"
    odd = RefusedFile(Place(Path("/d/IM_0001")), Reason.NOT_DICOM, "It begins with nothing but zeros.")
    assert summary([*files[:1], odd]) == ("1 file that is not DICOM", False)


def test_that_markup_in_a_file_is_shown_as_text_in_tool_tips(qapp: object) -> None:
    model = BrowserModel()
    model.set_nodes(nodes_of(tree(instance(1, study_description="<img src=x>"))))
    study = model.index(0, 0, model.index(0, 0))
    assert "&lt;img src=x&gt;" in study.data(Qt.ItemDataRole.ToolTipRole)
