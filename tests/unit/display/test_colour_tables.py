"""Colour tables against the objects that the standard publishes (as pydicom carries them), and in pictures."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.data import get_palette_files
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_color_lut

from tests.unit.display.frames import frame_of, ramp
from workstation.display.colour_tables import (
    ColourTable,
    colour_bar,
    colour_table,
    colour_table_names,
    table_of_palette,
)
from workstation.display.render import render
from workstation.display.view import View
from workstation.display.voi import value_range
from workstation.errors import UserError
from workstation.model.frame import LookupTable, Window
from workstation.model.frame_parts import Overlay, Shutter
from workstation.model.refusal import Refused

PUBLISHED = {
    "hot-iron": "hotiron",
    "pet": "pet",
    "hot-metal-blue": "hotmetalblue",
    "pet-20-step": "pet20step",
    "spring": "spring",
    "summer": "summer",
    "fall": "fall",
    "winter": "winter",
}
RAMP = np.arange(256, dtype=np.uint8).reshape(16, 16)
OVER_ALL = Window(127.5, 255, "LINEAR_EXACT")


def _published(name: str) -> Dataset:
    return pydicom.dcmread(get_palette_files(f"{PUBLISHED[name]}.dcm")[0], force=True)


def _shown(pixels: NDArray[Any], view: View, **rest: Any) -> NDArray[np.uint8]:
    frame = frame_of(pixels, **rest)
    return render(frame, view, (pixels.shape[1], pixels.shape[0]))


@pytest.mark.parametrize("name", PUBLISHED)
def test_that_a_well_known_palette_has_the_published_colours(name: str) -> None:
    dataset = _published(name)
    expected = apply_color_lut(np.arange(256, dtype=np.uint8).reshape(1, 256), dataset)[0]
    table = colour_table(name)
    assert np.array_equal(table.entries(), expected)
    assert table.uid == str.__str__(dataset.SOPInstanceUID)


@pytest.mark.parametrize("name", PUBLISHED)
def test_that_a_color_palette_object_is_read_plain_and_segmented(name: str) -> None:
    read = table_of_palette(_published(name), name="palette")
    assert read.rgb == colour_table(name).rgb
    assert read.uid == colour_table(name).uid
    assert read.label


def test_that_a_palette_of_16_bits_is_reduced_and_a_short_channel_goes_on() -> None:
    dataset = Dataset()
    for colour, entries in (("Red", [0, 0x8000, 0xFFFF]), ("Green", [0x1234]), ("Blue", [0xFFFF, 0, 0x00FF])):
        setattr(dataset, f"{colour}PaletteColorLookupTableDescriptor", [len(entries), 0, 16])
        setattr(dataset, f"{colour}PaletteColorLookupTableData", np.array(entries, "<u2").tobytes())
    assert table_of_palette(dataset, name="x").entries().tolist() == [[0, 18, 255], [128, 18, 0], [255, 18, 0]]


def test_that_a_damaged_palette_is_refused() -> None:
    dataset = _published("hot-iron")
    del dataset.GreenPaletteColorLookupTableDescriptor
    with pytest.raises(Refused, match="green"):
        table_of_palette(dataset, name="x")


def test_that_names_are_unique_and_found_in_any_spelling() -> None:
    names = colour_table_names()
    assert len(set(names)) == len(names)
    assert all(len(colour_table(name).entries()) == 256 for name in names)
    assert colour_table("Hot Iron") is colour_table("HOT_IRON") is colour_table("hot-iron")
    with pytest.raises(UserError, match="brimstone"):
        colour_table("brimstone")


def test_that_grey_changes_nothing_and_inverted_grey_inverts() -> None:
    pixels = ramp(-500, 3000)
    plain = _shown(pixels, View(Window(800, 1900)))
    assert np.array_equal(_shown(pixels, View(Window(800, 1900), colours="grey")), plain)
    assert np.array_equal(_shown(pixels, View(Window(800, 1900), colours=colour_table("grey"))), plain)
    inverted = _shown(pixels, View(Window(800, 1900), colours="inverted-grey"))
    assert np.array_equal(inverted, 255 - plain)


def test_that_viridis_rises_evenly_in_lightness_and_rainbow_goes_from_blue_to_red() -> None:
    entries = colour_table("viridis").entries().reshape(1, 256, 3)
    lightness = cv2.cvtColor(entries.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)[0, :, 0]
    steps = np.diff(lightness)
    assert steps.min() > -0.2
    assert lightness[-1] - lightness[0] > 70
    rainbow = colour_table("rainbow").entries()
    assert [rainbow[at].tolist() for at in (0, 255)] == [[0, 0, 255], [255, 0, 0]]
    assert rainbow[127:129, 1].tolist() == [255, 255]


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.uint16, np.int32, np.float32, np.float64])
@pytest.mark.parametrize("name", ["hot-iron", "pet-20-step"])
def test_that_a_picture_has_the_colour_of_each_grey(name: str, kind: Any) -> None:
    shown = _shown(RAMP.astype(kind), View(OVER_ALL, colours=name))
    assert np.array_equal(shown, colour_table(name).entries()[RAMP])


def test_that_inversion_and_monochrome1_turn_the_table_round() -> None:
    table = colour_table("hot-iron").entries()
    view = View(OVER_ALL, colours="hot-iron")
    turned = table[255 - RAMP]
    assert np.array_equal(_shown(RAMP, View(OVER_ALL, inverted=True, colours="hot-iron")), turned)
    assert np.array_equal(_shown(RAMP, view, photometric="MONOCHROME1"), turned)
    assert np.array_equal(_shown(RAMP, view, presentation_is_inverse=True), turned)


def test_that_a_table_of_many_entries_keeps_them_apart() -> None:
    entries = np.stack([np.arange(4096) % 256, np.arange(4096) // 256, np.zeros(4096)], axis=-1).astype(np.uint8)
    values = np.arange(4096, dtype=np.uint16).reshape(64, 64)
    view = View(Window(2047.5, 4095, "LINEAR_EXACT"), colours=ColourTable("", "long", entries.tobytes()))
    assert np.array_equal(_shown(values, view).reshape(-1, 3), entries)


def test_that_images_in_colour_stay_as_they_are() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (20, 30, 3)).astype(np.uint8)
    assert np.array_equal(_shown(pixels, View(colours="hot-iron"), photometric="RGB", bits_stored=8), pixels)


@pytest.mark.parametrize("name", ["spring", "inverted-grey"])
def test_that_padding_is_black_and_shutter_and_overlay_are_grey_whatever_the_table(name: str) -> None:
    pixels = np.full((20, 20), 100, np.int16)
    pixels[:, :4] = -5
    bits = np.zeros((20, 20), np.bool_)
    bits[10, 10] = True
    shown = _shown(
        pixels,
        View(OVER_ALL, colours=name),
        padding=(-5, -5),
        overlays=(Overlay(bits, (0, 0), 0x6000),),
        shutter=Shutter(rectangle_px=(0, 0, 19, 15), value=0x8000),
    )
    assert shown[0, 0].tolist() == [0, 0, 0]
    assert shown[5, 15].tolist() == colour_table(name).entries()[100].tolist()
    assert shown[10, 10].tolist() == [255, 255, 255]
    assert shown[18, 18].tolist() == [0x80, 0x80, 0x80]


def test_that_values_that_are_no_numbers_are_black() -> None:
    pixels = np.full((4, 4), 100, np.float32)
    pixels[0, 0], pixels[1, 1], pixels[2, 2] = np.nan, np.inf, -np.inf
    shown = _shown(pixels, View(OVER_ALL, colours="spring"))
    assert not shown[[0, 1, 2], [0, 1, 2]].any()
    assert shown[3, 3].tolist() == colour_table("spring").entries()[100].tolist()


def test_that_the_bar_shows_the_table_from_bottom_to_top_with_the_ends_of_the_window() -> None:
    bar = colour_bar("hot-iron", Window(40.5, 401), size_px=(7, 256), unit="HU")
    assert np.array_equal(bar.picture[::-1, 3], colour_table("hot-iron").entries())
    assert bar.ticks == ((0.0, "-160"), (0.5, "40"), (1.0, "240"))
    assert bar.unit == "HU"
    turned = colour_bar("hot-iron", Window(40.5, 401), size_px=(7, 256), inverse=True)
    assert np.array_equal(turned.picture[:, 3], colour_table("hot-iron").entries())


def test_that_the_ends_of_a_window_are_where_the_standard_has_them() -> None:
    assert value_range(Window(2048, 4096)) == (0, 4095)
    assert value_range(Window(2048, 4096, "LINEAR_EXACT")) == (0, 4096)
    assert value_range(LookupTable(-10, np.zeros(21, np.uint16), 8)) == (-10, 10)


def test_that_the_picture_of_a_colour_palette_object_equals_the_one_by_name(tmp_path: Path) -> None:
    palette = tmp_path / "palette.dcm"
    _published("pet").save_as(palette)
    read = table_of_palette(pydicom.dcmread(palette), name=palette.name)
    by_name, by_file = (_shown(RAMP, View(OVER_ALL, colours=each)) for each in ("pet", read))
    assert np.array_equal(by_name, by_file)
