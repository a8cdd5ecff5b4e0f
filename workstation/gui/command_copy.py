"""Copies the batch commands that do what the window has done, ending with the picture in the pane."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from workstation.gui.main_window import MainWindow
from workstation.gui.panels.notes.presenter import Note, NotesPresenter
from workstation.workspace import Workspace

if TYPE_CHECKING:
    from workstation.gui.canvas.presenter import PanePresenter
    from workstation.gui.canvas.scene import Scene
    from workstation.model.index.records import FrameRef


class CommandCopy:
    """Gives and copies the commands.

    Parameters
    ----------
    workspace
        Knows what was done.
    window
        Its active pane says how large the picture is.
    notes
        Where is told what was copied.
    """

    def __init__(self, workspace: Workspace, window: MainWindow, notes: NotesPresenter) -> None:
        self._workspace, self._window, self._notes = workspace, window, notes
        self.front_words: list[Callable[[], Sequence[str]]] = []
        """Each gives the command for what is in front of the images; nothing where that is not seen."""
        self.state_words: Callable[[FrameRef, Scene], list[str]] = lambda _ref, _scene: []

    def lines(self, pane: "PanePresenter | None") -> list[str]:
        """Give the commands, a line for a shell each."""
        from workstation.gui.command_lines import picture_words, shell_line

        lines = [shell_line(words) for words in self._workspace.done]
        for words_of in self.front_words:
            if front := words_of():
                return [*lines, shell_line(front)]
        scene = pane.scene if pane else None
        ref = pane.shown_frame if pane else None
        if scene is not None and ref is not None:
            renderer, size_px = scene.renderer, self._window.pane.size_px
            words = self.state_words(ref, scene) or picture_words(
                ref, renderer.frame, scene.view, size_px, output="picture.png", first_voi=renderer.first_voi
            )
            lines.append(shell_line(words))
        return lines

    def copy(self, pane: "PanePresenter | None") -> None:
        """Put the commands into the clipboard, and say so."""
        lines = self.lines(pane)
        if not lines:
            self._notes.add(Note("information", "Nothing was opened yet, so there is no command to copy."))
            return
        QApplication.clipboard().setText("\n".join(lines) + "\n")
        text = f"{len(lines)} command{'s were' if len(lines) > 1 else ' was'} copied. They do the same in a shell."
        self._notes.add(Note("information", text, details="\n".join(lines)))
