"""Graphics, texts and styles as items of a presentation state, written strictly (PS3.3 C.10.5, 10.17 to 10.19)."""

import math
from collections.abc import Sequence

from pydicom.dataset import Dataset

from workstation.model.text import clean
from workstation.objects.presentation.colours import cielab_of_rgb
from workstation.objects.presentation.values import (
    Annotation,
    Compound,
    FillStyle,
    Graphic,
    LineStyle,
    Point,
    References,
    Rgb,
    Shadow,
    Text,
    TextStyle,
    Units,
)
from workstation.objects.writing import reference

_WHITE = (255, 255, 255)
_BLACK = (0, 0, 0)
_WITH_GAP = ("CUTLINE", "INFINITELINE", "CROSSHAIR")
_WITH_TICKS = ("RULER", "AXIS", "CROSSHAIR")
_FILLABLE = ("CIRCLE", "ELLIPSE", "RECTANGLE")


def annotation_item(annotation: Annotation) -> Dataset:
    """Give an item of the Graphic Annotation Sequence."""
    item = Dataset()
    put_references(item, annotation.references)
    item.GraphicLayer = annotation.layer
    if annotation.texts:
        item.TextObjectSequence = [_text(each) for each in annotation.texts]
    if annotation.graphics:
        item.GraphicObjectSequence = [_graphic(each) for each in annotation.graphics]
    if annotation.compounds:
        item.CompoundGraphicSequence = [_compound(each) for each in annotation.compounds]
    return item


def put_references(item: Dataset, references: References) -> None:
    """Say which images an item is for; without any it is for all."""
    if references:
        item.ReferencedImageSequence = [
            image_reference(each.sop_class_uid, each.sop_instance_uid, each.frames) for each in references
        ]


def image_reference(sop_class_uid: str, sop_instance_uid: str, frames: tuple[int, ...]) -> Dataset:
    """Give a reference; ``frames`` from 0."""
    return reference(sop_class_uid, sop_instance_uid, tuple(frame + 1 for frame in frames))


def _graphic(graphic: Graphic) -> Dataset:
    item = Dataset()
    item.GraphicAnnotationUnits = graphic.units
    _put_points(item, graphic.points, graphic.units)
    item.GraphicType = graphic.kind
    is_closed = graphic.kind in _FILLABLE or (len(graphic.points) > 2 and graphic.points[0] == graphic.points[-1])
    if is_closed:
        item.GraphicFilled = "Y" if graphic.is_filled else "N"
    _put_styles(item, graphic.line, graphic.fill)
    if graphic.compound_id is not None:
        item.CompoundGraphicInstanceID = graphic.compound_id
    if graphic.group_id is not None:
        item.GraphicGroupID = graphic.group_id
    return item


def _compound(graphic: Compound) -> Dataset:
    item = Dataset()
    item.CompoundGraphicUnits = graphic.units
    _put_points(item, graphic.points, graphic.units)
    item.CompoundGraphicType = graphic.kind
    if graphic.identifier is None:
        raise ValueError("a compound graphic needs a number that the graphics standing in for it have")
    item.CompoundGraphicInstanceID = graphic.identifier
    if graphic.kind in _FILLABLE:
        item.GraphicFilled = "Y" if graphic.is_filled else "N"
    if graphic.rotation_point is not None:
        item.RotationAngle = graphic.rotation_deg
        item.RotationPoint = _counted((graphic.rotation_point,), graphic.units)
    if graphic.kind in _WITH_GAP:
        item.GapLength = graphic.gap
    if graphic.kind == "CROSSHAIR":
        item.DiameterOfVisibility = graphic.diameter
    if graphic.kind in _WITH_TICKS:
        item.TickAlignment, item.TickLabelAlignment = graphic.tick_alignment, graphic.label_alignment
        item.ShowTickLabel = "Y" if graphic.shows_labels else "N"
    if graphic.kind == "AXIS":
        item.MajorTicksSequence = [_tick(tick.position, tick.label) for tick in graphic.ticks]
    _put_styles(item, graphic.line, graphic.fill)
    if graphic.text is not None:
        item.TextStyleSequence = [_text_style(graphic.text)]
    if graphic.group_id is not None:
        item.GraphicGroupID = graphic.group_id
    return item


def _tick(position: float, label: str) -> Dataset:
    item = Dataset()
    item.TickPosition, item.TickLabel = position, label
    return item


def _text(text: Text) -> Dataset:
    item = Dataset()
    if text.box is not None:
        item.BoundingBoxAnnotationUnits = text.box_units
        item.BoundingBoxTopLeftHandCorner = _counted(text.box[:1], text.box_units)
        item.BoundingBoxBottomRightHandCorner = _counted(text.box[1:], text.box_units)
        item.BoundingBoxTextHorizontalJustification = text.justification
    if text.anchor is not None:
        item.AnchorPointAnnotationUnits = text.anchor_units
        item.AnchorPoint = _counted((text.anchor,), text.anchor_units)
        item.AnchorPointVisibility = "Y" if text.is_anchor_visible else "N"
    written = clean(text.text, lines=True).replace("\n", "\r\n")
    if not written or (text.box is None and text.anchor is None):
        raise ValueError("a text needs words and a place")
    item.UnformattedTextValue = written
    if text.style is not None:
        item.TextStyleSequence = [_text_style(text.style)]
    if text.compound_id is not None:
        item.CompoundGraphicInstanceID = text.compound_id
    if text.group_id is not None:
        item.GraphicGroupID = text.group_id
    return item


def _put_points(item: Dataset, points: Sequence[Point], units: Units) -> None:
    item.GraphicDimensions, item.NumberOfGraphicPoints = 2, len(points)
    item.GraphicData = _counted(points, units)


def _counted(points: Sequence[Point], units: Units) -> list[float]:
    """Count from the corner of the first pixel; fractions of the display stay."""
    added = 0.5 if units == "PIXEL" else 0.0
    data = [float(value) + added for point in points for value in point]
    if not all(math.isfinite(value) and abs(value) < 1e7 for value in data):
        raise ValueError("points have to be numbers, and not absurdly far away")
    return data


def _put_styles(item: Dataset, line: LineStyle | None, fill: FillStyle | None) -> None:
    if line is not None:
        item.LineStyleSequence = [_line_style(line)]
    if fill is not None:
        item.FillStyleSequence = [_fill_style(fill)]


def _line_style(style: LineStyle) -> Dataset:
    item = Dataset()
    _put_shadow(item, style.shadow)
    item.PatternOnColorCIELabValue = _lab(style.colour or _WHITE)
    item.PatternOnOpacity = style.opacity
    if style.off_colour is not None:
        item.PatternOffColorCIELabValue, item.PatternOffOpacity = _lab(style.off_colour), style.off_opacity
    item.LineThickness = style.thickness_px or 1.0
    item.LineDashingStyle = "DASHED" if style.pattern else "SOLID"
    if style.pattern:
        item.LinePattern = style.pattern
    return item


def _fill_style(style: FillStyle) -> Dataset:
    item = Dataset()
    item.PatternOnColorCIELabValue = _lab(style.colour or _WHITE)
    item.PatternOnOpacity = style.opacity
    item.PatternOffOpacity = style.off_opacity
    if style.off_colour is not None:
        item.PatternOffColorCIELabValue = _lab(style.off_colour)
    item.FillMode = "STIPPELED" if style.stipple else "SOLID"
    if style.stipple:
        item.FillPattern = style.stipple
    return item


def _text_style(style: TextStyle) -> Dataset:
    item = Dataset()
    item.CSSFontName = style.font or "sans-serif"
    item.TextColorCIELabValue = _lab(style.colour or _WHITE)
    if style.horizontal:
        item.HorizontalAlignment = style.horizontal
    if style.vertical:
        item.VerticalAlignment = style.vertical
    _put_shadow(item, style.shadow)
    for keyword, is_so in (("Underlined", style.underlined), ("Bold", style.bold), ("Italic", style.italic)):
        setattr(item, keyword, "Y" if is_so else "N")
    return item


def _put_shadow(item: Dataset, shadow: Shadow | None) -> None:
    item.ShadowStyle = "OFF" if shadow is None else "OUTLINED" if shadow.outlined else "NORMAL"
    item.ShadowOffsetX, item.ShadowOffsetY = (0.0, 0.0) if shadow is None else shadow.offset_px
    item.ShadowColorCIELabValue = _lab(_BLACK if shadow is None else shadow.colour)
    item.ShadowOpacity = 0.0 if shadow is None else shadow.opacity


def _lab(rgb: Rgb) -> list[int]:
    return list(cielab_of_rgb(rgb))
