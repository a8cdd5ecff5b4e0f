"""What commands of planes take about what is laid over a volume: a second one, segments."""

from pathlib import Path
from typing import TYPE_CHECKING

from workstation.operations.parameters import option
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.jobs.job import Job
    from workstation.model.volume import Volume


@dataclass(frozen=True, kw_only=True)
class LaidOver:
    """A second volume, and how it is brought and shown."""

    over: tuple[Path, ...] = option(
        "A second volume to lay over the planes, such as a PET over a CT: its files, folders or archives. It lies by "
        "the frame of reference of both, unless --register or --registration is given.",
        default=(),
    )
    over_series: str = option(
        "Which series of --over, as --series; where --over is not given, of the same files.", default=""
    )
    register: bool = option("Turn and move the second volume so that it lies over the first.", default=False)
    registration: Path | None = option(
        "Lay it as a spatial registration says (a DICOM object, as of 3d register).", default=None, metavar="FILE"
    )
    over_colours: str = option(
        "Colour table of the second volume, such as hot-iron or pet; hot-iron for PET and NM, viridis for others where "
        "not given.",
        default="",
    )
    over_window: tuple[float, float] | None = option(
        "Values of the second volume at the ends of its colours: SUV for a PET that says what makes it, else its own. "
        "What is at the low end is not seen.",
        default=None,
        metavar="FROM,TO",
    )
    opacity: float | None = option(
        "How opaque the second volume is, 0 to 1; 0.7 for PET and NM, 0.5 for others where not given.", default=None
    )

    @property
    def has_over(self) -> bool:
        """Whether there is a second volume."""
        return bool(self.over or self.over_series)

    def _check_over(self) -> None:
        given = {
            "--register": self.register,
            "--registration": self.registration is not None,
            "--over-colours": bool(self.over_colours),
            "--over-window": self.over_window is not None,
            "--opacity": self.opacity is not None,
        }
        asked = [name for name, is_given in given.items() if is_given]
        if asked and not self.has_over:
            raise ValueError(f"{asked[0]} is about a second volume: name it with --over")
        if self.register and self.registration is not None:
            raise ValueError("--register and --registration both say how the second volume lies: give one of them")
        if self.over_window is not None and self.over_window[0] >= self.over_window[1]:
            raise ValueError("--over-window goes from a lower to a higher value")
        if self.opacity is not None and not 0 <= self.opacity <= 1:
            raise ValueError("--opacity is from 0 to 1")

    def _check_over_sum(self, *, is_sum: bool) -> None:
        if is_sum and self.has_over:
            raise ValueError("--projection sum makes other values, for which --over has no colours")

    def open_over(self, inputs: tuple[Path, ...], job: "Job") -> "Volume":
        """Read the second volume; ``inputs`` are those of the first."""
        from workstation.volume.opening import open_volume

        paths, option = self.over or inputs, "--over-series"
        return open_volume(paths, job, series=self.over_series, least_slices=2, option=option)[0]
