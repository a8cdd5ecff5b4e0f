"""Indexes, opens and decodes files that were damaged at random; only a refusal may come out, in bounded memory.

Run as a program of its own, since a defect of a codec may take the process with it:
``python -m tests.unit.model.fuzzing --seconds 60 --seed 1``. The last line tells how many files were tried and how.
"""

import argparse
import faulthandler
import random
import re
import struct
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydicom import Dataset

from tests.unit.model import built_files as built
from workstation.model.cine_timing import cine_timing
from workstation.model.image import Image
from workstation.model.index.files import Inspector
from workstation.model.index.rows import Batch, instances_of, refused_of
from workstation.model.reading import read_header
from workstation.model.refusal import Refused
from workstation.model.source import BytesSource
from workstation.model.stacks import stacks_of

MEMORY_BYTES = 3 << 30
HANG_SECONDS = 20
EXTREMES = (0, 1, 2, 7, 0x7F, 0xFF, 0x100, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF)
VRS = (b"OB", b"OW", b"SQ", b"UN", b"UT", b"US", b"DS", b"IS", b"UI", b"OF", b"AT", b"\0\0", b"ZZ", b"FD", b"PN")


def seeds() -> list[bytes]:
    """Give the sound files that damage starts from: all syntaxes, colour, overlays, groups, tables of offsets."""
    found = [built.sample_file(uid, frames=frames) for uid in (*built.NATIVE, *built.COMPRESSED) for frames in (1, 3)]
    colour = built.colour()
    found += [built.compressed_file(colour, uid) for uid in (built.BASELINE, built.RLE, built.J2K, built.HT)]
    found.append(built.native_file(colour, vr="OB", PhotometricInterpretation="YBR_FULL"))
    table: dict[str, Any] = {
        "RedPaletteColorLookupTableDescriptor": [16, 0, 16],
        "RedPaletteColorLookupTableData": bytes(32),
    }
    palette = {key.replace("Red", name): value for name in ("Red", "Green", "Blue") for key, value in table.items()}
    found.append(built.native_file(built.grey(bits=8), PhotometricInterpretation="PALETTE COLOR", **palette))
    found.append(built.compressed_file(built.grey(frames=4), built.JPEG_LS, frames=4, table=True))
    return [*found, nested(12), enhanced()]


def nested(depth: int) -> bytes:
    """Give a file with sequences in sequences, by hand: pydicom would not write them deep."""
    inner = b""
    for _level in range(depth):
        body = b"\x08\x00\x40\x11SQ\0\0" + struct.pack("<I", len(inner) + 8 if inner else 0)
        inner = body + (built.item(inner) if inner else b"")
    return built.part10(built.header(), inner)


def enhanced() -> bytes:
    """Give a file with functional groups."""
    groups = []
    for position in range(3):
        item = Dataset()
        place, content = Dataset(), Dataset()
        place.ImagePositionPatient = [0, 0, position]
        content.InStackPositionNumber = position + 1
        item.PlanePositionSequence, item.FrameContentSequence = [place], [content]
        groups.append(item)
    measures, shared = Dataset(), Dataset()
    measures.PixelSpacing = [0.5, 0.5]
    shared.PixelMeasuresSequence = [measures]
    values: dict[str, Any] = {"SharedFunctionalGroupsSequence": [shared], "PerFrameFunctionalGroupsSequence": groups}
    return built.native_file(built.grey(frames=3), frames=3, **values)


def mutate(data: bytes, rng: random.Random) -> bytes:
    """Damage a file in one to four ways."""
    out = bytearray(data)
    for _time in range(rng.randint(1, 4)):
        rng.choice(_WAYS)(out, rng)
    return bytes(out)


def _place(out: bytearray, rng: random.Random) -> int:
    """Favour what lies behind the preamble, and the pixel data's tables and fragments."""
    pixels = out.find(b"\xe0\x7f\x10\x00")
    if pixels > 0 and rng.random() < 0.5:
        return min(len(out) - 1, pixels + int(rng.expovariate(1 / 40)))
    return rng.randrange(min(132, len(out) - 1), len(out)) if len(out) > 1 else 0


def _flip(out: bytearray, rng: random.Random) -> None:
    if out:
        out[_place(out, rng)] ^= 1 << rng.randrange(8)


def _number(out: bytearray, rng: random.Random) -> None:
    at, value = _place(out, rng), rng.choice((*EXTREMES, len(out), rng.randrange(1 << 32)))
    raw = struct.pack("<I", value) if rng.random() < 0.5 else struct.pack("<H", value & 0xFFFF)
    out[at : at + len(raw)] = raw


def _vr(out: bytearray, rng: random.Random) -> None:
    at = out.find(rng.choice(VRS), rng.randrange(len(out) + 1))
    if at >= 0:
        out[at : at + 2] = rng.choice(VRS)


def _cut(out: bytearray, rng: random.Random) -> None:
    del out[_place(out, rng) :]


def _remove(out: bytearray, rng: random.Random) -> None:
    at = _place(out, rng)
    del out[at : at + rng.randint(1, 40)]


def _repeat(out: bytearray, rng: random.Random) -> None:
    at, other = _place(out, rng), _place(out, rng)
    out[at:at] = out[other : other + rng.randint(1, 200)]


def _item(out: bytearray, rng: random.Random) -> None:
    at = out.find(built.ITEM, _place(out, rng))
    if at >= 0:
        out[at + 4 : at + 8] = struct.pack("<I", rng.choice(EXTREMES))


def _open_sequences(out: bytearray, rng: random.Random) -> None:
    opening = b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
    at = out.find(b"\x08\x00\x60\x00")
    if at >= 0:
        out[at:at] = opening * rng.choice((1, 3, 70, 400))


_WAYS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _flip, _flip, _number, _number, _vr, _cut, _remove, _repeat, _item, _open_sequences,
)  # fmt: skip


def use(data: bytes, inspector: Inspector, path: Path) -> str:
    """Do with a file all that the program does to list and to show it; tell how it went."""
    path.write_bytes(data)
    _index(inspector, path)
    try:
        image = Image.from_source(BytesSource(data))
    except Refused as refused:
        _inspect(data)
        return refused.reason.name
    outcome = "shown"
    for number in range(min(image.number_of_frames, 4)):
        try:
            image.frame(number)
            image.thumbnail(4, number)
        except Refused as refused:
            outcome = refused.reason.name
    cine_timing(image.dataset, image.number_of_frames)
    return outcome


def _index(inspector: Inspector, path: Path) -> None:
    batch = Batch()
    inspector.inspect(str(path), batch)
    instances = instances_of(batch)
    if len(instances) + len(batch.refused) + len(batch.containers) != 1:
        raise AssertionError("a file disappeared from the index, or is there twice")
    stacks_of(instances)
    for row in batch.refused:
        refused_of(row)


def _inspect(data: bytes) -> None:
    try:
        read_header(BytesSource(data), whole=True)
    except Refused:
        return


def limit_memory() -> None:
    """Let this process take no more than `MEMORY_BYTES`, where the system can."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def main() -> int:
    """Damage and open files until the time is up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--syntax", default="", help="start from files of this transfer syntax only")
    parser.add_argument("--only", type=int, help="try one file again, by its number, and show the trace")
    given = parser.parse_args()
    limit_memory()
    wanted = re.compile(re.escape(given.syntax).encode() + rb"[^.\d]")
    sound = [each for each in seeds() if not given.syntax or wanted.search(each, 0, 512)]
    outcomes = Counter[str]()
    end = time.monotonic() + given.seconds
    number = 0 if given.only is None else given.only
    folder = tempfile.TemporaryDirectory(prefix="fuzzed-")
    inspector, path = Inspector(), Path(folder.name) / "fuzzed.dcm"
    while time.monotonic() < end:
        rng = random.Random(f"{given.seed}/{number}")
        data = mutate(rng.choice(sound), rng)
        sys.stderr.write(f"\r{number}")  # what is on the screen when a codec takes the process with it
        faulthandler.dump_traceback_later(HANG_SECONDS, exit=True)
        try:
            outcomes[use(data, inspector, path)] += 1
        except Exception:  # noqa: BLE001  # each is a defect; the others shall be seen too
            outcomes["DEFECT"] += 1
            sys.stderr.write(f"\rfile {number} of seed {given.seed}:\n{traceback.format_exc()}\n")
        number += 1
        if given.only is not None:
            break
    inspector.close()
    folder.cleanup()
    sys.stdout.write(f"{number} files: {dict(outcomes.most_common())}\n")
    return 1 if outcomes["DEFECT"] else 0


if __name__ == "__main__":
    sys.exit(main())
