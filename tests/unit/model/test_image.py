"""Images in every kind of packing, and what their headers say about the pixels."""

import struct
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import Dataset

from tests.unit.model import built_files as built
from workstation.model.frame import LookupTable, Window
from workstation.model.geometry import SpacingSource
from workstation.model.image import Image
from workstation.model.pixels.decoders import decode_into
from workstation.model.pixels.description import stored_dtype
from workstation.model.source import BytesSource, Stream


def opened(data: bytes) -> Image:
    return Image.from_source(BytesSource(data))


@pytest.mark.parametrize("uid", [*built.NATIVE, *built.LOSSLESS_SYNTAXES])
@pytest.mark.parametrize("bits", [8, 12, 16])
def test_that_grey_frames_come_back_as_they_were(uid: str, bits: int) -> None:
    pixels = built.grey(bits=bits, frames=3)
    make = built.native_file if uid in built.NATIVE else built.compressed_file
    image = opened(make(pixels, uid, frames=3, BitsStored=bits, HighBit=bits - 1))
    for number in (2, 0, 1):
        frame = image.frame(number)
        assert np.array_equal(frame.pixels, pixels[number])
        assert frame.pixels.dtype == pixels.dtype
        assert frame.photometric == "MONOCHROME2"
        assert frame.number == number


@pytest.mark.parametrize("uid", [*built.NATIVE, built.RLE, built.LOSSLESS, built.JPEG_LS, built.J2K, built.HT])
@pytest.mark.parametrize("bits", [8, 16])
def test_that_signed_values_keep_their_sign(uid: str, bits: int) -> None:
    pixels = built.grey(bits=bits, signed=True)
    make = built.native_file if uid in built.NATIVE else built.compressed_file
    found = opened(make(pixels, uid)).frame().pixels
    assert np.array_equal(found, pixels)
    assert found.dtype == pixels.dtype


@pytest.mark.parametrize("uid", [built.EXPLICIT, built.RLE, built.LOSSLESS, built.JPEG_LS])
def test_that_bits_above_those_stored_are_masked_and_the_sign_is_extended(uid: str) -> None:
    values = np.array([[-2048, -1, 0], [1, 5, 2047]], np.int16)
    words = (values.view(np.uint16) & 0x0FFF) | 0x5000 if uid in (built.EXPLICIT, built.RLE) else values.view(np.uint16)
    make = built.native_file if uid == built.EXPLICIT else built.compressed_file
    image = opened(make(words.astype(np.uint16), uid, BitsStored=12, HighBit=11, PixelRepresentation=1))
    assert np.array_equal(image.frame().pixels, values)


def test_that_values_below_the_high_bit_are_shifted_down() -> None:
    words = (np.arange(6, dtype=np.uint16).reshape(2, 3) * 700 << 4) | 0x000F
    image = opened(built.native_file(words, BitsStored=12, HighBit=15))
    assert np.array_equal(image.frame().pixels, np.arange(6).reshape(2, 3) * 700)


@pytest.mark.parametrize("bits", [1, 3, 5, 10, 12, 20, 24, 31])
def test_that_packed_bits_are_taken_apart_frame_by_frame(bits: int) -> None:
    rng = np.random.default_rng(bits)
    values = rng.integers(0, 1 << bits, (3, 5, 3), np.uint64)
    stream = ((values.reshape(-1, 1) >> np.arange(bits, dtype=np.uint64)) & np.uint64(1)).astype(np.uint8)
    data = np.packbits(stream.reshape(-1), bitorder="little").tobytes()
    described = built.header(values[0].astype(np.uint8), BitsAllocated=bits, BitsStored=bits, HighBit=bits - 1)
    described.NumberOfFrames = 3
    image = opened(built.part10(described, built.native_element(data)))
    assert [image.frame(number).pixels.tolist() for number in range(3)] == values.tolist()


@pytest.mark.parametrize("kind", ["u4", "i4", "u8", "i8"])
def test_that_wide_integers_are_read(kind: str) -> None:
    values = (np.arange(12).reshape(3, 4) * 123456).astype(kind) - (5 if kind[0] == "i" else 0)
    assert np.array_equal(opened(built.native_file(values.astype(kind))).frame().pixels, values)


@pytest.mark.parametrize(("kind", "element", "vr"), [("f4", 0x0008, "OF"), ("f8", 0x0009, "OD")])
@pytest.mark.parametrize("uid", built.NATIVE)
def test_that_floats_are_read(kind: str, element: int, vr: str, uid: str) -> None:
    values = np.linspace(-1, 1, 12).reshape(3, 4).astype(kind)
    ds = built.header(values, BitsStored=None, HighBit=None, PixelRepresentation=None)
    data = values.astype(values.dtype.newbyteorder(">" if uid == built.BIG else "<")).tobytes()
    image = opened(built.part10(ds, built.native_element(data, uid, tag=(0x7FE0, element), vr=vr), uid))
    assert np.array_equal(image.frame().pixels, values)


@pytest.mark.parametrize("vr", ["OB", "OW"])
def test_that_bytes_in_big_endian_words_are_in_order(vr: str) -> None:
    pixels = built.grey(5, 3, bits=8, frames=3)
    image = opened(built.native_file(pixels, built.BIG, frames=3, vr=vr))
    assert all(np.array_equal(image.frame(number).pixels, pixels[number]) for number in range(3))


@pytest.mark.parametrize(
    "uid", [built.RLE, built.LOSSLESS, built.JPEG_LS, built.J2K_LOSSLESS, built.HT_LOSSLESS, built.XL]
)
def test_that_lossless_colours_come_back_as_they_were(uid: str) -> None:
    colours = built.colour()
    described = "YBR_RCT" if uid in (built.J2K_LOSSLESS, built.HT_LOSSLESS) else "RGB"
    image = opened(built.compressed_file(colours, uid, PhotometricInterpretation=described))
    assert np.array_equal(image.frame().pixels, colours)


@pytest.mark.parametrize("photometric", ["RGB", "YBR_FULL_422"])
def test_that_baseline_colours_come_near(photometric: str) -> None:
    colours = built.colour()
    source = "RGB" if photometric == "RGB" else "YCBCR"
    stream = built._jpeg(colours, level=98, colorspace="RGB", outcolorspace=source)
    ds = built.header(colours, PhotometricInterpretation=photometric)
    frame = opened(built.part10(ds, built.fragments_element([stream]), built.BASELINE)).frame()
    assert np.abs(frame.pixels.astype(int) - colours).max() <= 12
    assert frame.photometric == "RGB"


@pytest.mark.parametrize(
    ("ybr", "rgb"),
    [((76, 85, 255), (254, 0, 0)), ((255, 128, 128), (255, 255, 255)), ((29, 255, 107), (0, 0, 254))],
)
def test_that_full_range_ybr_becomes_rgb(ybr: tuple[int, ...], rgb: tuple[int, ...]) -> None:
    pixels = np.full((2, 2, 3), ybr, np.uint8)
    found = opened(built.native_file(pixels, PhotometricInterpretation="YBR_FULL")).frame().pixels
    assert np.abs(found.astype(int) - rgb).max() <= 1


def test_that_planes_of_colours_are_interleaved() -> None:
    colours = built.colour()
    ds = built.header(colours, PlanarConfiguration=1)
    data = colours.transpose(2, 0, 1).tobytes()
    assert np.array_equal(opened(built.part10(ds, built.native_element(data))).frame().pixels, colours)


def test_that_native_422_shares_its_chroma_between_two_pixels() -> None:
    ds = built.header(np.zeros((1, 4, 3), np.uint8), PhotometricInterpretation="YBR_FULL_422")
    data = bytes([10, 20, 128, 128, 30, 40, 128, 128])
    found = opened(built.part10(ds, built.native_element(data))).frame().pixels
    assert found[0].tolist() == [[10] * 3, [20] * 3, [30] * 3, [40] * 3]


def _palette(**values: Any) -> dict[str, Any]:
    names = ("Red", "Green", "Blue")
    return {key.replace("Red", name): value for key, value in values.items() for name in names}


def test_that_a_palette_of_16_bits_colours_indices_from_its_first_entry_on() -> None:
    entries = struct.pack("<4H", 0, 1000, 2000, 65535)
    values = _palette(RedPaletteColorLookupTableDescriptor=[4, 10, 16], RedPaletteColorLookupTableData=entries)
    indices = np.array([[0, 10, 11], [12, 13, 200]], np.uint8)
    frame = opened(built.native_file(indices, PhotometricInterpretation="PALETTE COLOR", **values)).frame()
    assert frame.pixels[:, :, 0].tolist() == [[0, 0, 1000], [2000, 65535, 65535]]
    assert (frame.photometric, frame.bits_stored) == ("RGB", 16)


def test_that_a_segmented_palette_is_expanded() -> None:
    # Discrete 0, 100; a line of three to 400; the first segment again (its byte offset in two words).
    words = [0, 2, 0, 100, 1, 3, 400, 2, 1, 0, 0]
    values = _palette(
        RedPaletteColorLookupTableDescriptor=[7, 0, 16],
        SegmentedRedPaletteColorLookupTableData=struct.pack(f"<{len(words)}H", *words),
    )
    indices = np.arange(7, dtype=np.uint8).reshape(1, 7)
    frame = opened(built.native_file(indices, PhotometricInterpretation="PALETTE COLOR", **values)).frame()
    assert frame.pixels[0, :, 2].tolist() == [0, 100, 200, 300, 400, 0, 100]


@pytest.mark.parametrize("bits", [8, 16])
def test_that_an_indirect_segment_counts_bytes_to_the_segments_it_repeats(bits: int) -> None:
    width = bits // 8
    discrete, linear = [0, 3, 0, 10, 20], [1, 4, 100]
    offset = len(discrete) * width
    parts = [offset, 0] if bits == 16 else [offset, 0, 0, 0]
    codes = np.array([*discrete, *linear, 2, 1, *parts], f"<u{width}").tobytes()
    values = _palette(RedPaletteColorLookupTableDescriptor=[11, 0, bits], SegmentedRedPaletteColorLookupTableData=codes)
    indices = np.arange(11, dtype=np.uint8).reshape(1, -1)
    found = opened(built.native_file(indices, PhotometricInterpretation="PALETTE COLOR", **values)).frame().pixels
    assert found[0, :, 0].tolist() == [0, 10, 20, 40, 60, 80, 100, 100, 100, 100, 100]


def test_that_a_supplemental_palette_is_left_aside() -> None:
    values = _palette(RedPaletteColorLookupTableDescriptor=[4, 10, 16], RedPaletteColorLookupTableData=bytes(8))
    assert opened(built.native_file(built.grey(), **values)).frame().photometric == "MONOCHROME2"


def test_that_rescaling_gives_modality_values() -> None:
    ds = built.native_file(built.grey(), Modality="CT", RescaleSlope=2, RescaleIntercept=-1024)
    frame = opened(ds).frame()
    assert frame.modality.unit == "HU"
    assert np.array_equal(frame.modality_values(), built.grey().astype(int) * 2 - 1024)


def test_that_a_modality_table_comes_before_a_line() -> None:
    item = Dataset()
    item.add_new("LUTDescriptor", "US", [3, 0, 16])
    item.add_new("LUTData", "OW", struct.pack("<3H", 7, 8, 9))
    item.ModalityLUTType = "OD"
    image = opened(built.native_file(np.array([[0, 1, 2, 3]], np.uint8), ModalityLUTSequence=[item]))
    assert image.frame().modality_values().tolist() == [[7, 8, 9, 9]]
    assert image.frame().modality.unit == "OD"


def test_that_windows_come_with_functions_and_explanations_and_impossible_ones_are_left_out() -> None:
    values: dict[str, Any] = {
        "WindowCenter": [40, -600, 5],
        "WindowWidth": [400, 1500, 0],
        "WindowCenterWidthExplanation": ["soft", "lung", "none"],
        "VOILUTFunction": "SIGMOID",
    }
    voi = opened(built.native_file(built.grey(), **values)).frame().voi
    assert voi == (Window(40, 400, "SIGMOID", "soft"), Window(-600, 1500, "SIGMOID", "lung"))


@pytest.mark.parametrize(("signed", "first"), [(True, -1000), (False, 64536)])
def test_that_a_voi_table_begins_where_its_descriptor_says(signed: bool, first: int) -> None:
    item = Dataset()
    item.add_new("LUTDescriptor", "US", [3, 64536, 12])
    item.add_new("LUTData", "US", [1, 2, 3])
    item.LUTExplanation = "NORMAL"
    voi = opened(built.native_file(built.grey(signed=signed), VOILUTSequence=[item])).frame().voi
    table = voi[0]
    assert isinstance(table, LookupTable)
    assert (table.first_input, table.bits, table.explanation) == (first, 12, "NORMAL")
    assert table.values.tolist() == [1, 2, 3]


def test_that_the_range_of_padding_is_read_by_the_sign_of_the_pixels() -> None:
    ds = built.header(built.grey(signed=True))
    ds.add_new("PixelPaddingValue", "US", 63536)
    ds.add_new("PixelPaddingRangeLimit", "SS", -1990)
    image = opened(built.part10(ds, built.native_element(built.grey(signed=True).tobytes())))
    assert image.frame().padding == (-2000, -1990)


def test_that_monochrome1_is_stated_and_not_inverted() -> None:
    data = built.native_file(built.grey(), PhotometricInterpretation="MONOCHROME1", PresentationLUTShape="INVERSE")
    frame = opened(data).frame()
    assert np.array_equal(frame.pixels, built.grey())
    assert (frame.photometric, frame.presentation_is_inverse) == ("MONOCHROME1", False)


def _overlaid(ds: Dataset, bits: np.ndarray[Any, Any], frames: int = 1) -> Dataset:
    rows, columns = bits.shape[-2:]
    ds.add_new(0x60000010, "US", rows)
    ds.add_new(0x60000011, "US", columns)
    ds.add_new(0x60000040, "CS", "R")
    ds.add_new(0x60000050, "SS", [3, 2])
    ds.add_new(0x60000100, "US", 1)
    ds.add_new(0x60000102, "US", 0)
    ds.add_new(0x60001500, "LO", "lesion")
    if frames > 1:
        ds.add_new(0x60000015, "IS", frames)
        ds.add_new(0x60000051, "US", 2)
    ds.add_new(0x60003000, "OW", np.packbits(bits.reshape(-1), bitorder="little").tobytes() + b"\0")
    return ds


def test_that_an_overlay_is_unpacked_at_its_origin() -> None:
    bits = np.array([[1, 0, 1], [0, 1, 1], [1, 1, 0]], np.uint8)
    ds = _overlaid(built.header(built.grey()), bits)
    overlay = opened(built.part10(ds, built.native_element(built.grey().tobytes()))).frame().overlays[0]
    assert overlay.bits.tolist() == bits.astype(bool).tolist()
    assert (overlay.origin_px, overlay.label, overlay.is_roi, overlay.group) == ((1, 2), "lesion", True, 0x6000)


def test_that_frames_of_an_overlay_belong_to_frames_of_the_image() -> None:
    bits = np.array([[[1, 0, 1]], [[0, 1, 1]]], np.uint8)
    pixels = built.grey(frames=4)
    image = opened(
        built.part10(_overlaid(built.header(pixels, frames=4), bits, 2), built.native_element(pixels.tobytes()))
    )
    found = [[each.bits.astype(int).tolist() for each in image.frame(number).overlays] for number in range(4)]
    assert found == [[], [[[1, 0, 1]]], [[[0, 1, 1]]], []]


def test_that_an_overlay_in_a_high_bit_is_found_and_taken_off_the_pixels() -> None:
    values = built.grey()
    mask = values % 3 == 0
    ds = built.header(values, BitsStored=12, HighBit=11)
    ds.add_new(0x60020010, "US", 12)
    ds.add_new(0x60020011, "US", 10)
    ds.add_new(0x60020050, "SS", [1, 1])
    ds.add_new(0x60020100, "US", 16)
    ds.add_new(0x60020102, "US", 13)
    words = values | (mask.astype(np.uint16) << 13)
    frame = opened(built.part10(ds, built.native_element(words.astype(np.uint16).tobytes()))).frame()
    assert np.array_equal(frame.pixels, values)
    assert np.array_equal(frame.overlays[0].bits, mask)


def test_that_shutters_of_all_shapes_are_read_from_zero() -> None:
    values: dict[str, Any] = {
        "ShutterShape": ["RECTANGULAR", "CIRCULAR", "POLYGONAL"],
        "ShutterLeftVerticalEdge": 2,
        "ShutterRightVerticalEdge": 9,
        "ShutterUpperHorizontalEdge": 3,
        "ShutterLowerHorizontalEdge": 11,
        "CenterOfCircularShutter": [6, 5],
        "RadiusOfCircularShutter": 4,
        "VerticesOfThePolygonalShutter": [1, 1, 12, 1, 12, 10],
        "ShutterPresentationValue": 500,
    }
    shutter = opened(built.native_file(built.grey(), **values)).frame().shutter
    assert shutter is not None
    assert shutter.rectangle_px == (1, 2, 8, 10)
    assert shutter.circle_px == (4.0, 5.0, 4.0)
    assert shutter.polygon_px == ((0.0, 0.0), (0.0, 11.0), (9.0, 11.0))
    assert shutter.value == 500


@pytest.mark.parametrize(
    ("values", "source", "expected"),
    [
        ({"PixelSpacing": [0.5, 0.25]}, SpacingSource.PIXEL_SPACING, (0.5, 0.25)),
        ({"PixelSpacing": [0.4, 0.4], "ImagerPixelSpacing": [0.5, 0.5]}, SpacingSource.CALIBRATED, (0.4, 0.4)),
        ({"PixelSpacing": [0.5, 0.5], "ImagerPixelSpacing": [0.5, 0.5]}, SpacingSource.IMAGER, (0.5, 0.5)),
        (
            {"ImagerPixelSpacing": [0.3, 0.3], "EstimatedRadiographicMagnificationFactor": 1.5},
            SpacingSource.IMAGER_MAGNIFIED,
            (0.2, 0.2),
        ),
        (
            {"ImagerPixelSpacing": [0.3, 0.3], "DistanceSourceToDetector": 1200, "DistanceSourceToPatient": 800},
            SpacingSource.IMAGER_MAGNIFIED,
            (0.2, 0.2),
        ),
        ({"NominalScannedPixelSpacing": [0.1, 0.1]}, SpacingSource.NOMINAL_SCANNED, (0.1, 0.1)),
        ({"PixelAspectRatio": [4, 3]}, SpacingSource.ASPECT_RATIO, (4 / 3, 1.0)),
        ({"PixelSpacing": [0, 0]}, SpacingSource.NONE, (1.0, 1.0)),
        ({}, SpacingSource.NONE, (1.0, 1.0)),
    ],
)
def test_that_a_spacing_tells_where_it_comes_from(
    values: dict[str, Any], source: SpacingSource, expected: tuple[float, float]
) -> None:
    spacing = opened(built.native_file(built.grey(), **values)).spacing()
    assert spacing.source is source
    assert (spacing.between_rows, spacing.between_columns) == pytest.approx(expected)


def _region(left: int, right: int, across_cm: float) -> Dataset:
    item = Dataset()
    item.RegionSpatialFormat = 1
    item.RegionLocationMinX0, item.RegionLocationMinY0 = left, 0
    item.RegionLocationMaxX1, item.RegionLocationMaxY1 = right, 9
    item.PhysicalUnitsXDirection = item.PhysicalUnitsYDirection = 3
    item.PhysicalDeltaX, item.PhysicalDeltaY = across_cm, -0.05
    return item


def test_that_ultrasound_takes_the_scale_of_its_largest_region() -> None:
    regions = [_region(0, 2, 0.01), _region(3, 9, 0.04)]
    image = opened(built.native_file(built.grey(), SequenceOfUltrasoundRegions=regions))
    spacing = image.spacing()
    assert (spacing.between_rows, spacing.between_columns) == pytest.approx((0.5, 0.4))
    assert spacing.source is SpacingSource.ULTRASOUND_REGION
    assert "2 regions" in spacing.note
    assert [each.rectangle_px for each in image.ultrasound_regions()] == [(0, 0, 2, 9), (3, 0, 9, 9)]


def test_that_functional_groups_of_a_frame_come_before_shared_ones() -> None:
    frames = []
    for number in range(2):
        item, position, values, window = Dataset(), Dataset(), Dataset(), Dataset()
        position.ImagePositionPatient = [1, 2, 3 + number]
        values.RescaleSlope, values.RescaleIntercept, values.RescaleType = 1 + number, -10, "HU"
        window.WindowCenter, window.WindowWidth = 50 * number, 100
        item.PlanePositionSequence, item.PixelValueTransformationSequence = [position], [values]
        item.FrameVOILUTSequence = [window]
        frames.append(item)
    shared, measures, orientation = Dataset(), Dataset(), Dataset()
    measures.PixelSpacing = [0.5, 0.25]
    orientation.ImageOrientationPatient = [0, 1, 0, 0, 0, -1]
    shared.PixelMeasuresSequence, shared.PlaneOrientationSequence = [measures], [orientation]
    values_: dict[str, Any] = {"SharedFunctionalGroupsSequence": [shared], "PerFrameFunctionalGroupsSequence": frames}
    image = opened(built.native_file(built.grey(frames=2), frames=2, FrameOfReferenceUID="1.2.9", **values_))
    frame = image.frame(1)
    assert frame.plane is not None
    assert frame.plane.origin_lps == (1.0, 2.0, 4.0)
    assert frame.plane.along_row_lps == (0.0, 1.0, 0.0)
    assert frame.plane.frame_of_reference_uid == "1.2.9"
    assert frame.spacing.between_columns == 0.25
    assert (frame.modality.slope, frame.modality.intercept, frame.modality.unit) == (2, -10, "HU")
    assert frame.voi == (Window(50, 100),)


def test_that_a_place_of_the_image_beside_those_of_its_frames_leaves_them_where_they_are() -> None:
    frames = []
    for number in range(3):
        item, position = Dataset(), Dataset()
        position.ImagePositionPatient = [0, 0, -175 + 5 * number]
        item.PlanePositionSequence = [position]
        frames.append(item)
    values: dict[str, Any] = {
        "ImagePositionPatient": [0, 0, -175],
        "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "PixelSpacing": [1.61, 1.59],
        "PerFrameFunctionalGroupsSequence": frames,
    }
    image = opened(built.native_file(built.grey(frames=3), frames=3, **values))
    planes = [image.plane(number) for number in range(3)]
    assert [plane.origin_lps if plane else None for plane in planes] == [(0, 0, -175), (0, 0, -170), (0, 0, -165)]


def test_that_frames_of_a_dose_grid_lie_at_their_offsets() -> None:
    values: dict[str, Any] = {
        "Modality": "RTDOSE",
        "DoseGridScaling": 0.001,
        "DoseUnits": "GY",
        "ImagePositionPatient": [0, 0, 10],
        "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "PixelSpacing": [2, 2],
        "GridFrameOffsetVector": [0, 3, 6],
    }
    image = opened(built.native_file(built.grey(frames=3), frames=3, **values))
    planes = [image.plane(number) for number in range(3)]
    assert [plane.origin_lps for plane in planes if plane] == [(0, 0, 10), (0, 0, 13), (0, 0, 16)]
    assert (image.frame().modality.slope, image.frame().modality.unit) == (0.001, "Gy")


@pytest.mark.parametrize("axes", [[1, 0, 0, 1, 0, 0], [0, 0, 0, 0, 1, 0], [1, 0, 0]])
def test_that_axes_that_span_no_plane_give_none(axes: list[float]) -> None:
    values: dict[str, Any] = {"ImagePositionPatient": [0, 0, 0], "ImageOrientationPatient": axes}
    assert opened(built.native_file(built.grey(), **values)).plane() is None


def _split(stream: bytes, parts: int) -> list[bytes]:
    size = max(2, -(-len(stream) // parts) & ~1)
    return [stream[at : at + size] for at in range(0, len(stream), size)]


@pytest.mark.parametrize("table", ["none", "right", "lying", "beyond", "short"])
def test_that_frames_in_several_fragments_are_found_whatever_the_table_says(table: str) -> None:
    pixels = built.grey(frames=3)
    fragments: list[bytes] = []
    firsts: list[int] = []
    for plane in pixels:
        firsts.append(len(fragments))
        fragments += _split(built.encode(plane, built.JPEG_LS), 3)
    right = built.offset_table(fragments, firsts=firsts)
    tables = {
        "none": b"",
        "right": right,
        "lying": struct.pack("<3I", 0, 10, 20),
        "beyond": struct.pack("<3I", 0, 1 << 30, 0xFFFFFFFF),
        "short": right[:8],
    }
    element = built.fragments_element(fragments, tables[table])
    image = opened(built.part10(built.header(pixels, frames=3), element, built.JPEG_LS))
    assert all(np.array_equal(image.frame(number).pixels, pixels[number]) for number in (2, 1, 0))


@pytest.mark.parametrize("right", [True, False])
def test_that_an_extended_table_leads_to_frames_or_is_left_aside(right: bool) -> None:
    pixels = built.grey(frames=3)
    fragments = [built.encode(plane, built.J2K) for plane in pixels]
    offsets = np.frombuffer(built.offset_table(fragments), "<u4").astype("<u8")
    lengths = np.array([len(each) for each in fragments], "<u8")
    ds = built.header(pixels, frames=3)
    ds.ExtendedOffsetTable = (offsets if right else offsets + 4).tobytes()
    ds.ExtendedOffsetTableLengths = lengths.tobytes()
    image = opened(built.part10(ds, built.fragments_element(fragments), built.J2K))
    assert all(np.array_equal(image.frame(number).pixels, pixels[number]) for number in range(3))


class Counting(BytesSource):
    """Counts the bytes that are taken."""

    taken = 0

    def open(self) -> Stream:
        stream = super().open()
        plain_read, plain_take = stream.read, stream.take

        def read(count: int = -1) -> bytes:
            data = plain_read(count)
            self.taken += len(data)
            return data

        def take(offset: int, count: int, what: str) -> bytes:
            self.taken += count
            return plain_take(offset, count, what)

        stream.read, stream.take = read, take  # type: ignore[method-assign]  # a spy
        return stream


@pytest.mark.parametrize("table", [True, False])
def test_that_one_frame_of_many_is_read_alone(table: bool) -> None:
    rng = np.random.default_rng(1)
    pixels = rng.integers(0, 4096, (60, 40, 40)).astype(np.uint16)
    source = Counting(built.compressed_file(pixels, built.JPEG_LS, frames=60, table=table))
    image = Image.from_source(source)
    opened_for = source.taken
    assert np.array_equal(image.frame(50).pixels, pixels[50])
    one_frame = len(built.encode(pixels[50], built.JPEG_LS))
    assert opened_for < 3000
    assert source.taken - opened_for < one_frame + (1000 if table else 60 * 24)


@pytest.mark.parametrize("uid", built.LOSSLESS_SYNTAXES)
@pytest.mark.parametrize("signed", [False, True])
def test_that_frames_are_decoded_into_slices_of_a_volume(uid: str, signed: bool) -> None:
    plane = built.grey(bits=16, signed=signed)
    if signed and uid.startswith("1.2.840.10008.1.2.4.11"):
        pytest.skip("JPEG XL has no signed samples")
    image = opened(built.compressed_file(plane, uid))
    volume = np.zeros((3, *plane.shape), stored_dtype(image.description))
    decode_into(image.description, built.encode(plane, uid), volume[1])
    assert np.array_equal(volume[1], plane)
    assert not volume[[0, 2]].any()


@pytest.mark.parametrize("uid", [built.HT_LOSSLESS, built.EXPLICIT, built.RLE])
def test_that_a_thumbnail_is_small_and_its_spacing_fits(uid: str) -> None:
    pixels = np.full((256, 128), 700, np.uint16)
    make = built.native_file if uid == built.EXPLICIT else built.compressed_file
    small = opened(make(pixels, uid, PixelSpacing=[0.5, 0.5])).thumbnail(64)
    assert small.pixels.shape == (64, 32)
    assert (small.pixels == 700).all()
    assert (small.spacing.between_rows, small.spacing.between_columns) == (2.0, 2.0)


def test_that_fragments_without_a_named_syntax_are_told_by_their_first_bytes() -> None:
    pixels = built.grey(bits=8)
    element = built.fragments_element([built.encode(pixels, built.LOSSLESS_SV1)])
    data = built.part10(built.header(pixels), element, built.LOSSLESS_SV1)
    bare = data[data.index(b"\x08\x00\x16\x00") :]
    assert np.array_equal(opened(bare).frame().pixels, pixels)


def test_that_an_image_is_read_from_a_path_and_shared_by_threads(tmp_path: Path) -> None:
    pixels = built.grey(frames=8)
    path = tmp_path / "cine.dcm"
    path.write_bytes(built.compressed_file(pixels, built.HT, frames=8))
    with Image.open(path) as image, ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda number: image.frame(number % 8).pixels, range(64)))
    assert all(np.array_equal(each, pixels[index % 8]) for index, each in enumerate(found))
