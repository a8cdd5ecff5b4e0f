"""What a command prints: text for a person, one JSON object a result for a program; never a control character."""

import contextlib
import os
import re
import sys
from collections.abc import Iterator
from typing import Any, TextIO

from workstation.errors import UserError
from workstation.operations.operation import ForTerminal, ItemFailed, Result

# C0 and C1 controls, DEL, the characters that turn the direction of writing, and unpaired surrogates: a terminal obeys
# the first, a reader is misled by the second, and the last cannot be encoded.
_UNSAFE = "\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff\\ud800-\\udfff"
_IN_TEXT = re.compile(f"[{_UNSAFE}]")
_IN_JSON = re.compile(f"[{_UNSAFE}\\t\\n]")


def safe_text(text: str) -> str:
    """Replace what a terminal would obey rather than show; line ends and tabs stay."""
    return _IN_TEXT.sub("\N{REPLACEMENT CHARACTER}", text)


def terminal_columns() -> int:
    """Give the width of the terminal; what ``shutil`` has for this costs a sixth of the start-up time."""
    if (given := os.environ.get("COLUMNS", "")).isdecimal() and int(given):
        return int(given)
    for number in (1, 2):
        with contextlib.suppress(OSError):  # it is no terminal
            return os.get_terminal_size(number).columns or 80
    return 80


def as_json(value: Any) -> str:
    """Give one line of JSON; characters that a terminal would obey are escaped."""
    import json

    from workstation.operations.plain import plain

    line = json.dumps(plain(value), ensure_ascii=False, allow_nan=False)
    return _IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", line)


def failure(subject: str, message: str, hint: str = "", reason: str = "") -> dict[str, str]:
    """Give a failure as it is printed with ``--json``: an object with the key ``error``, which no result has."""
    return {"error": message, "subject": subject, "hint": hint, "reason": reason}


class OutputLost(UserError):
    """What is printed can no longer be written."""


class Output:
    """Prints results to stdout, failures to stderr; with ``as_objects`` both as JSON to stdout."""

    def __init__(self, *, as_objects: bool, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self._as_objects = as_objects
        self._out = out or sys.stdout
        self._err = err or sys.stderr

    @property
    def is_terminal(self) -> bool:
        """Whether results are printed in a terminal, for a person."""
        return not self._as_objects and self._out.isatty()

    def result(self, value: Result | ItemFailed) -> None:
        """Print a result, or the failure of one input."""
        if isinstance(value, ItemFailed):
            self._failure(failure(value.subject, value.message, value.hint, value.reason), value.text())
        elif self._as_objects:
            self._line(self._out, as_json(value))
        elif isinstance(value, ForTerminal):
            self._bytes(value.for_terminal)
        elif text := value.text():
            self._line(self._out, safe_text(text))

    def error(self, error: UserError) -> None:
        """Print an error that ended the command."""
        reason = str(getattr(error, "reason", ""))
        text = f"workstation: {error.message}" + (f" {error.hint}" if error.hint else "")
        self._failure(failure("", error.message, error.hint, reason), text)

    def note(self, text: str) -> None:
        """Print something worth knowing that is neither a result nor a failure."""
        self._line(self._err, safe_text(f"workstation: {text}"))

    def _failure(self, fields: dict[str, str], text: str) -> None:
        if self._as_objects:
            self._line(self._out, as_json(fields))
        else:
            self._line(self._err, safe_text(text))

    def _bytes(self, data: bytes) -> None:
        with _told_where_lost():
            self._out.flush()
            if hasattr(self._out, "buffer"):
                self._out.buffer.write(data)
                self._out.buffer.flush()
            else:
                self._out.write(data.decode("utf-8", "backslashreplace"))

    @staticmethod
    def _line(stream: TextIO, text: str) -> None:
        with _told_where_lost():
            stream.write(text + "\n")
            stream.flush()


@contextlib.contextmanager
def _told_where_lost() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputLost(f"The output cannot be written: {error.strerror}.") from error
