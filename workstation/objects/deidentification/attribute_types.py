"""The Type of an attribute in its IOD (PS3.3): what must be there, what may be empty, and what may go."""

import json
import pkgutil
from functools import cache
from typing import Any

Path = tuple[str, ...]
_STRONGEST_FIRST = ("1", "1C", "2", "2C", "3")


def _load(name: str) -> Any:
    data = pkgutil.get_data("highdicom", f"_standard/{name}.json")
    if data is None:  # the installation is incomplete
        raise FileNotFoundError(name)
    return json.loads(data)


@cache
def _modules() -> dict[str, dict[tuple[Path, str], str]]:
    return {key: _strongest(attributes) for key, attributes in _load("module_attribute_map").items()}


def _strongest(attributes: list[dict[str, Any]]) -> dict[tuple[Path, str], str]:
    found: dict[tuple[Path, str], str] = {}
    for each in attributes:
        where = tuple(each["path"]), each["keyword"]
        found[where] = _stronger(found.get(where, ""), each["type"] or "3")
    return found


def _stronger(one: str, other: str) -> str:
    return min(one, other, key=lambda kind: _STRONGEST_FIRST.index(kind) if kind in _STRONGEST_FIRST else 9)


@cache
def _iod(sop_class_uid: str) -> dict[tuple[Path, str], str]:
    name = _load("sop_class_iod_map").get(sop_class_uid)
    merged: dict[tuple[Path, str], str] = {}
    for module in _load("iod_module_map").get(name, ()) if name else ():
        for where, kind in _modules().get(module["key"], {}).items():
            merged[where] = _stronger(merged.get(where, ""), kind)
    return merged


@cache
def _anywhere() -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for module in _modules().values():
        for (path, keyword), kind in module.items():
            where = path[-1] if path else "", keyword
            found[where] = _stronger(found.get(where, ""), kind)
    return found


@cache
def type_of(sop_class_uid: str, path: Path, keyword: str) -> str:
    """Give the Type (1, 1C, 2, 2C or 3) of an attribute; the strictest where several modules have it.

    Parameters
    ----------
    sop_class_uid
        The object's class.
    path
        Keywords of the sequences around the attribute, outermost first.
    keyword
        The attribute.

    Returns
    -------
    str
        Within an item that the IOD does not describe, what the same sequence holds elsewhere in the standard; 3 where
        nothing at all is known.
    """
    known = _iod(sop_class_uid).get((path, keyword))
    if known:
        return known
    return _anywhere().get((path[-1], keyword), "3") if path else "3"
