"""The full screen inside a real tmux, with a real shell around it: keys, sizes, Ctrl-Z, and what a kill leaves."""

import os
import select
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

import pytest

from tests.pseudo_terminal import PseudoTerminal
from tests.tmux import Tmux

PROGRAM = """
import os, sys
from workstation.terminal.device.asking import ask
from workstation.terminal.device.events import *
from workstation.terminal.device.screen import Screen
abilities = ask(within_s=60)
print("is", abilities.said, abilities.best(), abilities.is_settled, flush=True)
with Screen.opened(abilities) as screen:
    screen.write(b"\\x1b[HFULL SCREEN")
    open("pids", "w").write(f"{{os.getpid()}} {{screen._line._watcher._pid}}")
    {ready}
    row = 3
    while True:
        for event in screen.events(60):
            screen.write(f"\\x1b[{{row}};1H{{event}}".encode())
            row += 1
            if isinstance(event, Resized):
                {resized}
            if event == Key("q"):
                sys.exit(0)
"""
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux to wait for processes of others")
AS_FOUND = {
    "alternate_on": "0", "mouse_any_flag": "0", "mouse_button_flag": "0", "mouse_sgr_flag": "0", "cursor_flag": "1",
    "wrap_flag": "1",
}  # fmt: skip


@pytest.fixture
def tmux(tool: Callable[[str], str]) -> Iterator[Tmux]:
    with (
        TemporaryDirectory(prefix="tmux", ignore_cleanup_errors=True) as folder,
        Tmux(tool("tmux"), Path(folder)) as running,
    ):
        source = PROGRAM.format(ready=running.saying("ready"), resized=running.saying("resized"))
        (Path(folder) / "program.py").write_text(source)
        assert running.modes() == AS_FOUND
        running.run(f"cd {folder}; stty -a > before")
        running.enter("$PYTHON program.py")
        running.wait_for("ready")
        yield running


def test_that_keys_are_heard_and_everything_is_put_back_at_the_end(tmux: Tmux) -> None:
    assert all(tmux.modes()[name] != found for name, found in AS_FOUND.items())
    assert tmux.screen()[0] == "FULL SCREEN"
    tmux.type("a", "Escape", "Up", "PageDown", "M-x", "C-Right", "F5", "q")
    tmux.wait_for_prompt()
    assert tmux.modes() == AS_FOUND
    seen = "\n".join(tmux.screen())
    assert "FULL SCREEN" not in seen
    assert "True" in seen, "tmux answered all"
    assert "is tmux 3" in seen
    assert "stty -a > before" in seen, "what was on the screen before is on it again"


def test_that_a_change_of_size_is_told(tmux: Tmux) -> None:
    tmux.tell("resize-window", "-x", "100", "-y", "40")
    tmux.wait_for("resized")
    assert "Resized(box=Box(columns=100, rows=40))" in tmux.screen()[2]


def test_that_ctrl_z_gives_the_shell_a_clean_terminal_and_fg_takes_it_again(tmux: Tmux) -> None:
    tmux.type("C-z")
    tmux.wait_for_prompt()
    assert tmux.modes() == AS_FOUND
    tmux.run("stty -a | diff - before && echo as it was")
    assert "as it was" in tmux.screen()
    tmux.enter("fg")
    tmux.wait_for("resized")
    assert tmux.modes()["alternate_on"] == "1"
    assert tmux.modes()["mouse_sgr_flag"] == "1"
    tmux.type("q")
    tmux.wait_for_prompt()
    assert tmux.modes() == AS_FOUND


@pytest.mark.parametrize("how", ["KILL", "SEGV", "ABRT", "TERM", "HUP", "QUIT"])
def test_that_a_kill_leaves_the_shell_a_clean_terminal(tmux: Tmux, how: str) -> None:
    program, watcher = map(int, (tmux.folder / "pids").read_text().split())
    watched = os.pidfd_open(watcher)
    os.kill(program, getattr(signal, f"SIG{how}"))
    tmux.wait_for_prompt()
    assert select.select([watched], [], [], 60)[0], "the watcher has gone too"
    os.close(watched)
    tmux.run("stty -a | diff - before && echo as it was")
    assert "as it was" in tmux.screen()
    assert tmux.modes() == AS_FOUND


class KittyOutside:
    """Answers as kitty does, each question as often as it comes."""

    answers: ClassVar = {
        b"\x1b[c": b"\x1b[?62c",
        b"\x1b[>q": b"\x1bP>|kitty(0.40.0)\x1b\\",
        b"AAAA\x1b\\": b"\x1b_Gi=31;OK\x1b\\",
    }

    def __init__(self) -> None:
        self._answered: Counter[bytes] = Counter()

    def __call__(self, sent: bytes) -> bytes:
        said = b""
        for question, answer in self.answers.items():
            said += answer * (sent.count(question) - self._answered[question])
            self._answered[question] = sent.count(question)
        return said


@pytest.mark.parametrize(("passthrough", "mode"), [("on", "kitty"), ("off", "ansi")])
def test_that_the_kitty_around_tmux_draws_where_tmux_lets_it(
    tool: Callable[[str], str], passthrough: str, mode: str
) -> None:
    asked = "from workstation.terminal.device.asking import ask\na = ask(within_s=60)\nprint(a.best(), a.is_settled)"

    with (
        TemporaryDirectory(prefix="tmux", ignore_cleanup_errors=True) as folder,
        Tmux(tool("tmux"), Path(folder)) as tmux,
    ):
        tmux.tell("set", "-g", "allow-passthrough", passthrough)
        (Path(folder) / "asked.py").write_text(asked)
        with PseudoTerminal(KittyOutside()) as terminal:
            terminal.start(f"import os; os.execv({tmux.call[0]!r}, {[*tmux.call, 'attach']!r})")
            terminal.until(b"\x1b[>q")
            tmux.enter(f"$PYTHON {folder}/asked.py")
            terminal.until(f"Best(mode='{mode}', colour='24bit') True".encode())
