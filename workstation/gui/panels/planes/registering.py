"""Registers what is laid over the planes: a job, its result in the history, saved with the study and found again."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from workstation.gui.keeping import keep_made
from workstation.gui.panels.annotations.presenter import instances
from workstation.gui.panels.notes.presenter import Note
from workstation.model.index.records import Instance, Stack

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from workstation.gui.session import Session
    from workstation.gui.volumes import OpenVolume
    from workstation.jobs.job import Job
    from workstation.objects.derived_sources import SourceObject
    from workstation.volume.registration.rigid import Registration

SPATIAL_REGISTRATION = "1.2.840.10008.5.1.4.1.1.66.1"
Matrix = tuple[float, ...]
Placed = Callable[[Matrix, str], bool]
"""Told the way from the volume below to the one above, 4x4 row by row, LPS mm, and how it was found; says whether it
was of use, since other volumes may be seen by then."""


class Registering(QObject):
    """Finds how volumes lie over each other.

    Parameters
    ----------
    session
        The window.
    """

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._found: dict[Matrix, Callable[[], Dataset]] = {}
        self._kept: dict[Matrix, SourceObject] = {}
        self._job: Job | None = None

    def can_save(self, matrix: Matrix) -> bool:
        """Whether a registration was found here."""
        return matrix in self._found

    def made_of(self, matrix: Matrix) -> "SourceObject | None":
        """Give the object that a registration is read from, or was saved as here; None where there is none."""
        return self._kept.get(matrix)

    def objects(self) -> tuple[Instance, ...]:
        """Give the spatial registrations that are open."""
        return tuple(each for each in instances(self._session.workspace) if each.sop_class_uid == SPATIAL_REGISTRATION)

    def register(self, fixed: "OpenVolume", stack: Stack, placed: Placed) -> None:
        """Register a stack to a volume; it is read first where it has to be. A search that runs is given up."""
        self._session.volumes.want(
            stack, done=lambda moving: self._search(fixed, moving, placed), failed=lambda error: self._failed(error)
        )

    def place_by_object(
        self, fixed: "OpenVolume", moving: Stack, placed: Placed, otherwise: Callable[[], object]
    ) -> None:
        """Look into the registrations that are open for one of a volume and a stack; do something else without."""
        objects = self.objects()
        if not objects:
            otherwise()
            return

        def read(job: "Job") -> tuple[Matrix, str, Instance] | None:
            return _of_objects(objects, fixed, moving, job)

        def done(found: tuple[Matrix, str, Instance] | None) -> None:
            from workstation.objects.derived_sources import source_of

            if found is None:
                otherwise()
            else:
                matrix, how, instance = found
                self._kept[matrix] = source_of(instance)
                placed(matrix, how)

        self._session.work.start("Read registrations", read, done=done, failed=self._failed)

    def save(self, matrix: Matrix) -> None:
        """Write a registration into the study of the volume below."""
        make = self._found[matrix]
        saved: list[SourceObject] = []

        def write(folder: Path, _job: "Job") -> Sequence[Path]:
            from workstation.library.importing import place_for
            from workstation.objects.derived_sources import source_object
            from workstation.objects.writing import save

            made = make()
            path = place_for(
                folder,
                study=str(made.StudyInstanceUID),
                series=str(made.SeriesInstanceUID),
                instance=str(made.SOPInstanceUID),
            )
            save(made, path)
            saved.append(source_object(made))
            return [path]

        def done(paths: Sequence[Path]) -> None:
            self._kept[matrix] = saved[-1]
            self._session.notes.add(
                Note("information", "The registration was saved with the study.", details="\n".join(map(str, paths)))
            )

        keep_made(self._session, "Save the registration", write, done)

    def _search(self, fixed: "OpenVolume", moving: "OpenVolume", placed: Placed) -> None:
        if self._job is not None:
            self._job.cancel()

        def search(job: "Job") -> "Registration":
            from workstation.volume.registration.rigid import register

            return register(
                fixed.volume, moving.volume, report=lambda done, total: job.progress(done, total, "Registering")
            )

        def done(found: "Registration") -> None:
            from workstation.volume.inside import middle_of
            from workstation.volume.registration.brought import how_registered, instances_of, registration_dataset

            matrix = tuple(float(each) for each in found.to_moving.reshape(-1))
            below, above = instances_of(fixed.volume), instances_of(moving.volume)  # not the voxels, which would stay
            self._found[matrix] = partial(registration_dataset, found, below, above, middle_of(fixed.volume.grid))
            how = how_registered(fixed.volume, found)
            if not placed(matrix, how):
                return
            self._session.notes.add(
                Note(
                    "information",
                    f"{how[:1].upper()}{how[1:]}.",
                    "Look whether it fits. Undo takes it back.",
                    action=("Save", lambda: self.save(matrix)),
                    subject="registration",
                )
            )

        self._job = self._session.work.start("Register", search, done=done, failed=self._failed, is_shown=True)

    def _failed(self, error: Exception) -> None:
        said, hint = getattr(error, "message", str(error)), getattr(error, "hint", "")
        self._session.notes.add(Note("warning", said, hint, subject="registration"))


def _of_objects(
    objects: Sequence[Instance], fixed: "OpenVolume", moving: Stack, job: "Job"
) -> tuple[Matrix, str, Instance] | None:
    """Give what a registration says of a volume and a stack: the one that comes last in the study."""
    from workstation.errors import UserError
    from workstation.model.refusal import Refused
    from workstation.objects.spatial_registration import read_spatial_registration
    from workstation.volume.inside import middle_of
    from workstation.volume.registration.brought import way_text

    first, second = ([ref.instance for ref in stack.frames] for stack in (fixed.stack, moving))
    for done, each in enumerate(reversed(objects)):
        job.progress(done, len(objects), "Reading registrations")
        try:
            way = read_spatial_registration(each.place).between(first, second)
        except (Refused, UserError):
            continue  # it says nothing that can be used; registering anew can
        if way is not None:
            words = way_text(way, middle_of(fixed.volume.grid))
            return tuple(float(number) for number in way.reshape(-1)), f"by a saved registration: {words}", each
    return None
