"""Parts of one piece of work, done by a few threads that live no longer than it."""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

THREADS = 2


def in_threads(work: Callable[[T], R], parts: Sequence[T], threads: int = THREADS) -> list[R]:
    """Do the work on each part and give the results in their order; it has to let go of Python's lock to gain by it.

    The thread that asks works as well, and takes what the others leave.
    """
    if threads < 2 or len(parts) < 2:
        return [work(part) for part in parts]
    left = iter(enumerate(parts))
    done: list[tuple[int, R]] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            for number, part in left:
                done.append((number, work(part)))
        except BaseException as error:  # noqa: BLE001 - raised again by the thread that waits
            failed.append(error)

    # A pool would take a tenth of the time that a hundred million voxels need.
    others = [threading.Thread(target=run, name="volume") for _ in range(threads - 1)]
    for other in others:
        other.start()
    run()
    for other in others:
        other.join()
    if failed:
        raise failed[0]
    return [result for _, result in sorted(done, key=lambda each: each[0])]


def parts_of(count: int, size: int) -> list[slice]:
    """Cut so many into parts of a size, the last one what is left."""
    return [slice(start, min(start + size, count)) for start in range(0, count, size)]
