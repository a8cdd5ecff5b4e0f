"""Which voxels of a mask hang together with one of them by their faces."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def connected_to(mask_kji: NDArray[np.bool_], start_kji: tuple[int, int, int]) -> NDArray[np.bool_]:
    """Give the part of a mask that is connected to a voxel by faces (six neighbours).

    Parameters
    ----------
    mask_kji
        (slices, rows, columns) of bool.
    start_kji
        A voxel of the mask.

    Returns
    -------
    ndarray
        (slices, rows, columns) of bool.
    """
    import cv2

    labels = np.zeros(mask_kji.shape, np.int64)
    highest = 0
    for k, plane in enumerate(mask_kji):
        count, found = cv2.connectedComponents(np.ascontiguousarray(plane, np.uint8), connectivity=4)
        labels[k] = np.where(found > 0, found + highest, 0)
        highest += count - 1
    both = (labels[:-1] > 0) & (labels[1:] > 0)
    pairs = np.unique(np.stack([labels[:-1][both], labels[1:][both]], axis=1), axis=0)
    reached = _reached(pairs, int(labels[start_kji]), highest)
    return np.asarray(reached[labels])


def _reached(pairs: NDArray[np.int64], start: int, highest: int) -> NDArray[np.bool_]:
    """Tell for each label whether it is joined to ``start`` by pairs."""
    reached = np.zeros(highest + 1, np.bool_)
    reached[start] = True
    while len(pairs):
        grown = pairs[reached[pairs[:, 0]] != reached[pairs[:, 1]]]
        if not len(grown):
            break
        reached[grown] = True
    reached[0] = False
    return reached
