"""Reports and presentation states of other programs become live annotations in the window."""

from collections import Counter
from pathlib import Path

import pytest

from workstation.display.loading import Loaded, can_hold, load, with_loaded
from workstation.jobs.job import Job
from workstation.model.index.library import Library
from workstation.model.index.records import Instance
from workstation.model.marking import Marking


def loaded(folder: Path, tmp_path: Path) -> dict[str, Loaded]:
    """Load everything in a folder that may hold measurements, by the name of the file."""
    library = Library.open(tmp_path / "library.sqlite")
    try:
        library.add([folder])
        instances: list[Instance] = list(library.instances())
    finally:
        library.close()
    images = {each.sop_instance_uid: each for each in instances if each.has_pixels and each.modality != "SEG"}
    return {each.place.path.name: load(each, images, Job("test")) for each in instances if can_hold(each)}


def test_that_every_annotation_of_another_viewer_is_live(shared_data: Path, tmp_path: Path) -> None:
    found = loaded(shared_data / "sr" / "tid1500_dwv_annotations", tmp_path)
    kinds = {name: Counter(each.kind for each in one.annotations) for name, one in found.items()}
    assert kinds == {
        "sr-arrow.dcm": {"arrow": 3},
        "sr-circle.dcm": {"circle": 3},
        "sr-ellipse.dcm": {"ellipse": 3},
        "sr-protractor.dcm": {"angle": 3},
        "sr-rectangle.dcm": {"rectangle": 3},
        "sr-roi.dcm": {"polygon": 3},
        "sr-ruler.dcm": {"length": 3},
    }
    assert not any(one.notes for one in found.values())


@pytest.mark.parametrize("name", ["real01.pr.dcm", "real02.pr.dcm", "real03.pr.dcm"])
def test_that_a_region_drawn_in_another_viewer_is_live(shared_data: Path, tmp_path: Path, name: str) -> None:
    found = loaded(shared_data / "roi_truth_clearcanvas", tmp_path)[name]
    assert Counter(each.kind for each in found.annotations) == {"polygon": 1, "text": 1}
    marking, known = with_loaded(Marking(), found.annotations)
    assert known == 0
    assert with_loaded(marking, found.annotations) == (marking, 2)


def test_that_a_report_whose_images_are_not_open_says_so_and_is_shown(shared_data: Path, tmp_path: Path) -> None:
    found = loaded(shared_data / "sr" / "tid1500", tmp_path)["structured_report.dcm"]
    assert found.is_shown
    assert any("6 of 6 groups have no graphics on images that are open" in note for note in found.notes)
