"""The operation ``sr show``: a structured report as text, as a page of HTML, or as values."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.operations.operation import Example, ItemFailed, Operation
from workstation.operations.parameters import option
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.jobs.job import Job
    from workstation.objects.sr.shown import ShownReport


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowParameters:
    """What ``sr show`` takes."""

    inputs: tuple[Path, ...] = option(
        "Structured reports: files, folders, ZIP archives; disc.zip!NAME is one entry.", positional=True
    )
    html: bool = option("A page of HTML for each report instead of text.", default=False)


def show(parameters: ShowParameters, job: "Job") -> Iterator["ShownReport | ItemFailed"]:
    """Show each report; what is none is told where it was named, and counted in folders."""
    from workstation.objects.sr.reading import read_report
    from workstation.objects.sr.shown import ShownReport
    from workstation.operations.places import of_each_place

    yield from of_each_place(
        parameters.inputs, job, lambda place: (ShownReport(str(place), read_report(place), is_html=parameters.html),)
    )


OPERATIONS = (
    Operation(
        id="sr.show",
        command=("sr", "show"),
        summary="Show what structured reports say: every item of any template, findings, measurements, dose",
        parameters=ShowParameters,
        run=show,
        examples=(
            Example("sr show report.dcm", "a report as text"),
            Example("sr show report.dcm --html > report.html", "as a page for a browser"),
            Example("sr show report.dcm --json", "every item with its codes, for a program"),
        ),
    ),
)
