"""How the commands of ``measure`` that work on images are run."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workstation.operations.operation import ItemFailed, Result

if TYPE_CHECKING:
    from workstation.jobs.job import Job

Results = Iterator[Result | ItemFailed]


def measuring(command: str) -> "Callable[[Any, Job], Results]":
    """Give what runs a command of `workstation.measure.finding.COMMANDS`."""

    def run(parameters: Any, job: "Job") -> Results:
        from workstation.measure.finding import COMMANDS
        from workstation.measure.writing import delivered

        others: tuple[Path, ...] = getattr(parameters, "also", ())  # which commands about regions alone take
        return delivered(COMMANDS[command](parameters, job), parameters, (*parameters.inputs, *others), job)

    return run
