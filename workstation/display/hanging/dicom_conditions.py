"""Image Set Selectors and Filter Operations (PS3.3 C.23.1.1, C.23.3.1) as conditions, as far as rules know them."""

from pydicom import Dataset

from workstation.display.hanging import dicom_terms as terms
from workstation.display.hanging.attributes import Attribute, Operator, operators_for
from workstation.display.hanging.concepts import named_in, view_coded
from workstation.display.hanging.rules import Condition
from workstation.model.attributes import items, text, value_of
from workstation.model.text import clean

Untold = dict[str, None]
"""Sentences about what was left out, each once, in order."""

_OPERATORS = {
    "MEMBER_OF": Operator.IS,
    "NOT_MEMBER_OF": Operator.IS_NOT,
    "GREATER_OR_EQUAL": Operator.AT_LEAST,
    "GREATER_THAN": Operator.AT_LEAST,
    "LESS_OR_EQUAL": Operator.AT_MOST,
    "LESS_THAN": Operator.AT_MOST,
}
_MOST_VALUES = 100


def selector_condition(item: Dataset, notes: Untold) -> Condition | None:
    """Make a condition of an Image Set Selector; None where rules don't know the attribute, which is noted."""
    tag = _tag(item)
    attribute = terms.ATTRIBUTE_OF_TAG.get(tag)
    if attribute is None:
        notes[f"what is asked of {_name(tag)}"] = None
        return None
    values = _values(item, attribute)
    if tuple(values) == terms.ANY_MODALITY and attribute is Attribute.MODALITY:
        return None
    if not values:
        notes[f"what is asked of {_name(tag)}"] = None
        return None
    is_number = attribute is Attribute.SLICE_THICKNESS
    flag = text(item, "ImageSetSelectorUsageFlag")
    return Condition(attribute, Operator.IS, values[:1] if is_number else values, if_unknown=flag == "MATCH")


def filter_condition(item: Dataset, notes: Untold) -> Condition | None:
    """Make a condition of a Filter Operation; None where rules don't know it, which is noted."""
    if category := text(item, "FilterByCategory"):
        return _by_category(item, category, notes)
    tag = _tag(item)
    presence = text(item, "FilterByAttributePresence")
    if tag == terms.CONTRAST_AGENT and presence in ("PRESENT", "NOT_PRESENT"):
        return Condition(Attribute.CONTRAST, values=("with" if presence == "PRESENT" else "without",))
    attribute = terms.ATTRIBUTE_OF_TAG.get(tag)
    if attribute is not None and presence in ("PRESENT", "NOT_PRESENT"):
        return Condition(attribute, Operator.IS_KNOWN if presence == "PRESENT" else Operator.IS_UNKNOWN)
    operator = _OPERATORS.get(text(item, "FilterByOperator"))
    values = _values(item, attribute) if attribute is not None else ()
    if attribute is None or operator is None or not values or operator not in operators_for(attribute):
        notes[f"the filter by {_name(tag)}"] = None
        return None
    flag = text(item, "ImageSetSelectorUsageFlag")
    return Condition(attribute, operator, values, if_unknown=flag == "MATCH")


def _by_category(item: Dataset, category: str, notes: Untold) -> Condition | None:
    planes = {said: name for name, said in terms.PLANES.items()}
    said = text(item, "SelectorCSValue").split("\\")
    values = tuple(planes[each] for each in said if each in planes)
    operator = _OPERATORS.get(text(item, "FilterByOperator"))
    if category == "IMAGE_PLANE" and values and operator in (Operator.IS, Operator.IS_NOT):
        return Condition(Attribute.PLANE, operator, values)
    notes[f"the filter by {clean(category)}"] = None
    return None


def _values(item: Dataset, attribute: Attribute) -> tuple[str, ...]:
    """Give the values of a selector in our terms; a value that has none is kept as it is, in small letters."""
    vr = text(item, "SelectorAttributeVR")
    if vr == "SQ":
        codes = [text(each, "CodeValue") for each in items(item, "SelectorCodeSequenceValue")]
        return (
            tuple(dict.fromkeys(view for code in codes if (view := view_coded(code))))
            if attribute is Attribute.VIEW
            else ()
        )
    said = [clean(each) for each in text(item, f"Selector{vr}Value").split("\\")[:_MOST_VALUES]] if vr.isalpha() else []
    said = [each for each in said if each]
    known = terms.VALUES.get(attribute)
    if known is None:
        return tuple(said)
    ours = {word: name for name, word in known.items()}
    axis = {Attribute.BODY_PART: "body part", Attribute.VIEW: "view"}.get(attribute)
    found = []
    for each in said:
        named = named_in(axis, each) if axis and each not in ours else ()
        found.append(ours.get(each) or (named[0] if named else each.lower()))
    return tuple(dict.fromkeys(found))


def _tag(item: Dataset) -> int:
    value = value_of(item, "SelectorAttribute")
    try:
        return int(value) if value is not None else 0
    except (TypeError, ValueError):
        return 0


def _name(tag: int) -> str:
    from pydicom.datadict import dictionary_description, dictionary_has_tag

    return dictionary_description(tag) if dictionary_has_tag(tag) else f"({tag >> 16:04x},{tag & 0xFFFF:04x})"
