"""The command line: what it prints, where, and with which code it ends."""

import io
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from workstation import catalog, logs
from workstation.batch import main as batch
from workstation.batch.main import main
from workstation.batch.progress import ProgressLine
from workstation.errors import UserError
from workstation.jobs.events import Progressed
from workstation.jobs.job import Job
from workstation.operations.operation import Entry, Example, ItemFailed, Operation
from workstation.operations.parameters import option


@dataclass(frozen=True, slots=True, kw_only=True)
class CountParameters:
    words: tuple[str, ...] = option("Words.", positional=True)
    low: float = option("Low.", default=0.0)
    high: float = option("High.", default=1.0)
    mode: str = option("What to do.", default="good", choices=("good", "mixed", "no", "bug", "wait"))

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError("--low is above --high")


@dataclass(frozen=True, slots=True)
class Counted:
    word: str
    length: int
    ratio: float
    place: Path

    def text(self) -> str:
        return f"{self.word}: {self.length}"


closed: list[str] = []


def count(parameters: CountParameters, job: Job) -> Iterator[Counted | ItemFailed]:
    try:
        yield from counting(parameters, job)
    finally:
        closed.append(parameters.mode)


def counting(parameters: CountParameters, job: Job) -> Iterator[Counted | ItemFailed]:
    if parameters.mode == "no":
        raise UserError("Nothing can be counted.", hint="Try tomorrow.")
    for done, word in enumerate(parameters.words):
        job.progress(done, len(parameters.words))
        if parameters.mode == "bug":
            raise ZeroDivisionError("secret")
        if parameters.mode == "wait":
            os.kill(os.getpid(), signal.SIGINT)
        if parameters.mode == "mixed" and len(word) > 3:
            yield ItemFailed(word, "too long", "Shorten it.", "length")
        else:
            yield Counted(word, len(word), float("nan"), Path("a/b"))


@pytest.fixture(autouse=True)
def only_count(monkeypatch: pytest.MonkeyPatch) -> None:
    operation = Operation(
        "text.count", ("text", "count"), "Count", CountParameters, count, (Example("text count a", "a"),)
    )
    entry = Entry(operation.command, operation.summary, lambda: (operation,))
    monkeypatch.setattr(catalog, "ENTRIES", (entry,))
    monkeypatch.setattr(catalog, "EXAMPLES", ("text count a",))
    monkeypatch.setattr(catalog, "GROUPS", {(): "All", ("text",): "Texts"})
    closed.clear()


Captured = pytest.CaptureFixture[str]


def test_that_results_go_to_stdout_and_the_code_is_0(capsys: Captured) -> None:
    assert main(["text", "count", "one", "three"]) == 0
    assert capsys.readouterr() == ("one: 3\nthree: 5\n", "")


def test_that_bad_inputs_go_to_stderr_and_the_good_ones_are_done(capsys: Captured) -> None:
    assert main(["text", "count", "one", "three", "two", "--mode", "mixed"]) == 1
    assert capsys.readouterr() == ("one: 3\ntwo: 3\n", "three: too long Shorten it.\n")


@pytest.mark.parametrize(
    "words", [["--json", "text", "count"], ["text", "--json", "count"], ["text", "count", "--json"]]
)
def test_that_json_is_one_object_a_line_errors_included(capsys: Captured, words: list[str]) -> None:
    assert main([*words, "one", "three", "--mode=mixed"]) == 1

    out, err = capsys.readouterr()
    assert [json.loads(line) for line in out.splitlines()] == [
        {"word": "one", "length": 3, "ratio": None, "place": str(Path("a/b"))},
        {"error": "too long", "subject": "three", "hint": "Shorten it.", "reason": "length"},
    ]
    assert err == ""


def test_that_an_error_of_the_user_is_told_with_its_hint(capsys: Captured) -> None:
    assert main(["text", "count", "one", "--mode=no"]) == 1
    assert capsys.readouterr() == ("", "workstation: Nothing can be counted. Try tomorrow.\n")


def test_that_an_error_of_the_program_names_the_log_and_says_no_more(capsys: Captured) -> None:
    assert main(["text", "count", "one", "--mode=bug"]) == 1

    out, err = capsys.readouterr()
    assert out == ""
    assert str(logs.path()) in err
    assert "secret" not in err
    assert "ZeroDivisionError" in logs.path().read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["txt"], "Did you mean text?"),
        (["text", "cuont"], "Did you mean count?"),
        (["text", "count", "a", "--hihg", "2"], "Did you mean --high?"),
        (["text", "count", "a", "--high"], "--high"),
        (["text", "count", "a", "--high", "much"], "'much' is not a number"),
        (["text", "count", "a", "--mode", "odd"], "'odd' is not one of"),
        (["text", "count", "a", "--low", "2"], "--low is above --high"),
        (["text", "count", "a", "--hig", "2"], "--hig is not understood"),
        (["text", "count"], "WORDS"),
        (["--jsn", "text"], "Did you mean --json?"),
        (["text"], "COMMAND"),
        ([], "COMMAND"),
    ],
)
def test_that_wrong_words_end_with_2_and_a_hint(capsys: Captured, words: list[str], told: str) -> None:
    assert main(words) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert told in err
    assert "\0" not in err


def test_that_wrong_words_are_an_object_too(capsys: Captured) -> None:
    assert main(["text", "count", "a", "--high", "much", "--json"]) == 2
    assert "much" in json.loads(capsys.readouterr().out)["error"]


@pytest.mark.parametrize("words", [["--help"], ["text", "--help"], ["text", "-h"], ["text", "count", "--help"]])
def test_that_help_goes_to_stdout_with_an_example(capsys: Captured, words: list[str]) -> None:
    assert main(words) == 0

    out, err = capsys.readouterr()
    assert "workstation --batch text count a" in out
    assert err == ""


@pytest.mark.parametrize("words", [["--version"], ["text", "count", "--version"]])
def test_that_the_version_is_told(capsys: Captured, words: list[str]) -> None:
    assert main(words) == 0
    assert capsys.readouterr().out.startswith("workstation 0.")


def test_that_a_group_has_a_program_of_its_own(capsys: Captured) -> None:
    assert main(["count", "ab"], prog="text-tool", under=("text",)) == 0
    assert capsys.readouterr().out == "ab: 2\n"
    assert main(["--help"], prog="text-tool", under=("text",)) == 0
    assert "usage: text-tool" in capsys.readouterr().out


def test_that_control_characters_of_a_result_do_not_reach_the_terminal(capsys: Captured) -> None:
    main(["text", "count", "a\x1b[2Jb\u202ec\r\x9b", "--json"])
    main(["text", "count", "a\x1b[2Jb\u202ec\r\x9b"])

    line, text = capsys.readouterr().out.splitlines()
    assert json.loads(line)["word"] == "a\x1b[2Jb\u202ec\r\x9b"
    assert not {"\x1b", "\u202e", "\r", "\x9b"} & {*line, *text}


@pytest.mark.usefixtures("usual_signals")
def test_that_ctrl_c_ends_with_130_after_what_was_begun(capsys: Captured) -> None:
    assert main(["text", "count", "one", "two", "--mode=wait"]) == 130
    assert capsys.readouterr().out in ("", "one: 3\n")
    assert closed == ["wait"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_that_progress_is_one_line_that_goes_away() -> None:
    terminal = Terminal()
    line = ProgressLine(terminal)

    line(Progressed(1, 3, 4, "sl\x1bice\n"))
    line.clear()

    assert terminal.getvalue() == "\r3 of 4 (75 %)  sl\N{REPLACEMENT CHARACTER}ice\x1b[K\r\x1b[K"


def test_that_progress_stays_off_what_is_no_terminal() -> None:
    stream = io.StringIO()
    ProgressLine(stream)(Progressed(1, 3, 4, "slice"))

    assert stream.getvalue() == ""


def run(*words: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "workstation", "--batch", *words]
    return subprocess.run(command, capture_output=True, check=False, timeout=100, **options)  # type: ignore[call-overload,no-any-return]  # the options of the tests below


def test_that_a_reader_who_goes_away_makes_no_noise() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with subprocess.Popen(
        [sys.executable, "-m", "workstation", "--batch", "completion", "bash"], stdout=writing, stderr=subprocess.PIPE
    ) as process:
        os.close(writing)
        _, err = process.communicate(timeout=100)

    assert (process.returncode, err) == (1, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_that_a_full_disk_is_told() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "workstation", "--batch", "completion", "bash"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            timeout=100,
        )

    assert done.returncode == 1
    assert done.stderr.decode().count("\n") == 1
    assert "No space left" in done.stderr.decode()


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_that_completion_knows_commands_and_options(shell: str) -> None:
    done = run("completion", shell)

    assert done.returncode == 0
    assert b"completion" in done.stdout
    assert b"max-length" in done.stdout


def test_that_bash_accepts_the_completion_and_completes_with_it(tool: Callable[[str], str], tmp_path: Path) -> None:
    script = tmp_path / "workstation.bash"
    script.write_bytes(run("completion", "bash").stdout)
    lines = (
        f"source {script}; COMP_WORDS=(workstation --batch du); COMP_CWORD=2; "
        "_shtab_workstation; printf '%s\\n' \"${COMPREPLY[@]}\""
    )

    done = subprocess.run([tool("bash"), "-c", lines], capture_output=True, check=False, timeout=100)

    assert done.stdout == b"dump\n", done.stderr


def test_that_settings_that_cannot_be_used_are_noted(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKSTATION_LOG_LEVEL", "LOUD")

    assert main(["text", "count", "a"]) == 0
    assert "WORKSTATION_LOG_LEVEL" in capsys.readouterr().err


def test_that_it_runs_off_the_main_thread() -> None:
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(batch.main(["text", "count", "a"])))
    thread.start()
    thread.join()

    assert codes == [0]
