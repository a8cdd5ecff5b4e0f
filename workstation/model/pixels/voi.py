"""Modality transformation, windows and tables of a frame, from the header or its functional groups (PS3.3 C.11)."""

from typing import cast

from pydicom import Dataset

from workstation.model.attributes import first_item, integer, items, number, numbers, text
from workstation.model.frame import ModalityTransform, Voi, VoiFunction, Window
from workstation.model.frame_parts import PixelDescription
from workstation.model.pixels.functional_groups import FunctionalGroups
from workstation.model.pixels.palette import lookup_table

_FUNCTIONS = ("LINEAR", "LINEAR_EXACT", "SIGMOID")


def modality_transform(groups: FunctionalGroups, description: PixelDescription, frame: int) -> ModalityTransform:
    """Give the way from stored to modality values of a frame; the identity for colours."""
    dataset = groups.dataset
    if description.samples_per_pixel != 1 or description.photometric == "PALETTE COLOR":
        return ModalityTransform()
    table_item = first_item(dataset, "ModalityLUTSequence")
    if table_item is not None:
        table = lookup_table(table_item, is_signed=description.is_signed)
        if table is not None:
            return ModalityTransform(lut=table, unit=_unit(text(table_item, "ModalityLUTType")))
    if text(dataset, "Modality") == "RTDOSE" and (scaling := number(dataset, "DoseGridScaling")):
        return ModalityTransform(slope=scaling, unit={"GY": "Gy"}.get(text(dataset, "DoseUnits"), ""))
    return _rescale(groups.item("PixelValueTransformationSequence", frame) or dataset, dataset)


def _rescale(holder: Dataset, dataset: Dataset) -> ModalityTransform:
    """Give the line of a rescale; one that is damaged or half there makes values of no unit, never wrong HU."""
    slope, intercept = number(holder, "RescaleSlope"), number(holder, "RescaleIntercept")
    kind = text(holder, "RescaleType") or text(dataset, "Units")
    modality = text(dataset, "Modality")
    if not kind and modality == "CT" and intercept is not None:
        kind = "HU"
    is_pet = modality == "PT"  # whose intercept is always 0 (PS3.3 C.8.9.4.1.5)
    is_whole = bool(slope) and (intercept is not None or (is_pet and "RescaleIntercept" not in holder))
    is_without = not is_pet and "RescaleSlope" not in holder and "RescaleIntercept" not in holder
    unit = _unit(kind) if is_whole or is_without else ""
    return ModalityTransform(slope=slope or 1.0, intercept=intercept or 0.0, unit=unit)


def rescale_doubts(groups: FunctionalGroups, frame: int) -> tuple[str, ...]:
    """Give sentences about what the header says of a frame's way to modality values that cannot be true."""
    dataset = groups.dataset
    if "ModalityLUTSequence" in dataset or text(dataset, "Modality") == "RTDOSE":
        return ()
    holder = groups.item("PixelValueTransformationSequence", frame) or dataset
    slope, intercept = number(holder, "RescaleSlope"), number(holder, "RescaleIntercept")
    if "RescaleSlope" in holder and not slope:
        what = "0" if slope == 0 else "no number"
        return (f"Rescale Slope is {what}: it is taken as 1, and the values have no unit",)
    if "RescaleIntercept" in holder and intercept is None:
        return ("Rescale Intercept is no number: it is taken as 0, and the values have no unit",)
    return ()


def has_rescale(groups: FunctionalGroups, frame: int) -> bool:
    """Tell whether the header has a rescale line for a frame, or a table or scaling in its place."""
    holder = groups.item("PixelValueTransformationSequence", frame) or groups.dataset
    others = ("ModalityLUTSequence", "DoseGridScaling")
    return any(name in holder for name in ("RescaleSlope", "RescaleIntercept")) or any(
        name in groups.dataset for name in others
    )


def _unit(kind: str) -> str:
    return "" if kind in ("US", "UNSPECIFIED", "NONE") else kind


def voi_choices(
    groups: FunctionalGroups, description: PixelDescription, transform: ModalityTransform, frame: int
) -> tuple[Voi, ...]:
    """Give the windows of a frame, then its VOI tables, in the order of the file; those that cannot be are left out."""
    if description.samples_per_pixel != 1 or description.photometric == "PALETTE COLOR":
        return ()
    holder = groups.item("FrameVOILUTSequence", frame) or groups.dataset
    reaches_below_zero = transform.lut is None and (description.is_signed or transform.intercept < 0)
    tables = (lookup_table(each, is_signed=reaches_below_zero) for each in items(holder, "VOILUTSequence"))
    return (*windows(holder), *(table for table in tables if table is not None))


def windows(holder: Dataset) -> tuple[Window, ...]:
    """Give the windows of a dataset or item (PS3.3 C.11.2.1.2, C.11.2.1.3)."""
    function = text(holder, "VOILUTFunction") or "LINEAR"
    function = function if function in _FUNCTIONS else "LINEAR"
    explanations = text(holder, "WindowCenterWidthExplanation").split("\\")
    found = []
    for index, (center, width) in enumerate(
        zip(numbers(holder, "WindowCenter"), numbers(holder, "WindowWidth"), strict=False)
    ):
        if width >= 1 or (width > 0 and function != "LINEAR"):
            explanation = explanations[index] if index < len(explanations) else ""
            found.append(Window(center, width, cast(VoiFunction, function), explanation))
    return tuple(found)


def padding_range(dataset: Dataset, description: PixelDescription) -> tuple[int, int] | None:
    """Give the lowest and highest stored value that is padding (PS3.3 C.7.5.1.1.2)."""
    value, limit = integer(dataset, "PixelPaddingValue"), integer(dataset, "PixelPaddingRangeLimit")
    if description.is_float:
        value = integer(dataset, "FloatPixelPaddingValue")
        limit = integer(dataset, "FloatPixelPaddingRangeLimit")
    if value is None or description.samples_per_pixel != 1:
        return None
    if not description.is_float:
        value, limit = _as_stored(value, description), None if limit is None else _as_stored(limit, description)
    limit = value if limit is None else limit
    return min(value, limit), max(value, limit)


def _as_stored(value: int, description: PixelDescription) -> int:
    """Read 16 bits by the pixels' sign, whatever VR the file gave the value."""
    if description.is_signed and value >= 32768:
        return value - 65536
    return value + 65536 if not description.is_signed and value < 0 else value
