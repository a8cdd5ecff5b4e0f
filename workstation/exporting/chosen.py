"""What is exported: the instances that paths name, sorted into studies, series and stacks, and how they are called."""

from collections.abc import Iterator, Sequence
from dataclasses import field
from pathlib import Path

from workstation.display.inputs import Input, inputs_of, safe_name
from workstation.display.reading_order import opened_in_reading_order, stacks_in_reading_order
from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.index.files import Inspector
from workstation.model.index.records import FrameRef, Instance, Series, Stack, Study
from workstation.model.index.tree import tree_of
from workstation.model.refusal import Refused
from workstation.model.text import date_of, person_name
from workstation.operations.operation import ItemFailed, counted
from workstation.operations.places import failed
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which part of what the paths name; ``frames`` are ranges (first, last) of each stack, from 1; empty means all."""

    studies: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    frames: tuple[tuple[int, int], ...] = ()
    every: int = 1

    def takes(self, instance: Instance) -> bool:
        """Say whether an instance is of the studies and series that are wanted."""
        return (not self.studies or instance.study_instance_uid in self.studies) and (
            not self.series or instance.series_instance_uid in self.series
        )

    def of(self, stack: Stack) -> tuple["Numbered", ...]:
        """Give the frames of a stack that are wanted, with their numbers in it."""
        count = len(stack.frames)
        ranges = self.frames or ((1, count),)
        numbers = dict.fromkeys(n for first, last in ranges for n in range(max(1, first), min(last, count) + 1))
        return tuple(Numbered(n, count, stack.frames[n - 1]) for n in list(numbers)[:: self.every])


@dataclass(frozen=True, slots=True)
class Numbered:
    """A frame, and which of a stack it is: ``number`` from 1 to ``count``."""

    number: int
    count: int
    ref: FrameRef


@dataclass(frozen=True, slots=True)
class ChosenStack:
    """Frames of one stack, and the name, without an ending, of what is made of them, below an output folder."""

    series: Series
    stack: Stack
    frames: tuple[Numbered, ...]
    name: Path


def studies_of(paths: Sequence[Path], choice: Choice, job: Job) -> tuple[tuple[Study, ...], tuple[ItemFailed, ...]]:
    """Read the headers of what is to be exported; each instance once, wherever else it lies.

    Raises
    ------
    UserError
        If nothing of it is there.
    """
    found = list(inputs_of(paths, job, with_objects=True))
    failures = tuple(item for item in found if isinstance(item, ItemFailed))
    instances: dict[str, Instance] = {}
    again: list[tuple[Instance, Instance]] = []
    for item in found:
        if isinstance(item, Input) and choice.takes(item.instance):
            first = instances.setdefault(item.instance.sop_instance_uid, item.instance)
            if first is not item.instance:
                again.append((first, item.instance))
    failures += tuple(_conflicts(again, job))
    if not instances and not failures:
        raise UserError("There is nothing of that to export.", hint="See what is there: list PATH.")
    patients = tree_of(instances.values(), stacks_of=stacks_in_reading_order)
    return tuple(study for patient in patients for study in patient.studies), failures


def _conflicts(again: Sequence[tuple[Instance, Instance]], job: Job) -> Iterator[ItemFailed]:
    """Tell what bears the identifier of something else; true copies are only counted."""
    copies, inspector = 0, Inspector()
    try:
        for first, other in again:
            one, two = first.place, other.place
            if one == two:
                continue
            try:
                digests = {inspector.digest(str(each.path), each.member, tell=job.check) for each in (one, two)}
            except Refused as refusal:
                yield failed(two, refusal)
                continue
            if len(digests) == 1:
                copies += 1
            else:
                told = f"It bears the same SOP Instance UID as {one}, but not the same content."
                yield ItemFailed(str(two), told, "The other one is exported; export this one by itself.", "conflict")
    finally:
        inspector.close()
    if copies:
        job.log(f"Left out, since they are copies of others: {counted(copies, 'file')}.")


def chosen_stacks(studies: Sequence[Study], choice: Choice, *, with_names: bool) -> Iterator[ChosenStack]:
    """Give the stacks of images, with names that say nothing of the patient unless that is wanted."""
    names = Names(studies, with_names=with_names)
    for study in studies:
        for series in study.series:
            stacks = [part for stack in series.stacks for part in opened_in_reading_order(stack)]
            for index, stack in enumerate(stacks, start=1):
                name = names.of(study, series)
                if len(stacks) > 1:
                    name = name.with_name(f"{name.name}_{index}")
                if frames := choice.of(stack):
                    yield ChosenStack(series, stack, frames, name)


@dataclass
class Names:
    """Folder names for studies and series: unlike each other, and made of nothing that leads elsewhere."""

    studies: Sequence[Study]
    with_names: bool = False
    _given: dict[tuple[str, str], Path] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)

    def of(self, study: Study, series: Series) -> Path:
        """Give the name of a series, below the one of its study where there are several."""
        key = study.study_instance_uid, series.series_instance_uid
        if key not in self._given:
            name = self._study(study) / self._series(series)
            path, count = name, 1
            while str(path).casefold() in self._taken:
                count += 1
                path = name.with_name(f"{name.name}-{count}")
            self._taken.add(str(path).casefold())
            self._given[key] = path
        return self._given[key]

    def _study(self, study: Study) -> Path:
        if self.with_names:
            first = study.first
            day = date_of(first.study_date)
            words = (person_name(first.patient_name) or first.patient_id, day.isoformat() if day else "")
            name = safe_name(" ".join((*filter(None, words), first.study_description)).strip())
            number = [each for each in self.studies if _same_name(each, study)].index(study)
            return Path(f"{name}-{number + 1}" if number else name)
        return Path(f"study{self.studies.index(study) + 1}") if len(self.studies) > 1 else Path()

    def _series(self, series: Series) -> str:
        first = series.first
        number = "series" if first.series_number is None else f"{first.series_number:03d}"
        modality = "".join(each for each in first.modality.upper() if each.isascii() and each.isalnum())[:16]
        words = [number, modality, first.series_description if self.with_names else ""]
        return safe_name("_".join(filter(None, words)))


def _same_name(one: Study, other: Study) -> bool:
    a, b = one.first, other.first
    return (a.patient_name.casefold(), a.study_date, a.study_description) == (
        b.patient_name.casefold(),
        b.study_date,
        b.study_description,
    )
