"""Export and print: their dialogs, about what is selected and shown in the active pane."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QFileDialog

from workstation.gui.panels.notes.presenter import Note
from workstation.gui.words import plural
from workstation.model.marking import Marking

if TYPE_CHECKING:
    from workstation.display.value_scale import ScaleOf
    from workstation.gui.canvas.scene import Scene
    from workstation.gui.panels.exporting.form import ExportForm
    from workstation.gui.panels.exporting.requests import ExportRequest
    from workstation.gui.panels.exporting.subject import ShownSegments, Subject
    from workstation.gui.session import Session
    from workstation.model.index.records import Study


def install(session: "Session") -> None:
    """Add the commands."""
    feature = Exporting(session)
    session.handle("export", lambda _on: feature.when_written(feature.export))
    session.handle("print", lambda _on: feature.when_written(feature.print))


class Exporting:
    """Opens the dialogs, and has what they ask for done as jobs."""

    def __init__(self, session: "Session") -> None:
        self.session = session

    def when_written(self, act: Callable[[], object]) -> None:
        """Do something once annotations have their numbers, also on images that nobody has looked at."""
        from workstation.gui.features.measurements import Measurements

        measurements = self.session.findChild(Measurements)
        if measurements is None:
            act()
        else:
            measurements.when_written(act)

    def export(self) -> None:
        """Open the export dialog."""
        from workstation.gui.panels.exporting.presenter import ExportPresenter
        from workstation.gui.panels.exporting.view import ExportDialog

        subject = self._subject()
        if subject is None:
            return
        window = self.session.window
        dialog = ExportDialog(window.tokens, subject.patient(), window)
        presenter = ExportPresenter(
            dialog,
            subject,
            self.session.remembered.export,
            on_export=self._run,
            on_preview=lambda form: self._preview(subject, form, on_changed=presenter.change),
        )
        dialog.edited.connect(presenter.change)
        dialog.export_wanted.connect(presenter.export)
        dialog.preview_wanted.connect(presenter.preview)
        dialog.command_wanted.connect(lambda: QApplication.clipboard().setText(presenter.command() + "\n"))
        presenter.open()
        dialog.open()

    def print(self) -> None:
        """Open the print preview."""
        from workstation.gui.panels.exporting.form import ExportForm

        subject = self._subject()
        if subject is not None:
            form = replace(ExportForm.of(self.session.remembered.export), format="pdf")
            self._preview(subject, form, on_changed=self._keep)

    def _keep(self, form: "ExportForm") -> None:
        kept = self.session.remembered.export
        kept.update(
            {
                key: form.kept()[key]
                for key in ("layout", "every", "page", "landscape", "header", "true_size", "annotations", "segments")
            }
        )

    def _preview(self, subject: "Subject", form: "ExportForm", *, on_changed: Any) -> None:
        from workstation.gui.panels.exporting.preview import PreviewDialog
        from workstation.gui.panels.exporting.preview_presenter import PreviewPresenter

        window = self.session.window
        dialog = PreviewDialog(window.tokens, window)
        presenter = PreviewPresenter(
            dialog,
            self.session.work,
            subject,
            form,
            on_changed=on_changed,
            on_save=lambda chosen: self._save_pdf(subject, chosen),
        )
        dialog.edited.connect(presenter.change)
        dialog.turned.connect(presenter.turn)
        dialog.save_wanted.connect(presenter.save)
        dialog.print_wanted.connect(lambda: self._print(presenter, dialog))
        dialog.closed.connect(presenter.close)
        presenter.open()
        dialog.open()

    def _save_pdf(self, subject: "Subject", form: "ExportForm") -> None:
        chooser = QFileDialog(self.session.window, "Save as PDF")
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setDefaultSuffix("pdf")
        chooser.selectFile(f"{subject.suggested_name(form.scope)}.pdf")
        chooser.fileSelected.connect(lambda path: self._write_pdf(subject, form, path))
        chooser.open()

    def _write_pdf(self, subject: "Subject", form: "ExportForm", path: str) -> None:
        """Write the pages that were seen; the chooser has asked whether a file may be replaced."""
        from workstation.exporting.printing import write_printout
        from workstation.gui.panels.exporting.preview_presenter import printout_of

        title, output = f"Save {Path(path).name}", Path(path)
        self.session.work.start(
            title,
            lambda job: list(write_printout(printout_of(subject, form), output, job)),
            done=lambda results: self._told(results, output),
            failed=lambda error: self.session.notes.error(title, error),
            is_shown=True,
        )

    def _print(self, presenter: Any, parent: Any) -> None:
        from PySide6.QtPrintSupport import QPrintDialog

        from workstation.gui.panels.exporting.paper import Printing, printer_for

        printer = printer_for(presenter.form)
        dialog = QPrintDialog(printer, parent)
        dialog.setMinMax(1, presenter.count)

        def accepted() -> None:
            self._printing = Printing(
                printer,
                presenter.form,
                presenter.count,
                presenter.print_page,
                done=lambda: self.session.notes.add(Note("information", "The pages were given to the printer.")),
                failed=lambda error: self.session.notes.error("Print", error),
            )
            self._printing.start()

        dialog.accepted.connect(accepted)
        dialog.setModal(True)
        dialog.show()

    def _run(self, request: "ExportRequest") -> None:
        title = f"Export to {request.output.name}"
        self.session.work.start(
            title,
            request.results,
            done=lambda results: self._told(results, request.output),
            failed=lambda error: self.session.notes.error(title, error),
            is_shown=True,
        )
        if not request.remarks:  # else no words say all of it
            self.session.workspace.note_done(*request.words)

    def _told(self, results: list[Any], output: Any) -> None:
        from workstation.operations.operation import ItemFailed

        bad = [each for each in results if isinstance(each, ItemFailed)]
        good = [each for each in results if not isinstance(each, ItemFailed)]
        folder = output if output.is_dir() else output.parent

        def look() -> None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

        show = ("Show folder", look)
        details = "\n".join(each.text() for each in (*bad, *good)[:200])
        if bad:
            text = f"{plural(len(bad), 'image was', 'images were')} not exported; the rest is in {output}."
            self.session.notes.add(Note("warning", text, details=details, action=show))
        else:
            self.session.notes.add(Note("information", f"Exported to {output}.", details=details, action=show))

    def _subject(self) -> "Subject | None":
        from workstation.gui.panels.exporting.subject import Shown, Subject

        workspace, viewer = self.session.workspace, self.session.viewer
        series = workspace.selected_series()
        studies = (study for patient in workspace.patients for study in patient.studies)
        study = next((each for each in studies if series in each.series), None)
        if series is None or study is None:
            self.session.notes.add(Note("information", "There is nothing to export: open a study and choose a series."))
            return None
        scene = viewer.active.scene if viewer is not None else None
        ref = viewer.active.shown_frame if viewer is not None else None
        shown = None
        if scene is not None and ref is not None:
            shown = Shown(
                ref, scene.renderer.frame, scene.view, self.session.window.pane.size_px, self._state_file(scene)
            )
        marking = viewer.now.marking if viewer is not None else Marking()
        if viewer is not None:
            marking = replace(marking, annotations=tuple(map(viewer.as_written, marking.annotations)))
        scale_of, has_other_suv = self._uptake(study)
        return Subject(
            study,
            series,
            workspace.selected_stack(),
            shown,
            marking,
            self._segments(scene),
            scale_of,
            has_other_suv,
        )

    def _uptake(self, study: "Study") -> "tuple[ScaleOf, bool]":
        """Give what values of a study's PET are said as, and whether a person has chosen anything of that."""
        from workstation.exporting.said_as_suv import SuvScales
        from workstation.gui.features.suv import Suv

        suv = self.session.findChild(Suv)
        images = [each for series in study.series for each in series.instances if each.modality == "PT"]
        if suv is None:
            return SuvScales(images), False
        corrections = {each.series_instance_uid: suv.corrections.get(each.series_instance_uid) for each in images}
        given = {uid: each for uid, each in corrections.items() if each is not None}
        if not suv.is_on:
            return (lambda _instance, _frame: None), bool(images)
        return SuvScales(images, kind=suv.kind, corrections=given), bool(images) and (suv.kind != "bw" or bool(given))

    def _segments(self, scene: "Scene | None") -> "ShownSegments | None":
        from workstation.gui.features.segments import Segments

        segments = self.session.findChild(Segments)
        return segments.as_shown(scene) if segments is not None else None

    def _state_file(self, scene: "Scene") -> "Path | None":
        """Give the file of the state that draws in a pane; none where not all that it draws is seen."""
        from workstation.gui.features.presentations import Presentations

        states = self.session.findChild(Presentations)
        if states is None or scene.applied is None or scene.view.presentation is None or scene.view.hidden_layers:
            return None
        found = states.states.state(scene.applied.uid)
        return Path(str(found.instance.place)) if found is not None else None
