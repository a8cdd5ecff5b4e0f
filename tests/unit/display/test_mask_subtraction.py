"""A mask is averaged after the modality transform, shifted, and taken off before the window; numbers by hand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
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
from workstation.display.mask_subtraction import is_subtracted, mask_of
from workstation.display.presentation import present
from workstation.display.presentation_saving import Subject, state_of_view
from workstation.display.render import render
from workstation.errors import UserError
from workstation.model.frame import Frame, ModalityTransform, Window
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
        {"MaskOperation": "TID"},
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
    presented = present(wanted, taken[2], IMAGE, mask=mask)
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
    presented = present(wanted, taken[2], IMAGE, mask=mask_of(taken[:2], wanted))
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
    presented = present(wanted, wide[2], IMAGE, mask=mask_of(wide[:2], wanted))
    assert presented.frame.pixels[15, 15] == -41
    with pytest.raises(UserError, match="differ in size"):
        mask_of([wide[0], frame_of(np.zeros((3, 3), np.uint16))], wanted)
    with pytest.raises(UserError, match="not in the image"):
        mask_of([], wanted)
    other = present(wanted, wide[2], IMAGE, mask=np.zeros((2, 2), np.float32))
    assert "The subtraction of a mask is not applied." in other.not_applied


def test_that_averaging_of_contrast_is_told() -> None:
    wanted = read(ContrastFrameAveraging=3)
    taken = frames()
    presented = present(wanted, taken[2], IMAGE, mask=mask_of(taken[:2], wanted))
    assert presented.not_applied == ("The averaging of frames with contrast is not applied.",)


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
    presented = present(wanted, taken[2], IMAGE, mask=mask_of(taken[:2], wanted))
    view = replace(presented.view, voi=Window(-30, 90))
    saved = state_of_view([Subject(HEADER, presented.frame)], view, (40, 30))
    assert saved.not_saved == ()
    dataset = presentation_dataset(saved.state, HEADER, NewSeries("PR", 1), now=datetime(2026, 1, 2))
    again = presentation_state(dataset)
    assert again.mask == wanted.mask
    second = present(again, taken[2], IMAGE, mask=mask_of(taken[:2], again))
    np.testing.assert_array_equal(second.frame.pixels, presented.frame.pixels)
    assert second.view.voi == Window(-30, 90)
    save(dataset, tmp_path / "state.dcm")
    assert findings(tool, tmp_path / "state.dcm") == []  # dcmpschk knows no masks
    several = state_of_view([Subject(HEADER, presented.frame), Subject(OTHER, presented.frame)], view, (40, 30))
    assert several.state.mask is None
    assert several.not_saved == ("The subtraction of a mask is not saved for several images.",)
