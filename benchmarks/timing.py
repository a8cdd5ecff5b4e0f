"""Wall time of two ways to do the same, taken in turns so that a busy moment hits both."""

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence


def seconds(work: Callable[[], object]) -> float:
    """Give the wall time of one call in seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_turns(ours: Callable[[], object], peer: Callable[[], object], *, rounds: int = 5) -> tuple[float, float]:
    """Give the medians of ``rounds`` calls of each, in seconds, after one unmeasured call of both."""
    ours()
    peer()
    pairs = [(seconds(ours), seconds(peer)) for _ in range(rounds)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def warm_environment() -> dict[str, str]:
    """Give the environment in which programs start warm: Python keeps what it has compiled, as it does by default."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def process(command: Sequence[str], *, environment: Mapping[str, str] | None = None) -> Callable[[], object]:
    """Give a call that runs a command to its end; a failure of the command is an error, with what it wrote."""
    environment = environment or warm_environment()

    def run() -> None:
        done = subprocess.run(
            command, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr[-2000:]}")

    return run
