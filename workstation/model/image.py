"""An image: its header at once, its frames one by one when they are asked for."""

import os
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from workstation.model.attributes import integer, text, words
from workstation.model.frame import Frame, Photometric
from workstation.model.frame_parts import PixelDescription, SupplementalPalette
from workstation.model.geometry import Plane, Spacing
from workstation.model.index.records import Place
from workstation.model.pixels.codestreams import sniffed_syntax
from workstation.model.pixels.colour import sixteen_bits, ybr_to_rgb
from workstation.model.pixels.decoders import decode
from workstation.model.pixels.description import describe
from workstation.model.pixels.encapsulation import Encapsulated, extended_table
from workstation.model.pixels.functional_groups import FunctionalGroups
from workstation.model.pixels.native import (
    byte_span,
    is_big_endian,
    stored_values,
    swap16,
    unpack_frame,
)
from workstation.model.pixels.overlays import frame_overlays
from workstation.model.pixels.palette import palette_colours, supplemental_palette
from workstation.model.pixels.placement import frame_plane
from workstation.model.pixels.shutters import frame_shutter
from workstation.model.pixels.spacing import detector_spacing, frame_spacing, spacing_doubts
from workstation.model.pixels.thumbnails import reduced
from workstation.model.pixels.tiles import tile_of
from workstation.model.pixels.transfer_syntaxes import TRANSFER_SYNTAXES, Codec, TransferSyntax, readable_syntax
from workstation.model.pixels.ultrasound import UltrasoundRegion
from workstation.model.pixels.ultrasound_reading import ultrasound_regions
from workstation.model.pixels.voi import has_rescale, modality_transform, padding_range, rescale_doubts, voi_choices
from workstation.model.reading import Header, PixelElement, read_header
from workstation.model.refusal import Reason, Refused
from workstation.model.source import Source, Stream, source_of

Array = NDArray[Any]
_SNIFFED_BYTES = 1 << 16


class Image:
    """One instance with pixels; safe to use from several threads at once.

    Use `open` (or `from_source`); the file is opened again for each frame, so that many images can be open.
    """

    def __init__(self, header: Header, pixels: PixelElement, syntax: TransferSyntax) -> None:
        self.dataset: Dataset = header.dataset
        self._source: Source = header.source
        self._pixels = pixels
        self._syntax = syntax
        self.description: PixelDescription = describe(
            header.dataset, syntax.uid, pixel_tag=pixels.tag, pixel_bytes=pixels.length, name=header.source.name
        )
        self.groups = FunctionalGroups(header.dataset)
        self._fragments = self._encapsulated()

    @classmethod
    def open(cls, place: Place | Path) -> "Image":
        """Read the header of an image.

        Raises
        ------
        Refused
            NO_IMAGE, PIXELS_MISSING, BAD_PIXEL_DESCRIPTION, TOO_LARGE, UNKNOWN_TRANSFER_SYNTAX,
            UNSUPPORTED_TRANSFER_SYNTAX, and all reasons of `workstation.model.reading.read_dataset`.
        """
        return cls.from_source(source_of(place))

    @classmethod
    def from_source(cls, source: Source) -> "Image":
        """Read the header of an image whose bytes come from anywhere; raises as `open`."""
        return cls.from_header(read_header(source))

    @classmethod
    def from_header(cls, header: Header) -> "Image":
        """Take a header that was read; raises as `open`."""
        source, dataset = header.source, header.dataset
        if header.pixels is None and "PixelDataProviderURL" not in dataset and not integer(dataset, "Rows"):
            raise Refused(Reason.NO_IMAGE, f"{source.name}: this is {_kind(dataset)}, which holds no image.")
        syntax = readable_syntax(_syntax_uid(header), source.name)
        if header.pixels is None or header.pixels.length == 0:
            raise Refused(
                Reason.PIXELS_MISSING,
                f"{source.name}: it describes an image of {integer(dataset, 'Columns')} x {integer(dataset, 'Rows')} "
                "pixels, but the pixel data are missing.",
                hint="Copy or request the file again.",
            )
        return cls(header, header.pixels, syntax)

    def _encapsulated(self) -> Encapsulated | None:
        if self._pixels.length is not None:
            if self._syntax.is_encapsulated:
                raise Refused(
                    Reason.DAMAGED_PIXELS,
                    f"{self._source.name}: by its transfer syntax ({self._syntax.name}) the pixels are in fragments, "
                    f"but the file has {self._pixels.length} bytes without any.",
                )
            return None
        codec = self._syntax.codec if self._syntax.is_encapsulated else Codec.ENCAPSULATED_NATIVE
        pairs = extended_table(
            _very_long(self.dataset, "ExtendedOffsetTable"), _very_long(self.dataset, "ExtendedOffsetTableLengths")
        )
        return Encapsulated(self._pixels.offset, self.number_of_frames, codec, extended=pairs)

    @property
    def number_of_frames(self) -> int:
        """How many frames the header declares."""
        return self.description.number_of_frames

    @property
    def transfer_syntax(self) -> TransferSyntax:
        """How the pixels are packed."""
        return self._syntax

    def frame(self, number: int = 0) -> Frame:
        """Decode one frame, and nothing but that.

        Parameters
        ----------
        number
            From 0.

        Raises
        ------
        Refused
            PIXELS_MISSING, DAMAGED_PIXELS, TRUNCATED, TOO_LARGE, BAD_PIXEL_DESCRIPTION (a palette), VANISHED, CHANGED,
            NO_PERMISSION or READ_ERROR.
        """
        allocated, is_rgb = self._allocated(number)
        return self._finished(allocated, number, is_rgb=is_rgb)

    def stored(self, number: int = 0) -> Array:
        """Give a frame as stored, colours not converted: (rows, columns) or (rows, columns, 3); raises as `frame`."""
        return stored_values(self.description, self._allocated(number)[0])

    def thumbnail(self, size_px: int, number: int | None = None) -> Frame:
        """Give a frame, the middle one by default, at no more than ``size_px`` pixels a side; raises as `frame`.

        High-throughput JPEG 2000 is decoded at reduced resolution, everything else in full and averaged down. The
        spacing fits the smaller picture; it has no overlays, shutter or plane.
        """
        chosen = self.number_of_frames // 2 if number is None else number
        self._check_number(chosen)
        small = None
        if self._fragments is not None:
            with self._source.open() as stream:
                data = self._fragments.frame(stream, chosen)
            small = reduced(self.description, self._syntax.codec, data, size_px)
        allocated, is_rgb = small or self._allocated(chosen)
        full = self._finished(allocated, chosen, is_rgb=is_rgb, plain=True)
        return _averaged(full, size_px, self.description, self.spacing(chosen))

    def spacing(self, number: int = 0) -> Spacing:
        """Give the distance of the pixels of a frame, and the attribute it comes from."""
        return frame_spacing(self.groups, number)

    def plane(self, number: int = 0) -> Plane | None:
        """Give where a frame lies in the patient; None where the file does not say."""
        return frame_plane(self.groups, number, self.spacing(number))

    def ultrasound_regions(self, number: int = 0) -> tuple[UltrasoundRegion, ...]:
        """Give the regions of an ultrasound frame, whatever their axes are."""
        return ultrasound_regions(self.groups, number)

    def detector_spacing(self, number: int = 0) -> Spacing | None:
        """Give the distance of the pixels of a frame at the detector; None where the file has none."""
        return detector_spacing(self.groups, number)

    def spacing_doubts(self, number: int = 0) -> tuple[str, ...]:
        """Give sentences about what the header says of its spacing that cannot be true, or contradicts itself."""
        return spacing_doubts(self.groups, number)

    def rescale_doubts(self, number: int = 0) -> tuple[str, ...]:
        """Give sentences about what the header says of the way to modality values that cannot be true."""
        return () if self.description.samples_per_pixel > 1 else rescale_doubts(self.groups, number)

    def has_rescale(self, number: int = 0) -> bool:
        """Tell whether the header says how the stored values of a frame become modality values."""
        return has_rescale(self.groups, number)

    def close(self) -> None:
        """Give back what is held in memory (entries of archives, inflated datasets)."""
        self._source.close()

    def __enter__(self) -> "Image":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _check_number(self, number: int) -> None:
        if not 0 <= number < self.number_of_frames:
            raise Refused(
                Reason.PIXELS_MISSING,
                f"{self._source.name}: there is no frame {number + 1}; it has {self.number_of_frames}.",
            )

    def _allocated(self, number: int) -> tuple[Array, bool]:
        """Give all allocated bits of a frame, and whether its colours are RGB already."""
        self._check_number(number)
        with self._source.open() as stream:
            if self._fragments is None:
                return self._native(stream, number), False
            data = self._fragments.frame(stream, number)
        if not self._syntax.is_encapsulated:
            return unpack_frame(self.description, self._whole(data, number)), False
        try:
            decoded = decode(self.description, data, number=number, threads=min(4, os.cpu_count() or 1))
        except Refused as refused:
            raise Refused(refused.reason, f"{self._source.name}: {refused.message}", hint=refused.hint) from refused
        return decoded.words, decoded.is_rgb

    def _whole(self, data: bytes, number: int) -> bytes:
        _offset, length = byte_span(self.description, 0)
        if len(data) < length:
            raise self._missing(number, length, len(data))
        return data[:length]

    def _native(self, stream: Stream, number: int) -> Array:
        offset, length = byte_span(self.description, number)
        available = self._pixels.length or 0
        if offset + length > available:
            raise self._missing(number, offset + length, available)
        swap = is_big_endian(self.description) and self._pixels.vr == "OW" and self.description.bits_allocated <= 8
        begin, end = (offset & ~1, min(available, offset + length + 1 & ~1)) if swap else (offset, offset + length)
        data = stream.take(self._pixels.offset + begin, end - begin, f"frame {number + 1}")
        if swap:
            data = swap16(data)[offset - begin : offset - begin + length]
        return unpack_frame(self.description, data, number)

    def _missing(self, number: int, wanted: int, there: int) -> Refused:
        d = self.description
        return Refused(
            Reason.PIXELS_MISSING,
            f"{self._source.name}: frame {number + 1} of {d.columns} x {d.rows} pixels of {d.bits_allocated} bits "
            f"in {d.samples_per_pixel} samples reaches to byte {wanted} of the pixel data, which have {there}.",
            hint="Copy or request the file again.",
        )

    def _finished(self, allocated: Array, number: int, *, is_rgb: bool, plain: bool = False) -> Frame:
        description = self.description
        pixels, photometric, bits = self._shown(allocated, is_rgb=is_rgb)
        spacing = self.spacing(number)
        transform = modality_transform(self.groups, description, number)
        inverse = text(self.dataset, "PresentationLUTShape") == "INVERSE" and photometric == "MONOCHROME2"
        return Frame(
            pixels=pixels,
            photometric=photometric,
            bits_stored=bits,
            spacing=spacing,
            modality=transform,
            voi=voi_choices(self.groups, description, transform, number),
            presentation_is_inverse=inverse,
            padding=padding_range(self.dataset, description) if photometric != "RGB" else None,
            overlays=() if plain else frame_overlays(self.dataset, description, allocated, number),
            shutter=None if plain else frame_shutter(self.groups, number),
            plane=None if plain else frame_plane(self.groups, number, spacing),
            number=number,
            supplemental=self._supplemental() if photometric == "MONOCHROME2" else None,
            tile=None if plain else tile_of(self.groups, number),
        )

    def _supplemental(self) -> SupplementalPalette | None:
        return supplemental_palette(self.dataset, is_signed=self.description.is_signed, name=self._source.name)

    def _shown(self, allocated: Array, *, is_rgb: bool) -> tuple[Array, Photometric, int]:
        description = self.description
        values = stored_values(description, allocated)
        if description.photometric == "PALETTE COLOR":
            colours, bits = palette_colours(
                self.dataset, values, is_signed=description.is_signed, name=self._source.name
            )
            return colours, "RGB", bits
        if description.samples_per_pixel == 1:
            inverted = description.photometric == "MONOCHROME1"
            return values, "MONOCHROME1" if inverted else "MONOCHROME2", description.bits_stored
        plain, bits = sixteen_bits(values.view(f"u{values.dtype.itemsize}"), description.bits_stored)
        if description.photometric.startswith("YBR") and not is_rgb:
            plain = ybr_to_rgb(plain, bits, partial="PARTIAL" in description.photometric)
        return plain, "RGB", bits


def _syntax_uid(header: Header) -> str:
    """Give the transfer syntax; of fragments under none or a native one, what their first bytes look like."""
    pixels = header.pixels
    named = text(header.dataset.file_meta, "TransferSyntaxUID")
    syntax = TRANSFER_SYNTAXES.get(named)
    if pixels is None or pixels.length is not None or (named and (syntax is None or syntax.is_encapsulated)):
        return header.transfer_syntax_uid
    with header.source.open() as stream:
        first = Encapsulated(pixels.offset, 1, Codec.NATIVE).fragments(stream, 0)[0]
        data = stream.take(first.offset, min(first.length, _SNIFFED_BYTES), "the first fragment")
    return sniffed_syntax(data) or header.transfer_syntax_uid


def _very_long(dataset: Dataset, keyword: str) -> bytes:
    try:
        value = getattr(dataset.get_item(keyword), "value", b"")
    except (KeyError, ValueError):
        return b""
    return value if isinstance(value, bytes) else words(dataset, keyword)


def _kind(dataset: Dataset) -> str:
    """Say what an object without pixels is."""
    uid = dataset.get("SOPClassUID")
    name = getattr(uid, "name", "") or ""
    if name and not name[0].isdigit():
        return f"a DICOM object of the class {name}"
    return (
        "a list of media (DICOMDIR)" if "DirectoryRecordSequence" in dataset else "a DICOM object without a known class"
    )


def _averaged(full: Frame, size_px: int, description: PixelDescription, spacing: Spacing) -> Frame:
    pixels = full.pixels
    step = max(1, -(-max(pixels.shape[:2]) // max(1, size_px)))
    rows, columns = pixels.shape[0] // step, pixels.shape[1] // step
    if step > 1 and rows and columns and full.supplemental is None:
        blocks = pixels[: rows * step, : columns * step].reshape(rows, step, columns, step, *pixels.shape[2:])
        pixels = blocks.mean(axis=(1, 3), dtype=np.float32).astype(pixels.dtype)
    elif step > 1:
        pixels = pixels[::step, ::step]
    scaled = Spacing(
        spacing.between_rows * description.rows / pixels.shape[0],
        spacing.between_columns * description.columns / pixels.shape[1],
        spacing.source,
        spacing.note,
    )
    return Frame(
        pixels=pixels,
        photometric=full.photometric,
        bits_stored=full.bits_stored,
        spacing=scaled,
        modality=full.modality,
        voi=full.voi,
        presentation_is_inverse=full.presentation_is_inverse,
        padding=full.padding,
        number=full.number,
        supplemental=full.supplemental,
    )
