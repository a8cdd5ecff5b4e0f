"""Whether a condition holds for what is known, and why."""

from collections.abc import Iterable, Mapping

from workstation.display.hanging.attributes import Attribute, Operator, kind_of
from workstation.display.hanging.concepts import has_words, is_like, plain
from workstation.display.hanging.deducing import Fact
from workstation.display.hanging.rules import Condition
from workstation.quick_dataclass import dataclass

_CLOSE = 1e-6


@dataclass(frozen=True, slots=True)
class Finding:
    """How a condition fared: what was found, where, and whether it holds."""

    condition: Condition
    found: tuple[str, ...]
    source: str
    holds: bool

    def text(self) -> str:
        """Give it as words, with what was found."""
        if self.found:
            shown = ", ".join(self.found[:6]) + (" …" if len(self.found) > 6 else "")
            found = f"found {shown}" + (f" ({self.source})" if self.source else "")
        else:
            found = "nothing is known of it"
        wanted = "preferred: " if self.condition.preferred else ""
        return f"{wanted}{self.condition.text()}: {found}"


def finding(condition: Condition, facts: Mapping[Attribute, Fact]) -> Finding:
    """Hold a condition against facts."""
    fact = facts.get(condition.attribute)
    found = fact.values if fact else ()
    return Finding(condition, found, fact.source if fact else "", _holds(condition, found))


def findings(conditions: Iterable[Condition], facts: Mapping[Attribute, Fact]) -> tuple[Finding, ...]:
    """Hold several conditions against facts."""
    return tuple(finding(condition, facts) for condition in conditions)


def suffice(found: Iterable[Finding]) -> bool:
    """Tell whether all hold that have to."""
    return all(each.holds or each.condition.preferred for each in found)


def _holds(condition: Condition, found: tuple[str, ...]) -> bool:
    operator = condition.operator
    if operator in (Operator.IS_KNOWN, Operator.IS_UNKNOWN):
        return bool(found) == (operator is Operator.IS_KNOWN)
    if not found:
        return condition.if_unknown
    if operator is Operator.IS_NOT:
        return not any(_equal(condition.attribute, one, value) for one in found for value in condition.values)
    if operator is Operator.LACKS_WORDS:
        return not any(has_words(one, value) for one in found for value in condition.values)
    return any(_compares(condition, one, value) for one in found for value in condition.values)


def _compares(condition: Condition, found: str, wanted: str) -> bool:
    match condition.operator:
        case Operator.HAS_WORDS:
            return has_words(found, wanted)
        case Operator.IS_LIKE:
            return is_like(found, wanted)
        case Operator.AT_LEAST | Operator.AT_MOST:
            one, other = _number(found), _number(wanted)
            if one is None or other is None:
                return False
            return one >= other - _CLOSE if condition.operator is Operator.AT_LEAST else one <= other + _CLOSE
        case _:
            return _equal(condition.attribute, found, wanted)


def _equal(attribute: Attribute, found: str, wanted: str) -> bool:
    if kind_of(attribute) == "number":
        one, other = _number(found), _number(wanted)
        return one is not None and other is not None and abs(one - other) <= _CLOSE
    if kind_of(attribute) == "text":
        return plain(found) == plain(wanted)
    return found.casefold() == wanted.strip().casefold()


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None
