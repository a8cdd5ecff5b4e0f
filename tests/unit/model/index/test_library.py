"""The library: what is added stays, what changes is noticed, what is the same twice is told."""

import os
import stat
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.model.index.test_media import write_directory
from tests.unit.model.index.written import SERIES, STUDY, as_bytes, dataset, write, write_series
from workstation.errors import Cancelled, UserError
from workstation.model.index import library as library_module
from workstation.model.index.files import Inspector
from workstation.model.index.library import Library
from workstation.model.index.records import Place
from workstation.model.index.reports import AddReport
from workstation.model.index.scan import Scanned
from workstation.model.refusal import Reason


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library" / "library.sqlite") as opened:
        yield opened


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    folder.mkdir()
    return folder


def counts(report: AddReport) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, report.removed


def later(path: Path, content: bytes) -> None:
    """Write a file so that its time of change differs, however coarse the clock of the file system is."""
    before = path.stat().st_mtime_ns
    path.write_bytes(content)
    os.utime(path, ns=(before + 10**9, before + 10**9))


def test_that_a_tree_comes_out_in_order(library: Library, images: Path) -> None:
    write_series(images / "old", 2, uid="1.2.1.1", StudyInstanceUID="1.2.1", StudyDate="20200101")
    write_series(images / "new", 3, uid="1.2.2.2", StudyInstanceUID="1.2.2", SeriesNumber=10)
    write_series(images / "first", 1, uid="1.2.2.1", StudyInstanceUID="1.2.2", SeriesNumber=2)
    write(images / "other.dcm", PatientName="Abel", PatientID="P0", StudyInstanceUID="1.2.3")
    library.add([images])
    abel, mueller = library.patients()
    assert (abel.patient_name, mueller.patient_name) == ("Abel", "Müller^Jörg")
    assert [study.study_instance_uid for study in mueller.studies] == ["1.2.2", "1.2.1"]
    assert [series.first.series_number for series in mueller.studies[0].series] == [2, 10]
    assert [i.instance_number for i in mueller.studies[0].series[1].instances] == [1, 2, 3]


def test_that_a_series_comes_with_its_stacks(library: Library, images: Path) -> None:
    write_series(images, 5)
    library.add([images])
    series = library.series(SERIES)
    assert [len(stack.frames) for stack in series.stacks] == [5]
    with pytest.raises(UserError, match="no such series"):
        library.series("1.2.3.999")


def test_that_what_was_added_is_there_when_opened_again(tmp_path: Path, images: Path) -> None:
    write_series(images, 4)
    (images / "text.dcm").write_text("text", encoding="utf-8")
    with Library.open(tmp_path / "l.sqlite") as library:
        library.add([images])
        before = library.instances(), library.refused()
    with Library.open(tmp_path / "l.sqlite") as library:
        assert (library.instances(), library.refused()) == before
        assert len(before[0]) == 4


def test_that_a_second_look_reads_only_what_changed(library: Library, images: Path) -> None:
    paths = write_series(images, 4)
    (images / "text.dcm").write_text("text", encoding="utf-8")
    assert counts(library.add([images])) == (4, 0, 0, 0)
    assert counts(library.add([images])) == (0, 0, 5, 0)
    later(paths[1], as_bytes(dataset(2, PatientID="changed")))
    write(images / "new.dcm", 9)
    paths[2].unlink()
    assert counts(library.add([images])) == (1, 1, 3, 1)
    assert {instance.patient_id for instance in library.instances()} == {"P1", "changed"}


def test_that_a_folder_added_through_a_part_of_it_keeps_the_rest(library: Library, images: Path) -> None:
    write_series(images / "a", 2, uid="1.2.1")
    write_series(images / "ab", 2, uid="1.2.2")
    library.add([images])
    assert counts(library.add([images / "a"])) == (0, 0, 2, 0)
    assert len(library.instances()) == 4


def test_that_a_vanished_folder_is_noticed_and_an_unreadable_one_kept(
    library: Library, images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_series(images / "a", 2, uid="1.2.1")
    write_series(images / "b", 2, uid="1.2.2")
    library.add([images])
    real = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("a"):
            raise PermissionError(13, "no", path)
        return real(path)

    with monkeypatch.context() as patched:
        patched.setattr(os, "scandir", scandir)
        report = library.add([images])
    assert report.removed == 0
    assert [file.reason for file in report.refused] == [Reason.NO_PERMISSION]
    assert len(library.instances()) == 4
    for path in (images / "b").iterdir():
        path.unlink()
    (images / "b").rmdir()
    assert library.add([images]).removed == 2
    assert library.refused() == ()


def test_that_a_file_that_becomes_an_image_is_no_longer_refused_and_back(library: Library, images: Path) -> None:
    path = images / "one.dcm"
    path.write_text("not yet", encoding="utf-8")
    library.add([images])
    assert len(library.refused()) == 1
    later(path, as_bytes(dataset()))
    library.add([images])
    assert (len(library.instances()), len(library.refused())) == (1, 0)
    later(path, b"no more")
    library.add([images])
    assert (len(library.instances()), len(library.refused())) == (0, 1)


def test_that_an_archive_is_followed_as_it_changes(library: Library, images: Path) -> None:
    path = images / "disc.zip"

    def pack(*numbers: int) -> None:
        before = path.stat().st_mtime_ns if path.exists() else 0
        with zipfile.ZipFile(path, "w") as made:
            for number in numbers:
                made.writestr(f"{number}.dcm", as_bytes(dataset(number)))
        os.utime(path, ns=(before + 10**9, before + 10**9))

    pack(1, 2)
    assert counts(library.add([images])) == (2, 0, 0, 0)
    assert counts(library.add([images])) == (0, 0, 3, 0)
    assert library.containers() == (Place(path),)
    pack(2, 3)
    assert counts(library.add([images])) == (1, 1, 0, 1)
    assert [instance.place.member for instance in library.instances()] == ["2.dcm", "3.dcm"]
    later(path, as_bytes(dataset(7)))
    assert counts(library.add([images])) == (1, 0, 0, 2)
    assert library.containers() == ()


def test_that_equal_files_are_two_places_of_one_instance(library: Library, images: Path) -> None:
    content = as_bytes(dataset(1))
    for name in ("a.dcm", "b.dcm"):
        (images / name).write_bytes(content)
    report = library.add([images])
    assert report.conflicts == ()
    (instance,) = library.instances()
    assert instance.places == (Place(images / "a.dcm"), Place(images / "b.dcm"))
    assert not instance.conflicting


def test_that_different_files_of_one_uid_are_both_listed_in_conflict(library: Library, images: Path) -> None:
    first = write(images / "a.dcm", 1)
    second = write(images / "b.dcm", 1, PatientID="P2")
    (images / "c.dcm").write_bytes(first.read_bytes())
    report = library.add([images])
    (conflict,) = report.conflicts
    assert len(conflict.places) == 3
    one, other = library.instances()
    assert one.places == (Place(first), Place(images / "c.dcm"))
    assert other.places == (Place(second),)
    assert one.conflicting
    assert other.conflicting
    later(second, first.read_bytes())
    assert library.add([images]).conflicts == ()
    assert len(library.instances()) == 1


def test_that_removing_forgets_and_deletes_nothing(library: Library, images: Path) -> None:
    paths = write_series(images / "a", 2, uid="1.2.1", StudyInstanceUID="1.2")
    write_series(images / "b", 3, uid="1.3.1", StudyInstanceUID="1.3")
    write_series(images / "c", 4, uid="1.4.1", StudyInstanceUID="1.4")
    library.add([images])
    assert library.remove(paths=[images / "a"]) == 2
    assert library.remove(series=["1.3.1"]) == 3
    assert library.remove(studies=["1.4"]) == 4
    assert library.remove(studies=["1.4"]) == 0
    assert library.instances() == ()
    assert all(path.exists() for path in paths)


def test_that_a_name_is_no_longer_in_the_file_after_removing(tmp_path: Path, images: Path) -> None:
    write_series(images, 3, PatientName="Unforgettable")
    path = tmp_path / "l.sqlite"
    with Library.open(path) as library:
        library.add([images])
        library.remove(paths=[images])
    assert b"Unforgettable" not in path.read_bytes()


def test_that_checking_finds_what_is_missing_changed_and_in_conflict(library: Library, images: Path) -> None:
    paths = write_series(images, 3)
    write(images / "other.dcm", 1, SOPInstanceUID=f"{SERIES}.10001", PatientID="P2")
    library.add([images])
    assert not library.check().is_sound
    paths[1].unlink()
    later(paths[2], b"changed")
    report = library.check()
    assert report.missing == (Place(paths[1]),)
    assert report.changed == (Place(paths[2]),)
    assert [conflict.sop_instance_uid for conflict in report.conflicts] == [f"{SERIES}.10001"]
    assert report.damage == ()
    assert len(library.instances()) == 4


def test_that_a_medium_is_known_again_by_its_directory(library: Library, images: Path) -> None:
    write_series(images / "A", 3)
    directory = write_directory(images / "DICOMDIR", ["A", "0001.dcm"], ["A", "0002.dcm"], ["A", "GONE"])
    assert counts(library.add([directory])) == (2, 0, 0, 0)
    report = library.add([directory])
    assert counts(report) == (0, 0, 2, 0)
    assert [file.reason for file in library.refused()] == [Reason.LISTED_BUT_MISSING]
    later(directory, write_directory(images / "other", ["A", "0001.dcm"]).read_bytes())
    library.add([directory])
    assert library.refused() == ()
    assert len(library.instances()) == 2


def test_that_an_empty_folder_is_told(library: Library, images: Path) -> None:
    (images / "empty").mkdir()
    report = library.add([images])
    assert counts(report) == (0, 0, 0, 0)
    assert len(report.notes) == 1
    assert "no file" in report.notes[0]


def test_that_stopping_keeps_what_was_stored(library: Library, images: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_module, "_STORE_FILES", 100)
    write_series(images, 450)

    def report(done: int, _total: int | None) -> None:
        if done >= 300:
            raise Cancelled

    with pytest.raises(Cancelled):
        library.add([images], report=report, workers=0)
    stored = len(library.instances())
    assert 200 <= stored < 450
    again = library.add([images], workers=0)
    assert again.unchanged == stored
    assert len(library.instances()) == 450


def test_that_batches_are_told_after_they_were_stored(library: Library, images: Path) -> None:
    write_series(images, 150)
    (images / "text").write_text("text", encoding="utf-8")
    told: list[Scanned] = []

    def on_batch(scanned: Scanned) -> None:
        told.append(scanned)
        assert len(library.instances()) == sum(len(each.instances) for each in told)

    library.add([images], on_batch=on_batch)
    assert sum(len(each.refused) for each in told) == 1


def test_that_names_of_files_need_not_be_text(library: Library, images: Path) -> None:
    if os.name != "posix":
        pytest.skip("only here are names of files bytes")
    path = Path(os.fsdecode(os.fsencode(images) + b"/\xff\xfe name.dcm"))
    write(path, 1)
    library.add([images])
    (instance,) = library.instances()
    assert instance.place.path == path
    assert library.add([images]).unchanged == 1


@pytest.mark.skipif(os.name != "posix", reason="permissions are kept otherwise there")
def test_that_nobody_else_may_read_the_library(tmp_path: Path, images: Path) -> None:
    folder = tmp_path / "mine"
    before = os.umask(0)
    try:
        with Library.open(folder / "l.sqlite") as library:
            write_series(images, 1)
            library.add([images])
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
    finally:
        os.umask(before)
    assert modes.pop("mine") == 0o700
    assert set(modes) == {"l.sqlite", "l.sqlite-wal", "l.sqlite-shm"}
    assert set(modes.values()) == {0o600}


def test_that_the_library_lies_in_the_users_data_folder_by_default(home: Path) -> None:
    with Library.open() as library:
        assert library.path is not None
        assert library.path.is_relative_to(home)


def test_that_one_thread_may_look_while_another_adds(library: Library, images: Path) -> None:
    write_series(images, 700)
    adding = threading.Thread(target=library.add, args=([images],))
    adding.start()
    seen = 0
    while adding.is_alive():
        seen = max(seen, len(library.instances(study=STUDY)))
    adding.join()
    assert seen <= 700
    assert len(library.instances(study=STUDY)) == 700


def test_that_files_of_other_sizes_differ_without_being_read_whole(
    library: Library, images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def digest(_inspector: Inspector, path: str, _member: str = "", **_others: object) -> bytes:
        raise AssertionError(f"{path} was read whole")

    content = as_bytes(dataset(1))
    (images / "short.dcm").write_bytes(content)
    with (images / "huge.dcm").open("wb") as sparse:
        sparse.write(content)
        sparse.truncate(1 << 33)
    monkeypatch.setattr(Inspector, "digest", digest)

    (conflict,) = library.add([images]).conflicts
    assert {place.path.name for place in conflict.places} == {"short.dcm", "huge.dcm"}


def test_that_comparing_two_large_files_can_be_cancelled(library: Library, images: Path) -> None:
    content = as_bytes(dataset(1)) + bytes(3 << 20)
    for name in ("one.dcm", "other.dcm"):
        (images / name).write_bytes(content)
    told: list[tuple[int, int | None]] = []

    library.add([images], report=lambda done, total: told.append((done, total)))

    assert told.count((0, 2)) >= 3
    assert told.count((1, 2)) >= 3
