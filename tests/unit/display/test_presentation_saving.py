"""What is seen, saved as a presentation state, is seen again; DCMTK sees the same greys."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from pydicom.dataset import Dataset

from tests.golden.slices import body, colours
from tests.unit.display.files import write_image
from tests.unit.display.frames import frame_of
from tests.unit.objects.gate import findings
from tests.unit.objects.states import IMAGE, anchored, annotation, graphic, item, state
from workstation.display.presentation import present
from workstation.display.presentation_saving import Subject, displayed_area, state_of_view
from workstation.display.render import render
from workstation.display.view import View, natural_size
from workstation.errors import UserError
from workstation.model.frame import Frame, ModalityTransform, Window
from workstation.model.frame_parts import Overlay, Shutter
from workstation.model.image import Image
from workstation.objects.presentation.marks import arrow, circle, words_at
from workstation.objects.presentation.reading import open_presentation_state, presentation_state
from workstation.objects.presentation.writing import presentation_dataset
from workstation.objects.writing import NewSeries, save

NOW = datetime(2026, 11, 25, 14, 30)
SIZE = (300, 240)
HEADER = item(
    SOPInstanceUID=IMAGE, SOPClassUID="1.2.840.10008.5.1.4.1.1.7", SeriesInstanceUID="1.2.3", StudyInstanceUID="1.2"
)


def _frame(**rest: Any) -> Frame:
    rest = {"modality": ModalityTransform(1, -1024, unit="HU"), "voi": (Window(40, 400),), **rest}
    return frame_of(body(), **rest)


def _seen_again(frame: Frame, view: View, header: Dataset = HEADER) -> tuple[Any, Any]:
    """Give the picture that is seen, and that of the state that was saved from it and read again."""
    saved = state_of_view([Subject(header, frame)], view, SIZE).state
    written = presentation_dataset(saved, header, NewSeries("PR", 1), now=NOW)
    original = replace(frame, shutter=frame.shutter, overlays=frame.overlays)
    presented = present(presentation_state(written), original, IMAGE)
    return render(frame, view, SIZE), render(presented.frame, presented.view, SIZE)


VIEWS: dict[str, View] = {
    "plain": View(),
    "window": View(Window(-600, 1500)),
    "sigmoid": View(Window(-100, 900, "SIGMOID")),
    "inverted": View(inverted=True),
    "colour table": View(colours="hot-iron"),
    "inverted colour table": View(colours="hot-iron", inverted=True),
    **{
        f"{quarters} quarters{' h' if h else ''}{' v' if v else ''}": View(
            rotation_quarters=quarters, flipped_h=h, flipped_v=v
        )
        for quarters in range(4)
        for h in (False, True)
        for v in (False, True)
    },
}


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
def test_that_a_saved_view_is_seen_again(name: str, photometric: Any) -> None:
    seen, again = _seen_again(_frame(photometric=photometric), VIEWS[name])
    assert np.abs(seen.astype(int) - again).max() <= 1


def test_that_shutters_are_saved_where_they_are_seen() -> None:
    frame = _frame(shutter=Shutter(rectangle_px=(8, 6, 120, 90), circle_px=(64, 48, 52), value=12000))
    for view in (View(), View(shutter=False)):
        seen, again = _seen_again(frame, view)
        assert np.array_equal(seen, again)


def test_that_colours_are_saved_with_their_turn() -> None:
    seen, again = _seen_again(colours(), View(rotation_quarters=1, flipped_v=True))
    assert np.array_equal(seen, again)


def test_that_overlays_of_the_image_are_activated() -> None:
    bits = np.zeros((96, 128), np.bool_)
    bits[20:30, 20:60] = True
    frame = _frame(overlays=(Overlay(bits, (0, 0), 0x6000),))
    saved = state_of_view([Subject(HEADER, frame)], View(), SIZE).state
    assert [(each.group, each.layer, each.overlay) for each in saved.overlays] == [
        (0x6000, "OVERLAYS", frame.overlays[0])
    ]
    assert [layer.name for layer in saved.layers] == ["OVERLAYS"]
    assert state_of_view([Subject(HEADER, frame)], View(overlays=False), SIZE).state.overlays == ()


def test_that_the_displayed_area_is_what_is_seen_of_the_image() -> None:
    frame = frame_of(np.zeros((40, 60), np.uint8))
    zoomed = displayed_area(frame, View(zoom=10.0, centre_px=(30.0, 20.0)), (200, 100))
    assert (zoomed.first_px, zoomed.last_px, zoomed.spacing_mm) == ((20, 15), (39, 24), (1, 1))
    turned = displayed_area(frame, View(zoom=10.0, centre_px=(30.0, 20.0), rotation_quarters=1), (100, 200))
    assert (turned.first_px, turned.last_px) == ((20, 24), (39, 15))
    beyond = displayed_area(frame, View(zoom=1.0, centre_px=(500.0, 500.0)), (100, 100))
    assert beyond.edges_px == (0, 0, 59, 39)


def test_that_marks_are_for_the_image_that_is_seen_and_greys_for_all() -> None:
    other = item(**{each.keyword: each.value for each in HEADER})
    other.SOPInstanceUID = "1.2.9"
    saved = state_of_view(
        [Subject(HEADER, _frame()), Subject(other, _frame())], View(), SIZE, marks=[words_at((5, 5), "here")]
    ).state
    read = presentation_state(presentation_dataset(saved, HEADER, NewSeries("PR", 1), now=NOW))
    assert read.refers_to(IMAGE)
    assert read.refers_to("1.2.9")
    assert present(read, _frame(), IMAGE).presentation.layer_names == ("ANNOTATIONS",)
    assert present(read, _frame(), "1.2.9").presentation.layer_names == ()


def test_that_what_a_shown_state_draws_is_saved_with_what_is_new_unless_it_is_hidden() -> None:
    made = state(
        GraphicAnnotationSequence=[annotation("A", graphic("POINT", 1, 1)), annotation("B", anchored("b", 2, 2))]
    )
    presented = present(presentation_state(made), _frame(), IMAGE)
    view = replace(presented.view, hidden_layers=frozenset({"A"}))
    saved = state_of_view([Subject(HEADER, presented.frame)], view, SIZE, marks=[circle((9, 9), 3)]).state
    assert [layer.name for layer in saved.layers] == ["B", "ANNOTATIONS"]
    assert [len(each.texts) + len(each.graphics) for each in saved.annotations] == [1, 1]


@pytest.mark.parametrize("inverted", [False, True])
def test_that_a_presentation_table_is_kept(*, inverted: bool) -> None:
    values = (np.linspace(0, 1, 300) ** 2 * 1023).astype(int).tolist()
    table = item(LUTDescriptor=[300, 0, 10], LUTData=values)
    window = item(WindowCenter=1000, WindowWidth=800)
    made = state(PresentationLUTShape=None, PresentationLUTSequence=[table], SoftcopyVOILUTSequence=[window])
    presented = present(presentation_state(made), _frame(), IMAGE)
    seen, again = _seen_again(presented.frame, replace(presented.view, inverted=inverted))
    assert np.abs(seen.astype(int) - again).max() <= 1


def test_that_images_that_cannot_be_in_one_state_are_refused() -> None:
    for other, words in (
        (frame_of(body(), modality=ModalityTransform(2, 0)), "rescaled differently"),
        (_frame().__class__(**{**_fields(_frame()), "pixels": body()[:50]}), "differ in size"),
        (colours(), "some greys"),
    ):
        with pytest.raises(UserError, match=words):
            state_of_view([Subject(HEADER, _frame()), Subject(HEADER, other)], View(), SIZE)
    with pytest.raises(UserError, match="no image"):
        state_of_view([], View(), SIZE)


def _fields(frame: Frame) -> dict[str, Any]:
    return {name: getattr(frame, name) for name in frame.__dataclass_fields__}


def test_that_what_a_state_cannot_hold_is_told() -> None:
    saved = state_of_view([Subject(HEADER, colours())], View(Window(100, 50), inverted=True), SIZE)
    assert len(saved.not_saved) == 2


@pytest.mark.parametrize("name", ["window", "inverted", "1 quarters v"])
def test_that_dcmtk_sees_what_was_saved(tmp_path: Path, name: str, tool: Callable[[str], str]) -> None:
    in_study = {"StudyInstanceUID": "1.2.826.0.2", "SeriesInstanceUID": "1.2.826.0.4", "PatientName": "A^B"}
    rescaled = {"RescaleSlope": 1, "RescaleIntercept": -1024, "RescaleType": "HU"}
    image_path = write_image(
        tmp_path / "image.dcm", body(), WindowCenter=40, WindowWidth=400, PatientID="1", **in_study, **rescaled
    )
    image = Image.open(image_path)
    frame, view = image.frame(), VIEWS[name]
    saved = state_of_view([Subject(image.dataset, frame)], view, SIZE, marks=[arrow((5, 5), (60, 40))]).state
    path = tmp_path / "state.dcm"
    save(presentation_dataset(saved, image.dataset, NewSeries("PR", 1), now=NOW), path)
    assert findings(tool, path, is_presentation_state=True) == []
    target = tmp_path / "theirs.pgm"
    subprocess.run([tool("dcmp2pgm"), "-q", "-p", str(path), str(image_path), str(target)], check=True, timeout=60)
    theirs = cv2.imread(str(target), cv2.IMREAD_UNCHANGED)
    assert theirs is not None
    ours = render(frame, view, natural_size(frame, view))[..., 0].astype(int)
    assert np.abs(ours - np.asarray(theirs, np.int_)).max() <= 1
    assert open_presentation_state(path).problems == ()
