"""Volumes that a command asks for as files: which stacks they are of, whether copying will do, and what was written."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.index.records import Stack
from workstation.model.single_slice import thickness_of
from workstation.model.text import clean
from workstation.operations.operation import ItemFailed, counted
from workstation.operations.places import check_not_read
from workstation.quick_dataclass import dataclass
from workstation.volume.formats.copying import copy_as_nifti
from workstation.volume.opening import chosen_stack, placed, stacks_in
from workstation.volume.over_time import check_one_kind, chosen_times, order_told
from workstation.volume.without import tell_lost

if TYPE_CHECKING:
    from workstation.model.volume import Volume
    from workstation.volume.export.operations import ExportParameters
    from workstation.volume.formats.layout import Layout

_ENDINGS = {
    "nifti": ".nii",
    "metaimage": ".mha",
    "nrrd": ".nrrd",
    "raw": ".raw",
    "stl": ".stl",
    "obj": ".obj",
    "ply": ".ply",
    "glb": ".glb",
}
_ALSO = (".nii.gz", ".raw.gz", ".mhd", ".nhdr", ".json")
_SURFACES = (".stl", ".obj", ".ply", ".glb")


@dataclass(frozen=True, slots=True)
class ExportedVolume:
    """A file that was written, and what is in it; ``volumes`` says what each of several is, in their order."""

    output: str
    files: tuple[str, ...]
    format: str
    columns: int = 0
    rows: int = 0
    slices: int = 0
    times: int = 0
    time_step_s: float = 0.0
    b_values: tuple[float, ...] = ()
    type: str = ""
    unit: str = ""
    voxel_size_mm: tuple[float, ...] = ()
    triangles: int = 0
    volume_ml: float | None = None
    volumes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def text(self) -> str:
        """Give it as a line, and a line for each note."""
        if self.format in ("stl", "obj", "ply", "glb"):
            volume = "" if self.volume_ml is None else f", {self.volume_ml:.4g} ml"
            said = f"{counted(self.triangles, 'triangle')}{volume}"
        else:
            size = " x ".join(f"{each:.3g}" for each in self.voxel_size_mm)
            are_times = all(each.startswith(("time", "phase")) and "," not in each for each in self.volumes)
            over = f", {self.times} {'times' if are_times else 'volumes'}" if self.times > 1 else ""
            said = f"{self.columns} x {self.rows} x {self.slices} voxels of {size} mm{over}, {self.type}"
        return "\n".join([f"{self.output}: {said}", *(f"  {note}" for note in self.notes)])


def export_volume(parameters: "ExportParameters", job: Job) -> Iterator[ExportedVolume | ItemFailed]:
    """Write what a command asks for; a format that cannot be written is told, and the others are.

    Raises
    ------
    UserError
        If no volume is meant, or a name has no ending of a format.
    """
    targets = targets_of(parameters.output, parameters.formats, is_compressed=parameters.compress)
    for target in targets:
        check_not_read(target, (*parameters.inputs, *parameters.mask))
    files = _Files(_stacks(parameters, job), parameters, job)
    for target in targets:
        try:
            yield files.write(target)
        except UserError as error:
            if len(targets) == 1:
                raise
            yield ItemFailed(str(target), error.message, error.hint)


def targets_of(output: Path, formats: Sequence[str], *, is_compressed: bool = False) -> list[Path]:
    """Give the files to write.

    Raises
    ------
    UserError
        If the name says no format and none is given, or it is a folder and none is given.
    """
    endings = (*_ALSO, *_ENDINGS.values())
    own = max((each for each in endings if output.name.lower().endswith(each)), key=len, default="")
    if not formats:
        if not own or output.name.lower() == own:
            raise UserError(
                f"{output} says no format by its end.",
                hint=f"Let it end in one of {', '.join(sorted(endings))}, or give --formats.",
            )
        return [output]
    base = output / "volume" if output.is_dir() else output.with_name(output.name[: len(output.name) - len(own)])
    made = []
    for each in dict.fromkeys(formats):
        ending = _ENDINGS[each] + (".gz" if each == "nifti" and is_compressed else "")
        made.append(output if _FORMATS.get(own) == each else base.with_name(base.name + ending))
    return made


def _stacks(parameters: "ExportParameters", job: Job) -> list[Stack]:
    found = stacks_in(parameters.inputs, job)
    together = chosen_times(found, parameters.series) if parameters.time is None else []
    if together:
        job.log(f"{len(together)} volumes of one series: {together[0].label} to {together[-1].label}")
    if not together and parameters.time is None:
        check_one_kind(found, parameters.series)
    return together or [chosen_stack(found, parameters.series, parameters.time)]


class _Files:
    """The files that are written of one volume, which is read at most once, or of several at different times."""

    def __init__(self, stacks: Sequence[Stack], parameters: "ExportParameters", job: Job) -> None:
        self._parameters, self._job = parameters, job
        if parameters.mask and len(stacks) > 1:
            raise UserError("Segments are of one volume, and there are several.", hint="Say which with --time.")
        assumed = parameters.assume_spacing.value if parameters.assume_spacing else None
        first, self._planes = placed(stacks[0], job, assume_spacing_mm=assumed, colour=True)
        self._stacks = [first, *stacks[1:]]
        self._series = series_over_time(self._stacks)
        self._volume: Volume | None = None
        self._straight: Volume | None = None

    def write(self, target: Path) -> ExportedVolume:
        """Write one file, in the way that its name says."""
        if target.suffix.lower() in _SURFACES:
            return self._surface(target)
        is_plain = target.suffix.lower() == ".nii" and not (self._parameters.compress or self._parameters.mask)
        if is_plain and self._volume is None and self._planes is None:
            step = self._series.time_step_s
            layout = copy_as_nifti(self._stacks, target, time_step_s=step, report=self._report("Copying slices"))
            if layout is not None:
                first = self._stacks[0]
                notes = [*first.notes, *(thickness_of(first.frames[0])[1:] if len(first.frames) == 1 else ())]
                return self._told(target, (target,), layout, notes)
        from workstation.volume.formats.writing import write_volumes

        notes = []
        written = write_volumes(
            lambda: self._volumes(notes),
            target,
            times=len(self._stacks),
            time_step_s=self._series.time_step_s,
            compress=self._parameters.compress,
            report=self._report("Writing"),
        )
        return self._told(written.files[0], written.files, written.layout, notes)

    def _told(self, target: Path, files: Sequence[Path], layout: "Layout", notes: Sequence[str]) -> ExportedVolume:
        series = self._series
        told = _exported(target, files, layout, tuple(dict.fromkeys((*notes, *series.notes))))
        names = tuple(clean(each.label) for each in self._stacks[1:] and self._stacks)
        return replace(told, time_step_s=series.time_step_s, b_values=series.b_values, volumes=names)

    def _volumes(self, notes: list[str]) -> Iterator["Volume"]:
        if len(self._stacks) == 1:
            found = self._the_straight()
            notes += found.notes
            yield found
            return
        for stack in self._stacks:
            found = self._made_straight(self._read(stack))
            notes += found.notes
            yield found

    def _the_volume(self) -> "Volume":
        if self._volume is None:
            self._volume = self._read(self._stacks[0])
        return self._volume

    def _the_straight(self) -> "Volume":
        if self._straight is None:
            self._straight = self._labels() if self._parameters.mask else self._made_straight(self._the_volume())
        return self._straight

    def _labels(self) -> "Volume":
        from workstation.volume.export.label_volume import label_volume
        from workstation.volume.formats.unsheared import without_shear
        from workstation.volume.segments.masks import chosen_masks

        volume = self._the_volume()
        masks = chosen_masks(self._parameters.mask, self._parameters.segment, volume, self._job)
        labelled = label_volume(masks, volume)
        return labelled if self._parameters.keep_tilt else without_shear(labelled, nearest=True)

    def _made_straight(self, volume: "Volume") -> "Volume":
        if self._parameters.keep_tilt:
            return volume
        from workstation.volume.formats.unsheared import without_shear

        return without_shear(volume)

    def _read(self, stack: Stack) -> "Volume":
        from workstation.model.volume import build_volume

        report, even = self._report("Reading slices"), not self._parameters.keep_uneven
        volume = build_volume(stack, report=report, even=even, planes=self._planes, colour=True)
        tell_lost(volume, stack, self._job)
        return volume

    def _report(self, words: str) -> "_Report":
        return _Report(self._job, words)

    def _surface(self, target: Path) -> ExportedVolume:
        from workstation.volume.surfaces.finish import Finish
        from workstation.volume.surfaces.mesh_files import write_mesh
        from workstation.volume.surfaces.thresholds import surface_at, threshold_for

        if len(self._stacks) > 1:
            raise UserError("A surface is of one volume.", hint="Say which with --time.")
        if self._parameters.mask:
            raise UserError("Surfaces of segments are not written here.", hint="Use 3d surface with --mask.")
        volume = self._the_volume()
        threshold = threshold_for(volume, self._parameters.threshold)
        self._job.progress(0, None, "Finding the surface")
        surface = surface_at(volume, threshold, Finish(smoothing=self._parameters.smooth), check=self._job.check)
        self._job.check()
        write_mesh([surface], target)
        return ExportedVolume(
            str(target),
            (str(target),),
            target.suffix.lower().removeprefix("."),
            unit=volume.unit,
            triangles=len(surface.triangles),
            volume_ml=round(surface.volume_ml, 3) if surface.is_watertight else None,
            notes=surface.notes,
        )


@dataclass(frozen=True, slots=True)
class SeriesOverTime:
    """What the headers say of volumes that follow each other; nothing of one."""

    time_step_s: float = 0.0
    b_values: tuple[float, ...] = ()
    notes: tuple[str, ...] = ()


def series_over_time(stacks: Sequence[Stack]) -> SeriesOverTime:
    """Read how each volume is weighted, and the time between them."""
    if len(stacks) < 2:
        return SeriesOverTime()
    from workstation.volume.diffusion import told, weightings
    from workstation.volume.polarity import polarity_told
    from workstation.volume.time_steps import time_step

    step, weights = time_step(stacks), weightings(stacks)
    order = (told(weights),) if weights else order_told(stacks)
    return SeriesOverTime(
        step.seconds, tuple(each.b_value for each in weights), (*order, step.told, *polarity_told(stacks))
    )


@dataclass(frozen=True, slots=True)
class _Report:
    """Tells a job how far the slices are."""

    job: Job
    words: str

    def __call__(self, done: int, total: int) -> None:
        self.job.progress(done, total, self.words)


def _exported(target: Path, files: Sequence[Path], layout: "Layout", notes: tuple[str, ...]) -> ExportedVolume:
    columns, rows, slices = layout.shape_ijk
    ending = max((each for each in (*_ALSO, *_ENDINGS.values()) if target.name.lower().endswith(each)), key=len)
    return ExportedVolume(
        str(target),
        tuple(str(each) for each in files),
        _FORMATS[ending],
        columns,
        rows,
        slices,
        layout.times,
        0.0,
        (),
        f"RGB of {layout.kind}" if layout.is_colour else layout.kind,
        layout.unit,
        tuple(round(each, 6) for each in layout.sizes_mm),
        notes=notes,
    )


_FORMATS = {
    **{ending: name for name, ending in _ENDINGS.items()},
    ".nii.gz": "nifti",
    ".raw.gz": "raw",
    ".json": "raw",
    ".mhd": "metaimage",
    ".nhdr": "nrrd",
}
