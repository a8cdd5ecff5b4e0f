"""Segmentations lie on their images as other programs put them there, whatever the orientation, grid and encoding."""

import copy
import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import highdicom as hd
import numpy as np
import pydicom
import pytest
import SimpleITK
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from tests.segmentation_samples import blobs, in_order, segmentation, with_undefined_lengths
from workstation.model.attributes import items
from workstation.model.frame_parts import Tile
from workstation.model.geometry import Plane, Spacing, SpacingSource
from workstation.model.image import Image
from workstation.model.reading import read_header
from workstation.model.refusal import Reason, Refused
from workstation.model.segmentation import SegmentationKind
from workstation.model.source import BytesSource, source_of
from workstation.objects.frame_groups import group_of, read_groups
from workstation.objects.segment_masks import FoundMasks, ImagePlace, SegmentMasks, on_grid
from workstation.objects.segmentation import PALETTE, SegmentationImage
from workstation.phantoms import small


def encoded(ds: Dataset) -> bytes:
    stream = BytesIO()
    ds.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def opened(ds: Dataset) -> SegmentMasks:
    return SegmentMasks(SegmentationImage.from_source(BytesSource(encoded(ds), "seg.dcm")))


def place_of(ds: Dataset) -> ImagePlace:
    image = Image.from_source(BytesSource(encoded(ds)))
    return ImagePlace(str(ds.SOPInstanceUID), 0, int(ds.Rows), int(ds.Columns), image.plane())


def shares(found: FoundMasks) -> dict[int, NDArray[Any]]:
    return {mask.segment.number: mask.share for mask in found.masks}


@pytest.mark.parametrize("name", [layout.name for layout in small.layouts() if layout.name != "single_slice"])
def test_that_overlapping_segments_lie_on_every_slice_as_they_were_drawn(name: str) -> None:
    images = in_order(small.volume(name))
    masks = blobs((len(images), 20, 28))
    found = opened(segmentation(images, masks))

    for image, mask in zip(images, masks, strict=True):
        drawn = shares(found.masks_for(place_of(image)))
        assert set(drawn) == {number for number in (1, 2) if mask[..., number - 1].any()}
        for number, share in drawn.items():
            np.testing.assert_array_equal(share, mask[..., number - 1] == 1)


def test_that_a_label_map_gives_each_label_as_a_mask_and_no_background() -> None:
    images = in_order(small.volume("oblique"))
    masks = blobs((len(images), 20, 28))
    labels = np.where(masks[..., 1] == 1, 2, masks[..., 0]).astype(np.uint8)
    found = opened(segmentation(images, labels, "LABELMAP"))

    assert found.source.segmentation.kind is SegmentationKind.LABELMAP
    drawn = shares(found.masks_for(place_of(images[3])))
    np.testing.assert_array_equal(drawn[1], labels[3] == 1)
    np.testing.assert_array_equal(drawn[2], labels[3] == 2)
    assert set(drawn) == {1, 2}


def test_that_a_fractional_one_gives_shares_of_the_greatest_value() -> None:
    images = in_order(small.volume("axial"))
    shares_in = np.zeros((len(images), 20, 28, 1))
    shares_in[2, 4:8, 5:9, 0] = [[0.2], [0.4], [0.6], [1.0]]
    made = segmentation(images, shares_in, "FRACTIONAL", 1, fractional_type="PROBABILITY", max_fractional_value=200)
    found = opened(made)

    assert found.source.segmentation.fraction_means == "PROBABILITY"
    drawn = shares(found.masks_for(place_of(images[2])))[1]
    np.testing.assert_allclose(drawn, shares_in[2, ..., 0], atol=1e-6)


def test_that_the_pass_over_the_bytes_reads_what_pydicom_reads() -> None:
    images = in_order(small.volume("oblique"))
    made = segmentation(images, blobs((len(images), 20, 28)))
    for syntax in (ExplicitVRLittleEndian, ImplicitVRLittleEndian):
        for is_undefined in (False, True):
            made.file_meta.TransferSyntaxUID = syntax
            source = BytesSource(encoded(with_undefined_lengths(made) if is_undefined else made))
            header, groups = read_groups(source)

            whole = read_header(source)
            frames = items(whole.dataset, "PerFrameFunctionalGroupsSequence")
            assert "PerFrameFunctionalGroupsSequence" not in header.dataset  # the quick way was taken
            assert groups == tuple(group_of(frame) for frame in frames)
            assert header.pixels is not None
            assert whole.pixels is not None
            with header.source.open() as stream, source.open() as plain:
                assert stream.take(header.pixels.offset, 40, "pixels") == plain.take(whole.pixels.offset, 40, "pixels")


@pytest.mark.parametrize("kind", ["seg_image_ct_binary", "seg_image_ct_true_fractional"])
def test_that_highdicom_reads_the_same_masks_of_its_own_files(shared_data: Path, kind: str) -> None:
    folder = shared_data / "seg" / "highdicom"
    theirs = hd.seg.segread(folder / f"{kind}.dcm")
    found = SegmentMasks(SegmentationImage.open(folder / f"{kind}.dcm"))
    frames = found.source.segmentation.frames
    uids = [frame.sources[0].sop_instance_uid for frame in frames]

    expected = theirs.get_pixels_by_source_instance(uids)

    for frame, wanted in zip(frames, expected, strict=True):
        place = ImagePlace(frame.sources[0].sop_instance_uid, 0, 16, 16, frame.plane)
        drawn = shares(found.masks_for(place)).get(1, np.zeros((16, 16)))
        np.testing.assert_allclose(drawn.astype(float), wanted[..., 0], atol=1e-6)


def test_that_the_lesions_of_a_real_pet_have_the_known_volumes(shared_data: Path) -> None:
    folder = shared_data / "pet_fdg_qin0024"
    truth = json.loads((shared_data / "TRUTH.json").read_text())["pet_suv"]
    truth = truth["segments (3D Slicer SEG; computed by us with pydicom)"]
    found = SegmentMasks(SegmentationImage.open(next((folder / "SEG").iterdir())))
    count = {1: 0, 2: 0}
    places = []
    for path in sorted((folder / "PET").iterdir()):
        ds = pydicom.dcmread(path, stop_before_pixels=True)
        with Image.open(path) as image:
            places.append(ImagePlace(str(ds.SOPInstanceUID), 0, int(ds.Rows), int(ds.Columns), image.plane()))
        for mask in found.masks_for(places[-1]).masks:
            count[mask.segment.number] += int(mask.share.sum())

    expected = {int(name[0]): told["voxels"] for name, told in truth.items()}
    assert count == expected
    assert found.missing_note(tuple(places)) == ""


def test_that_a_finer_turned_grid_in_the_plane_is_resampled_as_simpleitk_does() -> None:
    image = Plane((10.0, -20.0, 5.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), _spacing(1.0, 1.0))
    mask_plane = Plane((45.2, -18.05, 5.0), (0.0, 1.0, 0.0), (-1.0, 0.0, 0.0), _spacing(0.7, 0.6))
    rng = np.random.default_rng(3)
    share = np.kron(rng.random((12, 14)) > 0.5, np.ones((4, 4))).astype(bool)

    ours = on_grid(share, mask_plane, ImagePlace("1", 0, 40, 50, image))

    moving = SimpleITK.GetImageFromArray(share[None].astype(np.uint8))
    moving.SetSpacing((0.6, 0.7, 1.0))
    moving.SetOrigin(mask_plane.origin_lps)
    moving.SetDirection((0, -1, 0, 1, 0, 0, 0, 0, 1))
    fixed = SimpleITK.Image(50, 40, 1, SimpleITK.sitkUInt8)
    fixed.SetOrigin(image.origin_lps)
    resampled = SimpleITK.Resample(moving, fixed, SimpleITK.Transform(), SimpleITK.sitkNearestNeighbor, 0)
    theirs = SimpleITK.GetArrayFromImage(resampled)[0]
    assert ours is not None
    assert theirs.sum() > 200
    np.testing.assert_array_equal(ours, theirs == 1)


def _spacing(between_rows: float, between_columns: float) -> Spacing:
    return Spacing(between_rows, between_columns, SpacingSource.PIXEL_SPACING)


def _without_references(made: Dataset) -> Dataset:
    for frame in made.PerFrameFunctionalGroupsSequence:
        frame.pop("DerivationImageSequence", None)
    made.pop("ReferencedSeriesSequence", None)
    return made


def test_that_one_that_names_no_images_is_matched_by_position_only_in_the_same_space() -> None:
    images = in_order(small.volume("tilted"))
    found = opened(_without_references(segmentation(images, blobs((len(images), 20, 28)))))
    other = place_of(images[3])
    elsewhere = other.plane
    assert elsewhere is not None

    same_space = ImagePlace("2.25.777", 0, 20, 28, elsewhere)
    other_space = ImagePlace("2.25.777", 0, 20, 28, _moved(elsewhere, "2.25.5", 0.0))
    between = ImagePlace("2.25.777", 0, 20, 28, _moved(elsewhere, elsewhere.frame_of_reference_uid, 0.6))

    assert found.source.segmentation.references == frozenset()
    assert set(shares(found.masks_for(same_space))) == {1, 2}
    assert found.masks_for(other_space) == FoundMasks()
    assert found.masks_for(between) == FoundMasks()
    assert "of its" in found.missing_note((between,))


def _later(images: list[Dataset]) -> list[Dataset]:
    """The same slices at another time, in the same series."""
    later = [copy.deepcopy(each) for each in images]
    for number, each in enumerate(later):
        each.SOPInstanceUID = f"2.25.88{number}"
        each.file_meta.MediaStorageSOPInstanceUID = each.SOPInstanceUID
        each.AcquisitionNumber = 2
    return later


def test_that_what_was_made_of_one_time_point_is_drawn_on_no_other() -> None:
    images = in_order(small.volume("axial"))
    found = opened(segmentation(images, blobs((len(images), 20, 28))))
    for image, later in zip(images, _later(images), strict=True):
        assert found.masks_for(place_of(later)) == FoundMasks()
        assert place_of(later).plane == place_of(image).plane
    assert set(shares(found.masks_for(place_of(images[3])))) == {1, 2}


def test_that_frames_of_two_time_points_in_one_object_each_lie_on_their_own() -> None:
    images = in_order(small.volume("axial"))
    later = _later(images)
    made = segmentation(images, blobs((len(images), 20, 28)))
    of_image = {str(one.SOPInstanceUID): str(two.SOPInstanceUID) for one, two in zip(images, later, strict=True)}
    for frame in made.PerFrameFunctionalGroupsSequence:
        if frame.SegmentIdentificationSequence[0].ReferencedSegmentNumber == 2:
            frame.DerivationImageSequence = copy.deepcopy(frame.DerivationImageSequence)  # it is shared
            source = frame.DerivationImageSequence[0].SourceImageSequence[0]
            source.ReferencedSOPInstanceUID = of_image[source.ReferencedSOPInstanceUID]
    found = opened(made)
    assert set(shares(found.masks_for(place_of(images[3])))) == {1}
    assert set(shares(found.masks_for(place_of(later[3])))) == {2}


def test_that_what_names_its_images_as_a_whole_is_placed_by_position_among_them_alone() -> None:
    images = in_order(small.volume("axial"))
    made = segmentation(images, blobs((len(images), 20, 28)))
    for frame in made.PerFrameFunctionalGroupsSequence:
        del frame.DerivationImageSequence
    found = opened(made)
    assert found.source.segmentation.references == {str(each.SOPInstanceUID) for each in images}
    assert set(shares(found.masks_for(place_of(images[3])))) == {1, 2}
    assert found.masks_for(place_of(_later(images)[3])) == FoundMasks()


def _moved(plane: Plane, uid: str, by_mm: float) -> Plane:
    x, y, z = plane.origin_lps
    return Plane((x, y, z + by_mm), plane.along_row_lps, plane.along_column_lps, plane.spacing, uid)


def test_that_an_image_without_a_plane_gets_the_masks_that_name_it(shared_data: Path) -> None:
    source = SegmentationImage.open(shared_data / "seg" / "highdicom" / "seg_image_cr_binary.dcm")
    uid = source.segmentation.frames[0].sources[0].sop_instance_uid
    found = SegmentMasks(source)

    assert list(shares(found.masks_for(ImagePlace(uid, 0, 16, 16)))) == [1]
    assert found.masks_for(ImagePlace("2.25.1", 0, 16, 16)) == FoundMasks()
    (note,) = found.masks_for(ImagePlace(uid, 0, 17, 16)).notes
    assert "16 x 16 pixels and no position, the image 16 x 17" in note


def test_that_colours_are_those_of_the_file_or_of_a_list() -> None:
    images = in_order(small.volume("axial"))
    made = segmentation(images, blobs((len(images), 20, 28)))
    made.SegmentSequence[0].RecommendedDisplayCIELabValue = [35579, 53662, 50859]  # L* 54.29, a* 80.80, b* 69.89: red
    first, second = opened(made).source.segmentation.segments

    assert np.abs(np.array(first.colour) - (255, 0, 0)).max() <= 1
    assert (second.colour, second.has_own_colour) == (PALETTE[1], False)
    assert (first.algorithm, str(first.kind)) == ("MANUAL", "Liver")


@pytest.mark.parametrize("name", ["seg_image_sm_control_labelmap", "seg_image_sm_dots_tiled_full"])
def test_that_segments_of_a_slide_lie_on_the_tiles_that_they_were_made_of(shared_data: Path, name: str) -> None:
    folder = shared_data / "seg" / "highdicom"
    found = SegmentMasks(SegmentationImage.open(folder / f"{name}.dcm"))
    theirs = hd.seg.segread(folder / f"{name}.dcm")
    assert found.source.segmentation.is_tiled
    assert found.source.segmentation.notes == ()
    wanted = [each for each in theirs.segment_numbers if each][:12]
    whole = {each: theirs.get_total_pixel_matrix(segment_numbers=[each])[..., 0] for each in wanted}
    whole = {each: mask for each, mask in whole.items() if mask.any()}
    assert whole
    with Image.open(folder / "sm_image.dcm") as image:
        uid = str(image.dataset.SOPInstanceUID)
        assert image.number_of_frames == 25
        for number in range(25):
            frame = image.frame(number)
            assert frame.tile == Tile(number % 5 * 10, number // 5 * 10, 50, 50)
            drawn = shares(found.masks_for(ImagePlace.of(uid, frame)))
            rows = slice(frame.tile.row, frame.tile.row + 10)
            columns = slice(frame.tile.column, frame.tile.column + 10)
            for segment, mask in whole.items():
                part = mask[rows, columns] != 0
                np.testing.assert_array_equal(drawn.get(segment, np.zeros((10, 10), bool)), part)
            assert found.masks_for(replace(ImagePlace.of(uid, frame), sop_instance_uid="2.25.1")) == FoundMasks()


def test_that_segments_in_other_tiles_than_their_slide_are_told(shared_data: Path) -> None:
    folder = shared_data / "seg" / "highdicom"
    found = SegmentMasks(SegmentationImage.open(folder / "seg_image_sm_control_labelmap.dcm"))
    with Image.open(folder / "sm_image.dcm") as image:
        place = ImagePlace.of(str(image.dataset.SOPInstanceUID), image.frame())
    other = replace(place, rows=20, columns=20)
    assert found.masks_for(other).masks == ()
    assert "in other tiles" in found.masks_for(other).notes[0]


def test_that_one_without_references_and_segments_still_opens() -> None:
    images = in_order(small.volume("axial"))
    made = segmentation(images, blobs((len(images), 20, 28)))
    del made.SegmentSequence
    for frame in made.PerFrameFunctionalGroupsSequence:
        del frame.DerivationImageSequence
    found = opened(made)

    assert [each.label for each in found.source.segmentation.segments] == ["Segment 1", "Segment 2"]
    assert found.source.segmentation.notes[0] == "Its frames name segment 1, which is not described."
    assert set(shares(found.masks_for(place_of(images[3])))) == {1, 2}


def test_that_missing_pixels_become_a_note_and_the_others_are_shown() -> None:
    images = in_order(small.volume("axial"))
    made = segmentation(images, blobs((len(images), 20, 28)))
    made.PixelData = made.PixelData[: len(made.PixelData) // 2]
    found = opened(made)

    drawn = [found.masks_for(place_of(image)) for image in images]

    assert any(each.masks for each in drawn)
    assert any("cannot be shown" in note for each in drawn for note in each.notes)


def test_that_an_image_is_no_segmentation(tmp_path: Path) -> None:
    (path, *_) = small.volume("axial").write(tmp_path)

    with pytest.raises(Refused) as caught:
        SegmentationImage.from_source(source_of(path))

    assert caught.value.reason is Reason.OTHER_OBJECT
