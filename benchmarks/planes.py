"""Planes, slabs, projections and surfaces of 512x512x400 voxels, beside SimpleITK, VTK, numpy and scikit-image."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import SimpleITK
from numpy.typing import NDArray
from skimage.measure import marching_cubes
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkImagingCore import vtkImageReslice

from benchmarks.row import Row
from benchmarks.slices import trunk_slices
from benchmarks.timing import in_turns
from workstation.model.geometry import Plane, Spacing, SpacingSource, Vector, VolumeGrid, unit
from workstation.model.volume import Volume
from workstation.volume.cutting.reslice import Reslicer
from workstation.volume.cutting.slabs import Slab
from workstation.volume.cutting.standard_planes import middle_plane, voxel_way_mm
from workstation.volume.surfaces.surface import surface_of
from workstation.volume.vtk_image import vtk_image, vtk_matrix

SHAPE_KJI = (400, 512, 512)
DISTINCT = 40
STEP_MM = (0.7, 0.7, 1.0)
SLAB_MM = 10.0
ROUNDS = 15
BONE_HU = 300
OUTSIDE = -32768
AXES: dict[str, tuple[Vector, Vector]] = {
    "axial": ((1, 0, 0), (0, 1, 0)),
    "coronal": ((1, 0, 0), (0, 0, -1)),
    "sagittal": ((0, 1, 0), (0, 0, -1)),
}
MAXIMUM_ALONG = {"axial": 0, "coronal": 1, "sagittal": 2}
Picture = NDArray[Any]


def rows() -> Iterator[Row]:
    """Measure each."""
    volume = ct_volume()
    reslicer = Reslicer(volume)
    yield from _oblique(reslicer, Slab(), "oblique plane 512x512, linear")
    yield from _oblique(reslicer, Slab(SLAB_MM, "mip"), f"oblique slab of {SLAB_MM:g} mm 512x512, MIP, linear")
    for name in AXES:
        yield _whole_mip(reslicer, name)
    yield _surface(volume)


def ct_volume() -> Volume:
    """Give the demo patient's trunk as HU; so many slices differ, then they come again, back and forth."""
    pictures = np.stack(trunk_slices(DISTINCT))
    there_and_back = [*range(DISTINCT), *range(DISTINCT - 2, 0, -1)]
    order = [there_and_back[n % len(there_and_back)] for n in range(SHAPE_KJI[0])]
    array = (pictures[order].astype(np.int32) - 1024).astype(np.int16)
    assert array.shape == SHAPE_KJI
    grid = VolumeGrid(np.diag([*STEP_MM, 1.0]), SHAPE_KJI)
    return Volume(array, grid, 1.0, 0.0, "HU", (), (), tuple(map(float, range(SHAPE_KJI[0]))))


def oblique_plane() -> Plane:
    """Give a plane through the middle, turned by 17 degrees about two axes."""
    turn = math.radians(17)
    right = np.array([math.cos(turn), 0.0, math.sin(turn)])
    down = np.array([math.sin(turn) * math.sin(turn), math.cos(turn), -math.sin(turn) * math.cos(turn)])
    middle = (np.array(SHAPE_KJI[::-1]) - 1) / 2 * STEP_MM
    origin = middle - 255.5 * STEP_MM[0] * (right + down)
    spacing = Spacing(STEP_MM[0], STEP_MM[0], SpacingSource.PIXEL_SPACING)
    return Plane(_vector(origin), unit(_vector(right)), unit(_vector(down)), spacing)


def _vector(values: NDArray[np.float64]) -> Vector:
    return float(values[0]), float(values[1]), float(values[2])


def _oblique(reslicer: Reslicer, slab: Slab, what: str) -> Iterator[Row]:
    """Compare with both peers at the same number of samples through the slab; the faster one is the bar."""
    volume, plane = reslicer.volume, oblique_plane()
    normal = np.cross(plane.along_row_lps, plane.along_column_lps)
    parts = slab.steps(voxel_way_mm(volume.grid, _vector(normal)))
    peers: dict[str, Callable[[], Picture]] = {
        "vtkImageReslice": _vtk(volume, plane, normal, slab, parts),
        "SimpleITK Resample": _simpleitk(volume, plane, normal, slab, parts),
    }

    def ours() -> Picture:
        return reslicer.frame(plane, (512, 512), slab=slab).pixels

    for peer in peers.values():
        one, other = ours().astype(np.int32), peer().astype(np.int32)
        inside = (one > OUTSIDE) & (other > OUTSIDE)
        differ = int((np.abs(one - other)[inside] > 1).sum())
        assert differ < 100, f"{differ} pixels differ"  # SimpleITK mixes what is outside into some at the border
    measured = {name: in_turns(ours, peer, rounds=ROUNDS) for name, peer in peers.items()}
    name = min(measured, key=lambda each: measured[each][1])
    ours_s, peer_s = measured[name]
    others = ", ".join(f"{each} {seconds[1] * 1000:.1f} ms" for each, seconds in measured.items() if each != name)
    samples = f"{parts + 1} samples through it, " if parts else ""
    yield within(what, ours_s, name, peer_s, 1.1, f"{samples}median of {ROUNDS}, {ours_s * 1000:.1f} ms; {others}")


def within(what: str, ours: float, beside: str, peer: float, times: float, note: str) -> Row:
    """Hold a duration against that of a peer: it may be so many times as long."""
    ratio = ours / peer
    return Row(what, ours, beside, peer, ratio, f"at most {times:g}x of its time", ratio <= times, note)


def _vtk(volume: Volume, plane: Plane, normal: NDArray[np.float64], slab: Slab, parts: int) -> Callable[[], Picture]:
    step = slab.thickness_mm / parts if parts else 1.0
    axes = np.eye(4)
    axes[:3, 0], axes[:3, 1], axes[:3, 2], axes[:3, 3] = (
        plane.along_row_lps,
        plane.along_column_lps,
        normal,
        plane.origin_lps,
    )
    image = vtk_image(volume.array_kji)
    image.SetSpacing(*STEP_MM)

    def run() -> Picture:
        reslice = vtkImageReslice()
        reslice.SetInputData(image)
        reslice.SetResliceAxes(vtk_matrix(axes))
        reslice.SetOutputDimensionality(3)
        reslice.SetOutputExtent(0, 511, 0, 511, 0, 0)
        reslice.SetOutputSpacing(STEP_MM[0], STEP_MM[0], step)
        reslice.SetOutputOrigin(0, 0, 0)
        reslice.SetBackgroundLevel(OUTSIDE)
        reslice.SetInterpolationModeToLinear()
        if parts:
            reslice.SetSlabModeToMax()
            reslice.SetSlabNumberOfSlices(parts + 1)
        reslice.Update()
        return np.asarray(vtk_to_numpy(reslice.GetOutput().GetPointData().GetScalars()).reshape(512, 512))

    return run


def _simpleitk(
    volume: Volume, plane: Plane, normal: NDArray[np.float64], slab: Slab, parts: int
) -> Callable[[], Picture]:
    image = SimpleITK.GetImageFromArray(volume.array_kji)
    image.SetSpacing(STEP_MM)
    step = slab.thickness_mm / parts if parts else 1.0
    direction = np.column_stack([plane.along_row_lps, plane.along_column_lps, normal])
    resample = SimpleITK.ResampleImageFilter()
    resample.SetInterpolator(SimpleITK.sitkLinear)
    resample.SetDefaultPixelValue(OUTSIDE)
    resample.SetSize((512, 512, parts + 1))
    resample.SetOutputSpacing((STEP_MM[0], STEP_MM[0], step))
    resample.SetOutputDirection(direction.reshape(-1).tolist())
    resample.SetOutputOrigin((np.asarray(plane.origin_lps) - normal * slab.thickness_mm / 2).tolist())

    def run() -> Picture:
        values = SimpleITK.GetArrayViewFromImage(resample.Execute(image))
        return np.asarray(values.max(axis=0) if parts else values[0].copy())

    return run


def _whole_mip(reslicer: Reslicer, name: str) -> Row:
    volume = reslicer.volume
    plane, size_px, thickness_mm = middle_plane(volume.grid, *AXES[name])
    axis = MAXIMUM_ALONG[name]

    def ours() -> Picture:
        return reslicer.frame(plane, size_px, slab=Slab(thickness_mm, "mip")).pixels

    def peer() -> Picture:
        return np.asarray(volume.array_kji.max(axis=axis))

    assert ours().max() == peer().max()
    ours_s, peer_s = in_turns(ours, peer, rounds=ROUNDS)
    note = f"median of {ROUNDS}, {ours_s * 1000:.1f} ms; {size_px[0]}x{size_px[1]} pixels"
    return within(f"MIP of the whole volume, {name}", ours_s, "numpy.max", peer_s, 0.7, note)


def _surface(volume: Volume) -> Row:
    count = len(surface_of(volume.array_kji, volume.grid, BONE_HU).triangles)
    ours, peer = in_turns(
        lambda: surface_of(volume.array_kji, volume.grid, BONE_HU),
        lambda: marching_cubes(volume.array_kji, BONE_HU, spacing=STEP_MM[::-1]),
        rounds=2,
    )
    return Row.at_least(
        f"surface at {BONE_HU} HU",
        ours=ours,
        beside="skimage.measure.marching_cubes",
        peer=peer,
        times=8,
        note=f"{count / 1e6:.1f} million triangles, in the patient; median of 2",
    )
