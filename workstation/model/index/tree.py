"""Instances sorted into patients, studies and series."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from operator import attrgetter
from typing import TypeVar

from workstation.model.index.records import Instance, Patient, Series, Stack, Study

_Key = TypeVar("_Key", bound=Hashable)


def no_stacks(_instances: Sequence[Instance]) -> tuple[Stack, ...]:
    """Build no stacks: for lists that show only what there is."""
    return ()


def tree_of(
    instances: Iterable[Instance], *, stacks_of: Callable[[Sequence[Instance]], tuple[Stack, ...]] = no_stacks
) -> tuple[Patient, ...]:
    """Sort instances into patients by name, their studies newest first, series by number, instances by number.

    Files are of one patient if they agree in patient ID and, apart from case, in name. A study whose files name
    different patients appears under each of them, with the files that do.
    """
    patients = []
    for (patient_id, _name), of_patient in _grouped(instances, _patient_key).items():
        studies = [
            Study(uid, series_of(of_study, stacks_of=stacks_of))
            for uid, of_study in _grouped(of_patient, attrgetter("study_instance_uid")).items()
        ]
        studies.sort(key=lambda study: study.study_instance_uid)
        studies.sort(key=lambda study: (study.first.study_date, study.first.study_time), reverse=True)
        patients.append(Patient(patient_id, of_patient[0].patient_name, tuple(studies)))
    return tuple(sorted(patients, key=lambda patient: (patient.patient_name.casefold(), patient.patient_id)))


def series_of(
    instances: Iterable[Instance], *, stacks_of: Callable[[Sequence[Instance]], tuple[Stack, ...]] = no_stacks
) -> tuple[Series, ...]:
    """Sort the instances of one study into series, by series number; those without number come last."""
    series = []
    for uid, of_series in _grouped(instances, attrgetter("series_instance_uid")).items():
        ordered = tuple(sorted(of_series, key=_instance_order))
        series.append(Series(uid, ordered, stacks_of(ordered)))
    return tuple(sorted(series, key=_series_order))


def _patient_key(instance: Instance) -> tuple[str, str]:
    return instance.patient_id, instance.patient_name.casefold()


def _instance_order(instance: Instance) -> tuple[float, int, str, str]:
    number = instance.instance_number
    place = instance.places[0]
    return (float("inf") if number is None else number), instance.acquisition_number or 0, str(place.path), place.member


def _series_order(series: Series) -> tuple[float, str, str, str]:
    number = series.first.series_number
    first = series.first
    return (
        (float("inf") if number is None else number),
        first.series_date,
        first.series_time,
        series.series_instance_uid,
    )


def _grouped(instances: Iterable[Instance], key: Callable[[Instance], _Key]) -> dict[_Key, list[Instance]]:
    groups: dict[_Key, list[Instance]] = {}
    for instance in instances:
        groups.setdefault(key(instance), []).append(instance)
    return groups
