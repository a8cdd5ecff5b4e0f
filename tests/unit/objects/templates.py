"""What PS3.16 wants of each measurement group of a report, by the template that the group names."""

from collections.abc import Iterator

from pydicom import Dataset

IMAGE_REGION, SEGMENT, SEGMENT_FRAME, SURFACE = "111030", "121191", "121214", "121231"
SOURCE_IMAGE_OF_SEGMENT, SOURCE_SERIES_OF_SEGMENT = "121233", "121232"


def groups_of(report: Dataset) -> list[Dataset]:
    """Give the measurement groups, in their order."""
    (measured,) = (each for each in report.ContentSequence if _concept(each) == "126010")
    return list(measured.ContentSequence)


def template_of(group: Dataset) -> str:
    """Give the template that a group names."""
    return str(group.ContentTemplateSequence[0].TemplateIdentifier)


def regions_in(report: Dataset) -> int:
    """Count the regions on images that groups contain, in all of them together."""
    return sum(_count(group, "SCOORD", IMAGE_REGION) for group in groups_of(report))


def missing_items(report: Dataset) -> list[str]:
    """Say what is not as TID 1410, 1411 and 1501 want it: what has to be there, how often, and what excludes what."""
    return [
        f"group {number} of TID {template_of(group)}: {each}"
        for number, group in enumerate(groups_of(report), 1)
        for each in (*_common(group), *_BY_TEMPLATE[template_of(group)](group))
    ]


def _common(group: Dataset) -> Iterator[str]:
    for name, value_type, code in (("identifier", "TEXT", "112039"), ("unique identifier", "UIDREF", "112040")):
        if _count(group, value_type, code, "HAS OBS CONTEXT") != 1:
            yield f"no tracking {name}"
    for number in group.ContentSequence:
        if number.ValueType != "NUM":
            continue
        for name, value_type, code in (("derivation", "CODE", "121401"), ("method", "CODE", "370129005")):
            if _count(number, value_type, code, "HAS CONCEPT MOD") > 1:
                yield f"two of {name} for one number"


def _planar(group: Dataset) -> Iterator[str]:
    flat = [each for each in group.ContentSequence if _is(each, "SCOORD", IMAGE_REGION)]
    spatial, frames = _count(group, "SCOORD3D", IMAGE_REGION), _count(group, "IMAGE", SEGMENT_FRAME)
    if len(flat) + spatial + frames != 1:
        yield f"{len(flat)} regions on images, {spatial} in space, {frames} frames of segments, where one is wanted"
    yield from _sources(flat)
    if frames and not _count(group, "IMAGE", SOURCE_IMAGE_OF_SEGMENT):
        yield "no source image of the segment"


def _volumetric(group: Dataset) -> Iterator[str]:
    flat = [each for each in group.ContentSequence if _is(each, "SCOORD", IMAGE_REGION)]
    contours = len(flat) + _count(group, "SCOORD3D", IMAGE_REGION)
    segments, surfaces = _count(group, "IMAGE", SEGMENT), _count(group, "SCOORD3D", SURFACE)
    if sum(map(bool, (contours, segments, surfaces))) != 1 or segments > 1 or surfaces > 1:
        yield f"{contours} contours, {segments} segments, {surfaces} surfaces, where one of these is wanted"
    yield from _sources(flat)
    images = _count(group, "IMAGE", SOURCE_IMAGE_OF_SEGMENT)
    series = _count(group, "UIDREF", SOURCE_SERIES_OF_SEGMENT)
    if (segments or surfaces) and (bool(images) == bool(series) or series > 1):
        yield f"{images} source images and {series} source series, where one kind is wanted"


def _along_lines(group: Dataset) -> Iterator[str]:
    for value_type in ("SCOORD", "SCOORD3D"):
        if _count(group, value_type, IMAGE_REGION):
            yield "a region, which is for TID 1410"
    for number in group.ContentSequence:
        if number.ValueType == "NUM":
            shapes = [each for each in number.get("ContentSequence", ()) if each.ValueType == "SCOORD"]
            yield from _sources(shapes)
            if any(each.RelationshipType != "INFERRED FROM" for each in shapes):
                yield "a number whose line is not what it was inferred from (TID 320)"


_BY_TEMPLATE = {"1410": _planar, "1411": _volumetric, "1501": _along_lines}


def _sources(shapes: list[Dataset]) -> Iterator[str]:
    for each in shapes:
        below = [item for item in each.get("ContentSequence", ()) if item.ValueType == "IMAGE"]
        if [item.RelationshipType for item in below] != ["SELECTED FROM"]:
            yield "a graphic that is not selected from one image"


def _count(item: Dataset, value_type: str, code: str, relationship: str = "CONTAINS") -> int:
    found = (each for each in item.get("ContentSequence", ()) if _is(each, value_type, code))
    return sum(each.RelationshipType == relationship for each in found)


def _is(item: Dataset, value_type: str, code: str) -> bool:
    return str(item.ValueType) == value_type and _concept(item) == code


def _concept(item: Dataset) -> str:
    named = item.get("ConceptNameCodeSequence")
    return str(named[0].get("CodeValue", "")) if named else ""
