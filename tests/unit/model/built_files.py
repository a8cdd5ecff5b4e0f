"""Small DICOM files built in memory, in every way that pixels can be packed."""

import struct
import zlib
from collections.abc import Callable, Sequence
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset, write_file_meta_info
from pydicom.uid import UID

Array = NDArray[Any]
IMPLICIT, EXPLICIT, BIG = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"
DEFLATED, ENCAPSULATED, DEFLATED_FRAME = f"{EXPLICIT}.99", f"{EXPLICIT}.98", f"{IMPLICIT}.8.1"
BASELINE, EXTENDED, LOSSLESS, LOSSLESS_SV1 = (f"{IMPLICIT}.4.{number}" for number in (50, 51, 57, 70))
JPEG_LS, J2K_LOSSLESS, J2K = f"{IMPLICIT}.4.80", f"{IMPLICIT}.4.90", f"{IMPLICIT}.4.91"
XL_LOSSLESS, XL_JPEG, XL = (f"{IMPLICIT}.4.{number}" for number in (110, 111, 112))
HT_LOSSLESS, HT_RPCL, HT = (f"{IMPLICIT}.4.{number}" for number in (201, 202, 203))
RLE = f"{IMPLICIT}.5"
CT_CLASS = "1.2.840.10008.5.1.4.1.1.2"
ITEM, DELIMITER = b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0\0\0\0\0"


def grey(rows: int = 12, columns: int = 10, *, bits: int = 12, frames: int = 1, signed: bool = False) -> Array:
    """Give a smooth ramp with a little texture: (rows, columns), or (frames, rows, columns)."""
    y, x, z = np.mgrid[0:rows, 0:columns, 0:frames]
    values = (y * 37 + x * 11 + z * 101 + (x * y) % 7) % (1 << bits)
    kind = np.uint8 if bits <= 8 else np.uint16 if bits <= 16 else np.uint32
    found: Array = values.transpose(2, 0, 1).astype(kind)
    if signed:
        found = (values.transpose(2, 0, 1) - (1 << bits - 1)).astype(np.dtype(kind).name[1:])
    plane: Array = found[0]
    return plane if frames == 1 else found


def colour(rows: int = 12, columns: int = 10) -> Array:
    """Give (rows, columns, 3) of uint8: smooth, so that lossy codecs keep it."""
    y, x = np.mgrid[0:rows, 0:columns]
    return np.stack([y * 15 + 20, x * 15 + 30, (x + y) * 8 + 10], axis=-1).astype(np.uint8)


def header(pixels: Array | None = None, *, frames: int = 1, **values: Any) -> Dataset:
    """Give a dataset that describes pixels; ``values`` override or add, None removes."""
    ds = Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID = CT_CLASS, "1.2.3.4.5"
    ds.StudyInstanceUID, ds.SeriesInstanceUID = "1.2.3.4", "1.2.3.4.4"
    ds.PatientName, ds.PatientID, ds.Modality = "Made^By^Hand", "P1", "OT"
    if pixels is not None:
        plane = pixels[0] if frames > 1 else pixels
        ds.Rows, ds.Columns = plane.shape[:2]
        ds.SamplesPerPixel = 3 if plane.ndim == 3 else 1
        ds.PhotometricInterpretation = "RGB" if plane.ndim == 3 else "MONOCHROME2"
        ds.BitsAllocated = ds.BitsStored = plane.dtype.itemsize * 8
        ds.HighBit = ds.BitsStored - 1
        ds.PixelRepresentation = 1 if plane.dtype.kind == "i" else 0
        if plane.ndim == 3:
            ds.PlanarConfiguration = 0
        if frames > 1:
            ds.NumberOfFrames = frames
    for keyword, value in values.items():
        if value is None:
            delattr(ds, keyword)
        else:
            setattr(ds, keyword, value)
    return ds


def part10(ds: Dataset, pixel_element: bytes, uid: str = EXPLICIT) -> bytes:
    """Give a file: preamble, meta information, the dataset, and the bytes of the pixel data element after it."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = UID(ds.get("SOPClassUID", "1.2"))
    meta.MediaStorageSOPInstanceUID = UID("1.2.3.4.5")
    meta.TransferSyntaxUID, meta.ImplementationClassUID = UID(uid), UID("1.2.3")
    out = DicomBytesIO()
    out.is_little_endian, out.is_implicit_VR = True, False
    write_file_meta_info(out, meta)
    body = DicomBytesIO()
    body.is_little_endian, body.is_implicit_VR = uid != BIG, uid == IMPLICIT
    write_dataset(body, ds)
    data = body.getvalue() + pixel_element
    if uid == DEFLATED:
        packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        data = packer.compress(data) + packer.flush()
    return b"\0" * 128 + b"DICM" + out.getvalue() + data


def native_element(
    data: bytes, uid: str = EXPLICIT, *, tag: tuple[int, int] = (0x7FE0, 0x0010), vr: str = "OW"
) -> bytes:
    """Give a pixel data element of defined length."""
    data += b"\0" * (len(data) % 2)
    order = ">" if uid == BIG else "<"
    if uid == IMPLICIT:
        return struct.pack("<HHI", *tag, len(data)) + data
    return struct.pack(f"{order}HH2sHI", *tag, vr.encode(), 0, len(data)) + data


def fragments_element(fragments: Sequence[bytes], table: bytes = b"", *, ended: bool = True) -> bytes:
    """Give an encapsulated pixel data element."""
    parts = [struct.pack("<HH2sHI", 0x7FE0, 0x0010, b"OB", 0, 0xFFFFFFFF), item(table)]
    parts += [item(fragment + b"\0" * (len(fragment) % 2)) for fragment in fragments]
    return b"".join(parts) + (DELIMITER if ended else b"")


def item(data: bytes) -> bytes:
    """Give an item with its header."""
    return ITEM + struct.pack("<I", len(data)) + data


def offset_table(fragments: Sequence[bytes], *, firsts: Sequence[int] | None = None) -> bytes:
    """Give a right basic offset table; ``firsts`` are the fragments with which frames begin."""
    offsets, at = [], 0
    for fragment in fragments:
        offsets.append(at)
        at += 8 + len(fragment) + len(fragment) % 2
    chosen = offsets if firsts is None else [offsets[index] for index in firsts]
    return struct.pack(f"<{len(chosen)}I", *chosen)


def native_file(pixels: Array, uid: str = EXPLICIT, *, frames: int = 1, vr: str = "OW", **values: Any) -> bytes:
    """Give a file with pixels as they are."""
    data = pixels.astype(pixels.dtype.newbyteorder(">" if uid == BIG else "<")).tobytes()
    if uid == BIG and pixels.dtype.itemsize == 1 and vr == "OW":
        data = np.frombuffer(data + b"\0" * (len(data) % 2), "<u2").byteswap().tobytes()
    return part10(header(pixels, frames=frames, **values), native_element(data, uid, vr=vr), uid)


def compressed_file(pixels: Array, uid: str, *, frames: int = 1, table: bool = False, **values: Any) -> bytes:
    """Give a file with each frame compressed by the codec of its transfer syntax, one fragment a frame."""
    planes = list(pixels) if frames > 1 else [pixels]
    fragments = [encode(plane, uid) for plane in planes]
    element = fragments_element(fragments, offset_table(fragments) if table else b"")
    return part10(header(pixels, frames=frames, **values), element, uid)


def encode(plane: Array, uid: str) -> bytes:
    """Compress one frame."""
    return _ENCODERS[uid](np.ascontiguousarray(plane))


def _jpeg(plane: Array, **options: Any) -> bytes:
    return bytes(imagecodecs.jpeg8_encode(plane.view(f"u{plane.itemsize}"), **options))


def _jpeg_lossless(plane: Array) -> bytes:
    colours = {"colorspace": "RGB", "outcolorspace": "RGB"} if plane.ndim == 3 else {}
    return _jpeg(plane, lossless=True, bitspersample=plane.itemsize * 8, **colours)


def _jpeg_2000(plane: Array) -> bytes:
    return bytes(imagecodecs.jpeg2k_encode(plane, level=0, reversible=True, codecformat="J2K"))


def _rle(plane: Array) -> bytes:
    """Literal runs only (PS3.5 annex G)."""
    samples = plane.reshape(*plane.shape[:2], -1)
    segments = []
    for sample in range(samples.shape[2]):
        big = np.ascontiguousarray(samples[:, :, sample]).astype(plane.dtype.newbyteorder(">"))
        for byte in big.view(np.uint8).reshape(-1, plane.itemsize).T:
            raw = byte.tobytes()
            runs = [raw[at : at + 128] for at in range(0, len(raw), 128)]
            segment = b"".join(bytes([len(run) - 1]) + run for run in runs)
            segments.append(segment + b"\x80" * (len(segment) % 2))
    offsets = [64 + sum(map(len, segments[:index])) for index in range(len(segments))]
    return struct.pack("<16I", len(segments), *offsets, *[0] * (15 - len(offsets))) + b"".join(segments)


def _deflate(plane: Array) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(plane.tobytes()) + packer.flush()


_ENCODERS: dict[str, Callable[[Array], bytes]] = {
    BASELINE: lambda plane: _jpeg(plane, level=98),
    EXTENDED: lambda plane: _jpeg(plane, level=98, bitspersample=12),
    LOSSLESS: _jpeg_lossless,
    LOSSLESS_SV1: _jpeg_lossless,
    JPEG_LS: lambda plane: bytes(imagecodecs.jpegls_encode(plane.view(f"u{plane.itemsize}"))),
    J2K_LOSSLESS: _jpeg_2000,
    J2K: _jpeg_2000,
    HT_LOSSLESS: lambda plane: bytes(imagecodecs.htj2k_encode(plane)),
    HT_RPCL: lambda plane: bytes(imagecodecs.htj2k_encode(plane)),
    HT: lambda plane: bytes(imagecodecs.htj2k_encode(plane)),
    XL_LOSSLESS: lambda plane: bytes(imagecodecs.jpegxl_encode(plane, lossless=True)),
    XL_JPEG: lambda plane: bytes(imagecodecs.jpegxl_encode_jpeg(_jpeg(plane, level=95))),
    XL: lambda plane: bytes(imagecodecs.jpegxl_encode(plane, lossless=True)),
    RLE: _rle,
    DEFLATED_FRAME: _deflate,
    ENCAPSULATED: lambda plane: plane.tobytes(),
}
COMPRESSED = tuple(_ENCODERS)
LOSSLESS_SYNTAXES = tuple(uid for uid in COMPRESSED if uid not in (BASELINE, EXTENDED, XL_JPEG))
NATIVE = (IMPLICIT, EXPLICIT, BIG, DEFLATED)


def sample_file(uid: str, *, frames: int = 1) -> bytes:
    """Give a small grey file in any transfer syntax that is read."""
    if uid in NATIVE:
        return native_file(grey(frames=frames), uid, frames=frames, BitsStored=12, HighBit=11)
    bits = 8 if uid in (BASELINE, XL_JPEG) else 12
    return compressed_file(grey(bits=bits, frames=frames), uid, frames=frames, BitsStored=bits, HighBit=bits - 1)
