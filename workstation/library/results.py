"""What the commands of the library give: one flat record a line."""

from workstation.model.index.records import Patient, RefusedFile, Series, Stack, Study
from workstation.model.refusal import Reason
from workstation.operations.operation import ItemFailed, counted, one_line
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Added:
    """What adding did, in files."""

    added: int
    updated: int
    unchanged: int
    removed: int
    not_dicom: int
    refused: int
    conflicts: int
    library: str

    def text(self) -> str:
        """Give it as a sentence or two."""
        line = f"{self.added} added, {self.updated} updated, {self.unchanged} unchanged, {self.removed} gone."
        if self.not_dicom:
            line += f" {_files(self.not_dicom)} left out, being no DICOM."
        if self.conflicts:
            line += f" {self.conflicts} instances have files that differ; “library check” tells which."
        return line


@dataclass(frozen=True, slots=True)
class ImportDone:
    """What importing did, in instances."""

    copied: int
    already_there: int
    not_dicom: int
    refused: int
    folder: str
    library: str

    def text(self) -> str:
        """Give it as a sentence or two."""
        line = f"{self.copied} copied to {self.folder}, {self.already_there} were there already."
        if self.not_dicom:
            line += f" {_files(self.not_dicom)} left out, being no DICOM."
        return line


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file in a folder that is no DICOM: told to programs, counted for people."""

    path: str
    reason: str
    message: str
    hint: str

    def text(self) -> str:
        """Give nothing: the summary counts them."""
        return ""


@dataclass(frozen=True, slots=True)
class PatientListed:
    """A patient; ``level`` tells the records of a list apart."""

    level: str
    patient_id: str
    patient_name: str
    studies: int

    def text(self) -> str:
        """Give the line of the tree."""
        return one_line(f"{self.patient_name or '(no name)'}  [{self.patient_id or 'no ID'}]")


@dataclass(frozen=True, slots=True)
class StudyListed:
    """A study of the patient listed before."""

    level: str
    patient_id: str
    patient_name: str
    study_instance_uid: str
    study_date: str
    study_time: str
    study_description: str
    accession_number: str
    series: int

    def text(self) -> str:
        """Give the line of the tree."""
        parts = (_date(self.study_date), self.study_description, self.study_instance_uid)
        return one_line("  " + "  ".join(part for part in parts if part))


@dataclass(frozen=True, slots=True)
class SeriesListed:
    """A series of the study listed before. ``frames`` counts those of all its images; ``path`` is that of its first."""

    level: str
    study_instance_uid: str
    series_instance_uid: str
    series_number: int | None
    modality: str
    series_description: str
    instances: int
    frames: int
    conflicting: int
    path: str

    def text(self) -> str:
        """Give the line of the tree."""
        number = "-" if self.series_number is None else str(self.series_number)
        count = f"{self.instances} instance{'s' if self.instances != 1 else ''}"
        if self.frames > self.instances:
            count += f", {self.frames} frames"
        if self.conflicting:
            count += f", {self.conflicting} of them in conflict"
        parts = (f"{number:>4} {self.modality or '??':3}", self.series_description, count, self.series_instance_uid)
        return one_line("    " + "  ".join(part for part in parts if part))


@dataclass(frozen=True, slots=True)
class StackListed:
    """A stack of the series listed before: frames that belong together, in order of place."""

    level: str
    series_instance_uid: str
    label: str
    frames: int
    is_volume: bool
    notes: tuple[str, ...]

    def text(self) -> str:
        """Give the line of the tree."""
        what = counted(self.frames, "slice of a volume", "slices of a volume") if self.is_volume else ""
        what = what or counted(self.frames, "frame")
        return "           " + "; ".join(part for part in (self.label, what, *self.notes) if part)


@dataclass(frozen=True, slots=True)
class RefusedListed:
    """A file that is not in the library, and why."""

    path: str
    reason: str
    message: str
    hint: str

    def text(self) -> str:
        """Give it as a line."""
        return one_line(f"{self.path}: {self.message}" + (f" {self.hint}" if self.hint else ""))


@dataclass(frozen=True, slots=True)
class Removed:
    """How many places of instances were forgotten; the files are where they were."""

    removed: int

    def text(self) -> str:
        """Give it as a sentence."""
        return f"{_files(self.removed)} forgotten by the library; nothing was deleted."


@dataclass(frozen=True, slots=True)
class Checked:
    """How a library compares with the files that it lists."""

    instances: int
    missing: int
    changed: int
    conflicts: int
    damage: int

    def text(self) -> str:
        """Give it as a sentence."""
        if not (self.missing or self.changed or self.conflicts or self.damage):
            return f"{_files(self.instances)} checked; everything is as the library says."
        return (
            f"{_files(self.instances)} checked: {self.missing} missing, {self.changed} changed, "
            f"{self.conflicts} conflicts, {self.damage} faults in the library itself."
        )


def patient_listed(patient: Patient) -> PatientListed:
    """Describe a patient."""
    return PatientListed("patient", patient.patient_id, patient.patient_name, len(patient.studies))


def study_listed(patient: Patient, study: Study) -> StudyListed:
    """Describe a study."""
    first = study.first
    return StudyListed(
        "study",
        patient.patient_id,
        patient.patient_name,
        study.study_instance_uid,
        first.study_date,
        first.study_time,
        first.study_description,
        first.accession_number,
        len(study.series),
    )


def series_listed(study: Study, series: Series) -> SeriesListed:
    """Describe a series."""
    first = series.first
    return SeriesListed(
        "series",
        study.study_instance_uid,
        series.series_instance_uid,
        first.series_number,
        first.modality,
        first.series_description,
        len(series.instances),
        sum(instance.number_of_frames for instance in series.instances),
        sum(instance.conflicting for instance in series.instances),
        str(first.place),
    )


def stack_listed(series: Series, stack: Stack) -> StackListed:
    """Describe a stack."""
    return StackListed(
        "stack", series.series_instance_uid, stack.label, len(stack.frames), stack.is_volume, stack.notes
    )


def left_out(file: RefusedFile) -> LeftOut:
    """Describe a file that is no DICOM."""
    return LeftOut(str(file.place), str(file.reason), file.message, file.hint)


def refused_listed(file: RefusedFile) -> RefusedListed:
    """Describe a refused file for a list of them."""
    return RefusedListed(str(file.place), str(file.reason), file.message, file.hint)


def failure(file: RefusedFile) -> ItemFailed:
    """Describe a refused file as the failure of one input."""
    return ItemFailed(str(file.place), file.message, file.hint, str(file.reason))


def is_left_out(file: RefusedFile, named: frozenset[str]) -> bool:
    """Tell whether a file is merely no DICOM, and was found in a folder rather than named by the user."""
    return file.reason is Reason.NOT_DICOM and str(file.place) not in named


def _files(count: int) -> str:
    return f"{count} file{'s' if count != 1 else ''}"


def _date(text: str) -> str:
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if len(text) == 8 and text.isdigit() else text
