"""Decides what the list of unreadable files says."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Protocol

from workstation.gui.words import plural
from workstation.model.index.records import RefusedFile
from workstation.model.refusal import Reason
from workstation.quick_dataclass import dataclass
from workstation.workspace import Change, Workspace

COMPANIONS = frozenset((".csv", ".htm", ".html", ".json", ".md", ".pdf", ".txt", ".xml"))
"""Endings of what often lies beside images and is none."""


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
        """Show these, those of one reason one after the other."""


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
            ordered = sorted(self._workspace.refused, key=lambda file: (is_foreign(file), file.reason))
            self.lines = tuple(line_of(file) for file in ordered)
            self._view.show_lines(self.lines)


def is_foreign(file: RefusedFile) -> bool:
    """Whether it is just no DICOM file, as a text that lies beside images, and nothing is wrong with it."""
    return file.reason is Reason.NOT_DICOM


def is_companion(file: RefusedFile) -> bool:
    """Whether it is plainly no image, by its ending, and merely lies beside some: listed, and nothing to tell of."""
    name = file.place.member or file.place.path.name
    return is_foreign(file) and PurePath(name).suffix.lower() in COMPANIONS


def summary(files: Sequence[RefusedFile]) -> tuple[str, bool]:
    """Say in a few words how many there are, and whether anything is wrong; nothing of texts that lie beside images."""
    wrong = sum(not is_foreign(file) for file in files)
    if wrong:
        return plural(wrong, "unreadable file", "unreadable files"), True
    others = sum(not is_companion(file) for file in files)
    return (plural(others, "file that is not DICOM", "files that are not DICOM"), False) if others else ("", False)


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
