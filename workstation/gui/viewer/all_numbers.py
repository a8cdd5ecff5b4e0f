"""The numbers of all annotations whose images are open, also of those that nobody has looked at: measured in a job."""

from collections.abc import Callable, Iterable, Sequence

from workstation.errors import UserError
from workstation.gui.viewer.kept_numbers import Found, KeptNumbers
from workstation.gui.viewer.numbers import Context, Numbers
from workstation.gui.viewer.volume_numbers import Places
from workstation.gui.work import Work
from workstation.jobs.job import Job
from workstation.jobs.runner import Priority
from workstation.measure.calibration import spacing_facts
from workstation.measure.scale import Scale
from workstation.measure.setting import ImageFacts, Setting
from workstation.model.annotation import Annotation
from workstation.model.annotation_kinds import TRAITS
from workstation.model.image import Image
from workstation.model.index.records import Instance
from workstation.model.marking import Marking
from workstation.model.measurement import Measurement
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True)
class _Wanted:
    """What a number depends on."""

    annotation: Annotation
    instance: Instance
    context: Context
    setting: Setting


_Found = Found[_Wanted]


class AllNumbers(KeptNumbers[_Wanted]):
    """Measures what has changed, image by image.

    Parameters
    ----------
    work
        Runs jobs.
    places
        Gives where images are, of those that are open.
    scale_of
        Gives the scale of a frame, as far as it is known.
    setting
        How to measure.
    on_arrived
        Called when there are new numbers.
    """

    def __init__(
        self,
        work: Work,
        places: Callable[[Iterable[str]], Places],
        scale_of: Callable[[Instance, int], Scale | None],
        setting: Callable[[], Setting],
        on_arrived: Callable[[], object],
    ) -> None:
        super().__init__(on_arrived)
        self._work, self._places, self._scale_of, self._setting = work, places, scale_of, setting

    def _measure(self, missing: Sequence[_Wanted], arrived: Callable[[Sequence[_Found]], None]) -> None:
        self._work.start(
            "Measure",
            lambda job: _measured(missing, job),
            done=arrived,
            failed=lambda _error: self._end(),
            stopped=self._end,
            priority=Priority.PREFETCH,
        )

    def _wanted(self, marking: Marking) -> list[_Wanted]:
        measured = [each for each in marking.annotations if TRAITS[each.kind].is_measured]
        places = self._places({each.sop_instance_uid for each in measured})
        lines: dict[tuple[str, int], tuple[Annotation, ...]] = {}
        for each in measured:
            if each.kind == "calibration" and each.known_mm:
                place = each.sop_instance_uid, each.frame
                lines[place] = (*lines.get(place, ()), each)
        setting = self._setting()
        found = []
        for each in measured:
            if each.sop_instance_uid in places:
                instance = places[each.sop_instance_uid][0]
                facts = ImageFacts(str(instance.place), instance.modality)
                here = lines.get((each.sop_instance_uid, each.frame), ())
                context = Context(here, facts, self._scale_of(instance, each.frame))
                found.append(_Wanted(each, instance, context, setting))
        return found


def _measured(missing: Sequence[_Wanted], job: Job) -> list[_Found]:
    """Measure, each image opened once."""
    by_image: dict[str, list[_Wanted]] = {}
    for each in missing:
        by_image.setdefault(each.instance.sop_instance_uid, []).append(each)
    found: list[_Found] = []
    for done, several in enumerate(by_image.values()):
        job.progress(done, len(by_image), "Reading images")
        try:
            with Image.open(several[0].instance.place) as image:
                found += [_one(each, image) for each in several]
        except UserError as error:
            found += [Found(each, problem=error.message) for each in several]
    return found


def measured_there(
    annotation: Annotation, instance: Instance, scale: Scale | None, setting: Setting
) -> Measurement | None:
    """Measure an annotation on an image that is read for it; called in a job.

    Raises
    ------
    Refused
        If the image cannot be read.
    UserError
        If it cannot be measured there.
    """
    context = Context((), ImageFacts(str(instance.place), instance.modality), scale)
    with Image.open(instance.place) as image:
        found = _one(_Wanted(annotation, instance, context, setting), image)
    if found.problem:
        raise UserError(found.problem)
    return found.measurement


def _one(wanted: _Wanted, image: Image) -> _Found:
    number = wanted.annotation.frame
    if not 0 <= number < image.number_of_frames:
        return Found(wanted, problem=f"The image has no frame {number + 1}.")
    facts = spacing_facts(image, number)
    numbers = Numbers(lambda _uid, _frame: facts, lambda: wanted.setting)
    try:
        return Found(wanted, numbers.of(wanted.annotation, image.frame(number), wanted.context))
    except UserError as error:
        return Found(wanted, problem=error.message)
