"""Slices that differ in where they lie and in nothing else: a length measured on one of them is the same on all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import attrgetter
from typing import TYPE_CHECKING

from workstation.measure.asked import new_id
from workstation.measure.done import Done
from workstation.measure.sentences import place_words
from workstation.measure.spot import Spot
from workstation.model.annotation import Annotation
from workstation.model.geometry import Plane, point_to_lps
from workstation.model.measurement import Basis, Measurement
from workstation.operations.operation import ItemFailed

if TYPE_CHECKING:
    from workstation.model.index.records import Instance

_same = attrgetter(
    "sop_class_uid",
    "rows",
    "columns",
    "number_of_frames",
    "pixel_spacing_mm",
    "image_orientation",
    "frame_of_reference_uid",
    "modality",
    "patient_id",
    "patient_name",
)
"""All that a length depends on where the index alone describes its slice, with what tells the lesion's patient."""


class AlikeSlices:
    """What was measured without pixels on the last slice that was not like the one before it."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._plane: Plane | None = None
        self._found: tuple[Done, ...] = ()

    def keep(self, instance: Instance, plane: Plane | None, found: Sequence[Done | ItemFailed]) -> None:
        """Keep what was found on a slice that the index describes, unless it lies nowhere, or something failed."""
        made = tuple(each for each in found if isinstance(each, Done))
        self._found = made if plane is not None and len(made) == len(found) else ()
        self._key, self._plane = _same(instance), plane

    def on(self, instance: Instance) -> tuple[Done, ...]:
        """Give what was kept as it is on another slice; nothing where the two differ in more than their place."""
        origin = instance.image_position_lps
        like = self._plane
        if like is None or origin is None or _same(instance) != self._key or not all(map(math.isfinite, origin)):
            return ()
        plane = Plane(origin, like.along_row_lps, like.along_column_lps, like.spacing, like.frame_of_reference_uid)
        return tuple(_moved(each, instance, plane) for each in self._found)


def _moved(done: Done, instance: Instance, plane: Plane) -> Done:
    """Give a measurement on a parallel slice: its numbers are the same; only the names and the places are others."""
    made, before, basis = done.measurement, done.measurement.annotation, done.measurement.basis
    annotation = Annotation(
        new_id(),
        before.kind,
        instance.sop_instance_uid,
        before.frame,
        before.points_px,
        before.label_px,
        before.text,
        before.colour,
        points_lps=tuple([point_to_lps(plane, each) for each in before.points_px]),
        frame_of_reference_uid=before.frame_of_reference_uid,
        about=before.about,
    )
    moved = Basis(
        instance.sop_instance_uid,
        basis.frame,
        basis.spacing,
        str(instance.place),
        place_words(plane, (instance.rows, instance.columns)) if basis.plane else "",
        basis.pixels,
        basis.values,
        basis.methods,
    )
    measurement = Measurement(annotation, made.values, moved, made.notes, made.curves)
    return Done(measurement, instance, Spot(instance.instance_number, plane, {}), done.plotted)
