"""Colour tables: which colour stands for which grey, after the window; those of PS3.6 Annex B, more, and a file's.

A table turns the share of a grey between black and white into a colour, as in pseudo-colour softcopy presentation
states (PS3.4 N.2.1.2). Names are words for the command line and for what is remembered: ``hot-iron``.
"""

import colorsys
import json
from functools import cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.display.presets import sensible
from workstation.display.voi import fractions, value_range
from workstation.errors import UserError
from workstation.model.frame import LookupTable, Voi
from workstation.quick_dataclass import dataclass
from workstation.resources import resource

if TYPE_CHECKING:
    from pydicom import Dataset

ENTRIES = 256
GREY = "grey"


@dataclass(frozen=True, slots=True)
class ColourTable:
    """Colours from the lowest to the highest grey.

    Parameters
    ----------
    name
        What it is called in commands; unique among `colour_table_names`, empty for one of a file.
    label
        What a person reads.
    rgb
        Red, green and blue of each entry, one byte each: 3 bytes times the number of entries.
    uid
        Palette Color Lookup Table UID (0028,1199), where it has one.
    """

    name: str
    label: str
    rgb: bytes
    uid: str = ""

    def __post_init__(self) -> None:
        if not self.rgb or len(self.rgb) % 3:
            raise ValueError(f"a colour table of {len(self.rgb)} bytes")

    def entries(self) -> NDArray[np.uint8]:
        """Give the colours, (number of entries, 3)."""
        return np.frombuffer(self.rgb, np.uint8).reshape(-1, 3)

    def colours(self, shares: NDArray[np.floating[Any]]) -> NDArray[np.uint8]:
        """Give the colour for greys from 0 (lowest entry) to 1 (highest entry), shape as given and 3."""
        packed = self.packed(shares)
        return packed.view(np.uint8).reshape(*packed.shape, 4)[..., :3]

    def packed(self, shares: NDArray[np.floating[Any]]) -> NDArray[np.int32]:
        """Give the colours as numbers of four bytes: red, green, blue and a free one; shape as given."""
        entries = packed_colours(self.entries())
        at = (shares * (len(entries) - 1) + 0.5).astype(np.int32)
        return np.asarray(entries[np.clip(at, 0, len(entries) - 1)])


def packed_colours(rgb: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Put red, green, blue (n, 3) and a free byte into one number each, so that a colour is looked up like a grey."""
    return np.ascontiguousarray(np.pad(rgb, ((0, 0), (0, 1)))).view(np.int32).reshape(-1)


Colours = str | ColourTable
"""The name of a table, or one of a file; an empty name is grey."""


def table_of(colours: Colours) -> ColourTable | None:
    """Give the table to be used; None for grey, which needs none.

    Raises
    ------
    UserError
        If there is none of that name.
    """
    if isinstance(colours, ColourTable):
        return colours
    return None if colours in ("", GREY) else colour_table(colours)


def colour_table(name: str) -> ColourTable:
    """Find a table by its name or label, upper and lower case, blanks and hyphens alike.

    Raises
    ------
    UserError
        If there is none.
    """
    wanted = _plain(name)
    found = next((table for table in colour_tables() if wanted in (table.name, _plain(table.label))), None)
    if found is None:
        raise UserError(
            f"There is no colour table called {name!r}.", hint=f"There are: {', '.join(colour_table_names())}."
        )
    return found


def colour_table_names() -> tuple[str, ...]:
    """Give the names of all tables that come with the program, in the order of a menu."""
    return tuple(table.name for table in colour_tables())


@cache
def colour_tables() -> tuple[ColourTable, ...]:
    """Give all tables that come with the program, in the order of a menu."""
    return (*_greys(), *_well_known(), _rainbow(), *(_of_opencv(*each) for each in _OF_OPENCV))


def table_of_palette(dataset: "Dataset", *, name: str) -> ColourTable:
    """Read the palette of a dataset: of a Color Palette Storage object, or a supplemental one of an image.

    Parameters
    ----------
    dataset
        With Red, Green and Blue Palette Color Lookup Table Descriptor and Data, plain or segmented (PS3.3 C.7.9).
    name
        What messages call it.

    Raises
    ------
    workstation.model.refusal.Refused
        BAD_PIXEL_DESCRIPTION where a table is missing or damaged.
    """
    from workstation.model.attributes import text
    from workstation.model.pixels.palette import palette_tables

    tables = palette_tables(dataset, is_signed=False, name=name)
    label = text(dataset, "ContentDescription") or text(dataset, "ContentLabel")
    return table_of_channels(tables, label=label, uid=text(dataset, "PaletteColorLookupTableUID"))


def table_of_channels(
    tables: tuple[LookupTable, LookupTable, LookupTable], *, label: str = "", uid: str = ""
) -> ColourTable:
    """Make a table of those for red, green and blue."""
    count = max(len(table.values) for table in tables)
    rgb = np.stack([_bytes(table, count) for table in tables], axis=-1)
    return ColourTable("", label or "Palette of the file", rgb.tobytes(), uid)


@dataclass(frozen=True)
class ColourBar:
    """A picture of a table beside an image, with what its ends stand for.

    ``picture`` is (height, width, 3), the highest value on top; ``ticks`` are (share from the bottom, text).
    """

    picture: NDArray[np.uint8]
    ticks: tuple[tuple[float, str], ...]
    unit: str


def colour_bar(
    colours: Colours, voi: Voi, *, size_px: tuple[int, int], unit: str = "", inverse: bool = False
) -> ColourBar:
    """Draw a table with the values of a window's ends and its middle.

    Parameters
    ----------
    colours
        The table; grey where it is empty.
    voi
        What leads from values to greys.
    size_px
        Width and height of the picture.
    unit
        Of the values.
    inverse
        Whether low values are bright, as in MONOCHROME1 or an inverted view.
    """
    low, high = value_range(voi)
    width, height = size_px
    centres = (np.arange(height, dtype=np.float64)[::-1] + 0.5) / max(height, 1)
    shares = fractions(low + centres * (high - low), voi)
    shares = 1 - shares if inverse else shares
    column = (table_of(colours) or colour_table(GREY)).colours(shares)
    picture = np.ascontiguousarray(np.broadcast_to(column[:, None], (height, width, 3)))
    ticks = tuple((share, sensible(low + share * (high - low))) for share in (0.0, 0.5, 1.0))
    return ColourBar(picture, ticks, unit)


def _plain(name: str) -> str:
    return "-".join(name.casefold().replace("_", " ").replace("-", " ").split())


def _greys() -> tuple[ColourTable, ColourTable]:
    ramp = np.repeat(np.arange(ENTRIES, dtype=np.uint8)[:, None], 3, axis=1)
    return (
        ColourTable(GREY, "Grey", ramp.tobytes()),
        ColourTable("inverted-grey", "Inverted grey", ramp[::-1].tobytes()),
    )


def _well_known() -> tuple[ColourTable, ...]:
    stored = json.loads(resource("colour_tables.json").read_text(encoding="utf-8"))
    channels = ("red", "green", "blue")
    return tuple(
        ColourTable(
            row["name"],
            row["label"],
            np.stack([np.frombuffer(bytes.fromhex(row[each]), np.uint8) for each in channels], axis=-1).tobytes(),
            row["uid"],
        )
        for row in stored["tables"]
    )


def _rainbow() -> ColourTable:
    """From blue over green to red: hues at full brightness."""
    hues = [2 / 3 * (1 - entry / (ENTRIES - 1)) for entry in range(ENTRIES)]
    colours = [colorsys.hsv_to_rgb(hue, 1, 1) for hue in hues]
    return ColourTable("rainbow", "Rainbow", bytes(round(255 * part) for colour in colours for part in colour))


_OF_OPENCV: tuple[tuple[str, str, int], ...] = (
    ("viridis", "Viridis (even steps)", cv2.COLORMAP_VIRIDIS),
    ("inferno", "Inferno (even steps)", cv2.COLORMAP_INFERNO),
)


def _of_opencv(name: str, label: str, number: int) -> ColourTable:
    blue_first = cv2.applyColorMap(np.arange(ENTRIES, dtype=np.uint8), number).reshape(ENTRIES, 3)
    return ColourTable(name, label, np.ascontiguousarray(blue_first[:, ::-1]).tobytes())


def _bytes(table: LookupTable, count: int) -> NDArray[np.uint8]:
    """Give the entries of a channel in 8 bits; a shorter table goes on with its last entry."""
    shifted = table.values >> np.uint16(max(table.bits - 8, 0))
    return np.pad(shifted.astype(np.uint8), (0, count - len(shifted)), mode="edge")
