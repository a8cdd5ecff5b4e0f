"""Rules as JSON: written with what differs from the defaults, read strictly, with a sentence for what is wrong."""

import dataclasses
import json
import re
import uuid
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, NoReturn, Union, get_args, get_origin, get_type_hints

from workstation.display.hanging.attributes import OF_THE_STUDY, operators_for
from workstation.display.hanging.rules import Condition, Rule
from workstation.errors import UserError
from workstation.model.text import clean

FORMAT, VERSION = "workstation hanging protocols", 1
MOST_BYTES = 4 << 20
_LINE = 118
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_HINT = "Compare it with a protocol that was exported by the workstation."


def new_id() -> str:
    """Give a name for a rule that no other has."""
    return uuid.uuid4().hex[:12]


def to_json(rules: Sequence[Rule]) -> str:
    """Write rules as a JSON document."""
    document = {"format": FORMAT, "version": VERSION, "rules": [plain_value(rule) for rule in rules]}
    return _laid_out(document, "") + "\n"


def _laid_out(value: object, indent: str) -> str:
    """Write a value as JSON, on one line where it is short."""
    short = json.dumps(value, ensure_ascii=False)
    if len(short) + len(indent) <= _LINE or not isinstance(value, dict | list) or not value:
        return short
    inner = indent + " "
    if isinstance(value, list):
        parts = [_laid_out(each, inner) for each in value]
    else:
        parts = [f"{json.dumps(key)}: {_laid_out(each, inner)}" for key, each in value.items()]
    opening, closing = ("[", "]") if isinstance(value, list) else ("{", "}")
    lines = f",\n{inner}".join(parts)
    return f"{opening}\n{inner}{lines}\n{indent}{closing}"


def from_json(text: str, name: str) -> tuple[Rule, ...]:
    """Read a JSON document.

    Parameters
    ----------
    text
        The document.
    name
        What messages call it.

    Raises
    ------
    UserError
        If it is no such document, of a newer version, or says something that no rule can have.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UserError(f"{name} is no JSON: {clean(error)}.", hint=_HINT) from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise UserError(f"{name} holds no hanging protocols of the workstation.", hint=_HINT)
    version = document.get("version")
    if version != VERSION:
        hint = "Open it with a newer version of the workstation." if isinstance(version, int) else _HINT
        raise UserError(f"{name} has version {clean(version)}; this program reads version {VERSION}.", hint=hint)
    entries = document.get("rules")
    if not isinstance(entries, list):
        raise UserError(f"{name} has no list of rules.", hint=_HINT)
    rules = []
    for number, entry in enumerate(entries, 1):
        try:
            rules.append(rule_of(entry))
        except ValueError as error:
            raise UserError(f"{name}, rule {number}: {clean(error)}.", hint=_HINT) from None
    return tuple(rules)


def rule_of(value: object) -> Rule:
    """Make a rule of plain values; ValueError where they make none."""
    rule = _made(value, Rule, "rule")
    if not isinstance(rule, Rule):
        raise TypeError(rule)
    if not _ID.fullmatch(rule.id):
        raise ValueError("the id of a rule is made of small letters, digits and dashes")
    if not rule.name.strip():
        raise ValueError("the rule has no name")
    places = len(rule.panes)
    for number, pane in enumerate(rule.panes, 1):
        if pane is None:
            continue
        selector = pane.selector
        model = rule.panes[selector.like - 1] if 0 < selector.like <= places else None
        if selector.like and (selector.like == number or model is None or model.selector.like):
            raise ValueError(f"pane {number} is to be like pane {selector.like}, which chooses no images of its own")
        if any(condition.attribute in OF_THE_STUDY for condition in selector.conditions):
            raise ValueError(f"pane {number} asks for what only a study has")
        for condition in selector.conditions:
            _check(condition)
    for condition in rule.conditions:
        _check(condition)
    return rule


def _check(condition: Condition) -> None:
    allowed = operators_for(condition.attribute)
    if condition.operator not in allowed:
        raise ValueError(f"{condition.attribute} cannot be asked by “{condition.operator}”")
    if not condition.values and not str(condition.operator).endswith("known"):
        raise ValueError(f"“{condition.text()}” says not what is looked for")


def sound(rule: Rule) -> Rule:
    """Give a rule as it can be kept: text cleaned, conditions without values and ties to no pane left out."""
    cleaned: Rule = _cleaned(rule)
    cleaned = dataclasses.replace(
        cleaned, name=cleaned.name or "Unnamed protocol", conditions=_finished(cleaned.conditions)
    )
    places = cleaned.panes
    for number, pane in enumerate(places, 1):
        if pane is None:
            continue
        like = pane.selector.like
        model = places[like - 1] if 0 < like <= len(places) else None
        holds = model is not None and like != number and not model.selector.like
        selector = dataclasses.replace(
            pane.selector, conditions=_finished(pane.selector.conditions), like=like if holds else 0
        )
        cleaned = cleaned.with_pane(number, dataclasses.replace(pane, selector=selector))
    return cleaned


def _finished(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    return tuple(each for each in conditions if any(each.values) or str(each.operator).endswith("known"))


def _cleaned(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {item.name: _cleaned(getattr(value, item.name)) for item in dataclasses.fields(value)}
        return dataclasses.replace(value, **fields)
    if isinstance(value, tuple):
        return tuple(_cleaned(each) for each in value)
    return clean(value)[:4096] if type(value) is str else value


def plain_value(value: object) -> Any:
    """Give a value of the rules as what JSON knows; fields that have their default are left out."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        written = {}
        for item in dataclasses.fields(value):
            held = getattr(value, item.name)
            if item.default is dataclasses.MISSING or held != item.default:
                written[item.name] = plain_value(held)
        return written
    if isinstance(value, tuple):
        return [plain_value(each) for each in value]
    return str(value) if isinstance(value, StrEnum) else value


def _made(value: object, kind: Any, name: str) -> Any:
    """Make a value of a type of plain values."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        if value is None:
            return None
        return _made(value, next(each for each in arguments if each is not NoneType), name)
    if origin is Literal:
        if value not in arguments:
            raise ValueError(f"{name} is {value!r}, which is none of {', '.join(map(str, arguments))}")
        return value
    if origin is tuple:
        return _made_tuple(value, arguments, name)
    if dataclasses.is_dataclass(kind):
        return _made_dataclass(value, kind, name)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _made_choice(value, kind, name)
    return _made_plain(value, kind, name)


def _refuse(sentence: str) -> NoReturn:
    raise ValueError(sentence)


def _made_tuple(value: object, arguments: tuple[Any, ...], name: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        _refuse(f"{name} is no list")
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        if len(value) > 1000:
            raise ValueError(f"{name} is too long")
        return tuple(_made(each, arguments[0], name) for each in value)
    if len(value) != len(arguments):
        raise ValueError(f"{name} needs {len(arguments)} values")
    return tuple(_made(each, one, name) for each, one in zip(value, arguments, strict=True))


@cache
def _fields(kind: Any) -> tuple[dict[str, Any], frozenset[str]]:
    """Give the types of the fields, and the names of those without a default; working types out takes long."""
    needed = frozenset(item.name for item in dataclasses.fields(kind) if item.default is dataclasses.MISSING)
    return get_type_hints(kind), needed


def _made_dataclass(value: object, kind: Any, name: str) -> Any:
    if not isinstance(value, dict):
        _refuse(f"{name} is no object")
    hints, needed = _fields(kind)
    unknown = set(value) - set(hints)
    if unknown:
        raise ValueError(f"{name} has {', '.join(sorted(map(repr, unknown)))}, which it cannot have")
    if missing := needed - set(value):
        raise ValueError(f"{name} has no {', '.join(sorted(missing))}")
    return kind(**{key: _made(each, hints[key], key) for key, each in value.items()})


def _made_choice(value: object, kind: type[StrEnum], name: str) -> StrEnum:
    try:
        return kind(value)  # type: ignore[arg-type]  # what is no text is refused like any other
    except ValueError:
        raise ValueError(f"{name} is {value!r}, which is none of {', '.join(kind)}") from None


def _made_plain(value: object, kind: Any, name: str) -> Any:
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise ValueError(f"{name} is {value!r}, which is no {kind.__name__}")
    if kind is float and not abs(value) < 1e9:  # type: ignore[arg-type]  # it is a float
        raise ValueError(f"{name} is no usable number")
    if kind is str and (len(value) > 4096 or clean(value) != value):  # type: ignore[arg-type]  # it is a text
        raise ValueError(f"{name} is too long, or has control characters or blanks around it")
    return value
