"""Presentation states applied: where graphics come to lie, what is not applied, and the grey values of DCMTK."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from tests.unit.display.files import write_image
from tests.unit.display.frames import frame_of, ramp
from tests.unit.objects.states import (
    COLOR,
    IMAGE,
    annotation,
    area,
    as_file,
    graphic,
    image_item,
    item,
    layer,
    state,
)
from workstation.display.presentation import Presented, full_range, present
from workstation.display.render import Renderer, render
from workstation.display.view import View, natural_size
from workstation.errors import UserError
from workstation.model.frame import Frame, ModalityTransform, Window
from workstation.model.image import Image
from workstation.objects.presentation.reading import open_presentation_state, presentation_state

Tool = Callable[[str], str]
LAB_RED = [34885, 53485, 50171]
"""Pure red, as PS3.3 C.10.7.1.1 scales it."""


def _presented(made: Dataset, frame: Frame) -> Presented:
    return present(presentation_state(made), frame, IMAGE)


def _grey(rows: int = 40, columns: int = 60, **rest: Any) -> Frame:
    return frame_of(np.zeros((rows, columns), np.uint16), **rest)


def _dot(column: float, row: float, units: str = "PIXEL", **attributes: Any) -> Dataset:
    """A filled square of a pixel's size around a point, which is easily found again."""
    half = 0.5 if units == "PIXEL" else 0.01
    corners = [(-half, -half), (half, -half), (half, half), (-half, half)]
    data = [value for across, down in corners for value in (column + across, row + down)]
    made = annotation("DOT", graphic("POLYLINE", *data, *data[:2], units=units, filled=True))
    return state(columns=60, rows=40, GraphicAnnotationSequence=[made], **attributes)


def _found(picture: NDArray[np.uint8]) -> tuple[float, float]:
    """Give the middle (x, y) of what is yellow."""
    rows, columns = np.nonzero(picture[..., 0] > 200)
    return float(columns.mean()), float(rows.mean())


@pytest.mark.parametrize("quarters", range(4))
@pytest.mark.parametrize("flipped", [False, True])
def test_that_graphics_lie_on_their_pixel_however_the_image_is_turned(quarters: int, *, flipped: bool) -> None:
    frame = _grey()
    turned: dict[str, Any] = {"ImageRotation": 90 * quarters, "ImageHorizontalFlip": "Y" if flipped else "N"}
    presented = _presented(_dot(10.5, 30.5, **turned), frame)
    view = replace(presented.view, zoom=9.0, centre_px=(12.0, 28.0))
    expected = view.image_to_screen(frame, (300, 200)) @ (10, 30, 1)
    assert _found(render(presented.frame, view, (300, 200))) == pytest.approx(expected, abs=0.6)


@pytest.mark.parametrize(
    ("quarters", "flipped", "image_point"),
    [(0, False, (14.5, 9.5)), (1, False, (14.5, 29.5)), (2, False, (44.5, 29.5)), (0, True, (44.5, 9.5))],
)
def test_that_fractions_of_the_display_count_from_the_corner_as_seen(
    quarters: int, image_point: tuple[float, float], *, flipped: bool
) -> None:
    frame = _grey()
    turned: dict[str, Any] = {"ImageRotation": 90 * quarters, "ImageHorizontalFlip": "Y" if flipped else "N"}
    presented = _presented(_dot(0.25, 0.25, "DISPLAY", **turned), frame)
    expected = presented.view.image_to_screen(frame, (300, 300)) @ (*image_point, 1)
    assert _found(render(presented.frame, presented.view, (300, 300))) == pytest.approx(expected, abs=1)


def test_that_fractions_of_the_display_follow_the_image_when_it_is_panned() -> None:
    frame = _grey()
    presented = _presented(_dot(0.5, 0.5, "DISPLAY"), frame)
    before = _found(render(presented.frame, presented.view, (300, 200)))
    panned = presented.view.panned(frame, (300, 200), by_px=(30, -20))
    after = _found(render(presented.frame, panned, (300, 200)))
    assert (after[0] - before[0], after[1] - before[1]) == pytest.approx((30, -20), abs=1)


def test_that_hidden_layers_are_not_drawn() -> None:
    presented = _presented(_dot(20, 20), _grey())
    assert presented.presentation.layer_names == ("DOT",)
    assert render(presented.frame, presented.view, (60, 40)).any()
    hidden = replace(presented.view, hidden_layers=frozenset({"DOT"}))
    assert not render(presented.frame, hidden, (60, 40)).any()


def test_that_a_renderer_draws_the_same_as_render_when_windows_and_layers_change() -> None:
    presented = _presented(_dot(20, 20), frame_of(ramp(0, 2399, np.uint16)[:40, :49].copy()))
    renderer = Renderer(presented.frame)
    for change in ({}, {"inverted": True}, {"voi": Window(300, 900)}, {"hidden_layers": frozenset({"DOT"})}, {}):
        view = replace(presented.view, **change)
        assert np.array_equal(renderer.picture(view, (90, 70)), render(presented.frame, view, (90, 70)))


def test_that_a_canvas_for_the_screen_gets_the_same_drawing_as_a_picture() -> None:
    frame = frame_of(ramp(0, 2399, np.uint16)[:40, :49].copy())
    made = _dot(20, 20, GraphicLayerSequence=[layer("DOT", 1, GraphicLayerRecommendedDisplayCIELabValue=LAB_RED)])
    presented = _presented(made, frame)
    canvas = np.empty((70, 90, 4), np.uint8)
    Renderer(presented.frame).paint(presented.view, (90, 70), canvas)
    picture = render(presented.frame, presented.view, (90, 70))
    assert (picture[..., 0] > picture[..., 2]).any()
    assert np.array_equal(canvas[:, :, 2::-1], picture)
    assert (canvas[:, :, 3] == 255).all()


def test_that_annotations_for_other_frames_are_not_drawn() -> None:
    made = _dot(20, 20)
    made.GraphicAnnotationSequence[0].ReferencedImageSequence = [image_item(IMAGE, 2)]
    state_ = presentation_state(made)
    assert present(state_, _grey(number=0), IMAGE).presentation.layer_names == ()
    assert present(state_, _grey(number=1), IMAGE).presentation.layer_names == ("DOT",)


def test_that_the_displayed_area_is_in_the_middle_and_as_large_as_it_can_be() -> None:
    corners = {"DisplayedAreaTopLeftHandCorner": [11, 21], "DisplayedAreaBottomRightHandCorner": [30, 30]}
    frame = _grey()
    presented = _presented(state(DisplayedAreaSelectionSequence=[area(60, 40, **corners)]), frame)
    assert presented.view.effective_zoom(frame, (200, 150)) == 10
    assert presented.view.image_to_screen(frame, (200, 150)) @ (9.5, 19.5, 1) == pytest.approx((-0.5, 24.5))
    assert natural_size(frame, presented.view) == (20, 10)


def test_that_magnification_and_true_size_set_the_zoom() -> None:
    frame = _grey()
    magnified = area(60, 40, PresentationSizeMode="MAGNIFY", PresentationPixelMagnificationRatio=2.5)
    assert _presented(state(DisplayedAreaSelectionSequence=[magnified]), frame).view.zoom == 2.5
    true = presentation_state(
        state(
            DisplayedAreaSelectionSequence=[
                area(60, 40, PresentationSizeMode="TRUE SIZE", PresentationPixelSpacing=[0.5, 0.5])
            ]
        )
    )
    assert present(true, frame, IMAGE, screen_mm_per_px=0.25).view.zoom == 2
    assert present(true, frame, IMAGE, screen_mm_per_px=0.25).not_applied == ()
    uncalibrated = present(true, frame, IMAGE)
    assert uncalibrated.view.zoom is None
    assert "calibrated monitor" in uncalibrated.not_applied[0]


def test_that_the_shape_of_pixels_is_that_of_the_state_and_lengths_are_then_unknown() -> None:
    frame = _grey(spacing_mm=(0.7, 0.7))
    tall = _presented(state(DisplayedAreaSelectionSequence=[area(60, 40, PresentationPixelAspectRatio=[3, 2])]), frame)
    assert (tall.frame.spacing.between_rows / tall.frame.spacing.between_columns) == 1.5
    assert not tall.frame.spacing.is_metric
    assert _presented(state(), frame).frame.spacing == frame.spacing


def test_that_a_mask_and_missing_overlays_are_told() -> None:
    made = state(MaskSubtractionSequence=[item(MaskOperation="AVG_SUB")], RecommendedViewingMode="SUB")
    made.add_new((0x6004, 0x1001), "CS", "LAYER")
    assert _presented(made, _grey()).not_applied == (
        "The subtraction of a mask is not applied.",
        "An overlay that is to be shown is neither in the state nor in the image.",
    )


@pytest.mark.parametrize(
    ("attributes", "told"),
    [({}, 0), ({"ICCProfile": b"a camera"}, 1), ({"ICCProfile": b"some", "ColorSpace": "SRGB"}, 0)],
    ids=["none", "another", "of the screen"],
)
def test_that_another_colour_profile_is_told(attributes: dict[str, Any], told: int) -> None:
    made = state(columns=4, rows=4, sop_class=COLOR, PresentationLUTShape=None, **attributes)
    frame = frame_of(np.zeros((4, 4, 3), np.uint8), photometric="RGB")
    assert len(_presented(made, frame).not_applied) == told


def test_that_a_state_for_another_image_or_kind_of_pixels_is_refused() -> None:
    with pytest.raises(UserError, match="does not refer to this image"):
        present(presentation_state(state()), _grey(), "1.2.3")
    colour = frame_of(np.zeros((4, 4, 3), np.uint8), photometric="RGB")
    with pytest.raises(UserError, match="grayscale, but the image has colours"):
        _presented(state(), colour)


@pytest.mark.parametrize(
    ("dtype", "bits", "modality", "low", "high"),
    [
        (np.uint16, 12, ModalityTransform(), 0, 4095),
        (np.int16, 12, ModalityTransform(), -2048, 2047),
        (np.uint8, 8, ModalityTransform(-2, 100), -410, 100),
    ],
)
def test_that_without_a_window_the_full_range_is_shown(
    dtype: Any, bits: int, modality: ModalityTransform, low: float, high: float
) -> None:
    window = full_range(frame_of(np.zeros((2, 2), dtype), bits_stored=bits, modality=modality))
    assert (window.center - window.width / 2, window.center + window.width / 2) == (low, high)


# The grey values, against those of DCMTK.

PIXELS = ramp(0, 4095, np.uint16)
SIGNED = ramp(-2048, 2047)
IN_STUDY = {"StudyInstanceUID": "1.2.826.0.2", "SeriesInstanceUID": "1.2.826.0.4"}


def _table(values: NDArray[np.floating[Any]], first: int, bits: int, **attributes: Any) -> Dataset:
    data = [int(value) for value in np.rint(values * (2**bits - 1))]
    return item(LUTDescriptor=[len(data), first, bits], LUTData=data, **attributes)


def _curve(count: int) -> NDArray[np.floating[Any]]:
    return np.linspace(0, 1, count) ** 1.7


CHAINS: dict[str, dict[str, Any]] = {
    "identity": {},
    "inverse": {"PresentationLUTShape": "INVERSE"},
    "window": {"SoftcopyVOILUTSequence": [item(WindowCenter=2000, WindowWidth=1500)]},
    "rescaled": {
        "RescaleSlope": 2,
        "RescaleIntercept": -1000,
        "RescaleType": "HU",
        "SoftcopyVOILUTSequence": [item(WindowCenter=1000, WindowWidth=3000)],
    },
    "rescaled, full range": {"RescaleSlope": 3, "RescaleIntercept": -500, "RescaleType": "US"},
    "modality table": {
        "ModalityLUTSequence": [_table(_curve(4096), 0, 16, ModalityLUTType="US")],
        "SoftcopyVOILUTSequence": [item(WindowCenter=30000, WindowWidth=40000)],
    },
    "voi table": {"SoftcopyVOILUTSequence": [item(VOILUTSequence=[_table(_curve(3000), 500, 12)])]},
    "presentation table": {
        "PresentationLUTShape": None,
        "PresentationLUTSequence": [_table(_curve(4096), 0, 12)],
        "SoftcopyVOILUTSequence": [item(WindowCenter=2000, WindowWidth=3000)],
    },
    "presentation table of 8 bits": {
        "PresentationLUTShape": None,
        "PresentationLUTSequence": [_table(_curve(256), 0, 8)],
    },
    "turned and flipped": {"ImageRotation": 90, "ImageHorizontalFlip": "Y"},
    "turned": {"ImageRotation": 270, "ImageHorizontalFlip": "N"},
}


def _of_dcmtk(dcmp2pgm: str, image: Path, state_path: Path) -> NDArray[np.int_]:
    target = state_path.with_suffix(".pgm")
    done = subprocess.run(
        [dcmp2pgm, "-p", str(state_path), str(image), str(target)], check=True, timeout=60, capture_output=True
    )
    assert not done.stderr.strip(), done.stderr
    read = cv2.imread(str(target), cv2.IMREAD_UNCHANGED)
    assert read is not None
    return np.asarray(read, np.int_)


def _greys(state_path: Path, image_path: Path) -> NDArray[np.int_]:
    """Give the whole image at its own size, without graphics."""
    image = Image.open(image_path)
    presented = present(open_presentation_state(state_path), image.frame(), str(image.dataset.SOPInstanceUID))
    view = replace(presented.view, fitted_px=None, presentation=replace(presented.presentation, layers=()))
    return render(presented.frame, view, natural_size(presented.frame, view))[..., 0].astype(np.int_)


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("chain", CHAINS)
def test_that_greys_are_those_of_dcmtk(tmp_path: Path, tool: Tool, chain: str, photometric: str) -> None:
    of_image = {
        "StudyInstanceUID": "1.2.826.0.2",
        "SeriesInstanceUID": "1.2.826.0.4",
        "WindowCenter": 99,
        "WindowWidth": 7,
    }
    image = write_image(
        tmp_path / "image.dcm", PIXELS[:, :50].copy(), BitsStored=12, PhotometricInterpretation=photometric, **of_image
    )
    uid = pydicom.dcmread(image, stop_before_pixels=True).SOPInstanceUID
    made = state(columns=50, rows=PIXELS.shape[0], uid=uid, **CHAINS[chain])
    as_file(made).save_as(tmp_path / "state.dcm", enforce_file_format=True)
    theirs = _of_dcmtk(tool("dcmp2pgm"), image, tmp_path / "state.dcm")
    ours = _greys(tmp_path / "state.dcm", image)
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max() <= 1


@pytest.mark.parametrize("chain", ["identity", "window", "rescaled", "presentation table"])
def test_that_greys_of_signed_pixels_are_those_of_dcmtk(tmp_path: Path, tool: Tool, chain: str) -> None:
    of_image = IN_STUDY
    image = write_image(tmp_path / "image.dcm", SIGNED, BitsStored=12, **of_image)
    uid = pydicom.dcmread(image, stop_before_pixels=True).SOPInstanceUID
    made = state(columns=SIGNED.shape[1], rows=SIGNED.shape[0], uid=uid, **CHAINS[chain])
    as_file(made).save_as(tmp_path / "state.dcm", enforce_file_format=True)
    theirs = _of_dcmtk(tool("dcmp2pgm"), image, tmp_path / "state.dcm")
    assert np.abs(_greys(tmp_path / "state.dcm", image) - theirs).max() <= 1


def test_that_states_made_by_dcmtk_are_shown_as_dcmtk_shows_them(tmp_path: Path, tool: Tool) -> None:
    of_image = {**IN_STUDY, "PatientName": "A^B"}
    image = write_image(
        tmp_path / "image.dcm", SIGNED, BitsStored=12, RescaleSlope=2, RescaleIntercept=-50, WindowCenter=300,
        WindowWidth=900, PhotometricInterpretation="MONOCHROME1", PatientID="1", **of_image,
    )  # fmt: skip
    made = tmp_path / "state.dcm"
    subprocess.run([tool("dcmpsmk"), "-q", str(image), str(made)], check=True, timeout=60)
    assert open_presentation_state(made).is_inverse
    theirs = _of_dcmtk(tool("dcmp2pgm"), image, made)
    assert np.abs(_greys(made, image) - theirs).max() <= 1


@pytest.mark.parametrize(
    ("state_name", "image_name"),
    [
        ("gsps/prLUTs.dcm", "gsps/imageForPrLUTs.dcm"),
        ("gsps/prOverlay.dcm", "gsps/overlay.dcm"),
        *((f"roi_truth_clearcanvas/real0{n}.pr.dcm", f"roi_truth_clearcanvas/real0{n}.dcm") for n in (1, 2, 3)),
    ],
)
def test_that_greys_of_real_states_are_those_of_dcmtk(
    tmp_path: Path, tool: Tool, shared_data: Path, state_name: str, image_name: str
) -> None:
    copied = tmp_path / "state.dcm"
    copied.write_bytes((shared_data / state_name).read_bytes())
    theirs = _of_dcmtk(tool("dcmp2pgm"), shared_data / image_name, copied)
    assert np.abs(_greys(copied, shared_data / image_name) - theirs).max() <= 1


def test_that_the_six_overlays_of_a_real_state_are_drawn_in_their_layers(shared_data: Path) -> None:
    image = Image.open(shared_data / "gsps" / "overlay.dcm")
    presented = present(
        open_presentation_state(shared_data / "gsps" / "prOverlay.dcm"),
        image.frame(),
        str(image.dataset.SOPInstanceUID),
    )
    names = presented.presentation.layer_names
    assert names == tuple(f"LAYER{number}" for number in range(1, 7))
    plain = replace(presented.view, hidden_layers=frozenset(names))
    base = render(presented.frame, plain, (512, 512))
    for name in names:
        only = replace(plain, hidden_layers=frozenset(names) - {name})
        assert (render(presented.frame, only, (512, 512)) != base).any(axis=-1).sum() > 500


def test_that_absurd_graphics_are_drawn_without_harm() -> None:
    made = annotation(
        "FAR",
        graphic("POLYLINE", -9e6, -9e6, 9e6, 9e6),
        graphic("CIRCLE", 5, 5, 9e6, 5),
        graphic("ELLIPSE", 5, 5, 5, 5, 5, 5, 5, 5),
        graphic("INTERPOLATED", 1, 1, 1, 1, 1, 1, 1, 1),
        graphic("POLYLINE", 3, 3, 3, 3),
    )
    presented = _presented(state(GraphicAnnotationSequence=[made]), _grey())
    for zoom in (0.01, 1.0, 64.0):
        assert render(presented.frame, replace(presented.view, zoom=zoom), (70, 50)).shape == (50, 70, 3)
    assert View(presentation=presented.presentation) == View(presentation=presented.presentation)
