"""Graphics, texts and compound graphics of a presentation state, read tolerantly (PS3.3 C.10.5)."""

from typing import Any, cast, get_args

from pydicom import Dataset

from workstation.model.attributes import integer, items, number, numbers, text
from workstation.model.text import clean
from workstation.objects.presentation.references import references
from workstation.objects.presentation.styles import fill_style, line_style, one_of, text_style
from workstation.objects.presentation.told import Told
from workstation.objects.presentation.values import (
    Annotation,
    Compound,
    CompoundKind,
    Graphic,
    GraphicGroup,
    GraphicKind,
    Point,
    Text,
    Tick,
    Units,
)

MOST_OBJECTS = 20_000
MOST_POINTS = 500_000
"""Of a whole state; what comes after them is left out."""
_LONGEST_TEXT = 4096
_MOST_TICKS = 1000
_FARTHEST = 1e7
_LEAST_POINTS = {"POINT": 1, "POLYLINE": 2, "INTERPOLATED": 2, "CIRCLE": 2, "ELLIPSE": 4}
_LEAST_COMPOUND_POINTS = {"CROSSHAIR": 1}
_KINDS: tuple[str, ...] = get_args(GraphicKind)
_COMPOUND_KINDS: tuple[str, ...] = get_args(CompoundKind)
Place = tuple[Point, ...] | None


class GraphicsReader:
    """Reads annotations, and counts what it leaves out."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._objects = 0
        self._points = 0

    def annotations(self, dataset: Dataset) -> tuple[Annotation, ...]:
        """Give all annotations of a state."""
        found = []
        for item in items(dataset, "GraphicAnnotationSequence"):
            annotation = Annotation(
                clean(text(item, "GraphicLayer")),
                tuple(each for one in items(item, "GraphicObjectSequence") if (each := self._graphic(one))),
                tuple(written for one in items(item, "TextObjectSequence") if (written := self._text(one))),
                tuple(parts for one in items(item, "CompoundGraphicSequence") if (parts := self._compound(one))),
                references(item),
            )
            if annotation.graphics or annotation.texts or annotation.compounds:
                found.append(annotation)
        return tuple(found)

    def _graphic(self, item: Dataset) -> Graphic | None:
        kind = text(item, "GraphicType").upper()
        if kind not in _KINDS:
            self._without("a graphic", "graphics", f"the type {clean(kind)[:16] or 'nothing'} is not known")
            return None
        units = _units(item, "GraphicAnnotationUnits")
        points = self._read_points(item, units, _LEAST_POINTS[kind], "a graphic", "graphics")
        if units is None or points is None:
            return None
        return Graphic(
            cast(GraphicKind, kind),
            points,
            units,
            text(item, "GraphicFilled").upper() == "Y",
            line_style(item),
            fill_style(item),
            integer(item, "CompoundGraphicInstanceID"),
            integer(item, "GraphicGroupID"),
        )

    def _compound(self, item: Dataset) -> Compound | None:
        kind = text(item, "CompoundGraphicType").upper()
        if kind not in _COMPOUND_KINDS:
            return None  # the simple graphics with its number are drawn in its place
        units = _units(item, "CompoundGraphicUnits")
        least = _LEAST_COMPOUND_POINTS.get(kind, 2)
        points = self._read_points(item, units, least, "a compound graphic", "compound graphics")
        if units is None or points is None:
            return None
        return Compound(
            cast(CompoundKind, kind),
            points,
            units,
            integer(item, "CompoundGraphicInstanceID"),
            number(item, "RotationAngle") or 0.0,
            _point(item, "RotationPoint", units),
            min(max(number(item, "GapLength") or 0.0, 0.0), 10.0),
            min(max(number(item, "DiameterOfVisibility") or 0.0, 0.0), 10.0),
            _ticks(item),
            cast(Any, one_of(text(item, "TickAlignment"), ("BOTTOM", "CENTER", "TOP"), "CENTER")),
            cast(Any, one_of(text(item, "TickLabelAlignment"), ("BOTTOM", "TOP"), "BOTTOM")),
            text(item, "ShowTickLabel").upper() == "Y",
            text(item, "GraphicFilled").upper() == "Y",
            line_style(item),
            fill_style(item),
            text_style(item),
            integer(item, "GraphicGroupID"),
        )

    def _text(self, item: Dataset) -> Text | None:
        written = clean(text(item, "UnformattedTextValue"), lines=True)[:_LONGEST_TEXT].strip()
        if not written:
            self._without("a text", "texts", "it is empty")
            return None
        first = _point(item, "BoundingBoxTopLeftHandCorner", box_units := _units(item, "BoundingBoxAnnotationUnits"))
        second = _point(item, "BoundingBoxBottomRightHandCorner", box_units)
        anchor = _point(item, "AnchorPoint", anchor_units := _units(item, "AnchorPointAnnotationUnits"))
        box = (first, second) if first is not None and second is not None else None
        if box is None and anchor is None:
            self._without("a text", "texts", "it has no place whose numbers and units are right")
            return None
        if not self._has_room(1):
            return None
        justification = text(item, "BoundingBoxTextHorizontalJustification")
        return Text(
            written,
            box,
            box_units or "PIXEL",
            cast(Any, one_of(justification, ("LEFT", "CENTER", "RIGHT"), "LEFT")),
            anchor,
            anchor_units or "PIXEL",
            text(item, "AnchorPointVisibility").upper() == "Y",
            text_style(item),
            integer(item, "CompoundGraphicInstanceID"),
            integer(item, "GraphicGroupID"),
        )

    def _read_points(self, item: Dataset, units: Units | None, least: int, one: str, several: str) -> Place:
        if units is None:
            self._without(one, several, "its units are neither PIXEL nor DISPLAY")
            return None
        data = numbers(item, "GraphicData")
        if (integer(item, "GraphicDimensions") or 2) != 2 or len(data) < 2 * least:
            self._without(one, several, "it has too few points, or numbers that are none")
            return None
        if not _is_near(data):
            self._without(one, several, "its points are absurdly far away")
            return None
        if not self._has_room(len(data) // 2):
            return None
        return tuple(_placed(point, units) for point in zip(data[0::2], data[1::2], strict=False))

    def _has_room(self, points: int) -> bool:
        self._objects += 1
        self._points += points
        if self._objects <= MOST_OBJECTS and self._points <= MOST_POINTS:
            return True
        self._told.leave_out("a graphic", "graphics", f"at most {MOST_OBJECTS} with {MOST_POINTS} points are drawn")
        return False

    def _without(self, one: str, several: str, why: str) -> None:
        self._told.leave_out(one, several, why)


def graphic_groups(dataset: Dataset) -> tuple[GraphicGroup, ...]:
    """Give the groups that graphics and texts belong to; those without a number are left out."""
    found: dict[int, GraphicGroup] = {}
    for item in items(dataset, "GraphicGroupSequence")[:MOST_OBJECTS]:
        number_of_group = integer(item, "GraphicGroupID")
        if number_of_group is not None:
            label = clean(text(item, "GraphicGroupLabel"))[:_LONGEST_TEXT]
            description = clean(text(item, "GraphicGroupDescription"), lines=True)[:_LONGEST_TEXT]
            found.setdefault(number_of_group, GraphicGroup(number_of_group, label, description))
    return tuple(found.values())


def _units(item: Dataset, keyword: str) -> Units | None:
    found = text(item, keyword).upper()
    return cast(Units, found) if found in ("PIXEL", "DISPLAY") else None


def _point(item: Dataset, keyword: str, units: Units | None) -> Point | None:
    found = numbers(item, keyword)
    return _placed((found[0], found[1]), units) if len(found) == 2 and units and _is_near(found) else None


def _placed(point: Point, units: Units) -> Point:
    """Count from the centre of the first pixel; fractions of the display stay."""
    return (point[0] - 0.5, point[1] - 0.5) if units == "PIXEL" else point


def _is_near(data: tuple[float, ...]) -> bool:
    return all(abs(value) < _FARTHEST for value in data)


def _ticks(item: Dataset) -> tuple[Tick, ...]:
    found = []
    for one in items(item, "MajorTicksSequence")[:_MOST_TICKS]:
        position = number(one, "TickPosition")
        if position is not None and 0 <= position <= 1:
            found.append(Tick(position, clean(text(one, "TickLabel"))[:64]))
    return tuple(found)
