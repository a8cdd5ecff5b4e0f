"""Themes, remembered state, removable media, batches while opening, and command lines: all without a window."""

import os
import shlex
import shutil
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from tests.gui.making import frame, instance
from workstation.display.view import View
from workstation.gui import opening
from workstation.gui.collecting import Collector, below
from workstation.gui.command_lines import picture_words, shell_line
from workstation.gui.commands import COMMANDS, MENUS, TOP_BAR, TOP_BAR_RIGHT
from workstation.gui.media import Partition, removable_medium
from workstation.gui.remembered import Remembered, recent_label, state_path
from workstation.gui.theme import DARK, LIGHT, Tokens, style_sheet
from workstation.gui.words import age_at, date_text, duration, plural
from workstation.model.frame import Window
from workstation.model.index.library import Library
from workstation.model.index.records import FrameRef, Instance, Patient
from workstation.model.index.scan import Scanned
from workstation.phantoms.small import volume
from workstation.workspace import Workspace


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("tokens", [DARK, LIGHT])
@pytest.mark.parametrize("ground", ["window", "raised", "selection", "hover"])
@pytest.mark.parametrize("words", ["text", "quiet_text"])
def test_that_all_text_has_the_contrast_that_wcag_asks_for(tokens: Tokens, ground: str, words: str) -> None:
    assert _contrast(getattr(tokens, words), getattr(tokens, ground)) >= 4.5


@pytest.mark.parametrize("tokens", [DARK, LIGHT])
def test_that_marks_and_focus_stand_out_from_the_panels(tokens: Tokens) -> None:
    for mark in (tokens.accent, tokens.good, tokens.warn, tokens.bad):
        assert _contrast(mark, tokens.window) >= 3
    assert _contrast(tokens.on_accent, tokens.accent) >= 4.5


@pytest.mark.parametrize("tokens", [DARK, LIGHT])
def test_that_the_style_sheet_has_no_colour_left_to_fill_in(tokens: Tokens) -> None:
    assert "$" not in style_sheet(tokens)


def test_that_what_is_remembered_comes_back_and_belongs_to_the_user_alone() -> None:
    kept = Remembered(geometry="AAAA", splitters={"main": "BBBB"}, text_is_shown=False)
    kept.opened([Path("/a/b")])
    kept.save()
    assert Remembered.load() == kept
    if os.name == "posix":
        assert stat.S_IMODE(state_path().stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"recent": 7, "geometry": []}', '{"recent": [[]], "splitters": {"a": 1}}']
)
def test_that_a_damaged_memory_is_forgotten_without_a_word(text: str) -> None:
    state_path().parent.mkdir(parents=True)
    state_path().write_text(text, encoding="utf-8")
    loaded = Remembered.load()
    assert loaded.recent == []
    assert all(isinstance(value, str) for value in loaded.splitters.values())


def test_that_what_was_opened_last_comes_first_and_once() -> None:
    kept = Remembered()
    for name in ("a", "b", "a"):
        kept.opened([Path("/d") / name])
    assert kept.recent == [[str(Path("/d/a"))], [str(Path("/d/b"))]]
    assert recent_label([str(Path("/d/a")), "x", "y"]) == f"a and 2 more  —  {Path('/d')}"


STICK = Partition("/dev/sdb1", "/media/stick", "vfat", "rw,nosuid")
MOUNTED = (
    Partition("/dev/sda1", "/", "ext4", "rw"),
    STICK,
    Partition("/dev/sr0", "/media/disc", "iso9660", "ro"),
    Partition("/dev/sdc1", "/data", "ext4", "rw"),
)


@pytest.mark.parametrize(
    ("path", "medium"),
    [
        ("/media/stick/study", "/media/stick"),
        ("/media/disc/DICOMDIR", "/media/disc"),
        ("/media/stick", "/media/stick"),
        ("/media/sticky", None),
        ("/data/study", None),
        ("/home/anna", None),
    ],
)
def test_that_a_medium_is_known_by_its_file_system_or_its_device(path: str, medium: str | None) -> None:
    found = removable_medium(
        Path(path), partitions=lambda: MOUNTED, is_removable_device=lambda device: device == STICK.device
    )
    assert found == medium


def test_that_the_first_batch_is_handed_on_at_once_and_the_rest_from_time_to_time() -> None:
    trees: list[tuple[Patient, ...]] = []
    now = [100.0]
    collector = Collector(trees.append, clock=lambda: now[0])
    for number in range(10):
        collector.take(Scanned((instance(number),), (), 0))
        now[0] += 0.125
    assert [len(tree[0].studies[0].series[0].instances) for tree in trees] == [1, 5, 9]
    assert len(collector.series["1.1.1"]) == 10


def test_that_a_batch_without_images_does_not_use_up_the_first_moment() -> None:
    trees: list[tuple[Patient, ...]] = []
    collector = Collector(trees.append, clock=lambda: 1.0)
    collector.take(Scanned((instance(1, series="1.1.8", has_pixels=False),), (), 0))
    collector.take(Scanned((instance(1),), (), 0))
    assert [len(tree[0].studies[0].series) for tree in trees] == [2]


def test_that_the_series_of_an_opened_dicomdir_is_found_beside_it() -> None:
    inside, outside = instance(1), instance(1, series="9.9")
    assert below([Path("/data/1.1.1/DICOMDIR")], [outside, inside]) == "1.1.1"
    assert below([Path("/data/1.1")], [outside, inside]) == ""


def test_that_a_copied_line_survives_a_shell_whatever_the_file_is_called() -> None:
    words = ("library", "add", "/a b/it's $HOME; rm *.dcm")
    assert tuple(shlex.split(shell_line(words))) == ("workstation", "--batch", *words)


def test_that_the_command_of_a_picture_says_all_that_was_done_to_it() -> None:
    ref = FrameRef(instance(1, number_of_frames=5), 3)
    view = View(Window(-600, 1500.5), True, 2.5, (3.25, 4.0), 1, True, False)
    words = picture_words(ref, frame(), view, (300, 200), output="p.png")
    assert words[2:] == (
        *("--frame", "4", "--window", "-600,1500.5", "--invert", "--rotate", "90", "--flip", "horizontal"),
        *("--size", "300x200", "--zoom", "2.5", "--centre", "3.25,4.0", "--output", "p.png"),
    )


def test_that_the_command_of_a_picture_at_a_side_of_its_pane_says_so() -> None:
    view = View(at_sides=frozenset({"top", "right"}))
    words = picture_words(FrameRef(instance(1), 0), frame(), view, (300, 200), output="p.png")
    assert words[2:] == ("--size", "300x200", "--side", "right,top", "--output", "p.png")
    moved = replace(view, centre_px=(3.0, 4.0), zoom=2.0)
    assert "--side" not in picture_words(FrameRef(instance(1), 0), frame(), moved, (300, 200), output="p.png")


def test_that_every_command_has_a_menu_and_no_key_means_two_things() -> None:
    assert {command.menu for command in COMMANDS} - {""} == set(MENUS), "digits and the menus themselves are in none"
    keys = [key for command in COMMANDS for key in command.keys]
    assert len(keys) == len(set(keys))
    ids = {command.id for command in COMMANDS} | {"recent", "windows", "colours", "states", "layout", "measure", "menu"}
    assert {name for group in (*TOP_BAR, TOP_BAR_RIGHT) for name in group} <= ids


def test_that_figures_are_put_into_words() -> None:
    assert (plural(1, "image", "images"), plural(12345, "image", "images")) == ("1 image", "12\u202f345 images")
    assert (date_text("20240131"), date_text("soon")) == ("2024-01-31", "soon")
    assert (age_at("19900201", "20240131"), age_at("20240101", "20240131")) == ("33 y", "30 days")
    assert (age_at("20230101", "20240131"), age_at("", "20240131")) == ("12 months", "")
    assert (duration(0.2), duration(61), duration(7300)) == ("1 s", "61 s", "2 h 2 min")


def test_that_what_was_collected_is_read_again_only_where_the_library_holds_more_or_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    made = volume("axial")
    made.write(folder)
    reads: list[str | None] = []

    def added(library: Library) -> tuple[bool, int]:
        """Open the folder; tells whether instances were read from the library, and how many the tree has."""
        given: list[tuple[Patient, ...]] = []
        collector = Collector(given.append, clock=lambda: 0.0)
        report = library.add([folder], on_batch=collector.take)
        reads.clear()
        found = opening._added(library, report, collector, [folder])
        workspace = Workspace()
        for tree in given:
            workspace.merge(tree)
        (workspace.replace_tree if found.is_whole else workspace.merge)(found.tree)
        return bool(reads), sum(len(each.instances) for each in workspace.patients[0].studies[0].series)

    whole = Library.instances

    def counted(self: Library, *, study: str | None = None, series: str | None = None) -> tuple[Instance, ...]:
        reads.append(series)
        return whole(self, study=study, series=series)

    monkeypatch.setattr(Library, "instances", counted)
    count = len(made.datasets)
    with Library.in_memory() as library:
        assert added(library) == (False, count)
        first = folder / "copy.dcm"
        shutil.copy(sorted(folder.glob("*.dcm"))[0], first)
        assert added(library)[0], "more of the series is there than came now"
    with Library.in_memory() as library:
        assert added(library) == (True, count), "a copy is the same instance at another place"
        first.unlink()
        assert added(library)[0], "something is gone"
