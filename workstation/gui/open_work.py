"""Keeps the open work a second or two after each change, and brings it back after a crash or at the next start."""

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from workstation import logs
from workstation.gui.panels.notes.presenter import Note, NotesPresenter
from workstation.gui.work import Work
from workstation.gui.work_files import VERSION, Found, WorkFile
from workstation.jobs.runner import Priority
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.display.viewing import Viewing
    from workstation.gui.viewer.presenter import Viewer

_log = logs.subject("window")
AFTER_MS = 1500
SAFE_S = 10.0
"""A program that lives for so long after it has brought work back did not die of it."""
MOST_FAILURES = 2
Json = Any


@dataclass(frozen=True)
class Extra:
    """What a feature keeps with the open work, such as annotations.

    Parameters
    ----------
    to_json
        Gives what is to be kept, of JSON values, without names of patients.
    from_json
        Is given that again; raises ValueError where it is something else.
    """

    to_json: Callable[[], Json]
    from_json: Callable[[Json], None]


class OpenWork(QObject):
    """Writes what is shown, with what features add; on the thread of the window, files in jobs.

    Parameters
    ----------
    file
        Where it is kept; None keeps nothing.
    reopens
        Whether work that was ended well comes back, too.
    has_paths
        The program was told what to open: work comes back only when that is asked for.
    """

    def __init__(
        self,
        file: WorkFile | None,
        work: Work,
        notes: NotesPresenter,
        parent: QObject,
        *,
        reopens: bool = True,
        has_paths: bool = False,
    ) -> None:
        super().__init__(parent)
        self._file, self._work, self._notes = file, work, notes
        self._reopens, self._has_paths = reopens, has_paths
        self._viewer: Viewer | None = None
        self._written = ""
        self._is_writing = self._is_ready = False
        self._could_write = True
        self._failures = 0
        self._began = time.monotonic()
        self._found = Found()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AFTER_MS)
        self._timer.timeout.connect(self._save)
        self.extras: dict[str, Extra] = {}

    def start(self, viewer: "Viewer") -> None:
        """Read what was kept; it is brought back once the library is there (`library_is_read`)."""
        self._viewer = viewer
        if self._file is not None:
            self._found = self._file.read()
            if self._found.problem:
                self._notes.add(Note("warning", self._found.problem))

    def library_is_read(self) -> None:
        """Be told that the studies of the library are open."""
        found, self._found = self._found, Found()
        if self._file is None or self._viewer is None:
            return
        self._began, self._is_ready = time.monotonic(), True
        viewing = self._viewing_of(found)
        if viewing is not None and any(pane.selection is not None for pane in viewing.panes):
            self._bring_back(found, viewing)
        self.changed()

    def changed(self) -> None:
        """Be told that something has changed that is to be kept."""
        if self._file is not None and self._is_ready and not self._timer.isActive():
            self._timer.start()

    def close(self) -> None:
        """Write the last state; no job may run any more."""
        self._timer.stop()
        if self._file is None:
            return
        if self._is_ready:
            self._failures = 0
            self._write(self._maker(ended=True)())
        self._file.release()
        self._file = None

    def _viewing_of(self, found: Found) -> "Viewing | None":
        if found.work is None or self._file is None or self._viewer is None:
            return None
        from workstation.display.older_work import ALONG_NORMAL, counted_as_read
        from workstation.display.viewing_json import from_json

        try:
            viewing = from_json(found.work.get("viewing"))
            return counted_as_read(viewing, self._viewer.stack_of) if found.version <= ALONG_NORMAL else viewing
        except ValueError as error:
            _log.warning("open work cannot be understood: %s", error)
            self._notes.add(Note("warning", self._file.set_aside("it cannot be understood")))
            return None

    def _bring_back(self, found: Found, viewing: "Viewing") -> None:
        """Bring work back, or offer that: where other things were asked for, or it has let the program end before."""
        when = str((found.work or {}).get("saved", ""))[:16]
        offer = ("Bring it back", lambda: self._restore(found, viewing))
        if found.crashed and found.failures >= MOST_FAILURES:
            text = f"The program has ended {found.failures} times with the work of {when}; it was not opened again."
            self._notes.add(Note("warning", text, action=offer))
        elif found.crashed and self._has_paths:
            self._notes.add(Note("information", f"The work of {when} was not ended.", action=offer))
        elif found.crashed:
            self._restore(found, viewing)
            self._failures = found.failures + 1
            again = ("Start empty", self._start_empty)
            self._notes.add(Note("information", f"The work of {when} was restored.", action=again))
        elif self._reopens and not self._has_paths:
            self._restore(found, viewing)

    def _restore(self, found: Found, viewing: "Viewing") -> None:
        if self._viewer is None:
            return
        self._viewer.restore(viewing)
        kept = (found.work or {}).get("extras")
        for name, extra in self.extras.items():
            if not isinstance(kept, dict) or name not in kept:
                continue
            try:
                extra.from_json(kept[name])
            except (ValueError, TypeError, KeyError) as error:
                _log.warning("%s of the open work cannot be understood: %s", name, error)
                self._notes.add(Note("warning", f"The {name} of the work could not be brought back."))

    def _start_empty(self) -> None:
        from workstation.display.viewing import Viewing

        if self._viewer is not None:
            self._viewer.change_to(Viewing(), "start without the last work")

    def _maker(self, *, ended: bool) -> Callable[[], str]:
        """Take what is shown now; what is given makes the text of it, on any thread."""
        if self._viewer is None:
            return str
        viewing = self._viewer.now
        is_safe = ended or time.monotonic() - self._began > SAFE_S
        record = {
            "version": VERSION,
            "ended": ended,
            "failures": 0 if is_safe else self._failures,
            "extras": {name: extra.to_json() for name, extra in sorted(self.extras.items())},
        }

        def make() -> str:
            from workstation.display.viewing_json import to_json

            return json.dumps(record | {"viewing": to_json(viewing)})

        return make

    def _save(self) -> None:
        if self._is_writing:
            self._timer.start()
            return
        make = self._maker(ended=False)
        if self._failures and time.monotonic() - self._began <= SAFE_S:
            self._timer.start()  # the count of failures is taken back once it is safe
        self._is_writing = True

        def over() -> None:
            self._is_writing = False

        self._work.start(
            "Keep the open work",
            lambda _job: self._write(make()),
            done=lambda _none: over(),
            failed=lambda _error: over(),
            stopped=over,
            priority=Priority.VISIBLE,
        )

    def _write(self, text: str) -> None:
        """Write, with the time; a full disk costs no more than what would have been kept."""
        if self._file is None or not text or text == self._written:
            return
        saved = time.strftime("%Y-%m-%d %H:%M")
        try:
            self._file.write(f'{{"saved": "{saved}", {text[1:]}')
        except OSError as error:
            if self._could_write:
                _log.warning("the open work was not kept: %s", error.strerror)
                words = Note("warning", f"The open work cannot be kept: {error.strerror}.", "Make room on the disk.")
                self._work.post(lambda: self._notes.add(words))
            self._could_write = False
        else:
            self._written, self._could_write = text, True
