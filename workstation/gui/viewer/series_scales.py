"""SUV factors of the PET series that somebody measures on: read from all headers of a series, once, in a job."""

from collections.abc import Callable, Sequence
from dataclasses import field

from workstation.errors import UserError
from workstation.gui.work import Work
from workstation.jobs.job import Job
from workstation.jobs.runner import Priority
from workstation.measure.scale import Scale
from workstation.measure.suv.corrections import Corrections
from workstation.measure.suv.factor import SuvFactor, suv_of_frame
from workstation.measure.suv.kinds import SuvKind
from workstation.measure.suv.reading import earliest_acquisition
from workstation.measure.suv.series import one_scale
from workstation.model.index.records import Instance
from workstation.model.reading import read_dataset
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class SeriesScale:
    """What there is of a series.

    Parameters
    ----------
    frames
        The scale of each frame, by SOP instance and number.
    whole
        The one that holds for all frames; None where each has its own.
    problem
        Why there is no SUV.
    """

    frames: dict[tuple[str, int], Scale] = field(default_factory=dict)
    whole: Scale | None = None
    problem: str = ""


class SeriesScales:
    """Knows the scales of series.

    Parameters
    ----------
    work
        Runs jobs.
    instances
        Gives the images of an open series by its UID.
    on_arrived
        Called when a scale is known, and when another kind of SUV is wanted.
    """

    def __init__(
        self, work: Work, instances: Callable[[str], Sequence[Instance]], on_arrived: Callable[[], object]
    ) -> None:
        self._work, self._instances, self._on_arrived = work, instances, on_arrived
        self._found: dict[str, SeriesScale | None] = {}
        self._round = 0
        self.is_on = True
        self.kind: SuvKind = "bw"
        self.corrections: dict[str, Corrections] = {}
        """What a person gives in place of the headers, by Series Instance UID."""

    def change(self, *, is_on: bool | None = None, kind: SuvKind | None = None) -> None:
        """Measure SUV of PET, or activity; and which SUV. To be called also when corrections have changed."""
        self.is_on = self.is_on if is_on is None else is_on
        self.kind = kind or self.kind
        self._found.clear()
        self._round += 1
        self._on_arrived()

    def of(self, instance: Instance) -> SeriesScale | None:
        """Give the scale of a series; None while it is being read, an empty one where nothing is to be scaled."""
        if not self.is_on or instance.modality != "PT":
            return _NONE
        uid = instance.series_instance_uid
        if uid not in self._found:
            self._found[uid] = None
            self._start(uid)
        return self._found[uid]

    def scale(self, instance: Instance, frame: int) -> Scale | None:
        """Give the scale of a frame, as far as it is known."""
        found = self.of(instance)
        return found.frames.get((instance.sop_instance_uid, frame)) if found is not None else None

    def known(self, instance: Instance, frame: int) -> Scale | None:
        """Give the scale of a frame if it is known; nothing is read for it."""
        found = self._found.get(instance.series_instance_uid) if self.is_on else None
        return found.frames.get((instance.sop_instance_uid, frame)) if found is not None else None

    def options(self, instance: Instance) -> tuple[str, ...]:
        """Give the options of a command that makes the same SUV of an image."""
        found = [] if self.kind == "bw" else ["--kind", self.kind]
        corrections = self.corrections.get(instance.series_instance_uid)
        for name, value in (corrections.pairs() if corrections is not None else {}).items():
            found += ["--correct", f"{name}={value}"]
        return tuple(found)

    def _start(self, uid: str) -> None:
        instances, kind, corrections = tuple(self._instances(uid)), self.kind, self.corrections.get(uid)
        this = self._round

        def arrived(found: SeriesScale) -> None:
            if this == self._round:
                self._found[uid] = found
                self._on_arrived()

        self._work.start(
            "Read SUV factors",
            lambda job: _read(instances, kind, corrections, job),
            done=arrived,
            failed=lambda error: arrived(SeriesScale(problem=str(error))),
            priority=Priority.VISIBLE,
        )


_NONE = SeriesScale()


def _read(instances: Sequence[Instance], kind: SuvKind, corrections: Corrections | None, job: Job) -> SeriesScale:
    datasets = []
    for done, each in enumerate(instances):
        job.progress(done, len(instances), "Reading headers")
        datasets.append(read_dataset(each.place))
    earliest = earliest_acquisition(datasets)
    factors: dict[tuple[str, int], SuvFactor] = {}
    try:
        for instance, dataset in zip(instances, datasets, strict=True):
            for frame in range(max(1, instance.number_of_frames)):
                made = suv_of_frame(dataset, frame, kind=kind, earliest=earliest, corrections=corrections)
                factors[instance.sop_instance_uid, frame] = made
    except UserError as error:
        return SeriesScale(problem=error.message)
    frames = {place: factor.scale() for place, factor in factors.items()}
    return SeriesScale(frames, one_scale(tuple(factors.values())))
