"""What PET is said as in pictures and on paper: standardized uptake values, as in the panes, where there are any."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from workstation.display.value_scale import ValueScale
from workstation.errors import UserError
from workstation.model.index.records import Instance
from workstation.model.reading import read_dataset
from workstation.model.refusal import Refused

if TYPE_CHECKING:
    from pydicom import Dataset

    from workstation.measure.suv.corrections import Corrections
    from workstation.measure.suv.kinds import SuvKind
    from workstation.measure.suv.values import Moment


class SuvScales:
    """Gives the SUV of frames of PET: see `workstation.display.value_scale.ScaleOf`.

    Headers of a series are read once something of it is asked for: the earliest of them tells when it began.

    Parameters
    ----------
    instances
        The images that are written; those of one series are taken together.
    kind
        Which SUV.
    corrections
        What a person gives in place of the headers, by Series Instance UID.
    """

    def __init__(
        self,
        instances: Sequence[Instance],
        *,
        kind: "SuvKind" = "bw",
        corrections: "Mapping[str, Corrections] | None" = None,
    ) -> None:
        self._series: dict[str, list[Instance]] = {}
        for each in instances:
            if each.modality == "PT":
                self._series.setdefault(each.series_instance_uid, []).append(each)
        self._kind, self._corrections = kind, dict(corrections or {})
        self._begun: dict[str, Moment | None] = {}

    def __call__(self, instance: Instance, frame: int) -> ValueScale | None:
        """Give what the values of a frame, from 0, are said as; None where there is no SUV."""
        if instance.series_instance_uid not in self._series:
            return None
        from workstation.measure.suv.factor import suv_of_frame

        uid = instance.series_instance_uid
        try:
            factor = suv_of_frame(
                read_dataset(instance.place),
                frame,
                kind=self._kind,
                earliest=self._series_begun(uid),
                corrections=self._corrections.get(uid),
            )
        except (Refused, UserError):  # the values are said as the file has them
            return None
        return ValueScale(factor.factor, factor.unit.words)

    def _series_begun(self, uid: str) -> "Moment | None":
        if uid not in self._begun:
            from workstation.measure.suv.reading import earliest_acquisition

            self._begun[uid] = earliest_acquisition(list(self._headers(uid)))
        return self._begun[uid]

    def _headers(self, uid: str) -> "Iterator[Dataset]":
        for each in self._series[uid]:
            try:
                yield read_dataset(each.place)
            except Refused:
                continue  # it is told where its picture would be
