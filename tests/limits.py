"""A disk that takes no more, for tests: files of this process cannot grow past a limit."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]


@contextmanager
def file_size_limit(count: int) -> Iterator[None]:
    """Let no file grow past so many bytes; writing on is an `OSError`, as on a full disk."""
    if resource is None:
        pytest.skip("needs limits of the system, which Windows has not")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (count, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
