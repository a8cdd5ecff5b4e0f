"""Decides which notes are shown: what happened, to what, what to do next; none of them blocks anything."""

import traceback
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Literal, Protocol

from workstation import logs
from workstation.errors import UserError
from workstation.quick_dataclass import dataclass

NoteKind = Literal["error", "warning", "information"]
MOST_SHOWN = 3


@dataclass(frozen=True)
class Note:
    """Something to tell.

    ``action`` is what can be done about it: words on a button, and what the button does; ``other_action`` is another
    thing that can be done. One that takes the place of earlier notes about the same ``subject`` names it. One that
    ``passes`` goes by itself after a while: what it says can be found out otherwise.
    """

    kind: NoteKind
    message: str
    hint: str = ""
    details: str = ""
    action: tuple[str, Callable[[], None]] | None = None
    other_action: tuple[str, Callable[[], None]] | None = None
    subject: str = ""
    passes: bool = False
    id: int = 0

    def as_text(self) -> str:
        """Give it to be copied."""
        return "\n".join(filter(None, [self.message, self.hint, self.details]))


class NotesView(Protocol):
    """What the presenter needs of the area of the notes."""

    def show_notes(self, notes: tuple[Note, ...], *, more: int) -> None:
        """Show these, and say how many more there are."""


class NotesPresenter:
    """Keeps the notes that were not yet put away; the newest come first."""

    def __init__(self, view: NotesView) -> None:
        self._view = view
        self._notes: list[Note] = []
        self._ids = count(1)

    @property
    def notes(self) -> tuple[Note, ...]:
        """All notes, the newest first."""
        return tuple(self._notes)

    def add(self, note: Note) -> None:
        """Show a note; one that says the same as an earlier one takes its place."""
        self._notes = [
            old
            for old in self._notes
            if old.as_text() != note.as_text() and not (note.subject and old.subject == note.subject)
        ]
        self._notes.insert(0, replace(note, id=next(self._ids)))
        self._show()

    def error(self, title: str, error: Exception) -> None:
        """Tell that something did not work; what is no `UserError` is a bug, told with where its log lies."""
        self.add(error_note(title, error))

    def dismiss(self, note_id: int) -> None:
        """Put a note away."""
        self._notes = [note for note in self._notes if note.id != note_id]
        self._show()

    def dismiss_newest(self) -> bool:
        """Put the newest away; False where there is none."""
        if not self._notes:
            return False
        self.dismiss(self._notes[0].id)
        return True

    def _show(self) -> None:
        self._view.show_notes(tuple(self._notes[:MOST_SHOWN]), more=max(0, len(self._notes) - MOST_SHOWN))


def error_note(title: str, error: Exception) -> Note:
    """Put an error into words."""
    if isinstance(error, UserError):
        return Note("error", error.message, error.hint)
    return Note(
        "error",
        f"{title}: the program failed ({type(error).__name__}).",
        f"This is a defect. Its trace is in the log, {logs.path()}; nothing that was saved is lost.",
        logs.redacted("".join(traceback.format_exception(error))),
    )
