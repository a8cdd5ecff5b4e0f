"""With what new panes are filled: the rest of the study that is looked at, then what compares with it."""

from collections.abc import Iterable, Sequence
from datetime import date

from workstation.model.index.records import Patient, Series, Study
from workstation.model.text import date_of
from workstation.workspace import Selection


def filling_order(patients: Sequence[Patient], shown: Selection | None) -> list[Selection]:
    """Give the stacks with which new panes are filled, first to last.

    Parameters
    ----------
    patients
        Everything that is open.
    shown
        What the active pane shows.

    Returns
    -------
    list of Selection
        After what is shown comes the rest of its study, then the series of the patient's other studies: those of a
        study that has one of the same modality and body part, such as the follow-up, go before those of a study that
        shares a modality, and these before all others; of studies alike the nearest in time. Images of other patients
        are never put beside it. Where nothing is shown, everything in the order of the tree.
    """
    found = _study_of(patients, shown)
    if found is None or shown is None:
        return _stacks(series for patient in patients for study in patient.studies for series in study.series)
    patient, study = found
    own = _stacks(study.series)
    at = own.index(shown) if shown in own else -1
    kinds = {_kind(series) for series in study.series if series.stacks}
    others = sorted(
        (each for each in patient.studies if each is not study),
        key=lambda each: (min((_rank(series, kinds) for series in each.series), default=2), _days(each, study)),
    )
    beside = [series for each in others for series in sorted(each.series, key=lambda series: _rank(series, kinds))]
    return [*own[at + 1 :], *own[: max(at, 0)], *_stacks(beside)]


def _study_of(patients: Iterable[Patient], shown: Selection | None) -> tuple[Patient, Study] | None:
    uid = shown.series_instance_uid if shown is not None else ""
    return next(
        (
            (patient, study)
            for patient in patients
            for study in patient.studies
            if any(series.series_instance_uid == uid for series in study.series)
        ),
        None,
    )


def _stacks(every: Iterable[Series]) -> list[Selection]:
    return [Selection(series.series_instance_uid, number) for series in every for number in range(len(series.stacks))]


def _kind(series: Series) -> tuple[str, str]:
    return series.first.modality, series.first.body_part_examined.strip().upper()


def _rank(series: Series, kinds: set[tuple[str, str]]) -> int:
    """Say how well a series compares with a study that has images of these kinds, best 0."""
    if not series.stacks:
        return 2
    modality, part = _kind(series)
    if part and (modality, part) in kinds:
        return 0
    return 1 if modality in {each for each, _ in kinds} else 2


def _days(one: Study, other: Study) -> int:
    """Give how far apart two studies are; far away where a date is not told."""
    dates: list[date | None] = [date_of(each.first.study_date) for each in (one, other)]
    first, second = dates
    return abs((first - second).days) if first is not None and second is not None else 1_000_000
