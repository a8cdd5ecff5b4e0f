"""Presentation states made by hand, one for each module of the standard, shown on the golden slice.

The states are plain datasets, built attribute by attribute: nothing here goes through the program's own writer.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from tests.golden.slices import SIZE, colours, ct, disc
from tests.unit.objects.states import (
    COLOR,
    IMAGE,
    PSEUDO_COLOR,
    anchored,
    annotation,
    area,
    boxed,
    compound,
    graphic,
    image_item,
    item,
    layer,
    overlay,
    state,
)
from workstation.display.presentation import present
from workstation.display.render import render
from workstation.display.view import View
from workstation.model.frame import Frame
from workstation.model.frame_parts import Overlay
from workstation.objects.presentation.reading import presentation_state

LARGE = (480, 360)
Change = Callable[[View], View]
WINDOW = item(WindowCenter=40, WindowWidth=400)
RESCALED: dict[str, Any] = {
    "RescaleIntercept": -1024,
    "RescaleSlope": 1,
    "RescaleType": "HU",
    "SoftcopyVOILUTSequence": [WINDOW],
}
RED, GREEN, BLUE = [35000, 52000, 49000], [58000, 12000, 52000], [21000, 50000, 6000]


def shown(
    made: Dataset, frame: Frame | None = None, *, size: tuple[int, int] = SIZE, change: Change = lambda view: view
) -> NDArray[np.uint8]:
    """The picture of a state."""
    presented = present(presentation_state(made), ct() if frame is None else frame, IMAGE)
    return render(presented.frame, change(presented.view), size)


def _table(values: NDArray[np.floating[Any]], first: int, bits: int) -> Dataset:
    entries = [int(value) for value in np.rint(values * (2**bits - 1))]
    return item(LUTDescriptor=[len(entries), first, bits], LUTData=entries, LUTExplanation="made", ModalityLUTType="US")


def _annotated(*annotations: Dataset, layers: tuple[Dataset, ...] = (), **attributes: Any) -> Dataset:
    more: dict[str, Any] = {"GraphicLayerSequence": list(layers)} if layers else {}
    return state(GraphicAnnotationSequence=list(annotations), **RESCALED, **more, **attributes)


def simple_graphics(units: str = "PIXEL", **attributes: Any) -> Dataset:
    """One graphic of each kind; in DISPLAY units the same places as fractions of 128 by 96 pixels."""

    def at(*data: float) -> tuple[float, ...]:
        across, down = (1.0, 1.0) if units == "PIXEL" else (1 / 128, 1 / 96)
        return tuple(value * (down if index % 2 else across) for index, value in enumerate(data))

    return _annotated(
        annotation(
            "MARKS",
            graphic("POINT", *at(62, 48), units=units),
            graphic("POLYLINE", *at(5, 5, 30, 12, 20, 25), units=units),
            graphic("POLYLINE", *at(100, 70, 120, 70, 120, 90, 100, 90, 100, 70), units=units, filled=True),
            graphic("INTERPOLATED", *at(10, 60, 25, 50, 30, 70, 10, 85, 5, 70, 10, 60), units=units),
            graphic("CIRCLE", *at(80, 42, 98, 42), units=units),
            graphic("ELLIPSE", *at(36, 28, 52, 60, 38, 48, 50, 40), units=units),
        ),
        **attributes,
    )


def styled() -> Dataset:
    """Colours, thick and dashed lines, shadows, stippled areas, text styles."""
    shadow = {
        "ShadowStyle": "NORMAL",
        "ShadowOffsetX": 3.0,
        "ShadowOffsetY": 3.0,
        "ShadowColorCIELabValue": [0, 32896, 32896],
        "ShadowOpacity": 1.0,
    }
    off = {"ShadowStyle": "OFF", "PatternOnOpacity": 1.0}
    thick = item(PatternOnColorCIELabValue=RED, LineThickness=4.0, LineDashingStyle="SOLID", **off)
    dashed = item(
        PatternOnColorCIELabValue=GREEN, LineThickness=2.0, LineDashingStyle="DASHED", LinePattern=0xF0F0, **off
    )
    shadowed = item(PatternOnColorCIELabValue=BLUE, LineThickness=2.0, LineDashingStyle="SOLID", **shadow)
    dots = np.zeros((32, 32), np.bool_)
    dots[::4, ::4] = True
    stippled = item(
        PatternOnColorCIELabValue=GREEN,
        PatternOnOpacity=1.0,
        PatternOffColorCIELabValue=RED,
        PatternOffOpacity=0.4,
        FillMode="STIPPELED",
        FillPattern=np.packbits(dots).tobytes(),
    )
    style = item(CSSFontName="sans-serif", TextColorCIELabValue=RED, Bold="Y", Underlined="Y", Italic="N", **shadow)
    style.HorizontalAlignment, style.VerticalAlignment = "CENTER", "BOTTOM"
    return _annotated(
        annotation(
            "MARKS",
            graphic("POLYLINE", 5, 10, 60, 10, LineStyleSequence=[thick]),
            graphic("CIRCLE", 44, 44, 60, 44, LineStyleSequence=[dashed]),
            graphic("POLYLINE", 70, 5, 120, 30, LineStyleSequence=[shadowed]),
            graphic(
                "ELLIPSE", 70, 60, 120, 60, 95, 45, 95, 75,
                filled=True, LineStyleSequence=[thick], FillStyleSequence=[stippled],
            ),
            boxed("Bottom\nof the box", 10, 60, 60, 90, TextStyleSequence=[style]),
        ),
        layers=(layer("MARKS", 1),),
    )  # fmt: skip


def texts() -> Dataset:
    """Boxes of each justification, anchors with and without a line, several lines and scripts, DISPLAY units."""
    shown_anchor: dict[str, Any] = {
        "AnchorPoint": [62, 76],
        "AnchorPointAnnotationUnits": "PIXEL",
        "AnchorPointVisibility": "Y",
    }
    return _annotated(
        annotation(
            "WORDS",
            boxed("left", 5, 5, 60, 12),
            boxed("centre", 5, 15, 60, 22, justification="CENTER"),
            boxed("right\nin two lines", 5, 25, 60, 32, justification="RIGHT"),
            boxed("spine", 85, 60, 110, 68, **shown_anchor),
            anchored("at its anchor", 70, 30),
            boxed("of the display", 0.5, 0.9, 0.95, 0.97, units="DISPLAY", justification="RIGHT"),
            anchored("Größe שלום 山田", 5, 50),
        )
    )


def compounds() -> Dataset:
    """One compound graphic of each kind; what stands in for them is not drawn."""
    ticks = [item(TickPosition=at / 4, TickLabel=f"{at} cm") for at in range(5)]
    ticked: dict[str, Any] = {
        "MajorTicksSequence": ticks,
        "ShowTickLabel": "Y",
        "TickAlignment": "TOP",
        "TickLabelAlignment": "BOTTOM",
    }
    turned: dict[str, Any] = {"RotationAngle": 30.0, "RotationPoint": [30, 70]}
    return _annotated(
        annotation(
            "PARTS",
            compound("MULTILINE", 4, 4, 20, 4, 4, 8, 20, 8, number=1),
            compound("INFINITELINE", 0, 90, 10, 89, number=2),
            compound("CUTLINE", 64, 40, 64, 50, number=3, GapLength=0.2, RotationPoint=[64, 48]),
            compound("RANGELINE", 75, 10, 120, 10, number=4),
            compound("RULER", 75, 20, 120, 20, number=5, **ticked),
            compound("AXIS", 80, 60, 80, 30, number=6, **{**ticked, "TickAlignment": "CENTER", "ShowTickLabel": "N"}),
            compound("CROSSHAIR", 105, 75, number=7, GapLength=0.05, DiameterOfVisibility=0.25),
            compound("ARROW", 20, 20, 40, 40, number=8),
            compound("RECTANGLE", 20, 62, 40, 78, number=9, **turned),
            compound("ELLIPSE", 90, 35, 120, 50, number=10),
            graphic("POLYLINE", 0, 0, 128, 96, CompoundGraphicInstanceID=8),
        )
    )


def layered() -> Dataset:
    """Three layers that cover each other, the lowest declared last; one has a grey, one a colour."""
    square = (20.0, 20.0, 60.0, 20.0, 60.0, 60.0, 20.0, 60.0, 20.0, 20.0)
    return _annotated(
        annotation("TOP", graphic("POLYLINE", *(value + 20 for value in square), filled=True)),
        annotation("MIDDLE", graphic("POLYLINE", *(value + 10 for value in square), filled=True)),
        annotation("BOTTOM", graphic("POLYLINE", *square, filled=True)),
        layers=(
            layer("TOP", 3, GraphicLayerRecommendedDisplayGrayscaleValue=40000),
            layer("MIDDLE", 2, GraphicLayerRecommendedDisplayCIELabValue=GREEN),
            layer("BOTTOM", 1, GraphicLayerRecommendedDisplayCIELabValue=RED),
        ),
    )


def _with_overlays() -> NDArray[np.uint8]:
    ring, cross = abs(disc((96, 128), (80, 42), 22) - 0.5) < 0.49, np.zeros((96, 128), np.bool_)
    cross[10:86, 30], cross[20, 10:120] = True, True
    made = state(
        GraphicLayerSequence=[layer("OWN", 1, GraphicLayerRecommendedDisplayCIELabValue=GREEN), layer("ITS", 2)],
        extra=overlay(0x6002, ring, "OWN"),
        **RESCALED,
    )
    made.add_new((0x6000, 0x1001), "CS", "ITS")
    return shown(made, ct(overlays=(Overlay(cross, (0, 0), 0x6000), Overlay(~cross, (0, 0), 0x6004))))


def _shutters(**attributes: Any) -> NDArray[np.uint8]:
    return shown(state(**RESCALED, **attributes))


def _bitmap_shutter() -> NDArray[np.uint8]:
    bits = disc((96, 128), (62, 48), 40) < 0.5
    made = state(
        ShutterShape="BITMAP", ShutterOverlayGroup=0x6000, ShutterPresentationValue=20000,
        extra=overlay(0x6000, bits), **RESCALED,
    )  # fmt: skip
    return shown(made)


def _pseudo_colour() -> NDArray[np.uint8]:
    ramp = np.linspace(0, 1, 64)
    made = state(sop_class=PSEUDO_COLOR, PresentationLUTShape=None, **RESCALED)
    for colour, values in (("Red", ramp), ("Green", 1 - ramp), ("Blue", ramp**2)):
        stem = f"{colour}PaletteColorLookupTable"
        setattr(made, f"{stem}Descriptor", [64, 0, 16])
        setattr(made, f"{stem}Data", np.rint(values * 65535).astype("<u2").tobytes())
    return shown(made)


def _colour_state() -> NDArray[np.uint8]:
    made = state(
        columns=90, rows=60, sop_class=COLOR, PresentationLUTShape=None, ImageRotation=90, ImageHorizontalFlip="N",
        GraphicAnnotationSequence=[annotation("MARKS", graphic("CIRCLE", 45, 30, 65, 30))],
        ShutterShape="CIRCULAR", CenterOfCircularShutter=[30, 45], RadiusOfCircularShutter=28,
        ShutterPresentationValue=0,
    )  # fmt: skip
    return shown(made, colours())


def _areas(**attributes: Any) -> NDArray[np.uint8]:
    corners: dict[str, Any] = {
        "DisplayedAreaTopLeftHandCorner": [61, 21],
        "DisplayedAreaBottomRightHandCorner": [100, 60],
    }
    return shown(state(DisplayedAreaSelectionSequence=[area(128, 96, **{**corners, **attributes})], **RESCALED))


def _modality_table() -> Dataset:
    return state(
        ModalityLUTSequence=[_table(np.linspace(0, 1, 2500) ** 0.5, 0, 12)],
        SoftcopyVOILUTSequence=[item(WindowCenter=2600, WindowWidth=1600)],
    )


def _voi_for_images() -> Dataset:
    others = item(WindowCenter=-900, WindowWidth=50, ReferencedImageSequence=[image_item("1.2.3")])
    ours = item(WindowCenter=-600, WindowWidth=1500, ReferencedImageSequence=[image_item(IMAGE, 1)])
    return state(**{**RESCALED, "SoftcopyVOILUTSequence": [others, ours]})


def _presentation_table() -> Dataset:
    table = _table((np.linspace(0, 1, 512) * 6).astype(int) / 6, 0, 10)
    return state(PresentationLUTShape=None, PresentationLUTSequence=[table], **RESCALED)


def _voi_table() -> Dataset:
    table = _table(np.linspace(0, 1, 900) ** 2, 624, 12)
    return state(SoftcopyVOILUTSequence=[item(VOILUTSequence=[table])])


def _turned(view: View) -> View:
    return replace(view.rotated().flipped(vertically=True), zoom=3.1, centre_px=(70.0, 44.0))


TURNED: dict[str, Any] = {"ImageRotation": 270, "ImageHorizontalFlip": "Y"}
PRESENTATIONS: dict[str, Callable[[], NDArray[np.uint8]]] = {
    "state-graphics": lambda: shown(simple_graphics(), size=LARGE),
    "state-graphics-of-the-display": lambda: shown(simple_graphics("DISPLAY"), size=LARGE),
    "state-graphics-turned": lambda: shown(simple_graphics(**TURNED), size=LARGE),
    "state-graphics-followed": lambda: shown(simple_graphics(), size=LARGE, change=_turned),
    "state-styles": lambda: shown(styled(), size=LARGE),
    "state-texts": lambda: shown(texts(), size=LARGE),
    "state-compounds": lambda: shown(compounds(), size=LARGE),
    "state-compounds-turned": lambda: shown(compounds(), size=LARGE, change=lambda view: view.rotated(3)),
    "state-layers": lambda: shown(layered()),
    "state-layers-hidden": lambda: shown(
        layered(), change=lambda view: replace(view, hidden_layers=frozenset({"MIDDLE"}))
    ),
    "state-overlays": _with_overlays,
    "state-shutter-shapes": lambda: _shutters(
        ShutterShape=["RECTANGULAR", "CIRCULAR", "POLYGONAL"],
        ShutterLeftVerticalEdge=12, ShutterRightVerticalEdge=120, ShutterUpperHorizontalEdge=4,
        ShutterLowerHorizontalEdge=90, CenterOfCircularShutter=[48, 62], RadiusOfCircularShutter=50,
        VerticesOfThePolygonalShutter=[4, 20, 10, 118, 94, 118, 80, 60, 94, 20], ShutterPresentationValue=12000,
    ),
    "state-shutter-bitmap": _bitmap_shutter,
    "state-area-fitted": _areas,
    "state-area-magnified": lambda: _areas(
        PresentationSizeMode="MAGNIFY", PresentationPixelMagnificationRatio=2.5
    ),
    "state-area-tall-pixels": lambda: _areas(PresentationPixelAspectRatio=[2, 1]),
    "state-spatial-transformation": lambda: shown(state(**TURNED, **RESCALED)),
    "state-nothing-but-identity": lambda: shown(state()),
    "state-inverse": lambda: shown(state(**{**RESCALED, "PresentationLUTShape": "INVERSE"})),
    "state-modality-table": lambda: shown(_modality_table()),
    "state-voi-table": lambda: shown(_voi_table()),
    "state-voi-for-images": lambda: shown(_voi_for_images()),
    "state-presentation-table": lambda: shown(_presentation_table()),
    "state-pseudo-colour": _pseudo_colour,
    "state-colour": _colour_state,
}  # fmt: skip
WITH_TEXT = frozenset({"state-texts", "state-styles", "state-compounds", "state-compounds-turned"})
