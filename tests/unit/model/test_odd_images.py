"""Images whose writers erred harmlessly, as they are met in practice, are shown as they were meant."""

import struct
from typing import Any

import numpy as np
import pytest

from tests.unit.model import built_files as built
from workstation.model.image import Image
from workstation.model.source import BytesSource


def opened(data: bytes) -> Image:
    return Image.from_source(BytesSource(data))


def _without(stream: bytes, marker: int) -> bytes:
    at = stream.find(bytes((0xFF, marker)))
    if at < 0:
        return stream
    return stream[:at] + stream[at + 2 + int.from_bytes(stream[at + 2 : at + 4]) :]


def _jpeg_file(stream: bytes, colours: Any, photometric: str) -> bytes:
    ds = built.header(colours, PhotometricInterpretation=photometric)
    return built.part10(ds, built.fragments_element([stream]), built.BASELINE)


def test_that_a_jfif_stream_is_ybr_though_the_header_says_rgb() -> None:
    colours = built.colour()
    stream = built._jpeg(colours, level=98, colorspace="RGB", outcolorspace="YCBCR", subsampling="444")
    assert b"JFIF" in stream
    found = opened(_jpeg_file(stream, colours, "RGB")).frame().pixels
    assert np.abs(found.astype(int) - colours).max() <= 12


def test_that_a_stream_with_smaller_chroma_is_ybr_though_the_header_says_rgb() -> None:
    colours = built.colour()
    stream = built._jpeg(colours, level=98, colorspace="RGB", outcolorspace="YCBCR", subsampling="422")
    found = opened(_jpeg_file(_without(stream, 0xE0), colours, "RGB")).frame().pixels
    assert np.abs(found.astype(int) - colours).max() <= 12


def test_that_components_named_by_their_colours_are_rgb_though_the_header_says_ybr() -> None:
    colours = built.colour()
    stream = _without(built._jpeg(colours, level=98, colorspace="RGB", outcolorspace="RGB"), 0xEE)
    assert b"\x03R\x11\x00G\x11\x00B\x11\x00" in stream
    found = opened(_jpeg_file(stream, colours, "YBR_FULL")).frame().pixels
    assert np.abs(found.astype(int) - colours).max() <= 12


def test_that_a_stream_that_says_nothing_is_what_the_header_says() -> None:
    colours = built.colour()
    stream = built._jpeg(colours, level=98, colorspace="RGB", outcolorspace="YCBCR", subsampling="444")
    found = opened(_jpeg_file(_without(stream, 0xE0), colours, "RGB")).frame().pixels
    ybr = opened(_jpeg_file(_without(stream, 0xE0), colours, "YBR_FULL")).frame().pixels
    assert np.abs(ybr.astype(int) - colours).max() <= 12
    assert np.abs(found.astype(int) - colours).max() > 30


def test_that_rle_with_a_padding_byte_like_a_run_is_read() -> None:
    pixels = built.grey(rows=5, columns=7, bits=8)
    runs = b"\x22" + pixels.tobytes()
    fragment = struct.pack("<16I", 1, 64, *[0] * 14) + runs + b"\x20\x20"
    data = built.part10(built.header(pixels), built.fragments_element([fragment]), built.RLE)
    assert np.array_equal(opened(data).stored(), pixels)


@pytest.mark.parametrize("uid", [built.J2K, built.EXTENDED])
def test_that_loss_above_the_stored_bits_stays_white_instead_of_wrapping_to_black(uid: str) -> None:
    pixels = built.grey(bits=10)
    pixels[3:6, 3:6] = 1030
    stream = built.encode(pixels, uid)
    ds = built.header(pixels, BitsStored=10, HighBit=9)
    found = opened(built.part10(ds, built.fragments_element([stream]), uid)).stored()
    assert found[4, 4] >= 1015


def test_that_a_compressed_stream_under_a_native_syntax_is_decoded() -> None:
    pixels = built.grey(bits=12)
    stream = built.encode(pixels, built.LOSSLESS_SV1)
    ds = built.header(pixels, BitsStored=12, HighBit=11)
    data = built.part10(ds, built.fragments_element([stream]), built.EXPLICIT)
    assert np.array_equal(opened(data).stored(), pixels)


def test_that_a_count_of_frames_with_a_letter_in_it_is_read_up_to_there() -> None:
    pixels = built.grey(bits=8)
    data = built.native_file(pixels, NumberOfFrames=17).replace(b"IS\x02\x0017", b"IS\x02\x001A")
    image = opened(data)
    assert image.number_of_frames == 1
    assert np.array_equal(image.stored(), pixels)


@pytest.mark.parametrize("high", [0, 10, 16, 40])
def test_that_an_impossible_high_bit_tells_nothing(high: int) -> None:
    pixels = built.grey(bits=12)
    assert np.array_equal(opened(built.native_file(pixels, BitsStored=12, HighBit=high)).stored(), pixels)


@pytest.mark.parametrize(("photometric", "samples"), [("MONOCHROME2", 3), ("RGB", 1)])
def test_that_pixels_as_long_as_colours_are_colours(photometric: str, samples: int) -> None:
    colours = built.colour(5, 7)
    data = built.native_file(colours, PhotometricInterpretation=photometric, SamplesPerPixel=samples)
    assert np.array_equal(opened(data).frame().pixels, colours)


def test_that_pixels_as_long_as_one_sample_are_grey_though_three_are_declared() -> None:
    pixels = built.grey(5, 7, bits=8)
    found = opened(built.native_file(pixels, SamplesPerPixel=3)).frame()
    assert np.array_equal(found.pixels, pixels)
    assert found.photometric == "MONOCHROME2"


def test_that_chroma_of_every_pixel_is_read_though_the_header_says_422() -> None:
    colours = built.colour(6, 8)
    named = built.native_file(colours, PhotometricInterpretation="YBR_FULL_422")
    right = built.native_file(colours, PhotometricInterpretation="YBR_FULL")
    assert np.array_equal(opened(named).frame().pixels, opened(right).frame().pixels)


def test_that_elements_with_a_blank_vr_are_read_as_short_ones() -> None:
    pixels = built.grey()
    data = built.native_file(pixels, PixelPaddingValue=7, SmallestImagePixelValue=1, WindowCenter=50, WindowWidth=100)
    for tag in (b"\x28\0\x20\x01", b"\x28\0\x06\x01"):
        assert data.count(tag + b"US") == 1
        data = data.replace(tag + b"US", tag + b"  ")
    image = opened(data)
    assert np.array_equal(image.stored(), pixels)
    assert image.dataset.PixelPaddingValue == 7
    assert image.dataset.WindowWidth == 100
