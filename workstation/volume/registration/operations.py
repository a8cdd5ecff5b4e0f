"""The operation ``3d register``: how one volume lies over another, as a DICOM object."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.operations.operation import Example, Operation, one_line
from workstation.operations.parameters import option
from workstation.quick_dataclass import dataclass
from workstation.volume.parameters import VolumeFiles

if TYPE_CHECKING:
    from workstation.jobs.job import Job


@dataclass(frozen=True, kw_only=True)
class RegisterParameters(VolumeFiles):
    """What ``3d register`` takes."""

    moving: tuple[Path, ...] = option(
        "The volume that is turned and moved: files, folders, archives; the same as of the first where not given.",
        default=(),
    )
    moving_series: str = option("Which series of it, as --series.", default="")
    output: Path = option("The DICOM file to write, a spatial registration.", short="o", metavar="FILE")

    def __post_init__(self) -> None:
        self._check_files()
        if not self.moving and not self.moving_series:
            raise ValueError("give the volume that is moved with --moving or --moving-series")


@dataclass(frozen=True, slots=True)
class Registered:
    """A registration that was written.

    ``turned_deg`` is the angle about whatever axis, ``moved_lps`` by how much the middle of the first volume moves, in
    mm. ``to_moving`` leads from points of the first volume to those of the second, row by row, LPS mm. ``similarity``
    is normalised mutual information, ``before`` what it was at first. ``spread_mm`` is how far apart a second search,
    with other points and from beside it, ended.
    """

    path: str
    turned_deg: float
    moved_mm: float
    moved_lps: tuple[float, float, float]
    to_moving: tuple[float, ...]
    similarity: float
    before: float
    spread_mm: float
    how: str

    def text(self) -> str:
        """Give it as a line."""
        return one_line(f"{self.path}: {self.how}")


def register_volumes(parameters: RegisterParameters, job: "Job") -> Iterator[Registered]:
    """Register two volumes."""
    import numpy as np

    from workstation.operations.places import check_not_read
    from workstation.volume.inside import middle_of
    from workstation.volume.opening import open_volume
    from workstation.volume.registration.brought import how_registered, save_registration
    from workstation.volume.registration.rigid import register

    paths = parameters.moving or parameters.inputs
    check_not_read(parameters.output, (*parameters.inputs, *paths))
    fixed, _ = parameters.open(job, least_slices=2)
    option = "--moving-series"
    moving, _ = open_volume(paths, job, series=parameters.moving_series, least_slices=2, option=option)
    found = register(fixed, moving, report=lambda done, total: job.progress(done, total, "Registering"))
    save_registration(found, fixed, moving, parameters.output)
    way = found.moved_at(middle_of(fixed.grid))
    yield Registered(
        path=str(parameters.output),
        turned_deg=found.turned_deg,
        moved_mm=float(np.linalg.norm(way)),
        moved_lps=(float(way[0]), float(way[1]), float(way[2])),
        to_moving=tuple(float(each) for each in found.to_moving.reshape(-1)),
        similarity=found.similarity,
        before=found.before,
        spread_mm=found.spread_mm,
        how=how_registered(fixed, found),
    )


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="volume.register",
        command=("3d", "register"),
        summary="How one volume lies over another, turned and moved, as a DICOM spatial registration",
        parameters=RegisterParameters,
        run=register_volumes,
        examples=(Example("3d register study --moving STUDIES/old -o registration.dcm", "two that lie differently"),),
    ),
)
