"""What the golden pictures show, made by arithmetic; ``python -m tests.golden.scenes`` draws and stores them anew.

Look at what has changed before a new picture is committed.
"""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.golden.presentations import PRESENTATIONS
from tests.golden.slices import SIZE, body, colours, ct, disc
from tests.unit.display.frames import frame_of
from workstation.display.annotate import Annotations, draw_annotations
from workstation.display.corner_text import Corners
from workstation.display.letters import EdgeLetters
from workstation.display.render import render
from workstation.display.scale_bar import scale_bar
from workstation.display.segments import ContourLayer, Look, SegmentLayer
from workstation.display.view import View
from workstation.model.frame import Frame, LookupTable, ModalityTransform, Window
from workstation.model.frame_parts import Overlay, Shutter
from workstation.model.segmentation import Segment, SegmentMask
from workstation.model.structures import Structure
from workstation.objects.structure_contours import StructureContours

PICTURES = Path(__file__).parent / "pictures"


def _padded() -> Frame:
    values = body()
    rows, columns = np.indices(values.shape)
    values[np.hypot(columns - 63.5, rows - 47.5) > 60] = -2000
    return frame_of(values, modality=ModalityTransform(1, -1024), padding=(-2000, -2000), spacing_mm=(1.2, 0.8))


def _overlaid() -> Frame:
    bits = np.zeros((96, 128), np.bool_)
    bits[10:86, 30], bits[20, 10:120] = True, True
    bits |= abs(disc((96, 128), (80, 42), 22) - 0.5) < 0.49
    shutter = Shutter(rectangle_px=(8, 6, 120, 90), circle_px=(64, 48, 52), value=12000)
    return ct(overlays=(Overlay(bits, (0, 0), 0x6000),), shutter=shutter)


def _annotated() -> NDArray[np.uint8]:
    frame, size = ct(), (400, 320)
    view = View()
    bar = scale_bar(frame.spacing, view.effective_zoom(frame, size), longest_px=100)
    corners = Corners(
        ("Müller, Jörg", "שרון דבורה", "山田, 太郎"), ("Люкceмбypг", "2026-11-20"), ("W 400 L 40",), ("A (B)",)
    )
    return draw_annotations(render(frame, view, size), Annotations(corners, EdgeLetters("R", "AH", "L", "PF"), bar))


def _table() -> LookupTable:
    return LookupTable(-400, (np.linspace(0, 1, 900) ** 2 * 4095).astype(np.uint16), 12)


def _segmented(view: View) -> NDArray[np.uint8]:
    """Two lungs, one faint at its rim, and a lesion over them with its own outline."""
    masks = [
        SegmentMask(Segment(1, "Right lung"), disc((96, 128), (44, 44), 15) >= 0.5),
        SegmentMask(Segment(2, "Left lung"), disc((96, 128), (80, 42), 18).astype(np.float32)),
        SegmentMask(Segment(3, "Lesion"), disc((96, 128), (46, 50), 5) >= 0.5),
    ]
    looks = {1: Look((90, 190, 110), 0.35), 2: Look((80, 140, 240), 0.35), 3: Look((230, 80, 70), 0.0, outline_px=2)}
    return SegmentLayer(masks).draw(render(ct(), view, SIZE), ct(), view, SIZE, looks)


def _contoured(view: View) -> NDArray[np.uint8]:
    """A body with a hole, an open line and a point."""
    angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    ring = np.column_stack([np.cos(angles), np.sin(angles)])
    body_contours = StructureContours(Structure(1, "Body"), closed=(ring * 40 + (62, 48), ring * 17 + (44, 44)))
    marks = StructureContours(
        Structure(2, "Marks"), open=(np.array([(70.0, 30), (90, 50), (80, 70)]),), points=(np.array([(100.0, 20)]),)
    )
    looks = {1: Look((235, 200, 60), 0.25), 2: Look((190, 100, 220), outline_px=2)}
    return ContourLayer([body_contours, marks]).draw(render(ct(), view, SIZE), ct(), view, SIZE, looks)


SCENES: dict[str, Callable[[], NDArray[np.uint8]]] = {
    "fitted": lambda: render(ct(), View(), SIZE),
    "lung-turned-flipped": lambda: render(ct(), View(Window(-600, 1500), rotation_quarters=1, flipped_h=True), SIZE),
    "zoomed-cubic-inverted": lambda: render(
        ct(), View(zoom=4.3, centre_px=(80.2, 42.7), interpolation="cubic", inverted=True), SIZE
    ),
    "nearest": lambda: render(ct(), View(zoom=5.5, centre_px=(66, 74), interpolation="nearest"), SIZE),
    "reduced": lambda: render(ct(), View(zoom=0.4), SIZE),
    "padding-and-tall-pixels": lambda: render(_padded(), View(), SIZE),
    "voi-table": lambda: render(ct(), View(_table()), SIZE),
    "sigmoid": lambda: render(ct(), View(Window(40, 400, "SIGMOID")), SIZE),
    "colours": lambda: render(colours(), View(), SIZE),
    "overlays-and-shutter": lambda: render(_overlaid(), View(), SIZE),
    "annotations": _annotated,
    "segments": lambda: _segmented(View(zoom=2.6, centre_px=(60.0, 44.0), flipped_h=True, rotation_quarters=1)),
    "structures": lambda: _contoured(View(zoom=2.1)),
    **PRESENTATIONS,
}


def stored(name: str) -> NDArray[np.uint8]:
    """Read a golden picture as red, green, blue."""
    return np.asarray(cv2.imread(str(PICTURES / f"{name}.png"), cv2.IMREAD_COLOR))[..., ::-1]


def store_all() -> None:
    """Draw every picture and store it."""
    PICTURES.mkdir(exist_ok=True)
    for name, draw in SCENES.items():
        cv2.imwrite(str(PICTURES / f"{name}.png"), draw()[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])


if __name__ == "__main__":
    store_all()
