"""The highest and the lowest along an axis, compiled: two threads are as fast as the memory gives the voxels."""

from typing import Any

from numpy.typing import NDArray

from workstation.volume.compiling import kept, part


@part
def _outdo(best: Any, voxels: Any, a: int, b: int, c: int, d: int, is_highest: bool) -> None:
    """Put what is higher, or lower, in four lines in the place of what there is; that is read and written but once."""
    count = len(best)
    one, two, three, four = voxels[a : a + count], voxels[b : b + count], voxels[c : c + count], voxels[d : d + count]
    if is_highest:
        for n in range(count):
            best[n] = max(max(best[n], max(one[n], two[n])), max(three[n], four[n]))
    else:
        for n in range(count):
            best[n] = min(min(best[n], min(one[n], two[n])), min(three[n], four[n]))


@part
def _outdo_by_one(best: Any, line: Any, is_highest: bool) -> None:
    if is_highest:
        for n in range(len(best)):
            best[n] = max(best[n], line[n])
    else:
        for n in range(len(best)):
            best[n] = min(best[n], line[n])


@part
def _end(line: Any, is_highest: bool) -> Any:
    end = line[0]
    if is_highest:
        for n in range(len(line)):
            end = max(end, line[n])
    else:
        for n in range(len(line)):
            end = min(end, line[n])
    return end


@kept
def take_extremes(
    voxels: NDArray[Any],
    counts: tuple[int, int, int],
    strides: tuple[int, int],
    axis: int,
    is_highest: bool,
    out: NDArray[Any],
) -> None:
    """Take the highest or lowest of whole numbers along an axis (0 to 2), in the order in which they lie in memory.

    Parameters
    ----------
    voxels
        Flat, from the first one on.
    counts
        How many there are along three axes; along the last one they follow each other.
    strides
        How many lie from one to the next along the other two.
    out
        (counts of the other two axes): what is written to.
    """
    (first, second, third), (far, near) = counts, strides
    if axis == 0:
        for j in range(second):
            out[j] = voxels[j * near : j * near + third]
        for k in range(0, first, 4):
            a, b, c, d = k * far, min(k + 1, first - 1) * far, min(k + 2, first - 1) * far, min(k + 3, first - 1) * far
            for j in range(second):
                at = j * near
                _outdo(out[j], voxels, a + at, b + at, c + at, d + at, is_highest)
    elif axis == 1:
        for k in range(first):
            out[k] = voxels[k * far : k * far + third]
            for j in range(1, second):
                at = k * far + j * near
                _outdo_by_one(out[k], voxels[at : at + third], is_highest)
    else:
        for k in range(first):
            for j in range(second):
                at = k * far + j * near
                out[k, j] = _end(voxels[at : at + third], is_highest)
