"""A measurement as a measurement group: TID 1410 for regions and places, 1501 for lines, 1411 for volumes."""

import uuid
from collections.abc import Iterable, Sequence

import numpy as np
from pydicom import config
from pydicom.dataset import Dataset
from pydicom.uid import UID

from workstation.errors import UserError
from workstation.model.annotation import About, Annotation, Point
from workstation.model.annotation_kinds import TRAITS
from workstation.model.concepts import Code
from workstation.model.geometry import Spacing, image_to_lps, plane_normal_lps
from workstation.model.measurement import Basis, Measurement, Value
from workstation.model.quantities import SUV_METHODS
from workstation.objects.measurement_report import codes
from workstation.objects.measurement_report.cut_words import cut_words
from workstation.objects.measurement_report.images import Images
from workstation.objects.measurement_report.items import (
    code_value,
    container,
    image_item,
    number_item,
    object_item,
    segment_item,
    shape_item,
    space_item,
    text_item,
    uid_item,
)
from workstation.objects.measurement_report.shapes import MEASURED_ALONG, SAME_PX, Drawn, Points, drawn, points_in
from workstation.objects.measurement_report.slices_of_plane import slices_of_plane
from workstation.objects.measurement_report.values import VolumeMeasurement
from workstation.objects.writing import new_uid
from workstation.quick_dataclass import dataclass

OFF_PLANE_MM = 0.05
"""A measurement whose points are farther from the plane of its image than this is written in the patient."""
_LONGEST_TRACKING_ID = 64


@dataclass(frozen=True, eq=False)
class GroupWriter:
    """Writes groups.

    Parameters
    ----------
    images
        The images that measurements are of.
    in_patient
        Graphics are given in the patient (SCOORD3D) where there is a frame of reference, instead of on the image.
    """

    images: Images
    in_patient: bool = False

    def group(self, measurement: Measurement, number: int) -> Dataset:
        """Give the group of a measurement; ``number`` from 1 names it where nobody named it."""
        annotation, spacing = measurement.annotation, measurement.basis.spacing
        if annotation.kind == "sphere":
            return self._sphere(measurement, number)
        graphics = drawn(annotation, spacing)
        along = annotation.kind in MEASURED_ALONG
        shapes = [self._shape(annotation, each, inferred=along and bool(measurement.values)) for each in graphics]
        about = annotation.about or About()
        template = "1501" if along else "1410"
        begin = _identification(about, annotation.text or f"{TRAITS[annotation.kind].name} {number}")
        regions = [] if along and measurement.values else shapes
        numbers = _numbers(measurement.values, graphics, shapes if along else [])
        sources = self._sources(annotation) if self._is_3d(annotation) else []
        return container(
            "CONTAINS",
            codes.GROUP,
            [
                *begin,
                *regions,
                *_site(about),
                *numbers,
                *sources,
                *self._look(annotation, graphics),
                *_told(about, measurement.basis, measurement.notes),
            ],
            template=template,
        )

    def volume(self, volume: VolumeMeasurement, number: int) -> Dataset:
        """Give the group of a volume."""
        where: list[Dataset] = []
        if volume.segmentation_uid:
            header = self.images.header(volume.segmentation_uid)
            where.append(segment_item(codes.SEGMENT, header, volume.segments or (1,)))
            where += self._segmented(volume)
        graphics = [(contour, drawn(contour, volume.basis.spacing)) for contour in volume.contours]
        where += [self._shape(contour, each) for contour, shapes in graphics for each in shapes]
        if volume.structure_set_uid:
            structures = self.images.header(volume.structure_set_uid)
            where.append(object_item("CONTAINS", codes.SOURCE_OF_MEASUREMENT, structures))
        if not where:
            raise UserError("A volume has neither contours nor a segment.", hint="Draw it, or name its segmentation.")
        return container(
            "CONTAINS",
            codes.GROUP,
            [
                *_identification(volume.about, volume.name or f"volume {number}"),
                *where,
                *_site(volume.about),
                *_numbers(volume.values, (), ()),
                *([text_item("HAS CONCEPT MOD", codes.SHORT_LABEL, volume.name)] if volume.name else []),
                *self._kinds(graphics),
                *_told(volume.about, volume.basis, volume.notes),
            ],
            template="1411",
        )

    def _segmented(self, volume: VolumeMeasurement) -> list[Dataset]:
        """Give the images that were segmented, or the series where none of them is at hand."""
        if volume.series_uid:
            return [uid_item("CONTAINS", codes.SEGMENTED_SERIES, volume.series_uid)]
        frames: dict[str, list[int]] = {}
        for uid, frame in volume.sources or ((volume.basis.sop_instance_uid, volume.basis.frame),):
            frames.setdefault(uid, []).append(frame)
        return [
            image_item("CONTAINS", codes.SEGMENTED_IMAGE, self.images.header(uid), tuple(sorted(numbers)))
            for uid, numbers in frames.items()
        ]

    def _is_3d(self, annotation: Annotation) -> bool:
        if annotation.cut is not None:
            if not (annotation.points_lps and annotation.frame_of_reference_uid):
                raise UserError(
                    "A measurement on a plane of a volume without a frame of reference cannot be saved in a report.",
                    hint="Write it as CSV or JSON.",
                )
            return True
        if not (annotation.points_lps and annotation.frame_of_reference_uid):
            return False
        return self.in_patient or self._is_off_plane(annotation)

    def _is_off_plane(self, annotation: Annotation) -> bool:
        plane = self.images.plane(annotation.sop_instance_uid, annotation.frame)
        if plane is None:
            return False
        away = (np.asarray(annotation.points_lps) - plane.origin_lps) @ np.asarray(plane_normal_lps(plane))
        return float(np.abs(away).max()) > OFF_PLANE_MM

    def _shape(self, annotation: Annotation, graphic: Drawn, *, inferred: bool = False) -> Dataset:
        relationship = "INFERRED FROM" if inferred else "CONTAINS"
        if self._is_3d(annotation):
            kind, points = self._in_space(annotation, graphic)
            return space_item(relationship, graphic.purpose, kind, points, annotation.frame_of_reference_uid)
        return shape_item(
            relationship, graphic.purpose, graphic.graphic, graphic.points_px.tolist(), self._image(annotation)
        )

    def _in_space(self, annotation: Annotation, graphic: Drawn) -> tuple[str, Points]:
        own = np.asarray(annotation.points_px, dtype=np.float64)
        places = np.asarray(annotation.points_lps, dtype=np.float64)
        at = [int(np.abs(own - point).sum(axis=1).argmin()) for point in graphic.points_px]
        if np.abs(own[at] - graphic.points_px).max() <= SAME_PX and graphic.graphic != "CIRCLE":
            points = places[at]
        else:
            cut = annotation.cut
            plane = cut.plane if cut else self.images.plane(annotation.sop_instance_uid, annotation.frame)
            if plane is None:
                raise UserError(f"The image of a {TRAITS[annotation.kind].name} has no plane in the patient.")
            flat = _rim(graphic.points_px) if graphic.graphic == "CIRCLE" else graphic.points_px
            points = image_to_lps(plane, flat)
        closed = graphic.graphic == "POLYLINE" and len(points) > 3 and bool((points[0] == points[-1]).all())
        return {"CIRCLE": "ELLIPSE", "POLYLINE": "POLYGON" if closed else "POLYLINE"}.get(
            graphic.graphic, graphic.graphic
        ), points

    def _image(self, annotation: Annotation) -> Dataset:
        header = self.images.header(annotation.sop_instance_uid)
        return image_item("SELECTED FROM", codes.SOURCE_IMAGE, header, (annotation.frame,))

    def _sources(self, annotation: Annotation) -> list[Dataset]:
        """Give the images that graphics in the patient were measured on: of a plane of a volume, the slices around."""
        name = codes.SOURCE_OF_MEASUREMENT if annotation.kind in MEASURED_ALONG else codes.SEGMENTED_IMAGE
        if annotation.cut is None:
            header = self.images.header(annotation.sop_instance_uid)
            return [image_item("CONTAINS", name, header, (annotation.frame,))]
        slices = slices_of_plane(annotation, self.images.of_series(annotation.sop_instance_uid))
        return [image_item("CONTAINS", name, each.header, each.frames) for each in slices]

    def _look(self, annotation: Annotation, graphics: Sequence[Drawn]) -> Iterable[Dataset]:
        """Give what other programs may leave aside: name and its place, colour, kind, the points that were drawn."""
        change = "HAS CONCEPT MOD"
        place: list[Dataset] = []
        if annotation.is_label_moved or annotation.kind in ("text", "arrow"):
            relationship = "HAS PROPERTIES" if annotation.text else "CONTAINS"
            name = codes.REFERENCE_POINTS if annotation.text else codes.PLACE_OF_WORDS
            place.append(self._points(annotation, relationship, name, "POINT", [annotation.label_px]))
        if annotation.text:
            yield text_item(change, codes.SHORT_LABEL, annotation.text, place)
        else:
            yield from place
        yield _colour(annotation)
        yield _kind(annotation)
        if self._is_3d(annotation) or not _is_said(annotation, graphics):
            yield self._control_points(annotation)
        if annotation.cut is not None:
            yield uid_item("CONTAINS", codes.CUT_SERIES, annotation.sop_instance_uid)
            yield text_item("CONTAINS", codes.CUT, cut_words(annotation.cut))
        if (threshold := annotation.threshold) is not None:
            ends = ("-" if each is None else repr(each) for each in (threshold.low, threshold.high))
            yield text_item("CONTAINS", codes.THRESHOLD, " ".join([threshold.kind, *ends]))
        if annotation.known_mm is not None:
            yield text_item("CONTAINS", codes.KNOWN_LENGTH, f"{annotation.known_mm!r} mm")

    def _points(
        self, annotation: Annotation, relationship: str, name: Code, graphic: str, points_px: Sequence[Point]
    ) -> Dataset:
        """Give points on the image; of a plane of a volume, in the patient."""
        cut = annotation.cut
        if cut is None:
            return shape_item(relationship, name, graphic, points_px, self._image(annotation))
        places = image_to_lps(cut.plane, points_px)
        return space_item(relationship, name, graphic, places, annotation.frame_of_reference_uid)

    def _kinds(self, graphics: Sequence[tuple[Annotation, Sequence[Drawn]]]) -> Iterable[Dataset]:
        """Give the kind of each contour of a volume in their order; if need be, with the points of each."""
        if graphics:
            yield _colour(graphics[0][0])
        for contour, _ in graphics:
            yield _kind(contour)
        if not all(_is_said(contour, shapes) and not self._is_3d(contour) for contour, shapes in graphics):
            for contour, _ in graphics:
                yield self._control_points(contour)

    def _control_points(self, annotation: Annotation) -> Dataset:
        return self._points(annotation, "CONTAINS", codes.CONTROL_POINTS, "MULTIPOINT", annotation.points_px)

    def _sphere(self, measurement: Measurement, number: int) -> Dataset:
        annotation = measurement.annotation
        if not (annotation.points_lps and annotation.frame_of_reference_uid):
            raise UserError("A sphere of an image without a frame of reference cannot be saved in a report.")
        centre, rim = np.asarray(annotation.points_lps, dtype=np.float64)
        radius = float(np.linalg.norm(rim - centre))
        ends = np.array([centre + sign * radius * axis for axis in np.eye(3) for sign in (-1, 1)])
        about = annotation.about or About()
        header = self.images.header(annotation.sop_instance_uid)
        return container(
            "CONTAINS",
            codes.GROUP,
            [
                *_identification(about, annotation.text or f"{TRAITS['sphere'].name} {number}"),
                space_item("CONTAINS", codes.SURFACE, "ELLIPSOID", ends, annotation.frame_of_reference_uid),
                uid_item("CONTAINS", codes.SEGMENTED_SERIES, str(header.SeriesInstanceUID)),
                *_site(about),
                *_numbers(measurement.values, (), ()),
                *self._look(annotation, ()),
                *_told(about, measurement.basis, measurement.notes),
            ],
            template="1411",
        )


def _kind(annotation: Annotation) -> Dataset:
    """Give the kind, and below it how the annotation was read from a file, which goes with it when it is read again."""
    told = [text_item("HAS CONCEPT MOD", codes.REMARK, each) for each in annotation.notes]
    kind = codes.own_value(annotation.kind, TRAITS[annotation.kind].name)
    return code_value("HAS CONCEPT MOD", codes.KIND, kind, told)


def _colour(annotation: Annotation) -> Dataset:
    return text_item("HAS CONCEPT MOD", codes.COLOUR, "#{:02x}{:02x}{:02x}".format(*annotation.colour))


def _is_said(annotation: Annotation, graphics: Sequence[Drawn]) -> bool:
    """Whether the graphics of an annotation say its points."""
    if annotation.mask is not None:
        return True
    own = np.asarray(annotation.points_px, dtype=np.float64)
    again = points_in(annotation.kind, [(each.graphic, each.points_px) for each in graphics])
    return again is not None and again.shape == own.shape and bool(np.abs(again - own).max() <= SAME_PX)


def _rim(points: Points) -> Points:
    """Give the ends of two diameters of a circle by its centre and a point of it, where pixels are square."""
    centre, rim = points
    radius = float(np.hypot(*(rim - centre)))
    return np.asarray(np.array([(-radius, 0), (radius, 0), (0, -radius), (0, radius)]) + centre)


def _tracking_uid(words: str) -> str:
    """Give a valid UID: what other programs have in place of one becomes the same UID each time."""
    if not words:
        return new_uid()
    if UID(words, validation_mode=config.IGNORE).is_valid:
        return words
    return f"2.25.{uuid.uuid5(uuid.NAMESPACE_OID, words).int}"


def _identification(about: About, name: str) -> list[Dataset]:
    found = [
        text_item("HAS OBS CONTEXT", codes.TRACKING_ID, (about.tracking_id or name)[:_LONGEST_TRACKING_ID]),
        uid_item("HAS OBS CONTEXT", codes.TRACKING_UID, _tracking_uid(about.tracking_uid)),
    ]
    if about.finding is not None:
        found.append(code_value("CONTAINS", codes.FINDING, about.finding))
    return found


def _site(about: About) -> list[Dataset]:
    found = [code_value("HAS CONCEPT MOD", codes.METHOD, codes.RECIST)] if about.role or about.status else []
    if about.site is not None:
        side = [] if about.laterality is None else [code_value("HAS CONCEPT MOD", codes.LATERALITY, about.laterality)]
        found.append(code_value("HAS CONCEPT MOD", codes.FINDING_SITE, about.site, side))
    return found


def _numbers(values: Sequence[Value], graphics: Sequence[Drawn], shapes: Sequence[Dataset]) -> list[Dataset]:
    """Give the numbers; each graphic below the one that was inferred from it, else below the first."""
    below: dict[int, list[Dataset]] = {}
    for graphic, shape in zip(graphics if shapes else (), shapes, strict=False):
        at = next((at for at, each in enumerate(values) if each.quantity.key == graphic.quantity), 0)
        below.setdefault(at, []).append(shape)
    return [_number(each, below.get(at, [])) for at, each in enumerate(values)]


def _number(value: Value, shapes: list[Dataset]) -> Dataset:
    quantity = value.quantity
    changes: list[Dataset] = []
    if (method := SUV_METHODS.get(value.unit.ucum)) is not None:
        changes.append(code_value("HAS CONCEPT MOD", codes.METHOD, method))
    if quantity.derivation is not None:
        changes.append(code_value("HAS CONCEPT MOD", codes.DERIVATION, quantity.derivation))
    if quantity.concept is not None and value.of is not None:
        changes.append(code_value("HAS CONCEPT MOD", codes.VALUES_ARE, value.of))
    unit = Code(value.unit.ucum, "UCUM", value.unit.meaning)
    return number_item(quantity.concept or value.of or codes.PIXEL_VALUE, value.value, unit, [*changes, *shapes])


def _told(about: About, basis: Basis, notes: Sequence[str]) -> Iterable[Dataset]:
    """Give where the numbers come from, in words; what an image or person is called in files is no part of it."""
    if about.role:
        yield code_value("HAS CONCEPT MOD", codes.ROLE, codes.own_value(about.role))
    if about.status:
        yield code_value("CONTAINS", codes.PRESENCE, codes.PRESENCE_OF[about.status])
        yield code_value("HAS CONCEPT MOD", codes.STATUS, codes.own_value(about.status))
    if about.node:
        yield code_value("HAS CONCEPT MOD", codes.NODE, codes.own_value(about.node))
    if about.note:
        yield text_item("CONTAINS", codes.COMMENT, about.note)
    yield text_item("CONTAINS", codes.CALIBRATION, _spacing_words(basis.spacing))
    for name, words in ((codes.PLANE, basis.plane), (codes.VALUES_FROM, basis.values)):
        if words:
            yield text_item("CONTAINS", name, words)
    if basis.pixels is not None:
        yield text_item("CONTAINS", codes.PIXELS_INSIDE, str(basis.pixels))
    for method in basis.methods:
        yield text_item("CONTAINS", codes.METHOD_TOLD, method)
    for note in notes:
        yield text_item("CONTAINS", codes.REMARK, note)


def _spacing_words(spacing: Spacing) -> str:
    unit = "mm" if spacing.is_metric else "ratio"
    size = f"{spacing.between_rows!r} x {spacing.between_columns!r} {unit} (rows x columns)"
    return f"{size}: {spacing.source.value}" + (f"; {spacing.note}" if spacing.note else "")
