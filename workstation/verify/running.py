"""Runs the checks, one after the other, and compares."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from workstation.errors import Cancelled, UserError
from workstation.model.units import unit_of_ucum
from workstation.verify.bench import Bench
from workstation.verify.check import Answer, Check, Group, Row, agrees
from workstation.verify.groups import groups

if TYPE_CHECKING:
    from workstation.jobs.job import Job


def chosen_groups(only: Sequence[str]) -> tuple[Group, ...]:
    """Give the groups of some names, all for none.

    Raises
    ------
    UserError
        If there is none of a name; its hint names those there are.
    """
    known = groups()
    names = [each.partition(".")[0] for each in only]
    unknown = [each for each in names if each not in {group.name for group in known}]
    if unknown:
        there = ", ".join(group.name for group in known)
        raise UserError(f"There are no checks of the name {unknown[0]!r}.", hint=f"There are: {there}.")
    return tuple(group for group in known if not names or group.name in names)


def rows_of(job: Job, only: Sequence[str] = ()) -> Iterator[Row]:
    """Run the checks.

    Parameters
    ----------
    job
        Is told how far it is, group by group; it may be cancelled between two checks.
    only
        Names of groups (``geometry``) or of checks (``geometry.oblique``); none means all.

    Raises
    ------
    UserError
        If there is none of a name, or there is no room for files.
    """
    parts = [(group, part) for group in chosen_groups(only) for part in group.parts]
    found = False
    with _empty_folder() as folder:
        bench = Bench(folder)
        for done, (group, part) in enumerate(parts):
            report = partial(job.progress, done, len(parts), group.title)
            for row in _rows_of_part(group, part, bench, only, report):
                found = True
                yield row
    if not found:
        hint = f"Run `verify --only {only[0].partition('.')[0]}` to see their names."
        raise UserError(f"There are no checks of the name {', '.join(only)}.", hint=hint)


@contextmanager
def _empty_folder() -> Iterator[Path]:
    try:
        made = tempfile.TemporaryDirectory(prefix="verify-", ignore_cleanup_errors=True)
    except OSError as error:
        hint = "The phantoms need some megabytes there; TMPDIR names another folder."
        raise UserError(f"No temporary folder can be made: {error.strerror}.", hint=hint) from error
    with made as folder:
        yield Path(folder)


def _is_wanted(row_id: str, only: Sequence[str]) -> bool:
    return not only or any(row_id == name or row_id.startswith(f"{name}.") for name in only)


def _rows_of_part(
    group: Group,
    part: Callable[[Bench], Iterator[Check]],
    bench: Bench,
    only: Sequence[str],
    report: Callable[[], None],
) -> Iterator[Row]:
    checks = part(bench)
    while True:
        report()
        began = perf_counter()
        try:
            check = next(checks)
        except StopIteration:
            return
        except Cancelled:
            raise
        except Exception as error:  # noqa: BLE001 - what cannot even be set up has failed, and says why
            yield _broken(group, getattr(part, "__name__", "part"), error, perf_counter() - began)
            return
        if _is_wanted(f"{group.name}.{check.id}", only):
            yield _row(group, check, began)


def _row(group: Group, check: Check, began: float) -> Row:
    got = _asked(check)
    return Row(
        f"{group.name}.{check.id}",
        group.name,
        check.what,
        check.source,
        check.expected,
        got,
        check.tolerance,
        unit_of_ucum(check.unit).words,
        agrees(check.expected, got, check.tolerance),
        round(perf_counter() - began, 4),
        check.hint,
    )


def _asked(check: Check) -> Answer:
    try:
        return check.got()
    except Cancelled:
        raise
    except Exception as error:  # noqa: BLE001 - an answer that breaks is a wrong answer
        return _words(error)


def _broken(group: Group, part: str, error: Exception, seconds: float) -> Row:
    what = f"{group.title}: the phantoms are written and read"
    return Row(
        f"{group.name}.{part}.setup",
        group.name,
        what,
        "no error",
        "done",
        _words(error),
        0.0,
        "",
        passed=False,
        seconds=round(seconds, 4),
        hint="What follows in this part was not checked.",
    )


def _words(error: Exception) -> str:
    lines = str(error).splitlines() or [""]  # pydicom adds its trace to what it says
    return f"{type(error).__name__}: {lines[0]}"[:300]
