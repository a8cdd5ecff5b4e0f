"""What holds for every operation: help, examples that run, refusals, one function for both faces."""

import io
import json
import queue
import re
import shlex
import shutil
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pydicom
import pytest
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, MediaStorageDirectoryStorage

from tests.measured_files import write_ct, write_pet
from tests.report_samples import write_report
from tests.segmentation_samples import blobs, in_order, segmentation
from tests.unit.objects.key_object_samples import write_key_objects
from tests.unit.objects.states import annotation, as_file, boxed, image_item, layer, state
from workstation import catalog
from workstation.batch.completion import COMPLETION
from workstation.batch.main import main
from workstation.batch.output import as_json, failure
from workstation.batch.parser import Commands
from workstation.display.hanging.document import to_json
from workstation.display.hanging.store import shipped_rules
from workstation.jobs.events import Event, Failed, Finished
from workstation.jobs.job import Job
from workstation.jobs.runner import Runner
from workstation.operations.arguments import parse, to_words
from workstation.operations.operation import Entry, ItemFailed, Operation
from workstation.operations.parameters import Parameter, parameters_of
from workstation.phantoms import small
from workstation.resources import resource
from workstation.verify import running
from workstation.verify.check import Row

_ALL = (*catalog.operations(), COMPLETION)
_LONG = ("demo",)  # a third of a minute each time: one example is enough
_EXAMPLES = [
    (each, example.line)
    for each in _ALL
    if each.id not in _LONG
    for example in each.examples
    if "--interactive" not in example.line  # needs a person at a terminal, see tests/batch/test_viewer_on_terminals.py
]
_FIRST_OF_THE_LONG = [(each, each.examples[0].line) for each in _ALL if each.id in _LONG]
_RESERVED = {"help", "json", "version", "end_of_options"}
_GARBAGE = "\N{SNOWMAN}"

every_operation = pytest.mark.parametrize("operation", _ALL, ids=lambda operation: operation.id)


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the examples name, made once; it is copied, and only read where nothing is run."""
    return furnished(tmp_path_factory.mktemp("pattern") / "workplace")


@pytest.fixture
def workplace(pattern: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own with what the examples name, which is the working directory."""
    monkeypatch.chdir(shutil.copytree(pattern, tmp_path / "workplace"))
    return Path.cwd()


@pytest.fixture(scope="module")
def checked() -> dict[tuple[object, ...], list[Row]]:
    """What checks of the program itself gave in the tests before."""
    return {}


@pytest.fixture
def each_check_once(checked: dict[tuple[object, ...], list[Row]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Run all checks of the program for the first example that wants them; another one, run the same way, has its rows.

    Batch runs them on the main thread, the window on another one, and some tests stop the clock: each does run them.
    """
    rows_of: Callable[..., Iterator[Row]] = running.rows_of

    def kept(job: Job, only: Sequence[str] = ()) -> Iterator[Row]:
        is_batch = threading.current_thread() is threading.main_thread()
        way = (is_batch, vars(running)["perf_counter"], *only)
        if way not in checked:
            checked[way] = list(rows_of(job, only))
        yield from checked[way]

    monkeypatch.setattr(running, "rows_of", kept)


def furnished(folder: Path) -> Path:
    for name in ("study", "STUDIES", "STUDIES/old"):
        (folder / name).mkdir(parents=True)
    small.volume("axial").write(folder / "study")
    shutil.copytree(folder / "study", folder / "series")
    shutil.copy(resource("transfer/ct-bone.json"), folder / "tf.json")
    x, y, z = small.volume("axial").marker_lps
    (folder / "path.txt").write_text(f"{x - 8} {y} {z}\n{x} {y + 1} {z}\n{x + 4} {y} {z}\n", encoding="utf-8")
    small.volume("tilted").write(folder / "STUDIES")
    small.volume("oblique").write(folder / "STUDIES" / "old")
    shutil.copy(folder / "study" / "003.dcm", folder / "slice.dcm")
    (cine,) = small.volume("enhanced").write(folder)
    cine.rename(folder / "cine.dcm")
    shutil.make_archive(str(folder / "disc"), "zip", folder / "study")
    shutil.copy(folder / "STUDIES" / "001.dcm", folder / "IMAGE1")
    (folder / "protocol.json").write_text(to_json(shipped_rules()[:1]), encoding="utf-8")
    write_dicomdir(folder / "DICOMDIR", "IMAGE1")
    write_report(folder / "report.dcm")
    images = in_order(small.volume("axial"))
    write_report(folder / "liver.seg.dcm", segmentation(images, blobs((len(images), 20, 28))))
    write_key_objects(folder / "key-objects.dcm")
    write_state(folder / "state.dcm", *sorted((folder / "study").iterdir()))
    write_pet(folder / "pet.dcm")
    measure(folder)
    return folder


def measure(folder: Path) -> None:
    """Write a table of measurements to be made, and what was measured in two studies."""
    (folder / "measurements.csv").write_text('command,file,p1,p2\ndistance,slice.dcm,"3,4","16,12"\n', encoding="utf-8")
    of = ["--lesion", "Lesion 1", "--role", "target", "-o"]
    for name, end, number in (("baseline.json", "50", 1), ("followup.json", "30", 2), ("results.csv", "50", 1)):
        image = write_ct(folder / "scratch" / f"{number}.dcm", number, StudyDate=f"2026030{number}")
        assert (
            main(["measure", "distance", str(image), "--p1", "0,0", "--p2", f"0,{end}", *of, str(folder / name)]) == 0
        )
    shutil.rmtree(folder / "scratch")
    report = ["--tracking-uid", "2.25.77", "--format", "sr", "-o", str(folder / "measured.sr.dcm")]
    assert main(["measure", "distance", str(folder / "slice.dcm"), "--p1", "3,4", "--p2", "16,12", *report]) == 0


def write_state(path: Path, *images: Path) -> None:
    headers = [pydicom.dcmread(image, stop_before_pixels=True) for image in images]
    made = state(columns=headers[0].Columns, rows=headers[0].Rows)
    made.ReferencedSeriesSequence[0].ReferencedImageSequence = [image_item(each.SOPInstanceUID) for each in headers]
    made.GraphicLayerSequence = [layer("WORDS", 1)]
    made.GraphicAnnotationSequence = [annotation("WORDS", boxed("here", 4, 4, 12, 8))]
    as_file(made).save_as(path, enforce_file_format=True)


def write_dicomdir(path: Path, file_id: str) -> None:
    record = Dataset()
    record.DirectoryRecordType = "IMAGE"
    record.ReferencedFileID = file_id
    directory = Dataset()
    directory.DirectoryRecordSequence = [record]
    directory.file_meta = FileMetaDataset()
    directory.file_meta.MediaStorageSOPClassUID = MediaStorageDirectoryStorage
    directory.file_meta.MediaStorageSOPInstanceUID = UID("2.25.1")
    directory.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    directory.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity = 0
    directory.save_as(path, enforce_file_format=True)
    first = pydicom.dcmread(path).DirectoryRecordSequence[0].seq_item_tell
    directory.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity = first
    directory.save_as(path, enforce_file_format=True)


def words_of(line: str) -> list[str]:
    """The words of an example, without what is the shell's business."""
    return shlex.split(line.partition(" > ")[0])


def parameters_from(operation: Operation, words: list[str]) -> Any:
    entry = Entry(operation.command, operation.summary, lambda: (operation,))
    commands = Commands([entry], {operation.command[:1]: "", (): ""}, prog="")
    found, rest = commands.find(words)
    assert found is operation
    return parse(operation.parameters, commands.parse(operation, rest))


@every_operation
def test_that_it_has_help_and_examples(operation: Operation, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*operation.command, "--help"]) == 0

    text = " ".join(capsys.readouterr().out.split())
    assert operation.summary in text
    assert "\n" not in operation.summary
    assert operation.examples
    for example in operation.examples:
        assert f"workstation --batch {' '.join(example.line.split())} {example.what}" in text
        assert tuple(words_of(example.line)[: len(operation.command)]) == operation.command


@every_operation
def test_that_each_parameter_is_told_in_a_sentence_and_clashes_with_none(operation: Operation) -> None:
    parameters = parameters_of(operation.parameters)

    assert not _RESERVED & {each.name for each in parameters}
    shorts = [each.option.short.lstrip("-") for each in parameters if each.option.short]
    assert len(set(shorts)) == len(shorts)
    assert all(re.fullmatch("[a-gi-zA-Z]", short) for short in shorts)
    for each in parameters:
        assert re.fullmatch(r"[^a-z\s].{8,}", each.option.help), each.name


def test_that_ids_and_commands_are_unique_and_groups_are_told() -> None:
    assert len({operation.id for operation in _ALL}) == len({operation.command for operation in _ALL}) == len(_ALL)
    assert {operation.command[:-1] for operation in _ALL} == set(catalog.GROUPS)


@every_operation
def test_that_bad_values_end_with_2(operation: Operation, capsys: pytest.CaptureFixture[str]) -> None:
    given = parameters_of(operation.parameters)
    if any(each.is_required for each in given):
        assert main([*operation.command]) == 2
    assert main([*operation.command, "--there-is-no-such-option"]) == 2
    for each in given:
        for value in bad_values(each):
            name = f"--{each.name.replace('_', '-')}"
            words = [value] if each.option.positional else [f"{name}={value}"]
            capsys.readouterr()
            assert main([*operation.command, *words]) == 2, words
            told = capsys.readouterr().err
            assert each.name.replace("_", "-").casefold() in told.casefold().replace("_", "-"), told


def bad_values(parameter: Parameter) -> list[str]:
    if parameter.kind.is_flag:
        return ["yes"]
    if parameter.kind.is_path:
        return [""]
    try:
        parameter.kind.parse(_GARBAGE)
    except ValueError:
        return [_GARBAGE]
    return []


@pytest.mark.usefixtures("each_check_once")
@pytest.mark.parametrize(
    ("operation", "line"), _EXAMPLES + _FIRST_OF_THE_LONG, ids=lambda value: value if isinstance(value, str) else ""
)
def test_that_an_example_runs_as_printed(
    operation: Operation, line: str, workplace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare(operation)
    capsys.readouterr()

    code = main(words_of(line))

    out, err = capsys.readouterr()
    told = [each for each in err.splitlines() if not each.startswith("Left out: ")]
    assert (code, told) == (0, []), err
    if "--json" in words_of(line):
        assert all(isinstance(json.loads(each), dict) for each in out.splitlines())


@pytest.mark.usefixtures("each_check_once")
@pytest.mark.parametrize(("operation", "line"), _EXAMPLES, ids=lambda value: value if isinstance(value, str) else "")
def test_that_both_faces_run_the_same(
    operation: Operation, line: str, home: Path, pattern: Path, workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.token_bytes", bytes)  # new UIDs come from a secret: the same one for both
    monkeypatch.setattr("workstation.verify.running.perf_counter", float)  # and its checks take no time
    monkeypatch.setattr("workstation.verify.report.now", str)
    words = words_of(line)
    prepare(operation)
    script = results_of_batch(words)
    for left in (*workplace.iterdir(), *home.iterdir()):
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    shutil.copytree(pattern, workplace, dirs_exist_ok=True)
    prepare(operation)

    window = list(results_of_a_job(operation, parameters_from(operation, words)))

    assert window == script


@pytest.mark.parametrize(
    ("operation", "line"), _EXAMPLES + _FIRST_OF_THE_LONG, ids=lambda value: value if isinstance(value, str) else ""
)
def test_that_an_example_can_be_copied_as_a_command(
    operation: Operation, line: str, pattern: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(pattern)
    parameters = parameters_from(operation, words_of(line))

    assert parameters_from(operation, [*operation.command, *to_words(parameters)]) == parameters


def prepare(operation: Operation) -> None:
    """Give the commands of the library a library to work on."""
    if operation.command[0] == "library" and operation.id not in ("library.add", "library.import"):
        assert main(["library", "add", "STUDIES"]) == 0


def results_of_batch(words: list[str]) -> list[str]:
    stream, before = io.StringIO(), sys.stdout
    sys.stdout = stream
    try:
        main([*words, *([] if "--json" in words else ["--json"])])
    finally:
        sys.stdout = before
    return stream.getvalue().splitlines()


def results_of_a_job(operation: Operation, parameters: Any) -> Iterator[str]:
    """What the window gets: the operation as a job, its events from a sink."""
    events: queue.Queue[Event] = queue.Queue()
    runner = Runner(workers=1)

    def work(job: Job) -> list[Any]:
        return list(operation.run(parameters, job))

    try:
        runner.submit(operation.summary, work, sink=events.put)
        event = events.get(timeout=100)
        while not isinstance(event, Finished | Failed):
            event = events.get(timeout=100)
    finally:
        runner.close()
    assert isinstance(event, Finished), event
    for value in event.value:  # type: ignore[attr-defined]  # the list that the job returned
        if isinstance(value, ItemFailed):
            yield as_json(failure(value.subject, value.message, value.hint, value.reason))
        else:
            yield as_json(value)
