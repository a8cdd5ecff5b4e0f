"""A rule as a DICOM Hanging Protocol (PS3.3 A.44, C.23): in its attributes what DICOM can say, all in a private one."""

import hashlib
from datetime import datetime
from typing import Any

from pydicom import Dataset
from pydicom.tag import Tag

from workstation.display.hanging import dicom_terms as terms
from workstation.display.hanging.attributes import Attribute, Operator
from workstation.display.hanging.dicom_display import display_module
from workstation.display.hanging.document import to_json
from workstation.display.hanging.rules import Condition, Pane, Rule
from workstation.objects.writing import coded, complete, fitting, new_uid


def to_dicom(rule: Rule, *, now: datetime | None = None) -> tuple[Dataset, tuple[str, ...]]:
    """Make a DICOM Hanging Protocol.

    Parameters
    ----------
    rule
        The rule; the workstation reads all of it back.
    now
        When it was made, in local time.

    Returns
    -------
    dataset, notes
        With its File Meta Information; sentences about what other programs will not understand of it.
    """
    now = now or datetime.now()
    notes: list[str] = []
    ds = Dataset()
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.SOPClassUID, ds.SOPInstanceUID = terms.HANGING_PROTOCOL_STORAGE, new_uid()
    ds.InstanceCreationDate, ds.InstanceCreationTime = f"{now:%Y%m%d}", f"{now:%H%M%S}"
    _define(ds, rule, now, notes)
    sets = _image_sets(rule, notes)
    ds.ImageSetsSequence = [item for item, _key in sets]
    display_module(ds, rule, [key for _item, key in sets], notes)
    block = ds.private_block(terms.PRIVATE_GROUP, terms.PRIVATE_CREATOR, create=True)
    block.add_new(terms.RULE_ELEMENT, "UT", to_json([rule]))
    block.add_new(terms.DIGEST_ELEMENT, "LO", digest(ds))
    return complete(ds), tuple(dict.fromkeys(notes))


def digest(ds: Dataset) -> str:
    """Give a hash of group 0072, however it is encoded: it tells whether the public part of a protocol was changed."""
    held = hashlib.sha256()
    for element in ds:
        if element.tag.group == 0x0072:
            held.update(_spelled(element).encode("utf-8", "replace"))
    return held.hexdigest()


def _spelled(element: Any) -> str:
    if element.VR == "SQ":
        inner = "".join("{" + "".join(_spelled(each) for each in item) + "}" for item in element.value)
        return f"{element.tag}{inner}"
    many = element.value if isinstance(element.value, list) or element.VM > 1 else [element.value]
    return f"{element.tag}[{'|'.join('' if each is None else str(each).strip() for each in many)}]"


def _define(ds: Dataset, rule: Rule, now: datetime, notes: list[str]) -> None:
    """Write the Hanging Protocol Definition and Environment (PS3.3 C.23.1, C.23.2)."""
    ds.HangingProtocolName = fitting(rule.name, "SH") or "Protocol"
    ds.HangingProtocolDescription = fitting(rule.description or rule.name, "LO")
    ds.HangingProtocolLevel = "SINGLE_USER"
    ds.HangingProtocolCreator = "Workstation"
    ds.HangingProtocolCreationDateTime = f"{now:%Y%m%d%H%M%S}"
    ds.HangingProtocolDefinitionSequence = _definitions(rule, notes)
    ds.HangingProtocolUserIdentificationCodeSequence = []
    ds.NumberOfPriorsReferenced = max((abs(pane.selector.prior) for pane in rule.panes if pane), default=0)
    if len(rule.name) > 16:
        notes.append(f"the name is cut to “{ds.HangingProtocolName}”")
    notes.extend(
        f"“{each.text()}” is not said"
        for each in rule.conditions
        if not (is_said_of_study(each) or each.attribute in (Attribute.MONITORS, Attribute.PRIORS))
    )
    ds.NumberOfScreens = len(rule.screens)
    count = len(rule.screens)
    ds.NominalScreenDefinitionSequence = [_screen(number / count, (number + 1) / count) for number in range(count)]


def is_said_of_study(condition: Condition) -> bool:
    """Tell whether DICOM can ask for it of a study as a whole."""
    known = condition.attribute in (Attribute.MODALITY, Attribute.BODY_PART)
    return known and condition.operator is Operator.IS and not condition.preferred and not condition.if_unknown


def _screen(left: float, right: float) -> Dataset:
    screen = Dataset()
    screen.NumberOfVerticalPixels, screen.NumberOfHorizontalPixels = 1080, 1920
    screen.DisplayEnvironmentSpatialPosition = [left, 1.0, right, 0.0]
    screen.ScreenMinimumGrayscaleBitDepth = 8
    return screen


def _definitions(rule: Rule, notes: list[str]) -> list[Dataset]:
    asked = [each for each in rule.conditions if is_said_of_study(each)]
    modalities = [each for each in asked if each.attribute is Attribute.MODALITY]
    parts = [each for each in asked if each.attribute is Attribute.BODY_PART]
    if len(modalities) > 1:
        notes.append("that several modalities are asked for together: other programs take any of them")
    names = dict.fromkeys(value for each in modalities for value in each.values)
    regions = [terms.REGIONS[value] for each in parts for value in each.values if value in terms.REGIONS]
    if not names and not regions:
        names = dict.fromkeys(terms.ANY_MODALITY)
        notes.append("that it is for any study: the usual modalities are listed")
    items = []
    for name in names:
        items.append(_definition())
        items[-1].Modality = fitting(name, "CS")
    for code, meaning in regions if not names else ():
        items.append(_definition())
        items[-1].AnatomicRegionSequence = [coded(code, "SCT", meaning)]
        items[-1].Laterality = ""
    return items


def _definition() -> Dataset:
    item = Dataset()
    item.ProcedureCodeSequence = []
    item.ReasonForRequestedProcedureCodeSequence = []
    return item


SetKey = tuple[tuple[Condition, ...], int]


def selected(rule: Rule, pane: Pane) -> SetKey:
    """Give what an image set is made of: the conditions of a pane that select images, and its time.

    What a rule asks of the body part is asked of each image set, since a definition holds it only without modality. A
    pane that corresponds to another asks for the same.
    """
    model = rule.panes[pane.selector.like - 1] if pane.selector.like else pane
    conditions = (model or pane).selector.conditions
    own = tuple(each for each in conditions if is_selected(each))
    has_modality = any(each.attribute is Attribute.MODALITY and is_said_of_study(each) for each in rule.conditions)
    parts = tuple(each for each in rule.conditions if each.attribute is Attribute.BODY_PART and is_said_of_study(each))
    return (*own, *(each for each in parts if has_modality and each not in own)), pane.selector.prior


def is_selected(condition: Condition) -> bool:
    """Tell whether an image set can ask for it."""
    return (
        condition.attribute in terms.SELECTED
        and condition.operator is Operator.IS
        and not condition.preferred
        and all(value in terms.VALUES.get(condition.attribute, (value,)) for value in condition.values)
    )


def _image_sets(rule: Rule, notes: list[str]) -> list[tuple[Dataset, SetKey]]:
    """Write image sets, of which several panes may show the same (PS3.3 C.23.1, Image Sets Sequence)."""
    keys = dict.fromkeys(selected(rule, pane) for pane in rule.panes if pane is not None)
    by_conditions: dict[tuple[Condition, ...], list[SetKey]] = {}
    for key in keys:
        by_conditions.setdefault(key[0], []).append(key)
    numbers = {key: number for number, key in enumerate(key for each in by_conditions.values() for key in each)}
    made: list[tuple[Dataset, SetKey]] = []
    for conditions, several in by_conditions.items():
        for key in several:
            item = Dataset()
            item.ImageSetSelectorSequence = [selector_item(each) for each in conditions] or [_any_images()]
            item.TimeBasedImageSetsSequence = [_time(numbers[key] + 1, key[1])]
            made.append((item, key))
        if not conditions:
            notes.append("that any images will do: other programs are told to take what has a modality")
    return made


def selector_item(condition: Condition) -> Dataset:
    """Write a condition as an Image Set Selector."""
    item = Dataset()
    item.ImageSetSelectorUsageFlag = "MATCH" if condition.if_unknown else "NO_MATCH"
    put_attribute(item, condition)
    item.SelectorValueNumber = 0
    return item


def _any_images() -> Dataset:
    return selector_item(Condition(Attribute.MODALITY, values=terms.ANY_MODALITY, if_unknown=True))


def put_attribute(item: Dataset, condition: Condition) -> None:
    """Name the attribute of a condition and its values (Hanging Protocol Selector Attribute Macro, PS3.3 C.23.4.1)."""
    said = terms.SELECTED[condition.attribute]
    item.SelectorAttribute = Tag(said.tag)
    item.SelectorAttributeVR = said.vr
    values = [fitting(value, said.vr) for value in values_said(condition)]
    setattr(item, f"Selector{said.vr}Value", values if len(values) > 1 else values[0])


def values_said(condition: Condition) -> list[str]:
    """Give the values of a condition in the terms of DICOM."""
    known = terms.VALUES.get(condition.attribute)
    return [known.get(value, value.upper()) if known else value for value in condition.values]


def _time(number: int, prior: int) -> Dataset:
    item = Dataset()
    item.ImageSetNumber = number
    if prior:
        item.ImageSetSelectorCategory = "ABSTRACT_PRIOR"
        item.AbstractPriorValue = [prior, prior]
        item.ImageSetLabel = f"Prior {prior}" if prior > 0 else "Oldest prior"
    else:
        item.ImageSetSelectorCategory = "RELATIVE_TIME"
        item.RelativeTime = [0, 0]
        item.RelativeTimeUnits = "DAYS"
        item.ImageSetLabel = "Current"
    return item
