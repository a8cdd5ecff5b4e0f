"""Waits until the window shows all that was opened, takes its picture, says what there is, and ends the program."""

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from workstation.gui.session import Session

LOOK_EVERY_MS = 40
SETTLED_LOOKS = 4
GIVE_UP_S = 600.0


class Screenshot(QObject):
    """Looks at a session until it is settled."""

    def __init__(self, session: Session, path: Path) -> None:
        super().__init__(session)
        self._session = session
        session.reads_next_series = session.loads_ahead = False  # the picture is of what is seen
        self._path = path
        self._began = time.monotonic()
        self._settled = 0
        self.code = 1
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(LOOK_EVERY_MS)

    def _look(self) -> None:
        if time.monotonic() - self._began > GIVE_UP_S:
            self._finish(f"workstation: It was not loaded within {GIVE_UP_S:.0f} s.\n")
            return
        self._settled = self._settled + 1 if self._session.is_settled else 0
        if self._settled < SETTLED_LOOKS:
            return
        seconds = time.monotonic() - self._began
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if not self._session.window.grab().save(str(self._path), "PNG"):
            self._finish(f"workstation: The picture cannot be written to {self._path}.\n")
            return
        summary = asdict(self._session.workspace.counts()) | {
            "seconds": round(seconds, 2),
            "notes": [note.as_text() for note in self._session.notes.notes],
            "screenshot": str(self._path),
        }
        sys.stdout.write(json.dumps(summary) + "\n")
        self.code = 0
        self._finish("")

    def _finish(self, complaint: str) -> None:
        self._timer.stop()
        sys.stderr.write(complaint)
        self._session.window.close()
