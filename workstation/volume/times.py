"""A series over time as volumes that follow each other, each read when its turn comes."""

from pathlib import Path

from workstation.display.inputs import Input, inputs_of
from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.index.records import Instance, Stack
from workstation.model.volume import Volume, build_volume
from workstation.volume.opening import stacks_of_all


class VolumesOverTime:
    """Volumes of one size, one at a time in memory.

    Parameters
    ----------
    stacks
        In their order in time.
    """

    def __init__(self, stacks: tuple[Stack, ...], job: Job) -> None:
        self._stacks = stacks
        self._job = job

    def __len__(self) -> int:
        return len(self._stacks)

    def volume(self, number: int) -> Volume:
        """Read a volume, from 0."""
        return build_volume(self._stacks[number], report=self._check)

    def _check(self, _done: int, _total: int) -> None:
        self._job.check()


def volumes_over_time(paths: tuple[Path, ...], series: str, job: Job) -> VolumesOverTime:
    """Find the volumes of a series over time.

    Raises
    ------
    UserError
        If there are none, or those of several series and it is not said which.
    """
    instances: list[Instance] = []
    for each in inputs_of(paths, job):
        if isinstance(each, Input):
            instances.append(each.instance)
        else:
            job.log(f"{each.subject}: {each.message}")
    by_series: dict[str, list[Stack]] = {}
    for stack in stacks_of_all(instances):
        first = stack.frames[0].instance
        is_named = (
            not series
            or series in (first.series_instance_uid, str(first.series_number))
            or (series.casefold() in first.series_description.casefold())
        )
        if stack.is_volume and is_named:
            by_series.setdefault(first.series_instance_uid, []).append(stack)
    several = [_alike(stacks) for stacks in by_series.values()]
    several = [stacks for stacks in several if len(stacks) > 1]
    if not several:
        raise UserError(
            "There is no series with several volumes over time.", hint="Leave --over-time out, or give all its images."
        )
    if len(several) > 1:
        names = "; ".join(stacks[0].frames[0].instance.series_instance_uid for stacks in several)
        raise UserError("There are several series over time.", hint=f"Say which with --series: {names}.")
    return VolumesOverTime(tuple(several[0]), job)


def _alike(stacks: list[Stack]) -> list[Stack]:
    """Give the stacks that have as many images, of the same size, as the first."""

    def size(stack: Stack) -> tuple[int, int, int]:
        first = stack.frames[0].instance
        return len(stack.frames), first.rows, first.columns

    return [stack for stack in stacks if size(stack) == size(stacks[0])]
