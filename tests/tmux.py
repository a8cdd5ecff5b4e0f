"""A real tmux with a shell in it, on a socket of its own; what happens there is waited for, never slept for."""

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Self

from tests.pseudo_terminal import ROOT

_PATIENCE_S = 60


class Tmux:
    """A server with one window that runs ``sh``.

    Parameters
    ----------
    program
        The path of tmux.
    folder
        For its socket; short, since the names of sockets are limited.
    """

    def __init__(self, program: str, folder: Path, *, columns: int = 80, rows: int = 24) -> None:
        self.folder = folder
        self.call = [program, "-S", str(folder / "s"), "-f", os.devnull]
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
        }
        self._environment |= {"PYTHONPATH": str(ROOT), "PS1": "$ ", "PYTHON": sys.executable}
        self._environment["PROMPT_COMMAND"] = shlex.join([*self.call, "wait-for", "-S", "prompt"])
        self.tell("new-session", "-d", "-x", str(columns), "-y", str(rows), "bash --norc")
        self.wait_for_prompt()
        self.tell("set", "-g", "mouse", "on")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.tell("kill-server")

    def tell(self, *words: str) -> str:
        """Run a command of tmux and give what it says."""
        done = subprocess.run(
            [*self.call, *words],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            check=True,
        )
        return done.stdout

    def type(self, *keys: str) -> None:
        """Press keys by their names in tmux; anything else is typed as it is."""
        self.tell("send-keys", *keys)

    def enter(self, command: str) -> None:
        """Have the shell run a command line."""
        self.tell("send-keys", "-l", command)
        self.tell("send-keys", "Enter")

    def wait_for_prompt(self) -> None:
        """Wait until the shell is about to read a line; once for each time that it does."""
        self.wait_for("prompt")

    def run(self, command: str) -> None:
        """Have the shell run a command line, and wait for its end."""
        self.enter(command)
        self.wait_for_prompt()

    def wait_for(self, mark: str) -> None:
        """Wait until a program said ``tmux wait-for -S mark``."""
        self.tell("wait-for", mark)

    def saying(self, mark: str) -> str:
        """Give the Python that says so."""
        return f"import subprocess; subprocess.run({[*self.call, 'wait-for', '-S', mark]!r})"

    def screen(self) -> list[str]:
        """Give the lines that are seen."""
        return self.tell("capture-pane", "-p").splitlines()

    def modes(self) -> dict[str, str]:
        """Give what tmux knows of the terminal: another screen, the mouse, the cursor."""
        names = ("alternate_on", "mouse_any_flag", "mouse_button_flag", "mouse_sgr_flag", "cursor_flag", "wrap_flag")
        said = self.tell("display-message", "-p", " ".join(f"#{{{name}}}" for name in names)).split()
        return dict(zip(names, said, strict=True))
