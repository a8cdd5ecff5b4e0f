"""What panes show, as JSON and back: layouts, stacks by UID, and how they are looked at; no name of any patient.

Tables are kept with their values, each once: the image of which they are may be another one by then. What a
presentation state draws is not kept here; whoever applied it keeps which one that was, and applies it again.
"""

import base64
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast, get_args

import numpy as np

from workstation.display.colour_tables import Colours, ColourTable
from workstation.display.view import Interpolation, Side, View
from workstation.display.viewing import Grid, Links, Look, PaneState, Screen, ScrollLink, Viewing, Wish
from workstation.model.frame import LookupTable, Voi, VoiFunction, Window
from workstation.workspace import Selection

MOST_SCREENS = 16
MOST_LOOKS = 2000
_PLAIN = ("inverted", "flipped_h", "flipped_v", "overlays", "shutter")
Json = dict[str, Any]


def to_json(viewing: Viewing) -> Json:
    """Give what is shown as JSON values.

    Parameters
    ----------
    viewing
        All windows with their panes.

    Returns
    -------
    dict
        For `from_json`.
    """
    writer = _Writer()
    looks = list(viewing.looks.items())[-MOST_LOOKS:]
    return {
        "screens": [
            {"number": each.number, "grid": str(each.grid), "alone": each.alone, "tiled": each.is_tiled}
            for each in viewing.screens
        ],
        "panes": [writer.pane(pane) for pane in viewing.panes],
        "active": viewing.active,
        "links": {"scroll": viewing.links.scroll, "zoom": viewing.links.zoom, "window": viewing.links.window},
        "looks": [writer.pane(PaneState(selection, look)) for selection, look in looks],
        "tables": writer.tables,
    }


def from_json(value: object) -> Viewing:
    """Give what `to_json` was given.

    Raises
    ------
    ValueError
        If it is anything else: the sentence says what.
    """
    try:
        return _read(_record(value))
    except (KeyError, TypeError, AttributeError, OverflowError, IndexError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


class _Writer:
    def __init__(self) -> None:
        self.tables: list[Json] = []
        self._known: dict[int, int] = {}

    def pane(self, pane: PaneState) -> Json | None:
        if pane.selection is None:
            return None
        return {
            "series": pane.selection.series_instance_uid,
            "stack": pane.selection.stack,
            **self._look(pane.look),
            **({"first": self._look(pane.first)} if pane.first != Look() else {}),
            **({"group": pane.group} if pane.group else {}),
        }

    def _look(self, look: Look) -> Json:
        found: Json = {"index": look.index, "view": self._view(look.view)}
        if look.presentation is not None:
            found["presentation"] = look.presentation
        if look.wish is not None:
            found["wish"] = {"preset": look.wish.preset, "true_size": look.wish.is_true_size}
        return found

    def _view(self, view: View) -> Json:
        """Write what differs from a first view."""
        first = View()
        found: Json = {name: getattr(view, name) for name in _PLAIN if getattr(view, name) != getattr(first, name)}
        if view.voi is not None:
            found["voi"] = self._voi(view.voi)
        if view.zoom is not None:
            found["zoom"] = float(view.zoom)
        if view.centre_px is not None:
            found["centre_px"] = [float(each) for each in view.centre_px]
        if view.of_px is not None:
            found["of_px"] = [int(each) for each in view.of_px]
        if view.rotation_quarters:
            found["quarters"] = int(view.rotation_quarters)
        if view.interpolation != first.interpolation:
            found["interpolation"] = view.interpolation
        if view.colours:
            found["colours"] = view.colours if isinstance(view.colours, str) else _colours(view.colours)
        if view.hidden_layers:
            found["hidden_layers"] = sorted(view.hidden_layers)
        if view.fitted_px is not None:
            found["fitted_px"] = [int(each) for each in view.fitted_px]
        if view.at_sides:
            found["sides"] = sorted(view.at_sides)
        return found

    def _voi(self, voi: Voi) -> Json:
        if isinstance(voi, Window):
            window = {"center": float(voi.center), "width": float(voi.width), "function": voi.function}
            return window | ({"explanation": voi.explanation} if voi.explanation else {})
        if id(voi) not in self._known:
            self._known[id(voi)] = len(self.tables)
            values = base64.b64encode(voi.values.astype("<u2").tobytes()).decode("ascii")
            table = {"first_input": int(voi.first_input), "bits": int(voi.bits), "values": values}
            self.tables.append(table | {"explanation": voi.explanation})
        return {"table": self._known[id(voi)]}


def _colours(table: ColourTable) -> Json:
    rgb = base64.b64encode(table.rgb).decode("ascii")
    return {"name": table.name, "label": table.label, "rgb": rgb, "uid": table.uid}


def _read(value: Json) -> Viewing:
    tables = [_table(_record(each)) for each in value["tables"]]
    screens = tuple(_screen(_record(each)) for each in value["screens"])
    numbers = [screen.number for screen in screens]
    if not 1 <= len(screens) <= MOST_SCREENS or numbers != sorted(set(numbers)) or numbers[0] != 0:
        raise ValueError(f"windows with the numbers {numbers}")
    links = _record(value["links"])
    scroll = _choice(links["scroll"], ScrollLink)
    panes = tuple(_pane(each, tables) for each in value["panes"])
    known = (_pane(each, tables) for each in value["looks"][:MOST_LOOKS])
    return Viewing(
        screens=screens,
        panes=panes,
        active=_whole(value["active"]),
        links=Links(cast("ScrollLink", scroll), _flag(links["zoom"]), _flag(links["window"])),
        looks={pane.selection: pane.look for pane in known if pane.selection is not None},
    )


def _screen(value: Json) -> Screen:
    grid, alone = Grid.parse(_text(value["grid"])), value["alone"]
    if alone is not None and not 0 <= _whole(alone) < grid.count:
        raise ValueError(f"pane {alone} is alone in a grid of {grid}")
    return Screen(_whole(value["number"]), grid, alone, _flag(value["tiled"]))


def _pane(value: object, tables: list[LookupTable]) -> PaneState:
    if value is None:
        return PaneState()
    pane = _record(value)
    selection = Selection(_text(pane["series"]), _whole(pane["stack"]))
    first = _look(_record(pane["first"]), tables) if "first" in pane else Look()
    return PaneState(selection, _look(pane, tables), first, _whole(pane.get("group", 0)))


def _look(value: Json, tables: list[LookupTable]) -> Look:
    wish = _record(value["wish"]) if "wish" in value else None
    wished = Wish(_text(wish["preset"]), _flag(wish["true_size"])) if wish is not None else None
    presentation = _text(value["presentation"]) if "presentation" in value else None
    return Look(_whole(value["index"]), _view(_record(value["view"]), tables), presentation, wished)


def _view(value: Json, tables: list[LookupTable]) -> View:
    flags: Json = {name: _flag(value[name]) for name in _PLAIN if name in value}
    view = replace(View(), **flags)
    if "voi" in value:
        view = replace(view, voi=_voi(_record(value["voi"]), tables))
    if "zoom" in value:
        view = replace(view, zoom=_positive(value["zoom"]))
    if "centre_px" in value:
        column, row = value["centre_px"]
        view = replace(view, centre_px=(_number(column), _number(row)))
    if "of_px" in value:
        rows, columns = (_whole(each) for each in value["of_px"])
        view = replace(view, of_px=(max(rows, 1), max(columns, 1)))
    if "quarters" in value:
        view = replace(view, rotation_quarters=_whole(value["quarters"]) % 4)
    if "interpolation" in value:
        how = _choice(value["interpolation"], Interpolation)
        view = replace(view, interpolation=cast("Interpolation", how))
    if "colours" in value:
        view = replace(view, colours=_colours_of(value["colours"]))
    if "hidden_layers" in value:
        view = replace(view, hidden_layers=frozenset(_text(each) for each in value["hidden_layers"]))
    if "fitted_px" in value:
        left, top, right, bottom = (int(_number(each)) for each in value["fitted_px"])
        if right < left or bottom < top:
            raise ValueError("a fitted part without pixels")
        view = replace(view, fitted_px=(left, top, right, bottom))
    if "sides" in value:
        view = replace(view, at_sides=frozenset(cast("Side", _choice(each, Side)) for each in value["sides"]))
    return view


def _voi(value: Json, tables: list[LookupTable]) -> Voi:
    if "table" in value:
        return tables[_whole(value["table"])]
    function = cast("VoiFunction", _choice(value["function"], VoiFunction))
    return Window(_number(value["center"]), _positive(value["width"]), function, _text(value.get("explanation", "")))


def _table(value: Json) -> LookupTable:
    values = np.frombuffer(base64.b64decode(_text(value["values"]), validate=True), "<u2").astype(np.uint16)
    bits = _whole(value["bits"])
    if not 0 < len(values) <= 1 << 16 or not 1 <= bits <= 16:
        raise ValueError(f"a table of {len(values)} entries of {bits} bits")
    return LookupTable(int(_number(value["first_input"])), values, bits, _text(value["explanation"]))


def _colours_of(value: object) -> Colours:
    from workstation.display.colour_tables import colour_table_names

    if isinstance(value, str):
        return value if value in colour_table_names() else ""
    table = _record(value)
    rgb = base64.b64decode(_text(table["rgb"]), validate=True)
    return ColourTable(_text(table["name"]), _text(table["label"]), rgb, _text(table["uid"]))


def _record(value: object) -> Json:
    if not isinstance(value, Mapping):
        raise TypeError(f"{type(value).__name__} in place of a record")
    return dict(value)


def _choice(value: object, kind: object) -> str:
    if value not in get_args(kind):
        raise ValueError(f"{value!r} is not one of {', '.join(get_args(kind))}")
    return str(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is neither true nor false")
    return value


def _whole(value: object) -> int:
    if type(value) is not int or value < 0:
        raise TypeError(f"{value!r} is no whole number from 0")
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError(f"{value!r} is no number")
    return float(value)


def _positive(value: object) -> float:
    number = _number(value)
    if number <= 0:
        raise ValueError(f"{value!r} is not above zero")
    return number
