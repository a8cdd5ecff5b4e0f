"""What the commands of ``3d`` take: which volume, how it is shown, how values are taken between voxels."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from workstation.operations.parameters import option
from workstation.operations.values import Length, Size
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.jobs.job import Job
    from workstation.model.frame import Window
    from workstation.model.index.records import Stack
    from workstation.model.volume import Volume
    from workstation.volume.cutting.slabs import Projection, Slab


# Without slots, as classes that have several with slots for their bases cannot be.
@dataclass(frozen=True, kw_only=True)
class VolumeFiles:
    """Which volume."""

    inputs: tuple[Path, ...] = option(
        "The images of a series, or a multi-frame image: files, folders, ZIP archives.", positional=True
    )
    series: str = option(
        "Where there are several series or stacks: the number as the message counts them, a Series Instance UID, or "
        "a part of the description.",
        default="",
    )
    time: int | None = option(
        "Which of several stacks of the series at the same place, such as times or echoes, counted from 1.",
        default=None,
    )
    keep_uneven: bool = option(
        "Leave slices as they were taken where their distances differ or one is missing; they are made even where "
        "not given.",
        default=False,
    )
    assume_spacing: Length | None = option(
        "Distance of slices, such as 3mm, where the files do not say where they lie: they are taken in order of their "
        "number.",
        default=None,
    )

    def _check_files(self) -> None:
        if self.time is not None and self.time < 1:
            raise ValueError("--time is counted from 1")
        if self.assume_spacing is not None and (self.assume_spacing.unit != "mm" or self.assume_spacing.value <= 0):
            raise ValueError("--assume-spacing is a length in mm or cm, above 0")

    def open(self, job: "Job", *, least_slices: int = 1, colour: bool = False) -> "tuple[Volume, Stack]":
        """Read the volume; fewer slices are refused, and those in colour unless they are wanted."""
        from workstation.volume.opening import open_volume

        return open_volume(
            self.inputs,
            job,
            series=self.series,
            time=self.time,
            even=not self.keep_uneven,
            assume_spacing_mm=self.assume_spacing.value if self.assume_spacing else None,
            least_slices=least_slices,
            colour=colour,
        )


@dataclass(frozen=True, kw_only=True)
class Windowed:
    """Which window pictures have."""

    window_center: float | None = option("Centre of the window in modality values (HU for CT).", default=None)
    window_width: float | None = option(
        "Width of the window. Where none is given it is that of the files if they have one in common, else automatic.",
        default=None,
    )
    preset: str = option(
        "A window by name: auto, full, file (the first of the file's own), or that of a tissue, such as lung or bone.",
        default="",
    )

    def _check_window(self) -> None:
        if (self.window_center is None) != (self.window_width is None):
            raise ValueError("--window-center and --window-width belong together: give both")
        if self.window_width is not None and self.window_width < 1:
            raise ValueError("--window-width is too small: it needs 1")
        if self.window_center is not None and self.preset:
            raise ValueError("--window-center and --preset both say which window: give one of them")

    def window(self) -> "Window | None":
        """Give the window that was asked for by numbers."""
        from workstation.model.frame import Window

        if self.window_center is None or self.window_width is None:
            return None
        return Window(self.window_center, self.window_width)


@dataclass(frozen=True, kw_only=True)
class Sampled:
    """How values are taken between voxels, and across a thickness."""

    thickness: Length | None = option("Thickness of the slab, such as 20mm.", default=None)
    interpolation: Literal["nearest", "linear", "cubic"] = option(
        "How values between voxels are taken.", default="linear"
    )

    def _check_thickness(self) -> None:
        if self.thickness is not None and (self.thickness.unit != "mm" or self.thickness.value <= 0):
            raise ValueError("--thickness is a length in mm or cm, above 0")

    def slab(self, projection: "Projection") -> "Slab":
        """Give the slab that was asked for; a plane alone where none was."""
        from workstation.volume.cutting.slabs import Slab

        return Slab(self.thickness.value if self.thickness else 0.0, projection)


@dataclass(frozen=True, kw_only=True)
class Pictured:
    """How large pictures are, and what is written into them."""

    size: Size | None = option(
        "Size of the picture, what is shown fitted into it; a pixel of the plane a pixel where not given.",
        default=None,
    )
    burn_in: bool = option(
        "Draw the letters of the sides, a scale bar and what the picture shows into it; nothing names the patient.",
        default=False,
    )
