"""What the streams of the codecs say of themselves, read before a decoder is let loose on them."""

from collections.abc import Iterator
from struct import unpack_from

from workstation.model.pixels.transfer_syntaxes import IMPLICIT, Codec
from workstation.quick_dataclass import dataclass

_SOF = frozenset((*range(0xC0, 0xD0), 0xF7)) - {0xC4, 0xC8, 0xCC}
_STANDALONE = frozenset((0x01, *range(0xD0, 0xD9)))
_J2K_START = b"\xff\x4f\xff\x51"
_MOST_TILES = 65535
_XL_RATIOS = ((1, 1), (1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """Size and kind of a compressed frame.

    ``process`` is the SOF marker of a JPEG. ``adobe_transform`` is None without a valid Adobe marker.
    ``looks_ybr`` is what a JPEG's other marks say of three samples: a JFIF header, or chroma smaller than luma, means
    YBR, components named R, G and B do not; None where nothing is said.
    ``is_reversible`` and ``has_component_transform`` are those of JPEG 2000. ``fault`` says what is wrong, if anything.
    """

    rows: int
    columns: int
    components: int
    bits: int
    is_signed: bool = False
    process: int = 0
    adobe_transform: int | None = None
    looks_ybr: bool | None = None
    is_reversible: bool = True
    has_component_transform: bool = False
    fault: str = ""


def read_info(codec: Codec, data: bytes) -> StreamInfo | None:
    """Give what the header of a compressed frame says; None where there is no such header."""
    try:
        if codec in (Codec.JPEG, Codec.JPEG_LS):
            return _jpeg(data)
        if codec in (Codec.JPEG_2000, Codec.HTJ2K):
            return _jpeg_2000(data)
        return _jpeg_xl(data) if codec is Codec.JPEG_XL else None
    except IndexError:
        return None


def sniffed_syntax(data: bytes) -> str:
    """Give the transfer syntax that the start of a frame looks like, for files that do not tell; empty if none."""
    if data.startswith((_J2K_START, b"\0\0\0\x0cjP")):
        return f"{IMPLICIT}.4.90"
    if data.startswith((b"\xff\x0a", b"\0\0\0\x0cJXL ")):
        return f"{IMPLICIT}.4.112"
    info = read_info(Codec.JPEG, data)
    if info is not None:
        return IMPLICIT + {0xC0: ".4.50", 0xC3: ".4.70", 0xF7: ".4.80"}.get(info.process, ".4.51")
    return f"{IMPLICIT}.5" if len(data) > 64 and 1 <= data[0] <= 15 and data[1:8] == b"\0\0\0\x40\0\0\0" else ""


def _jpeg(data: bytes) -> StreamInfo | None:
    if data[:2] != b"\xff\xd8":
        return None
    adobe: int | None = None
    is_jfif = False
    for marker, start, end in _segments(data, 2):
        if marker == 0xEE and end - start >= 12 and data[start : start + 5] == b"Adobe":
            adobe = data[start + 11]
        elif marker == 0xE0 and data[start : start + 5] == b"JFIF\0":
            is_jfif = True
        elif marker in _SOF and end - start >= 6:
            rows, columns = int.from_bytes(data[start + 1 : start + 3]), int.from_bytes(data[start + 3 : start + 5])
            fault = "" if data.rfind(b"\xff\xd9") > end else "it breaks off: its end marker is missing"
            return StreamInfo(
                rows,
                columns,
                data[start + 5],
                data[start],
                process=marker,
                adobe_transform=adobe,
                looks_ybr=_looks_ybr(data[start + 6 : end], is_jfif=is_jfif),
                fault=fault,
            )
        elif marker == 0xDA:
            return None
    return None


def _looks_ybr(components: bytes, *, is_jfif: bool) -> bool | None:
    """Tell YBR by the components of a frame header, three bytes each (ISO/IEC 10918-1 B.2.2, 10918-5 for JFIF)."""
    names, sizes = components[0:9:3], components[1:9:3]
    if names == b"RGB":
        return False
    if is_jfif or (len(sizes) == 3 and sizes[0] > sizes[1] == sizes[2]):
        return True
    return None


def _segments(data: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Give (marker, start, end) of marker segments."""
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _STANDALONE:
            at += 2
        else:
            end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
            yield marker, at + 4, min(end, len(data))
            at = end


def _jpeg_2000(data: bytes) -> StreamInfo | None:
    start = data.find(_J2K_START)
    if start < 0:
        return None
    info: StreamInfo | None = None
    transform = reversible = 0
    fault = ""
    for marker, at, end in _segments(data, start + 2):
        if marker == 0x51 and end - at >= 39:
            corners = [int.from_bytes(data[at + 2 + 4 * i : at + 6 + 4 * i]) for i in range(4)]
            depth = data[at + 36]
            fault = _size_fault(data[at:end])
            info = StreamInfo(
                corners[1] - corners[3],
                corners[0] - corners[2],
                int.from_bytes(data[at + 34 : at + 36]),
                (depth & 0x7F) + 1,
                is_signed=bool(depth & 0x80),
            )
        elif marker == 0x52 and end - at >= 10:
            transform, reversible = data[at + 4], data[at + 9]
        elif marker == 0x90:
            if info is None:
                return None
            fault = fault or _tile_fault(data, at - 4)
            return StreamInfo(
                info.rows,
                info.columns,
                info.components,
                info.bits,
                info.is_signed,
                is_reversible=reversible == 1,
                has_component_transform=transform == 1,
                fault=fault,
            )
    return None


def _size_fault(segment: bytes) -> str:
    """Check the grid of tiles, over which decoders stumble (ISO/IEC 15444-1 B.3)."""
    across, down, left, top, tile_across, tile_down, tile_left, tile_top = unpack_from(">8I", segment, 2)
    components = segment[36 : 36 + 3 * int.from_bytes(segment[34:36])]
    if left >= across or top >= down or not components:
        return "its image area is empty"
    if not (tile_left <= left < tile_left + tile_across and tile_top <= top < tile_top + tile_down):
        return "its first tile lies outside the image"
    if -(-(across - tile_left) // tile_across) * -(-(down - tile_top) // tile_down) > _MOST_TILES:
        return "it has more tiles than a stream can have"
    if len(components) % 3 or any(step != 1 for index, step in enumerate(components) if index % 3):
        return "its samples differ in size, which is not read"
    return ""


def _tile_fault(data: bytes, at: int) -> str:
    """Follow the lengths of the tile-parts to the end of the stream (ISO/IEC 15444-1 A.4.2)."""
    while data[at : at + 2] == b"\xff\x90":
        length = int.from_bytes(data[at + 6 : at + 10])
        if length == 0:
            return "" if data.rstrip(b"\0").endswith(b"\xff\xd9") else "it breaks off: its end marker is missing"
        if length < 14 or at + length > len(data):
            return f"a tile of {length} bytes begins at byte {at} of {len(data)}"
        at += length
    return ""


def _jpeg_xl(data: bytes) -> StreamInfo | None:
    if data[:2] != b"\xff\x0a":
        at = max(data.find(b"jxlc") + 4, data.find(b"jxlp") + 8 if b"jxlp" in data[:4096] else 0)
        data = data[at : at + 32]
        if data[:2] != b"\xff\x0a":
            return None
    bits = _Bits(int.from_bytes(data[2:16], "little"))
    small = bits.take(1)
    rows = 8 * (bits.take(5) + 1) if small else bits.take_size()
    ratio = bits.take(3)
    if ratio:
        across, down = _XL_RATIOS[ratio]
        return StreamInfo(rows, rows * across // down, 0, 0)
    columns = 8 * (bits.take(5) + 1) if small else bits.take_size()
    return StreamInfo(rows, columns, 0, 0)


class _Bits:
    """Bits taken lowest first (ISO/IEC 18181-1)."""

    def __init__(self, value: int) -> None:
        self._value = value

    def take(self, count: int) -> int:
        found = self._value & ((1 << count) - 1)
        self._value >>= count
        return found

    def take_size(self) -> int:
        return self.take((9, 13, 18, 30)[self.take(2)]) + 1
