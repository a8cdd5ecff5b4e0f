"""What lies over curved planes: another volume, segments and doses, each where its pixel lies in the patient."""

import json
import math
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates
from scipy.spatial import cKDTree

from tests.dose_samples import dose_object
from tests.segmentation_samples import blobs, in_order, segmentation
from tests.unit.objects.gate import Tool, findings
from tests.unit.volume.commands import Said
from workstation.batch.main import main
from workstation.display.colour_tables import colour_table
from workstation.display.dose import DoseLayer
from workstation.display.fusion import FusedLook, window_between
from workstation.display.segments import SegmentLayer
from workstation.jobs.job import Job
from workstation.model.geometry import VolumeGrid, ijk_to_lps, lps_to_ijk
from workstation.model.segmentation import Segment
from workstation.model.volume import Volume
from workstation.objects.dose import DoseGrid
from workstation.phantoms import small
from workstation.phantoms.writing import save
from workstation.volume.cutting.curved_planes import CurvedLayout, cross_section, straightened, stretched
from workstation.volume.cutting.reslice import Reslicer
from workstation.volume.cutting.sheets import Flat, Taking
from workstation.volume.cutting.slabs import Slab
from workstation.volume.opening import open_volume
from workstation.volume.paths import Path3D, path_through
from workstation.volume.registration.brought import Brought
from workstation.volume.registration.laying_over import LaidVolume
from workstation.volume.segments.labels import labels_on
from workstation.volume.segments.over import DoseOver, SegmentsOver

UID = "2.25.77"
RADIUS_MM = 4.0


def grid_of(axes: NDArray[np.float64], shape_kji: tuple[int, int, int]) -> VolumeGrid:
    """A grid whose middle is in the origin of the patient."""
    affine = np.eye(4)
    affine[:3, :3] = axes
    affine[:3, 3] = -axes @ ((np.array(shape_kji[::-1]) - 1) / 2)
    return VolumeGrid(affine, shape_kji, UID)


def volume_of(array: NDArray[Any], grid: VolumeGrid) -> Volume:
    return Volume(array, grid, 1.0, 0.0, "", (), (), tuple(float(n) for n in range(len(array))))


def helix() -> Path3D:
    angle = np.linspace(0, 3 * math.pi, 60)
    points = np.column_stack([18 * np.cos(angle), 18 * np.sin(angle), 30 * angle / (3 * math.pi) - 15])
    return path_through(points, step_mm=0.7)


def layouts() -> dict[str, CurvedLayout]:
    return {
        "straightened": straightened(helix(), width_mm=20, spacing_mm=0.6),
        "turned": straightened(helix(), width_mm=20, spacing_mm=0.6, turn_deg=40),
        "stretched": stretched(helix(), across_lps=(0, 0, 1), width_mm=12, spacing_mm=0.6),
    }


def places(layout: CurvedLayout, away_mm: float = 0.0) -> NDArray[np.float64]:
    """Where the pixels lie, row by row: starts, then steps across; away from the sheet along its normal."""
    rows = [
        start + away_mm * through + np.outer(np.arange(layout.columns) * layout.spacing.between_columns, across)
        for start, through, across in zip(layout.starts_lps, layout.through_lps, layout.across_lps, strict=True)
    ]
    return np.stack(rows)


def sampled(array: NDArray[Any], grid: VolumeGrid, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take values between voxels with SciPy; NaN outside."""
    ijk = lps_to_ijk(grid, points.reshape(-1, 3))
    found = map_coordinates(array.astype(np.float64), ijk.T[::-1], order=1, cval=np.nan)
    return np.asarray(found).reshape(points.shape[:-1])


@pytest.mark.parametrize("name", ["straightened", "turned", "stretched"])
def test_that_a_second_volume_is_taken_where_each_pixel_lies_and_as_thick(name: str) -> None:
    turn = np.array([[0.8, -0.6, 0.0], [0.6, 0.8, 0.0], [0.0, 0.0, 1.0]])
    grid = grid_of(turn @ np.diag([2.0, 2.5, 3.0]), (20, 30, 36))
    noise = np.random.default_rng(5).normal(100, 30, grid.shape_kji).astype(np.float32)
    layout = layouts()[name]
    found = over(volume_of(noise, grid), Taking(layout))
    expected = sampled(noise, grid, places(layout))
    inside = np.isfinite(expected)
    assert inside.mean() > 0.5
    assert np.abs(found - expected)[inside].max() < 1e-2

    k, j, i = np.indices(grid.shape_kji)
    sloping = (10.0 + 3 * i - 2 * j + 5 * k).astype(np.float32)  # its highest values are at the surfaces of a slab
    thick = over(volume_of(sloping, grid), Taking(layout, Slab(5.0, "mip")))
    ends = np.stack([sampled(sloping, grid, places(layout, away)) for away in (-2.5, 2.5)])
    whole = np.isfinite(ends).all(axis=0)
    assert whole.mean() > 0.5
    assert np.abs(thick - ends.max(axis=0))[whole].max() < 1e-2


def over(volume: Volume, taking: Taking) -> NDArray[np.float64]:
    look = FusedLook("", 0.5, "pet", window_between(0, 200))
    laid = LaidVolume(Reslicer(volume), look, "PET", "", 1.0, "", Brought(volume, ""))
    return np.asarray(laid.over(taking).upper.frame.modality_values())


def tube(path: Path3D, grid: VolumeGrid) -> NDArray[np.bool_]:
    """The voxels whose middle is within a radius of a path."""
    k, j, i = np.indices(grid.shape_kji)
    points = ijk_to_lps(grid, np.column_stack([i.ravel(), j.ravel(), k.ravel()]))
    nearest_mm, _ = cKDTree(path.points_lps).query(points, distance_upper_bound=2 * RADIUS_MM)
    inside: NDArray[np.bool_] = (nearest_mm <= RADIUS_MM).reshape(grid.shape_kji)
    return inside


def test_that_a_tube_along_the_path_is_a_band_of_its_width_and_a_disc_in_cross_sections() -> None:
    path, side = helix(), 0.5
    grid = grid_of(np.diag([side, side, side]), (96, 100, 100))
    labels = labels_on(grid, [(Segment(7, "Tube"), tube(path, grid))])
    over = SegmentsOver("any", labels)
    for layout in (layouts()["straightened"], layouts()["turned"]):
        for slab in (Slab(), Slab(10.0, "mip")):  # a slab shows what its middle cuts, as on flat planes
            layer = over.layer(Taking(layout, slab))
            assert isinstance(layer, SegmentLayer)
            (mask,) = layer.masks
            assert mask.segment.number == 7
            inner = mask.share[15:-15]
            width_mm = inner.sum(axis=1) * layout.spacing.between_columns
            assert width_mm.mean() == pytest.approx(2 * RADIUS_MM, abs=0.1)
            assert np.abs(width_mm - 2 * RADIUS_MM).max() <= side + layout.spacing.between_columns
            middles = (inner * np.arange(layout.columns)).sum(axis=1) / inner.sum(axis=1)
            assert np.abs(middles - layout.path_column[0]).max() * layout.spacing.between_columns <= side
    plane = cross_section(path, path.length_mm / 2, width_mm=20, spacing_mm=0.25)
    layer = over.layer(Taking(Flat(plane, (81, 81))))
    assert isinstance(layer, SegmentLayer)
    assert layer.masks[0].share.sum() * 0.25**2 == pytest.approx(math.pi * RADIUS_MM**2, rel=0.03)


def test_that_a_dose_is_taken_where_each_pixel_lies(tmp_path: Path) -> None:
    k, j, i = np.indices((12, 20, 22))
    values = 2.0 + 0.3 * i + 0.2 * j + 0.5 * k
    origin = (-26.0, -24.0, -13.0)
    save(dose_object(values, origin, (2.5, 2.4, 2.4), frame_of_reference_uid=UID), tmp_path / "dose.dcm")
    grid = DoseGrid.open(tmp_path / "dose.dcm")
    for layout in layouts().values():
        layer = DoseOver("any", grid, UID).layer(Taking(layout, Slab(8.0, "mip")))
        assert isinstance(layer, DoseLayer)
        x, y, z = np.moveaxis(places(layout) - origin, -1, 0) / np.reshape([2.4, 2.4, 2.5], (3, 1, 1))
        expected = 2.0 + 0.3 * x + 0.2 * y + 0.5 * z
        inside = (x >= 0) & (x <= 21) & (y >= 0) & (y <= 19) & (z >= 0) & (z <= 11)
        assert (np.isfinite(layer.values) == inside).all()
        assert np.abs(layer.values - expected)[inside].max() < 2e-3
        assert DoseOver("any", grid, "2.25.78").layer(Taking(layout)) is None, "of another patient space"


def picture(path: Path) -> NDArray[np.float64]:
    return np.asarray(cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB), np.float64)


def test_that_a_pet_over_a_straightened_aorta_is_blended_from_the_places_of_its_pixels(
    demo_study: Path, said: Said, tool: Tool, tmp_path: Path
) -> None:
    ct, pet, line = demo_study / "ct-chest-abdomen", demo_study / "pet", tmp_path / "path.txt"
    points = [(20, 34, 56), (18, 29, 6), (17, 21, -44), (16, 14, -94)]
    np.savetxt(line, points)
    side = path_through(points, step_mm=1.0).step_mm  # so pixels are square, and those of the picture are these
    words = ("curved-mpr", ct, "--centerline", line, "--pixel", f"{side!r}mm", "--width", "120mm", "--turn", "30")
    above = ("--over", pet, "--over-colours", "pet", "--over-window", "0.5,4.5", "--opacity", "0.6")
    said(*words, "-o", tmp_path / "ct.png")
    (told,) = said(*words, *above, "-o", tmp_path / "fused.png")
    assert told["over"]["values"] == "0.5 to 4.5 g/ml SUVbw"
    (below, fused) = picture(tmp_path / "ct.png"), picture(tmp_path / "fused.png")

    volume, _ = open_volume([pet], Job())
    truth = json.loads((demo_study / "TRUTH.json").read_text(encoding="utf-8"))
    factor = next(float(value) for name, value in leaves(truth) if name == "suvbw_per_bq_per_ml")
    layout = straightened(path_through(points, step_mm=side), width_mm=120, spacing_mm=side, turn_deg=30)
    values = volume.array_kji * volume.slope + volume.intercept
    share = np.clip((sampled(values, volume.grid, places(layout)) * factor - 0.5) / 4.0, 0, 1)
    assert np.isfinite(share).all()
    alpha = 0.6 * np.clip(share / 0.25, 0, 1)[..., np.newaxis]
    expected = below * (1 - alpha) + colour_table("pet").colours(share) * alpha
    assert fused.shape == expected.shape
    assert np.abs(fused - expected).max() <= 3
    assert np.abs(fused - below).max() > 50

    said(*words, *above, "-o", tmp_path / "series", "--format", "dicom")
    (file,) = (tmp_path / "series").glob("*.dcm")
    ds = pydicom.dcmread(file)
    assert (ds.pixel_array == fused).all(), "the picture that is written as PNG"
    assert findings(tool, file) == []
    sources = {str(each.ReferencedSOPInstanceUID) for each in ds.SourceImageSequence}
    for folder in (ct, pet):
        headers = (pydicom.dcmread(path, specific_tags=["SOPInstanceUID"]) for path in folder.glob("*.dcm"))
        assert {str(each.SOPInstanceUID) for each in headers} & sources, "of both series"
    assert "PET FDG" in ds.DerivationDescription
    assert list(ds.PixelSpacing) == pytest.approx([told["pixel_mm"][1], told["pixel_mm"][0]])


def leaves(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [pair for name, each in value.items() for pair in ((name, each), *leaves(each))]
    return [pair for each in value for pair in leaves(each)] if isinstance(value, list) else []


def test_that_segments_of_any_file_are_drawn_over_flat_and_curved_planes_where_their_voxels_are(
    said: Said, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = small.volume("oblique")
    (tmp_path / "study").mkdir()
    made.write(tmp_path / "study")
    truth = blobs(made.hu_kji.shape)
    save(segmentation(in_order(made), truth), tmp_path / "seg.dcm")
    write_labels(tmp_path / "labels.nrrd", truth[..., 0], made.grid)
    points = ijk_to_lps(made.grid, [(3, 4, 2), (12, 7, 4), (24, 6, 5)])
    np.savetxt(tmp_path / "path.txt", points)
    curved = ("curved-mpr", tmp_path / "study", "--centerline", tmp_path / "path.txt", "--width", "12mm")
    words = (*curved, "--pixel", "0.5mm", "--preset", "full", "-o", tmp_path / "p.png")
    said(*words)
    below = picture(tmp_path / "p.png")
    for file in ("seg.dcm", "labels.nrrd"):
        (told,) = said(*words, "--mask", tmp_path / file, "--segment", "1", "--mask-opacity", "1")
        assert told["segments"] == ["Segment 1" if file == "seg.dcm" else "labels 1"]
        changed = np.abs(picture(tmp_path / "p.png") - below).max(axis=2) > 10
        layout = straightened(path_through(points, step_mm=0.5), width_mm=12, spacing_mm=0.5)
        i, j, k = np.rint(np.moveaxis(lps_to_ijk(made.grid, places(layout).reshape(-1, 3)), -1, 0)).astype(int)
        padded = np.pad(truth[..., 0], 40)  # what is outside belongs to nothing
        inside = (padded[k + 40, j + 40, i + 40] > 0).reshape(below.shape[:2])
        rim = cv2.dilate(inside.astype(np.uint8), np.ones((3, 3))) - cv2.erode(inside.astype(np.uint8), np.ones((3, 3)))
        assert 100 < inside.sum() < inside.size / 2
        assert (changed == inside)[rim == 0].all(), "but for the outline, which is drawn on its border"
    flat = ("mpr", tmp_path / "study", "--planes", "axial", "--mask", tmp_path / "seg.dcm", "--format", "dicom")
    (told,) = said(*flat, "-o", tmp_path / "flat")
    assert told["segments"] == ["Segment 1", "Segment 2"]
    ds = pydicom.dcmread(next((tmp_path / "flat").glob("*0004.dcm")))
    assert ds.PhotometricInterpretation == "RGB"
    assert "Segment 1, Segment 2 over it" in ds.DerivationDescription
    assert main(["3d", *map(str, words), "--mask", str(tmp_path / "seg.dcm"), "--segment", "Liver"]) == 1
    assert "There are: 1 Segment 1, 2 Segment 2" in " ".join(capsys.readouterr().err.split())


def write_labels(path: Path, labels: NDArray[Any], grid: VolumeGrid) -> None:
    nrrd = pytest.importorskip("nrrd")
    axes = grid.affine_lps
    header = {"space": "left-posterior-superior", "space directions": axes[:3, :3].T, "space origin": axes[:3, 3]}
    nrrd.write(str(path), labels.transpose(2, 1, 0), {**header, "kinds": ["domain"] * 3})


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--opacity", "0.5"), "--opacity is about a second volume"),
        (("--segment", "1"), "--segment is about --mask"),
        (("--mask", "m.nrrd", "--mask-opacity", "2"), "--mask-opacity is from 0 to 1"),
        (("--over", "b", "--projection", "sum", "--thickness", "3mm"), "for which --over has no colours"),
    ],
)
def test_that_what_does_not_fit_is_told(
    words: tuple[str, ...], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["3d", "curved-mpr", "a", "--centerline", "p.txt", "-o", str(tmp_path / "c.png"), *words]) == 2
    assert told in " ".join(capsys.readouterr().err.split())
