"""Where the inside of a volume ends: its middle, the nearest point of it, how far a way stays in it."""

from workstation.model.geometry import Vector, VolumeGrid, as_vector, ijk_to_lps, lps_to_ijk


def middle_of(grid: VolumeGrid) -> Vector:
    """Give the patient point in the middle of a volume."""
    slices, rows, columns = grid.shape_kji
    return as_vector(ijk_to_lps(grid, [((columns - 1) / 2, (rows - 1) / 2, (slices - 1) / 2)])[0])


def nearest_inside(grid: VolumeGrid, point_lps: Vector) -> Vector:
    """Give the point of the volume that has the nearest voxel indices; the point itself where it is inside."""
    slices, rows, columns = grid.shape_kji
    index = lps_to_ijk(grid, [point_lps])[0]
    most = (columns - 1, rows - 1, slices - 1)
    kept = [min(max(float(each), 0.0), float(end)) for each, end in zip(index, most, strict=True)]
    if all(abs(new - float(old)) < 1e-6 for new, old in zip(kept, index, strict=True)):
        return point_lps
    return as_vector(ijk_to_lps(grid, [kept])[0])


def share_inside(grid: VolumeGrid, start_lps: Vector, way_lps: Vector) -> float:
    """Give how much of a way from a point inside stays in the volume, 0 to 1."""
    slices, rows, columns = grid.shape_kji
    start, end = lps_to_ijk(grid, [start_lps, _sum(start_lps, way_lps)])
    share = 1.0
    for begin, stop, most in zip(start, end, (columns - 1, rows - 1, slices - 1), strict=True):
        step = float(stop - begin)
        if abs(step) > 1e-9:
            limit = float(most) if step > 0 else 0.0
            share = min(share, max(0.0, (limit - float(begin)) / step))
    return share


def is_inside(grid: VolumeGrid, point_lps: Vector) -> bool:
    """Say whether a patient point lies within the voxels of a volume, half a voxel beyond their centres included."""
    slices, rows, columns = grid.shape_kji
    index = lps_to_ijk(grid, [point_lps])[0]
    return all(-0.5 <= each <= count - 0.5 for each, count in zip(index, (columns, rows, slices), strict=True))


def _sum(a: Vector, b: Vector) -> Vector:
    return a[0] + b[0], a[1] + b[1], a[2] + b[2]
