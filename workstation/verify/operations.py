"""The command with which a site has the program check itself after each update."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from workstation.operations.operation import Example, ItemFailed, Operation, Result, counted
from workstation.operations.parameters import option
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.jobs.job import Job


class CheckName(str):
    """The name of a group of checks or of a check; several are given as words."""

    __slots__ = ()
    joins: ClassVar[Literal["words"]] = "words"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Take a name as it is; whether there is one is known when the checks are."""
        return cls(text.strip())


@dataclass(frozen=True, slots=True)
class VerifyParameters:
    """What is checked, and where the report goes."""

    only: tuple[CheckName, ...] = option(
        "Only the checks of these names: a group such as suv, or one such as suv.decay", default=(), metavar="NAME"
    )
    output: tuple[Path, ...] = option(
        "Files for the report: .pdf, .json, or one of each", default=(), short="o", metavar="FILE"
    )
    by: str = option("Who runs it, for the report", default="", metavar="PERSON")
    failed_only: bool = option("Print only the checks that failed", default=False)


@dataclass(frozen=True, slots=True)
class VerifySum:
    """What a run came to, without its rows, which were printed before."""

    checks: int
    failed: int
    program: str
    libraries: dict[str, str]
    machine: dict[str, str]
    by: str
    seconds: float
    when: str
    reports: tuple[str, ...]

    def text(self) -> str:
        """Give it as lines."""
        result = f"{self.failed} FAILED" if self.failed else "all passed"
        used = ", ".join(f"{name} {number}" for name, number in self.libraries.items())
        return "\n".join(
            [
                f"{counted(self.checks, 'check')}, {result}, in {self.seconds:.1f} s",
                f"Workstation {self.program}, {used}, {', '.join(self.machine.values())}",
                *(f"Written: {each}" for each in self.reports),
            ]
        )


def run_verify(params: VerifyParameters, job: "Job") -> Iterator[Result | ItemFailed]:
    """Run the checks, print each, write the reports; one failure for all that failed."""
    from workstation.verify.report import check_target, verified, write
    from workstation.verify.running import rows_of

    for path in params.output:
        check_target(path)
    rows = []
    for row in rows_of(job, params.only):
        rows.append(row)
        if not (params.failed_only and row.passed):
            yield row
    run = verified(rows, by=params.by, only=params.only)
    for path in params.output:
        write(run, path)
    reports = tuple(map(str, params.output))
    yield VerifySum(
        run.checks, run.failed, run.program, run.libraries, run.machine, run.by, run.seconds, run.when, reports
    )
    failed = [row.id for row in rows if not row.passed]
    if failed:
        named = ", ".join(failed[:10]) + (f" and {len(failed) - 10} more" if len(failed) > 10 else "")
        yield ItemFailed(
            "verify",
            f"{run.failed} of {run.checks} checks failed: {named}.",
            hint="Don't measure with this installation before it is known why.",
        )


OPERATIONS = (
    Operation(
        id="verify",
        command=("verify",),
        summary="Check the program itself on phantoms with known answers: geometry, measuring, SUV, greys, decoding",
        parameters=VerifyParameters,
        run=run_verify,
        examples=(
            Example("verify", "every check, a line each; ends with 1 where one fails"),
            Example("verify --output verify.pdf verify.json", "the same with reports to keep"),
            Example("verify --only suv geometry.oblique --json", "two subjects, as JSON"),
        ),
    ),
)
