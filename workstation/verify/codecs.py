"""Checks of decoding: every lossless transfer syntax that can be made here gives back the same pixels, to the bit."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import UID

from workstation.model.image import Image
from workstation.model.pixels.transfer_syntaxes import TRANSFER_SYNTAXES
from workstation.phantoms.known import known_image
from workstation.phantoms.writing import complete, put_frames
from workstation.verify.bench import Bench
from workstation.verify.check import Answer, Check

Pixels = NDArray[Any]
_ROOT = "1.2.840.10008.1.2"
_BIG_ENDIAN, _DEFLATED = f"{_ROOT}.2", f"{_ROOT}.1.99"
NATIVE = (_ROOT, f"{_ROOT}.1", _DEFLATED, _BIG_ENDIAN)
_RLE = f"{_ROOT}.5"
_YOUNG = (f"{_ROOT}.4.110", f"{_ROOT}.8.1")
"""Those that pydicom does not write yet."""
_HINT = "The decoder of this transfer syntax loses or moves bits, reads signed as unsigned, or the wrong byte first."


def _ljpeg(pixels: Pixels) -> bytes:
    import imagecodecs

    colours: dict[str, Any] = {"colorspace": "RGB", "outcolorspace": "RGB"} if pixels.ndim == 3 else {}
    plain = pixels.view(f"u{pixels.itemsize}")
    return bytes(imagecodecs.jpeg8_encode(plain, lossless=True, bitspersample=8 * pixels.itemsize, **colours))


def _jpegls(pixels: Pixels) -> bytes:
    import imagecodecs

    return bytes(imagecodecs.jpegls_encode(pixels.view(f"u{pixels.itemsize}")))


def _jpeg2k(pixels: Pixels) -> bytes:
    import imagecodecs

    return bytes(imagecodecs.jpeg2k_encode(pixels, level=0, reversible=True, codecformat="J2K"))


def _htj2k(pixels: Pixels) -> bytes:
    import imagecodecs

    return bytes(imagecodecs.htj2k_encode(pixels))


def _jpegxl(pixels: Pixels) -> bytes:
    import imagecodecs

    return bytes(imagecodecs.jpegxl_encode(pixels, lossless=True))


def _rle(pixels: Pixels) -> bytes:
    """Run lengths (PS3.5 annex G): a segment for each byte of each sample, the high byte first."""
    segments = []
    for sample in np.moveaxis(pixels.reshape(*pixels.shape[:2], -1), -1, 0):
        high_first = np.ascontiguousarray(sample).astype(pixels.dtype.newbyteorder(">"))
        for plane in high_first.view(np.uint8).reshape(-1, pixels.itemsize).T:
            packed = b"".join(_packed(plane[at : at + 128].tobytes()) for at in range(0, len(plane), 128))
            segments.append(packed + b"\x80" * (len(packed) % 2))
    offsets = [64 + sum(map(len, segments[:at])) for at in range(len(segments))]
    return struct.pack("<16I", len(segments), *offsets, *[0] * (15 - len(offsets))) + b"".join(segments)


def _packed(part: bytes) -> bytes:
    """Write up to 128 bytes: as a repetition where all are alike, else as they are."""
    if len(part) > 1 and len(set(part)) == 1:
        return bytes([257 - len(part), part[0]])
    return bytes([len(part) - 1]) + part


def _deflated(pixels: Pixels) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(pixels.tobytes()) + packer.flush()


ENCODERS: dict[str, Callable[[Pixels], bytes]] = {
    f"{_ROOT}.1.98": lambda pixels: pixels.tobytes(),
    f"{_ROOT}.4.57": _ljpeg,
    f"{_ROOT}.4.70": _ljpeg,
    f"{_ROOT}.4.80": _jpegls,
    f"{_ROOT}.4.90": _jpeg2k,
    f"{_ROOT}.4.110": _jpegxl,
    f"{_ROOT}.4.201": _htj2k,
    f"{_ROOT}.4.202": _htj2k,
    _RLE: _rle,
    f"{_ROOT}.8.1": _deflated,
}
"""By UID; of the other lossless syntaxes that are read (.4.92) there is no encoder here."""


def pattern(kind: str) -> Pixels:
    """Give pixels with edges, runs and noise, by a congruence (so that they are the same everywhere)."""
    rows, columns = np.indices((48, 64))
    noise = ((rows * 64 + columns) * 1103515245 + 12345) // 65536 % 4096
    values = np.where(columns < 16, 7, np.where(rows < 16, noise, (rows * 61 + columns * 37) % 4096))
    if kind == "colour":
        return np.stack([values % 256, values // 16, (rows * 5) % 256], axis=-1).astype(np.uint8)
    return (values - 2048).astype(np.int16) if kind == "signed" else values.astype(np.uint16)


def _written(pixels: Pixels, uid: str, named: str = "") -> Dataset:
    ds = known_image("codec", pixels, rescale=None)
    if uid in ENCODERS:
        put_frames(ds, [ENCODERS[uid](np.ascontiguousarray(pixels))])
    elif uid == _BIG_ENDIAN:
        data = pixels.astype(pixels.dtype.newbyteorder(">")).tobytes()
        ds.add_new(0x7FE00010, "OB" if pixels.itemsize == 1 else "OW", data)
    return complete(ds, UID(named or uid))


def digest(pixels: Pixels) -> str:
    """Give the SHA-256 of pixels in little endian, and their shape."""
    plain = np.ascontiguousarray(pixels).astype(pixels.dtype.newbyteorder("<"))
    size = " x ".join(map(str, pixels.shape))
    sign = "signed" if pixels.dtype.kind == "i" else "unsigned"
    return f"{size} {sign} {hashlib.sha256(plain.tobytes()).hexdigest()[:24]}"


def lossless(bench: Bench) -> Iterator[Check]:
    """Check each syntax with unsigned, signed and colour pixels."""
    for uid in (*NATIVE, *ENCODERS):
        for kind in ("unsigned", "signed", "colour"):
            if (kind == "signed" and uid.endswith(".4.110")) or (kind == "colour" and uid == f"{_ROOT}.8.1"):
                continue  # JPEG XL has no signed samples; a deflated frame is of one sample here
            pixels = pattern(kind)
            name = TRANSFER_SYNTAXES[uid].name
            yield Check(
                f"{uid.removeprefix('1.2.840.10008.')}.{kind}",
                f"{name}: {kind} pixels come back to the bit",
                "the pixels that were encoded, SHA-256",
                digest(pixels),
                _asking(bench, pixels, uid),
                hint=_HINT,
            )


def _asking(bench: Bench, pixels: Pixels, uid: str) -> Callable[[], Answer]:
    def asked() -> Answer:
        if uid not in _YOUNG:
            return digest(bench.image(_written(pixels, uid)).stored())
        path = bench.written([_written(pixels, uid, _RLE)]) / "000.dcm"
        path.write_bytes(_renamed(path.read_bytes(), uid))
        return digest(Image.open(path).stored())

    return asked


def _renamed(data: bytes, uid: str) -> bytes:
    """Put a transfer syntax into a file in place of RLE Lossless."""
    head = b"\x02\x00\x10\x00UI"
    before = head + struct.pack("<H", 20) + _RLE.encode() + b"\0"
    name = uid.encode() + b"\0" * (len(uid) % 2)
    if data.count(before) != 1 or data[132:140] != b"\x02\x00\x00\x00UL\x04\x00":
        raise ValueError("the File Meta Information is not as it was written")
    length = struct.unpack("<I", data[140:144])[0] + len(name) - 20
    renamed = data.replace(before, head + struct.pack("<H", len(name)) + name)
    return renamed[:140] + struct.pack("<I", length) + renamed[144:]


def colours(bench: Bench) -> Iterator[Check]:
    """Check colours that are stored as luminance and two differences, and planes one after the other."""
    stored = np.zeros((4, 6, 3), np.uint8)
    stored[:, :2], stored[:, 2:4], stored[:, 4:] = (76, 85, 255), (150, 44, 21), (29, 255, 107)
    ds = known_image("ybr", stored, rescale=None, PhotometricInterpretation="YBR_FULL")
    yield Check(
        "ybr-full",
        "YBR_FULL of red, green and blue is shown in these colours",
        "PS3.3 C.7.6.3.1.2: Y 76, 150, 29; CB 85, 44, 255; CR 255, 21, 107 are red, green, blue, rounded",
        (255.0, 0.0, 0.0, 0.0, 255.0, 0.0, 0.0, 0.0, 255.0),
        lambda: tuple(float(each) for each in bench.frame(ds).pixels[0, [0, 2, 4]].reshape(-1)),
        2.0,
        "",
        "Luminance and colour differences are exchanged, or the formula is another.",
    )
    pixels = pattern("colour")
    planes = known_image("planes", pixels, rescale=None, PlanarConfiguration=1)
    planes.add_new(0x7FE00010, "OB", np.ascontiguousarray(np.moveaxis(pixels, -1, 0)).tobytes())
    yield Check(
        "planes",
        "Colours stored plane by plane come back to the bit",
        "PS3.3 C.7.6.3.1.3: all red samples, then green, then blue",
        digest(pixels),
        lambda: digest(bench.image(planes).stored()),
        hint="Planar Configuration is ignored.",
    )
