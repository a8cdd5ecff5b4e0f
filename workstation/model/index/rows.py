"""What reading a header gives, as plain tuples: quick to send between processes and to put into the library."""

import os
from dataclasses import field
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from workstation.model.index.attributes import instance_of, shared_values
from workstation.model.index.records import Instance, Place, RefusedFile
from workstation.model.refusal import Reason
from workstation.quick_dataclass import dataclass

#: Path (as the file system has it), member of an archive, size in bytes, time of change in ns.
Origin = tuple[bytes, str, int, int]
#: An origin, the key of the shared header, the texts of the own attributes, and notes separated by line ends.
InstanceRow = tuple[Any, ...]
#: An origin, the reason, the message, the hint.
RefusedRow = tuple[bytes, str, int, int, str, str, str]
#: An origin, and what kind of container it is: ``zip`` or ``dicomdir``.
ContainerRow = tuple[bytes, str, int, int, str]

HEADER_KEY = 4
FIRST_OWN = 5
NO_STAMP = -1


class Stamp(NamedTuple):
    """By what a file is known to be unchanged: size in bytes, and time of the last change in ns since 1970."""

    size: int
    mtime_ns: int


@dataclass(slots=True)
class Batch:
    """What several files gave. ``headers`` has every shared header that ``instances`` refer to, by key."""

    instances: list[InstanceRow] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    containers: list[ContainerRow] = field(default_factory=list)
    headers: dict[int, tuple[str, ...]] = field(default_factory=dict)
    unchanged: int = 0

    def take_in(self, other: "Batch") -> None:
        """Add another batch to this one."""
        self.instances += other.instances
        self.refused += other.refused
        self.containers += other.containers
        self.headers.update(other.headers)
        self.unchanged += other.unchanged

    def __len__(self) -> int:
        return len(self.instances) + len(self.refused) + len(self.containers) + self.unchanged


def header_key(texts: tuple[str, ...]) -> int:
    """Give the key of a shared header: 63 bits of a hash over its texts, so that all who meet it agree."""
    joined = "\0".join(texts).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(joined, digest_size=8).digest()) >> 1


def place_of(row: InstanceRow | RefusedRow | ContainerRow) -> Place:
    """Give the place that a row is about."""
    return Place(Path(os.fsdecode(row[0])), row[1])


def refused_of(row: RefusedRow) -> RefusedFile:
    """Build the record of a refused file."""
    return RefusedFile(place_of(row), Reason(row[4]), row[5], row[6])


def instances_of(batch: Batch) -> list[Instance]:
    """Build the records of the instances of a batch."""
    shared = {key: shared_values(texts) for key, texts in batch.headers.items()}
    return [
        instance_of(shared[row[HEADER_KEY]], row[FIRST_OWN:-1], places=(place_of(row),), notes=notes_of(row))
        for row in batch.instances
    ]


def notes_of(row: InstanceRow) -> tuple[str, ...]:
    """Give the sentences for the user that come with an instance."""
    return tuple(row[-1].split("\n")) if row[-1] else ()
