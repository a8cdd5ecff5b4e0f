"""How much memory the program may use, and the cache of frames that keeps within it."""

from __future__ import annotations

import sys
import threading
from collections import Counter, OrderedDict
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workstation.model.frame import Frame

SHARE = 0.5
"""Part of the memory of the machine or container that caches and volumes may take together."""

LEAST_BYTES = 256 * 1024 * 1024
"""A smaller budget would not hold a few images; it is granted even where it is more than the share."""

Key = tuple[Hashable, ...]
"""From the general to the special, such as (series UID, instance UID, frame number), so that `forget` takes a part."""


def memory_budget_bytes() -> int:
    """Give how much memory pixels may take in all: a share of what this machine or its container has."""
    return max(int(memory_limit_bytes() * SHARE), LEAST_BYTES)


def memory_limit_bytes(proc: Path = Path("/proc"), cgroups: Path = Path("/sys/fs/cgroup")) -> int:
    """Give the memory this process may use: that of the machine, or less where a container limits it.

    Parameters
    ----------
    proc, cgroups
        Where Linux shows processes and control groups; on other systems there are none.
    """
    import psutil

    total = int(psutil.virtual_memory().total)
    return min([total, *_container_limits(proc, cgroups)])


def _container_limits(proc: Path, cgroups: Path) -> list[int]:
    """Read the limits of the control groups this process is in and of those around them, version 1 and 2."""
    try:
        lines = (proc / "self" / "cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    limits = []
    for line in lines:
        number, _, rest = line.partition(":")
        controllers, _, group = rest.partition(":")
        if number == "0" and not controllers:
            root, name = cgroups, "memory.max"
        elif "memory" in controllers.split(","):
            root, name = cgroups / "memory", "memory.limit_in_bytes"
        else:
            continue
        limits.extend(_limits_up_to_root(root, group, name))
    return limits


def _limits_up_to_root(root: Path, group: str, name: str) -> list[int]:
    parts = [part for part in group.split("/") if part not in ("", "..")]
    limits = []
    for depth in range(len(parts), -1, -1):
        try:
            limits.append(int((root.joinpath(*parts[:depth]) / name).read_text(encoding="ascii")))
        except (OSError, ValueError):
            continue  # not mounted here, or "max": no limit at this level
    return [limit for limit in limits if limit > 0]


def give_back() -> None:
    """Hand free memory back to the system, where the C library keeps it for itself (glibc does, by the hundred MB)."""
    if sys.platform == "linux":
        import ctypes

        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


def frame_bytes(frame: Frame) -> int:
    """Give what a frame takes: its pixels and its overlays."""
    return int(frame.pixels.nbytes) + sum(int(overlay.bits.nbytes) for overlay in frame.overlays)


class FrameCache:
    """Decoded frames, the least recently used leaving first; safe to use from several threads.

    Parameters
    ----------
    budget_bytes
        What all frames together may take; None for `memory_budget_bytes`. Pinned frames stay even above it.
    """

    def __init__(self, budget_bytes: int | None = None) -> None:
        self._budget = memory_budget_bytes() if budget_bytes is None else budget_bytes
        self._frames: OrderedDict[Key, Frame] = OrderedDict()
        self._pins: Counter[Key] = Counter()
        self._counts: Counter[Hashable] = Counter()
        self._used = 0
        self._losses = 0
        self._lock = threading.Lock()

    @property
    def budget_bytes(self) -> int:
        """What all frames together may take."""
        return self._budget

    @property
    def used_bytes(self) -> int:
        """What the frames take now."""
        return self._used

    @property
    def losses(self) -> int:
        """How many frames have left so far: as long as it stays, what was here is here."""
        return self._losses

    def count_of(self, first: Hashable) -> int:
        """Give how many frames are here whose key begins with a value, such as the UID of a series."""
        return self._counts[first]

    def __len__(self) -> int:
        return len(self._frames)

    def __contains__(self, key: Key) -> bool:
        return key in self._frames

    def get(self, key: Key) -> Frame | None:
        """Give a frame and count it as used; None where it is not here."""
        with self._lock:
            frame = self._frames.get(key)
            if frame is not None:
                self._frames.move_to_end(key)
            return frame

    def put(self, key: Key, frame: Frame) -> None:
        """Keep a frame; others may leave for it. One that is larger than the budget stays only while pinned."""
        with self._lock:
            self._take_out(key)
            if frame_bytes(frame) > self._budget and key not in self._pins:
                return  # nothing else shall leave for what cannot stay
            self._frames[key] = frame
            self._counts[key[0]] += 1
            self._used += frame_bytes(frame)
            self._evict()

    def pin(self, keys: Iterable[Key]) -> None:
        """Keep these frames, here now or put later, until each pin has its `unpin`."""
        with self._lock:
            self._pins.update(keys)

    def unpin(self, keys: Iterable[Key]) -> None:
        """Take one pin off each of these."""
        with self._lock:
            for key in keys:
                self._pins[key] -= 1
                if self._pins[key] <= 0:
                    del self._pins[key]
            self._evict()

    def forget(self, prefix: Key = ()) -> None:
        """Drop every frame, pinned or not, whose key begins with ``prefix``, and its pins; all for an empty one."""
        with self._lock:
            size = len(prefix)
            for key in [key for key in self._frames if key[:size] == prefix]:
                self._take_out(key)
            for key in [key for key in self._pins if key[:size] == prefix]:
                del self._pins[key]

    def resize(self, budget_bytes: int) -> None:
        """Set the budget anew, as when a volume takes or gives back memory."""
        with self._lock:
            self._budget = budget_bytes
            self._evict()

    def _take_out(self, key: Key) -> None:
        frame = self._frames.pop(key, None)
        if frame is not None:
            self._used -= frame_bytes(frame)
            self._counts[key[0]] -= 1
            if not self._counts[key[0]]:
                del self._counts[key[0]]
            self._losses += 1

    def _evict(self) -> None:
        if self._used <= self._budget:
            return
        for key in [key for key in self._frames if key not in self._pins]:
            self._take_out(key)
            if self._used <= self._budget:
                return
