"""The one mutable object: what is open and what is selected. Only the main thread touches it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from enum import StrEnum

from workstation.model.index.records import Instance, Patient, Place, RefusedFile, Series, Stack, Study
from workstation.quick_dataclass import dataclass


class Change(StrEnum):
    """What listeners are told of."""

    TREE = "tree"
    SELECTION = "selection"
    REFUSED = "refused"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Selection:
    """A stack of a series; ``stack`` counts from 0. A series without images has no stack, only itself."""

    series_instance_uid: str
    stack: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is."""

    patients: int
    studies: int
    series: int
    images: int
    refused: int


class Workspace:
    """Open studies, the selection, refused files, and what was done in this session.

    Attributes
    ----------
    patients
        The tree, as `workstation.model.index.tree.tree_of` sorts it.
    selection
        What the active pane shows; None where there is nothing.
    refused
        Files that could not be read, each place once.
    done
        What was done in this session, in order, each as the words of the batch command that does the same.
    """

    def __init__(self) -> None:
        self.patients: tuple[Patient, ...] = ()
        self.selection: Selection | None = None
        self.refused: tuple[RefusedFile, ...] = ()
        self.done: list[tuple[str, ...]] = []
        self._listeners: list[Callable[[Change], None]] = []
        self._series: dict[str, Series] = {}
        self._counts: Counts | None = None
        self._parts: dict[Place, tuple[Stack, ...]] = {}

    def listen(self, listener: Callable[[Change], None]) -> None:
        """Have a function called after each change."""
        self._listeners.append(listener)

    def replace_tree(self, patients: Iterable[Patient]) -> None:
        """Set the whole tree; a selection that is no longer there is dropped."""
        self._set_tree(patients)
        self._tell(Change.TREE)
        if self.selection is not None and self.selected_series() is None:
            self.select(None)

    def _set_tree(self, patients: Iterable[Patient]) -> None:
        self._counts = None
        self.patients = tuple(_with_parts(patient, self._parts) for patient in patients)
        self._series = {series.series_instance_uid: series for series in _all_series(self.patients)}

    def merge(self, patients: Iterable[Patient]) -> None:
        """Put part of a tree in: series that are there already are replaced where the new ones hold more."""
        self.replace_tree(merged(self.patients, patients))

    def split(self, image: Instance, parts: tuple[Stack, ...]) -> None:
        """Put the stacks inside a multi-frame image, known since it was opened, in the place of the one it was."""
        self.split_all({image.place: parts})

    def split_all(self, parts: Mapping[Place, tuple[Stack, ...]]) -> None:
        """Put the stacks inside multi-frame images in the place of what they were; none where others have them."""
        shown = self.selected_stack()
        self._parts |= parts
        self._set_tree(self.patients)
        series = self.selected_series()
        if series is not None and self.selection is not None and shown is not None:
            self.selection = replace(self.selection, stack=_place_of(shown, series, self.selection.stack))
        self._tell(Change.TREE)

    def select(self, selection: Selection | None) -> None:
        """Select a stack, or nothing."""
        if selection != self.selection:
            self.selection = selection
            self._tell(Change.SELECTION)

    def refuse(self, files: Iterable[RefusedFile]) -> None:
        """Add files that could not be read; what is known of a place is replaced."""
        known = {file.place: file for file in self.refused} | {file.place: file for file in files}
        if len(known) != len(self.refused) or tuple(known.values()) != self.refused:
            self.refused = tuple(known.values())
            self._tell(Change.REFUSED)

    def replace_refused(self, files: Iterable[RefusedFile]) -> None:
        """Set the list of files that could not be read."""
        self.refused = tuple(files)
        self._tell(Change.REFUSED)

    def note_done(self, *words: str) -> None:
        """Keep in mind what was done, as a batch command; a repetition is kept once."""
        if words not in self.done:
            self.done.append(words)
            self._tell(Change.DONE)

    def unnote_done(self, *words: str) -> None:
        """Forget that something was done, since it was undone."""
        if words in self.done:
            self.done.remove(words)
            self._tell(Change.DONE)

    def series(self, series_instance_uid: str) -> Series | None:
        """Give a series by its UID."""
        return self._series.get(series_instance_uid)

    def selected_series(self) -> Series | None:
        """Give the series of the selection."""
        return self._series.get(self.selection.series_instance_uid) if self.selection else None

    def selected_stack(self) -> Stack | None:
        """Give the selected stack; None also where the series has no images."""
        series = self.selected_series()
        if series is None or self.selection is None or self.selection.stack >= len(series.stacks):
            return None
        return series.stacks[self.selection.stack]

    def selections(self) -> list[Selection]:
        """Give everything that can be selected, in the order of the tree."""
        return [
            Selection(series.series_instance_uid, number)
            for series in _all_series(self.patients)
            for number in range(max(1, len(series.stacks)))
        ]

    def counts(self) -> Counts:
        """Count what is open; images are frames."""
        if self._counts is None or self._counts.refused != len(self.refused):
            self._counts = self._counted()
        return self._counts

    def _counted(self) -> Counts:
        studies = [study for patient in self.patients for study in patient.studies]
        series = list(_all_series(self.patients))
        images = sum(len(stack.frames) for each in series for stack in each.stacks)
        return Counts(len(self.patients), len(studies), len(series), images, len(self.refused))

    def _tell(self, change: Change) -> None:
        for listener in tuple(self._listeners):
            listener(change)


def _place_of(shown: Stack, series: Series, at: int) -> int:
    """Give the number of a stack, or of what became of it, from where it was."""
    if shown in series.stacks:
        return series.stacks.index(shown)
    image = shown.frames[0].instance
    holds = [any(ref.instance == image for ref in each.frames) for each in series.stacks]
    return at if at < len(holds) and holds[at] else next((number for number, each in enumerate(holds) if each), at)


def _with_parts(patient: Patient, parts: Mapping[Place, tuple[Stack, ...]]) -> Patient:
    if not parts:
        return patient
    studies = (
        replace(study, series=tuple(_series_with_parts(series, parts) for series in study.series))
        for study in patient.studies
    )
    return replace(patient, studies=tuple(studies))


def _series_with_parts(series: Series, parts: Mapping[Place, tuple[Stack, ...]]) -> Series:
    stacks: list[Stack] = []
    for stack in series.stacks:
        image = stack.whole_image
        stacks.extend((stack,) if image is None else parts.get(image.place, (stack,)))
    return replace(series, stacks=tuple(stacks))


def _all_series(patients: Iterable[Patient]) -> Iterator[Series]:
    return (series for patient in patients for study in patient.studies for series in study.series)


def merged(old: Iterable[Patient], new: Iterable[Patient]) -> tuple[Patient, ...]:
    """Join two trees, by the keys and in the order of `workstation.model.index.tree.tree_of`."""
    patients = {_patient_key(patient): patient for patient in old}
    for patient in new:
        known = patients.get(_patient_key(patient))
        joined = replace(patient, studies=_merged_studies(known.studies, patient.studies)) if known else patient
        patients[_patient_key(patient)] = joined
    return tuple(sorted(patients.values(), key=lambda each: (each.patient_name.casefold(), each.patient_id)))


def _patient_key(patient: Patient) -> tuple[str, str]:
    return patient.patient_id, patient.patient_name.casefold()


def _merged_studies(old: Iterable[Study], new: Iterable[Study]) -> tuple[Study, ...]:
    studies = {study.study_instance_uid: study for study in old}
    for study in new:
        known = studies.get(study.study_instance_uid)
        joined = replace(study, series=_merged_series(known.series, study.series)) if known else study
        studies[study.study_instance_uid] = joined
    by_uid = sorted(studies.values(), key=lambda study: study.study_instance_uid)
    return tuple(sorted(by_uid, key=lambda study: (study.first.study_date, study.first.study_time), reverse=True))


def _merged_series(old: Iterable[Series], new: Iterable[Series]) -> tuple[Series, ...]:
    series = {each.series_instance_uid: each for each in old}
    for each in new:
        known = series.get(each.series_instance_uid)
        if known is None or len(each.instances) >= len(known.instances):
            series[each.series_instance_uid] = each
    return tuple(sorted(series.values(), key=_series_order))


def _series_order(series: Series) -> tuple[float, str, str, str]:
    first = series.first
    number = float("inf") if first.series_number is None else first.series_number
    return number, first.series_date, first.series_time, series.series_instance_uid
