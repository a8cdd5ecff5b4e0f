"""What the phantoms offer to a person: the demo study."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.operations.operation import Example, ItemFailed, Operation, Result
from workstation.operations.parameters import option
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.jobs.job import Job


@dataclass(frozen=True, slots=True)
class DemoParameters:
    """Where the demo study goes."""

    output: Path = option("Folder to write into; made if it isn't there", short="o", metavar="DIR")
    seed: int = option("Another seed gives other vessels, other noise and other identifiers", default=0)


@dataclass(frozen=True, slots=True)
class DemoWritten:
    """What was written."""

    folder: str
    truth: str
    studies: int
    series: int
    objects: int
    megabytes: float

    def text(self) -> str:
        """Give it as a line."""
        return (
            f"{self.folder}: {self.studies} studies, {self.series} series, {self.objects} objects, "
            f"{self.megabytes:.0f} MB; what is true of them: {self.truth}"
        )


def run_demo(params: DemoParameters, job: "Job") -> Iterator[Result | ItemFailed]:
    """Write the demo study."""
    from workstation.phantoms.demo import write_demo

    demo = write_demo(
        params.output, seed=params.seed, report=lambda done, total: job.progress(done, total, "Demo study")
    )
    yield DemoWritten(str(demo.folder), str(demo.truth_path), demo.studies, demo.series, demo.objects, demo.megabytes)


OPERATIONS = (
    Operation(
        id="demo",
        command=("demo",),
        summary="Write a demo study of two patients made by arithmetic, with known answers",
        parameters=DemoParameters,
        run=run_demo,
        examples=(
            Example("demo --output demo-study", "thirteen series of two patients, and TRUTH.json beside them"),
            Example("demo --output demo-7 --seed 7 --json", "other vessels and noise, answer as JSON"),
        ),
    ),
)
