"""Presentation states written: they read back equal, and other programs find nothing wrong with them."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from tests.unit.objects.gate import Tool, findings
from tests.unit.objects.states import IMAGE, SECONDARY_CAPTURE, item
from workstation.errors import UserError
from workstation.model.frame import LookupTable, ModalityTransform, Window
from workstation.model.frame_parts import Overlay, Shutter
from workstation.objects.presentation.marks import annotation_of, arrow, circle, ellipse, line, rectangle, words_at
from workstation.objects.presentation.reading import open_presentation_state
from workstation.objects.presentation.values import (
    Annotation,
    Compound,
    DisplayedArea,
    FillStyle,
    Graphic,
    ImageReference,
    Kind,
    Layer,
    LineStyle,
    PresentationOverlay,
    PresentationState,
    Shadow,
    SoftcopyVoi,
    Text,
    TextStyle,
    Tick,
)
from workstation.objects.presentation.writing import presentation_dataset
from workstation.objects.writing import NewSeries, save

NOW = datetime(2026, 11, 25, 14, 30)
REFERENCE = ImageReference(IMAGE, SECONDARY_CAPTURE, "1.2.826.0.4")
ITEM_REFERENCE = replace(REFERENCE, series_instance_uid="")


MULTI_FRAME = "1.2.840.10008.5.1.4.1.1.7.2"
SOME_FRAMES = replace(ITEM_REFERENCE, sop_class_uid=MULTI_FRAME, frames=(0, 4))


def _source() -> Dataset:
    return item(
        StudyInstanceUID="1.2.826.0.2", SeriesInstanceUID="1.2.826.0.4", SOPInstanceUID=IMAGE, Rows=96, Columns=128,
        PatientName="Müller^Jörg", PatientID="1", StudyDate="20261120", StudyTime="101112",
    )  # fmt: skip


def _state(**changes: object) -> PresentationState:
    whole = DisplayedArea((0, 0), (127, 95), aspect=1.0)
    base = PresentationState("grayscale", (REFERENCE,), label="TEST", areas=(whole,))
    return replace(base, **changes)  # type: ignore[arg-type]


def _written(state: PresentationState, folder: Path) -> Path:
    path = folder / "state.dcm"
    save(presentation_dataset(state, _source(), NewSeries("PR", 901, "Presentation states"), now=NOW), path)
    return path


def _plain(state: PresentationState) -> PresentationState:
    return replace(state, sop_instance_uid="", created="", voi=(), presentation_lut=None, palette=None, overlays=())


def styled_annotation() -> Annotation:
    shadow = Shadow(outlined=False, colour=(10, 20, 30), opacity=0.5, offset_px=(2.0, 3.0))
    dashes = LineStyle((255, 0, 0), 2.0, 0xF0F0, 0.75, (0, 0, 255), 0.25, shadow)
    fill = FillStyle((0, 255, 0), 0.5, bytes(range(128)), (255, 255, 0), 0.25)
    style = TextStyle(
        (1, 2, 3), "sans-serif", "CENTER", "BOTTOM", underlined=True, bold=True, italic=True, shadow=shadow
    )
    ruler = Compound(
        "AXIS", ((0.0, 0.0), (50.0, 0.0)), identifier=1, rotation_deg=30.0, rotation_point=(25.0, 0.0),
        ticks=(Tick(0.0, "0"), Tick(0.5, "half")), tick_alignment="TOP", label_alignment="TOP", shows_labels=True,
        line=dashes, text=style,
    )  # fmt: skip
    return Annotation(
        "DRAWN",
        (
            Graphic("POINT", ((1.0, 2.0),)),
            Graphic(
                "ELLIPSE", ((0.25, 0.5), (0.75, 0.5), (0.5, 0.25), (0.5, 0.75)), "DISPLAY", is_filled=True, fill=fill
            ),
            Graphic("INTERPOLATED", ((0.0, 0.0), (5.0, 9.0), (9.0, 1.0)), line=dashes),
            Graphic("POLYLINE", ((0.0, 0.0), (50.0, 0.0)), compound_id=1),
        ),
        (
            Text("in a box\nof two lines", ((1.0, 2.0), (30.0, 9.0)), justification="RIGHT", style=style),
            Text("at an anchor", anchor=(0.5, 0.5), anchor_units="DISPLAY", is_anchor_visible=True),
        ),
        (ruler, replace(ruler, kind="CROSSHAIR", points=((9.0, 9.0),), identifier=2, gap=0.25, diameter=0.5, ticks=())),
        (ITEM_REFERENCE,),
    )


STATES: dict[str, PresentationState] = {
    "nothing": _state(),
    "described": _state(label="KEY_FINDING", description="lésion", creator="Reader, Ann"),
    "greys": _state(modality=ModalityTransform(2.0, -1024.0, unit="HU"), is_inverse=True),
    "turned": _state(
        rotation_quarters=3, is_flipped_h=True, areas=(DisplayedArea((127, 95), (0, 0), aspect=1.0),)
    ),
    "areas": _state(
        areas=(
            DisplayedArea((4, 5), (100, 50), spacing_mm=(0.7, 0.5), references=(SOME_FRAMES,)),
            DisplayedArea((0, 0), (9, 9), "MAGNIFY", aspect=1.5, magnification=2.5),
            DisplayedArea((0, 0), (9, 9), "TRUE SIZE", spacing_mm=(0.25, 0.25)),
        )
    ),
    "shutters": _state(
        shutter=Shutter((4, 5, 100, 90), (60.0, 40.0, 30.0), ((1.0, 2.0), (90.0, 4.0), (50.0, 80.0)), 9000),
        shutter_value=9000,
    ),
    "layers": _state(
        layers=(Layer("DRAWN", 1, (255, 128, 0), "drawn"), Layer("OTHER", 2)), annotations=(styled_annotation(),)
    ),
    "marks": _state(
        layers=(Layer("ANNOTATIONS", 1, (255, 214, 64)),),
        annotations=(
            annotation_of(
                [
                    words_at((3.0, 4.0), "words"),
                    arrow((10.0, 12.0), (61.0, 80.0)),
                    arrow((10.0, 12.0), (61.0, 10.0)),
                    line((1.0, 2.0), (3.0, 9.0)),
                    rectangle((5.0, 6.0), (20.0, 30.0)),
                    circle((50.0, 50.0), 12.0),
                    ellipse((50.0, 50.0), (70.0, 90.0)),
                ]
            ),
        ),
    ),
    "several frames": _state(references=(replace(REFERENCE, sop_class_uid=MULTI_FRAME, frames=(0, 3, 7)),)),
}  # fmt: skip


@pytest.mark.parametrize("name", STATES)
def test_that_a_state_reads_back_equal(tmp_path: Path, name: str) -> None:
    read = open_presentation_state(_written(STATES[name], tmp_path))
    assert _plain(read) == _plain(STATES[name])
    assert read.created == "2026-11-25 14:30"


@pytest.mark.parametrize("name", STATES)
def test_that_other_programs_find_nothing_wrong(tmp_path: Path, name: str, tool: Tool) -> None:
    assert findings(tool, _written(STATES[name], tmp_path), is_presentation_state=True) == []


TABLE = LookupTable(-300, np.arange(0, 4000, 7, dtype=np.uint16), 12, "a curve")
FULL = LookupTable(0, (np.arange(65536) ** 1.0).astype(np.uint16), 16, "all entries")


def test_that_windows_and_tables_read_back_equal_and_right(tmp_path: Path, tool: Tool) -> None:
    window = Window(40.5, 400.0, "SIGMOID", "bone")
    state = _state(
        voi=(SoftcopyVoi(window, (ITEM_REFERENCE,)), SoftcopyVoi(TABLE)), presentation_lut=replace(TABLE, first_input=0)
    )
    path = _written(state, tmp_path)
    read = open_presentation_state(path)
    assert read.voi[0] == SoftcopyVoi(window, (ITEM_REFERENCE,))
    for mine, other in ((TABLE, read.voi[1].voi), (state.presentation_lut, read.presentation_lut)):
        assert isinstance(other, LookupTable)
        assert mine is not None
        shares = [table.values / (2**table.bits - 1) for table in (mine, other)]
        assert np.abs(shares[0] - shares[1]).max() < 1e-5
        assert mine.explanation == other.explanation
        assert mine.first_input % 65536 == other.first_input
    assert findings(tool, path, is_presentation_state=True) == []


def test_that_a_modality_table_with_all_entries_reads_back_equal(tmp_path: Path, tool: Tool) -> None:
    path = _written(_state(modality=ModalityTransform(lut=FULL, unit="OD")), tmp_path)
    read = open_presentation_state(path).modality
    assert read is not None
    assert read.lut is not None
    assert (len(read.lut.values), read.unit) == (65536, "OD")
    assert np.array_equal(read.lut.values, FULL.values)
    assert findings(tool, path, is_presentation_state=True) == []


def test_that_an_area_beyond_the_image_reads_back_equal(tmp_path: Path) -> None:
    beyond = (DisplayedArea((-20, -10), (200, 150), aspect=1.0),)
    assert open_presentation_state(_written(_state(areas=beyond), tmp_path)).areas == beyond


def test_that_overlays_and_a_bitmap_shutter_read_back_equal(tmp_path: Path, tool: Tool) -> None:
    bits = np.eye(13, 21, dtype=np.bool_)
    overlays = (
        PresentationOverlay(0x6000, "OVERLAYS", Overlay(bits, (4, 7), 0x6000, "label")),
        PresentationOverlay(0x6002, "", Overlay(~bits, (0, 0), 0x6002)),
    )
    state = _state(layers=(Layer("OVERLAYS", 1),), overlays=overlays, shutter_bitmap=0x6002, shutter_value=500)
    path = _written(state, tmp_path)
    read = open_presentation_state(path)
    assert (read.shutter_bitmap, read.shutter_value, read.problems) == (0x6002, 500, ())
    for mine, other in zip(overlays, read.overlays, strict=True):
        assert (mine.group, mine.layer) == (other.group, other.layer)
        if mine.overlay is not None and other.overlay is not None:
            assert np.array_equal(mine.overlay.bits, other.overlay.bits)
            assert (mine.overlay.origin_px, mine.overlay.label) == (other.overlay.origin_px, other.overlay.label)
    assert findings(tool, path, is_presentation_state=True) == []


@pytest.mark.parametrize("kind", ["color", "pseudo-color"])
def test_that_states_with_colours_are_right(tmp_path: Path, kind: Kind, tool: Tool) -> None:
    ramp = np.linspace(0, 65535, 256).astype(np.uint16)
    tables = (LookupTable(0, ramp, 16), LookupTable(0, ramp[::-1].copy(), 16), LookupTable(0, np.roll(ramp, 7), 16))
    state = replace(STATES["shutters"], kind=kind, palette=tables if kind == "pseudo-color" else None)
    path = _written(state, tmp_path)
    read = open_presentation_state(path)
    assert (read.kind, read.problems) == (kind, ())
    if read.palette is not None:
        assert all(np.array_equal(mine.values, other.values) for mine, other in zip(tables, read.palette, strict=True))
    assert findings(tool, path, is_presentation_state=kind == "pseudo-color") == []


def test_that_what_cannot_be_saved_is_refused(tmp_path: Path) -> None:
    for wrong, words in (
        (_state(references=()), "at least one image"),
        (_state(label="???"), "no letter or digit"),
        (_state(layers=(Layer("small letters", 1),)), "name of a layer"),
        (_state(voi=(SoftcopyVoi(Window(0, float("nan"))),)), "cannot be saved"),
        (_state(areas=(DisplayedArea((0, 0), (1 << 40, 5)),)), "cannot be saved"),
        (_state(kind="pseudo-color"), "needs a palette"),
    ):
        with pytest.raises(UserError, match=words):
            _written(wrong, tmp_path)
    lost = Annotation("A", (Graphic("POINT", ((float("inf"), 1.0),)),))
    with pytest.raises(ValueError, match="have to be numbers"):
        _written(_state(annotations=(lost,)), tmp_path)
