"""The checks that every test runs under can fail."""

import threading

import pytest

from tests import threads


def test_that_a_thread_left_alive_is_named_with_the_line_that_started_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "GRACE_S", 0.05)
    before = threads.running()
    release = threading.Event()
    thread = threading.Thread(target=release.wait, name="a forgotten one")
    thread.start()
    left = threads.left_behind(before)
    release.set()
    thread.join()
    assert len(left) == 1
    assert "a forgotten one" in left[0]
    assert "test_leaks_are_found.py:" in left[0]


def test_that_a_thread_about_to_end_is_waited_for() -> None:
    before = threads.running()
    threading.Timer(0.1, lambda: None).start()
    assert threads.left_behind(before) == []
