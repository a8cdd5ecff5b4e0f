"""What a pane shows as presentation states: groups of images, colours of annotations, and the way back."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest

from tests.unit.objects.gate import findings
from workstation.display.live_annotations import marks_of, px_of
from workstation.display.presentation import present
from workstation.display.taken_annotations import annotations_of
from workstation.display.view import View
from workstation.display.viewed_states import Viewed, state_datasets
from workstation.jobs.job import Job
from workstation.model.annotation import Annotation
from workstation.model.frame import Window
from workstation.model.image import Image
from workstation.model.index.records import FrameRef, Instance
from workstation.model.index.scan import scan
from workstation.objects.presentation.reading import presentation_state
from workstation.objects.presentation.values import Text
from workstation.objects.writing import save
from workstation.phantoms import small

SIZE = (400, 300)


def images(folder: Path, slopes: tuple[float, ...] = ()) -> list[FrameRef]:
    """Write a small CT, each slice with a slope of its own where they are given, and give its frames."""
    written = small.volume("axial").write(folder)
    for path, slope in zip(written, slopes, strict=False):
        ds = pydicom.dcmread(path)
        ds.RescaleSlope = slope
        ds.save_as(path, enforce_file_format=True)
    found: list[Instance] = [each for scanned in scan([folder], workers=0) for each in scanned.instances]
    return [FrameRef(each) for each in sorted(found, key=lambda each: str(each.place))]


def viewed(refs: list[FrameRef], annotations: Any = None, **changes: Any) -> Viewed:
    frame = Image.open(refs[0].instance.place).frame()
    view = View(voi=Window(40, 400), rotation_quarters=1)
    made = Viewed(tuple(refs), frame, view, SIZE, annotations or {}, "KEY", "what is seen", "Reader^Ann")
    return replace(made, **changes)


def test_that_images_that_are_rescaled_differently_get_states_of_one_series(
    tmp_path: Path, tool: Callable[[str], str]
) -> None:
    refs = images(tmp_path / "ct", (1.0, 2.0, 1.0, 2.0, 3.0))[:5]
    made, told = state_datasets(viewed(refs), Job("save"))
    assert told == ()
    counts = [len(each.ReferencedSeriesSequence[0].ReferencedImageSequence) for each in made]
    slopes = [float(each.RescaleSlope) for each in made]
    assert (counts, slopes) == ([2, 2, 1], [1.0, 2.0, 3.0])
    assert len({each.SeriesInstanceUID for each in made}) == 1
    assert [int(each.InstanceNumber) for each in made] == [1, 2, 3]
    for number, each in enumerate(made):
        assert float(each.SoftcopyVOILUTSequence[0].WindowWidth) == 400
        path = tmp_path / f"{number}.dcm"
        save(each, path)
        assert findings(tool, path, is_presentation_state=True) == []


def test_that_colours_locks_and_words_are_written_as_they_are_seen_and_found_again(
    tmp_path: Path, tool: Callable[[str], str]
) -> None:
    refs = images(tmp_path / "ct")[:2]
    uid, other = (ref.instance.sop_instance_uid for ref in refs)
    cyan = (86, 204, 232)
    one = Annotation("a", "text", uid, 0, ((5.0, 6.0),), (12.0, 3.0), "Größe 8 mm", cyan)
    two = Annotation("b", "arrow", uid, 0, ((2.0, 2.0), (9.5, 8.25)), (9.5, 8.25), "here")
    three = Annotation("c", "arrow", other, 0, ((3.0, 3.0), (8.0, 8.0)), (8.0, 8.0))
    (made,), _ = state_datasets(viewed(refs, {(uid, 0): (one, two), (other, 0): (three,)}), Job("save"))
    path = tmp_path / "state.dcm"
    save(made, path)
    assert findings(tool, path, is_presentation_state=True) == []
    state = presentation_state(pydicom.dcmread(path))
    for ref, expected in ((refs[0], {"a": one, "b": two}), (refs[1], {"c": three})):
        frame = Image.open(ref.instance.place).frame()
        presented = present(state, frame, ref.instance.sop_instance_uid)
        place = (ref.instance.sop_instance_uid, 0)
        taken = annotations_of(presented.presentation, frame, place, iter("xyz"))
        assert taken.left == 0
        assert taken.layers == {"ANNOTATIONS"}
        back = {(each.kind, each.text): each for each in taken.annotations}
        assert len(back) == len(expected)
        for each in expected.values():
            found = back[each.kind, each.text]
            assert np.allclose(found.points_px, each.points_px, atol=0.02)
            assert np.allclose(found.label_px, each.label_px, atol=0.05)
            assert np.abs(np.subtract(found.colour, each.colour)).max() <= 6
            assert len(found.points_lps) == len(each.points_px)


def test_that_the_box_of_the_words_is_told_by_the_corners_that_are_seen(tmp_path: Path) -> None:
    (ref,) = images(tmp_path / "ct")[:1]
    frame = Image.open(ref.instance.place).frame()
    note = Annotation("a", "text", "1", 0, ((5.0, 6.0),), (12.0, 9.0), "words")
    for turned in (View(), View(rotation_quarters=1), View(rotation_quarters=3, flipped_h=True)):
        (text,) = marks_of(note, px=px_of(frame, turned, SIZE), view=turned)
        assert isinstance(text, Text)
        assert text.box is not None
        matrix = turned.image_to_screen(frame, SIZE)
        (left, top), (right, bottom) = (matrix @ (*corner, 1) for corner in text.box)
        assert right - left > 30
        assert bottom - top > 10
        assert np.allclose(np.mean(text.box, axis=0), note.label_px)


@pytest.mark.parametrize("zoom", [None, 3.0])
def test_that_zoomed_and_fitted_views_can_be_saved(tmp_path: Path, zoom: float | None) -> None:
    refs = images(tmp_path / "ct", (1.0, 2.0))[:2]
    view = View(voi=Window(40, 400), zoom=zoom, centre_px=(8.0, 8.0) if zoom else None)
    made, _ = state_datasets(viewed(refs, view=view), Job("save"))
    assert len(made) == 2
    first, second = (each.DisplayedAreaSelectionSequence[0] for each in made)
    whole = list(second.DisplayedAreaBottomRightHandCorner)
    assert whole == [refs[0].instance.columns, refs[0].instance.rows]
    assert list(first.DisplayedAreaBottomRightHandCorner) == whole
