"""Logs by subject in one rotating file; names, identifiers and paths of patients don't get into it."""

import contextlib
import logging
import os
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Literal

from platformdirs import user_log_path

Level = Literal["DEBUG", "INFO", "WARNING", "ERROR"]

_ROOT = "workstation"
_BYTES_EACH, _OLD_FILES = 2_000_000, 4
_LONGEST_LINE = 4_000  # the patterns below take time that grows faster than a line
_PLACES = (
    re.compile(r"(?P<quote>['\"])(?:/|~|[A-Za-z]:[\\/]|\\\\)(?P<path>[^'\"\n]*)(?P=quote)"),
    re.compile(r"(?<![\w.<])(?:/|~/|[A-Za-z]:[\\/]|\\\\)(?P<path>[^\s'\"<>|:;,()]+)"),
)
_NAMES = re.compile(r"[^\s'\",;=:()\[\]]{0,64}\^[^'\",;=:()\[\]\n]*")
_LABELLED = re.compile(
    r"(?P<label>Patient'?s?[ _]?(?:Name|ID|Birth[ _]?Date|Birth[ _]?Time|Address|Sex|Age)|OtherPatientIDs"
    r"|Accession[ _]?Number|Referring[ _]?Physician'?s?[ _]?Name|\(?0010,\s?[0-9a-f]{4}\)?)"
    r"(?P<mark>['\"]?\s*(?:[:=]|is|\s[A-Z]{2}[:\s])\s*)(?P<value>'[^'\n]*'|\"[^\"\n]*\"|\[[^\]\n]*\]|[^,;\n]+)",
    re.IGNORECASE,
)


def subject(name: str) -> logging.Logger:
    """Give the logger of a subject (``library``, ``pixels``)."""
    return logging.getLogger(f"{_ROOT}.{name}")


def path(folder: Path | None = None) -> Path:
    """Give the place of the newest log."""
    return (folder or user_log_path(_ROOT, appauthor=False)) / "workstation.log"


def start(*, level: Level = "INFO", folder: Path | None = None) -> logging.Logger:
    """Begin to write the log, once a process; without a folder to write in the program goes on without."""
    root = logging.getLogger(_ROOT)
    root.setLevel(level)
    root.propagate = False
    if not root.handlers:
        root.addHandler(_handler(path(folder)))
    return root


def stop() -> None:
    """End the log and close its file; what a full disk does not take of it is lost."""
    root = logging.getLogger(_ROOT)
    for handler in tuple(root.handlers):
        root.removeHandler(handler)
        with contextlib.suppress(OSError):
            handler.close()
    root.propagate = True


def redacted(text: str) -> str:
    """Give the text without what may tell who a patient is; places of the program's own code stay."""
    text = "\n".join(line[:_LONGEST_LINE] for line in text.split("\n"))
    for pattern in _PLACES:
        text = pattern.sub(_redacted_path, text)
    text = _LABELLED.sub(r"\g<label>\g<mark>[redacted]", text)
    return _NAMES.sub("[redacted]", text)


def _redacted_path(match: re.Match[str]) -> str:
    suffix = Path(match["path"]).suffix.lower()
    if suffix == ".py":
        return match[0]
    return f"[path {suffix}]" if re.fullmatch(r"\.[a-z]{1,4}", suffix) else "[path]"


class _Redacting(logging.Formatter):
    """Redacts every line above DEBUG, traces included."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        return text if record.levelno <= logging.DEBUG else redacted(text)


class _Private(RotatingFileHandler):
    """Writes files that only the user may read."""

    def _open(self):  # type: ignore[no-untyped-def]  # the stub's type is private to it
        return os.fdopen(
            os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8"
        )

    def handleError(self, record: logging.LogRecord) -> None:
        """Lose the line: a full disk must not end the work that is logged."""


def _handler(target: Path) -> logging.Handler:
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler = _Private(target, maxBytes=_BYTES_EACH, backupCount=_OLD_FILES)
    except OSError:
        return logging.NullHandler()
    handler.setFormatter(_Redacting("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))
    return handler
