"""A process that reads headers for the scan: tasks come in on its standard input, batches go out on its output."""

import logging
import marshal
import os
import signal
import sys
from typing import Any, BinaryIO

from workstation.model.index.files import Inspector, refuse
from workstation.model.index.rows import NO_STAMP, Batch
from workstation.model.refusal import Reason, Refused

_log = logging.getLogger("workstation.index")

#: Files to look at: path, and member of an archive, empty for a plain file.
Task = list[tuple[str, str]]


def run_task(inspector: Inspector, task: Task) -> Batch:
    """Read the headers of a task's files."""
    batch = Batch()
    for path, member in task:
        try:
            if member:
                inspector.inspect_member(path, member, batch)
            else:
                inspector.inspect(path, batch)
        except Exception as error:  # noqa: BLE001 - a defect of ours must not keep all the other files out of the index
            _log.exception("a header broke its reader")
            message = f"Its header broke the program that reads it ({type(error).__name__})."
            refusal = Refused(Reason.DAMAGED_HEADER, message, hint="This is a defect: please report it.")
            refuse((os.fsencode(path), member, NO_STAMP, NO_STAMP), refusal, batch)
    return batch


def send(message: Any, stream: BinaryIO) -> None:
    """Write a message of plain values."""
    stream.write(marshal.dumps(message))
    stream.flush()


def receive_task(stream: BinaryIO) -> Task | None:
    """Read the next task; None at the end."""
    try:
        task: Task = marshal.load(stream)  # noqa: S302 - from our own parent
    except EOFError:
        return None
    return task


def send_batch(batch: Batch, stream: BinaryIO) -> None:
    """Write what a task gave."""
    send((batch.instances, batch.refused, batch.containers, batch.headers), stream)


def receive_batch(stream: BinaryIO) -> Batch:
    """Read what a task gave; raises EOFError when the process at the other end is gone."""
    return Batch(*marshal.load(stream))  # noqa: S302 - from our own child


def main() -> None:
    """Serve until the input ends, which it also does when the parent is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    inspector = Inspector()
    while (task := receive_task(sys.stdin.buffer)) is not None:
        try:
            send_batch(run_task(inspector, task), sys.stdout.buffer)
        except BrokenPipeError:
            break
    inspector.close()
