"""Every transfer syntax of PS3.6 table A-1: its name, how its pixels are packed, or why they are not read."""

from enum import StrEnum

from workstation.model.refusal import Reason, Refused
from workstation.quick_dataclass import dataclass

IMPLICIT = "1.2.840.10008.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
DEFLATED = "1.2.840.10008.1.2.1.99"
BIG_ENDIAN = "1.2.840.10008.1.2.2"
PAPYRUS = "1.2.840.10008.1.20"
GE_PRIVATE = "1.2.840.113619.5.2"
"""Implicit little endian with pixels in big endian, of older GE scanners."""


class Codec(StrEnum):
    """The ways in which the pixels of a frame are packed."""

    NATIVE = "native"
    ENCAPSULATED_NATIVE = "native, one fragment a frame"
    DEFLATED_FRAME = "deflate"
    RLE = "RLE"
    JPEG = "JPEG"
    JPEG_LS = "JPEG-LS"
    JPEG_2000 = "JPEG 2000"
    HTJ2K = "HTJ2K"
    JPEG_XL = "JPEG XL"
    VIDEO = "video"
    REMOTE = "pixels on a server"
    NONE = "no decoder"


@dataclass(frozen=True, slots=True)
class TransferSyntax:
    """One transfer syntax; ``lossless`` says that nothing is lost by the syntax itself."""

    uid: str
    name: str
    codec: Codec
    lossless: bool = True

    @property
    def is_read(self) -> bool:
        """Whether its pixels can be decoded here."""
        return self.codec not in (Codec.VIDEO, Codec.REMOTE, Codec.NONE)

    @property
    def is_encapsulated(self) -> bool:
        """Whether its pixel data lie in fragments (PS3.5 A.4)."""
        return self.codec is not Codec.NATIVE


_ROOT = IMPLICIT
_ROWS: tuple[tuple[str, str, Codec, bool], ...] = (
    ("", "Implicit VR Little Endian", Codec.NATIVE, True),
    (".1", "Explicit VR Little Endian", Codec.NATIVE, True),
    (".1.98", "Encapsulated Uncompressed Explicit VR Little Endian", Codec.ENCAPSULATED_NATIVE, True),
    (".1.99", "Deflated Explicit VR Little Endian", Codec.NATIVE, True),
    (".2", "Explicit VR Big Endian (retired)", Codec.NATIVE, True),
    (".4.50", "JPEG Baseline (Process 1)", Codec.JPEG, False),
    (".4.51", "JPEG Extended (Process 2 and 4)", Codec.JPEG, False),
    (".4.52", "JPEG Extended (Process 3 and 5) (retired)", Codec.NONE, False),
    (".4.53", "JPEG Spectral Selection, Non-Hierarchical (Process 6 and 8) (retired)", Codec.JPEG, False),
    (".4.54", "JPEG Spectral Selection, Non-Hierarchical (Process 7 and 9) (retired)", Codec.NONE, False),
    (".4.55", "JPEG Full Progression, Non-Hierarchical (Process 10 and 12) (retired)", Codec.JPEG, False),
    (".4.56", "JPEG Full Progression, Non-Hierarchical (Process 11 and 13) (retired)", Codec.NONE, False),
    (".4.57", "JPEG Lossless, Non-Hierarchical (Process 14)", Codec.JPEG, True),
    (".4.58", "JPEG Lossless, Non-Hierarchical (Process 15) (retired)", Codec.NONE, True),
    (".4.59", "JPEG Extended, Hierarchical (Process 16 and 18) (retired)", Codec.NONE, False),
    (".4.60", "JPEG Extended, Hierarchical (Process 17 and 19) (retired)", Codec.NONE, False),
    (".4.61", "JPEG Spectral Selection, Hierarchical (Process 20 and 22) (retired)", Codec.NONE, False),
    (".4.62", "JPEG Spectral Selection, Hierarchical (Process 21 and 23) (retired)", Codec.NONE, False),
    (".4.63", "JPEG Full Progression, Hierarchical (Process 24 and 26) (retired)", Codec.NONE, False),
    (".4.64", "JPEG Full Progression, Hierarchical (Process 25 and 27) (retired)", Codec.NONE, False),
    (".4.65", "JPEG Lossless, Hierarchical (Process 28) (retired)", Codec.NONE, True),
    (".4.66", "JPEG Lossless, Hierarchical (Process 29) (retired)", Codec.NONE, True),
    (".4.70", "JPEG Lossless, Non-Hierarchical, First-Order Prediction (Process 14)", Codec.JPEG, True),
    (".4.80", "JPEG-LS Lossless", Codec.JPEG_LS, True),
    (".4.81", "JPEG-LS Lossy (Near-Lossless)", Codec.JPEG_LS, False),
    (".4.90", "JPEG 2000 (Lossless Only)", Codec.JPEG_2000, True),
    (".4.91", "JPEG 2000", Codec.JPEG_2000, False),
    (".4.92", "JPEG 2000 Part 2 Multi-component (Lossless Only)", Codec.JPEG_2000, True),
    (".4.93", "JPEG 2000 Part 2 Multi-component", Codec.JPEG_2000, False),
    (".4.94", "JPIP Referenced", Codec.REMOTE, False),
    (".4.95", "JPIP Referenced Deflate", Codec.REMOTE, False),
    (".4.100", "MPEG2 Main Profile / Main Level", Codec.VIDEO, False),
    (".4.100.1", "Fragmentable MPEG2 Main Profile / Main Level", Codec.VIDEO, False),
    (".4.101", "MPEG2 Main Profile / High Level", Codec.VIDEO, False),
    (".4.101.1", "Fragmentable MPEG2 Main Profile / High Level", Codec.VIDEO, False),
    (".4.102", "MPEG-4 AVC/H.264 High Profile / Level 4.1", Codec.VIDEO, False),
    (".4.102.1", "Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.1", Codec.VIDEO, False),
    (".4.103", "MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1", Codec.VIDEO, False),
    (".4.103.1", "Fragmentable MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1", Codec.VIDEO, False),
    (".4.104", "MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video", Codec.VIDEO, False),
    (".4.104.1", "Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video", Codec.VIDEO, False),
    (".4.105", "MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video", Codec.VIDEO, False),
    (".4.105.1", "Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video", Codec.VIDEO, False),
    (".4.106", "MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2", Codec.VIDEO, False),
    (".4.106.1", "Fragmentable MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2", Codec.VIDEO, False),
    (".4.107", "HEVC/H.265 Main Profile / Level 5.1", Codec.VIDEO, False),
    (".4.108", "HEVC/H.265 Main 10 Profile / Level 5.1", Codec.VIDEO, False),
    (".4.110", "JPEG XL Lossless", Codec.JPEG_XL, True),
    (".4.111", "JPEG XL JPEG Recompression", Codec.JPEG_XL, False),
    (".4.112", "JPEG XL", Codec.JPEG_XL, False),
    (".4.201", "High-Throughput JPEG 2000 (Lossless Only)", Codec.HTJ2K, True),
    (".4.202", "High-Throughput JPEG 2000 with RPCL Options (Lossless Only)", Codec.HTJ2K, True),
    (".4.203", "High-Throughput JPEG 2000", Codec.HTJ2K, False),
    (".4.204", "JPIP HTJ2K Referenced", Codec.REMOTE, False),
    (".4.205", "JPIP HTJ2K Referenced Deflate", Codec.REMOTE, False),
    (".5", "RLE Lossless", Codec.RLE, True),
    (".6.1", "RFC 2557 MIME Encapsulation (retired)", Codec.NONE, True),
    (".6.2", "XML Encoding (retired)", Codec.NONE, True),
    (".7.1", "SMPTE ST 2110-20 Uncompressed Progressive Active Video", Codec.VIDEO, True),
    (".7.2", "SMPTE ST 2110-20 Uncompressed Interlaced Active Video", Codec.VIDEO, True),
    (".7.3", "SMPTE ST 2110-30 PCM Digital Audio", Codec.VIDEO, True),
    (".8.1", "Deflated Image Frame Compression", Codec.DEFLATED_FRAME, True),
)
TRANSFER_SYNTAXES: dict[str, TransferSyntax] = {
    _ROOT + suffix: TransferSyntax(_ROOT + suffix, name, codec, lossless) for suffix, name, codec, lossless in _ROWS
} | {
    PAPYRUS: TransferSyntax(PAPYRUS, "Papyrus 3 Implicit VR Little Endian (retired)", Codec.NATIVE),
    GE_PRIVATE: TransferSyntax(GE_PRIVATE, "GE Private Implicit VR with big endian pixels", Codec.NATIVE),
}

_WHY = {
    Codec.VIDEO: (
        "video streams are not decoded.",
        "Ask the sender for single images or a JPEG cine, or play it with a video player.",
    ),
    Codec.REMOTE: (
        "the file holds only the address of its pixels, which lie on a JPIP server.",
        "Retrieve it again in another transfer syntax.",
    ),
    Codec.NONE: (
        "there is no decoder for it.",
        "Convert it with the software that made it, or retrieve it in another transfer syntax.",
    ),
}


def readable_syntax(uid: str, name: str) -> TransferSyntax:
    """Give the transfer syntax of a file whose pixels are wanted.

    Raises
    ------
    Refused
        UNKNOWN_TRANSFER_SYNTAX where the UID is in no table; UNSUPPORTED_TRANSFER_SYNTAX, by name.
    """
    syntax = TRANSFER_SYNTAXES.get(uid)
    if syntax is None:
        raise Refused(
            Reason.UNKNOWN_TRANSFER_SYNTAX,
            f"{name}: its transfer syntax {uid[:80]!r} is not one of DICOM's.",
            hint="Retrieve it again in a standard transfer syntax.",
        )
    if not syntax.is_read:
        why, hint = _WHY[syntax.codec]
        raise Refused(
            Reason.UNSUPPORTED_TRANSFER_SYNTAX, f"{name}: it is stored as {syntax.name} ({uid}), and {why}", hint=hint
        )
    return syntax
