"""A thresholded sphere as a measurement: what is shown, saved and listed of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.errors import UserError
from workstation.measure.isocontour import isocontour
from workstation.measure.spheres import Sphere
from workstation.model.annotation import Threshold
from workstation.model.geometry import Spacing, SpacingSource, voxel_size_mm
from workstation.model.measurement import Basis, Measurement

if TYPE_CHECKING:
    from workstation.measure.isocontour import Isocontour
    from workstation.measure.scale import Scale
    from workstation.model.annotation import Annotation
    from workstation.model.volume import Volume

DEFAULT = Threshold("percent", 41.0)
"""Where a sphere says nothing of a threshold."""


def sphere_measurement(
    annotation: Annotation,
    volume: Volume,
    *,
    scale: Scale | None = None,
    connected: bool = True,
    place: str = "",
) -> tuple[Measurement, Isocontour]:
    """Measure what a thresholded sphere chooses.

    Parameters
    ----------
    annotation
        Of kind ``sphere``, with points in the patient; its threshold, else 41 per cent.
    volume
        Of its series.
    scale, connected
        As `isocontour` takes them.
    place
        The file, as the user named it.

    Returns
    -------
    Measurement
        The numbers.
    Isocontour
        The voxels, to be drawn.

    Raises
    ------
    UserError
        As `isocontour`, or if the sphere is in another frame of reference than the volume.
    """
    _check_frame_of_reference(annotation, volume)
    found = isocontour(volume, Sphere.of(annotation), annotation.threshold or DEFAULT, scale=scale, connected=connected)
    width, height, _step = voxel_size_mm(volume.grid)
    basis = Basis(
        annotation.sop_instance_uid,
        annotation.frame,
        Spacing(height, width, SpacingSource.PIXEL_SPACING),
        place=place,
        pixels=found.count,
        values=scale.sentence if scale is not None else f"in {found.unit.words or found.unit.meaning}",
        methods=tuple(each for each in found.sentences if scale is None or each != scale.sentence),
    )
    return Measurement(annotation, found.values(), basis, (*volume.notes, *found.notes)), found


def _check_frame_of_reference(annotation: Annotation, volume: Volume) -> None:
    own, other = annotation.frame_of_reference_uid, volume.grid.frame_of_reference_uid
    if own and other and own != other:
        raise UserError(
            f"The sphere is in the frame of reference {own}, the volume in {other}.",
            hint="Draw the sphere on the series that is measured, or on one of the same frame of reference.",
        )
