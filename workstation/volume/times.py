"""A series over time as volumes that follow each other, each read when its turn comes."""

from pathlib import Path

from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.index.records import FrameRef, Stack
from workstation.model.volume import Volume, build_volume
from workstation.volume.opening import stacks_in
from workstation.volume.over_time import chosen_times
from workstation.volume.without import tell_lost


class VolumesOverTime:
    """Volumes on one grid, read one by one.

    Parameters
    ----------
    stacks
        In their order in time.
    job
        It may be cancelled while one is read.
    even
        As in `workstation.model.volume.build_volume`.
    """

    def __init__(self, stacks: tuple[Stack, ...], job: Job, *, even: bool = True) -> None:
        self._stacks = stacks
        self._job = job
        self._even = even
        self._told: set[int] = set()

    def __len__(self) -> int:
        return len(self._stacks)

    @property
    def frames(self) -> tuple[FrameRef, ...]:
        """The frames that all volumes are made of."""
        return tuple(frame for stack in self._stacks for frame in stack.frames)

    def volume(self, number: int) -> Volume:
        """Read a volume, from 0."""
        volume = build_volume(self._stacks[number], report=self._check, even=self._even)
        if number not in self._told:
            self._told.add(number)
            tell_lost(volume, self._stacks[number], self._job)
        return volume

    def _check(self, _done: int, _total: int) -> None:
        self._job.check()


def volumes_over_time(paths: tuple[Path, ...], series: str, job: Job, *, even: bool = True) -> VolumesOverTime:
    """Find the volumes of a series over time; ``even`` as in `VolumesOverTime`.

    Raises
    ------
    UserError
        If there are none, or those of several series and it is not said which.
    """
    stacks = chosen_times(stacks_in(paths, job), series)
    if not stacks:
        raise UserError(
            "There is no one series with several volumes over time.",
            hint="Give all images of one, name it with --series, or leave --over-time out.",
        )
    return VolumesOverTime(tuple(stacks), job, even=even)
