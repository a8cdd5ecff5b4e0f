"""Reports, documents and curves in the panes; segments and structures over the images, with their list on the right."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from workstation.errors import UserError
from workstation.gui.canvas.objects import about
from workstation.gui.canvas.scene import About
from workstation.gui.features.segments import Segments
from workstation.gui.objects.kinds import Kind, OpenedDocument, kind_of, read
from workstation.gui.panels.notes.presenter import Note
from workstation.model.index.records import FrameRef, Instance, Series

if TYPE_CHECKING:
    from workstation.gui.canvas.pane import Pane
    from workstation.gui.objects.host import ObjectHost
    from workstation.gui.session import Session
    from workstation.gui.viewer.presenter import Viewer


def install(session: "Session") -> None:
    """Let objects take the place of pictures, and segments lie over them."""
    if session.viewer is not None:
        Objects(session, session.viewer, Segments(session, session.viewer))


class Objects(QObject):
    """Opens what is no image in a pane."""

    def __init__(self, session: "Session", viewer: "Viewer", segments: Segments) -> None:
        super().__init__(session)
        self._session, self._viewer, self._segments = session, viewer, segments
        viewer.panes.open_object = self.open

    def open(self, number: int, series: Series) -> bool:
        """Show a series without images in a pane; tells whether there is something to show it with."""
        kind = kind_of(series.first)
        if not kind:
            return False
        from workstation.gui.objects.host import ObjectHost

        view = self._session.window.grid.pane_view(number)
        host = ObjectHost([_name_in(series, each) for each in series.instances], _about(kind, series))
        host.chosen.connect(lambda at: self._read(view, host, kind, series.instances[at]))
        view.host(host)
        self._read(view, host, kind, series.first)
        return True

    def _read(self, view: "Pane", host: "ObjectHost", kind: Kind, instance: Instance) -> None:
        def arrived(value: object) -> None:
            if view.hosted is host:
                self._show(view, host, value, instance)

        def broke(error: Exception) -> None:
            if view.hosted is host:
                host.show_words(_words_of(error))

        self._session.work.start("Read object", lambda _job: read(kind, instance.place), done=arrived, failed=broke)

    def _show(self, view: "Pane", host: "ObjectHost", value: object, instance: Instance) -> None:
        from workstation.model.structures import StructureSet

        if isinstance(value, StructureSet):
            target = self._segments.show_structures(value, instance)
            if target is None or not self._show_in(self._session.window.grid.number_of(view), target):
                count = len(value.structures)
                host.show_words(
                    f"This is a set of {count} radiotherapy structures. The images that it lies on are not open."
                )
            return
        host.show_content(self._widget(value))

    def _widget(self, value: object) -> QWidget:
        from workstation.model.waveforms import Waveform
        from workstation.objects.sr.content import StructuredReport

        tokens = self._session.window.tokens
        if isinstance(value, StructuredReport):
            from workstation.gui.objects.sr_view import SrView

            tree = SrView(tokens)
            tree.show_report(value, self._name_of)
            tree.image_wanted.connect(self._show_image)
            self._session.window.tokens_changed.connect(tree.set_tokens)
            return tree
        if isinstance(value, Waveform):
            from workstation.gui.objects.ecg_view import EcgView

            curves = EcgView(tokens)
            curves.show_waveform(value)
            self._session.window.tokens_changed.connect(curves.set_tokens)
            return curves
        if isinstance(value, OpenedDocument):
            from workstation.gui.objects.pdf_pane import PdfView

            pages = PdfView(tokens, self._session.work)
            pages.show_document(value.document, value.pages, value.problem)
            if value.pages is not None:
                pages.destroyed.connect(value.pages.close)
            pages.save_wanted.connect(lambda path: self._save(value.document.data, path))
            self._session.window.tokens_changed.connect(pages.set_tokens)
            return pages
        raise TypeError(f"{type(value).__name__} has no widget")

    def _save(self, data: bytes, path: Path) -> None:
        from workstation.whole_files import write_whole

        def saved(_none: None) -> None:
            self._session.notes.add(Note("information", f"The document was saved as {path.name}."))

        self._session.work.start("Save the document", lambda _job: write_whole(path, data), done=saved, is_shown=True)

    def _instances(self) -> Iterator[tuple[Series, Instance]]:
        for patient in self._session.workspace.patients:
            for study in patient.studies:
                for series in study.series:
                    yield from ((series, instance) for instance in series.instances)

    def _named(self) -> dict[str, tuple[Series, Instance]]:
        return {instance.sop_instance_uid: (series, instance) for series, instance in self._instances()}

    def _name_of(self, uid: str) -> str:
        found = self._named().get(uid)
        if found is None:
            return ""
        series, instance = found
        described = series.first.series_description or series.first.modality
        number = "" if instance.instance_number is None else f", image {instance.instance_number}"
        return f"{described}{number}"

    def _show_image(self, uid: str, frame: int) -> None:
        """Show an image that a report leads to: in the next pane where there are several, so that both are seen."""
        found = self._named().get(uid)
        if found is None:
            self._session.notes.add(
                Note("information", "The image that the report leads to is not open.", "Open the study that it is in.")
            )
            return
        now = self._viewer.now
        shown = list(now.shown)
        at = shown.index(now.active) if now.active in shown else 0
        self._show_in(shown[(at + 1) % len(shown)], FrameRef(found[1], frame))

    def _show_in(self, number: int, ref: FrameRef) -> bool:
        self._viewer.activate(number)
        return self._viewer.show_image(ref)


def _about(kind: Kind, series: Series) -> About:
    """Say whose an object is, where its widget does not say it itself."""
    return About() if kind == "report" else about(series.first)


def _name_in(series: Series, instance: Instance) -> str:
    number = instance.instance_number
    at = series.instances.index(instance) + 1
    return f"{number if number is not None else at}  {instance.series_description or instance.modality}".strip()


def _words_of(error: Exception) -> str:
    if isinstance(error, UserError):
        return "\n\n".join(filter(None, [error.message, error.hint]))
    return "The program failed on it. What happened is in its log."
