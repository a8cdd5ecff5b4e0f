"""Groups of a report as live annotations: those of our own as they were, those of other programs by their graphics."""

import hashlib
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import cast, get_args

import numpy as np

from workstation.model.annotation import (
    LONGEST_TEXT,
    YELLOW,
    About,
    Annotation,
    Mask,
    Node,
    Rgb,
    Role,
    Status,
    Threshold,
)
from workstation.model.annotation_kinds import KINDS, TRAITS, Kind
from workstation.model.concepts import Code
from workstation.model.geometry import Spacing, Vector, lps_to_image
from workstation.model.outlines import mm_per_px
from workstation.model.plane_cut import PlaneCut
from workstation.model.text import clean
from workstation.objects.measurement_report import codes
from workstation.objects.measurement_report.codes import means
from workstation.objects.measurement_report.cut_words import cut_said
from workstation.objects.measurement_report.kinds import Recognised, points_of, recognised
from workstation.objects.measurement_report.loose import CutsThrough, laid_on_planes
from workstation.objects.measurement_report.shapes import (
    Points,
    mask_points,
    outlined_mask,
    points_in,
    principal_axes,
    without_end,
)
from workstation.objects.measurement_report.space import on_images
from workstation.objects.measurement_report.values import FoundGroup, FoundShape
from workstation.objects.segment_masks import ImagePlace
from workstation.objects.sr.content import ImageShape, SpaceShape

_COLOUR = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")
_PLACEHOLDER = re.compile(r"\{\w+\}")
_BESIDE_PX = 12.0
_ELLIPSOID_ENDS = 6
_SAME_MM = 1e-3
OFF_CUT_MM = 0.01
"""Points that are farther from the plane that the file says were changed: then it says no plane."""
_FARTHEST_PX = 1e6
Place = tuple[str, int]


def with_annotations(
    group: FoundGroup,
    sop_instance_uid: str,
    images: Sequence[ImagePlace],
    cuts: CutsThrough | None = None,
    named: Iterable[str] = (),
) -> FoundGroup:
    """Give a group with its annotations.

    Parameters
    ----------
    group
        As it was read.
    sop_instance_uid
        Of the report.
    images
        Frames of images that are there.
    cuts
        Gives planes of volumes for graphics in space that lie in no image; None: there are none.
    named
        Series that the report names.
    """
    group = replace(group, about=_about(group), threshold=_threshold(group))
    on_cut = _on_cut(group)
    if on_cut is not None:
        return replace(group, annotations=(_numbered(on_cut, group, sop_instance_uid, 0),))
    places = {(each.sop_instance_uid, each.frame): each for each in images}
    flat, lost = on_images(group, images)
    flat = replace(flat, shapes=tuple(each for each in flat.shapes if _is_near(each)))
    own = _own_all(flat, places)
    found, notes = own, list[str]()
    if not own:
        found = list(_others(flat, places))
        found += _in_no_image(group, lost, cuts, frozenset(named), notes)
    finished = tuple(_numbered(each, group, sop_instance_uid, at) for at, each in enumerate(found))
    return replace(group, annotations=finished, notes=tuple(notes))


def _in_no_image(
    group: FoundGroup,
    lost: Sequence[FoundShape],
    cuts: CutsThrough | None,
    named: frozenset[str],
    notes: list[str],
) -> Iterator[Annotation]:
    """Make annotations on planes of what lies in no image; what is left is told in ``notes``."""
    if cuts is None:
        if lost:
            noun = "A graphic in space lies" if len(lost) == 1 else f"{len(lost)} graphics in space lie"
            notes.append(f"{noun} in none of the images that are open.")
        return
    named |= {each.image.sop_instance_uid for each in group.references} | {words for _name, words in group.texts}
    for laid in laid_on_planes(group, lost, cuts, named):
        if isinstance(laid, str):
            notes.append(laid)
            continue
        place = laid.image.sop_instance_uid, laid.image.frame
        for each in _others(laid.group, {place: laid.image}):
            yield replace(each, cut=laid.found.cut, notes=laid.found.notes).on_plane(laid.found.cut.plane)


def _numbered(annotation: Annotation, group: FoundGroup, sop_instance_uid: str, at: int) -> Annotation:
    """Give an annotation an identifier that is the same whenever the report is read, and what it is about."""
    number = hashlib.sha256(f"{sop_instance_uid} {group.number} {at}".encode()).hexdigest()[:32]
    return replace(annotation, id=number, source_uid=sop_instance_uid, about=group.about)


def _on_cut(group: FoundGroup) -> Annotation | None:
    """Make the annotation that this program wrote of a plane of a volume; None where the file says anything else."""
    kinds = list(_own_kinds_and_notes(group))
    controls = [
        each.shape
        for each in group.shapes
        if isinstance(each.shape, SpaceShape) and means(each.purpose, codes.CONTROL_POINTS)
    ]
    if len(kinds) != 1 or len(controls) != 1 or not controls[0].points_lps:
        return None
    (kind, notes), shape = kinds[0], controls[0]
    series, cut = _said(group, codes.CUT_SERIES), cut_said(_said(group, codes.CUT), shape.frame_of_reference_uid)
    traits, count = TRAITS[kind], len(shape.points_lps)
    if cut is None or not series or kind == "sphere" or count < traits.fewest or (traits.most and count > traits.most):
        return None
    points, away = lps_to_image(cut.plane, shape.points_lps)
    if not _is_close(points) or float(np.abs(away).max()) > OFF_CUT_MM:
        return None
    label = None if group.label_lps is None else lps_to_image(cut.plane, [group.label_lps])[0]
    flat = replace(group, label_px=None if label is None else (float(label[0][0]), float(label[0][1])))
    mask = _painted(group, cut) if kind == "mask" else None
    if kind == "mask" and mask is None:
        return None
    made = _annotation(flat, kind, points if mask is None else mask_points(mask), (series, 0), mask)
    return replace(made, cut=cut, notes=notes).on_plane(cut.plane)


def _painted(group: FoundGroup, cut: PlaneCut) -> Mask | None:
    """Give the pixels of a painted region by the line along their borders in the patient."""
    shapes = (each.shape for each in group.shapes if isinstance(each.shape, SpaceShape))
    outlines = [each.points_lps for each in shapes if each.graphic_type.upper() == "POLYGON"]
    if len(outlines) != 1:
        return None
    points = lps_to_image(cut.plane, outlines[0])[0]
    on_borders = np.round(points + 0.5) - 0.5  # single precision moves them by less than a thousandth of a pixel
    return outlined_mask([without_end(on_borders)]) if _is_close(points) else None


def _is_close(points: Points) -> bool:
    return bool((np.abs(points) < _FARTHEST_PX).all())


def _is_near(shape: FoundShape) -> bool:
    """Whether a graphic lies anywhere near an image; damaged numbers are absurdly far away."""
    return bool((np.abs(points_of(shape)) < _FARTHEST_PX).all())


def _own_kinds(group: FoundGroup) -> tuple[Kind, ...]:
    return tuple(kind for kind, _notes in _own_kinds_and_notes(group))


def _own_kinds_and_notes(group: FoundGroup) -> Iterator[tuple[Kind, tuple[str, ...]]]:
    found = (code.value for name, code in group.codes if means(name, codes.KIND))
    for kind, notes in zip(found, group.kind_notes, strict=True):
        if kind in KINDS:
            yield kind, tuple(clean(each)[:LONGEST_TEXT] for each in notes)


def _own_all(group: FoundGroup, places: dict[Place, ImagePlace]) -> list[Annotation]:
    """Make the annotations that this program wrote; none where the file was changed so that they are none any more."""
    kinds = _own_kinds(group)
    graphics = [each for each in group.shapes if not means(each.purpose, codes.CONTROL_POINTS)]
    controls = [each for each in group.shapes if means(each.purpose, codes.CONTROL_POINTS)]
    if len(kinds) > 1:  # the contours of a volume
        flat = [each for each in graphics if isinstance(each.shape, ImageShape)]
        if len(flat) != len(kinds) or len(controls) not in (0, len(kinds)):
            return []
        parts = [(kind, [flat[at]], controls[at : at + 1]) for at, kind in enumerate(kinds)]
    else:
        parts = [(kind, graphics, controls) for kind in kinds]
    notes = [each for _kind, each in _own_kinds_and_notes(group)]
    made = [_own(group, *part, places) for part in parts]
    return [replace(each, notes=told) for each, told in zip(made, notes, strict=True) if each is not None]


def _own(
    group: FoundGroup,
    kind: Kind,
    graphics: Sequence[FoundShape],
    controls: Sequence[FoundShape],
    places: dict[Place, ImagePlace],
) -> Annotation | None:
    flat = [each for each in graphics if isinstance(each.shape, ImageShape)]
    place = _place_of(group, [*controls, *flat])
    if place is None:
        return None
    mask = None
    if kind == "mask":
        mask = outlined_mask([without_end(points_of(each)) for each in flat[:1]])
        points = None if mask is None else mask_points(mask)
    elif controls:
        points = points_of(controls[0])
    else:
        points = points_in(kind, [(each.shape.graphic_type, points_of(each)) for each in flat])
    traits = TRAITS[kind]
    if points is None or len(points) < traits.fewest or (traits.most is not None and len(points) > traits.most):
        return None
    made = replace(_annotation(group, kind, points, place, mask), threshold=group.threshold, known_mm=_known_mm(group))
    return _in_patient(made, graphics, places.get(place))


def _in_patient(made: Annotation, graphics: Sequence[FoundShape], image: ImagePlace | None) -> Annotation:
    """Give an annotation the points in the patient that the file says, else those on the plane of its image."""
    spatial = [each.shape for each in graphics if isinstance(each.shape, SpaceShape)]
    places = [point for shape in spatial for point in shape.points_lps]
    closed = len(spatial) == 1 and spatial[0].graphic_type == "POLYGON"
    places = places[:-1] if closed else places
    flat = made if image is None else made.on_plane(image.plane)
    if spatial and len(places) == len(made.points_px) and made.kind != "perpendicular":
        if len(flat.points_lps) == len(places) and np.abs(np.subtract(flat.points_lps, places)).max() <= _SAME_MM:
            return flat  # it says the same, in more digits
        uid = spatial[0].frame_of_reference_uid
        return replace(made, points_lps=tuple(places), frame_of_reference_uid=uid)
    if made.kind == "sphere" and len(places) == _ELLIPSOID_ENDS:
        middle, rim = _centre_and_rim(places)
        if not flat.points_lps or math.dist(middle, flat.points_lps[0]) > _SAME_MM:  # it lies between slices
            return replace(made, points_lps=(middle, rim), frame_of_reference_uid=spatial[0].frame_of_reference_uid)
    return flat


def _centre_and_rim(ends_lps: Sequence[Vector]) -> tuple[Vector, Vector]:
    low, high = ends_lps[:2]
    middle = ((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, (low[2] + high[2]) / 2)
    return middle, high


def _others(group: FoundGroup, places: dict[Place, ImagePlace]) -> Iterator[Annotation]:
    for each in recognised(group):
        place = _place_of(group, each.shapes)
        if place is None:
            continue
        image = places.get(place)
        plane = None if image is None else image.plane
        each = _round_in_patient(each, Spacing() if plane is None else plane.spacing)
        yield _annotation(group, each.kind, each.points_px, place).on_plane(plane)


def _round_in_patient(found: Recognised, spacing: Spacing) -> Recognised:
    """Turn what is round on the image into what is so in the patient, where pixels are not square."""
    scale = mm_per_px(spacing)
    if abs(scale[0] - scale[1]) <= 1e-6 * scale[0]:
        return found
    points = found.points_px
    if found.kind == "circle":
        centre, rim = points
        radius = float(np.hypot(*(rim - centre)))
        points = np.array([(-radius, 0), (radius, 0), (0, -radius), (0, radius)]) + centre
        return replace(found, kind="ellipse", points_px=points)
    if found.kind == "ellipse":
        return replace(found, points_px=principal_axes(points * scale) / scale)
    return found


def _annotation(group: FoundGroup, kind: Kind, points: Points, place: Place, mask: Mask | None = None) -> Annotation:
    pairs = tuple((float(column), float(row)) for column, row in points)
    right = max(pairs)
    is_placeholder = _PLACEHOLDER.fullmatch(group.name) and not _own_kinds(group)
    words = "" if is_placeholder else clean(group.name)[:LONGEST_TEXT]
    if kind == "text" and not words:
        told = group.finding.meaning if group.finding is not None else ""
        words = clean(told or group.tracking_id)[:LONGEST_TEXT] or "note"
    said = group.label_px
    if said is not None and not all(abs(each) < _FARTHEST_PX for each in said):
        said = None  # damaged
    label = said or (right[0] + _BESIDE_PX, right[1])
    is_moved = said is not None and kind not in ("text", "arrow")
    return Annotation(
        "?", kind, place[0], place[1], pairs, label, words, _colour(group), mask=mask, is_label_moved=is_moved
    )


def _place_of(group: FoundGroup, shapes: Sequence[FoundShape]) -> Place | None:
    """Give the frame that graphics are on: the image that they name, else the only one that the group names."""
    images = [each.image for each in shapes if each.image is not None]
    if not images and len({each.image.sop_instance_uid for each in group.references}) == 1:
        images = list(group.references)
    if not images or not images[0].image.sop_instance_uid:
        return None
    frames = images[0].frames
    return images[0].image.sop_instance_uid, frames[0] - 1 if frames and frames[0] > 0 else 0


def _colour(group: FoundGroup) -> Rgb:
    found = _COLOUR.fullmatch(_said(group, codes.COLOUR))
    if found is None:
        return YELLOW
    red, green, blue = (int(each, 16) for each in found.groups())
    return red, green, blue


def _said(group: FoundGroup, name: Code) -> str:
    return next((words for each, words in group.texts if means(each, name)), "")


def _about(group: FoundGroup) -> About:
    coded = {name.value: code.value.replace("-", " ") for name, code in group.codes if name.scheme == codes.KIND.scheme}
    role = coded.get(codes.ROLE.value, "").replace("non target", "non-target")
    status, node = coded.get(codes.STATUS.value, "") or _presence(group), coded.get(codes.NODE.value, "")
    return About(
        group.tracking_uid,
        clean(group.tracking_id)[:LONGEST_TEXT],
        group.finding,
        group.sites[0] if group.sites else None,
        group.laterality,
        cast("Role", role if role in get_args(Role) else ""),
        clean(_said(group, codes.COMMENT))[:LONGEST_TEXT],
        cast("Status", status if status in get_args(Status) else ""),
        cast("Node", node if node in get_args(Node) else ""),
    )


def _presence(group: FoundGroup) -> str:
    """Give that a lesion is gone, or was not evaluated, where another program says so by codes of PS3.16 CID 240."""
    said = next((code for name, code in group.codes if means(name, codes.PRESENCE)), None)
    if means(said, codes.ABSENT):
        return "absent"
    return "not evaluated" if means(said, codes.UNDETERMINED) else ""


def _threshold(group: FoundGroup) -> Threshold | None:
    parts = _said(group, codes.THRESHOLD).split(" ")
    if len(parts) != 3 or parts[0] not in ("value", "suv", "percent", "percist"):
        return None
    try:
        low, high = (None if each == "-" else float(each) for each in parts[1:])
    except ValueError:
        return None
    if not all(each is None or math.isfinite(each) for each in (low, high)):
        return None
    return Threshold(parts[0], low, high)  # type: ignore[arg-type]  # one of the four, as checked


def _known_mm(group: FoundGroup) -> float | None:
    try:
        known = float(_said(group, codes.KNOWN_LENGTH).removesuffix(" mm"))
    except ValueError:
        return None
    return known if math.isfinite(known) and known > 0 else None
