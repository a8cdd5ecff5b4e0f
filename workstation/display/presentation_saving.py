"""What is seen, as a presentation state: window, turn and flip, the part that is displayed, shutter, annotations."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from pydicom.dataset import Dataset

from workstation.display.colour_tables import ColourTable, table_of
from workstation.display.presentation_ink import LayerContent
from workstation.display.view import Size, View
from workstation.display.voi import default_voi, is_inverse
from workstation.errors import UserError
from workstation.model.attributes import text
from workstation.model.frame import Frame, LookupTable, ModalityTransform
from workstation.objects.presentation.marks import LAYER, Mark, annotation_of
from workstation.objects.presentation.placement import corners_as_seen
from workstation.objects.presentation.values import (
    Annotation,
    DisplayedArea,
    ImageReference,
    Layer,
    PresentationOverlay,
    PresentationState,
    Rgb,
    SoftcopyVoi,
)
from workstation.quick_dataclass import dataclass

MARK_RGB: Rgb = (255, 214, 64)
_NEARLY = 1e-6


@dataclass(frozen=True)
class Subject:
    """An image that a state is for: its header, a decoded frame, and which frames are meant, from 0 (none: all)."""

    header: Dataset
    frame: Frame
    frames: tuple[int, ...] = ()

    @property
    def reference(self) -> ImageReference:
        """The reference to it."""
        header = self.header
        return ImageReference(
            text(header, "SOPInstanceUID"),
            text(header, "SOPClassUID"),
            text(header, "SeriesInstanceUID"),
            self.frames,
        )


@dataclass(frozen=True)
class Saved:
    """A state, and sentences about what of the view it cannot hold."""

    state: PresentationState
    not_saved: tuple[str, ...] = ()


def state_of_view(
    subjects: Sequence[Subject],
    view: View,
    size_px: Size,
    *,
    marks: Sequence[tuple[Mark, ...]] = (),
    label: str = "PRESENTATION",
    description: str = "",
    creator: str = "",
) -> Saved:
    """Make a state that shows images as they are seen now.

    Parameters
    ----------
    subjects
        The images, the one that is seen first. Its frame is the one that is rendered.
    view
        How it is looked at; a state that it shows already goes into the new one.
    size_px
        Width and height of the pane.
    marks
        What is drawn on the first image, see `workstation.objects.presentation.marks`.
    label, description, creator
        Content Label, Content Description, Content Creator's Name (PS3.3 C.11.10).

    Raises
    ------
    UserError
        If there is no image, or the images cannot be in one state.
    """
    _check(subjects)
    first = subjects[0].frame
    quarters, is_flipped = spatial(view)
    layers, annotations = _drawn(subjects[0], view, marks)
    state = PresentationState(
        "color",
        tuple(subject.reference for subject in subjects),
        label=label,
        description=description,
        creator=creator,
        areas=(displayed_area(first, view, size_px),),
        rotation_quarters=quarters,
        is_flipped_h=is_flipped,
        overlays=_overlays(first, view),
        layers=layers,
        annotations=annotations,
    )
    state = _with_shutter(_with_greys(state, first, view), first, view)
    if (shown := _subtracting(view)) is not None and len(subjects) == 1:
        state = replace(state, modality=shown.modality, mask=shown.mask, has_mask=True)
    return Saved(_with_layers_of_overlays(state), _not_saved(subjects, view))


def _subtracting(view: View) -> PresentationState | None:
    """Give the state that is shown where it has a mask subtracted."""
    shown = view.presentation.state if view.presentation is not None else None
    return shown if shown is not None and shown.mask is not None else None


def spatial(view: View) -> tuple[int, bool]:
    """Give quarter turns clockwise and whether left and right are exchanged after them (PS3.3 C.10.6).

    Exchanging top and bottom is turning by half and exchanging left and right.
    """
    quarters = view.rotation_quarters + (2 if view.flipped_v else 0)
    return quarters % 4, view.flipped_h != view.flipped_v


def displayed_area(frame: Frame, view: View, size_px: Size) -> DisplayedArea:
    """Give the part of the image that is seen, fitted; all of it, or what the view fits, where nothing is zoomed."""
    rows, columns = frame.pixels.shape[:2]
    left, top, right, bottom = view.fitted_px or (0, 0, columns - 1, rows - 1)
    if view.zoom is not None or view.centre_px is not None:
        back = view.screen_to_image(frame, size_px)
        corners = np.array([back @ (-0.5, -0.5, 1), back @ (size_px[0] - 0.5, size_px[1] - 0.5, 1)])
        low, high = corners.min(axis=0), corners.max(axis=0)
        begin, end = np.ceil(low - _NEARLY), np.ceil(high - _NEARLY) - 1
        seen = [*np.maximum(begin, 0), *np.minimum(end, (columns - 1, rows - 1))]
        if seen[0] <= seen[2] and seen[1] <= seen[3]:
            left, top, right, bottom = (int(value) for value in seen)
    quarters, is_flipped = spatial(view)
    first, last = corners_as_seen((left, top, right, bottom), quarters, flipped_h=is_flipped)
    spacing = frame.spacing
    if spacing.is_metric:
        return DisplayedArea(first, last, spacing_mm=(spacing.between_rows, spacing.between_columns))
    return DisplayedArea(first, last, aspect=spacing.between_rows / spacing.between_columns)


def _check(subjects: Sequence[Subject]) -> None:
    if not subjects:
        raise UserError("There is no image to make a presentation state for.")
    first = subjects[0]
    for other in subjects[1:]:
        if text(other.header, "StudyInstanceUID") != text(first.header, "StudyInstanceUID"):
            raise UserError("The images are of different studies.", hint="Make a presentation state for each study.")
        if other.frame.is_colour != first.frame.is_colour:
            raise UserError("Some images have colours and some greys.", hint="Make a presentation state for each kind.")
        if not _alike(other.frame.modality, first.frame.modality):
            raise UserError(
                "The images are rescaled differently, and a presentation state holds one rescaling.",
                hint="Make a presentation state for each of them.",
            )
        if other.frame.pixels.shape != first.frame.pixels.shape:
            raise UserError(
                "The images differ in size, and the displayed area is that of one.",
                hint="Make a presentation state for each size.",
            )


def _alike(one: ModalityTransform, other: ModalityTransform) -> bool:
    if (one.lut is None) != (other.lut is None):
        return False
    if one.lut is not None and other.lut is not None:
        return one.lut.first_input == other.lut.first_input and np.array_equal(one.lut.values, other.lut.values)
    return (one.slope, one.intercept) == (other.slope, other.intercept)


def _modality(modality: ModalityTransform) -> ModalityTransform | None:
    is_identity = modality.lut is None and (modality.slope, modality.intercept, modality.unit) == (1.0, 0.0, "")
    return None if is_identity else modality


def _with_greys(state: PresentationState, frame: Frame, view: View) -> PresentationState:
    """Add how stored values become greys, or the colours of a table; an image in colour stays as it is."""
    if frame.is_colour:
        return state
    colours = table_of(view.colours)
    inverted = is_inverse(frame) != view.inverted
    state = replace(
        state,
        kind="grayscale" if colours is None else "pseudo-color",
        modality=_modality(frame.modality),
        voi=(SoftcopyVoi(view.voi or default_voi(frame)),),
    )
    if colours is not None:
        return replace(state, palette=_palette(colours, inverted=inverted))
    table = _presentation_lut(view, inverted=inverted)
    return replace(state, is_inverse=inverted and table is None, presentation_lut=table)


def _with_shutter(state: PresentationState, frame: Frame, view: View) -> PresentationState:
    """Add the shutter that is seen, if any: that of the image, or of a state that it shows."""
    if not view.shutter:
        return state
    if view.presentation is None:
        return replace(state, shutter=frame.shutter)
    shown = view.presentation.state
    return replace(state, shutter=frame.shutter, shutter_bitmap=shown.shutter_bitmap, shutter_value=shown.shutter_value)


def _presentation_lut(view: View, *, inverted: bool) -> LookupTable | None:
    """Give the presentation table of a state that is shown, turned over where the view is inverted."""
    table = None if view.presentation is None else view.presentation.state.presentation_lut
    if table is None or not inverted:
        return table
    return replace(table, values=np.uint16(2**table.bits - 1) - table.values)


def _palette(colours: ColourTable, *, inverted: bool) -> tuple[LookupTable, LookupTable, LookupTable]:
    entries = colours.entries()[::-1] if inverted else colours.entries()
    red, green, blue = (LookupTable(0, entries[:, channel].astype(np.uint16) * 257, 16) for channel in range(3))
    return red, green, blue


def _drawn(
    subject: Subject, view: View, marks: Sequence[tuple[Mark, ...]]
) -> tuple[tuple[Layer, ...], tuple[Annotation, ...]]:
    """Give the layers that are seen, with what is drawn now on top; all are for the image that is seen."""
    seen: tuple[LayerContent, ...] = ()
    if view.presentation is not None:
        seen = tuple(each for each in view.presentation.layers if each.layer.name not in view.hidden_layers)
    reference = replace(subject.reference, series_instance_uid="", frames=subject.frames and (subject.frame.number,))
    annotations = [replace(each, references=(reference,)) for content in seen for each in content.annotations]
    layers = [content.layer for content in seen]
    if marks:
        taken = [each.identifier or 0 for one in annotations for each in one.compounds]
        annotations.append(annotation_of(marks, references=(reference,), first_number=max(taken, default=0) + 1))
        if LAYER not in {layer.name for layer in layers}:
            layers.append(Layer(LAYER, 0, MARK_RGB))
    return tuple(replace(layer, order=order) for order, layer in enumerate(layers, 1)), tuple(annotations)


def _overlays(frame: Frame, view: View) -> tuple[PresentationOverlay, ...]:
    """Give the overlays of the image that are seen, copied, and those of a state that it shows."""
    if view.presentation is not None:
        state = view.presentation.state
        kept = [each for each in state.overlays if each.layer and each.layer not in view.hidden_layers]
        shut = [each for each in state.overlays if view.shutter and each.group == state.shutter_bitmap]
        return (*kept, *(each for each in shut if each not in kept))
    if not view.overlays:
        return ()
    return tuple(PresentationOverlay(each.group, "OVERLAYS", each) for each in frame.overlays)


def _with_layers_of_overlays(state: PresentationState) -> PresentationState:
    known = {layer.name for layer in state.layers}
    missing = dict.fromkeys(each.layer for each in state.overlays if each.layer and each.layer not in known)
    added = tuple(Layer(name, len(known) + number) for number, name in enumerate(missing, 1))
    return replace(state, layers=(*state.layers, *added))


def _not_saved(subjects: Sequence[Subject], view: View) -> tuple[str, ...]:
    frame = subjects[0].frame
    told = (
        (
            len(subjects) > 1 and _subtracting(view) is not None,
            "The subtraction of a mask is not saved for several images.",
        ),
        (frame.is_colour and view.inverted, "That colours are inverted is not saved."),
        (frame.is_colour and view.voi is not None, "The window of an image in colour is not saved."),
    )
    return tuple(sentence for is_so, sentence in told if is_so)
