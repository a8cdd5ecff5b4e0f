"""The operation ``image`` as commands have it: that of `workstation.display.operations`, with PET said as SUV."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from workstation.display import operations as plain
from workstation.operations.operation import ItemFailed, Operation

if TYPE_CHECKING:
    from workstation.display.export import WrittenPicture
    from workstation.jobs.job import Job


def image(parameters: plain.ImageParameters, job: "Job") -> "Iterator[WrittenPicture | ItemFailed]":
    """Write pictures of images."""
    from workstation.exporting.said_as_suv import SuvScales

    return plain.image(parameters, job, scaling=SuvScales)


OPERATIONS: tuple[Operation, ...] = (replace(plain.IMAGE, run=image),)
