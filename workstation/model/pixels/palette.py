"""Lookup tables of a dataset: palettes, plain and segmented, and the modality and VOI tables (PS3.3 C.7.9, C.11)."""

from struct import unpack_from
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from workstation.model.attributes import text, words
from workstation.model.frame import LookupTable
from workstation.model.frame_parts import SupplementalPalette
from workstation.model.refusal import Reason, Refused

_MOST_ENTRIES = 65536
_COLOURS = ("Red", "Green", "Blue")
_DISCRETE, _LINEAR, _INDIRECT = 0, 1, 2


def lookup_table(dataset: Dataset, *, is_signed: bool) -> LookupTable | None:
    """Give the table in an item of a Modality or VOI LUT Sequence.

    Parameters
    ----------
    is_signed
        Whether the values that go into the table may be negative; then the first one of the descriptor may be.

    Returns
    -------
    LookupTable or None
        None where the table is damaged: too short a descriptor, no data.
    """
    shape = _descriptor(dataset, "LUTDescriptor", is_signed=is_signed)
    if shape is None:
        return None
    count, first, bits = shape
    values = _entries(words(dataset, "LUTData"), count, bits)
    if not len(values):
        return None
    explanation = text(dataset, "LUTExplanation") or text(dataset, "ModalityLUTType")
    return LookupTable(first, values, bits, explanation)


def palette_colours(dataset: Dataset, indices: NDArray[Any], *, is_signed: bool, name: str) -> tuple[NDArray[Any], int]:
    """Give the colours that stored values stand for.

    Returns
    -------
    tuple
        (rows, columns, 3) of uint8 or uint16, and the bits of a sample, 8 or 16.

    Raises
    ------
    Refused
        BAD_PIXEL_DESCRIPTION where a table is missing or damaged.
    """
    tables = palette_tables(dataset, is_signed=is_signed, name=name)
    bits = max(table.bits for table in tables)
    out = np.empty((*indices.shape, 3), np.uint16 if bits > 8 else np.uint8)
    for channel, table in enumerate(tables):
        at = np.clip(indices.astype(np.int64) - table.first_input, 0, len(table.values) - 1)
        out[..., channel] = table.values.astype(out.dtype)[at]
    return out, bits


def supplemental_palette(dataset: Dataset, *, is_signed: bool, name: str) -> SupplementalPalette | None:
    """Give the colours that an image has among its greys (PS3.3 C.7.6.19); None where it has none.

    Raises
    ------
    Refused
        BAD_PIXEL_DESCRIPTION where a table is missing or damaged.
    """
    if text(dataset, "PixelPresentation") not in ("COLOR", "MIXED"):
        return None
    if "RedPaletteColorLookupTableDescriptor" not in dataset:
        return None
    tables = palette_tables(dataset, is_signed=is_signed, name=name)
    count = max(len(table.values) for table in tables)
    channels = [
        np.pad(table.values >> np.uint16(table.bits - 8), (0, count - len(table.values)), mode="edge")
        for table in tables
    ]
    return SupplementalPalette(tables[0].first_input, np.stack(channels, axis=-1).astype(np.uint8))


def palette_tables(dataset: Dataset, *, is_signed: bool, name: str) -> tuple[LookupTable, LookupTable, LookupTable]:
    """Give the tables of red, green and blue, plain or segmented; entries of 8 or 16 bits (PS3.3 C.7.6.3.1.5).

    Raises
    ------
    Refused
        BAD_PIXEL_DESCRIPTION where a table is missing or damaged.
    """
    red, green, blue = (_palette(dataset, colour, is_signed=is_signed, name=name) for colour in _COLOURS)
    return red, green, blue


def _palette(dataset: Dataset, colour: str, *, is_signed: bool, name: str) -> LookupTable:
    stem = f"{colour}PaletteColorLookupTable"
    shape = _descriptor(dataset, f"{stem}Descriptor", is_signed=is_signed)
    if shape is None:
        raise _damaged(name, f"the {colour.lower()} palette has no descriptor of three values")
    count, first, bits = shape
    values = _entries(words(dataset, f"{stem}Data"), count, bits)
    if not len(values):
        segmented = words(dataset, f"Segmented{stem}Data")
        values = _expand(segmented, count, bits, name)
    if bits <= 8 and len(values) and int(values.max()) > 255:
        values = values >> np.uint16(8)  # some writers put 16-bit entries under a descriptor of 8
    return LookupTable(first, values, 8 if bits <= 8 else 16)


def _descriptor(dataset: Dataset, keyword: str, *, is_signed: bool) -> tuple[int, int, int] | None:
    raw = words(dataset, keyword)
    if len(raw) < 6:
        return None
    count, first, bits = unpack_from("<3H", raw)
    if not 1 <= bits <= 16:
        bits = 16
    return count or _MOST_ENTRIES, first - 65536 if is_signed and first >= 32768 else first, bits


def _entries(raw: bytes, count: int, bits: int) -> NDArray[np.uint16]:
    """Give the entries of a table; 8-bit ones may lie one or two to a word (PS3.3 C.7.6.3.1.6)."""
    if bits <= 8 and count <= len(raw) <= count + 1:
        return np.frombuffer(raw, np.uint8)[:count].astype(np.uint16)
    return np.frombuffer(raw[: len(raw) // 2 * 2], "<u2")[:count].astype(np.uint16)


def _expand(raw: bytes, count: int, bits: int, name: str) -> NDArray[np.uint16]:
    """Expand a segmented table (PS3.3 C.7.9.2)."""
    kind = np.dtype("<u2") if bits > 8 else np.dtype(np.uint8)
    codes = np.frombuffer(raw[: len(raw) // kind.itemsize * kind.itemsize], kind).tolist()
    out: list[int] = []
    try:
        _run_segments(codes, 0, len(codes), out, count, bits)
    except (IndexError, ValueError) as error:
        raise _damaged(name, f"a segmented palette is damaged ({error})") from error
    if len(out) < count:
        raise _damaged(name, f"a palette has {len(out)} of {count} entries")
    return np.array(out[:count], np.uint16)


def _run_segments(  # the state of one small interpreter
    codes: list[int], at: int, end: int, out: list[int], count: int, bits: int, *, segments: int = 1 << 30
) -> None:
    while at + 1 < end and len(out) < count and segments > 0:
        opcode, length = codes[at], codes[at + 1]
        at += 2
        segments -= 1
        if opcode == _DISCRETE:
            if at + length > len(codes):
                raise ValueError("a discrete segment is longer than the data")
            out.extend(codes[at : at + length])
            at += length
        elif opcode == _LINEAR:
            start, stop = (out[-1] if out else codes[at]), codes[at]
            out.extend(round(start + (stop - start) * (step + 1) / length) for step in range(length))
            at += 1
        elif opcode == _INDIRECT:
            used = 2 if bits > 8 else 4
            offset = sum(part << (16 if bits > 8 else 8) * i for i, part in enumerate(codes[at : at + used]))
            target = offset // (2 if bits > 8 else 1)  # the offset counts bytes (PS3.3 C.7.9.2.3)
            if target >= at - 2:
                raise ValueError("an indirect segment points forward")
            _run_segments(codes, target, at - 2, out, count, bits, segments=length)
            at += used
        else:
            raise ValueError(f"opcode {opcode} is unknown")


def _damaged(name: str, what: str) -> Refused:
    return Refused(Reason.BAD_PIXEL_DESCRIPTION, f"{name}: {what}, so its colours cannot be told.")
