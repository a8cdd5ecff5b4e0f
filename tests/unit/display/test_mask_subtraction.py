"""A mask is averaged after the modality transform, shifted, and taken off before the window; numbers by hand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from tests.unit.display.frames import frame_of
from tests.unit.objects.gate import findings
from tests.unit.objects.states import IMAGE, as_file, item, state
from workstation.batch.main import main
from workstation.display.mask_subtraction import Subtraction, is_subtracted, mask_of, mask_text, subtraction_in
from workstation.display.presentation import present
from workstation.display.presentation_saving import Subject, state_of_view
from workstation.display.render import render
from workstation.errors import UserError
from workstation.model.frame import Frame, ModalityTransform, Window
from workstation.model.image import Image
from workstation.model.source import BytesSource
from workstation.objects.presentation.masks import mask_subtraction, put_mask
from workstation.objects.presentation.reading import presentation_state
from workstation.objects.presentation.values import MaskSubtraction, PresentationState
from workstation.objects.presentation.writing import presentation_dataset
from workstation.objects.writing import NewSeries, save

HEADER, OTHER = (
    item(
        SOPInstanceUID=uid, SOPClassUID="1.2.840.10008.5.1.4.1.1.12.1", SeriesInstanceUID="1.2.3", StudyInstanceUID="1"
    )
    for uid in (IMAGE, "1.2.9")
)
VESSEL = (slice(10, 20), slice(5, 25))


def asked(columns: int = 40, rows: int = 30, **attributes: Any) -> Dataset:
    mask = item(**{"MaskOperation": "AVG_SUB", "MaskFrameNumbers": [1, 2], "ContrastFrameAveraging": 1, **attributes})
    return state(columns=columns, rows=rows, MaskSubtractionSequence=[mask], RecommendedViewingMode="SUB")


def read(**attributes: Any) -> PresentationState:
    return presentation_state(asked(**attributes))


def frames(dtype: str = "u1") -> list[Frame]:
    rows, columns = np.indices((30, 40))
    bone: NDArray[Any] = (50 + 2 * columns + rows).astype(dtype)
    filled = bone.copy()
    filled[VESSEL] -= 40
    two = (bone + 2).astype(dtype)
    return [frame_of(each, number=number) for number, each in enumerate((bone, two, filled))]


def test_that_an_average_subtraction_is_read_with_all_it_says() -> None:
    found = read(ApplicableFrameRange=[3, 5, 9, 9], MaskSubPixelShift=[0.5, -1.25], ContrastFrameAveraging=2).mask
    assert found == MaskSubtraction((0, 1), ((2, 4), (8, 8)), (0.5, -1.25), 2)
    assert [is_subtracted(found, number) for number in (1, 2, 4, 5, 8)] == [False, True, True, False, True]
    assert is_subtracted(read().mask, 77)
    assert not is_subtracted(None, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"MaskFrameNumbers": [0]},
        {"MaskFrameNumbers": None},
        {"ApplicableFrameRange": [1, 2, 3]},
        {"MaskSubPixelShift": [1e9, 0]},
        {"MaskOperation": "NONE"},
        {"MaskOperation": "REV_TID"},
        {"ContrastFrameAveraging": 100000},
    ],
)
def test_that_what_is_not_done_is_told(wrong: dict[str, Any]) -> None:
    odd = read(**wrong)
    assert odd.mask is None
    assert "The subtraction of a mask is not applied." in present(odd, frames()[2], IMAGE).not_applied


def test_that_native_viewing_wants_no_subtraction() -> None:
    made = asked()
    made.RecommendedViewingMode = "NAT"
    native = presentation_state(made)
    assert native.mask is None
    assert present(native, frames()[2], IMAGE).not_applied == ()


def test_that_bone_goes_and_the_vessel_stays() -> None:
    wanted = read()
    taken = frames()
    mask = mask_of(taken[:2], wanted)
    assert mask[0, 0] == 51
    presented = present(wanted, taken[2], IMAGE, mask=Subtraction(mask))
    assert presented.not_applied == ()
    values = presented.frame.pixels
    assert values.dtype == np.int16
    assert set(np.unique(values[VESSEL])) == {-41}
    outside = np.ones(values.shape, np.bool_)
    outside[VESSEL] = False
    assert set(np.unique(values[outside])) == {-1}
    picture = render(presented.frame, presented.view, (40, 30))
    assert abs(int(picture[0, 0, 0]) - 127) <= 1, "no difference is the middle grey of the full range"
    assert int(picture[15, 15, 0]) == pytest.approx(127 - 20, abs=1)


def test_that_the_modality_transform_of_the_state_comes_first_and_a_window_after() -> None:
    made = asked()
    made.RescaleSlope, made.RescaleIntercept, made.RescaleType = "2", "-100", "US"
    made.SoftcopyVOILUTSequence = [item(WindowCenter=-40, WindowWidth=100)]
    wanted = presentation_state(made)
    taken = frames()
    presented = present(wanted, taken[2], IMAGE, mask=Subtraction(mask_of(taken[:2], wanted)))
    assert set(np.unique(presented.frame.modality_values()[VESSEL])) == {-82}
    assert presented.view.voi == Window(-40, 100)
    assert presented.frame.modality == ModalityTransform()


def test_that_a_mask_is_shifted_down_and_to_the_left_also_between_pixels() -> None:
    dot = np.zeros((9, 9), np.uint16)
    dot[4, 4] = 100
    for shift, where in (((1, 0), (5, 4)), ((-2, 0), (2, 4)), ((0, 1), (4, 3)), ((0, -3), (4, 7))):
        moved = mask_of([frame_of(dot)], read(MaskSubPixelShift=list(shift)))
        assert np.argwhere(moved == moved.max()).tolist() == [list(where)]
        assert moved.max() == pytest.approx(100)
    half = mask_of([frame_of(dot)], read(MaskSubPixelShift=[0.5, 0]))
    assert half[4, 4] == pytest.approx(50, abs=1)
    assert half[5, 4] == pytest.approx(50, abs=1)


def test_that_what_is_not_whole_and_frames_of_other_sizes_are_minded() -> None:
    wanted = read()
    wide = frames("u2")
    presented = present(wanted, wide[2], IMAGE, mask=Subtraction(mask_of(wide[:2], wanted)))
    assert presented.frame.pixels[15, 15] == -41
    with pytest.raises(UserError, match="differ in size"):
        mask_of([wide[0], frame_of(np.zeros((3, 3), np.uint16))], wanted)
    with pytest.raises(UserError, match="not in the image"):
        mask_of([], wanted)
    other = present(wanted, wide[2], IMAGE, mask=Subtraction(np.zeros((2, 2), np.float32)))
    assert "The subtraction of a mask is not applied." in other.not_applied


def run(count: int) -> Image:
    """A run of frames whose grey is ten times the square of their number, from 0."""
    dataset = Dataset()
    dataset.SOPClassUID, dataset.SOPInstanceUID = HEADER.SOPClassUID, IMAGE
    dataset.Rows, dataset.Columns, dataset.NumberOfFrames = 4, 5, count
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 12, 11, 0
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    greys = np.repeat([10 * number**2 for number in range(count)], 20).astype("<u2")
    dataset.PixelData = greys.tobytes()
    stream = BytesIO()
    as_file(dataset).save_as(stream, enforce_file_format=True)
    return Image.from_source(BytesSource(stream.getvalue()))


@pytest.mark.parametrize(
    ("attributes", "masks"),
    [
        ({"MaskOperation": "TID"}, [None, 0, 1, 2, 3, 4, 5, 6, 7]),
        ({"MaskOperation": "TID", "TIDOffset": 3}, [None, None, None, 0, 1, 2, 3, 4, 5]),
        ({"MaskOperation": "TID", "TIDOffset": -2}, [2, 3, 4, 5, 6, 7, 8, None, None]),
        (
            {"MaskOperation": "REV_TID", "TIDOffset": 2, "ApplicableFrameRange": [5, 8]},
            [None, None, None, None, 2, 1, 0, None, None],
        ),
    ],
    ids=["the one before", "three before", "two after", "back"],
)
def test_that_time_intervals_are_subtracted_as_the_standard_numbers_them(
    attributes: dict[str, Any], masks: list[int | None]
) -> None:
    wanted = presentation_state(asked(5, 4, MaskFrameNumbers=None, **attributes))
    with run(9) as image:
        for number, mask in enumerate(masks):
            frame = image.frame(number)
            if mask is None:
                if is_subtracted(wanted.mask, number):
                    with pytest.raises(UserError, match="not in the image"):
                        subtraction_in(image, wanted, number)
                continue
            shown = present(wanted, frame, IMAGE, mask=subtraction_in(image, wanted, number))
            assert shown.not_applied == ()
            assert set(np.unique(shown.frame.pixels)) == {10 * number**2 - 10 * mask**2}


def test_that_frames_with_contrast_are_averaged_from_the_one_that_is_shown_on() -> None:
    wanted = presentation_state(asked(5, 4, ContrastFrameAveraging=3))
    assert wanted.mask is not None
    assert not wanted.mask.is_one_for_all
    with run(9) as image:
        shown = present(wanted, image.frame(4), IMAGE, mask=subtraction_in(image, wanted, 4))
        assert shown.not_applied == ()
        assert set(np.unique(shown.frame.pixels)) == {round((160 + 250 + 360) / 3 - 5)}
        with pytest.raises(UserError, match="ends before"):
            subtraction_in(image, wanted, 7)
        without = present(wanted, image.frame(7), IMAGE)
        assert without.not_applied == ("The subtraction of a mask is not applied.",)


@pytest.mark.parametrize(
    "wanted",
    [
        MaskSubtraction((), operation="TID", offset=-3),
        MaskSubtraction((), ((4, 9),), (1.0, 0.5), 1, "REV_TID", 2),
        MaskSubtraction((0, 1), averaged=4),
    ],
)
def test_that_every_operation_is_written_as_it_was_read(wanted: MaskSubtraction) -> None:
    made = Dataset()
    put_mask(made, wanted)
    assert mask_subtraction(made) == wanted


def test_that_what_is_subtracted_is_said_in_words() -> None:
    back = MaskSubtraction((), ((4, 9),), operation="REV_TID", offset=-2)
    averaged = MaskSubtraction((0,), averaged=2)
    later = MaskSubtraction((), operation="TID", offset=3)
    assert mask_text(later) == "the frame that is 3 frames before subtracted from each"
    assert mask_text(back) == "frames subtracted backwards, from 2 frames after the first on"
    assert mask_text(averaged) == "a mask of 1 frame subtracted, 2 frames with contrast averaged"


def test_that_a_real_run_is_subtracted_on_the_command_line(
    tmp_path: Path, shared_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = next((shared_data / "xa").glob("*.dcm"))
    image = pydicom.dcmread(path, stop_before_pixels=True)
    shape = int(image.Columns), int(image.Rows)
    made = asked(*shape, MaskFrameNumbers=[1, 2, 3], ApplicableFrameRange=[4, int(image.NumberOfFrames)])
    reference = made.ReferencedSeriesSequence[0]
    reference.SeriesInstanceUID = image.SeriesInstanceUID
    reference.ReferencedImageSequence[0].ReferencedSOPInstanceUID = image.SOPInstanceUID
    reference.ReferencedImageSequence[0].ReferencedFrameNumber = [2, 40]
    as_file(made).save_as(tmp_path / "state.dcm", enforce_file_format=True)
    out = tmp_path / "out"
    assert main(["gsps", "apply", str(path), "--state", str(tmp_path / "state.dcm"), "-o", str(out)]) == 0
    told = capsys.readouterr().out
    assert told.count("The subtraction of a mask is not applied") == 0
    native, without = (cv2.imread(str(each), cv2.IMREAD_GRAYSCALE) for each in sorted(out.glob("*.png")))
    assert native is not None
    assert without is not None
    assert abs(float(without.mean()) - 127.0) < 12, "what does not move is gone"
    assert without.std() < native.std() / 2
    assert main(["gsps", "show", str(tmp_path / "state.dcm")]) == 0
    assert "a mask of 3 frames subtracted" in capsys.readouterr().out


def test_that_a_subtraction_that_is_seen_is_saved_and_seen_again(tmp_path: Path, tool: Callable[[str], str]) -> None:
    made = asked(ApplicableFrameRange=[2, 3], MaskSubPixelShift=[0, 0.5])
    made.RescaleSlope, made.RescaleIntercept, made.RescaleType = "2", "-100", "US"
    wanted, taken = presentation_state(made), frames()
    presented = present(wanted, taken[2], IMAGE, mask=Subtraction(mask_of(taken[:2], wanted)))
    view = replace(presented.view, voi=Window(-30, 90))
    saved = state_of_view([Subject(HEADER, presented.frame)], view, (40, 30))
    assert saved.not_saved == ()
    dataset = presentation_dataset(saved.state, HEADER, NewSeries("PR", 1), now=datetime(2026, 1, 2))
    again = presentation_state(dataset)
    assert again.mask == wanted.mask
    second = present(again, taken[2], IMAGE, mask=Subtraction(mask_of(taken[:2], again)))
    np.testing.assert_array_equal(second.frame.pixels, presented.frame.pixels)
    assert second.view.voi == Window(-30, 90)
    save(dataset, tmp_path / "state.dcm")
    assert findings(tool, tmp_path / "state.dcm") == []  # dcmpschk knows no masks
    several = state_of_view([Subject(HEADER, presented.frame), Subject(OTHER, presented.frame)], view, (40, 30))
    assert several.state.mask is None
    assert several.not_saved == ("The subtraction of a mask is not saved for several images.",)
