"""States in which any value is damaged: they are read, told and drawn, or refused with a sentence."""

import copy
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset

from tests.golden.presentations import compounds, layered, simple_graphics, styled, texts
from tests.unit.display.frames import frame_of
from tests.unit.objects.states import IMAGE, area, item, overlay, state
from workstation.display.presentation import present
from workstation.display.render import render
from workstation.errors import UserError
from workstation.objects.presentation.reading import presentation_state

HOSTILE: tuple[Any, ...] = (
    None, "", "?", "\x1b[31m\x00", b"\xff\xfe\xfd", [], [math.nan, math.nan], [math.inf] * 4, [-1e30, 1e30],
    [2**31 - 1] * 3, -(2**31), 0, [0] * 7, ["a", "b"],
)  # fmt: skip
STEP = 24
FRAME = frame_of((np.arange(96 * 128) % 4096).astype(np.uint16).reshape(96, 128), bits_stored=12)


def _rich() -> Dataset:
    table = item(LUTDescriptor=[16, 0, 12], LUTData=list(range(0, 4096, 256)))
    corners = {"DisplayedAreaTopLeftHandCorner": [5, 5], "DisplayedAreaBottomRightHandCorner": [50, 60]}
    made = state(
        DisplayedAreaSelectionSequence=[area(128, 96, **corners)],
        ModalityLUTSequence=[copy.deepcopy(table)],
        SoftcopyVOILUTSequence=[item(WindowCenter=100, WindowWidth=50, VOILUTSequence=[copy.deepcopy(table)])],
        PresentationLUTShape=None,
        PresentationLUTSequence=[copy.deepcopy(table)],
        ImageRotation=90,
        ImageHorizontalFlip="Y",
        ShutterShape=["RECTANGULAR", "CIRCULAR", "POLYGONAL", "BITMAP"],
        ShutterLeftVerticalEdge=3,
        ShutterRightVerticalEdge=90,
        ShutterUpperHorizontalEdge=3,
        ShutterLowerHorizontalEdge=80,
        CenterOfCircularShutter=[40, 40],
        RadiusOfCircularShutter=30,
        VerticesOfThePolygonalShutter=[1, 1, 1, 90, 90, 90],
        ShutterOverlayGroup=0x6000,
        extra=overlay(0x6000, np.eye(20, dtype=np.bool_), "BITS"),
    )
    drawn = (simple_graphics(), simple_graphics("DISPLAY"), styled(), texts(), compounds(), layered())
    made.GraphicAnnotationSequence = [each for one in drawn for each in one.GraphicAnnotationSequence]
    made.GraphicLayerSequence = list(layered().GraphicLayerSequence)
    return made


def _paths(
    dataset: Dataset, above: tuple[tuple[int, int], ...] = ()
) -> Iterator[tuple[tuple[tuple[int, int], ...], int]]:
    """Give each element: the items above it (tag, number), and its tag."""
    for element in dataset:
        yield above, int(element.tag)
        if element.VR == "SQ":
            for number, inner in enumerate(element.value):
                yield from _paths(inner, (*above, (int(element.tag), number)))


def _damaged(at: tuple[tuple[tuple[int, int], ...], int], value: Any) -> Dataset:
    made = _rich()
    holder = made
    for tag, number in at[0]:
        holder = holder[tag].value[number]
    if value is None:
        del holder[at[1]]
    else:
        holder[at[1]]._value = value
    return made


def _shown(made: Dataset) -> None:
    read = presentation_state(made)
    try:
        presented = present(read, FRAME, IMAGE)
    except UserError:
        return
    assert render(presented.frame, presented.view, (60, 50)).shape == (50, 60, 3)


def test_that_an_overlay_of_infinite_size_is_left_out() -> None:
    made = _rich()
    made[0x6000, 0x0010]._value = math.inf
    assert any("bitmap shutter" in problem for problem in presentation_state(made).problems)


@pytest.mark.parametrize("kind", range(len(HOSTILE)))
def test_that_no_damaged_value_stops_the_rest(kind: int) -> None:
    paths = sorted(set(_paths(_rich())))
    identity = {0x00080016, 0x00080018}
    # Each kind of damage begins elsewhere, so that every element meets some.
    for at in paths[kind % STEP :: STEP]:
        if at[1] not in identity or at[0]:
            _shown(_damaged(at, HOSTILE[kind]))
