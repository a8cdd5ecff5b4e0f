"""Help > Verify: the program checks itself on this machine, and shows a table that can be kept as a report."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from workstation.gui.panels.notes.presenter import Note

if TYPE_CHECKING:
    from workstation.gui.panels.verify.presenter import VerifyPresenter
    from workstation.gui.panels.verify.view import VerifyDialog
    from workstation.gui.session import Session


def install(session: "Session") -> None:
    """Add the command."""
    Verifying(session)


class Verifying(QObject):
    """Opens the dialog, one at a time."""

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self.dialog: VerifyDialog | None = None
        self.presenter: VerifyPresenter | None = None
        session.handle("verify", lambda _on: self._open())

    def _open(self) -> None:
        if self.dialog is not None:
            self.dialog.raise_()
            self.dialog.activateWindow()
            return
        from workstation.gui.panels.verify.presenter import VerifyPresenter
        from workstation.gui.panels.verify.view import VerifyDialog

        session = self._session
        dialog = self.dialog = VerifyDialog(session.window.tokens, session.window)
        presenter = self.presenter = VerifyPresenter(dialog, session.work, self._tell, session.notes.error)
        dialog.run_wanted.connect(presenter.start)
        dialog.cancel_wanted.connect(presenter.cancel)
        dialog.save_wanted.connect(presenter.save)
        dialog.copy_wanted.connect(self._copy)
        dialog.finished.connect(self._closed)
        session.window.tokens_changed.connect(dialog.set_tokens)
        presenter.start()
        dialog.show()

    def _closed(self) -> None:
        if self.presenter is not None:
            self.presenter.close()
        self.dialog = self.presenter = None

    def _tell(self, text: str) -> None:
        self._session.notes.add(Note("information", text))

    def _copy(self) -> None:
        from workstation.gui.command_lines import shell_line
        from workstation.gui.panels.verify.presenter import COMMAND

        line = shell_line(COMMAND)
        QApplication.clipboard().setText(f"{line}\n")
        self._session.notes.add(
            Note("information", "The command was copied. It does the same in a shell.", details=line)
        )
