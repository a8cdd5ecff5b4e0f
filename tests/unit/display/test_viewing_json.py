"""What panes show, written as JSON and read back; damaged text is refused with a sentence, never with a bug."""

import contextlib
import json
import random
from dataclasses import replace

import numpy as np
import pytest

from workstation.display.colour_tables import ColourTable
from workstation.display.view import View
from workstation.display.viewing import Grid, Links, Look, PaneState, Viewing
from workstation.display.viewing_json import from_json, to_json
from workstation.model.frame import LookupTable, Window
from workstation.workspace import Selection

ONE, TWO = Selection("1.2.3"), Selection("1.2.4", 2)
LOOKED = View(
    voi=Window(-600, 1500.5, "SIGMOID", "LUNG"),
    inverted=True,
    zoom=2.25,
    centre_px=(10.5, -3.0),
    rotation_quarters=3,
    flipped_h=True,
    interpolation="cubic",
    overlays=False,
    shutter=False,
    colours="hot-iron",
    fitted_px=(1, 2, 30, 40),
    of_px=(512, 256),
    hidden_layers=frozenset({"ONE", "TWO"}),
)


def there_and_back(viewing: Viewing) -> Viewing:
    return from_json(json.loads(json.dumps(to_json(viewing))))


def rich() -> Viewing:
    viewing = Viewing().with_shown(0, ONE).with_look(0, Look(7, LOOKED, "")).with_grid(Grid(2, 3), [TWO])
    viewing = viewing.with_new_screen(PaneState(TWO, Look(3, presentation="2.25.1")))
    viewing = viewing.with_grid(Grid(1, 2)).maximised(on=True)
    viewing = replace(viewing.activated(1), links=Links("offset", zoom=True, window=True))
    return viewing.with_shown(1, ONE)


def test_that_everything_comes_back() -> None:
    assert there_and_back(rich()) == rich()
    assert there_and_back(Viewing()) == Viewing()
    tiled = Viewing().with_shown(0, ONE).with_grid(Grid(2, 2)).tiled(on=True)
    assert there_and_back(tiled) == tiled


def test_that_tables_come_back_with_their_values_each_written_once() -> None:
    table = LookupTable(-5, np.arange(300, dtype=np.uint16), 12, "NORMAL")
    colours = ColourTable("", "own", bytes(range(30)), "1.2")
    view = View(voi=table, colours=colours)
    viewing = Viewing().with_shown(0, ONE).with_look(0, Look(0, view)).with_grid(Grid(1, 2), [TWO])
    viewing = viewing.with_look(1, Look(0, view))
    written = to_json(viewing)
    assert len(written["tables"]) == 1
    back = there_and_back(viewing)
    one, other = (pane.look.view for pane in back.panes)
    assert one.colours == colours
    assert isinstance(one.voi, LookupTable)
    assert one.voi is other.voi
    assert (one.voi.first_input, one.voi.bits, one.voi.explanation) == (-5, 12, "NORMAL")
    np.testing.assert_array_equal(one.voi.values, table.values)


def test_that_colours_that_no_longer_exist_become_greys() -> None:
    viewing = Viewing().with_shown(0, ONE).with_look(0, Look(0, View(colours="hot-iron")))
    text = json.dumps(to_json(viewing)).replace("hot-iron", "of-yesterday")
    assert from_json(json.loads(text)).panes[0].look.view.colours == ""


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("active",), 99),
        (("active",), True),
        (("panes",), []),
        (("panes",), None),
        (("panes", 0, "stack"), -1),
        (("panes", 0, "series"), 5),
        (("panes", 0, "view", "zoom"), 0),
        (("panes", 0, "view", "zoom"), float("nan")),
        (("panes", 0, "view", "centre_px"), [1]),
        (("panes", 0, "view", "voi", "width"), -1),
        (("panes", 0, "view", "voi"), {"table": 0}),
        (("panes", 0, "view", "interpolation"), "sharp"),
        (("panes", 0, "view", "fitted_px"), [5, 5, 1, 1]),
        (("screens", 0, "grid"), "9x9"),
        (("screens", 0, "number"), 1),
        (("screens", 0, "alone"), 6),
        (("screens",), []),
        (("links", "scroll"), "sometimes"),
        (("tables",), [{"first_input": 0, "bits": 40, "values": "AAA=", "explanation": ""}]),
        (("tables",), [{"first_input": 0, "bits": 8, "values": "no base64", "explanation": ""}]),
    ],
)
def test_that_what_cannot_be_shown_is_refused(path: tuple[str | int, ...], value: object) -> None:
    record = to_json(rich().with_look(0, Look(7, LOOKED)))
    inner = record
    for step in path[:-1]:
        inner = inner[step]  # type: ignore[index]  # a list or a record, as the path says
    inner[path[-1]] = value  # type: ignore[index]  # likewise
    with pytest.raises(ValueError, match=r".+"):
        from_json(record)


def test_that_any_damage_is_read_or_refused_but_never_breaks() -> None:
    dice = random.Random(7)
    text = json.dumps(to_json(rich()))
    pieces = ["null", "-1", "[]", "{}", '"x"', "1e999", "true"]
    for _ in range(300):
        at = dice.randrange(len(text))
        damaged = text[:at] + dice.choice(pieces) + text[at + dice.randrange(1, 12) :]
        with contextlib.suppress(ValueError):
            assert isinstance(from_json(json.loads(damaged)), Viewing)
