"""Measurements saved as DICOM objects into the library, and loaded from those of the open studies."""

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from workstation.gui.features.measurements import Measurements
from workstation.gui.keeping import keep_made
from workstation.gui.panels.annotations.presenter import all_series
from workstation.gui.panels.notes.presenter import Note, NoteKind
from workstation.gui.words import date_text, plural
from workstation.jobs.job import Job
from workstation.model.text import clean
from workstation.workspace import Selection

if TYPE_CHECKING:
    from pydicom import Dataset

    from workstation.display.loading import Loaded
    from workstation.gui.panels.annotations.saving import Make, Taken
    from workstation.gui.session import Session
    from workstation.gui.viewer.presenter import Viewer
    from workstation.model.index.records import Instance

MOST_TOLD = 2
KINDS = {
    "save-measurement-report": ("report", "reports", "reports"),
    "save-measurement-state": ("presentation state", "presentation states", "states"),
    "save-regions": ("segmentation", "segmentations", "segmentations"),
    "save-structures": ("structure set", "structure sets", "structure_sets"),
}
"""By command: what is made, of one and of several, and the function that makes it."""
_NO_REGION = ("There is no region, so there is nothing to save.", "Draw one.")
OF_IMAGES = {
    "save-measurement-state": "A presentation state draws on images, so it cannot hold what lies on planes of a volume",
    "save-regions": "A segmentation has the pixels of its images, so it cannot hold regions on planes of a volume",
    "save-structures": "Structure sets are written slice by slice, so they cannot hold regions on planes of a volume",
}
"""Why objects of a kind hold nothing of planes that are cut out of volumes."""
ON_PLANES = "Save those as report (SR)."
NOTES_ON_PLANES = "Notes and arrows on planes are kept with the open work alone."
NOTHING = {
    "save-measurement-report": ("Nothing of this is measured.", "Notes and arrows go into a presentation state."),
    "save-measurement-state": ("Nothing of this is drawn on an image.", ""),
    "save-regions": _NO_REGION,
    "save-structures": _NO_REGION,
}


def install(session: "Session") -> None:
    """Add the commands."""
    measurements = session.findChild(Measurements)
    if session.viewer is not None and isinstance(measurements, Measurements):
        SavedMeasurements(session, session.viewer, measurements)


class SavedMeasurements(QObject):
    """Has objects written and read."""

    def __init__(self, session: "Session", viewer: "Viewer", measurements: Measurements) -> None:
        super().__init__(session)
        self._session, self._viewer, self._measurements = session, viewer, measurements
        for name in KINDS:
            act = partial(self._save, name)
            session.handle(name, lambda _on, act=act: measurements.when_measured(act))  # type: ignore[misc]  # binds
        session.handle("load-measurements", lambda _on: self.ask())

    def _tell(self, words: str, hint: str = "", details: str = "", *, warns: bool = False) -> None:
        self._session.notes.add(Note("warning" if warns else "information", words, hint, details))

    # Saving.

    def _save(self, name: str) -> None:
        from workstation.gui.panels.annotations.saving import regions_of, write_objects

        one, many, _ = KINDS[name]
        taken, of_all = self._measurements.taken(), len(self._measurements.marking.annotations)
        left = _left_out(name, taken)
        if left:
            taken = [each for each in taken if each.is_on_image]
        if not taken:
            if left:
                self._tell(f"{OF_IMAGES[name]}.", _elsewhere(left))
            return
        make = self._maker(name)

        def write(folder: Path, job: Job) -> Sequence[Path]:
            return write_objects(taken, make, folder, job)

        def done(paths: Sequence[Path]) -> None:
            if not paths:
                self._tell(*(NOTHING[name] if not left else (f"{OF_IMAGES[name]}.", _elsewhere(left))))
                return
            saved = f"The {one} was saved" if len(paths) == 1 else f"{len(paths)} {many} were saved"
            saved_ones = regions_of(taken) if name in ("save-regions", "save-structures") else taken
            count = plural(len(saved_ones), "annotation", "annotations")
            whole = f"{count} of {of_all}" if len(saved_ones) < of_all else count
            hint = ""
            if left:
                hint = f"{OF_IMAGES[name]}: {plural(len(left), 'is', 'are')} left out. {_elsewhere(left)}"
            self._tell(f"{saved}: {whole}.", hint, "\n".join(map(str, paths)), warns=bool(left))

        keep_made(self._session, f"Save measurements as {one}", write, done)

    def _maker(self, name: str) -> "Make":
        from workstation.gui.panels.annotations import saving

        creator, make = self._session.remembered.creator, getattr(saving, KINDS[name][2])

        def made(taken: "Sequence[Taken]", job: Job) -> "Iterable[Dataset]":
            found: Iterable[Dataset] = make(taken, job, creator=creator)
            return found

        return made

    # Loading.

    def objects(self) -> "list[Instance]":
        """Give what may hold measurements of the open studies, that of the study that is seen first."""
        from workstation.display.loading import can_hold

        ref = self._viewer.active.shown_frame
        seen = ref.instance.study_instance_uid if ref is not None else ""
        found = [each for series in all_series(self._session.workspace) for each in series.instances if can_hold(each)]
        return sorted(found, key=lambda each: each.study_instance_uid != seen)

    def ask(self) -> None:
        """Ask which objects are to be loaded."""
        from workstation.display.loading import REPORTS
        from workstation.gui.panels.annotations.load_dialog import LoadDialog

        found = self.objects()
        if not found:
            hint = "Open the study with its reports, presentation states, segmentations, structure sets."
            self._tell("Nothing is open that holds measurements.", hint)
            return
        ref = self._viewer.active.shown_frame
        seen = ref.instance.study_instance_uid if ref is not None else found[0].study_instance_uid
        entries = [
            (_words(each), each.study_instance_uid == seen and (each.modality == REPORTS or len(found) == 1))
            for each in found
        ]
        dialog = LoadDialog(entries, self._session.window)
        dialog.load_wanted.connect(lambda numbers: self.load([found[at] for at in numbers]))
        dialog.open()

    def load(self, wanted: "Sequence[Instance]") -> None:
        """Read objects, and make live annotations of what they hold."""
        from workstation.display.loading import Loaded, load
        from workstation.errors import UserError

        images = {
            each.sop_instance_uid: each
            for series in all_series(self._session.workspace)
            for each in series.instances
            if each.has_pixels
        }

        stacks = [stack for series in all_series(self._session.workspace) for stack in series.stacks]

        def read(job: Job) -> "list[tuple[Instance, Loaded]]":
            from workstation.volume.planes.graphics import PlanesThrough

            found, cuts = [], PlanesThrough(stacks)
            for done, each in enumerate(wanted):
                job.progress(done, len(wanted), "Reading measurements")
                try:
                    found.append((each, load(each, images, job, cuts)))
                except UserError as error:
                    found.append((each, Loaded(notes=(error.message,))))
            return found

        self._session.work.start("Load measurements", read, done=self._loaded, is_shown=True)

    def _loaded(self, found: "Sequence[tuple[Instance, Loaded]]") -> None:
        from workstation.display.loading import with_loaded

        new = [each for _, loaded in found for each in loaded.annotations]
        marking, known = with_loaded(self._measurements.marking, new)
        told = [f"{_words(instance)}: {note}" for instance, loaded in found for note in loaded.notes]
        added = len(new) - known
        self._viewer.settle()
        if added:
            self._viewer.mark_up(marking, "loading of measurements")
        count = plural(added, "measurement was", "measurements were") if added else "Nothing new was"
        there = f" {plural(known, 'is', 'are')} there already." if known else ""
        hint = " ".join(told[:MOST_TOLD]) + (" ..." if len(told) > MOST_TOLD else "")
        first = next((instance for instance, loaded in found if loaded.is_shown), None)
        is_shown = first is not None and not added
        doubted = next((instance for instance, loaded in found if loaded.notes and instance.modality == "SR"), None)
        kind: NoteKind = "warning" if told else "information"
        action = None if doubted is None or is_shown else ("Show the report", partial(self._show, doubted))
        self._session.notes.add(Note(kind, f"{count} loaded.{there}", hint, "\n".join(told), action))
        if first is not None and is_shown:
            self._show(first)

    def _show(self, instance: "Instance") -> None:
        """Show an object as it is, in the place of images, planes and volumes."""
        while self._session.front is not None:
            self._session.front.hide()
        self._viewer.show(self._viewer.now.active, Selection(instance.series_instance_uid))


def _left_out(name: str, taken: "Sequence[Taken]") -> "list[Taken]":
    """Give what an object of a kind cannot hold since it lies on planes of a volume."""
    from workstation.model.annotation_kinds import TRAITS

    if name not in OF_IMAGES:
        return []
    is_meant = name == "save-measurement-state"
    return [each for each in taken if not each.is_on_image and (is_meant or TRAITS[each.annotation.kind].is_region)]


def _elsewhere(left: "Sequence[Taken]") -> str:
    """Say where else that is kept."""
    from workstation.model.annotation_kinds import TRAITS

    is_measured = any(TRAITS[each.annotation.kind].is_measured for each in left)
    return ON_PLANES if is_measured else NOTES_ON_PLANES


_NAMES = {"SR": "Report", "PR": "Presentation state", "SEG": "Segmentation", "RTSTRUCT": "Structure set"}


def _words(instance: "Instance") -> str:
    """Name an object: what it is, its description, its date."""
    number = "" if instance.instance_number is None else f" {instance.instance_number}"
    kind = _NAMES.get(instance.modality, instance.modality)
    day = date_text(instance.series_date or instance.study_date)
    described = clean(instance.series_description)
    return "  ".join(filter(None, (f"{kind}{number}", described, day, clean(instance.study_description))))
