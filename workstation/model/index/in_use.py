"""The files of the libraries that this process has open: nothing else in it may open and close them.

WORKAROUND: POSIX drops all locks of a process on a file as soon as it closes any descriptor of it, so a scan that looks
into a library that lies among the images would let another program write where this one reads
(https://www.sqlite.org/howtocorrupt.html, 2.2).
"""

import threading
from collections import Counter
from pathlib import Path

_PARTS = ("", "-wal", "-shm", "-journal")
_lock = threading.Lock()
_open_libraries: Counter[Path] = Counter()
_folders_by_name: dict[str, tuple[Path, ...]] = {}


def hold(library: Path) -> None:
    """Tell that a library was opened."""
    _count(library, 1)


def release(library: Path) -> None:
    """Tell that a library was closed."""
    _count(library, -1)


def _count(library: Path, by: int) -> None:
    global _folders_by_name
    with _lock:
        _open_libraries[library] += by
        folders: dict[str, tuple[Path, ...]] = {}
        for path in (+_open_libraries).elements():
            for part in _PARTS:
                name = path.name + part
                folders[name] = (*folders.get(name, ()), path.parent)
        _folders_by_name = folders


def is_held(folder: str, name: str) -> bool:
    """Tell whether a file belongs to a library that is open, by its name and the folder it really lies in."""
    return any(_is_same(folder, held) for held in _folders_by_name.get(name, ()))


def _is_same(folder: str, held: Path) -> bool:
    try:
        return held.samefile(folder)
    except OSError:
        return False
