"""The numbers of what lies on planes cut out of volumes: measured in jobs, volumes read where values are needed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from workstation.errors import UserError
from workstation.gui.panels.annotations.presenter import stack_of
from workstation.gui.viewer.kept_numbers import Found, KeptNumbers
from workstation.gui.viewer.series_scales import SeriesScale
from workstation.gui.work import Work
from workstation.jobs.runner import Priority
from workstation.measure.setting import Setting
from workstation.model.annotation import Annotation
from workstation.model.annotation_kinds import TRAITS
from workstation.model.index.records import Instance, Stack
from workstation.model.marking import Marking
from workstation.model.measurement import Measurement
from workstation.quick_dataclass import dataclass
from workstation.workspace import Workspace

if TYPE_CHECKING:
    from workstation.gui.volumes import OpenVolume, OpenVolumes
    from workstation.jobs.job import Job
    from workstation.measure.scale import Scale
    from workstation.volume.cutting.reslice import Reslicer


@dataclass(frozen=True)
class _Wanted:
    """What a number depends on."""

    annotation: Annotation
    stack: Stack
    scale: "Scale | None"
    setting: Setting


_Found = Found[_Wanted]


class PlaneNumbers(KeptNumbers[_Wanted]):
    """Measures what has changed, volume by volume.

    Parameters
    ----------
    work, volumes, workspace
        Where jobs run, where volumes come from, what is open.
    scale_of
        Gives the scale of the series of an image; None while it is being read.
    setting
        How to measure.
    on_arrived
        Called when there are new numbers.
    """

    def __init__(
        self,
        work: Work,
        volumes: "OpenVolumes",
        workspace: Workspace,
        scale_of: Callable[[Instance], SeriesScale | None],
        setting: Callable[[], Setting],
        on_arrived: Callable[[], object],
    ) -> None:
        super().__init__(on_arrived)
        self._work, self._volumes, self._workspace = work, volumes, workspace
        self._scale_of, self._setting = scale_of, setting

    def with_curves(self, annotation: Annotation) -> Measurement | None:
        """Give the numbers with all that can be plotted, the histogram of a region among it."""
        found = self._of(annotation)
        return found.plotted if found is not None else None

    def _measure(self, missing: Sequence[_Wanted], arrived: Callable[[Sequence[_Found]], None]) -> None:
        """Measure what lies on planes of the volume of the first."""
        stack = missing[0].stack
        missing = [each for each in missing if each.stack is stack]

        def failed(error: Exception) -> None:
            words = error.message if isinstance(error, UserError) else "The volume could not be read."
            arrived([Found(each, problem=words) for each in missing])

        def start(opened: "OpenVolume | None") -> None:
            self._work.start(
                "Measure on planes",
                lambda job: _measured(missing, opened, job),
                done=arrived,
                failed=failed,
                stopped=lambda: arrived([Found(each, problem="Measuring was stopped.") for each in missing]),
                priority=Priority.PREFETCH,
            )

        from workstation.volume.planes.measuring import needs_values

        if any(needs_values(each.annotation) for each in missing):
            self._volumes.want(stack, done=start, failed=failed, colour=True)
        else:
            start(None)

    def _wanted(self, marking: Marking) -> list[_Wanted]:
        setting, found = self._setting(), []
        for each in marking.annotations:
            if each.cut is None or not TRAITS[each.kind].is_measured:
                continue
            stack = stack_of(each, self._workspace)
            if stack is None:
                continue
            scale = self._scale_of(stack.frames[0].instance)
            if scale is not None:  # it comes again once that is read
                found.append(_Wanted(each, stack, scale.whole, setting))
        return found


def _measured(missing: Sequence[_Wanted], opened: "OpenVolume | None", job: "Job") -> list[_Found]:
    from workstation.gui.volumes import open_stack
    from workstation.volume.cutting.reslice import Reslicer
    from workstation.volume.planes.measuring import needs_values

    found: list[_Found] = []
    reslicers: dict[bool, Reslicer] = {}
    for done, each in enumerate(missing):
        job.progress(done, len(missing), "Measuring")
        cut = each.annotation.cut
        if cut is None:
            continue
        if needs_values(each.annotation) and cut.is_as_taken not in reslicers:
            if opened is None or opened.is_as_taken != cut.is_as_taken:
                volume = open_stack(each.stack, lambda _done, _total: job.check(), is_as_taken=cut.is_as_taken).volume
            else:
                volume = opened.volume
            reslicers[cut.is_as_taken] = Reslicer(volume)  # of its own: panes cut with theirs meanwhile
        found.append(_one(each, reslicers.get(cut.is_as_taken)))
    return found


def _one(wanted: _Wanted, reslicer: "Reslicer | None") -> _Found:
    from workstation.volume.planes.measuring import facts_of, measured_on_cut

    setting = replace(wanted.setting, scale=wanted.scale, with_curves=True)
    slices, facts = len(wanted.stack.frames), facts_of(wanted.stack)
    try:
        found = measured_on_cut(wanted.annotation, reslicer, setting, slices=slices, image_facts=facts)
    except UserError as error:
        return Found(wanted, problem=error.message)
    # What is written and listed has no histogram that nobody asked for; the curve of a profile is always there.
    return Found(wanted, replace(found, curves=tuple(each for each in found.curves if not each.is_steps)), found)
