"""The panel of measurements: all that is on the open images, what it is of, saved as files and objects, and loaded."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from workstation.gui.features.annotating import Annotating
from workstation.gui.features.measuring import Measuring
from workstation.gui.panels.annotations.presenter import image_of, instances, slices_of_planes, sources_of
from workstation.gui.panels.notes.presenter import Note
from workstation.gui.words import plural
from workstation.model.text import clean

if TYPE_CHECKING:
    from workstation.gui.panels.annotations.rows import Known, Patient
    from workstation.gui.panels.annotations.saving import Taken
    from workstation.gui.panels.annotations.view import AnnotationsPanel
    from workstation.gui.session import Session
    from workstation.gui.viewer.all_numbers import AllNumbers
    from workstation.gui.viewer.plane_numbers import PlaneNumbers
    from workstation.gui.viewer.presenter import Viewer
    from workstation.model.annotation import About, Annotation
    from workstation.model.index.records import Instance
    from workstation.model.marking import Marking

SOON_MS, CALM_MS = 0, 100
SAVING = (
    "copy-measurements",
    "copy-measurement-commands",
    "write-measurements",
    "",
    "save-measurement-report",
    "save-measurement-state",
    "save-regions",
    "save-structures",
)
LOADING = ("load-measurements",)
OF_SEVERAL = "The chosen measurements are of several patients: a lesion is one of one patient."
NOTHING = "There is no measurement on the open images. L measures a length, E an ellipse."


def install(session: "Session") -> None:
    """Add the panel and its commands."""
    annotating, measuring = session.findChild(Annotating), session.findChild(Measuring)
    if session.viewer is not None and isinstance(annotating, Annotating) and isinstance(measuring, Measuring):
        Measurements(session, session.viewer, annotating, measuring)


class Measurements(QObject):
    """Fills the panel, and does what is wanted of its rows."""

    def __init__(self, session: "Session", viewer: "Viewer", annotating: Annotating, measuring: Measuring) -> None:
        super().__init__(session)
        self._session, self._viewer, self._annotating, self._measuring = session, viewer, annotating, measuring
        self._numbers: AllNumbers | None = None
        self._plane_numbers: PlaneNumbers | None = None
        self._panel: AnnotationsPanel | None = None
        self.on_numbers: list[Callable[[], object]] = []
        """Called when there are new numbers."""
        self.go_to_plane: Callable[[Annotation], bool] = lambda _annotation: False
        """Shows what lies on a plane there; tells whether it does."""
        self.more: list[Callable[[Annotation], str]] = []
        """Give what else is known of an annotation, in words."""
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self._show)
        session.window.side.add("annotations", self._make_panel)
        session.handle("annotations", lambda on: session.window.side.show_panel("annotations", shown=on))
        session.window.side.changed.connect(self._soon.start)
        annotating.on_list.append(self._change)
        viewer.on_marking.append(lambda _marking: self._change())
        session.workspace.listen(lambda _change: self._change())
        session.handle("delete-measurements", lambda _on: self._delete())
        measuring.measured_elsewhere = lambda annotation: self._numbers.of(annotation) if self._numbers else None

    # What is there.

    @property
    def marking(self) -> "Marking":
        """All annotations and key images."""
        return self._viewer.now.marking

    @property
    def numbers(self) -> "AllNumbers":
        """The numbers of all annotations whose images are open."""
        if self._numbers is None:
            from workstation.gui.viewer.all_numbers import AllNumbers
            from workstation.measure.setting import Setting

            images = self._measuring.images
            images.on_volumes.append(self._numbers_arrived)
            self._numbers = AllNumbers(
                self._session.work,
                images.places,
                images.scales.scale,
                lambda: Setting(units=self._measuring.units),
                self._numbers_arrived,
            )
        return self._numbers

    @property
    def plane_numbers(self) -> "PlaneNumbers":
        """The numbers of what lies on planes of volumes that are open."""
        if self._plane_numbers is None:
            from workstation.gui.viewer.plane_numbers import PlaneNumbers
            from workstation.measure.setting import Setting

            session, images = self._session, self._measuring.images
            self._plane_numbers = PlaneNumbers(
                session.work,
                session.volumes,
                session.workspace,
                images.scales.of,
                lambda: Setting(units=self._measuring.units),
                self._numbers_arrived,
            )
        return self._plane_numbers

    def bring(self, then: Callable[[], object] | None = None) -> None:
        """Measure what has changed, on images and on planes; ``then`` is called once all of it is there."""
        self.numbers.bring(lambda: self.marking, lambda: self.plane_numbers.bring(lambda: self.marking, then))

    def images(self) -> "dict[str, Instance]":
        """Give the open images that annotations are on by their UID; of those on planes a slice by the series' UID."""
        wanted = {each.sop_instance_uid for each in self.marking.annotations}
        found = {
            each.sop_instance_uid: each
            for each in instances(self._session.workspace)
            if each.sop_instance_uid in wanted
        }
        return found | slices_of_planes(self.marking.annotations, self._session.workspace)

    def known(self, annotation: "Annotation") -> "Known":
        """Give what is known of an annotation."""
        from workstation.gui.panels.annotations.rows import Known

        if annotation.cut is not None:
            return Known(self.plane_numbers.of(annotation), None, self.plane_numbers.problem(annotation))
        images = self._measuring.images
        found = self.numbers.of(annotation) or images.numbers.last(annotation)
        volume = images.volumes.of(annotation)
        problem = self.numbers.problem(annotation) or (volume.problem if volume is not None else "")
        return Known(found, volume.measurement if volume is not None else None, problem)

    def when_measured(self, then: Callable[[], object]) -> None:
        """Do something once all numbers are there, also those of images that nobody has looked at."""
        images = self._measuring.images
        images.bring()
        pets = [each for each in self.images().values() if each.modality == "PT"]
        if images.volumes.is_waiting or any(images.scales.of(each) is None for each in pets):
            QTimer.singleShot(CALM_MS, self, lambda: self.when_measured(then))
        else:
            self.bring(then)

    def when_written(self, then: Callable[[], object]) -> None:
        """Do something that draws annotations with their numbers once all are there; at once where there are none."""
        from workstation.model.annotation_kinds import TRAITS

        if any(TRAITS[each.kind].is_measured for each in self.marking.annotations):
            self.when_measured(then)
        else:
            then()

    def _numbers_arrived(self) -> None:
        self._soon.start()
        for tell in self.on_numbers:
            tell()

    # The panel.

    def _make_panel(self) -> QWidget:
        from workstation.gui.panels.annotations.view import AnnotationsPanel

        window = self._session.window
        actions = window.actions_by_id
        menus: dict[str, list[QAction | None]] = {
            "Load": [actions[name] for name in LOADING],
            "Save": [actions[name] if name else None for name in SAVING],
        }
        panel = AnnotationsPanel(window.tokens, menus, window.side)
        panel.closed.connect(window.side.close_panel)
        panel.chosen.connect(self.go_to)
        panel.delete_wanted.connect(self._delete)
        panel.renamed.connect(self._rename)
        panel.said.connect(self._say)
        panel.selection_changed.connect(self.show_chosen)
        window.tokens_changed.connect(panel.set_tokens)
        self._panel = panel
        self._soon.start()
        return panel

    @property
    def is_shown(self) -> bool:
        """Whether the panel is open."""
        return self._panel is not None and self._session.window.side.shown == "annotations"

    def _change(self) -> None:
        if self.is_shown and not self._soon.isActive():
            self._soon.start()

    def _show(self) -> None:
        """Say what there is now, and have measured what nobody has looked at."""
        panel = self._panel
        if panel is None or not self.is_shown:
            return
        from workstation.gui.panels.annotations.rows import rows_of
        from workstation.measure.words import basis_text

        rows = rows_of(self.marking, self.images(), self.known, basis_text)
        panel.show_rows(rows, self._annotating.annotator.chosen.id)
        is_made = self._annotating.annotator.provisional is not None
        if rows and not is_made:
            self.bring()

    def _chosen(self) -> "list[Annotation]":
        """Give the annotations whose rows are chosen."""
        wanted = self._panel.selected if self._panel is not None else ()
        return [each for number in wanted if (each := self.marking.annotation(number)) is not None]

    def show_chosen(self) -> None:
        """Fill the form and the details with what is chosen."""
        panel = self._panel
        if panel is None:
            return
        from workstation.gui.panels.annotations.lesions import form_of, lesions_of, next_name

        chosen = self._chosen()
        known = lesions_of(self.marking, self.images(), self._patient(chosen))
        is_free = not all(each.is_locked for each in chosen)
        panel.form.show_form(form_of(chosen), (*known, next_name(known)), enabled=is_free)
        words = ""
        if len(chosen) == 1:
            row = next((each for each in panel.model.rows if each.id == chosen[0].id), None)
            others = (tell(chosen[0]) for tell in self.more)
            words = "\n\n".join(filter(None, (row.problem, *others, row.details))) if row is not None else ""
        elif chosen:
            words = f"{len(chosen)} measurements are chosen."
        panel.show_details(words)

    def _patient(self, chosen: "Sequence[Annotation]") -> "Patient | None":
        found = self._patients(chosen)
        return next(iter(found)) if len(found) == 1 else None

    def _patients(self, chosen: "Iterable[Annotation]") -> "set[Patient]":
        from workstation.gui.panels.annotations.rows import patient_of

        images = self.images()
        return {patient_of(images[each.sop_instance_uid]) for each in chosen if each.sop_instance_uid in images}

    # What is done with rows.

    def go_to(self, number: str) -> None:
        """Show the image of an annotation, and choose it."""
        annotation = self.marking.annotation(number)
        if annotation is not None and self.go_to_plane(annotation):
            return
        ref = image_of(annotation, self._session.workspace) if annotation is not None else None
        if ref is None:
            self.tell("The image of the annotation is not open.")
            return
        self._viewer.show_image(ref)
        self._annotating.annotator.chosen.select(number)

    def plane_words(self, annotation: "Annotation") -> tuple[str, ...]:
        """Give the command that makes the numbers of a measurement on a plane; nothing for what has none."""
        from workstation.gui.plane_measure_words import words_of

        return words_of(annotation, self._session.workspace, self._measuring.images.scales, self._measuring.units)

    def tell(self, words: str, hint: str = "", details: str = "", *, warns: bool = False) -> None:
        self._session.notes.add(Note("warning" if warns else "information", words, hint, details))

    def _free(self, chosen: "Iterable[Annotation]") -> "list[Annotation]":
        """Give those that are not locked, and say that others are."""
        listed = list(chosen)
        free = [each for each in listed if not each.is_locked]
        if len(free) < len(listed):
            locked = plural(len(listed) - len(free), "annotation is", "annotations are")
            self.tell(f"{locked} locked. Ctrl+L unlocks the chosen one.")
        return free

    def _delete(self) -> None:
        """Delete all that are chosen, as one step."""
        free = self._free(self._chosen())
        if not free:
            return
        marking = self.marking
        for each in free:
            marking = marking.without_annotation(each.id)
        self._viewer.settle()
        words = "deletion of the annotation" if len(free) == 1 else f"deletion of {len(free)} annotations"
        self._viewer.mark_up(marking, words)
        self._annotating.annotator.chosen.drop()
        self._annotating.tool_changed()

    def _rename(self, number: str, written: str) -> None:
        annotation, words = self.marking.annotation(number), clean(written).strip()
        if annotation is None or not self._free([annotation]):
            return
        if not words and annotation.kind in ("text", "vertebra"):
            self.tell("A note without words is nothing. Del deletes it.")
            return
        self._viewer.settle()
        self._viewer.mark_up(self.marking.with_annotation(replace(annotation, text=words)), "name of the annotation")

    def _say(self, field: str, value: str) -> None:
        """Say something of all that are chosen, as one step."""
        from workstation.gui.panels.annotations import lesions

        chosen = self._free(self._chosen())
        if not chosen:
            return
        marking = self.marking
        try:
            if field == "lesion":
                meant = lesions.on_one_volume(marking, chosen)
                if value and len(self._patients(meant)) > 1:
                    self.tell(OF_SEVERAL, "Choose measurements of one patient.")
                    self.show_chosen()
                    return
                known = lesions.lesions_of(marking, self.images(), self._patient(chosen))
                new = lesions.with_lesion(marking, meant, value, known)
            else:
                new = lesions.changed_about(marking, chosen, lambda about: _said(about, field, value))
        except ValueError as error:
            self.tell(str(error), "Choose one of the list: write a part of its words.")
            self.show_chosen()
            return
        self._viewer.settle()
        self._viewer.mark_up(new, f"{_FIELDS[field]} of {plural(len(chosen), 'the measurement', 'measurements')}")

    # What is saved.

    def taken(self) -> "list[Taken]":
        """Give what is to be saved: what is chosen, if several are; else what the filter leaves; else all."""
        from workstation.gui.panels.annotations.saving import Taken

        meant = self._meant()
        images, found = self.images(), []
        for each in self.marking.annotations:
            if each.sop_instance_uid in images and (meant is None or each.id in meant):
                known = self.known(each)
                volume = self._measuring.images.volumes.of(each)
                group = volume.group if volume is not None else ()
                sources = sources_of(each, self._session.workspace)
                image = images[each.sop_instance_uid]
                found.append(Taken(each, image, known.measurement, group, known.volume, sources))
        if not found:
            self.tell(NOTHING)
        return found

    @property
    def order(self) -> "dict[str, int]":
        """Where annotations stand in the table, as it is sorted."""
        return {each.id: at for at, each in enumerate(self._panel.shown)} if self._panel is not None else {}

    def _meant(self) -> "set[str] | None":
        if self._panel is None or not self.is_shown:
            return None
        selected = self._panel.selected
        return set(selected) if len(selected) > 1 else {each.id for each in self._panel.shown}


_FIELDS = {
    "lesion": "lesion",
    "finding": "finding",
    "site": "site",
    "laterality": "side",
    "role": "role",
    "status": "status",
    "node": "lymph node",
    "note": "note",
}


def _said(about: "About", field: str, value: str) -> "About":
    from workstation.gui.panels.annotations.lesions import with_codes

    if field in ("finding", "site", "laterality"):
        return with_codes(about, field, value)
    if field == "note":
        return replace(about, note=clean(value))
    return replace(about, **{field: value})  # type: ignore[arg-type]  # role or status, of the choices of the form
