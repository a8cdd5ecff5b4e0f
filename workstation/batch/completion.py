"""Completion of commands, options and paths in a shell."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from workstation.operations.operation import Example, Operation
from workstation.operations.parameters import option
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.jobs.job import Job


_UNDER = {
    "dicom-archive": ("library",),
    "dicom-anon": ("anon",),
    "dicom-measure": ("measure",),
    "dicom-3d": ("3d",),
    "dicom-viewer": ("viewer",),
}


Program = Literal["workstation", "dicom-archive", "dicom-anon", "dicom-measure", "dicom-3d", "dicom-viewer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionParameters:
    """What ``completion`` takes."""

    shell: Literal["bash", "zsh", "tcsh"] = option("The shell.", positional=True)
    program: Literal["workstation", "dicom-archive", "dicom-anon", "dicom-measure", "dicom-3d", "dicom-viewer"] = (
        option("The program to complete.", default="workstation")
    )


@dataclass(frozen=True, slots=True)
class CompletionScript:
    """A script for a shell."""

    shell: str
    script: str

    def text(self) -> str:
        """Give the script."""
        return self.script.rstrip("\n")


def run(parameters: CompletionParameters, _job: "Job") -> Iterator[CompletionScript]:
    """Give the completion script of a shell."""
    import shtab

    from workstation.batch.commands import commands_of

    under = _UNDER.get(parameters.program, ())
    tree = commands_of(parameters.program, under).tree(path_completion=shtab.FILE)
    if not under:
        tree.add_argument("--batch", action="store_true", help="run a command without a window")
    yield CompletionScript(parameters.shell, shtab.complete(tree, parameters.shell))


COMPLETION = Operation(
    id="batch.completion",
    command=("completion",),
    summary="Print a script that completes commands, options and paths in a shell",
    parameters=CompletionParameters,
    run=run,
    examples=(
        Example("completion bash > workstation.bash", "a file to be sourced in ~/.bashrc"),
        Example("completion zsh > _workstation", "a file for a directory of $fpath"),
    ),
)
