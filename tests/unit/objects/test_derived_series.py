"""Series made of series: valid, in their place in the patient, with values and history of their source."""

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pydicom
import pytest
import SimpleITK
from hypothesis import given
from hypothesis import strategies as st
from pydicom.config import RAISE
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag
from pydicom.valuerep import validate_value

from tests.dose_samples import dose_object
from tests.limits import file_size_limit
from tests.orientation_matrix import MATRIX, assert_same_place, brightest_lps, opened
from tests.unit.objects.gate import Tool, findings
from workstation.errors import Cancelled, UserError
from workstation.jobs.job import Job
from workstation.measure.suv.series import suv_of_series
from workstation.model.frame import Frame, ModalityTransform, Window
from workstation.model.geometry import Plane, Spacing, SpacingSource
from workstation.model.image import Image
from workstation.model.volume import Volume
from workstation.objects.derived_headers import SourceHeaders, put_acquisition, put_lossy_history
from workstation.objects.derived_pixels import stored_pixels
from workstation.objects.derived_series import Derivation, Kind, write_derived_series, write_renderings
from workstation.phantoms.writing import save
from workstation.volume.opening import open_volume

NOW = datetime(2026, 11, 26, 4, 0)
HOW = Derivation("mpr", "Resampled along its own slices, linear interpolation")


def frames_of(volume: Volume, *, unit: str = "") -> Iterator[Frame]:
    """Each slice as a frame of modality values, as a reslicer gives them."""
    for k in range(volume.array_kji.shape[0]):
        plane = volume.plane(k)
        values = volume.modality_values(k).astype(np.float32)
        meant = ModalityTransform(unit=unit or volume.unit)
        yield Frame(
            values, "MONOCHROME2", 16, plane.spacing, meant, (Window(40, 400, explanation="Soft"),), plane=plane
        )


def grey(values: object, *, padding: tuple[int, int] | None = None) -> Frame:
    return Frame(np.asarray(values), "MONOCHROME2", 16, Spacing(), padding=padding)


def written(volume: Volume, output: Path, how: Derivation = HOW) -> list[Dataset]:
    count = volume.array_kji.shape[0]
    made = write_derived_series(frames_of(volume), volume.frames, output, how, count=count, now=NOW)
    return [pydicom.dcmread(file) for file in made.files]


@pytest.mark.parametrize("name", MATRIX)
def test_that_a_marker_is_where_it_was_in_the_patient(name: str, tmp_path: Path) -> None:
    made, volume, _ = opened(name, tmp_path / "source")
    alone_mm = float(volume.grid.affine_lps[2, 2]) if len(volume.array_kji) == 1 else 0.0  # no neighbour tells it
    images = written(volume, tmp_path / "derived", replace(HOW, thickness_mm=alone_mm))
    bright = max(images, key=lambda ds: int(ds.pixel_array.max()))
    row, column = np.unravel_index(int(bright.pixel_array.argmax()), bright.pixel_array.shape)
    along = np.asarray(bright.ImageOrientationPatient, float).reshape(2, 3)
    down_mm, across_mm = (float(each) for each in bright.PixelSpacing)
    found = np.asarray(bright.ImagePositionPatient, float) + along[0] * across_mm * column + along[1] * down_mm * row
    assert_same_place(found, made.marker_lps)
    assert bright.pixel_array.max() * bright.RescaleSlope + bright.RescaleIntercept == 1000
    assert bright.FrameOfReferenceUID == made.grid.frame_of_reference_uid

    read, _ = open_volume([tmp_path / "derived"], Job())
    assert np.array_equal(read.array_kji, np.rint(np.stack([volume.modality_values(k) for k in range(len(images))])))
    np.testing.assert_allclose(read.grid.affine_lps, volume.grid.affine_lps, atol=1e-4)


@pytest.mark.parametrize("name", ["axial", "sagittal", "oblique", "negated_column", "anisotropic"])
def test_that_other_programs_find_the_marker(name: str, tmp_path: Path, tool: Tool) -> None:
    made, volume, _ = opened(name, tmp_path / "source")
    written(volume, tmp_path / "derived")
    reader = SimpleITK.ImageSeriesReader()
    reader.SetFileNames(SimpleITK.ImageSeriesReader.GetGDCMSeriesFileNames(str(tmp_path / "derived")))
    image = reader.Execute()
    k, j, i = np.unravel_index(int(SimpleITK.GetArrayViewFromImage(image).argmax()), image.GetSize()[::-1])
    assert_same_place(image.TransformIndexToPhysicalPoint((int(i), int(j), int(k))), made.marker_lps)

    import nibabel

    (tmp_path / "nifti").mkdir()
    command = [tool("dcm2niix"), "-o", tmp_path / "nifti", "-f", "x", "-z", "n", tmp_path / "derived"]
    subprocess.run([str(each) for each in command], check=True, capture_output=True, timeout=60)
    (file,) = (tmp_path / "nifti").glob("*.nii")
    nifti = nibabel.load(file)
    lps = np.diag([-1.0, -1.0, 1.0, 1.0]) @ nifti.affine
    assert_same_place(brightest_lps(np.asarray(nifti.dataobj).T, lps), made.marker_lps)


@pytest.mark.parametrize("kind", ["mpr", "mip", "minip", "mean", "sum"])
@pytest.mark.parametrize(
    ("folder", "storage", "kept"),
    [
        ("ct-chest-abdomen", "1.2.840.10008.5.1.4.1.1.2", ("KVP", "ConvolutionKernel", "PatientPosition")),
        ("mr-planes-axial", "1.2.840.10008.5.1.4.1.1.4", ("RepetitionTime", "EchoTime", "MagneticFieldStrength")),
        ("pet", "1.2.840.10008.5.1.4.1.1.128", ("Units", "DecayCorrection", "SeriesTime", "PatientWeight")),
    ],
)
def test_that_planes_and_slabs_of_each_modality_are_valid(
    kind: Kind, folder: str, storage: str, kept: tuple[str, ...], demo_study: Path, tmp_path: Path, tool: Tool
) -> None:
    sources = sorted((demo_study / folder).glob("*.dcm"))[4:8]
    volume, _ = open_volume(sources, Job())
    images = written(volume, tmp_path / "derived", Derivation(kind, "Made for a test", thickness_mm=12.5))
    first = pydicom.dcmread(sources[0])
    ds = images[1]
    if folder == "pet" and kind == "sum":  # Bq/ml times mm are no uptake, and no SUV may be made of it
        storage, kept = "1.2.840.10008.5.1.4.1.1.7", ()
        assert "Units" not in ds
        assert ds.RescaleType == volume.unit
    assert ds.SOPClassUID == storage
    assert ds.ImageType[0] == "DERIVED"
    assert (ds.SliceThickness, ds.DerivationDescription) == (12.5, "Made for a test")
    assert ds.SeriesInstanceUID != first.SeriesInstanceUID
    assert len({each.SOPInstanceUID for each in images}) == len(images)
    for keyword in (*kept, "PatientName", "PatientID", "StudyInstanceUID", "FrameOfReferenceUID", "BodyPartExamined"):
        assert ds[keyword].value == first[keyword].value, keyword
    assert ds.ContributingEquipmentSequence[0].Manufacturer == first.Manufacturer
    references = {item.ReferencedSOPInstanceUID for item in ds.SourceImageSequence}
    assert references <= {pydicom.dcmread(each).SOPInstanceUID for each in sources}
    files = sorted((tmp_path / "derived").glob("*.dcm"))
    assert [each for file in files[:2] for each in findings(tool, file)] == []
    said = subprocess.run([tool("dcentvfy"), *files, *sources], capture_output=True, text=True, timeout=60)
    assert [line for line in (said.stdout + said.stderr).splitlines() if line.startswith("Error")] == []


def test_that_uptake_of_a_derived_series_is_that_of_its_source(demo_study: Path, tmp_path: Path) -> None:
    sources = sorted((demo_study / "pet").glob("*.dcm"))[::8]
    volume, _ = open_volume(sources, Job())
    images = written(volume, tmp_path / "derived")
    of_source = suv_of_series([pydicom.dcmread(each, stop_before_pixels=True) for each in sources])
    of_derived = suv_of_series(images)
    assert {round(each.factor, 12) for each in of_derived} == {round(each.factor, 12) for each in of_source}
    assert images[3].PatientOrientationCodeSequence[0].PatientOrientationModifierCodeSequence[0].CodeMeaning == "supine"
    slopes = {float(each.RescaleSlope) for each in images}
    assert len(slopes) > len(images) / 2  # each slice has the finest that holds it
    for k, ds in enumerate(images):
        assert ds.RescaleIntercept == 0
        back = ds.pixel_array * float(ds.RescaleSlope)
        assert np.abs(back - volume.modality_values(k)).max() <= 0.51 * float(ds.RescaleSlope)
        assert (ds.ImageIndex, ds.NumberOfSlices) == (k + 1, len(images))


def test_that_only_the_slices_that_a_slab_passes_are_its_sources(tmp_path: Path) -> None:
    _, volume, _ = opened("axial", tmp_path / "source")
    thin = written(volume, tmp_path / "thin")
    thick = written(volume, tmp_path / "thick", replace(HOW, kind="mip", thickness_mm=6.0))
    assert [len(ds.SourceImageSequence) for ds in thin] == [2, *[3] * 7, 2]
    assert [len(ds.SourceImageSequence) for ds in thick][4] == 5
    assert thin[0].SourceImageSequence[0].PurposeOfReferenceCodeSequence[0].CodeValue == "121322"


def test_that_frames_of_an_enhanced_image_are_its_sources(tmp_path: Path, tool: Tool) -> None:
    made, volume, _ = opened("enhanced", tmp_path / "source")
    (source,) = made.datasets
    images = written(volume, tmp_path / "derived")
    assert images[0].SOPClassUID == "1.2.840.10008.5.1.4.1.1.2"
    (item,) = images[3].SourceImageSequence
    assert item.ReferencedSOPClassUID == "1.2.840.10008.5.1.4.1.1.2.1"
    places = [frame.PlanePositionSequence[0].ImagePositionPatient for frame in source.PerFrameFunctionalGroupsSequence]
    normal = np.cross(*np.reshape(images[3].ImageOrientationPatient, (2, 3)))
    away = np.asarray(places, float) @ normal - np.dot(images[3].ImagePositionPatient, normal)
    assert item.ReferencedFrameNumber == [int(at) + 1 for at in np.flatnonzero(np.abs(away) < 1.01 * np.ptp(away) / 8)]
    assert len(item.ReferencedFrameNumber) == 3
    assert images[3].KVP == 120
    assert findings(tool, tmp_path / "derived" / "mpr-0001.dcm") == []


def test_that_lossy_history_is_kept(tmp_path: Path, tool: Tool) -> None:
    made, _, _ = opened("axial", tmp_path / "source")
    for ds in made.datasets:
        ds.LossyImageCompression, ds.LossyImageCompressionRatio = "01", "12.5"
        ds.LossyImageCompressionMethod = "ISO_10918_1"
    made.write(tmp_path / "source")
    volume, _ = open_volume([tmp_path / "source"], Job())
    ds = written(volume, tmp_path / "derived")[0]
    assert (ds.LossyImageCompression, ds.LossyImageCompressionRatio) == ("01", 12.5)
    assert ds.LossyImageCompressionMethod == "ISO_10918_1"
    assert findings(tool, tmp_path / "derived" / "mpr-0001.dcm") == []


def test_that_a_curved_picture_has_a_scale_and_its_path_but_no_plane(tmp_path: Path, tool: Tool) -> None:
    _, volume, _ = opened("axial", tmp_path / "source")
    spacing = Spacing(0.5, 0.25, SpacingSource.PIXEL_SPACING)
    values = np.arange(600, dtype=np.float32).reshape(20, 30)
    frame = Frame(values, "MONOCHROME2", 16, spacing, ModalityTransform(unit="HU"), (Window(300, 600),))
    how = Derivation("curved", "Straightened along a path", comments="Path, LPS mm: 1 2 3; 4 5 6")
    made = write_derived_series([frame], volume.frames, tmp_path / "derived", how, now=NOW)
    ds = pydicom.dcmread(made.files[0])
    assert "ImagePositionPatient" not in ds
    assert "FrameOfReferenceUID" not in ds
    assert (list(ds.PixelSpacing), ds.PixelSpacingCalibrationType) == ([0.5, 0.25], "GEOMETRY")
    assert ds.ImageComments == "Path, LPS mm: 1 2 3; 4 5 6"
    assert len(ds.SourceImageSequence) == len(volume.frames)
    assert findings(tool, made.files[0]) == []
    shown = Image.open(made.files[0])
    assert shown.spacing().is_metric
    assert (shown.spacing().between_rows, shown.spacing().between_columns) == (0.5, 0.25)
    assert np.array_equal(shown.frame().modality_values(), values)


@pytest.mark.parametrize(("count", "frame_time_ms"), [(1, None), (4, None), (4, 40.0)])
def test_that_renderings_are_valid_colour_pictures(
    count: int, frame_time_ms: float | None, tmp_path: Path, tool: Tool
) -> None:
    _, volume, _ = opened("axial", tmp_path / "source")
    rng = np.random.default_rng(3)
    pictures = [rng.integers(0, 256, (33, 45, 3), np.uint8) for _ in range(count)]
    how = Derivation("rendering", "Volume rendering, preset Bone")
    made = write_renderings(pictures, volume.frames, tmp_path / "vr.dcm", how, frame_time_ms=frame_time_ms, now=NOW)
    ds = pydicom.dcmread(made.files[0])
    assert ds.DerivationCodeSequence[0].CodeValue == "113074"
    assert ds.SOPClassUID == ("1.2.840.10008.5.1.4.1.1.7.4" if count > 1 else "1.2.840.10008.5.1.4.1.1.7")
    image = Image.open(made.files[0])
    assert image.number_of_frames == count
    assert all(np.array_equal(image.frame(n).pixels, picture) for n, picture in enumerate(pictures))
    assert findings(tool, made.files[0]) == []


def test_that_pictures_of_two_sizes_are_refused(tmp_path: Path) -> None:
    _, volume, _ = opened("single_slice", tmp_path / "source")
    pictures = [np.zeros((4, 4, 3), np.uint8), np.zeros((4, 6, 3), np.uint8)]
    with pytest.raises(UserError, match="differ in size"):
        write_renderings(pictures, volume.frames, tmp_path / "vr.dcm", HOW)
    with pytest.raises(UserError, match="no picture"):
        write_renderings([], volume.frames, tmp_path / "vr.dcm", HOW)
    assert not (tmp_path / "vr.dcm").exists()


def test_that_nothing_is_left_of_what_is_cancelled(tmp_path: Path) -> None:
    _, volume, _ = opened("axial", tmp_path / "source")

    def stop(done: int, total: int) -> None:
        assert total == 9
        if done == 5:
            raise Cancelled

    with pytest.raises(Cancelled):
        write_derived_series(frames_of(volume), volume.frames, tmp_path / "out", HOW, count=9, report=stop)
    assert [each.name for each in tmp_path.iterdir()] == ["source"]


def test_that_nothing_is_left_where_the_disk_is_full(tmp_path: Path) -> None:
    _, volume, _ = opened("axial", tmp_path / "source")
    large = [replace(frame, pixels=np.tile(frame.pixels, (40, 40))) for frame in frames_of(volume)]
    with file_size_limit(200_000), pytest.raises(UserError, match="cannot be written"):
        write_derived_series(large, volume.frames, tmp_path / "made" / "for" / "out", HOW)
    assert [each.name for each in tmp_path.iterdir()] == ["source"]


def test_that_a_folder_that_holds_something_is_not_written_into(tmp_path: Path) -> None:
    _, volume, _ = opened("single_slice", tmp_path / "source")
    with pytest.raises(UserError, match="is there already"):
        written(volume, tmp_path / "source")
    with pytest.raises(UserError, match="no image to write"):
        write_derived_series([], volume.frames, tmp_path / "out", HOW)


def test_that_what_lies_outside_is_padding_and_black_on_the_screen(tmp_path: Path) -> None:
    _, volume, _ = opened("axial", tmp_path / "source")
    frames = []
    for frame in frames_of(volume):
        values = frame.pixels.copy()
        values[:3], values[3:6] = np.nan, -5000
        frames.append(replace(frame, pixels=values, padding=(-5000, -5000)))
    made = write_derived_series(frames, volume.frames, tmp_path / "out", HOW)
    shown = Image.open(made.files[2]).frame()
    assert shown.padding == (-32768, -32768)
    assert (shown.pixels[:6] == -32768).all()
    assert np.array_equal(shown.pixels[6:], volume.modality_values(2)[6:])


@pytest.mark.parametrize(
    ("values", "is_whole", "slope", "kind"),
    [
        ([[-1024.4, 3071.6]], True, 1.0, "i"),
        ([[0.0, 60000.0]], True, 1.0, "u"),
        ([[-40000.0, 40000.0]], True, 40000 / 32767, "i"),
        ([[0.0, 0.25]], False, 0.25 / 32767, "i"),
        ([[0.0, 0.0]], False, 1.0, "i"),
        ([[-1e30, 1e30]], False, 1e30 / 32767, "i"),
    ],
)
def test_that_values_are_stored_as_finely_as_16_bits_allow(
    values: list[list[float]], is_whole: bool, slope: float, kind: str
) -> None:
    stored = stored_pixels(grey(values), is_whole=is_whole)
    assert stored.slope == pytest.approx(slope, rel=1e-9)
    assert stored.pixels.dtype.kind == kind
    assert np.abs(stored.pixels * stored.slope + stored.intercept - values).max() <= 0.5001 * slope


def test_that_doses_keep_their_fractions(tmp_path: Path) -> None:
    gray = np.linspace(0, 2, 4 * 6 * 8).reshape(4, 6, 8)
    ds = dose_object(gray, (0, 0, 0), (3, 2, 2), frame_of_reference_uid="2.25.7")
    ds.PixelData = np.frombuffer(ds.PixelData, "<u4").astype("<u2").tobytes()
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, 16, 15
    save(ds, tmp_path / "dose.dcm")
    volume, _ = open_volume([tmp_path / "dose.dcm"], Job())
    images = written(volume, tmp_path / "derived")
    read = [ds.pixel_array * float(ds.RescaleSlope) + float(ds.RescaleIntercept) for ds in images]
    np.testing.assert_allclose(read, gray, atol=0.001)


def test_that_values_far_from_nought_are_as_fine() -> None:
    values = np.linspace(1_000_000, 1_000_001, 12).reshape(3, 4)
    stored = stored_pixels(grey(values), is_whole=False)
    assert np.abs(stored.pixels * stored.slope + stored.intercept - values).max() < 2e-5
    for_pet = stored_pixels(grey(values), is_whole=False, with_intercept=False)
    assert for_pet.intercept == 0
    assert stored_pixels(grey(np.full((2, 2), np.nan)), is_whole=False).padding == -32768


def test_that_unsigned_pixels_have_a_padding_of_their_own() -> None:
    stored = stored_pixels(grey([[np.nan, 60000.0]]), is_whole=True)
    assert (stored.padding, stored.pixels.tolist()) == (65535, [[65535, 60000]])


def test_that_colours_with_a_place_become_secondary_captures_there(tmp_path: Path, tool: Tool) -> None:
    _, volume, _ = opened("oblique", tmp_path / "source")
    plane: Plane = volume.plane(2)
    frame = Frame(np.full((20, 28, 3), 77, np.uint8), "RGB", 8, plane.spacing, plane=plane)
    made = write_derived_series([frame], volume.frames, tmp_path / "out", HOW, now=NOW)
    read = Image.open(made.files[0]).plane()
    assert read is not None
    np.testing.assert_allclose(read.origin_lps, plane.origin_lps, atol=1e-6)
    assert findings(tool, made.files[0]) == []


_ODD = (
    b"",
    b"0",
    b"-1",
    b"NaN",
    b"1e400",
    b"2\\3",
    b"246060",
    b"99999999",
    b"BQML",
    b"\xff\xfe",
    b"7" * 20,
    b"A" * 100,
)
_KEYWORDS = (
    *("PatientAge", "PatientWeight", "PatientPosition", "AcquisitionDate", "AcquisitionTime", "AcquisitionNumber"),
    *("KVP", "ScanOptions", "ScanningSequence", "RepetitionTime", "EchoTrainLength", "Units", "SeriesType"),
    *("DecayFactor", "FrameReferenceTime", "LossyImageCompression", "LossyImageCompressionRatio", "Manufacturer"),
)


@pytest.mark.filterwarnings("ignore::UserWarning:pydicom")  # as where files are opened
@given(
    st.dictionaries(st.sampled_from(_KEYWORDS), st.sampled_from(_ODD), min_size=1),
    st.sampled_from(["1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4", "1.2.840.10008.5.1.4.1.1.128"]),
)
def test_that_nothing_damaged_is_taken_over(damage: dict[str, bytes], sop_class: str) -> None:
    source = Dataset()
    source.SOPClassUID = sop_class
    for keyword, raw in damage.items():
        tag = Tag(keyword)
        source._dict[tag] = RawDataElement(tag, dictionary_VR(tag), len(raw), raw, 0, False, True)
    headers = SourceHeaders((source, source))
    made = Dataset()
    put_acquisition(made, headers, headers.family)
    put_lossy_history(made, headers)
    for element in made:
        for value in element.value if element.VM > 1 else [element.value] if element.VM else []:
            validate_value(element.VR, value if isinstance(value, str) else str(value), RAISE)
