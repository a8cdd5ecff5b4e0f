"""The operations ``3d volume`` and ``3d animate``: pictures and movies of volumes in three dimensions."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from workstation.operations.operation import Example, Operation
from workstation.volume.rendering.parameters import AnimateParameters, VolumeParameters

if TYPE_CHECKING:
    from workstation.jobs.job import Job
    from workstation.volume.rendering.rendered import Rendered


def volume(parameters: VolumeParameters, job: "Job") -> "Iterator[Rendered]":
    """Draw a volume."""
    from workstation.volume.rendering.rendered import draw

    yield draw(parameters, job)


def animate(parameters: AnimateParameters, job: "Job") -> "Iterator[Rendered]":
    """Draw a volume again and again, from elsewhere or otherwise each time."""
    from workstation.volume.rendering.animating import animate as run

    yield run(parameters, job)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="volume.render",
        command=("3d", "volume"),
        summary="Volume rendering: layers, projections or a surface, from any side, cut open, without table or bones",
        parameters=VolumeParameters,
        run=volume,
        examples=(
            Example(
                "3d volume series/*.dcm --output volume.png --transfer-function tf.json --camera-angle 45,30",
                "colours of a file, from the front, the left and above",
            ),
            Example("3d volume study -o mip.png --method mip --side left", "the largest value along each ray"),
            Example("3d volume study -o bone.jpg --preset ct-bone --size 400x300 --background white", "a preset"),
            Example("3d volume study -o cut.png --clip 14,27,0,19,0,7 --shading off", "half of the volume"),
        ),
    ),
    Operation(
        id="volume.animate",
        command=("3d", "animate"),
        summary="Animations of a volume: turned, by key frames, along a path, over time; as PNG, GIF, MP4, DICOM",
        parameters=AnimateParameters,
        run=animate,
        examples=(
            Example(
                "3d animate series/*.dcm --output animation/ --method volume --rotation 360 --frames 60",
                "a full turn in 60 pictures",
            ),
            Example("3d animate study -o turn.gif --method mip --frames 12 --size 200x200", "a small animation"),
        ),
    ),
)
