"""The self-check: everything passes, names choose, it can be cancelled, what breaks is a row, reports hold it all."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pages import words_of_pages
from workstation import __version__
from workstation.batch.main import main
from workstation.errors import Cancelled, UserError
from workstation.jobs.events import Event, Progressed
from workstation.jobs.job import Job
from workstation.measure import lengths
from workstation.verify import groups as all_groups
from workstation.verify import running
from workstation.verify.bench import Bench
from workstation.verify.check import Check, Group, Row, agrees
from workstation.verify.report import verified, write
from workstation.verify.running import rows_of


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return list(rows_of(Job()))


def test_that_every_check_passes(rows: list[Row]) -> None:
    assert [row.text() for row in rows if not row.passed] == []
    assert len(rows) > 300


def test_that_every_check_has_a_name_of_its_own_and_says_what_and_why(rows: list[Row]) -> None:
    assert len({row.id for row in rows}) == len(rows)
    for row in rows:
        assert row.id.startswith(f"{row.group}.")
        assert row.what
        assert row.source
        assert row.hint, row.id
        assert not row.what.endswith(".")


def test_that_every_subject_is_there(rows: list[Row]) -> None:
    assert {row.group for row in rows} == {group.name for group in all_groups.groups()}
    every = " ".join(row.what for row in rows)
    for subject in (
        "sagittal",
        "oblique",
        "gantry",
        "ellipse",
        "Cobb",
        "cobb",
        "SIGMOID",
        "JPEG-LS",
        "Philips",
        "M mode",
    ):
        assert subject.lower() in every.lower() or any(subject.lower().replace(" ", "-") in row.id for row in rows)


def test_that_names_choose_groups_and_single_checks() -> None:
    found = [row.id for row in rows_of(Job(), ("geometry.tilted", "lengths.angle.cobb"))]
    assert "lengths.angle.cobb" in found
    assert "lengths.angle.cobb-wide" not in found
    assert all(each.startswith(("geometry.tilted.", "lengths.angle.cobb")) for each in found)
    assert {row.group for row in rows_of(Job(), ("reports",))} == {"reports"}


@pytest.mark.parametrize("name", ["nothing", "geometry.nothing"])
def test_that_an_unknown_name_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(UserError) as refused:
        list(rows_of(Job(), (name,)))
    assert "geometry" in refused.value.hint


def test_that_it_tells_how_far_it_is_and_can_be_cancelled() -> None:
    told: list[Event] = []
    job = Job(sink=told.append)
    found = rows_of(job)
    next(found)
    job.cancel()
    with pytest.raises(Cancelled):
        list(found)
    assert isinstance(told[0], Progressed)
    assert told[0].total == sum(len(group.parts) for group in all_groups.groups())


def test_that_nothing_is_left_of_the_phantoms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    list(rows_of(Job(), ("values",)))
    assert list(tmp_path.iterdir()) == []


def _half_broken(_bench: Bench) -> Iterator[Check]:
    yield Check("first", "A check", "by hand", 1.0, lambda: 1 / 0)
    raise ValueError("the phantom cannot be written")


def _whole(_bench: Bench) -> Iterator[Check]:
    yield Check("second", "A check", "by hand", 1.0, lambda: 1.0)


def test_that_what_breaks_has_failed_and_the_rest_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "groups", lambda: (Group("some", "Some", (_half_broken, _whole)),))
    found = {row.id: row for row in rows_of(Job())}
    assert [row.passed for row in found.values()] == [False, False, True]
    assert found["some.first"].got == "ZeroDivisionError: division by zero" or "ZeroDivision" in str(
        found["some.first"].got
    )
    assert "the phantom cannot be written" in str(found["some._half_broken.setup"].got)


@given(st.floats(allow_nan=True, allow_infinity=True), st.floats(0, 1e6))
def test_that_only_what_is_within_the_tolerance_agrees(got: float, tolerance: float) -> None:
    assert agrees(2.0, got, tolerance) == (abs(got - 2.0) <= tolerance)


def test_that_words_and_other_counts_of_numbers_do_not_agree() -> None:
    assert not agrees(1.0, "1.0", 5.0)
    assert not agrees((1.0, 2.0), (1.0,), 5.0)
    assert not agrees("refused", 1.0, 5.0)
    assert agrees((1.0, 2.0), (1.0, 2.5), 0.5)


def test_that_a_report_in_json_has_versions_machine_and_rows(rows: list[Row], tmp_path: Path) -> None:
    run = verified(rows, by="Physicist Ann", only=())
    write(run, tmp_path / "verify.json")
    found = json.loads((tmp_path / "verify.json").read_text(encoding="utf-8"))
    assert (found["program"], found["by"], found["failed"]) == (__version__, "Physicist Ann", 0)
    assert {"numpy", "pydicom", "imagecodecs"} <= set(found["libraries"])
    assert all(found["machine"][each] for each in ("system", "processor", "python"))
    assert len(found["rows"]) == found["checks"] == len(rows)
    assert set(found["rows"][0]) >= {
        "id",
        "what",
        "source",
        "expected",
        "got",
        "tolerance",
        "unit",
        "passed",
        "seconds",
    }


def test_that_a_report_in_pdf_begins_with_what_failed(rows: list[Row], tmp_path: Path) -> None:
    wrong = Row(
        "suv.decay.start", "suv", "START", "formula", 1.5, 1.25, 0.0, "g/ml", False, 0.1, "Decay is counted wrongly."
    )
    write(verified([*rows[:40], wrong], by="Physicist Ann", only=()), tmp_path / "verify.pdf")
    first, *others = words_of_pages(tmp_path / "verify.pdf")
    for each in (
        f"Workstation {__version__}",
        "1 of 41 checks FAILED",
        "Physicist Ann",
        "pydicom",
        "FAILED",
        wrong.hint,
    ):
        assert each in first
    assert first.index("suv.decay.start") < first.index(rows[0].id)
    assert rows[39].id in "".join([first, *others])


def test_that_a_report_of_another_kind_is_refused_before_anything_runs(tmp_path: Path) -> None:
    assert main(["verify", "--output", str(tmp_path / "verify.txt")]) == 1
    assert list(tmp_path.iterdir()) == []


def test_that_the_command_prints_a_table_and_ends_with_0(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    target = tmp_path / "verify.json"
    assert main(["verify", "--only", "lengths", "--output", str(target), "--by", "Ann"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0].startswith("passed  lengths.distance.mm")
    assert "all passed" in shown[-3]
    assert shown[-2].startswith(f"Workstation {__version__}, numpy ")
    assert json.loads(target.read_text(encoding="utf-8"))["only"] == ["lengths"]


def test_that_the_command_ends_with_1_and_names_what_failed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lengths, "angle_between_deg", lambda first, second: 0.5)
    assert main(["verify", "--only", "lengths.angle.acute", "--json"]) == 1
    row, total, failure = map(json.loads, capsys.readouterr().out.splitlines())
    assert (row["id"], row["passed"], row["got"], row["expected"]) == ("lengths.angle.acute", False, 0.5, 30.0)
    assert total["failed"] == 1
    assert "lengths.angle.acute" in failure["error"]
