"""Volumes over time are read as is asked for."""

from pathlib import Path

from workstation.jobs.job import Job
from workstation.phantoms import small
from workstation.volume.opening import stacks_in
from workstation.volume.times import VolumesOverTime


def test_that_uneven_slices_are_made_even_or_kept_at_each_time(tmp_path: Path) -> None:
    small.volume("uneven").write(tmp_path)
    (stack,) = stacks_in([tmp_path], Job())
    even, as_taken = (VolumesOverTime((stack,), Job(), even=even).volume(0) for even in (True, False))
    assert len(as_taken.array_kji) == len(stack.frames)
    assert as_taken.frame_k == tuple(map(float, range(len(stack.frames))))
    assert even.frame_k != as_taken.frame_k
