"""The conversation with a terminal: it is asked once, and the decision stands after a tenth of a second."""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from workstation.errors import UserError
from workstation.terminal.device.abilities import Abilities
from workstation.terminal.device.events import Focused, event_of
from workstation.terminal.device.questions import Surroundings, is_answer, is_complete, question, understood
from workstation.terminal.device.tokens import Token, Tokens

if TYPE_CHECKING:
    from workstation.terminal.device.line import Line

_MOST_BYTES = 1 << 16
_QUIET_S = 0.2
WITHIN_S = 0.1
"""After which it is decided what a terminal can, whatever it says."""
_SHARED = Path("/dev/shm")  # noqa: S108 - the place of shared memory objects on Linux, named in the protocol


class Talks(Protocol):
    """What a conversation needs of a line."""

    def read(self, within_s: float | None) -> bytes:
        """Give what came within that time."""

    def write(self, data: bytes) -> None:
        """Send all of it."""


class Conversation:
    """What was asked, what was answered, and what a person typed meanwhile.

    Parameters
    ----------
    line
        To a terminal whose line is raw.
    surroundings
        What is known without asking.
    clock
        Seconds that only grow.
    """

    def __init__(self, line: Talks, surroundings: Surroundings, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.line = line
        self.surroundings = surroundings
        self.tokens = Tokens()
        self.typed: list[Token] = []
        self._answers: list[Token] = []
        self._clock = clock
        self._deadline: float | None = None
        self._shared: Path | None = None

    def ask(self, within_s: float = WITHIN_S) -> None:
        """Send the questions; the time for the answers begins."""
        self._deadline = self._clock() + within_s
        self._shared = _three_bytes_to_share()
        self.line.write(question(self.surroundings, shared_memory=f"/{self._shared.name}" if self._shared else ""))

    def listen(self) -> Abilities:
        """Wait for the answers until all are there or the time is over, and decide."""
        taken = 0
        while self._deadline is not None and not self.is_complete and taken < _MOST_BYTES:
            left = self._deadline - self._clock()
            data = self.line.read(
                max(left, 0)
            )  # what came while something else was loaded is there, however late it is
            if not data and left <= 0:
                break
            taken += len(data)
            self.typed += self.hear(self.tokens.feed(data))
        if self._shared is not None:
            self._shared.unlink(missing_ok=True)  # a terminal that reads it takes it away itself
        return self.abilities()

    def hear(self, tokens: Sequence[Token]) -> list[Token]:
        """Keep what answers, and give back what a person did."""
        typed = []
        for token in tokens:
            event = None if is_answer(token, self.surroundings) else event_of(token)
            if event is None:
                self._answers.append(token)
            elif not isinstance(event, Focused):
                typed.append(token)
        del self._answers[256:]
        return typed

    def abilities(self) -> Abilities:
        """Decide by what is known so far."""
        return understood(self._answers, self.surroundings)

    def wait_for_silence(self) -> None:
        """Let late answers come before the shell gets the line back, where they would be taken for what is typed."""
        quiet_from = self._clock()
        while not self.is_complete and self._clock() - quiet_from < _QUIET_S:
            data = self.line.read(_QUIET_S)
            self.typed += self.hear(self.tokens.feed(data))
            quiet_from = self._clock() if data else quiet_from

    @property
    def is_complete(self) -> bool:
        """Whether nothing more is to come."""
        return is_complete(self._answers, self.surroundings)


class Asking:
    """The terminal of standard output being asked; much can be loaded while the answers are on their way.

    What is typed meanwhile is for ``Screen``, or given back when the program ends. Where answers are still to come, the
    terminal's echo stays off until then, so that neither they are seen nor the shell takes them for keys.

    Parameters
    ----------
    environment
        Variables instead of those of the process.
    within_s
        After which the decision stands.
    """

    def __init__(self, environment: Mapping[str, str] | None = None, *, within_s: float = WITHIN_S) -> None:
        self._until = time.monotonic() + within_s
        self._environment = os.environ if environment is None else environment
        self._line: Line | None = None
        self._conversation: Conversation | None = None
        self._listener: threading.Thread | None = None
        self._surroundings = Surroundings(self._environment, *_size_of_output())
        if sys.platform == "win32" or not _is_terminal():
            return
        from workstation.terminal.device.line import Line  # not on every system

        with contextlib.suppress(UserError, OSError):
            self._line = Line.opened()
            self._surroundings = _surroundings(self._line, self._environment, within_s / 2)
            self._begin(self._line)

    def _begin(self, line: Line) -> None:
        from workstation.terminal.device.line import HungUp

        if self._surroundings.is_dumb or not line.is_in_foreground():
            return
        atexit.register(self.let_go)
        conversation = Conversation(line, self._surroundings)
        with contextlib.suppress(HungUp):
            line.make_raw()
            conversation.ask(self._until - time.monotonic())
            self._conversation = conversation
            self._listener = threading.Thread(target=self._listen, name="terminal", daemon=True)
            self._listener.start()

    def _listen(self) -> None:
        """Hear the answers; as soon as all are there the line is the shell's again, with what is typed from then on."""
        from workstation.terminal.device.line import HungUp

        assert self._line is not None and self._conversation is not None  # noqa: S101, PT018 - said to mypy
        with contextlib.suppress(HungUp):
            self._conversation.listen()
            if self._conversation.is_complete:
                self._line.make_as_found()

    def _join(self) -> None:
        if self._listener is not None:
            self._listener.join()
            self._listener = None

    def decided(self) -> Abilities:
        """Give what the terminal can: at once if it answered all, otherwise a tenth of a second after the question."""
        if self._line is None or self._conversation is None:
            self.let_go()
            told = replace(understood((), self._surroundings), is_settled=True)
            return told if self._line else replace(told, is_terminal=_is_terminal(), has_screen=False, colours="none")
        self._join()
        self._listen()  # for what came since then
        abilities = replace(self._conversation.abilities(), asking=self)
        if abilities.is_settled and not self._conversation.typed:
            self.let_go()
        return abilities

    def let_go(self) -> None:
        """Give the terminal back, after a moment for answers that are late."""
        atexit.unregister(self.let_go)
        self._join()
        line = self._line
        if line is None or not line.is_open:
            return
        from workstation.terminal.device.line import HungUp

        with contextlib.suppress(HungUp):
            if self._conversation is not None:
                self._conversation.wait_for_silence()
                line.give_back_keys(b"".join(token.spelt() for token in self._conversation.typed))
        line.make_as_found(drop_input=self._conversation is not None and not self._conversation.is_complete)
        line.close()

    def handed_over(self) -> tuple[Line, Conversation] | None:
        """Give the line and what was said over it so far to whoever goes on with both; nothing where it is closed."""
        atexit.unregister(self.let_go)
        if self._line is None or self._conversation is None or not self._line.is_open:
            return None
        line, self._line = self._line, None
        return line, self._conversation


def ask(environment: Mapping[str, str] | None = None, *, within_s: float = WITHIN_S) -> Abilities:
    """Ask the terminal of standard output what it can; the decision stands after a tenth of a second in any case."""
    return Asking(environment, within_s=within_s).decided()


def _is_terminal() -> bool:
    try:
        return sys.__stdout__ is not None and sys.__stdout__.isatty()
    except ValueError:  # closed
        return False


def _size_of_output() -> tuple[int, int]:
    try:
        columns, rows = os.get_terminal_size()
    except (OSError, ValueError):  # no terminal
        return 0, 0
    return columns, rows


def _surroundings(line: Line, environment: Mapping[str, str], within_s: float) -> Surroundings:
    window = line.window_size()
    passthrough, around = _asked_tmux(environment, within_s) if environment.get("TMUX") else (None, ("", ""))
    return Surroundings(
        environment, window.columns, window.rows, window.width_px, window.height_px, passthrough, around
    )


def _asked_tmux(environment: Mapping[str, str], within_s: float) -> tuple[bool | None, tuple[str, str]]:
    """Ask the tmux that we are in about itself and the terminal around it; some milliseconds."""
    import subprocess

    wanted = "#{allow-passthrough}\n#{client_termtype}\n#{client_termfeatures}"
    try:
        said = subprocess.run(  # noqa: S603 - fixed words
            ["tmux", "display-message", "-p", wanted],  # noqa: S607 - wherever the person has it
            env=dict(environment), stdin=subprocess.DEVNULL, capture_output=True, timeout=within_s, check=True,
        ).stdout.decode("utf-8", "replace")  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None, ("", "")
    passthrough, name, features = [*said.split("\n"), "", "", ""][:3]
    return passthrough in ("1", "2", "on", "all"), (name, features)


def _three_bytes_to_share() -> Path | None:
    path = _SHARED / f"workstation-{os.urandom(8).hex()}"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(b"\0\0\0")
    except OSError:
        return None
    return path
