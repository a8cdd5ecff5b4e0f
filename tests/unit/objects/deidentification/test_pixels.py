"""Parts of pictures are blacked, everything else of them stays, compressed or not, in every way to store pixels."""

from io import BytesIO
from typing import Any

import cv2
import imagecodecs
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence

from workstation.errors import UserError
from workstation.objects.deidentification.burned_in import blanking, rules
from workstation.objects.deidentification.deidentify import Deidentified, deidentify
from workstation.objects.deidentification.policy import Blank, Policy
from workstation.objects.deidentification.state import State
from workstation.objects.deidentification.table import Option
from workstation.operations.values import Range, Rectangle
from workstation.phantoms import small

_BOX = Blank(Rectangle(3, 2, 5, 4))
_CLEAN = frozenset({Option.CLEAN_PIXELS})


def done(dataset: Dataset, *blanks: Blank, options: frozenset[Option] = frozenset(), **more: Any) -> Dataset:
    return pydicom.dcmread(BytesIO(run(dataset, *blanks, options=options, **more).data))


def run(
    dataset: Dataset, *blanks: Blank, options: frozenset[Option] = frozenset(), keeps_burned_in: bool = False
) -> Deidentified:
    policy = Policy(options=options, blanks=blanks, keeps_burned_in=keeps_burned_in)
    return deidentify(dataset, policy, State())


def grey() -> Dataset:
    return small.volume("axial").datasets[4]


def compressed(dataset: Dataset, frames: list[bytes], syntax: str) -> Dataset:
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.UID(syntax)
    dataset.PixelData = encapsulate(frames)
    dataset["PixelData"].VR, dataset["PixelData"].is_undefined_length = "OB", True
    return dataset


def inside(shape: tuple[int, ...]) -> NDArray[np.bool_]:
    mask = np.zeros(shape[:2], np.bool_)
    mask[2:6, 3:8] = True
    return mask


def test_that_a_rectangle_of_a_grey_picture_is_black_and_the_rest_as_it_was() -> None:
    before = grey().pixel_array
    after = done(grey(), _BOX).pixel_array

    mask = inside(before.shape)
    assert set(after[mask]) == {before.min()}
    assert (after[~mask] == before[~mask]).all()


def test_that_black_is_the_greatest_value_where_small_values_are_white() -> None:
    dataset = grey()
    dataset.PhotometricInterpretation = "MONOCHROME1"

    assert set(done(dataset, _BOX).pixel_array[inside((20, 28))]) == {dataset.pixel_array.max()}


@pytest.mark.parametrize("planar", [0, 1])
def test_that_a_rectangle_of_a_colour_picture_is_black(planar: int) -> None:
    dataset, rgb = small.colour()
    dataset.PlanarConfiguration = planar
    dataset.PixelData = (rgb.transpose(2, 0, 1) if planar else rgb).tobytes()

    after = done(dataset, _BOX).pixel_array

    mask = inside(rgb.shape)
    assert (after[mask] == 0).all()
    assert (after[~mask] == rgb[~mask]).all()


def test_that_only_the_frames_that_are_named_are_blacked() -> None:
    (dataset,) = small.volume("enhanced").datasets
    before = dataset.pixel_array
    after = done(dataset, Blank(Rectangle(3, 2, 5, 4), (Range(2, 3),))).pixel_array

    changed = [n for n in range(len(before)) if (before[n] != after[n]).any()]
    assert changed == [1, 2]


def test_that_a_rectangle_beyond_the_edge_is_cut_off() -> None:
    after = done(grey(), Blank(Rectangle(-5, 15, 500, 500))).pixel_array

    assert len(set(after[15:].ravel())) == 1
    assert (after[:15] == grey().pixel_array[:15]).all()


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.5"])
def test_that_compressed_pictures_are_decoded_blacked_and_written_uncompressed(syntax: str) -> None:
    pixels = grey().pixel_array
    dataset = grey()
    if syntax.endswith(".80"):
        compressed(dataset, [bytes(imagecodecs.jpegls_encode(pixels))], syntax)
    elif syntax.endswith(".90"):
        compressed(dataset, [bytes(imagecodecs.jpeg2k_encode(pixels, codecformat="j2k", reversible=True))], syntax)
    else:
        dataset.compress(syntax, encoding_plugin="pydicom", generate_instance_uid=False)

    result = run(dataset, _BOX)

    after = pydicom.dcmread(BytesIO(result.data))

    assert after.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.1"
    assert any("uncompressed" in told for told in result.report.pixels)
    mask = inside(pixels.shape)
    assert (after.pixel_array[~mask] == pixels[~mask]).all()
    assert set(after.pixel_array[mask]) == {pixels.min()}


def test_that_a_lossy_colour_picture_becomes_rgb_and_still_says_that_it_was_lossy() -> None:
    dataset, rgb = small.colour()
    told, data = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
    assert told
    coded = data.tobytes()
    dataset.LossyImageCompression, dataset.LossyImageCompressionRatio = "01", "10"
    dataset.PhotometricInterpretation = "YBR_FULL_422"

    after = done(compressed(dataset, [coded], "1.2.840.10008.1.2.4.50"), _BOX)

    assert after.PhotometricInterpretation == "RGB"
    assert (after.LossyImageCompression, after.LossyImageCompressionRatio) == ("01", 10)
    decoded = cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    mask = inside(rgb.shape)
    assert (after.pixel_array[mask] == 0).all()
    assert np.abs(after.pixel_array[~mask].astype(int) - decoded[~mask]).max() <= 4


def test_that_a_palette_is_blacked_with_its_darkest_entry() -> None:
    dataset = small.colour()[0]
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "PALETTE COLOR"
    del dataset.PlanarConfiguration
    indices = (np.arange(560, dtype=np.uint8) % 7).reshape(20, 28)
    dataset.PixelData = indices.tobytes()
    for colour in ("Red", "Green", "Blue"):
        setattr(dataset, f"{colour}PaletteColorLookupTableDescriptor", [7, 0, 16])
        table = (
            np.array([50000, 40000, 30000, 100, 20000, 60000, 50], "<u2") if colour != "Blue" else np.full(7, 9, "<u2")
        )
        setattr(dataset, f"{colour}PaletteColorLookupTableData", table.tobytes())

    assert set(done(dataset, _BOX).pixel_array[inside((20, 28))]) == {6}


def test_that_everything_outside_the_regions_of_an_ultrasound_picture_is_blacked() -> None:
    dataset, rgb = small.colour()
    dataset.Modality = "US"
    region = Dataset()
    region.RegionLocationMinX0, region.RegionLocationMinY0 = 3, 2
    region.RegionLocationMaxX1, region.RegionLocationMaxY1 = 7, 5
    dataset.SequenceOfUltrasoundRegions = Sequence([region])

    after = done(dataset, options=_CLEAN)

    mask = inside(rgb.shape)
    assert (after.pixel_array[~mask] == 0).all()
    assert (after.pixel_array[mask] == rgb[mask]).all()
    assert after.BurnedInAnnotation == "NO"


def test_that_a_rule_for_a_device_blacks_where_it_writes() -> None:
    dataset = small.colour()[0]
    dataset.Modality, dataset.Manufacturer, dataset.ManufacturerModelName = "US", "GE Healthcare", "LOGIQ9"

    found = blanking(dataset, Policy(options=_CLEAN))

    assert (0, 0, 640, 30) in found.boxes
    assert not blanking(dataset, Policy())
    dataset.Modality = "CT"
    assert not blanking(dataset, Policy(options=_CLEAN))


def test_that_every_rule_has_a_condition_and_rectangles_that_are_some() -> None:
    assert len(rules()) > 70
    for rule in rules():
        assert rule.manufacturer or rule.model
        assert rule.boxes
        assert all(left < right and top < bottom for left, top, right, bottom in rule.boxes)


def test_that_a_picture_that_says_it_has_text_burned_in_is_refused_unless_blacked_or_wanted() -> None:
    dataset = grey()
    dataset.BurnedInAnnotation = "YES"

    with pytest.raises(UserError, match="burned into"):
        run(dataset)
    with pytest.raises(UserError, match="burned into"):
        run(dataset, options=_CLEAN)  # no rule knows this device
    assert done(dataset, _BOX).BurnedInAnnotation == "NO"
    kept = run(dataset, keeps_burned_in=True)
    assert any("burned" in warning for warning in kept.report.warnings)
    assert pydicom.dcmread(BytesIO(kept.data)).BurnedInAnnotation == "YES"


def test_that_pictures_of_a_kind_that_often_has_text_burned_in_are_told() -> None:
    dataset = small.colour()[0]

    assert run(dataset).report.warnings
    dataset.BurnedInAnnotation = "NO"
    assert not run(dataset).report.warnings
    assert not run(grey()).report.warnings


@pytest.mark.parametrize("signed", [False, True])
def test_that_overlays_in_high_bits_go_and_pixels_stay(signed: bool) -> None:
    dataset = grey()
    values = dataset.pixel_array.astype(np.int16) - (600 if signed else 0)
    dataset.PixelRepresentation = int(signed)
    plain = (values & 0x0FFF).astype(np.uint16)
    dataset.PixelData = (plain | 0x8000).tobytes()
    dataset.add_new(0x60000010, "US", 20)
    dataset.add_new(0x60000100, "US", 16)
    dataset.add_new(0x60000102, "US", 15)

    after = done(dataset)

    assert (after.pixel_array == values).all()
    assert not [tag for tag in after.keys() if tag.group == 0x6000]  # noqa: SIM118


def test_that_faces_are_refused_with_a_sentence() -> None:
    with pytest.raises(UserError, match="not taken out of images"):
        Policy(options=frozenset({Option.CLEAN_FEATURES}))
