"""Checks of presentation states: graphics of a file land on the right pixels, and ours are written where they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as DicomSequence

from workstation.display.live_annotations import marks_of, with_annotations
from workstation.display.presentation import present
from workstation.display.render import render
from workstation.display.taken_annotations import annotations_of
from workstation.display.view import View
from workstation.objects.presentation.reading import open_presentation_state, presentation_state
from workstation.objects.presentation.values import ImageReference, PresentationState
from workstation.objects.presentation.writing import presentation_dataset
from workstation.objects.writing import NewSeries, save
from workstation.phantoms.enhanced import item
from workstation.phantoms.known import known_image, known_series
from workstation.phantoms.writing import complete, new_object
from workstation.verify.bench import Bench, drawn
from workstation.verify.check import Answer, Check

if TYPE_CHECKING:
    from workstation.model.annotation import Annotation, Point
    from workstation.model.image import Image

GSPS = "1.2.840.10008.5.1.4.1.1.11.1"
ROWS, COLUMNS, TIMES = 20, 28, 8
_CORNER = "PS3.3 C.10.5.1.2: 0\\0 is the corner of the first pixel, so the centre of pixel (c, r) is c + 0.5\\r + 0.5"
_HALF = (
    "Graphics of presentation states are off by half a pixel: their points count from the corner of the first pixel."
)


def _image(bench: Bench) -> Image:
    return bench.image(known_image("state", np.zeros((ROWS, COLUMNS), np.int16), spacing_mm=(0.8, 0.8)))


def _state(image: Dataset, graphic: Dataset, **attributes: Any) -> Dataset:
    """Write a state as the standard has it, by hand: one graphic, black image."""
    ds = new_object(known_series("states", "PR"), GSPS, 1)
    reference = item(ReferencedSOPClassUID=image.SOPClassUID, ReferencedSOPInstanceUID=image.SOPInstanceUID)
    series = item(SeriesInstanceUID=image.SeriesInstanceUID, ReferencedImageSequence=DicomSequence([reference]))
    ds.ReferencedSeriesSequence = DicomSequence([series])
    ds.ContentLabel, ds.ContentDescription, ds.ContentCreatorName = "KNOWN", "", ""
    ds.PresentationCreationDate, ds.PresentationCreationTime = "20250101", "110000"
    ds.RescaleSlope, ds.RescaleIntercept, ds.RescaleType = "1", "0", "HU"
    ds.PresentationLUTShape = "IDENTITY"
    area = item(
        DisplayedAreaTopLeftHandCorner=[1, 1],
        DisplayedAreaBottomRightHandCorner=[int(image.Columns), int(image.Rows)],
        PresentationSizeMode="SCALE TO FIT",
        PresentationPixelAspectRatio=[1, 1],
    )
    ds.DisplayedAreaSelectionSequence = DicomSequence([area])
    ds.GraphicLayerSequence = DicomSequence([item(GraphicLayer="A", GraphicLayerOrder=1)])
    graphics = item(GraphicLayer="A", GraphicObjectSequence=DicomSequence([graphic]))
    ds.GraphicAnnotationSequence = DicomSequence([graphics])
    voi = item(WindowCenter="2000", WindowWidth="100")
    ds.SoftcopyVOILUTSequence = DicomSequence([voi])
    for keyword, value in attributes.items():
        setattr(ds, keyword, value)
    return complete(ds)


def _graphic(kind: str, *data: float) -> Dataset:
    return item(
        GraphicAnnotationUnits="PIXEL",
        GraphicDimensions=2,
        NumberOfGraphicPoints=len(data) // 2,
        GraphicData=list(data),
        GraphicType=kind,
        GraphicFilled="N",
    )


def reading(bench: Bench) -> Iterator[Check]:
    """Check where the ink of graphics is seen, magnified eight times, turned and flipped."""
    image = _image(bench)
    for name, what, graphic, turned, expected in (
        ("point", "A point", _graphic("POINT", 10.5, 7.5), {}, (10.0, 7.0)),
        ("circle", "A circle", _graphic("CIRCLE", 12.5, 9.5, 17.5, 9.5), {}, (12.0, 9.0)),
        (
            *("polyline", "A square", _graphic("POLYLINE", 4.5, 3.5, 10.5, 3.5, 10.5, 9.5, 4.5, 9.5, 4.5, 3.5)),
            *({}, (7.0, 6.0)),
        ),
        ("ellipse", "An ellipse", _graphic("ELLIPSE", 5.5, 8.5, 15.5, 8.5, 10.5, 5.5, 10.5, 11.5), {}, (10.0, 8.0)),
        ("turned", "A point, turned", _graphic("POINT", 10.5, 7.5), {"ImageRotation": 90}, (12.0, 10.0)),
        ("flipped", "A point, flipped", _graphic("POINT", 10.5, 7.5), {"ImageHorizontalFlip": "Y"}, (17.0, 7.0)),
    ):
        state = {"ImageRotation": 0, "ImageHorizontalFlip": "N", **turned}
        yield Check(
            f"read.{name}",
            f"{what} of a presentation state is drawn where it is, to a part of a pixel",
            f"{_CORNER}; a quarter to the right takes (c, r) to (19 - r, c), a flip to (27 - c, r)",
            expected,
            _asking_ink(bench, image, _state(image.dataset, graphic, **state), size=_size(turned)),
            0.2,
            "px",
            _HALF,
        )


def _size(turned: dict[str, Any]) -> tuple[int, int]:
    width, height = COLUMNS * TIMES, ROWS * TIMES
    return (height, width) if turned.get("ImageRotation") == 90 else (width, height)


def _asking_ink(bench: Bench, image: Image, ds: Dataset, size: tuple[int, int]) -> Callable[[], Answer]:
    """Give the middle of what is drawn, in pixels of the picture as it is turned."""

    def asked() -> Answer:
        state = open_presentation_state(bench.written([ds]) / "000.dcm")
        shown = present(state, image.frame(), str(image.dataset.SOPInstanceUID))
        picture = render(shown.frame, replace(shown.view, zoom=None), size).max(axis=-1).astype(np.float64)
        down, across = np.indices(picture.shape)
        ink = picture / picture.sum()
        return (
            (float((across * ink).sum()) + 0.5) / TIMES - 0.5,
            (float((down * ink).sum()) + 0.5) / TIMES - 0.5,
        )

    return asked


def writing(bench: Bench) -> Iterator[Check]:
    """Check what we write, as pydicom reads it, and that it is live again."""
    image = _image(bench)
    points: list[Point] = [(2.0, 3.0), (14.5, 9.25)]
    line = drawn("length", points, image.frame(), str(image.dataset.SOPInstanceUID))
    yield Check(
        "written.length",
        "A length is written where it was drawn",
        _CORNER,
        (2.5, 3.5, 15.0, 9.75),
        lambda: _data(_saved(bench, image, line)),
        1e-6,
        "px",
        _HALF,
    )
    yield Check(
        "written.read",
        "A length that was written is live again where it was",
        "the points that were drawn",
        (2.0, 3.0, 14.5, 9.25),
        lambda: _taken(_saved(bench, image, line), image),
        1e-6,
        "px",
        _HALF,
    )


def _saved(bench: Bench, image: Image, annotation: Annotation) -> Dataset:
    header = image.dataset
    reference = ImageReference(str(header.SOPInstanceUID), str(header.SOPClassUID), str(header.SeriesInstanceUID))
    marks = marks_of(annotation, px=0.05, view=View(), spacing=image.spacing())
    state = with_annotations(
        PresentationState("grayscale", (reference,), label="KNOWN"), [(reference, [(annotation, marks)])]
    )
    made = presentation_dataset(state, header, NewSeries("PR", 901), now=datetime(2025, 1, 1))
    path = bench.folder() / "state.dcm"
    save(made, path)
    return dcmread(path)


def _data(ds: Dataset) -> Answer:
    for annotation in ds.GraphicAnnotationSequence:
        for graphic in annotation.get("GraphicObjectSequence", ()):
            return tuple(float(each) for each in graphic.GraphicData)
    return "no graphic"


def _taken(ds: Dataset, image: Image) -> Answer:
    uid, frame = str(image.dataset.SOPInstanceUID), image.frame()
    shown = present(presentation_state(ds), frame, uid)
    found = annotations_of(shown.presentation, frame, (uid, 0), map(str, range(9))).annotations
    return tuple(each for one in found for point in one.points_px for each in point)


def windows(bench: Bench) -> Iterator[Check]:
    """Check that a state's own window and rescaling hold in place of the image's."""
    values = (0, 50, 100, 150, 200)
    pixels = np.tile(np.array(values, np.int16), (4, 1))
    image = bench.image(known_image("state window", pixels, WindowCenter="40", WindowWidth="400"))
    far = _graphic("POINT", 4.5, 3.5)
    voi = item(WindowCenter="1000", WindowWidth="2001")
    ds = _state(
        image.dataset, far, RescaleSlope="10", RescaleIntercept="0", SoftcopyVOILUTSequence=DicomSequence([voi])
    )

    def asked() -> Answer:
        shown = present(presentation_state(ds), image.frame(), str(image.dataset.SOPInstanceUID))
        view = replace(shown.view, presentation=None)
        return tuple(float(each) for each in render(shown.frame, view, (5, 4))[0, :, 0])

    yield Check(
        "read.window",
        "Greys by the window and the rescaling of a presentation state",
        "PS3.3 C.11.2.1.2.1: (10 v - 999.5) / 2000 + 0.5 of 255",
        tuple(min(((10 * value - 999.5) / 2000 + 0.5) * 255, 255.0) for value in values),
        asked,
        0.5001,
        "",
        "The window of the image is used in place of the state's, or is off by half a value.",
    )
