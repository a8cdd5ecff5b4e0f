"""The budget of memory, and the cache that keeps to it."""

import sys
import threading
from pathlib import Path

import numpy as np
import psutil
import pytest

from workstation.model.frame import Frame
from workstation.model.frame_parts import Overlay
from workstation.model.geometry import Spacing
from workstation.model.memory import LEAST_BYTES, FrameCache, give_back, memory_budget_bytes, memory_limit_bytes

KIB = 1024


def frame(size_bytes: int = KIB) -> Frame:
    return Frame(np.zeros((1, size_bytes), np.uint8), "MONOCHROME2", 8, Spacing())


def group(tmp_path: Path, line: str, limits: dict[str, str]) -> int:
    (tmp_path / "proc" / "self").mkdir(parents=True)
    (tmp_path / "proc" / "self" / "cgroup").write_text(line)
    for name, value in limits.items():
        path = tmp_path / "cgroup" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(value)
    return memory_limit_bytes(tmp_path / "proc", tmp_path / "cgroup")


def test_that_the_budget_is_within_the_machine() -> None:
    assert LEAST_BYTES <= memory_budget_bytes() <= max(psutil.virtual_memory().total, LEAST_BYTES)


def test_that_a_container_of_version_2_limits(tmp_path: Path) -> None:
    assert group(tmp_path, "0::/a/b\n", {"a/b/memory.max": "1048576\n"}) == 1048576


def test_that_a_limit_further_up_counts_too(tmp_path: Path) -> None:
    limits = {"a/b/memory.max": "max\n", "a/memory.max": "4194304\n", "memory.max": "9000000\n"}
    assert group(tmp_path, "0::/a/b\n", limits) == 4194304


def test_that_a_container_of_version_1_limits(tmp_path: Path) -> None:
    lines = "5:cpu,cpuacct:/x\n3:memory:/docker/1\n"
    assert group(tmp_path, lines, {"memory/docker/1/memory.limit_in_bytes": "2097152\n"}) == 2097152


def test_that_a_path_from_outside_the_container_still_finds_the_root(tmp_path: Path) -> None:
    assert group(tmp_path, "0::/../elsewhere\n", {"memory.max": "3145728\n"}) == 3145728


@pytest.mark.parametrize("line", ["", "0::/\n", "nonsense\n"])
def test_that_without_a_limit_the_machine_counts(tmp_path: Path, line: str) -> None:
    assert group(tmp_path, line, {"memory.max": "max\n"}) == psutil.virtual_memory().total


def test_that_a_system_without_control_groups_has_the_machine(tmp_path: Path) -> None:
    assert memory_limit_bytes(tmp_path, tmp_path) == psutil.virtual_memory().total


def test_that_the_least_recently_used_frame_leaves_first() -> None:
    cache = FrameCache(3 * KIB)
    for name in "abc":
        cache.put((name,), frame())
    assert cache.get(("a",)) is not None
    cache.put(("d",), frame())
    assert [(name,) in cache for name in "abcd"] == [True, False, True, True]
    assert cache.used_bytes == 3 * KIB


def test_that_overlays_count() -> None:
    cache = FrameCache(10 * KIB)
    bits = np.zeros((KIB, 1), np.bool_)
    cache.put(
        ("a",),
        Frame(np.zeros((1, 1), np.uint8), "MONOCHROME2", 8, Spacing(), overlays=(Overlay(bits, (0, 0), 0x6000),)),
    )
    assert cache.used_bytes == KIB + 1


def test_that_pinned_frames_never_leave() -> None:
    cache = FrameCache(2 * KIB)
    cache.pin([("seen",)])
    cache.put(("seen",), frame(KIB))
    for number in range(20):
        cache.put((number,), frame())
    assert ("seen",) in cache
    assert cache.used_bytes == 2 * KIB


def test_that_a_frame_pinned_twice_needs_two_unpins() -> None:
    cache = FrameCache(KIB)
    cache.put(("a",), frame())
    cache.pin([("a",)])
    cache.pin([("a",)])
    cache.unpin([("a",)])
    cache.put(("b",), frame())
    assert ("a",) in cache
    cache.unpin([("a",)])
    cache.put(("b",), frame())
    assert ("a",) not in cache


def test_that_unpinning_above_the_budget_evicts_at_once() -> None:
    cache = FrameCache(KIB)
    cache.pin([("a",), ("b",)])
    cache.put(("a",), frame())
    cache.put(("b",), frame())
    assert cache.used_bytes == 2 * KIB
    cache.unpin([("a",)])
    assert [key in cache for key in (("a",), ("b",))] == [False, True]


def test_that_a_frame_above_the_budget_is_not_kept() -> None:
    cache = FrameCache(KIB)
    cache.put(("small",), frame(10))
    cache.put(("large",), frame(2 * KIB))
    assert ("large",) not in cache
    assert ("small",) in cache


def test_that_putting_a_key_again_counts_it_once() -> None:
    cache = FrameCache(10 * KIB)
    cache.put(("a",), frame(KIB))
    cache.put(("a",), frame(2 * KIB))
    assert (len(cache), cache.used_bytes) == (1, 2 * KIB)


def test_that_closing_a_study_gives_its_memory_back() -> None:
    cache = FrameCache(100 * KIB)
    for study in ("x", "y"):
        for number in range(5):
            cache.put((study, "series", number), frame())
    cache.pin([("x", "series", 0)])
    cache.forget(("x",))
    assert cache.used_bytes == 5 * KIB
    assert ("x", "series", 0) not in cache
    cache.forget()
    assert (len(cache), cache.used_bytes) == (0, 0)


def test_that_a_smaller_budget_takes_effect_at_once() -> None:
    cache = FrameCache(10 * KIB)
    for number in range(10):
        cache.put((number,), frame())
    cache.resize(4 * KIB)
    assert [(number,) in cache for number in (5, 6)] == [False, True]
    assert (cache.budget_bytes, cache.used_bytes) == (4 * KIB, 4 * KIB)


def test_that_threads_leave_the_count_right() -> None:
    cache = FrameCache(40 * KIB)

    def work(name: int) -> None:
        for number in range(300):
            key = (name % 2, number % 60)
            cache.pin([key])
            cache.put(key, frame(KIB + number))
            cache.get((1 - name % 2, number % 60))
            cache.unpin([key])
            if number % 50 == 0:
                cache.forget((name % 2,))

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = [cache.get((side, number)) for side in (0, 1) for number in range(60)]
    assert cache.used_bytes == sum(each.pixels.nbytes for each in kept if each is not None) <= 40 * KIB


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc keeps free memory, others do not")
def test_that_memory_that_is_free_goes_back_to_the_system() -> None:
    process = psutil.Process()
    pieces = [bytearray(100_000) for _ in range(1500)]
    kept = bytearray(100_000)  # on top of the heap, so that it cannot shrink by itself
    full = process.memory_info().rss
    del pieces
    give_back()
    assert process.memory_info().rss < full - 100_000_000
    assert len(kept) == 100_000
