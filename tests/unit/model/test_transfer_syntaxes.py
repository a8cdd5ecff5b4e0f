"""The table of transfer syntaxes beside the one that pydicom carries, and what streams say of themselves."""

import sys

import imagecodecs
import numpy as np
import pytest
from pydicom._uid_dict import UID_dictionary

from tests.unit.model import built_files as built
from workstation.model.pixels.codestreams import read_info
from workstation.model.pixels.openjph import decode_htj2k
from workstation.model.pixels.transfer_syntaxes import GE_PRIVATE, TRANSFER_SYNTAXES, Codec


def test_that_every_transfer_syntax_of_the_standard_is_named() -> None:
    known = {str(uid) for uid, entry in UID_dictionary.items() if entry[1] == "Transfer Syntax"}
    assert known <= set(TRANSFER_SYNTAXES)
    beyond = {"1.2.840.10008.1.2.4.110", "1.2.840.10008.1.2.4.111", "1.2.840.10008.1.2.4.112", GE_PRIVATE}
    assert set(TRANSFER_SYNTAXES) - known <= beyond | {"1.2.840.10008.1.2.8.1", "1.2.840.10008.1.20"}


@pytest.mark.parametrize(
    ("uid", "codec"),
    [
        (built.BASELINE, Codec.JPEG),
        (built.LOSSLESS, Codec.JPEG),
        (built.JPEG_LS, Codec.JPEG_LS),
        (built.J2K, Codec.JPEG_2000),
        (built.HT, Codec.HTJ2K),
        (built.XL, Codec.JPEG_XL),
        (built.XL_JPEG, Codec.JPEG_XL),
    ],
)
@pytest.mark.parametrize("shape", [(12, 10), (64, 64), (8, 120), (300, 200), (100, 200)])
def test_that_a_stream_tells_its_size(uid: str, codec: Codec, shape: tuple[int, int]) -> None:
    info = read_info(codec, built.encode(built.grey(*shape, bits=8), uid))
    assert info is not None
    assert (info.rows, info.columns) == shape
    assert info.components in (0, 1)
    assert not info.fault


@pytest.mark.parametrize(
    ("uid", "codec"), [(built.BASELINE, Codec.JPEG), (built.J2K, Codec.JPEG_2000), (built.HT, Codec.HTJ2K)]
)
def test_that_a_stream_that_breaks_off_has_a_fault(uid: str, codec: Codec) -> None:
    stream = built.encode(built.grey(64, 64, bits=8), uid)
    for part in (0.5, 0.9):
        info = read_info(codec, stream[: int(len(stream) * part)])
        assert info is None or info.fault


def test_that_tiles_outside_the_image_are_a_fault() -> None:
    stream = bytearray(built.encode(built.grey(bits=8), built.HT))
    at = stream.index(b"\xff\x51")
    stream[at + 6 + 28 : at + 6 + 32] = b"\0\0\1\0"
    info = read_info(Codec.HTJ2K, bytes(stream))
    assert info is not None
    assert "first tile" in info.fault


def test_that_a_damaged_high_throughput_stream_raises_where_the_library_cannot() -> None:
    rng = np.random.default_rng(0)
    stream = bytes(imagecodecs.htj2k_encode(rng.integers(0, 4096, (64, 64)).astype(np.uint16)))
    hooks = sys.excepthook, sys.unraisablehook
    refused = 0
    for position in range(len(stream) // 2, len(stream) - 40, 97):
        damaged = stream[:position] + b"\xff\xff\xff\xff\xff\xff" + stream[position + 6 :]
        try:
            decode_htj2k(damaged)
        except RuntimeError:
            refused += 1
    assert refused
    assert (sys.excepthook, sys.unraisablehook) == hooks
