"""Decides what the list of unreadable files says."""

from dataclasses import dataclass
from typing import Protocol

from workstation.model.index.records import RefusedFile
from workstation.workspace import Change, Workspace


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A file that could not be read, in words."""

    name: str
    place: str
    reason: str
    message: str
    hint: str

    def as_text(self) -> str:
        """Give it to be copied."""
        return f"{self.place}: {self.reason}. {self.message} {self.hint}".strip()


class RefusedView(Protocol):
    """What the presenter needs of the panel."""

    def show_lines(self, lines: tuple[RefusedLine, ...]) -> None:
        """Show these."""


class RefusedPresenter:
    """Keeps the panel and the workspace together."""

    def __init__(self, view: RefusedView, workspace: Workspace) -> None:
        self._view = view
        self._workspace = workspace
        self.lines: tuple[RefusedLine, ...] = ()
        workspace.listen(self._changed)

    def as_text(self) -> str:
        """Give the whole list to be copied."""
        return "\n".join(line.as_text() for line in self.lines)

    def _changed(self, change: Change) -> None:
        if change is Change.REFUSED:
            self.lines = tuple(line_of(file) for file in self._workspace.refused)
            self._view.show_lines(self.lines)


def line_of(file: RefusedFile) -> RefusedLine:
    """Put a refused file into words."""
    reason = str(file.reason)
    return RefusedLine(
        file.place.member or file.place.path.name,
        str(file.place),
        reason[:1].upper() + reason[1:],
        file.message,
        file.hint,
    )
