"""Circles, ellipses and spheres by two conjugate half diameters, which hold on pixels of any shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from workstation.model.annotation import Annotation
    from workstation.model.geometry import Spacing

Points = NDArray[np.float64]


def half_diameters(annotation: Annotation, spacing: Spacing) -> tuple[Points, Points, Points]:
    """Give the centre of a circle, an ellipse or a sphere and two conjugate half diameters, (column, row) in pixels.

    Parameters
    ----------
    annotation
        Of one of these kinds.
    spacing
        Of the pixels: circles are round in the patient. Values that are no distances count as square pixels.
    """
    points = np.asarray(annotation.points_px, dtype=np.float64)
    if annotation.kind == "ellipse":
        return points.mean(axis=0), (points[1] - points[0]) / 2, (points[3] - points[2]) / 2
    size = pixel_shape(spacing)
    radius = float(np.linalg.norm((points[1] - points[0]) * size))
    return points[0], np.array([radius / size[0], 0.0]), np.array([0.0, radius / size[1]])


def pixel_shape(spacing: Spacing) -> Points:
    """Give the width and height of a pixel, in mm or as a bare ratio; square where the spacing is no distance."""
    size = np.array([spacing.between_columns, spacing.between_rows], dtype=np.float64)
    return size if np.isfinite(size).all() and size.min() > 0 else np.ones(2)
