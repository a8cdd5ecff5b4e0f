"""The Hanging Protocol Display module (PS3.3 C.23.3): the panes of a rule as display sets with an image box each."""

from collections.abc import Iterator, Sequence

from pydicom import Dataset

from workstation.display.hanging import dicom_terms as terms
from workstation.display.hanging.attributes import Attribute, Operator
from workstation.display.hanging.rules import Condition, Pane, PaneSettings, Rule
from workstation.objects.writing import fitting


def display_module(ds: Dataset, rule: Rule, sets: Sequence[object], notes: list[str]) -> None:
    """Write the display sets of a rule.

    Parameters
    ----------
    ds
        Gets the module.
    rule
        The rule.
    sets
        The image sets, in the order of their numbers.
    notes
        Gets sentences about what is not said.
    """
    from workstation.display.hanging.dicom_writing import selected

    items: list[Dataset] = []
    groups: dict[int, list[int]] = {}
    shown: set[int] = set()
    for pane, box in _boxes(rule):
        number = sets.index(selected(rule, pane)) + 1
        items.append(_display_set(len(items) + 1, rule, pane, number, box, notes))
        if pane.selector.is_repeated != (number in shown):
            notes.append("which panes may show the same images as others")
        shown.add(number)
        if pane.settings.sync_group:
            groups.setdefault(pane.settings.sync_group, []).append(len(items))
    ds.DisplaySetsSequence = items
    ds.PartialDataDisplayHandling = "ADAPT_LAYOUT" if rule.adapts else "MAINTAIN_LAYOUT"
    linked = [numbers for numbers in groups.values() if len(numbers) > 1]
    if linked:
        ds.SynchronizedScrollingSequence = [_scrolling(numbers) for numbers in linked]


def _scrolling(numbers: list[int]) -> Dataset:
    item = Dataset()
    item.DisplaySetScrollingGroup = numbers
    return item


def _boxes(rule: Rule) -> Iterator[tuple[Pane, list[float]]]:
    """Give each pane with its box: left, top, right, bottom; from 0 to 1, upwards (PS3.3 C.23.2.1.1)."""
    count = len(rule.screens)
    for number, screen in enumerate(rule.screens):
        for place, pane in enumerate(screen.panes):
            if pane is not None:
                row, column = divmod(place, screen.columns)
                left, right = ((number + (column + step) / screen.columns) / count for step in (0, 1))
                yield pane, [left, 1 - row / screen.rows, right, 1 - (row + 1) / screen.rows]


def _display_set(number: int, rule: Rule, pane: Pane, image_set: int, box: list[float], notes: list[str]) -> Dataset:
    item = Dataset()
    item.DisplaySetNumber = number
    if pane.label:
        item.DisplaySetLabel = fitting(pane.label, "LO")
    item.DisplaySetPresentationGroup = 1
    item.ImageSetNumber = image_set
    item.ImageBoxesSequence = [_image_box(pane.settings, box)]
    model = rule.panes[pane.selector.like - 1] if pane.selector.like else pane
    item.FilterOperationsSequence = list(_filters((model or pane).selector.conditions, notes))
    item.SortingOperationsSequence = []
    _present(item, pane.settings, notes)
    if pane.is_required:
        notes.append("which panes are required")
    if pane.selector.like:
        notes.append("that panes of an earlier study show what corresponds: they ask for the same images")
    if (pane.selector.order, pane.selector.is_descending) != ("series number", False):
        notes.append("which of several series comes first")
    return item


def _image_box(settings: PaneSettings, box: list[float]) -> Dataset:
    item = Dataset()
    item.ImageBoxNumber = 1
    item.DisplayEnvironmentSpatialPosition = box
    if settings.tiles:
        item.ImageBoxLayoutType = "TILED"
        item.ImageBoxTileVerticalDimension, item.ImageBoxTileHorizontalDimension = settings.tiles
        item.ImageBoxScrollDirection = "VERTICAL"
        item.ImageBoxSmallScrollType, item.ImageBoxSmallScrollAmount = "ROW_COLUMN", 1
        item.ImageBoxLargeScrollType, item.ImageBoxLargeScrollAmount = "PAGE", 1
    elif settings.is_cine:
        item.ImageBoxLayoutType = "CINE"
        item.PreferredPlaybackSequencing = 0
        item.CineRelativeToRealTime = 1.0
    else:
        item.ImageBoxLayoutType = "STACK"
    return item


def _filters(conditions: Sequence[Condition], notes: list[str]) -> Iterator[Dataset]:
    """Write what narrows an image set down (PS3.3 C.23.3.1).

    Filters by category alone. WORKAROUND: dciodvfy of 2022 takes Filter-by Operator beside a Selector Attribute, and
    Filter-by Attribute Presence, for errors (in the example of PS3.17 too), so these are read and never written.
    """
    from workstation.display.hanging.dicom_writing import is_selected

    for condition in conditions:
        if is_selected(condition):
            continue
        if not is_filtered(condition):
            notes.append(f"“{condition.text()}”" + (", which is preferred" if condition.preferred else ""))
            continue
        item = Dataset()
        item.FilterByCategory = "IMAGE_PLANE"
        item.SelectorAttributeVR = "CS"
        values = [terms.PLANES[value] for value in condition.values]
        item.SelectorCSValue = values if len(values) > 1 else values[0]
        item.FilterByOperator = "MEMBER_OF" if condition.operator is Operator.IS else "NOT_MEMBER_OF"
        yield item


def is_filtered(condition: Condition) -> bool:
    """Tell whether a display set can ask for it: for planes."""
    return (
        condition.attribute is Attribute.PLANE
        and condition.operator in (Operator.IS, Operator.IS_NOT)
        and not (condition.preferred or condition.if_unknown)
        and all(value in terms.PLANES for value in condition.values)
    )


def _present(item: Dataset, settings: PaneSettings, notes: list[str]) -> None:
    """Write how the images are presented (Presentation Intent, PS3.3 C.23.3)."""
    if all(settings.patient_orientation):
        item.DisplaySetPatientOrientation = list(settings.patient_orientation)
    elif any(settings.patient_orientation):
        notes.append("which way round images are, where only one direction is wished")
    if settings.window_preset in terms.VOI_TYPES and not settings.window:
        item.VOIType = terms.VOI_TYPES[settings.window_preset]
    elif settings.window or settings.window_preset:
        notes.append("windows other than " + ", ".join(terms.VOI_TYPES))
    if settings.colour_map.casefold() in terms.PSEUDO_COLOURS:
        item.PseudoColorType = terms.PSEUDO_COLOURS[settings.colour_map.casefold()]
    elif settings.colour_map:
        notes.append(f"the colours “{settings.colour_map}”")
    item.ShowGrayscaleInverted = "YES" if settings.is_inverted else "NO"
    item.ShowImageTrueSizeFlag = "YES" if settings.zoom == "true size" else "NO"
    item.DisplaySetHorizontalJustification = terms.HORIZONTAL[settings.horizontal]
    item.DisplaySetVerticalJustification = terms.VERTICAL[settings.vertical]
    if settings.zoom == "pixels":
        notes.append("that images are shown pixel by pixel")
    if settings.initial_image != "first":
        notes.append("which image is there first")
    if settings.tiles and settings.is_cine:
        notes.append("that tiled images play")
