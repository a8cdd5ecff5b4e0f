"""Functions made machine code by Numba: compiled when they are first needed, and kept on the disk.

What is kept is made anew where the file of the function changes, and only then: what a function calls stands with it.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])
_WAYS: dict[str, Any] = {"nogil": True, "fastmath": {"contract", "nsz"}}


def kept(function: F) -> F:
    """Have a function compiled, and what comes of it kept beside its source, or in the user's cache, if that can be."""
    try:
        made: F = njit(cache=True, **_WAYS)(function)
    except RuntimeError:  # nothing can be written to either
        made = njit(**_WAYS)(function)
    return made


def part(function: F) -> F:
    """Have a function compiled as a part of one that is kept."""
    made: F = njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, **_WAYS)(function)
    return made
