"""One small DICOM image of every photometric, lookup table, shutter and so on, with the picture the standard asks for.

``expected`` is arithmetic of its own, written down from PS3.3 and not shared with the program; ``dcmtk`` are the
options with which DCMTK's dcm2pnm draws the same, where it can, and
``of_dcmtk`` how far it may be off (its tables for YBR are rounded twice).
``python -m tests.golden.kinds`` stores the pictures.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import imagecodecs
import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.data import get_palette_files
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.pixels.processing import apply_color_lut
from pydicom.uid import UID

from tests.unit.display.files import write_image
from workstation.display.render import render
from workstation.display.view import View
from workstation.model.frame import Window
from workstation.model.image import Image

Array = NDArray[Any]
FOLDER = Path(__file__).parent / "pictures" / "kinds"
ROWS, COLUMNS = 24, 32
COUNT = ROWS * COLUMNS
BYTES = (np.arange(COUNT) % 256).astype(np.uint8).reshape(ROWS, COLUMNS)
TWELVE = (np.arange(COUNT) * 5).astype(np.uint16).reshape(ROWS, COLUMNS)
SIGNED = (np.arange(COUNT) * 4 - 1500).astype(np.int16).reshape(ROWS, COLUMNS)
RGB = np.stack([BYTES, BYTES[::-1], (np.indices((ROWS, COLUMNS)).sum(axis=0) * 4)], axis=-1).astype(np.uint8)
AS_STORED = {"WindowCenter": 128, "WindowWidth": 256}
BY_WINDOW = ("+Wi", "1")


@dataclass(frozen=True)
class Kind:
    """``pixels`` and ``attributes`` make the file; ``syntax`` and ``data`` replace plain pixels by encoded ones."""

    pixels: Array
    expected: Array
    attributes: dict[str, Any] = field(default_factory=dict)
    view: View = field(default_factory=View)
    dcmtk: tuple[str, ...] | None = None
    of_dcmtk: int = 1
    tolerance: int = 0
    syntax: str = ""
    data: bytes = b""

    def write(self, path: Path) -> Path:
        """Write the file."""
        written = write_image(path, self.pixels, **self.attributes)
        if self.data:
            dataset = pydicom.dcmread(written)
            dataset.file_meta.TransferSyntaxUID = UID(self.syntax)
            dataset.PixelData = encapsulate([self.data])
            dataset.save_as(written, enforce_file_format=True)
        return written

    def drawn(self, path: Path) -> NDArray[np.uint8]:
        """Write the file, read it and draw it."""
        return render(Image.open(self.write(path)).frame(), self.view, (COLUMNS, ROWS))


def _grey(shares: Array) -> Array:
    return np.repeat(np.floor(np.clip(shares, 0, 1) * 255 + 0.5)[..., None], 3, axis=-1)


def _linear(x: Array, c: float, w: float) -> Array:
    """PS3.3 C.11.2.1.2.1, with 0 and 1 for the ends."""
    inner = (x - (c - 0.5)) / (w - 1) + 0.5
    return np.where(x <= c - 0.5 - (w - 1) / 2, 0, np.where(x > c - 0.5 + (w - 1) / 2, 1, inner))


def _exact(x: Array, c: float, w: float) -> Array:
    """PS3.3 C.11.2.1.3.2."""
    return np.where(x <= c - w / 2, 0, np.where(x > c + w / 2, 1, (x - c) / w + 0.5))


def _sigmoid(x: Array, c: float, w: float) -> Array:
    """PS3.3 C.11.2.1.3.1."""
    return 1 / (1 + np.exp(-4 * (x - c) / w))


def _looked_up(x: Array, first: int, entries: Array) -> Array:
    """PS3.3 C.11.1 and C.11.2: the first entry up to the first value, the last one beyond the last."""
    return entries[[min(max(int(value) - first, 0), len(entries) - 1) for value in x.ravel()]].reshape(x.shape)


def _rgb_of_ybr(y: Array, cb: Array, cr: Array) -> Array:
    """PS3.3 C.7.6.3.1.2, solved for red, green and blue."""
    blue, red = cb.astype(float) - 128, cr.astype(float) - 128
    parts = (y + 1.402 * red, y - 0.344136 * blue - 0.714136 * red, y + 1.772 * blue)
    return np.clip(np.rint(np.stack(parts, axis=-1)), 0, 255)


def _table(keyword: str, first: int, entries: Array, bits: int, *, vr: str = "US", **rest: Any) -> dict[str, Any]:
    item = Dataset()
    item.add_new(0x00283002, vr, [len(entries), first, bits])
    item.add_new(0x00283006, "US", entries.tolist())
    for name, value in rest.items():
        setattr(item, name, value)
    return {keyword: [item]}


def _colour(**attributes: Any) -> dict[str, Any]:
    given = {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB", "PlanarConfiguration": 0, "BitsAllocated": 8}
    return {**given, "BitsStored": 8, "Rows": ROWS, "Columns": COLUMNS, "NumberOfFrames": 1, **attributes}


def _palette(entries: Array, bits: int, *, first: int = 0, segmented: tuple[Array, ...] = ()) -> dict[str, Any]:
    made: dict[str, Any] = {"PhotometricInterpretation": "PALETTE COLOR"}
    for at, name in enumerate(("Red", "Green", "Blue")):
        stem = f"{name}PaletteColorLookupTable"
        made[f"{stem}Descriptor"] = [len(entries), first, bits]
        if segmented:
            made[f"Segmented{stem}Data"] = segmented[at].astype("<u2").tobytes()
        else:
            made[f"{stem}Data"] = entries[:, at].astype("<u2").tobytes()
    return made


def _photometrics() -> dict[str, Kind]:
    whole = _grey(BYTES / 255)
    y, pairs = BYTES, np.repeat(BYTES[:, ::2], 2, axis=1)
    cb, cr = pairs[::-1], np.repeat(pairs.T.reshape(BYTES.shape)[:, ::2], 2, axis=1)
    ybr = np.stack([y, cb, cr], axis=-1)
    halved = np.stack([y[:, ::2], y[:, 1::2], cb[:, ::2], cr[:, ::2]], axis=-1)
    colours = np.stack([np.arange(256) * 257, 65535 - np.arange(256) * 257, (np.arange(256) % 16) * 4369], axis=-1)
    lossless = imagecodecs.jpeg2k_encode(RGB, level=0, reversible=True, mct=True, codecformat="j2k")
    lossy = imagecodecs.jpeg2k_encode(RGB, level=60, reversible=False, mct=True, codecformat="j2k")
    line = tuple(np.array([0, 1, start, 1, 255, stop]) for start, stop in ((0, 65535), (65535, 0), (0x1000, 0x1000)))
    ramps = [np.floor(np.linspace(start, stop, 256) / 256) for start, stop in ((0, 65535), (65535, 0), (4096, 4096))]
    return {
        "monochrome2": Kind(BYTES, whole, AS_STORED, dcmtk=BY_WINDOW),
        "monochrome1": Kind(
            BYTES, 255 - whole, {**AS_STORED, "PhotometricInterpretation": "MONOCHROME1"}, dcmtk=BY_WINDOW
        ),
        "rgb": Kind(RGB, RGB, _colour(), dcmtk=()),
        "rgb-by-plane": Kind(RGB.transpose(2, 0, 1).copy(), RGB, _colour(PlanarConfiguration=1), dcmtk=()),
        "ybr-full": Kind(
            ybr, _rgb_of_ybr(y, cb, cr), _colour(PhotometricInterpretation="YBR_FULL"),
            dcmtk=(), tolerance=1, of_dcmtk=2,
        ),
        "ybr-full-422": Kind(
            halved, _rgb_of_ybr(y, cb, cr), _colour(PhotometricInterpretation="YBR_FULL_422"),
            dcmtk=(), tolerance=1, of_dcmtk=2,
        ),
        "ybr-rct": Kind(
            RGB, RGB, _colour(PhotometricInterpretation="YBR_RCT"),
            syntax="1.2.840.10008.1.2.4.90", data=bytes(lossless),
        ),
        "ybr-ict": Kind(
            RGB, RGB, _colour(PhotometricInterpretation="YBR_ICT"),
            syntax="1.2.840.10008.1.2.4.91", data=bytes(lossy), tolerance=6,
        ),
        "palette": Kind(BYTES, colours[BYTES] >> 8, _palette(colours, 16), dcmtk=()),
        "palette-from-100": Kind(
            BYTES, colours[np.clip(BYTES.astype(int) - 100, 0, 255)] >> 8, _palette(colours, 16, first=100), dcmtk=()
        ),
        "palette-segmented": Kind(
            BYTES, np.stack(ramps, axis=-1)[BYTES], _palette(colours, 16, segmented=line), tolerance=1
        ),
    }  # fmt: skip


def _supplemental() -> dict[str, Kind]:
    """Stored values from 300 on are colours, those below go through the window (PS3.3 C.7.6.19)."""
    values = (np.arange(COUNT) % 400).astype(np.uint16).reshape(ROWS, COLUMNS)
    colours = np.stack([np.arange(64) * 1023, 65535 - np.arange(64) * 1023, np.full(64, 0x8000)], axis=-1)
    inside = colours[np.clip(values.astype(int) - 300, 0, 63)] >> 8
    greys = _grey(_linear(values.astype(float), 150, 300))
    attributes = {
        **_palette(colours, 16, first=300), "PhotometricInterpretation": "MONOCHROME2", "PixelPresentation": "MIXED",
        "WindowCenter": 150, "WindowWidth": 300,
    }  # fmt: skip
    is_colour = (values >= 300)[..., None]
    return {
        "palette-supplemental": Kind(values, np.where(is_colour, inside, greys), attributes),
        "palette-supplemental-inverted": Kind(
            values, np.where(is_colour, inside, 255 - greys), attributes, View(inverted=True), tolerance=1
        ),
        "palette-supplemental-not-presented": Kind(values, greys, {**attributes, "PixelPresentation": "MONOCHROME"}),
    }


def _greys() -> dict[str, Kind]:
    hu = SIGNED.astype(float)
    curve = (np.linspace(0, 1, 2001) ** 0.6 * 65535).astype(np.uint16)
    dips = ((np.sin(np.arange(500) / 40) + 1) * 2000).astype(np.uint16)
    line = {"RescaleSlope": 0.5, "RescaleIntercept": -1000, "WindowCenter": 0, "WindowWidth": 1500}
    kinds = {
        "window-linear": Kind(
            SIGNED, _grey(_linear(hu, 40, 400)), {"WindowCenter": 40, "WindowWidth": 400}, dcmtk=BY_WINDOW
        ),
        "window-narrowest": Kind(SIGNED, _grey(_linear(hu, 41, 1.0000001)), {"WindowCenter": 41, "WindowWidth": 1}),
        "window-linear-exact": Kind(
            SIGNED, _grey(_exact(hu, 40, 401)), view=View(Window(40, 401, "LINEAR_EXACT")),
        ),
        "window-sigmoid": Kind(SIGNED, _grey(_sigmoid(hu, 40, 400)), view=View(Window(40, 400, "SIGMOID"))),
        "modality-line": Kind(TWELVE, _grey(_linear(TWELVE * 0.5 - 1000, 0, 1500)), line, dcmtk=BY_WINDOW, tolerance=0),
        "modality-falling": Kind(
            TWELVE, _grey(_linear(3000.0 - TWELVE, 1000, 3000)),
            {"RescaleSlope": -1, "RescaleIntercept": 3000, "WindowCenter": 1000, "WindowWidth": 3000}, dcmtk=BY_WINDOW,
        ),
        "modality-table": Kind(
            TWELVE, _grey(_linear(_looked_up(TWELVE, 700, dips).astype(float), 2000, 3500)),
            {
                **_table("ModalityLUTSequence", 700, dips, 16, ModalityLUTType="OD"),
                "WindowCenter": 2000, "WindowWidth": 3500,
            },
            dcmtk=BY_WINDOW,
        ),
        "presentation-inverse": Kind(
            BYTES, 255 - _grey(BYTES / 255), {**AS_STORED, "PresentationLUTShape": "INVERSE"},
        ),
        "presentation-identity": Kind(BYTES, _grey(BYTES / 255), {**AS_STORED, "PresentationLUTShape": "IDENTITY"}),
        "monochrome1-inverse": Kind(
            BYTES, 255 - _grey(BYTES / 255),
            {**AS_STORED, "PhotometricInterpretation": "MONOCHROME1", "PresentationLUTShape": "INVERSE"},
        ),
        "monochrome1-inverted-by-hand": Kind(
            BYTES, _grey(BYTES / 255), {**AS_STORED, "PhotometricInterpretation": "MONOCHROME1"}, View(inverted=True),
        ),
    }  # fmt: skip
    for bits in (8, 12, 16):
        entries = curve >> np.uint16(16 - bits)
        kinds[f"voi-table-{bits}"] = Kind(
            SIGNED, _grey(_looked_up(SIGNED, -700, entries) / (2**bits - 1)),
            _table("VOILUTSequence", -700, entries, bits, vr="SS"), dcmtk=("+Wl", "1"),
        )  # fmt: skip
    return kinds


def _hidden() -> dict[str, Kind]:
    rows, columns = np.indices((ROWS, COLUMNS))
    whole, plain = _grey(BYTES / 255), {**AS_STORED}
    padded = {"PixelPaddingValue": 0, "WindowCenter": 1500, "WindowWidth": 3000}
    ramp = _grey(_linear(TWELVE.astype(float), 1500, 3000))
    bits = (rows == 5) | (columns == 20) | ((rows - 15) ** 2 + (columns - 8) ** 2 < 9)
    near = cv2.dilate(bits.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    small = np.ones((4, 6), np.bool_)
    placed = np.zeros_like(bits)
    placed[0:3, 28:32] = True  # four rows and six columns from row 0 and column 29, counted from 1: one row is above
    placed_near = cv2.dilate(placed.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    boxed = (columns >= 3) & (columns <= 27) & (rows >= 2) & (rows <= 19)
    round_ = (columns - 15) ** 2 + (rows - 11) ** 2 <= 81
    triangle = _triangle(rows, columns)
    shut = {"ShutterPresentationValue": 0x4000}
    box = {
        "ShutterLeftVerticalEdge": 4, "ShutterRightVerticalEdge": 28,
        "ShutterUpperHorizontalEdge": 3, "ShutterLowerHorizontalEdge": 20,
    }  # fmt: skip
    circle = {"CenterOfCircularShutter": [12, 16], "RadiusOfCircularShutter": 9}
    polygon = {"VerticesOfThePolygonalShutter": [2, 3, 22, 16, 2, 29]}
    shapes = ["RECTANGULAR", "CIRCULAR", "POLYGONAL"]
    return {
        "padding": Kind(TWELVE, np.where(TWELVE[..., None] == 0, 0, ramp), padded),
        "padding-range": Kind(
            TWELVE, np.where((TWELVE <= 700)[..., None], 0, ramp), {**padded, "PixelPaddingRangeLimit": 700}
        ),
        "padding-inverse": Kind(
            TWELVE, np.where((TWELVE <= 700)[..., None], 0, 255 - ramp),
            {**padded, "PixelPaddingRangeLimit": 700, "PhotometricInterpretation": "MONOCHROME1"}, tolerance=1,
        ),
        "overlay": Kind(
            BYTES, np.where(bits[..., None], 255, np.where(near[..., None], 0, whole)),
            {**plain, **_overlay(bits, 1, 1)},
        ),
        "overlay-at-the-edge": Kind(
            BYTES, np.where(placed[..., None], 255, np.where(placed_near[..., None], 0, whole)),
            {**plain, **_overlay(small, 0, 29)},
        ),
        "shutter-rectangle": Kind(
            BYTES, np.where(boxed[..., None], whole, 0), {**plain, "ShutterShape": shapes[0], **box}
        ),
        "shutter-circle": Kind(
            BYTES, np.where(round_[..., None], whole, 0x40), {**plain, **shut, "ShutterShape": shapes[1], **circle}
        ),
        "shutter-polygon": Kind(
            BYTES, np.where(triangle[..., None], whole, 0x40), {**plain, **shut, "ShutterShape": shapes[2], **polygon}
        ),
        "shutter-all": Kind(
            BYTES, np.where((boxed & round_ & triangle)[..., None], whole, 0x40),
            {**plain, **shut, "ShutterShape": shapes, **box, **circle, **polygon},
        ),
    }  # fmt: skip


def _triangle(rows: Array, columns: Array) -> Array:
    """Inside the corners (row, column) (1, 2), (21, 15), (1, 28) from 0; the edges meet no other pixel's centre."""
    left = (columns - 2) * 20 - (rows - 1) * 13 > 0
    right = (28 - columns) * 20 - (rows - 1) * 13 > 0
    return np.asarray(left & right & (rows > 1))


def _overlay(bits: Array, row: int, column: int) -> dict[str, Any]:
    packed = np.packbits(bits.ravel(), bitorder="little").tobytes()
    return {
        "overlay": {
            0x0010: ("US", bits.shape[0]), 0x0011: ("US", bits.shape[1]), 0x0040: ("CS", "G"),
            0x0050: ("SS", [row, column]),
            0x0100: ("US", 1), 0x0102: ("US", 0), 0x3000: ("OW", packed + b"\0" * (len(packed) % 2)),
        }
    }  # fmt: skip


def _coloured() -> dict[str, Kind]:
    published = {
        "hot-iron": "hotiron", "pet": "pet", "hot-metal-blue": "hotmetalblue", "pet-20-step": "pet20step",
        "spring": "spring", "summer": "summer", "fall": "fall", "winter": "winter",
    }  # fmt: skip
    kinds = {
        f"colours-{name}": Kind(
            BYTES, apply_color_lut(BYTES, pydicom.dcmread(get_palette_files(f"{stem}.dcm")[0], force=True)),
            AS_STORED, View(colours=name),
        )
        for name, stem in published.items()
    }  # fmt: skip
    hue = cv2.cvtColor(
        np.stack([240 * (1 - BYTES / 255), np.ones(BYTES.shape), np.ones(BYTES.shape)], axis=-1).astype(np.float32),
        cv2.COLOR_HSV2RGB,
    )
    kinds["colours-rainbow"] = Kind(BYTES, np.rint(hue * 255), AS_STORED, View(colours="rainbow"), tolerance=1)
    kinds["colours-inverted-grey"] = Kind(BYTES, 255 - _grey(BYTES / 255), AS_STORED, View(colours="inverted-grey"))
    return kinds


MAKERS: tuple[Callable[[], dict[str, Kind]], ...] = (_photometrics, _supplemental, _greys, _hidden, _coloured)
KINDS: dict[str, Kind] = {name: kind for make in MAKERS for name, kind in make().items()}


def store_all() -> None:
    """Draw every kind and store it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, kind in KINDS.items():
            drawn = kind.drawn(Path(folder) / f"{name}.dcm")
            cv2.imwrite(str(FOLDER / f"{name}.png"), drawn[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])


if __name__ == "__main__":
    store_all()
