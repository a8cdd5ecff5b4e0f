"""Faults are put into the program one at a time: each is caught by the self-check, and the failing row names it."""

import sys
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest

from tests.unit.verify.faults import FAULTS, Fault
from workstation.display import letters, render
from workstation.jobs.job import Job
from workstation.verify.check import Row
from workstation.verify.groups import groups
from workstation.verify.running import rows_of


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """No table of greys and no letters of another test are used, and none of a fault stay."""
    render._tables.cache_clear()
    letters._of_plane.cache_clear()
    yield
    render._tables.cache_clear()
    letters._of_plane.cache_clear()


def plant(monkeypatch: pytest.MonkeyPatch, fault: Fault) -> None:
    """Put the wrong function everywhere the right one is used."""
    groups()
    owner: Any = import_module(f"workstation.{fault.module}")
    if "." in fault.function:
        name, attribute = fault.function.split(".")
        monkeypatch.setattr(getattr(owner, name), attribute, fault.wrong(vars(getattr(owner, name))[attribute]))
        return
    right = getattr(owner, fault.function)
    wrong = fault.wrong(right)
    for module in [each for name, each in sys.modules.items() if name.startswith("workstation")]:
        if isinstance(module, ModuleType):
            for name in [name for name, value in vars(module).items() if value is right]:
                monkeypatch.setattr(module, name, wrong)


def run(only: str) -> list[Row]:
    return list(rows_of(Job(), (only,)))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
def test_that_a_fault_is_caught_by_a_row_that_names_it(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch, fault)
    failed = [row for row in run(fault.only) if not row.passed]
    assert failed
    named = [row for row in failed if fault.words in f"{row.what}. {row.hint}"]
    assert named, [row.text() for row in failed]
    assert all("Error" not in str(row.got) or "UserError" in str(row.got) for row in named), [
        row.text() for row in named
    ]


def test_that_there_are_more_than_twenty_faults() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) > 20
