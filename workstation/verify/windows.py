"""Checks of the greys that are seen: windows, tables, inversion; worked out here anew from PS3.3 C.11."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from pydicom.sequence import Sequence as DicomSequence

from workstation.display.render import render
from workstation.display.view import View
from workstation.model.frame import VoiFunction, Window
from workstation.phantoms.enhanced import item
from workstation.phantoms.known import known_image
from workstation.verify.bench import Bench
from workstation.verify.check import Answer, Check

if TYPE_CHECKING:
    from workstation.model.frame import Frame

_ROUNDED = 0.5001
"""A grey is a whole number: it may be off by half of one."""
_WINDOW = "The window is off by half a value, or another function is applied."
_TABLE = "A table is read off by one entry, or its first input or number of bits is ignored."
_INVERSE = "White and black are exchanged: MONOCHROME1 or an inverse presentation is ignored."


def _linear(x: float, c: float, w: float) -> float:
    """Follow the pseudo-code of C.11.2.1.2.1."""
    if x <= c - 0.5 - (w - 1) / 2:
        return 0.0
    if x > c - 0.5 + (w - 1) / 2:
        return 255.0
    return ((x - (c - 0.5)) / (w - 1) + 0.5) * 255


def _linear_exact(x: float, c: float, w: float) -> float:
    """Follow the pseudo-code of C.11.2.1.3.2."""
    if x <= c - w / 2:
        return 0.0
    if x > c + w / 2:
        return 255.0
    return ((x - c) / w + 0.5) * 255


def _sigmoid(x: float, c: float, w: float) -> float:
    """Follow the formula of C.11.2.1.3.1."""
    return 255 / (1 + math.exp(-4 * (x - c) / w))


_FORMULAE: dict[VoiFunction, tuple[Callable[[float, float, float], float], str]] = {
    "LINEAR": (_linear, "PS3.3 C.11.2.1.2.1"),
    "LINEAR_EXACT": (_linear_exact, "PS3.3 C.11.2.1.3.2"),
    "SIGMOID": (_sigmoid, "PS3.3 C.11.2.1.3.1"),
}


def greys(frame: Frame, view: View, columns: Sequence[int]) -> Answer:
    """Give the greys of pixels of the first row, in the picture that a pane shows, a screen pixel for a pixel."""
    rows, width = frame.pixels.shape[:2]
    picture = render(frame, view, (width, rows))
    return tuple(float(picture[0, column, 0]) for column in columns)


def _ramp(bench: Bench, values: Sequence[int], **attributes: Any) -> Frame:
    """Give an image whose rows hold these HU."""
    pixels = np.tile(np.array(values, np.int16), (4, 1))
    return bench.frame(known_image("ramp", pixels, **attributes))


def functions(bench: Bench) -> Iterator[Check]:
    """Check the three functions, wide and narrow, and how a file names them."""
    cases: tuple[tuple[VoiFunction, float, float, tuple[int, ...]], ...] = (
        ("LINEAR", 40, 400, (-1000, -160, -100, 0, 40, 41, 150, 239, 240, 3000)),
        ("LINEAR", 0, 100, (-51, -50, -49, -1, 0, 1, 48, 49, 50)),
        ("LINEAR", 10, 11, (4, 5, 6, 9, 10, 11, 14, 15, 16)),
        ("LINEAR", 0, 1, (-2, -1, 0, 1)),
        ("LINEAR", 2048, 4096, (0, 1, 1024, 2047, 2048, 4094, 4095)),
        ("LINEAR_EXACT", 40, 400, (-1000, -160, -100, 0, 40, 150, 240, 3000)),
        ("LINEAR_EXACT", 10, 10, (4, 5, 6, 9, 10, 11, 14, 15, 16)),
        ("SIGMOID", 40, 400, (-1000, -160, -100, 0, 40, 150, 240, 3000)),
        ("SIGMOID", 10, 20, (-10, 0, 5, 9, 10, 11, 15, 30)),
    )
    for function, centre, width, values in cases:
        formula, where = _FORMULAE[function]
        name = f"{function.lower().replace('_', '-')}.{centre:g}-{width:g}"
        expected = tuple(formula(value, centre, width) for value in values)
        asked = View(voi=Window(centre, width, function))
        yield Check(
            name,
            f"Greys of {', '.join(map(str, values))} HU in the window {function} {centre:g}, {width:g}",
            f"{where} with 0 to 255",
            expected,
            _asking(_ramp(bench, values), asked, len(values)),
            _ROUNDED,
            "",
            _WINDOW,
        )
        ds_window = {"WindowCenter": str(centre), "WindowWidth": str(width), "VOILUTFunction": function}
        yield Check(
            f"{name}.of-file",
            f"The same where the file has the window {function} {centre:g}, {width:g}",
            f"{where} with 0 to 255",
            expected,
            _asking(_ramp(bench, values, **ds_window), View(), len(values)),
            _ROUNDED,
            "",
            _WINDOW,
        )


def _asking(frame: Frame, view: View, count: int) -> Callable[[], Answer]:
    return lambda: greys(frame, view, range(count))


def _table(first: int, entries: Sequence[int], bits: int, *, is_signed: bool = False) -> Any:
    lut = item()
    lut.add_new((0x0028, 0x3006), "US", list(entries))
    lut.add_new((0x0028, 0x3002), "SS" if is_signed else "US", [len(entries), first, bits])
    return lut


def tables(bench: Bench) -> Iterator[Check]:
    """Check modality and VOI tables whose entries jump."""
    values = (99, 100, 101, 102, 150, 354, 355, 356, 400)
    entries = [(37 * index) % 256 for index in range(256)]
    expected = tuple(float(entries[min(max(value - 100, 0), 255)]) for value in values)
    voi = _ramp(bench, values, VOILUTSequence=DicomSequence([_table(100, entries, 8, is_signed=True)]))
    yield Check(
        "table.voi",
        "Greys by a VOI table of 256 jumping entries from 100 HU on",
        "entry (value - 100), the ends beyond the ends (PS3.3 C.11.2.1.1)",
        expected,
        _asking(voi, View(), len(values)),
        _ROUNDED,
        "",
        _TABLE,
    )
    wide = [index * 16 for index in range(256)]
    deep = _ramp(bench, values, VOILUTSequence=DicomSequence([_table(100, wide, 12, is_signed=True)]))
    yield Check(
        "table.bits",
        "Greys by a VOI table of 12 bits",
        "16 x (value - 100) of 4095, as 0 to 255",
        tuple(min(max(value - 100, 0), 255) * 16 / 4095 * 255 for value in values),
        _asking(deep, View(), len(values)),
        _ROUNDED,
        "",
        _TABLE,
    )
    stored = (0, 9, 10, 11, 12, 13, 14, 20)
    curve = [0, 100, 300, 1000, 2000]
    pixels = np.tile(np.array(stored, np.uint16), (4, 1))
    modality = _table(10, curve, 16)
    modality.ModalityLUTType = "US"
    curved = bench.frame(
        known_image("modality table", pixels, rescale=None, ModalityLUTSequence=DicomSequence([modality]))
    )
    yield Check(
        "table.modality",
        "Modality values by a table of five entries from 10 on",
        "entry (stored - 10), the ends beyond the ends (PS3.3 C.11.1.1)",
        tuple(float(curve[min(max(value - 10, 0), 4)]) for value in stored),
        lambda: tuple(float(each) for each in curved.modality_values()[0]),
        0.0,
        "",
        _TABLE,
    )


def inversion(bench: Bench) -> Iterator[Check]:
    """Check what shows low values bright."""
    values = (-1000, -100, 0, 40, 150, 3000)
    window = {"WindowCenter": "40", "WindowWidth": "400"}
    plain = tuple(_linear(value, 40, 400) for value in values)
    turned = tuple(255 - each for each in plain)
    for name, what, attributes, view, expected in (
        ("monochrome1", "MONOCHROME1", {"PhotometricInterpretation": "MONOCHROME1"}, View(), turned),
        (
            "monochrome1-inverted",
            "MONOCHROME1, inverted",
            {"PhotometricInterpretation": "MONOCHROME1"},
            View(inverted=True),
            plain,
        ),
        ("inverse", "Presentation LUT Shape INVERSE", {"PresentationLUTShape": "INVERSE"}, View(), turned),
        ("identity", "Presentation LUT Shape IDENTITY", {"PresentationLUTShape": "IDENTITY"}, View(), plain),
        ("inverted", "MONOCHROME2, inverted by hand", {}, View(inverted=True), turned),
    ):
        yield Check(
            f"inversion.{name}",
            f"Greys of {what} in the window 40, 400",
            "PS3.3 C.7.6.3.1.2, C.11.4: 255 less the grey where low values are bright",
            expected,
            _asking(_ramp(bench, values, **window, **attributes), view, len(values)),
            _ROUNDED,
            "",
            _INVERSE,
        )


def turning(bench: Bench) -> Iterator[Check]:
    """Check where a bright pixel is seen when the picture is turned and flipped."""
    pixels = np.full((10, 14), -1000, np.int16)
    pixels[2, 3] = 1000
    frame = bench.frame(known_image("turned", pixels))
    for name, what, view, size, expected in (
        ("plain", "as it is", View(), (14, 10), (3.0, 2.0)),
        ("right", "turned to the right", View(rotation_quarters=1), (10, 14), (7.0, 3.0)),
        ("half", "upside down", View(rotation_quarters=2), (14, 10), (10.0, 7.0)),
        ("left", "turned to the left", View(rotation_quarters=3), (10, 14), (2.0, 10.0)),
        ("flip-h", "left and right exchanged", View(flipped_h=True), (14, 10), (10.0, 2.0)),
        ("flip-v", "top and bottom exchanged", View(flipped_v=True), (14, 10), (3.0, 7.0)),
        ("right-flip-h", "turned, then flipped", View(rotation_quarters=1, flipped_h=True), (10, 14), (2.0, 3.0)),
    ):
        yield Check(
            f"turning.{name}",
            f"The pixel of column 3, row 2 of 14 x 10 is seen where it belongs: {what}",
            "a quarter to the right takes (c, r) to (9 - r, c); PS3.3 C.10.6: turned first, then flipped",
            expected,
            _asking_place(frame, view, size),
            0.0,
            "px",
            "Pictures are flipped, turned the other way, or shifted by a pixel.",
        )


def _asking_place(frame: Frame, view: View, size: tuple[int, int]) -> Callable[[], Answer]:
    def asked() -> Answer:
        picture = render(frame, view, size)[..., 0]
        row, column = np.unravel_index(int(np.argmax(picture)), picture.shape)
        return float(column), float(row)

    return asked
