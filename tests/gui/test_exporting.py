"""Export and print preview: what their dialogs decide, with fake views; then the widgets, the paper, and the window."""

import re
import shlex
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray
from pydicom import dcmread
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.making import FakeWork, frame, instance, running_session, settle, small_study, tree
from tests.segmentation_samples import segmentation
from workstation.batch.main import main
from workstation.display.operations import ImageParameters
from workstation.display.segment_files import read_segment_files
from workstation.display.segments import Look
from workstation.display.view import View
from workstation.errors import UserError
from workstation.exporting.operations import ExportParameters
from workstation.gui.panels.exporting.form import FORMATS, ExportForm
from workstation.gui.panels.exporting.paper import Printing, printer_for
from workstation.gui.panels.exporting.presenter import ExportPresenter, Offer
from workstation.gui.panels.exporting.preview import PreviewDialog
from workstation.gui.panels.exporting.preview_presenter import PreviewPresenter, PreviewState
from workstation.gui.panels.exporting.requests import ExportRequest
from workstation.gui.panels.exporting.subject import Shown, ShownSegments, Subject
from workstation.gui.panels.exporting.view import ExportDialog
from workstation.gui.panels.saving.view import SavingDialog
from workstation.gui.theme import DARK
from workstation.jobs.job import Job
from workstation.model.annotation import Annotation
from workstation.model.frame import Window
from workstation.model.index.library import Library
from workstation.model.marking import Marking
from workstation.objects.segment_masks import SegmentMasks
from workstation.operations.values import Size

Picture = NDArray[np.uint8]


class FakeView:
    """Keeps what it is shown."""

    def __init__(self) -> None:
        self.form = ExportForm()
        self.offer = Offer((), (), (), goes_to_folder=False, exists=False)
        self.is_closed = False

    def show_form(self, form: ExportForm, offer: Offer) -> None:
        self.form, self.offer = form, offer

    def close_dialog(self) -> None:
        self.is_closed = True


class FakePreview:
    """Keeps what it is shown."""

    def __init__(self) -> None:
        self.states: list[PreviewState] = []
        self.pages: list[Picture | None] = []

    def show_state(self, state: PreviewState) -> None:
        self.states.append(state)

    def show_page(self, picture: Picture | None) -> None:
        self.pages.append(picture)


def _subject(folder: Path, view: View | None = None, *, name: str = "axial") -> Subject:
    """The middle image of a small study that lies in a folder, as a pane shows it."""
    small_study(folder, name)
    with Library.in_memory() as library:
        library.add([folder])
        instances = [each for one in library.patients()[0].studies[0].series for each in one.instances]
    (patient,) = tree(*instances)
    study = patient.studies[0]
    series = study.series[0]
    stack = series.stacks[0]
    ref = stack.frames[len(stack.frames) // 2]
    shown = Shown(ref, frame(), view or View(), (300, 200))
    return Subject(study, series, stack, shown)


@pytest.fixture
def subject(tmp_path: Path) -> Subject:
    return _subject(tmp_path / "in")


class Exported:
    """An export dialog with a fake view."""

    def __init__(self, subject: Subject, folder: Path, **choices: Any) -> None:
        self.view = FakeView()
        self.requests: list[ExportRequest] = []
        self.kept = ExportForm(destination=str(folder / "x")).kept()
        self.presenter = ExportPresenter(self.view, subject, self.kept, on_export=self.requests.append)
        self.presenter.open()
        for key, value in choices.items():
            self.presenter.change(replace(self.view.form, **{key: value}))


def test_that_the_destination_follows_the_format_and_names_no_patient(subject: Subject, tmp_path: Path) -> None:
    done = Exported(subject, tmp_path)
    for key in FORMATS:
        done.presenter.change(replace(done.view.form, format=key))
        path = Path(done.view.form.destination)
        assert path.parent == tmp_path
        assert not set(subject.patient().casefold().split(", ")) & set(
            path.stem.casefold().replace("-", "_").split("_")
        )
        assert (path.suffix == "") == done.view.offer.goes_to_folder
    done.presenter.change(replace(done.view.form, destination=str(tmp_path / "mine.x")))
    done.presenter.change(replace(done.view.form, format="pdf"))
    assert done.view.form.destination == str(tmp_path / "mine.pdf")


def test_that_a_taken_name_is_not_suggested_again(subject: Subject, tmp_path: Path) -> None:
    first = Path(Exported(subject, tmp_path, format="pdf").view.form.destination)
    first.write_text("")
    assert Path(Exported(subject, tmp_path, format="pdf").view.form.destination) != first


@pytest.mark.parametrize(
    ("key", "fields"),
    [
        ("png", {"size", "look", "burn_in", "every", "names"}),
        ("mp4", {"size", "look", "burn_in", "every", "rate", "codec", "names"}),
        ("gif", {"size", "look", "burn_in", "every", "rate", "names"}),
        ("pdf", {"look", "every", "layout", "paper"}),
        ("dicomdir", {"anonymise", "icons"}),
    ],
)
def test_that_only_the_options_of_the_format_are_shown(
    subject: Subject, tmp_path: Path, key: str, fields: set[str]
) -> None:
    assert set(Exported(subject, tmp_path, format=key).view.offer.fields) == fields


def test_that_the_image_in_the_pane_becomes_pictures_alone(subject: Subject, tmp_path: Path) -> None:
    done = Exported(subject, tmp_path, format="mp4", scope="image")
    assert {key for key, _words in done.view.offer.formats} == {"png", "jpeg", "tiff"}
    assert done.view.form.format == "png"


@pytest.mark.parametrize("key", list(FORMATS))
@pytest.mark.parametrize("scope", ["series", "study", "image"])
def test_that_what_is_asked_for_is_done_and_its_command_does_the_same(
    subject: Subject, tmp_path: Path, key: str, scope: str
) -> None:
    from workstation.jobs.job import Job

    done = Exported(subject, tmp_path, scope=scope, format=key)
    if done.view.form.format != key:
        return  # pictures alone
    ending = Path(done.view.form.destination).suffix
    done.presenter.change(replace(done.view.form, every=1, layout="3x3", destination=str(tmp_path / f"out{ending}")))
    assert done.view.offer.problem == ""
    done.presenter.export()
    (request,) = done.requests
    assert done.view.is_closed
    results = list(request.operation.run(request.parameters, Job()))
    assert results
    first = _content(request.output)
    assert first
    words = shlex.split(request.command.replace(str(request.output), str(tmp_path / f"again{ending}")))
    assert words[:2] == ["workstation", "--batch"]
    assert main(words[2:]) == 0
    assert _content(tmp_path / f"again{ending}").keys() == first.keys()


def _content(path: Path) -> dict[str, int]:
    if path.is_file():
        return {"": path.stat().st_size}
    return {str(each.relative_to(path)): each.stat().st_size for each in path.rglob("*") if each.is_file()}


def test_that_the_picture_is_looked_at_as_in_the_pane(tmp_path: Path) -> None:
    view = View(Window(50, 350), inverted=True, rotation_quarters=1, flipped_h=True, zoom=2.0, centre_px=(3.0, 4.0))
    subject = _subject(tmp_path / "in", view)
    done = Exported(subject, tmp_path, format="png", size="pane")
    request = done.presenter.request()
    given = request.parameters
    assert isinstance(given, ExportParameters)
    assert (given.window, given.invert, given.rotate, given.flip, given.size) == (
        (50, 350),
        True,
        "90",
        ("horizontal",),
        Size(300, 200),
    )
    done.presenter.change(replace(done.view.form, scope="image"))
    given = done.presenter.request().parameters
    assert (given.zoom, given.centre) == (2.0, (3.0, 4.0))
    done.presenter.change(replace(done.view.form, look=False))
    assert done.presenter.request().parameters.window is None


def test_that_a_picture_at_a_side_of_its_pane_is_exported_there(tmp_path: Path) -> None:
    subject = _subject(tmp_path / "in", View(at_sides=frozenset({"right"})))
    given = Exported(subject, tmp_path, format="png", size="pane", scope="image").presenter.request().parameters
    assert isinstance(given, ImageParameters)
    assert given.side == ("right",)


def test_that_many_files_are_given_as_their_folder_in_the_command(tmp_path: Path) -> None:
    slices = [instance(number) for number in range(1, 60)]
    (patient,) = tree(*slices)
    series = patient.studies[0].series[0]
    subject = Subject(patient.studies[0], series)
    assert len(subject.inputs("series")) == 59
    assert subject.short_inputs("series") == (Path("/data/1.1.1"),)
    assert subject.scopes()[0][0] == "series"
    (patient,) = tree(*(instance(number) for number in range(1, 600)))
    series = patient.studies[0].series[0]
    assert Subject(patient.studies[0], series).inputs("series") == (Path("/data/1.1.1"),)


def test_that_what_is_there_is_replaced_only_when_asked(subject: Subject, tmp_path: Path) -> None:
    done = Exported(subject, tmp_path, format="pdf")
    Path(done.view.form.destination).write_text("mine")
    done.presenter.change(done.view.form)
    assert done.view.offer.problem == "It is there already."
    done.presenter.export()
    assert done.requests == []
    done.presenter.change(replace(done.view.form, overwrite=True))
    done.presenter.export()
    assert done.requests[0].parameters.overwrite
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a").write_text("")
    done.presenter.change(replace(done.view.form, format="dicom", overwrite=True))
    done.presenter.change(replace(done.view.form, destination=str(tmp_path / "full")))
    assert "not empty" in done.view.offer.problem


def test_that_nonsense_is_told_beside_the_form(subject: Subject, tmp_path: Path) -> None:
    done = Exported(subject, tmp_path, format="mp4", rate="fast")
    assert "'fast' is no number" in done.view.offer.problem
    assert done.presenter.command() == ""
    done.presenter.change(replace(done.view.form, rate="1000"))
    assert "--rate" in done.view.offer.problem
    done.presenter.change(replace(done.view.form, rate="12,5"))
    assert done.view.offer.problem == ""
    assert done.presenter.request().parameters.rate == 12.5
    done.presenter.change(replace(done.view.form, destination=" "))
    assert done.view.offer.problem == "Say where to."
    done.presenter.change(replace(done.view.form, format="png", destination=str(tmp_path / "a.png")))
    done.presenter.change(replace(done.view.form, destination=str(tmp_path / "a.png")))
    assert "Several files" in done.view.offer.problem


def test_that_choices_are_kept_and_nonsense_is_forgotten(subject: Subject, tmp_path: Path) -> None:
    done = Exported(subject, tmp_path, format="gif", rate="7", every=2)
    done.presenter.export()
    begun = ExportForm.of(done.kept)
    assert (begun.format, begun.rate, begun.every, begun.overwrite) == ("gif", "7", 2, False)
    assert begun.destination == str(tmp_path)
    assert ExportForm.of({"format": "exe", "every": "-3", "look": "maybe"}) == ExportForm()


def _previewed(subject: Subject, form: ExportForm) -> tuple[PreviewPresenter, FakePreview, FakeWork]:
    view, work = FakePreview(), FakeWork()
    now = datetime(2026, 11, 25, 12, tzinfo=UTC)
    presenter = PreviewPresenter(view, work, subject, form, now=lambda: now)
    presenter.open()
    return presenter, view, work


def test_that_the_preview_shows_the_page_that_is_written(subject: Subject, tmp_path: Path) -> None:
    presenter, view, work = _previewed(subject, ExportForm(format="pdf", layout="2x2"))
    work.run_all()
    picture = view.pages[-1]
    assert picture is not None
    done = Exported(subject, tmp_path, format="pdf", layout="2x2")
    done.presenter.export()
    from workstation.jobs.job import Job

    done.requests[0].results(Job())
    document = pypdfium2.PdfDocument(done.requests[0].output)
    assert len(document) == presenter.count
    written = np.asarray(document[0].render(scale=110 / 72).to_numpy())[..., :3]
    document.close()
    assert written.shape == picture.shape
    body = slice(round(0.12 * len(picture)), round(0.9 * len(picture)))  # the foot carries the minute
    assert np.abs(written[body].astype(int) - picture[body]).mean() < 2


def test_that_pages_are_turned_within_their_number(subject: Subject) -> None:
    presenter, view, work = _previewed(subject, ExportForm(format="pdf", layout="1x1"))
    work.run_all()
    count = presenter.count
    assert count == len(subject.stacks()[0].frames)
    presenter.turn(-1)
    presenter.turn(count + 5)
    assert view.states[-1].number == count - 1
    presenter.change(replace(presenter.form, layout="4x5"))
    assert (view.states[-1].number, view.states[-1].count) == (0, 1)


def test_that_only_the_last_page_that_was_wanted_is_shown(subject: Subject) -> None:
    presenter, view, work = _previewed(subject, ExportForm(format="pdf", layout="1x1"))
    presenter.turn(1)
    presenter.turn(1)
    assert [job.is_cancelled for job, _function, _kept in work.waiting] == [True, True, False]
    work.run_all()
    assert sum(page is not None for page in view.pages) == 1


def test_that_what_cannot_be_printed_is_told(subject: Subject) -> None:
    _presenter, view, work = _previewed(subject, ExportForm(format="pdf", layout="4x5", page="letter", landscape=True))
    work.run_all()
    assert view.states[-1].count >= 1
    for ref in subject.series.stacks[0].frames:
        ref.instance.place.path.unlink()
    _presenter, view, work = _previewed(subject, ExportForm(format="pdf", layout="1x1"))
    work.run_all()
    assert "no such file" in view.states[-1].problem


def test_that_the_dialog_shows_fields_and_tells_changes(qtbot: QtBot, subject: Subject, tmp_path: Path) -> None:
    dialog = ExportDialog(DARK, "Meyer, Anna")
    qtbot.addWidget(dialog)
    requests: list[ExportRequest] = []
    kept = ExportForm(destination=str(tmp_path / "x")).kept()
    presenter = ExportPresenter(dialog, subject, kept, on_export=requests.append)
    dialog.edited.connect(presenter.change)
    dialog.export_wanted.connect(presenter.export)
    presenter.open()
    dialog.open()
    assert not dialog.codec.isVisible()
    dialog.format.setCurrentIndex(dialog.format.findData("mp4"))
    dialog.format.activated.emit(dialog.format.currentIndex())
    assert dialog.codec.isVisible()
    assert not dialog.overwrite.isVisible()
    qtbot.keyClicks(dialog.rate, "x")
    assert not dialog.export_button.isEnabled()
    assert dialog.problem.isVisible()
    dialog.rate.clear()
    qtbot.keyClicks(dialog.rate, "8")
    dialog.export_button.click()
    assert requests[0].parameters.rate == 8
    assert not dialog.isVisible()


def test_that_the_preview_dialog_turns_and_lays_out(qtbot: QtBot, subject: Subject) -> None:
    dialog, work = PreviewDialog(DARK), FakeWork()
    qtbot.addWidget(dialog)
    presenter = PreviewPresenter(dialog, work, subject, ExportForm(format="pdf", layout="1x1"))
    dialog.edited.connect(presenter.change)
    dialog.turned.connect(presenter.turn)
    presenter.open()
    dialog.open()
    work.run_all()
    assert dialog.page.is_shown
    assert not dialog.back.isEnabled()
    dialog.forth.click()
    assert presenter.number == 1
    assert len(work.waiting) == 1
    work.run_all()
    dialog.landscape.click()
    work.run_all()
    page = dialog.page.picture
    assert page is not None
    assert page.width() > page.height()
    dialog.close()


@pytest.mark.parametrize("landscape", [False, True])
def test_that_paper_gets_every_page_at_its_size(
    qapp: QApplication, subject: Subject, tmp_path: Path, landscape: bool
) -> None:
    presenter, _view, work = _previewed(subject, ExportForm(format="pdf", layout="2x2", landscape=landscape))
    printer = printer_for(presenter.form)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "paper.pdf"))
    ended: list[object] = []
    small = lambda number, done, failed: presenter.print_page(number, done, failed, dpi=60)  # noqa: E731
    Printing(
        printer, presenter.form, presenter.count, small, done=lambda: ended.append(""), failed=ended.append
    ).start()
    work.run_all()
    assert ended == [""]
    document = pypdfium2.PdfDocument(tmp_path / "paper.pdf")
    assert len(document) == presenter.count
    width, height = document[0].get_size()
    picture = np.asarray(document[0].render(scale=60 / 72).to_numpy())[..., :3]
    document.close()
    assert sorted((round(width), round(height))) == [595, 842]
    assert (width > height) == landscape
    dark = np.argwhere(picture.max(axis=2) < 100)
    assert dark.min() * 25.4 / 60 == pytest.approx(12, abs=1.5)  # the margin


def test_that_a_page_that_fails_ends_printing(qapp: QApplication, subject: Subject, tmp_path: Path) -> None:
    form = ExportForm(format="pdf")
    printer = printer_for(form)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "paper.pdf"))
    ended: list[object] = []
    error = UserError("no")
    Printing(
        printer, form, 2, lambda _n, _done, failed: failed(error), done=lambda: ended.append(""), failed=ended.append
    ).start()
    assert ended == [error]


def test_that_the_window_exports_what_is_seen(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        session.open([small_study(tmp_path / "in")])
        settle(qtbot, session)
        session.remembered.export.update(ExportForm(format="gif", destination=str(tmp_path / "out" / "x")).kept())
        session.command("export")
        dialog = session.window.findChild(ExportDialog)
        assert dialog is not None
        name = Path(dialog.destination.text())
        dialog.command_button.click()
        assert "workstation --batch export" in QApplication.clipboard().text()
        dialog.export_button.click()
        settle(qtbot, session)
        assert name.parent == tmp_path / "out"
        assert name.read_bytes()[:3] == b"GIF"
        assert "Exported to" in session.notes.notes[0].message
        session.command("print")
        preview = session.window.findChild(PreviewDialog)
        assert preview is not None
        qtbot.waitUntil(lambda: preview.page.picture is not None)
        qtbot.keyClick(preview, Qt.Key.Key_Escape)
        settle(qtbot, session)
        assert session.window.findChild(PreviewDialog) is None, "Esc closes it"
        session.command("print")
        other = session.window.findChild(PreviewDialog)
        assert other is not None
        other.close()
        settle(qtbot, session)
        assert session.window.findChild(PreviewDialog) is None, "and so does the frame of the window"


def test_that_a_window_without_a_study_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        session.command("export")
        assert "nothing to export" in session.notes.notes[0].message
        assert session.window.findChild(ExportDialog) is None


def test_that_pictures_of_the_pane_equal_what_is_written(subject: Subject, tmp_path: Path) -> None:
    from workstation.display.render import render
    from workstation.model.image import Image

    done = Exported(subject, tmp_path, scope="image", format="png")
    done.presenter.export()
    done.requests[0].results(Job())
    assert subject.shown is not None
    shown = Image.open(subject.shown.ref.instance.place).frame()
    picture = cv2.imread(str(done.requests[0].output))
    assert picture is not None
    rows, columns = picture.shape[:2]
    np.testing.assert_array_equal(picture[..., ::-1], render(shown, View(), (columns, rows)))


def test_that_a_presentation_state_that_is_left_out_is_told(tmp_path: Path) -> None:
    presentation: Any = object()  # that there is one is all that counts here
    subject = _subject(tmp_path / "in", View(presentation=presentation))
    done = Exported(subject, tmp_path, format="png")
    assert "presentation state" in done.view.offer.note
    assert done.view.offer.problem == ""
    done.presenter.change(replace(done.view.form, look=False))
    assert done.view.offer.note == ""


def test_that_a_patient_who_is_taken_out_names_no_folder(subject: Subject, tmp_path: Path) -> None:
    done = Exported(subject, tmp_path, format="dicom", names=True)
    assert done.presenter.request().parameters.with_names
    done.presenter.change(replace(done.view.form, anonymise="archive"))
    assert "names" not in done.view.offer.fields
    given = done.presenter.request().parameters
    assert (given.anonymise, given.with_names) == ("archive", False)
    assert ExportForm.of({**done.view.form.kept(), "anonymise": "magic"}) == ExportForm()


def _annotated(subject: Subject, *, on_other: bool = False) -> Subject:
    assert subject.shown is not None
    assert subject.stack is not None
    here = subject.shown.ref
    ref = next(each for each in subject.stack.frames if each is not here) if on_other else here
    uid, number = ref.instance.sop_instance_uid, ref.number
    made = Annotation("1", "arrow", uid, number, ((4.0, 4.0), (12.0, 10.0)), (12.0, 10.0), colour=(255, 96, 88))
    return replace(subject, marking=Marking((made,)))


def _reds(picture: Picture) -> int:
    return int((np.abs(picture.astype(int) - (255, 96, 88)).max(axis=2) < 40).sum())


def test_that_annotations_are_offered_where_there_are_some_and_drawn_unless_unwanted(
    subject: Subject, tmp_path: Path
) -> None:
    assert "annotations" not in Exported(subject, tmp_path, format="png").view.offer.fields
    marked = _annotated(subject)
    other = Exported(_annotated(subject, on_other=True), tmp_path, format="png")
    assert "annotations" in other.view.offer.fields
    other.presenter.change(replace(other.view.form, scope="image"))
    assert "annotations" not in other.view.offer.fields, "they are on another image"
    for wanted in (True, False):
        done = Exported(marked, tmp_path, scope="image", format="png", size="512x512")
        done.presenter.change(replace(done.view.form, annotations=wanted))
        done.presenter.export()
        (request,) = done.requests
        request.results(Job())
        picture = cv2.imread(str(request.output))
        assert picture is not None
        assert (_reds(np.asarray(picture[..., ::-1], np.uint8)) > 200) is wanted
        assert request.command.startswith("# Without the annotations that are not saved") is wanted


def test_that_pages_have_the_annotations_and_go_without_where_that_is_wanted(subject: Subject) -> None:
    form = ExportForm(scope="image", format="pdf", layout="1x1")
    presenter, view, work = _previewed(_annotated(subject), form)
    work.run_all()
    assert view.states[-1].has_annotations
    first = view.pages[-1]
    presenter.change(replace(form, annotations=False))
    work.run_all()
    second = view.pages[-1]
    assert first is not None
    assert second is not None
    assert _reds(first) > 100
    assert _reds(second) == 0


def test_that_the_window_gives_its_annotations_away_with_its_pictures(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        session.open([small_study(tmp_path / "in")])
        settle(qtbot, session)
        assert session.viewer is not None
        ref = session.viewer.active.shown_frame
        assert ref is not None
        place = ref.instance.sop_instance_uid, ref.number
        made = Annotation("1", "text", *place, ((4.0, 4.0),), (14.0, 10.0), "here", (255, 96, 88))
        session.viewer.mark_up(session.viewer.now.marking.with_annotation(made), "note")
        form = ExportForm(scope="image", format="png", size="512x512", destination=str(tmp_path / "out" / "x"))
        session.remembered.export.update(form.kept())
        session.command("export")
        dialog = session.window.findChild(ExportDialog)
        assert dialog is not None
        assert dialog.annotations.isVisibleTo(dialog)
        assert dialog.annotations.isChecked()
        name = Path(dialog.destination.text())
        dialog.export_button.click()
        settle(qtbot, session)
        written = cv2.imread(str(name))
        assert written is not None
        assert _reds(np.asarray(written[..., ::-1], np.uint8)) > 20


def test_that_what_leaves_has_the_numbers_of_images_that_nobody_looked_at(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        session.open([small_study(tmp_path / "in")])
        settle(qtbot, session)
        viewer = session.viewer
        assert viewer is not None
        stack, shown = viewer.active.stack, viewer.active.shown_frame
        assert stack is not None
        assert shown is not None
        uid = shown.instance.sop_instance_uid
        ref = next(each for each in stack.frames if each.instance.sop_instance_uid != uid)
        place = ref.instance.sop_instance_uid, ref.number
        made = Annotation("1", "length", *place, ((4.0, 4.0), (14.0, 4.0)), (14.0, 10.0), "there", (255, 96, 88))
        viewer.mark_up(viewer.now.marking.with_annotation(made), "length")
        form = ExportForm(scope="series", format="png", size="512x512", destination=str(tmp_path / "out" / "x"))
        session.remembered.export.update(form.kept())
        session.command("export")
        qtbot.waitUntil(lambda: session.window.findChild(ExportDialog) is not None)
        number = re.fullmatch(r"there\n([0-9.]+) mm", viewer.as_written(made).text)
        assert number is not None
        dialog = session.window.findChild(ExportDialog)
        assert dialog is not None
        dialog.export_button.click()
        settle(qtbot, session)
        with_number = max(_reds(picture) for picture in _pictures(tmp_path / "out"))
        assert with_number > 20
        session.command("save-state")
        saving = session.window.findChild(SavingDialog)
        assert saving is not None
        saving.whole_series.setChecked(True)
        saving.save_button.click()
        settle(qtbot, session)
        states = [dcmread(path) for path in (tmp_path).rglob("*.dcm") if dcmread(path).Modality == "PR"]
        texts = [
            each.UnformattedTextValue
            for state in states
            for graphic in state.get("GraphicAnnotationSequence", ())
            for each in graphic.get("TextObjectSequence", ())
        ]
        assert any(f"{number[1]} mm" in each for each in texts), texts


def _pictures(folder: Path) -> list[NDArray[np.uint8]]:
    read = (cv2.imread(str(each)) for each in folder.rglob("*.png"))
    return [np.asarray(each[..., ::-1], np.uint8) for each in read if each is not None]


def test_that_pages_and_movies_have_the_segments_and_go_without_where_that_is_wanted(
    subject: Subject, tmp_path: Path
) -> None:
    made = with_segment(subject, Look((255, 96, 88), opacity=1.0))
    assert "segments" not in Exported(subject, tmp_path, format="pdf").view.offer.fields
    form = ExportForm(scope="image", format="pdf", layout="1x1")
    presenter, view, work = _previewed(made, form)
    work.run_all()
    assert view.states[-1].has_segments
    first = view.pages[-1]
    presenter.change(replace(form, segments=False))
    work.run_all()
    second = view.pages[-1]
    assert first is not None
    assert second is not None
    assert _reds(first) > 1000
    assert _reds(second) == 0

    done = Exported(made, tmp_path, format="mp4", size="512x512")
    assert "segments" in done.view.offer.fields
    done.presenter.export()
    done.requests[0].results(Job())
    reds = []
    movie = cv2.VideoCapture(str(done.requests[0].output))
    while (read := movie.read())[0]:
        reds.append(int((np.abs(read[1].astype(int) - (88, 96, 255)).max(axis=2) < 60).sum()))
    assert subject.stack is not None
    assert len(reds) == len(subject.stack.frames)
    assert sum(each > 1000 for each in reds) == 1, "it lies on one image"


def with_segment(subject: Subject, look: Look) -> Subject:
    """The subject with a segment on the image in its pane, as a window shows it."""
    assert subject.shown is not None
    uid = subject.shown.ref.instance.sop_instance_uid
    path = subject.shown.ref.instance.place.path
    dataset = dcmread(path)
    mask = np.zeros((1, int(dataset.Rows), int(dataset.Columns)), np.uint8)
    mask[0, 2:12, 3:15] = 1
    made = path.parent.parent / "one.seg.dcm"
    segmentation([dataset], mask).save_as(made, enforce_file_format=True)
    files = read_segment_files((made,), 0.3)
    (source,) = files.sources
    assert isinstance(source, SegmentMasks)
    assert uid in source.source.segmentation.references
    looks = {source.source.segmentation.sop_instance_uid: {1: look}}
    shown = ShownSegments(replace(files, looks=looks), (made,), are_plain=False, on_image=True)
    return replace(subject, segments=shown)
