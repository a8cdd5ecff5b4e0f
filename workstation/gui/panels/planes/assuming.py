"""Slices whose files do not say where they lie make a volume at the user's word: so far apart, in their order."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QInputDialog

from workstation.gui.panels.notes.presenter import Note
from workstation.gui.volumes import can_assume, key_of
from workstation.model.index.records import Stack

if TYPE_CHECKING:
    from workstation.gui.panels.planes.joining import JoinedPlanes
    from workstation.gui.session import Session

NEAREST_MM, FARTHEST_MM = 0.05, 100.0
ASK = "Slices are taken in the order of their numbers, and as that far apart, which is said wherever it matters. In mm:"
KNOWN = "The files say where the slices lie, so nothing is to be assumed about it."


class Assuming:
    """Asks how far apart slices are, and has them read so.

    Parameters
    ----------
    session
        The window.
    joined
        The planes.
    """

    def __init__(self, session: "Session", joined: "JoinedPlanes") -> None:
        self._session, self._joined = session, joined
        self._stack: Stack | None = None
        self._used: dict[tuple[str, str, int], float] = {}

    def follow(self, stack: Stack | None) -> None:
        """Be told what is looked at; it is offered for what makes no volume otherwise."""
        self._stack = stack if stack is not None and can_assume(stack) else None
        self._joined.area.bar.show_assume(is_offered=self._stack is not None)

    def ask(self) -> None:
        """Ask for the distance."""
        stack = self._stack
        if stack is None:
            self._session.notes.add(Note("information", KNOWN, passes=True))
            return
        dialog = QInputDialog(self._session.window)
        dialog.setWindowTitle("Distance of slices")
        dialog.setInputMode(QInputDialog.InputMode.DoubleInput)
        dialog.setLabelText(ASK)
        dialog.setDoubleDecimals(2)
        dialog.setDoubleRange(NEAREST_MM, FARTHEST_MM)
        dialog.setDoubleValue(self._used.get(key_of(stack), 1.0))
        dialog.setOkButtonText("Make a volume")
        dialog.doubleValueSelected.connect(lambda apart_mm: self.use(stack, apart_mm))
        dialog.open()

    def use(self, stack: Stack, apart_mm: float) -> None:
        """Have the slices read as that far apart, as a step that can be taken back."""
        before = self._used.get(key_of(stack))
        if before == apart_mm:
            return
        self._read(stack, apart_mm)
        self._joined.note_step(
            "distance of slices", partial(self._read, stack, before), partial(self._read, stack, apart_mm)
        )

    def _read(self, stack: Stack, apart_mm: float | None) -> None:
        self._used.pop(key_of(stack), None)
        if apart_mm is not None:
            self._used[key_of(stack)] = apart_mm
        self._session.volumes.assume(stack, apart_mm)
        self._joined.look_anew(stack)
