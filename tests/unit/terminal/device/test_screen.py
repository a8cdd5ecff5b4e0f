"""A full screen on a pseudo-terminal: events come in, updates go out whole, and it is put back whatever happens."""

import os
import signal
import termios
from pathlib import Path

import pytest

from tests.pseudo_terminal import PseudoTerminal, once

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="needs terminals of POSIX"),
    pytest.mark.usefixtures("usual_signals"),
]

OPEN = """
import os, signal, sys, threading
from workstation.terminal.device.abilities import Abilities
from workstation.terminal.device.asking import ask
from workstation.terminal.device.events import *
from workstation.terminal.device.screen import Screen
from workstation.terminal.encoding.boxes import Cell
abilities = Abilities(is_terminal=True)
"""
# Writes each event; ends at q.
ECHO = """
with screen:
    screen.write(b"READY")
    while True:
        for event in screen.events(30) or [None]:
            screen.write(f"<{event}>".encode())
            if event in (Key("q"), Ended(), None):
                sys.exit(3)
"""
ENDINGS = {
    "the block ends": ("", 0),
    "an exception": ("1 / 0", 1),
    "sys.exit": ("sys.exit(5)", 5),
    "SIGINT": ("signal.raise_signal(signal.SIGINT)", -signal.SIGINT),
    "SIGTERM": ("os.kill(os.getpid(), signal.SIGTERM); signal.pause()", 128 + signal.SIGTERM),
    "SIGHUP": ("os.kill(os.getpid(), signal.SIGHUP); signal.pause()", 128 + signal.SIGHUP),
    "SIGQUIT": ("os.kill(os.getpid(), signal.SIGQUIT)", -signal.SIGQUIT),
    "SIGSEGV": ("os.kill(os.getpid(), signal.SIGSEGV)", -signal.SIGSEGV),
    "SIGABRT": ("os.abort()", -signal.SIGABRT),
    "SIGKILL": ("os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL),
    "os._exit": ("os._exit(4)", 4),
}


@pytest.mark.parametrize(("how", "status"), ENDINGS.values(), ids=ENDINGS.keys())
def test_that_the_terminal_is_put_back_however_the_program_ends(how: str, status: int) -> None:
    source = f"""
with Screen.opened(abilities) as screen:
    screen.follow_mouse(follows=True)
    screen.write(b"READY")
    {how or "pass"}
"""
    with PseudoTerminal() as terminal:
        assert terminal.run(OPEN + source) == status
        assert b"\x1b[?1049h" in terminal.sent.partition(b"READY")[0], "it was another screen"
        assert terminal.modes_left_on() == set()
        assert terminal.modes_of_line() == terminal.found


def test_that_a_kill_in_the_middle_of_a_picture_ends_the_picture() -> None:
    source = """
with Screen.opened(abilities) as screen:
    screen.write(b"READY\\x1b_Gf=24,s=2000,v=2000;" + b"A" * (1 << 22))
"""
    with PseudoTerminal() as terminal:
        program = terminal.start(OPEN + source)
        terminal.until(b"READY")  # from now on nobody reads: the program is stuck in the picture
        program.kill()
        terminal.end()
        picture, _, after = terminal.sent.partition(b"READY")[2].partition(b"\x1b\\")
        assert len(picture) < 1 << 22
        assert b"\x1b[?1049l" in after
        assert terminal.modes_left_on() == set()
        assert terminal.modes_of_line() == terminal.found


def test_that_a_terminal_that_takes_nothing_cannot_keep_the_program_from_ending() -> None:
    source = """
with Screen.opened(abilities) as screen:
    screen.write(b"READY" + b"A" * (1 << 22))
"""
    with PseudoTerminal() as terminal:
        program = terminal.start(OPEN + source)
        terminal.until(b"READY")
        program.terminate()
        assert program.wait(60) == 128 + signal.SIGTERM, "without anybody reading"
        terminal.end()
        assert terminal.modes_left_on() == set()
        assert terminal.modes_of_line() == terminal.found


def test_that_modes_which_the_shell_has_set_by_then_are_left_alone() -> None:
    source = """
import tty
with Screen.opened(abilities) as screen:
    tty.setraw(0)
    os.kill(os.getpid(), signal.SIGKILL)
"""
    with PseudoTerminal() as terminal:
        terminal.run(OPEN + source)
        assert terminal.modes_left_on() == set()
        left = terminal.modes_of_line()
        assert not left[3] & (termios.ECHO | termios.ICANON), "of the shell that types letters itself"


def test_that_updates_are_whole_where_the_terminal_can() -> None:
    source = """
with Screen.opened(Abilities(is_terminal=True, synchronized=True)) as screen:
    screen.write(b"picture")
"""
    with PseudoTerminal() as terminal:
        terminal.run(OPEN + source)
        assert b"\x1b[?2026hpicture\x1b[?2026l" in terminal.sent


def test_that_nothing_is_lost_to_a_slow_terminal() -> None:
    source = """
with Screen.opened(abilities) as screen:
    for number in range(200):
        screen.write(b"%06d;" % number * 2000)
"""
    with PseudoTerminal() as terminal:
        assert terminal.run(OPEN + source) == 0
        assert b"".join(b"%06d;" % number * 2000 for number in range(200)) in terminal.sent


def test_that_keys_typed_while_a_picture_is_sent_are_heard_after_it() -> None:
    source = """
with Screen.opened(abilities) as screen:
    screen.write(b"READY" + b"A" * (1 << 20))
    events = []
    while Key("q") not in events:
        events += screen.events(60)
    screen.write(f"<{[event.name for event in events]}>".encode())
"""
    with PseudoTerminal() as terminal:
        terminal.start(OPEN + source)
        terminal.until(b"READY")
        terminal.type(b"ab\x1b[Aq")
        assert terminal.end() == 0
        assert b"<['a', 'b', 'up', 'q']>" in terminal.sent


def test_that_events_are_told() -> None:
    with PseudoTerminal() as terminal:
        terminal.start(OPEN + "screen = Screen.opened(abilities)" + ECHO)
        terminal.until(b"READY")
        for sent, told in [
            (b"a", b"Key(name='a'"),
            (b"\x1b[5~", b"Key(name='page_up'"),
            (b"\x1b[<64;3;4M", b"Mouse(kind='wheel_up', button='none', column=2.5, row=3.5"),
            (b"\x1b[O", b"Focused(has_focus=False)"),
            (b"\x1b[200~Doe\x1b[201~", b"Pasted(text='Doe')"),
            (b"\x1b", b"Key(name='escape'"),
            (b"\x1b_Gi=31;q\x1b\\\x1bP>|q\x1b\\e", b"Key(name='e'"),
        ]:
            terminal.type(sent)
            terminal.until(told)
        terminal.resize(100, 40)
        terminal.until(b"Resized(box=Box(columns=100, rows=40))")
        terminal.type(b"q")
        assert terminal.end() == 3
        assert terminal.sent.count(b"<Key") == 5, "answers are no keys"


def test_that_ctrl_c_interrupts_wherever_the_program_is() -> None:
    source = """
try:
    with Screen.opened(abilities) as screen:
        screen.write(b"READY")
        while True:
            pass
except KeyboardInterrupt:
    sys.exit(130)
"""
    with PseudoTerminal() as terminal:
        terminal.start(OPEN + source)
        terminal.until(b"READY")
        terminal.type(b"\x03")
        assert terminal.end() == 130
        assert terminal.modes_left_on() == set()
        assert terminal.modes_of_line() == terminal.found


def test_that_a_window_closed_ends_the_program_quietly(tmp_path: Path) -> None:
    source = """
with Screen.opened(abilities) as screen:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    screen.write(b"READY")
    while Ended() not in screen.events(60):
        pass
    screen.write(b"into the void")
    assert screen.events(60) == [Ended()]
    open(os.environ["LOG"], "w").write("quiet")
"""
    with PseudoTerminal() as terminal:
        program = terminal.start(OPEN + source, environment={"LOG": str(tmp_path / "log")})
        terminal.until(b"READY")
        terminal.hang_up()
        assert program.wait(60) == 0
    assert (tmp_path / "log").read_text() == "quiet"


def test_that_a_window_closed_ends_a_program_that_does_not_ask() -> None:
    with PseudoTerminal() as terminal:
        program = terminal.start(OPEN + "screen = Screen.opened(abilities)" + ECHO)
        terminal.until(b"READY")
        terminal.hang_up()
        assert program.wait(60) == 128 + signal.SIGHUP


def test_that_another_thread_can_wake_it() -> None:
    source = """
with Screen.opened(abilities) as screen:
    thread = threading.Thread(target=lambda: [screen.wake() for _ in range(100000)])
    thread.start()
    assert screen.events(60) == [Woken()]
    thread.join()
    assert screen.events(0) in ([], [Woken()])
    assert screen.events(0) == []
screen.wake()  # too late, and nothing happens
"""
    with PseudoTerminal() as terminal:
        assert terminal.run(OPEN + source) == 0, terminal.sent


def test_that_no_event_is_waited_for_where_none_is_wanted() -> None:
    source = """
with Screen.opened(abilities) as screen:
    assert screen.events(0) == []
    assert screen.events(0.01) == []
"""
    with PseudoTerminal() as terminal:
        assert terminal.run(OPEN + source) == 0, terminal.sent


def test_that_it_is_stopped_from_outside_and_goes_on() -> None:
    with PseudoTerminal() as terminal:
        program = terminal.start(OPEN + "screen = Screen.opened(abilities)" + ECHO)
        terminal.until(b"READY")
        program.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, program.pid, os.WSTOPPED | os.WNOWAIT)
        entered = terminal.sent.count(b"\x1b[?1049h")
        program.send_signal(signal.SIGCONT)
        terminal.until(b"Resized(")
        assert terminal.sent.count(b"\x1b[?1049h") == entered + 1
        terminal.type(b"q")
        assert terminal.end() == 3
        assert terminal.modes_left_on() == set()


def test_that_the_mouse_is_told_in_pixels_and_the_room_of_a_character_is_asked_again() -> None:
    source = (
        "screen = Screen.opened(Abilities(is_terminal=True, mouse_in_pixels=True, cell=Cell(10, 20, is_told=True)))"
    )
    with PseudoTerminal(once(b"\x1b[16t", b"\x1b[6;40;20t")) as terminal:
        terminal.start(OPEN + source + ECHO)
        terminal.until(b"READY")
        assert b"\x1b[?1016h" in terminal.sent
        terminal.type(b"\x1b[<0;101;41M")
        terminal.until(b"column=10.05, row=2.025")
        terminal.resize(40, 12)  # a larger font in the same window
        terminal.until(b"Resized(box=Box(columns=40, rows=12))>")
        terminal.until(b"Resized(box=Box(columns=40, rows=12))><Resized(box=Box(columns=40, rows=12))>")
        terminal.type(b"\x1b[<0;101;41M")
        terminal.until(b"column=5.025, row=1.0125")
        terminal.type(b"q")
        terminal.end()
        assert terminal.modes_left_on() == set()


def test_that_what_was_typed_while_it_was_asked_is_heard_and_late_answers_are_told() -> None:
    source = (
        """
abilities = ask()
screen = Screen.opened(abilities)
print(abilities.best(), abilities.is_settled, flush=True)
"""
        + ECHO
    )
    with PseudoTerminal(once(b"\x1b[c", b"x\x1b_Gi=31;O")) as terminal:
        terminal.start(OPEN + source)
        terminal.until(b"Best(mode='ansi', colour='256') False")
        terminal.until(b"Key(name='x'")
        terminal.type(b"K\x1b\\\x1b[?2026;2$y\x1b[?62c")
        terminal.until(b"synchronized=True")
        assert b"kitty=True" in terminal.sent.rpartition(b"<Told(abilities=")[2]
        terminal.type(b"q")
        assert terminal.end() == 3
        assert terminal.sent.count(b"<Key") == 2
        assert terminal.modes_of_line() == terminal.found


def test_that_a_terminal_asked_in_vain_gets_its_modes_back() -> None:
    with PseudoTerminal() as terminal:
        assert terminal.run(OPEN + "print(ask().best()); print(ask().best(), flush=True)") == 0
        assert terminal.sent.count(b"Best(mode='ansi', colour='256')\r\n") == 2, "and lines begin at the left"
        assert terminal.modes_of_line() == terminal.found


def test_that_a_terminal_killed_while_it_is_asked_gets_its_modes_back() -> None:
    with PseudoTerminal() as terminal:
        terminal.run(OPEN + "ask(); os.kill(os.getpid(), signal.SIGKILL)")
        assert terminal.modes_of_line() == terminal.found
        assert b"\x1b[?1049l" not in terminal.sent, "it was no full screen"


def test_that_what_is_typed_for_the_shell_once_the_terminal_has_answered_stays_there() -> None:
    source = """
import select
from workstation.terminal.device.asking import Asking
asking = Asking(within_s=60)
asking._listener.join()
print("LOADING", flush=True)
select.select([0], [], [], 60)
print(asking.decided().is_settled, os.read(0, 100), flush=True)
"""
    with PseudoTerminal(once(b"\x1b[c", b"\x1b[?62;4c")) as terminal:
        terminal.start(OPEN + source)
        terminal.until(b"LOADING")
        terminal.type(b"ls\r")
        terminal.until(b"True b'ls\\n'")
        assert terminal.end() == 0
        assert terminal.modes_of_line() == terminal.found


FOUND_OTHERWISE = {
    "standard input is a file": "os.dup2(os.open(os.devnull, os.O_RDONLY), 0)",
    "the terminal has no name here": "os.ttyname = lambda fd: os.stat('/nowhere')",
    "the terminal has the name of another": "os.ttyname = lambda fd: os.devnull",
}


@pytest.mark.parametrize("how", FOUND_OTHERWISE.values(), ids=FOUND_OTHERWISE.keys())
def test_that_the_terminal_is_found_where(how: str) -> None:
    source = f"import os; {how}\n{OPEN}"
    with PseudoTerminal(once(b"\x1b[c", b"\x1b[?62;22c")) as terminal:
        terminal.start(source + "screen = Screen.opened(ask(within_s=60))" + ECHO)
        terminal.until(b"READY")
        terminal.type(b"\x1b[A")
        terminal.until(b"Key(name='up'")
        terminal.type(b"q")
        assert terminal.end() == 3
        assert terminal.modes_left_on() == set()
        assert terminal.modes_of_line() == terminal.found


def test_that_a_program_in_the_background_does_not_ask() -> None:
    source = """
if os.fork() == 0:
    os.setpgid(0, 0)
    print(ask(within_s=60).is_settled, flush=True)
    os._exit(0)
os.wait()
"""
    with PseudoTerminal() as terminal:
        assert terminal.run(OPEN + source) == 0
        assert terminal.sent == b"True\r\n"


LIARS = {
    "nonsense": b"\x00\x1b\x1b[\x1b]\x9b\xff\xfe;;;\x1bP\x1b\\\x1b[?c",
    "truncated": b"\x1b_Gi=31;O",
    "gigantic": b"\x1b_Gi=31;" + b"OK" * 16000,
    "a string that tells to quit": b"\x1b_Gi=31;q\x1b\\\x1bP>|q\rq\x1b\\\x1b]1337;Capabilities=q\x07",
    "another language": "\x1b[6;q;qt\x1b[?62;vierc心".encode(),
}


@pytest.mark.parametrize("lie", LIARS.values(), ids=LIARS.keys())
def test_that_a_liar_gets_blocks_and_its_modes_back(lie: bytes) -> None:
    with PseudoTerminal(once(b"\x1b[c", lie)) as terminal:
        terminal.run(OPEN + "print(ask().best(), flush=True)")
        assert b"Best(mode='ansi', colour='256')\r\n" in terminal.sent
        assert terminal.modes_of_line() == terminal.found
