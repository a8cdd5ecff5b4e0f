"""Softcopy presentation states written strictly: what is right reads back equal, the rest is refused (PS3.3 A.33)."""

import math
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from typing import Any

import numpy as np
from pydicom.dataset import Dataset

from workstation.errors import UserError
from workstation.model.attributes import integer
from workstation.model.frame import LookupTable, ModalityTransform, Voi
from workstation.model.frame_parts import Overlay, Shutter
from workstation.objects.presentation.colours import cielab_of_rgb
from workstation.objects.presentation.masks import put_mask
from workstation.objects.presentation.placement import corners_as_seen
from workstation.objects.presentation.reading import COLOR, GRAYSCALE, PSEUDO_COLOR
from workstation.objects.presentation.values import DisplayedArea, GraphicGroup, Kind, Layer, PresentationState
from workstation.objects.presentation.written_graphics import annotation_item, image_reference, put_references
from workstation.objects.writing import NewSeries, choose_character_set, decimal, fitting, new_object, put_laterality

_CLASSES: dict[Kind, str] = {"grayscale": GRAYSCALE, "color": COLOR, "pseudo-color": PSEUDO_COLOR}
_LARGEST_CORNER = (1 << 31) - 2
_COLOURS = ("Red", "Green", "Blue")


def presentation_dataset(
    state: PresentationState, source: Dataset, series: NewSeries, *, number: int = 1, now: datetime
) -> Dataset:
    """Make the object of a state.

    Parameters
    ----------
    state
        What it says. Its identifier and date are made anew.
    source
        Header of one of the images that it is for: patient and study are taken from it.
    series
        Where it is written, of modality PR.
    number
        Instance Number.
    now
        When it is made, local time.

    Raises
    ------
    UserError
        If it is for no image, or its label is none.
    """
    if not state.references:
        raise UserError("A presentation state is for at least one image, and there is none.")
    ds = new_object(_CLASSES[state.kind], source, series, number=number, now=now)
    put_laterality(ds, source)
    _identify(ds, state, now)
    _relate(ds, state)
    _put_greys(ds, state)
    _put_shutter(ds, state)
    for each in state.overlays:
        _put_overlay(ds, each.group, each.layer, each.overlay)
    areas = state.areas or (_whole_area(source, state),)
    ds.DisplayedAreaSelectionSequence = [_area(each) for each in areas]
    if state.rotation_quarters % 4 or state.is_flipped_h:
        ds.ImageRotation = state.rotation_quarters % 4 * 90
        ds.ImageHorizontalFlip = "Y" if state.is_flipped_h else "N"
    if state.layers:
        ds.GraphicLayerSequence = [_layer(each, order) for order, each in enumerate(state.layers, 1)]
    if state.annotations:
        ds.GraphicAnnotationSequence = [annotation_item(each) for each in state.annotations]
    if state.groups:
        ds.GraphicGroupSequence = [_group(each) for each in state.groups]
    choose_character_set(ds)
    return ds


def _group(group: GraphicGroup) -> Dataset:
    """Give an item of the Graphic Group module (PS3.3 C.10.13)."""
    item = Dataset()
    item.GraphicGroupID = group.identifier
    item.GraphicGroupLabel = fitting(group.label, "LO") or str(group.identifier)
    if group.description:
        item.GraphicGroupDescription = fitting(group.description, "ST")
    return item


def _identify(ds: Dataset, state: PresentationState, now: datetime) -> None:
    """Fill the Presentation State Identification module (PS3.3 C.11.10)."""
    label = fitting(state.label.replace(" ", "_").replace("-", "_"), "CS")
    if not label:
        raise UserError(f"The label {state.label!r} has no letter or digit.", hint="Give one such as KEY_FINDING.")
    ds.ContentLabel = label
    ds.ContentDescription = fitting(state.description, "LO")
    ds.ContentCreatorName = fitting(state.creator, "PN")
    ds.PresentationCreationDate, ds.PresentationCreationTime = f"{now:%Y%m%d}", f"{now:%H%M%S}"


def _relate(ds: Dataset, state: PresentationState) -> None:
    """Fill the Presentation State Relationship module (PS3.3 C.11.11)."""
    found: dict[str, list[Dataset]] = {}
    for each in state.references:
        item = image_reference(each.sop_class_uid, each.sop_instance_uid, each.frames)
        found.setdefault(each.series_instance_uid, []).append(item)
    ds.ReferencedSeriesSequence = [_series(uid, references) for uid, references in found.items()]


def _series(uid: str, references: list[Dataset]) -> Dataset:
    item = Dataset()
    item.SeriesInstanceUID, item.ReferencedImageSequence = uid, references
    return item


def _put_greys(ds: Dataset, state: PresentationState) -> None:
    """Fill the Modality LUT, Softcopy VOI LUT and Softcopy Presentation LUT modules, or the palette (C.11, C.7.9)."""
    if state.kind != "color":
        if state.modality is not None:
            _put_modality(ds, state.modality)
        if state.voi:
            ds.SoftcopyVOILUTSequence = [_voi(each.voi) for each in state.voi]
            for item, each in zip(ds.SoftcopyVOILUTSequence, state.voi, strict=True):
                put_references(item, each.references)
    if state.kind == "grayscale":
        put_mask(ds, state.mask)
        if state.presentation_lut is not None:
            ds.PresentationLUTSequence = [_table(state.presentation_lut)]
        else:
            ds.PresentationLUTShape = "INVERSE" if state.is_inverse else "IDENTITY"
        return
    if state.kind == "pseudo-color":
        _put_palette(ds, state)
    ds.ICCProfile, ds.ColorSpace = srgb_profile(), "SRGB"


def _put_modality(ds: Dataset, modality: ModalityTransform) -> None:
    if modality.lut is not None:
        bits = modality.lut.bits if modality.lut.bits in (8, 16) else 16
        item = _table(replace(modality.lut, bits=bits))
        item.ModalityLUTType = fitting(modality.unit, "LO") or "US"
        ds.ModalityLUTSequence = [item]
        return
    ds.RescaleIntercept, ds.RescaleSlope = decimal(modality.intercept), decimal(modality.slope)
    ds.RescaleType = fitting(modality.unit, "LO") or "US"


def _voi(voi: Voi) -> Dataset:
    item = Dataset()
    if isinstance(voi, LookupTable):
        item.VOILUTSequence = [_table(_of_16_bits(voi))]
        return item
    if not (math.isfinite(voi.center) and math.isfinite(voi.width) and voi.width > 0):
        raise UserError(f"A window of centre {voi.center} and width {voi.width} cannot be saved.")
    item.WindowCenter, item.WindowWidth = decimal(voi.center), decimal(voi.width)
    if voi.explanation:
        item.WindowCenterWidthExplanation = fitting(voi.explanation, "LO")
    item.VOILUTFunction = voi.function
    return item


def _of_16_bits(table: LookupTable) -> LookupTable:
    """Stretch the entries of a table to 16 bits, as VOI tables have 8 or 16 (PS3.3 C.11.2.1.1)."""
    if table.bits in (8, 16):
        return table
    values = np.rint(table.values.astype(np.float64) * (65535 / (2**table.bits - 1))).astype(np.uint16)
    return replace(table, values=values, bits=16)


def _table(table: LookupTable) -> Dataset:
    """Give an item with a table (PS3.3 C.11.1.1); 65536 entries are written as 0."""
    item = Dataset()
    vr = "SS" if table.first_input < 0 else "US"
    count = len(table.values)
    shown = (count & 0xFFFF) - (65536 if vr == "SS" and count >= 32768 and count < 65536 else 0)
    item.add_new("LUTDescriptor", vr, [shown, table.first_input, table.bits])
    if table.explanation:
        item.LUTExplanation = fitting(table.explanation, "LO")
    item.add_new("LUTData", "OW", np.ascontiguousarray(table.values, "<u2").tobytes())
    return item


def _put_palette(ds: Dataset, state: PresentationState) -> None:
    if state.palette is None:
        raise UserError("A pseudo-color presentation state needs a palette.")
    for colour, table in zip(_COLOURS, state.palette, strict=True):
        stem = f"{colour}PaletteColorLookupTable"
        wide = table.values.astype(np.uint16) * np.uint16(257) if table.bits <= 8 else table.values
        setattr(ds, f"{stem}Descriptor", [len(wide) & 0xFFFF, table.first_input, 16])
        ds.add_new(f"{stem}Data", "OW", np.ascontiguousarray(wide, "<u2").tobytes())


def srgb_profile() -> bytes:
    """Give the ICC profile of sRGB, in which all colours of the program are."""
    from PIL import ImageCms

    data: bytes = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return data + b"\0" * (len(data) % 2)


def _put_shutter(ds: Dataset, state: PresentationState) -> None:
    """Fill the Display Shutter, Bitmap Display Shutter and Presentation State Shutter modules (C.7.6.11, C.11.12)."""
    if state.shutter is None and state.shutter_bitmap is None:
        return
    shutter = state.shutter or Shutter()
    shapes = []
    if shutter.rectangle_px is not None:
        shapes.append("RECTANGULAR")
        left, top, right, bottom = (edge + 1 for edge in shutter.rectangle_px)
        ds.ShutterLeftVerticalEdge, ds.ShutterRightVerticalEdge = left, right
        ds.ShutterUpperHorizontalEdge, ds.ShutterLowerHorizontalEdge = top, bottom
    if shutter.circle_px is not None:
        shapes.append("CIRCULAR")
        column, row, radius = shutter.circle_px
        ds.CenterOfCircularShutter = [round(row) + 1, round(column) + 1]
        ds.RadiusOfCircularShutter = max(1, round(radius))
    if shutter.polygon_px:
        shapes.append("POLYGONAL")
        ds.VerticesOfThePolygonalShutter = [round(value) + 1 for x, y in shutter.polygon_px for value in (y, x)]
    if state.shutter_bitmap is not None:
        shapes.append("BITMAP")
        ds.ShutterOverlayGroup = state.shutter_bitmap
    ds.ShutterShape = shapes if len(shapes) > 1 else shapes[0]
    ds.ShutterPresentationValue = shutter.value if state.shutter is not None else state.shutter_value
    if state.kind != "grayscale":
        shade = ds.ShutterPresentationValue // 257
        ds.ShutterPresentationColorCIELabValue = list(cielab_of_rgb(state.shutter_rgb or (shade, shade, shade)))


def _put_overlay(ds: Dataset, group: int, layer: str, overlay: Overlay | None) -> None:
    """Fill the Overlay Plane and Overlay Activation modules (PS3.3 C.9.2, C.11.7)."""
    values: list[tuple[int, str, Any]] = [(0x1001, "CS", layer)] if layer else []
    if overlay is not None:
        rows, columns = overlay.bits.shape
        across, down = overlay.origin_px
        packed = np.packbits(overlay.bits.ravel(), bitorder="little").tobytes()
        values += [
            (0x0010, "US", rows),
            (0x0011, "US", columns),
            (0x0040, "CS", "R" if overlay.is_roi else "G"),
            (0x0050, "SS", [down + 1, across + 1]),
            (0x0100, "US", 1),
            (0x0102, "US", 0),
            (0x3000, "OW", packed + b"\0" * (len(packed) % 2)),
        ]
        if overlay.label:
            values.append((0x1500, "LO", fitting(overlay.label, "LO")))
    for element, vr, value in values:
        ds.add_new((group, element), vr, value)


def _whole_area(source: Dataset, state: PresentationState) -> DisplayedArea:
    columns, rows = integer(source, "Columns") or 1, integer(source, "Rows") or 1
    edges_px = (0, 0, columns - 1, rows - 1)
    first, last = corners_as_seen(edges_px, state.rotation_quarters, flipped_h=state.is_flipped_h)
    return DisplayedArea(first, last, aspect=1.0)


def _area(area: DisplayedArea) -> Dataset:
    item = Dataset()
    put_references(item, area.references)
    for keyword, point in (("TopLeft", area.first_px), ("BottomRight", area.last_px)):
        if any(abs(value) > _LARGEST_CORNER for value in point):
            raise UserError(f"A displayed area that reaches to {point} cannot be saved.")
        setattr(item, f"DisplayedArea{keyword}HandCorner", [value + 1 for value in point])
    item.PresentationSizeMode = area.mode
    if area.spacing_mm is not None:
        item.PresentationPixelSpacing = [decimal(value) for value in area.spacing_mm]
    elif area.mode == "TRUE SIZE":
        raise UserError("The true size cannot be saved, since the size of a pixel is not known.")
    else:
        ratio = Fraction(area.aspect or 1.0).limit_denominator(10_000)
        item.PresentationPixelAspectRatio = [ratio.numerator, ratio.denominator]
    if area.mode == "MAGNIFY":
        item.PresentationPixelMagnificationRatio = float(area.magnification or 1.0)
    return item


def _layer(layer: Layer, order: int) -> Dataset:
    item = Dataset()
    name = fitting(layer.name, "CS")
    if name != layer.name or not name:
        raise UserError(f"{layer.name!r} cannot be the name of a layer.", hint="Capitals, digits and _, at most 16.")
    item.GraphicLayer, item.GraphicLayerOrder = name, order
    if layer.rgb is not None:
        red, green, blue = layer.rgb
        item.GraphicLayerRecommendedDisplayGrayscaleValue = round(0.299 * red + 0.587 * green + 0.114 * blue) * 257
        item.GraphicLayerRecommendedDisplayCIELabValue = list(cielab_of_rgb(layer.rgb))
    if layer.description:
        item.GraphicLayerDescription = fitting(layer.description, "LO")
    return item
