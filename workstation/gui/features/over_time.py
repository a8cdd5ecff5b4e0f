"""Lesions over time: numbers of the same lesion in all open studies of a patient and their saved reports."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from workstation.gui.features.measurements import Measurements
from workstation.gui.panels.annotations.presenter import slices_of_planes
from workstation.gui.panels.notes.presenter import Note
from workstation.workspace import Change

if TYPE_CHECKING:
    from workstation.gui.panels.over_time.presenter import Overview, Seen
    from workstation.gui.panels.over_time.view import OverTimePanel
    from workstation.gui.session import Session
    from workstation.gui.viewer.presenter import Viewer
    from workstation.jobs.job import Job
    from workstation.measure.comparing import Saved
    from workstation.model.index.records import Instance, Patient

SOON_MS = 50


def install(session: "Session") -> None:
    """Add the panel."""
    measurements = session.findChild(Measurements)
    if session.viewer is not None and isinstance(measurements, Measurements):
        OverTime(session, session.viewer, measurements)


class OverTime(QObject):
    """Fills the panel while it is open."""

    def __init__(self, session: "Session", viewer: "Viewer", measurements: Measurements) -> None:
        super().__init__(session)
        self._session, self._viewer, self._measurements = session, viewer, measurements
        self._panel: OverTimePanel | None = None
        self._reports: dict[str, tuple[Saved, ...] | None] = {}
        """By SOP instance; None while it is being read."""
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self._show)
        session.window.side.add("over-time", self._make_panel)
        session.handle("over-time", lambda on: session.window.side.show_panel("over-time", shown=on))
        session.window.side.changed.connect(self._change)
        viewer.on_marking.append(lambda _marking: self._change())
        viewer.panes.on_frame.append(lambda _ref: self._change())
        measurements.on_numbers.append(self._change)
        session.workspace.listen(lambda change: self._change() if change is Change.TREE else None)

    def _make_panel(self) -> QWidget:
        from workstation.gui.panels.over_time.view import OverTimePanel

        window = self._session.window
        panel = OverTimePanel(window.tokens, window.side)
        panel.closed.connect(window.side.close_panel)
        panel.wanted.connect(self._show)
        panel.chosen.connect(self._measurements.go_to)
        panel.copy_wanted.connect(self._copy)
        window.tokens_changed.connect(panel.set_tokens)
        self._panel = panel
        return panel

    @property
    def is_shown(self) -> bool:
        """Whether the panel is open."""
        return self._panel is not None and self._session.window.side.shown == "over-time"

    def _change(self) -> None:
        if self.is_shown and not self._soon.isActive():
            self._soon.start()

    def patient(self) -> "Patient | None":
        """Give the patient of the active pane, else the only one that is open."""
        patients = self._session.workspace.patients
        ref = self._viewer.active.shown_frame
        uid = ref.instance.study_instance_uid if ref is not None else ""
        own = (each for each in patients if any(study.study_instance_uid == uid for study in each.studies))
        return next(own, patients[0] if len(patients) == 1 else None)

    def _show(self) -> None:
        panel = self._panel
        if panel is None or not self.is_shown:
            return
        self._measurements.bring()
        from workstation.gui.panels.over_time.presenter import lesions_of, quantities_of

        seen = self.seen()
        panel.offer(dict(lesions_of(seen)), dict(quantities_of(seen)))
        panel.show_overview(self._overview(seen))

    def _overview(self, seen: "Sequence[Seen]") -> "Overview":
        from workstation.gui.panels.over_time.presenter import overview

        panel = self._panel
        quantity = str(panel.quantity.currentData()) if panel is not None else ""
        lesion = str(panel.lesion.currentData()) if panel is not None else ""
        return overview(seen, quantity=quantity, lesion=lesion)

    def seen(self) -> "tuple[Seen, ...]":
        """Give the numbers of all lesions of the patient that are followed."""
        from workstation.gui.panels.over_time.presenter import compared, with_reports

        patient = self.patient()
        if patient is None:
            return ()
        live = list(self._live(patient))
        abouts = (each.about for each in self._measurements.marking.annotations)
        named = {each.tracking_uid for each in abouts if each is not None and each.tracking_id}
        return compared(with_reports(live, self._saved(patient)), named)

    def _live(self, patient: "Patient") -> "Iterator[Seen]":
        from workstation.gui.panels.annotations.rows import place_of
        from workstation.gui.panels.over_time.presenter import seen_of
        from workstation.measure.comparing import date_of

        images = {
            instance.sop_instance_uid: instance
            for study in patient.studies
            for series in study.series
            for instance in series.instances
        }
        series = {each.series_instance_uid for each in images.values()}
        planes = slices_of_planes(self._measurements.marking.annotations, self._session.workspace)
        images |= {uid: each for uid, each in planes.items() if uid in series}
        for each in self._measurements.marking.annotations:
            instance = images.get(each.sop_instance_uid)
            if instance is None or each.about is None or not each.about.tracking_uid:
                continue
            known = self._measurements.known(each)
            numbers = [one for one in (known.measurement, known.volume) if one is not None]
            yield from seen_of(each, numbers, date_of(instance.study_date), place_of(each, instance))

    def _saved(self, patient: "Patient") -> "list[tuple[Saved, ...]]":
        """Give what the reports of the patient say, newest first; those that were not read yet are read now."""
        reports = [
            instance
            for study in patient.studies
            for series in study.series
            for instance in series.instances
            if instance.modality == "SR"
        ]
        new = [each for each in reports if each.sop_instance_uid not in self._reports]
        if new:
            self._reports |= {each.sop_instance_uid: None for each in new}
            self._session.work.start("Read reports", lambda job: _read(new, job), done=self._arrived)
        reports.sort(key=lambda each: (each.series_date, each.series_time, each.content_time), reverse=True)
        return [found for each in reports if (found := self._reports.get(each.sop_instance_uid))]

    def _arrived(self, found: "dict[str, tuple[Saved, ...]]") -> None:
        self._reports |= found
        self._change()

    def _copy(self) -> None:
        from workstation.gui.panels.over_time.presenter import text_of

        QApplication.clipboard().setText(text_of(self._overview(self.seen())))
        self._session.notes.add(Note("information", "The lesions over time were copied as a table."))


def _read(reports: "Sequence[Instance]", job: "Job") -> "dict[str, tuple[Saved, ...]]":
    from workstation.errors import UserError
    from workstation.measure.saving import saved_of_report

    found = {}
    for done, each in enumerate(reports):
        job.progress(done, len(reports), "Reading reports")
        try:
            found[each.sop_instance_uid] = tuple(saved_of_report(each.place))
        except UserError:
            found[each.sop_instance_uid] = ()  # a report of another template has no numbers to compare
    return found
