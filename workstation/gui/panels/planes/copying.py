"""The numbers and the command of what was measured on a plane, for the clipboard."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from workstation.gui.command_lines import shell_line
from workstation.gui.features.measurements import Measurements
from workstation.gui.panels.annotations.presenter import image_of
from workstation.gui.panels.notes.presenter import Note
from workstation.measure.words import values_text
from workstation.model.annotation_kinds import TRAITS
from workstation.model.geometry import Spacing

if TYPE_CHECKING:
    from workstation.gui.features.measuring import Measuring
    from workstation.gui.session import Session
    from workstation.model.annotation import Annotation
    from workstation.model.measurement import Measurement

NONE_CHOSEN = "Choose a measurement first: click it."


class PlaneCopying:
    """Copies what is known of a measurement.

    Parameters
    ----------
    session
        Of the window.
    measuring
        Gives what measures on images.
    """

    def __init__(self, session: "Session", measuring: "Callable[[], Measuring | None]") -> None:
        self._session, self._measuring = session, measuring

    def values(self, found: "Measurement | None") -> None:
        """Copy numbers as lines."""
        if found is None:
            self._tell(NONE_CHOSEN)
            return
        QApplication.clipboard().setText(values_text(found) + "\n")
        self._session.notes.add(Note("information", "The values were copied.", details=values_text(found)))

    def command(self, own: "Annotation | None") -> None:
        """Copy the line for a shell that makes the same numbers."""
        measurements = self._session.findChild(Measurements)
        if own is None or not isinstance(measurements, Measurements):
            self._tell(NONE_CHOSEN)
            return
        words = self._words_of(own) if own.cut is None else measurements.plane_words(own)
        if not words:
            self._tell(f"A {TRAITS[own.kind].name} has no numbers, and no command.")
            return
        line = shell_line(words)
        QApplication.clipboard().setText(line + "\n")
        text = "The command was copied. It makes the same numbers in a shell."
        self._session.notes.add(Note("information", text, details=line))

    def _words_of(self, sphere: "Annotation") -> tuple[str, ...]:
        """Give the command of a sphere, which is of a slice."""
        measuring, ref = self._measuring(), image_of(sphere, self._session.workspace)
        return () if measuring is None or ref is None else measuring.words_of(sphere, ref, Spacing(), ())

    def _tell(self, words: str) -> None:
        self._session.notes.add(Note("information", words, passes=True))
