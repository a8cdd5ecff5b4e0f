"""A DICOM Hanging Protocol as rules: whole where the workstation wrote it, otherwise as far as its attributes say.

Each presentation group of another program's protocol becomes a rule of its own.
"""

from collections.abc import Sequence
from dataclasses import replace

from pydicom import Dataset

from workstation.display.hanging import dicom_terms as terms
from workstation.display.hanging.attributes import Attribute, Operator
from workstation.display.hanging.concepts import named_in
from workstation.display.hanging.dicom_boxes import Box, screens_of
from workstation.display.hanging.dicom_conditions import Untold, filter_condition, selector_condition
from workstation.display.hanging.dicom_writing import digest
from workstation.display.hanging.document import from_json, new_id
from workstation.display.hanging.rules import (
    Condition,
    Horizontal,
    Pane,
    PaneSettings,
    Rule,
    Screen,
    Selector,
    Vertical,
)
from workstation.errors import UserError
from workstation.model.attributes import integer, items, number, numbers, text
from workstation.model.text import clean
from workstation.quick_dataclass import dataclass

_MOST_GROUPS = 32


def from_dicom(ds: Dataset, name: str) -> tuple[tuple[Rule, ...], tuple[str, ...]]:
    """Make rules of a DICOM Hanging Protocol.

    Parameters
    ----------
    ds
        The object.
    name
        What messages call it.

    Returns
    -------
    rules, notes
        One rule for each presentation group; sentences about what was left out.

    Raises
    ------
    UserError
        If it is another kind of object, or shows nothing.
    """
    if text(ds, "SOPClassUID") != terms.HANGING_PROTOCOL_STORAGE:
        raise UserError(f"{name} is no hanging protocol.", hint="Choose a DICOM Hanging Protocol or a JSON file.")
    notes: Untold = {}
    own = _own_rule(ds, name, notes)
    if own is not None:
        return (own,), ()
    sets = _image_sets(ds, notes)
    groups: dict[int, list[Dataset]] = {}
    for item in items(ds, "DisplaySetsSequence"):
        groups.setdefault(integer(item, "DisplaySetPresentationGroup") or 1, []).append(item)
    rules = []
    for group in sorted(groups)[:_MOST_GROUPS]:
        title = _title(ds, name)
        described = next((text(each, "DisplaySetPresentationGroupDescription") for each in groups[group]), "")
        if len(groups) > 1:
            title += f" ({clean(described) or f'step {group}'})"
        rule = _rule(ds, title, groups[group], sets, notes)
        if rule is not None:
            rules.append(rule)
    if not rules:
        raise UserError(f"{name} shows nothing that can be hung.", hint="It may be damaged: export it again.")
    return tuple(rules), tuple(notes)


def _own_rule(ds: Dataset, name: str, notes: Untold) -> Rule | None:
    """Give the rule that the workstation put in, unless the public part was changed since."""
    try:
        block = ds.private_block(terms.PRIVATE_GROUP, terms.PRIVATE_CREATOR)
        written, hashed = str(block[terms.RULE_ELEMENT].value), str(block[terms.DIGEST_ELEMENT].value)
    except (KeyError, ValueError, TypeError):
        return None
    if hashed.strip() != digest(ds):
        notes["it was changed by another program: what DICOM cannot say of it is lost"] = None
        return None
    try:
        (rule,) = from_json(written, name)
    except (UserError, ValueError):
        notes["what the workstation wrote of its own into it cannot be read"] = None
        return None
    return rule


def _title(ds: Dataset, name: str) -> str:
    return clean(text(ds, "HangingProtocolName")) or name


@dataclass(frozen=True, slots=True)
class _Set:
    conditions: tuple[Condition, ...]
    prior: int


def _image_sets(ds: Dataset, notes: Untold) -> dict[int, _Set]:
    sets = {}
    for item in items(ds, "ImageSetsSequence"):
        found = (selector_condition(each, notes) for each in items(item, "ImageSetSelectorSequence"))
        conditions = tuple(each for each in found if each is not None)
        for timed in items(item, "TimeBasedImageSetsSequence"):
            number_of_set = integer(timed, "ImageSetNumber")
            if number_of_set is not None:
                sets[number_of_set] = _Set(conditions, _prior(timed, notes))
    return sets


def _prior(item: Dataset, notes: Untold) -> int:
    """Give which earlier study an image set means, 0 for the study itself."""
    if text(item, "ImageSetSelectorCategory") == "ABSTRACT_PRIOR":
        values = numbers(item, "AbstractPriorValue")
        if not values:
            notes["which earlier study is meant where a code says it: the latest is taken"] = None
            return 1
        if len(set(values)) > 1:
            notes["several earlier studies in one pane: the latest of them is taken"] = None
        return max(-9, min(9, int(values[0])))
    times = numbers(item, "RelativeTime")
    if any(times):
        notes["an earlier study by its age: the latest is taken"] = None
        return 1
    return 0


def _rule(ds: Dataset, title: str, display: Sequence[Dataset], sets: dict[int, _Set], notes: Untold) -> Rule | None:
    boxes: list[Box[Pane]] = []
    shown: set[int] = set()
    ordered = sorted(display, key=lambda each: integer(each, "DisplaySetNumber") or 0)
    groups = _scrolling_groups(ds)
    for item in ordered:
        image_set = integer(item, "ImageSetNumber") or 0
        if image_set not in sets:
            notes["panes whose image set is not defined"] = None
            continue
        for box in items(item, "ImageBoxesSequence"):
            place = numbers(box, "DisplayEnvironmentSpatialPosition")
            if len(place) != 4:
                notes["panes without a place"] = None
                continue
            pane = _pane(item, box, sets[image_set], notes, is_repeated=image_set in shown)
            group = groups.get(integer(item, "DisplaySetNumber") or 0, 0)
            shown.add(image_set)
            pane = replace(pane, settings=replace(pane.settings, sync_group=group))
            boxes.append(Box(place[0], 1 - place[1], place[2], 1 - place[3], pane))
    if not boxes:
        return None
    screens = screens_of(boxes, _screen_rectangles(ds), notes)
    adapts = text(ds, "PartialDataDisplayHandling") == "ADAPT_LAYOUT"
    description = clean(text(ds, "HangingProtocolDescription"))
    rule = Rule(new_id(), title, description, screens=screens, adapts=adapts)
    return _with_study_conditions(rule, ds, notes)


def _screen_rectangles(ds: Dataset) -> list[tuple[float, float, float, float]]:
    """Give the screens as left, top, right, bottom, from 0 to 1 downwards."""
    found = (
        numbers(each, "DisplayEnvironmentSpatialPosition") for each in items(ds, "NominalScreenDefinitionSequence")
    )
    return [(place[0], 1 - place[1], place[2], 1 - place[3]) for place in found if len(place) == 4]


def _scrolling_groups(ds: Dataset) -> dict[int, int]:
    groups: dict[int, int] = {}
    for group, item in enumerate(items(ds, "SynchronizedScrollingSequence"), 1):
        groups |= {int(each): group for each in numbers(item, "DisplaySetScrollingGroup")}
    return groups


def _pane(item: Dataset, box: Dataset, image_set: _Set, notes: Untold, *, is_repeated: bool) -> Pane:
    found = (filter_condition(each, notes) for each in items(item, "FilterOperationsSequence"))
    conditions = (*image_set.conditions, *(each for each in found if each is not None))
    if reformat := text(item, "ReformattingOperationType"):
        notes[f"the reformatting {clean(reformat)}: the images are shown as they are"] = None
    if text(item, "BlendingOperationType"):
        notes["blending of several sets of images"] = None
    if items(item, "SortingOperationsSequence"):
        notes["the order of images within a pane: they are ordered by their place"] = None
    selector = Selector(conditions, image_set.prior, is_repeated=is_repeated)
    return Pane(selector, _settings(item, box), clean(text(item, "DisplaySetLabel")))


def _settings(item: Dataset, box: Dataset) -> PaneSettings:
    layout = text(box, "ImageBoxLayoutType")
    down, across = integer(box, "ImageBoxTileVerticalDimension"), integer(box, "ImageBoxTileHorizontalDimension")
    is_tiled = layout in ("TILED", "TILED_ALL") and down is not None and across is not None
    orientation = text(item, "DisplaySetPatientOrientation").split("\\")
    presets = {said: preset for preset, said in terms.VOI_TYPES.items()}
    colours = {said: name for name, said in terms.PSEUDO_COLOURS.items()}
    return PaneSettings(
        window_preset=presets.get(text(item, "VOIType"), ""),
        zoom="true size" if text(item, "ShowImageTrueSizeFlag") == "YES" else "fit",
        horizontal=_horizontal(text(item, "DisplaySetHorizontalJustification")),
        vertical=_vertical(text(item, "DisplaySetVerticalJustification")),
        patient_orientation=(clean(orientation[0]), clean(orientation[1])) if len(orientation) == 2 else ("", ""),
        tiles=(max(1, min(8, down or 1)), max(1, min(8, across or 1))) if is_tiled else None,
        is_inverted=text(item, "ShowGrayscaleInverted") == "YES",
        is_cine=layout == "CINE" or bool(number(box, "CineRelativeToRealTime")),
        colour_map=colours.get(text(item, "PseudoColorType"), ""),
    )


def _horizontal(said: str) -> Horizontal:
    choices: dict[str, Horizontal] = {"LEFT": "left", "RIGHT": "right"}
    return choices.get(said, "centre")


def _vertical(said: str) -> Vertical:
    choices: dict[str, Vertical] = {"TOP": "top", "BOTTOM": "bottom"}
    return choices.get(said, "centre")


def _with_study_conditions(rule: Rule, ds: Dataset, notes: Untold) -> Rule:
    """Add what the definition asks of the study, and what is asked of all image sets of the body part."""
    definitions = items(ds, "HangingProtocolDefinitionSequence")
    modalities = dict.fromkeys(clean(text(each, "Modality")).upper() for each in definitions)
    regions = dict.fromkeys(
        part
        for each in definitions
        for region in items(each, "AnatomicRegionSequence")
        for part in named_in("body part", text(region, "CodeMeaning"))[:1]
    )
    made = []
    if "" not in modalities and modalities and tuple(modalities) != terms.ANY_MODALITY:
        made.append(Condition(Attribute.MODALITY, values=tuple(modalities)))
    if regions:
        made.append(Condition(Attribute.BODY_PART, values=tuple(regions)))
    if any(items(each, "ProcedureCodeSequence") for each in definitions):
        notes["the procedures that it is for, by their codes"] = None
    panes = [pane for pane in rule.panes if pane is not None]
    for part in panes[0].selector.conditions:
        in_all = all(part in pane.selector.conditions for pane in panes)
        if part.attribute is Attribute.BODY_PART and in_all and not regions and not part.if_unknown:
            made.append(part)
            rule = _without(rule, part)
    if any(pane.selector.prior for pane in panes):
        made.append(Condition(Attribute.PRIORS, Operator.AT_LEAST, ("1",)))
    return replace(rule, conditions=tuple(made))


def _without(rule: Rule, condition: Condition) -> Rule:
    """Give a rule whose panes no longer ask for what the rule asks for."""

    def bare(pane: Pane | None) -> Pane | None:
        if pane is None:
            return None
        conditions = tuple(each for each in pane.selector.conditions if each != condition)
        return replace(pane, selector=replace(pane.selector, conditions=conditions))

    screens = tuple(Screen(each.rows, each.columns, tuple(map(bare, each.panes))) for each in rule.screens)
    return replace(rule, screens=screens)
