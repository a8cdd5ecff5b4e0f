"""What the inputs of the viewer hold, in which order, and how its frames are read."""

import shutil
from pathlib import Path

import numpy as np
import pydicom
import pytest

from tests.report_samples import write_report
from workstation.jobs.job import Job
from workstation.model.refusal import Reason, Refused
from workstation.phantoms import small
from workstation.terminal.opened import opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    small.volume("axial").write(tmp_path)
    return tmp_path


def test_that_images_are_in_order_of_their_place_whatever_their_files_are_called(folder: Path) -> None:
    files = sorted(folder.iterdir())
    for number, file in enumerate(files):
        file.rename(folder / f"{number * 7 % len(files):02d}.img")

    with opened(sorted(folder.iterdir()), Job()) as found:
        (series,) = found.series
        places = [series.frame(number).plane for number in range(series.count)]

    heights = [place.origin_lps[2] for place in places if place is not None]
    assert len(heights) == series.count == len(files)
    assert heights == sorted(heights)


def test_that_a_series_begins_in_its_middle_and_a_cine_at_its_first_frame(folder: Path) -> None:
    with opened([folder], Job()) as found:
        (series,) = found.series
        assert series.first == series.count // 2 > 0
    with opened([folder / "001.dcm"], Job()) as found:
        assert found.series[0].first == 0


def test_that_a_frame_is_the_one_of_the_file(folder: Path) -> None:
    with opened([folder], Job()) as found:
        (series,) = found.series
        place = series.instance(2).place.path
        np.testing.assert_array_equal(series.frame(2).pixels, pydicom.dcmread(place).pixel_array)


def test_that_a_frame_is_kept_once_it_was_read(folder: Path) -> None:
    with opened([folder], Job()) as found:
        (series,) = found.series
        assert series.held(3) is None
        frame = series.frame(3)
        assert series.held(3) is frame
        assert series.frame(3) is frame


def test_that_a_frame_that_cannot_be_read_is_told_to_whoever_asks_for_it(folder: Path) -> None:
    with opened([folder], Job()) as found:
        (series,) = found.series
        series.instance(1).place.path.unlink()
        with pytest.raises(Refused) as refusal:
            series.frame(1)
    assert refusal.value.reason is Reason.VANISHED


def test_that_objects_are_kept_apart_and_what_is_no_image_is_told(folder: Path, tmp_path: Path) -> None:
    write_report(folder / "report.dcm")
    (folder / "notes.txt").write_text("no image")
    with opened([folder], Job()) as found:
        assert [each.modality for each in found.objects] in (["SR"], ["SEG"])
        assert found.problems == ()
    with opened([folder / "notes.txt", folder / "missing.dcm", folder / "001.dcm"], Job()) as found:
        assert [each.subject for each in found.problems] == [str(folder / "notes.txt"), str(folder / "missing.dcm")]
        assert [each.count for each in found.series] == [1]


def test_that_archives_are_opened(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    archive = shutil.make_archive(str(tmp_path_factory.mktemp("zip") / "disc"), "zip", folder)
    with opened([Path(archive)], Job()) as found:
        assert [each.count for each in found.series] == [len(list(folder.iterdir()))]
        assert found.series[0].frame(0).pixels.any()
