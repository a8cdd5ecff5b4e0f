"""The log: where it is, who may read it, and what never gets into it."""

import logging
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.limits import file_size_limit
from workstation import logs


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Callable[[], str]]:
    logs.stop()
    logs.start(level="DEBUG", folder=tmp_path / "logs")
    yield lambda: (tmp_path / "logs" / "workstation.log").read_text(encoding="utf-8")
    logs.stop()


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("cannot read '/data/Doe Jane/scan 1.dcm'", "Doe"),
        ("cannot read /data/DOE_JANE/1.dcm: gone", "DOE"),
        (r"cannot read C:\data\Doe\1.dcm", "Doe"),
        (r"cannot read \\server\share\Doe\1.dcm", "Doe"),
        ("cannot read ~/Doe/1.dcm", "Doe"),
        ("PatientName: Doe^Jane", "Jane"),
        ("name DOE^JANE^M^^Dr, next", "JANE"),
        ("Patient's Name is 'Jane Doe'", "Jane"),
        ("(0010,0020) LO: '4711'", "4711"),
        ("PatientID = '4711'", "4711"),
        ("patient_id='4711'", "4711"),
        ('"PatientBirthDate": "19500101"', "1950"),
        ("山田^太郎=やまだ^たろう", "太郎"),
    ],
)
def test_that_what_tells_a_patient_is_redacted(written: Callable[[], str], text: str, secret: str) -> None:
    logs.subject("test").warning("%s", text)

    assert secret not in written()
    assert "WARNING workstation.test: " in written()


def test_that_traces_are_redacted_but_tell_the_place_in_the_program(written: Callable[[], str]) -> None:
    try:
        int("PatientName: 'Doe^Jane'")
    except ValueError:
        logs.subject("test").exception("it broke")

    assert "Jane" not in written()
    assert Path(__file__).name in written()
    assert "ValueError" in written()


def test_that_the_log_is_for_the_user_alone(written: Callable[[], str], tmp_path: Path) -> None:
    logs.subject("test").info("line")

    assert stat.S_IMODE((tmp_path / "logs" / "workstation.log").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "logs").stat().st_mode) == 0o700


def test_that_old_logs_make_room_for_new_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    logs.stop()
    monkeypatch.setattr(logs, "_BYTES_EACH", 1_000)
    logs.start(folder=tmp_path / "logs")
    for _ in range(60):
        logs.subject("test").info("x" * 200)
    logs.stop()

    names = sorted(path.name for path in (tmp_path / "logs").iterdir())
    assert names == ["workstation.log", *(f"workstation.log.{number}" for number in range(1, 5))]


def test_that_starting_twice_writes_each_line_once(written: Callable[[], str], tmp_path: Path) -> None:
    logs.start(folder=tmp_path / "elsewhere")
    logs.subject("test").info("once")

    assert written().count("once") == 1


def test_that_a_place_that_cannot_be_written_costs_only_the_log(tmp_path: Path) -> None:
    logs.stop()
    (tmp_path / "file").touch()

    logs.start(folder=tmp_path / "file").info("lost")

    logs.stop()
    assert logging.getLogger("workstation").handlers == []


def test_that_a_full_disk_costs_only_the_lines_that_it_does_not_take(tmp_path: Path) -> None:
    log = logs.start(folder=tmp_path)
    log.info("first")
    with file_size_limit(logs.path(tmp_path).stat().st_size):
        log.info("second")
        logs.stop()
    assert logs.path(tmp_path).read_text().endswith("first\n")
