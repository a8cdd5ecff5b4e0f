"""Runs one command: parse, run, print each result as it comes, and end with a code that a script can trust."""

import os
import sys
import threading
from argparse import Namespace
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from workstation.batch.commands import commands_of
from workstation.batch.output import Output, OutputLost, safe_text
from workstation.batch.parser import Commands, UsageError
from workstation.errors import Cancelled, UserError
from workstation.operations.operation import ItemFailed, Operation, Result

DONE, FAILED, USAGE, CANCELLED = 0, 1, 2, 130
_ENDING = ("SIGTERM", "SIGHUP")
"""What else asks a command to stop: a service manager or a closed terminal, neither of which tells it twice."""


def main(argv: Sequence[str] | None = None, *, prog: str = "workstation --batch", under: tuple[str, ...] = ()) -> int:
    """Run the command that the words name.

    Returns
    -------
    int
        0 done, 1 some or all failed, 2 the words are wrong, 130 cancelled, 128 and its number ended by a signal.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    _stand_in_for_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    output = Output(as_objects="--json" in words)
    try:
        return _run(commands_of(prog, under), words, output)
    except _Ended as ended:
        return ended.code
    except (Cancelled, KeyboardInterrupt):
        return CANCELLED
    except BrokenPipeError:
        _let_go_of_stdout()
        return FAILED
    except OutputLost as error:
        _let_go_of_stdout()
        sys.stderr.write(f"workstation: {error.message}\n")
        return FAILED


def _stand_in_for_closed_streams() -> None:
    """Let what nobody wants (``>&-``) go nowhere; or the next file that is opened would take its number, and get it."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open to the end


def _run(commands: Commands, words: list[str], output: Output) -> int:
    try:
        found, rest = commands.find(words)
        if not isinstance(found, Operation):
            return _explain(commands, found, rest)
        parameters = _parsed(found, commands.parse(found, rest))
    except UsageError as error:
        output.error(error)
        if error.usage:
            sys.stderr.write(safe_text(error.usage) + "\n")
        return USAGE
    except SystemExit as asked:  # --help and --version of argparse
        return asked.code if isinstance(asked.code, int) else DONE
    return _do(found, parameters, output)


def _parsed(operation: Operation, namespace: Namespace) -> object:
    from workstation.operations.arguments import parse

    try:
        return parse(operation.parameters, namespace)
    except ValueError as error:  # parameters that contradict each other say so when they are made
        raise UsageError(str(error)) from error


def _explain(commands: Commands, path: tuple[str, ...], rest: list[str]) -> int:
    if "--version" in rest:
        from workstation import __version__

        sys.stdout.write(f"workstation {__version__}\n")
        return DONE
    is_asked = "--help" in rest or "-h" in rest
    (sys.stdout if is_asked else sys.stderr).write(commands.help(path))
    return DONE if is_asked else USAGE


def _do(operation: Operation, parameters: object, output: Output) -> int:
    from workstation import logs
    from workstation.batch.progress import ProgressLine
    from workstation.jobs.events import Event, Missed
    from workstation.jobs.job import Job
    from workstation.settings import Settings

    settings = Settings.load()
    for note in settings.notes:
        output.note(note)
    log = logs.start(level=settings.log_level)
    line = ProgressLine()
    failed = False

    def hear(event: Event) -> None:
        nonlocal failed
        if not isinstance(event, Missed):
            line(event)
            return
        failed = True
        line.clear()
        output.result(ItemFailed(event.subject, event.message, event.hint, event.reason))

    job = Job(operation.summary, sink=hear, on_terminal=output.is_terminal)
    log.info("%s began", operation.id)
    try:
        with _interrupts(job.cancel):
            for result in _closing(operation.run(parameters, job)):
                line.clear()
                failed = failed or isinstance(result, ItemFailed)
                output.result(result)
                job.check()
    except (Cancelled, BrokenPipeError, OutputLost):
        raise
    except UserError as error:
        line.clear()
        output.error(error)
        failed = True
    except Exception:
        log.exception("%s broke", operation.id)
        line.clear()
        output.error(UserError("This is an error of the program, not yours.", hint=f"The log says more: {logs.path()}"))
        failed = True
    finally:
        line.clear()
        log.info("%s ended, %s", operation.id, "with failures" if failed else "well")
        logs.stop()
    return FAILED if failed else DONE


def _closing(results: Iterator[Result | ItemFailed]) -> Iterator[Result | ItemFailed]:
    # What an operation does in its finally clauses is done before the command ends, not when memory is collected.
    try:
        yield from results
    finally:
        if isinstance(results, Generator):
            results.close()


class _Ended(BaseException):
    """A signal ended the command, which was given the time to take away what it had not finished."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.code = 128 + number


@contextmanager
def _interrupts(cancel: Callable[[], None]) -> Iterator[None]:
    """Let the first Ctrl-C, or signal to end, ask the work to stop, and the second stop it at once.

    Raises
    ------
    _Ended
        If it was another signal than that of Ctrl-C.
    """
    import signal

    first: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        cancel()
        if not first:
            first.append(number)
        elif number == signal.SIGINT:
            raise KeyboardInterrupt
        else:
            raise _Ended(number)

    if threading.current_thread() is not threading.main_thread():
        yield  # signals never come here
        return
    numbers = [getattr(signal, name) for name in ("SIGINT", *_ENDING) if hasattr(signal, name)]
    ours = [each for each in numbers if each == signal.SIGINT or signal.getsignal(each) is not signal.SIG_IGN]  # nohup
    previous = {number: signal.signal(number, stop) for number in ours}
    try:
        yield
    except Cancelled:
        if first and first[0] != signal.SIGINT:
            raise _Ended(first[0]) from None
        raise
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _let_go_of_stdout() -> None:
    # What is still buffered would raise again when the interpreter ends.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
