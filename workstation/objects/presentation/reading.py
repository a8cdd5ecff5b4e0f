"""Softcopy presentation states read tolerantly: what is wrong is left out and told, the rest is there (PS3.3 A.33)."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from pydicom import Dataset

from workstation.errors import UserError
from workstation.model.attributes import first_item, integer, items, number, text, words
from workstation.model.frame import LookupTable, ModalityTransform
from workstation.model.frame_parts import PixelDescription
from workstation.model.index.records import Place
from workstation.model.pixels.functional_groups import FunctionalGroups
from workstation.model.pixels.overlays import frame_overlays
from workstation.model.pixels.palette import lookup_table, palette_tables
from workstation.model.pixels.shutters import frame_shutter
from workstation.model.pixels.voi import modality_transform, windows
from workstation.model.reading import read_dataset
from workstation.model.refusal import Refused
from workstation.model.text import clean, datetime_of, person_name
from workstation.objects.presentation.graphics import GraphicsReader, graphic_groups
from workstation.objects.presentation.masks import mask_subtraction, wants_subtraction
from workstation.objects.presentation.placement import areas, spatial_transformation
from workstation.objects.presentation.references import referenced_series, references
from workstation.objects.presentation.styles import rgb
from workstation.objects.presentation.told import Told
from workstation.objects.presentation.values import (
    Annotation,
    Kind,
    Layer,
    PresentationOverlay,
    PresentationState,
    SoftcopyVoi,
)

GRAYSCALE = "1.2.840.10008.5.1.4.1.1.11.1"
COLOR = "1.2.840.10008.5.1.4.1.1.11.2"
PSEUDO_COLOR = "1.2.840.10008.5.1.4.1.1.11.3"
KINDS: dict[str, Kind] = {GRAYSCALE: "grayscale", COLOR: "color", PSEUDO_COLOR: "pseudo-color"}
OTHER_STATES = {
    "1.2.840.10008.5.1.4.1.1.11.4": "a Blending Softcopy Presentation State",
    "1.2.840.10008.5.1.4.1.1.11.5": "an XA/XRF Grayscale Softcopy Presentation State",
    "1.2.840.10008.5.1.4.1.1.11.6": "a Grayscale Planar MPR Volumetric Presentation State",
    "1.2.840.10008.5.1.4.1.1.11.7": "a Compositing Planar MPR Volumetric Presentation State",
    "1.2.840.10008.5.1.4.1.1.11.8": "an Advanced Blending Presentation State",
    "1.2.840.10008.5.1.4.1.1.11.9": "a Volume Rendering Volumetric Presentation State",
    "1.2.840.10008.5.1.4.1.1.11.10": "a Segmented Volume Rendering Volumetric Presentation State",
    "1.2.840.10008.5.1.4.1.1.11.11": "a Multiple Volume Rendering Volumetric Presentation State",
    "1.2.840.10008.5.1.4.1.1.11.12": "a Variable Modality LUT Softcopy Presentation State",
}
_GREYS = 257
_OF_NO_PIXELS = PixelDescription(
    1,
    1,
    1,
    1,
    16,
    16,
    15,
    is_signed=False,
    is_float=False,
    photometric="MONOCHROME2",
    planar_configuration=0,
    transfer_syntax_uid="",
)


def open_presentation_state(place: Place | Path) -> PresentationState:
    """Read a state from a file; raises as `workstation.model.reading.read_dataset` and `presentation_state`."""
    return presentation_state(read_dataset(place), name=str(place))


def is_presentation_state(sop_class_uid: str) -> bool:
    """Say whether objects of a class are presentation states, also those that are refused by name."""
    return sop_class_uid in KINDS or sop_class_uid in OTHER_STATES


def presentation_state(dataset: Dataset, *, name: str = "the presentation state") -> PresentationState:
    """Read a grayscale, color or pseudo-color softcopy presentation state.

    Parameters
    ----------
    dataset
        The object.
    name
        What messages call it.

    Raises
    ------
    UserError
        If it is an object of another kind; for other presentation states the message says which.
    """
    told, kind = Told(), _kind(dataset, name)
    annotations = GraphicsReader(told).annotations(dataset)
    table, is_inverse = _presentation_lut(dataset, told)
    quarters, is_flipped = spatial_transformation(dataset, told)
    state = PresentationState(
        kind,
        referenced_series(dataset),
        text(dataset, "SOPInstanceUID"),
        clean(text(dataset, "ContentLabel")),
        clean(text(dataset, "ContentDescription")),
        person_name(text(dataset, "ContentCreatorName")),
        _created(dataset),
        _modality(dataset, told) if kind != "color" else None,
        _voi(dataset, told) if kind != "color" else (),
        is_inverse and kind == "grayscale",
        table if kind == "grayscale" else None,
        _palette(dataset, told, name) if kind == "pseudo-color" else None,
        areas(dataset, told),
        quarters,
        is_flipped,
        layers=_layers(dataset, annotations),
        annotations=annotations,
        mask=mask_subtraction(dataset) if kind == "grayscale" else None,
        has_mask=wants_subtraction(dataset),
        has_other_profile=kind != "grayscale" and _has_other_profile(dataset),
        groups=graphic_groups(dataset),
    )
    return replace(_with_bitmaps(state, dataset, told), problems=(*_pointless(state), *told.sentences()))


def _kind(dataset: Dataset, name: str) -> Kind:
    uid = text(dataset, "SOPClassUID")
    kind = KINDS.get(uid)
    if kind is not None:
        return kind
    other = OTHER_STATES.get(uid)
    if other is not None:
        raise UserError(
            f"{name}: this is {other}; of presentation states, grayscale, color and pseudo-color ones are shown.",
            hint="Look at the images without it.",
        )
    raise UserError(f"{name}: this is no softcopy presentation state.", hint="Choose a file whose modality is PR.")


def _pointless(state: PresentationState) -> tuple[str, ...]:
    return () if state.references else ("It names no image that it is for.",)


def _created(dataset: Dataset) -> str:
    moment = datetime_of(text(dataset, "PresentationCreationDate"), text(dataset, "PresentationCreationTime"))
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""


def _modality(dataset: Dataset, told: Told) -> ModalityTransform | None:
    item = first_item(dataset, "ModalityLUTSequence")
    if item is not None and lookup_table(item, is_signed=False) is None:
        told.leave_out("the modality table", "modality tables", "it is damaged")
        return None
    slope = number(dataset, "RescaleSlope")
    if item is None and slope is None and number(dataset, "RescaleIntercept") is None:
        return None
    if item is None and slope == 0:
        told.leave_out("the rescaling", "rescalings", "its slope is 0")
        return None
    return modality_transform(FunctionalGroups(dataset), _OF_NO_PIXELS, 0)


def _voi(dataset: Dataset, told: Told) -> tuple[SoftcopyVoi, ...]:
    """Give the first window or table of each item, as an item of a state has one (PS3.3 C.11.8)."""
    found = []
    for item in items(dataset, "SoftcopyVOILUTSequence"):
        table_item = first_item(item, "VOILUTSequence")
        table = lookup_table(table_item, is_signed=False) if table_item is not None else None
        voi = next(iter(windows(item)), None) or table
        if voi is None:
            told.leave_out("a window", "windows", "its numbers make none")
        else:
            found.append(SoftcopyVoi(voi, references(item)))
    return tuple(found)


def _presentation_lut(dataset: Dataset, told: Told) -> tuple[LookupTable | None, bool]:
    item = first_item(dataset, "PresentationLUTSequence")
    if item is not None:
        table = lookup_table(item, is_signed=False)
        if table is None:
            told.leave_out("the presentation table", "presentation tables", "it is damaged")
        return table, False
    shape = text(dataset, "PresentationLUTShape")
    if shape not in ("IDENTITY", "INVERSE", ""):
        told.leave_out("the presentation shape", "presentation shapes", f"{clean(shape)[:16]} is not for screens")
    return None, shape == "INVERSE"


def _has_other_profile(dataset: Dataset) -> bool:
    """Say whether colours are meant in another space than that of the screen (PS3.3 C.11.15)."""
    profile, space = words(dataset, "ICCProfile"), text(dataset, "ColorSpace")
    return bool(profile) and space != "SRGB" and b"sRGB" not in profile and "sRGB".encode("utf-16-be") not in profile


def _palette(dataset: Dataset, told: Told, name: str) -> tuple[LookupTable, LookupTable, LookupTable] | None:
    try:
        return palette_tables(dataset, is_signed=False, name=name)
    except Refused:
        told.leave_out("the palette", "palettes", "a table of it is missing or damaged")
        return None


def _layers(dataset: Dataset, annotations: tuple[Annotation, ...]) -> tuple[Layer, ...]:
    """Give the layers in drawing order; those that graphics name without being declared come last."""
    found: dict[str, Layer] = {}
    for item in items(dataset, "GraphicLayerSequence"):
        grey = integer(item, "GraphicLayerRecommendedDisplayGrayscaleValue")
        shade = None if grey is None else min(max(grey, 0), 65535) // _GREYS
        colour = rgb(item, "GraphicLayerRecommendedDisplayCIELabValue")
        colour = colour or (None if shade is None else (shade, shade, shade))
        name = clean(text(item, "GraphicLayer"))
        order = integer(item, "GraphicLayerOrder")
        description = clean(text(item, "GraphicLayerDescription"))
        found.setdefault(name, Layer(name, len(found) if order is None else order, colour, description))
    last = max((layer.order for layer in found.values()), default=0)
    for annotation in annotations:
        found.setdefault(annotation.layer, Layer(annotation.layer, last + 1))
    return tuple(sorted(found.values(), key=lambda layer: layer.order))


def _with_bitmaps(state: PresentationState, dataset: Dataset, told: Told) -> PresentationState:
    """Add shutters and overlays (PS3.3 C.7.6.11, C.7.6.15, C.9.2, C.11.7)."""
    own = {overlay.group: overlay for overlay in frame_overlays(dataset, _OF_NO_PIXELS, np.zeros(0), 0)}
    found = []
    for group in range(0x6000, 0x6020, 2):
        layer = clean(str(dataset[group, 0x1001].value or "")) if (group, 0x1001) in dataset else ""
        if layer:
            found.append(PresentationOverlay(group, layer, own.get(group)))
    shutter_group = None
    if "BITMAP" in text(dataset, "ShutterShape").split("\\"):
        shutter_group = integer(dataset, "ShutterOverlayGroup")
        if shutter_group not in own:
            told.leave_out("the bitmap shutter", "bitmap shutters", "the overlay that it names is not in the state")
            shutter_group = None
    known = {layer.name for layer in state.layers}
    added = dict.fromkeys(overlay.layer for overlay in found if overlay.layer not in known)
    last = max((layer.order for layer in state.layers), default=0)
    return replace(
        state,
        shutter=frame_shutter(FunctionalGroups(dataset), 0),
        shutter_bitmap=shutter_group,
        shutter_value=min(max(integer(dataset, "ShutterPresentationValue") or 0, 0), 65535),
        shutter_rgb=rgb(dataset, "ShutterPresentationColorCIELabValue"),
        overlays=(
            *found,
            *(PresentationOverlay(group, "", overlay) for group, overlay in own.items() if group == shutter_group),
        ),
        layers=(*state.layers, *(Layer(name, last + 1) for name in added)),
    )
