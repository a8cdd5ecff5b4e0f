"""What each command of ``measure`` finds: measurements with the image that each is on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.measure import asked
from workstation.measure.done import Done
from workstation.measure.on_images import Scale, asking, in_hounsfield, measure_images, needs_pixels
from workstation.measure.results import WrittenMeasurements
from workstation.operations.operation import ItemFailed
from workstation.operations.places import check_not_read

if TYPE_CHECKING:
    from workstation.measure.distance_operations import DistanceParameters
    from workstation.measure.line_operations import AngleParameters, PixelParameters, ProfileParameters
    from workstation.measure.parameters import AreaParameters, RegionParameters, SuvParameters, VolumeParameters
    from workstation.measure.region_parameters import Plotted, Regions
    from workstation.measure.shared_parameters import OnImages

Found = Iterator[Done | ItemFailed]
Command = Callable[[Any, Job], Found]
"""Gives what a command finds, by what it was given."""


def distances(parameters: DistanceParameters, job: Job) -> Found:
    """Measure lengths."""
    return _shapes(parameters, job, asked.distances(parameters))


def angles(parameters: AngleParameters, job: Job) -> Found:
    """Measure angles."""
    return _shapes(parameters, job, asked.angles(parameters))


def pixels(parameters: PixelParameters, job: Job) -> Found:
    """Give values of pixels."""
    return _shapes(parameters, job, asked.pixels(parameters))


def profiles(parameters: ProfileParameters, job: Job) -> Found:
    """Give values along a line."""
    return _shapes(parameters, job, asked.profiles(parameters))


def areas(parameters: AreaParameters, job: Job) -> Found:
    """Measure areas."""
    return _regions(parameters, parameters, job)


def regions(parameters: RegionParameters, job: Job) -> Found:
    """Measure regions, and the values inside."""
    return _regions(parameters, parameters, job, also=parameters.also)


def hounsfield(parameters: RegionParameters, job: Job) -> Found:
    """Measure Hounsfield units in regions."""
    return _regions(parameters, parameters, job, in_hounsfield, also=parameters.also)


def uptake(parameters: SuvParameters, job: Job) -> Found:
    """Measure standardized uptake values in regions; with images of other series, those that are no PET as they are."""
    from workstation.measure.uptake import of_emission, scaling

    scale = scaling(parameters)
    if not parameters.also:
        return _regions(parameters, parameters, job, scale)
    scale = of_emission(scale)
    return _regions(parameters, parameters, job, scale, also=parameters.also, also_scale=scale)


def volumes(parameters: VolumeParameters, job: Job) -> Found:
    """Measure volumes."""
    from workstation.measure.volume_files import volumes as found

    return found(parameters, job)


def entries(
    path: Path, job: Job, taken: set[Path], more: Mapping[str, tuple[type, Command]]
) -> Iterator[Done | WrittenMeasurements | ItemFailed]:
    """Measure what a file of many measurements says, and draw the plot of each entry that names one.

    Parameters
    ----------
    path
        The file.
    job
        Is told how far it is.
    taken
        Files that other entries and the command write; those of this file are added.
    more
        Commands of other rooms, by their word: what they take, and what they find.
    """
    from workstation.measure.batch_file import read_requests
    from workstation.measure.region_parameters import Plotted

    commands = COMMANDS | {word: find for word, (_takes, find) in more.items()}
    for each in read_requests(path, _kinds() | {word: takes for word, (takes, _find) in more.items()}):
        if isinstance(each, ItemFailed):
            yield each
            continue
        found = commands[each.command](each.parameters, job)
        if isinstance(each.parameters, Plotted) and each.parameters.plot is not None:
            yield from _plotted(found, each.parameters, each.subject, path, taken)
        else:
            yield from found


def _plotted(
    found: Found, parameters: Plotted, subject: str, table: Path, taken: set[Path]
) -> Iterator[Done | WrittenMeasurements | ItemFailed]:
    """Pass on what an entry finds, and draw its plot; a plot that cannot be is told, its numbers hold."""
    kept: list[Done] = []
    for each in found:
        if isinstance(each, Done):
            kept.append(each)
        yield each
    if kept and parameters.plot is not None:
        try:
            yield _drawn(kept, parameters, parameters.plot, table, taken)
        except UserError as error:
            yield ItemFailed(subject, error.message, error.hint)


def _drawn(kept: list[Done], parameters: Plotted, plot: Path, table: Path, taken: set[Path]) -> WrittenMeasurements:
    from workstation.measure.plotting import write_plots

    inputs = (*getattr(parameters, "inputs", ()), *getattr(parameters, "also", ()))
    check_not_read(plot, (table, *inputs))
    if plot.resolve() in taken:
        raise UserError(f"{plot} is written already, by another entry or as the output.", hint="Name another file.")
    taken.add(plot.resolve())
    return write_plots(kept, plot, is_dark=parameters.dark_plot)


def _shapes(parameters: OnImages, job: Job, shapes: tuple[asked.Asked, ...]) -> Found:
    return measure_images(parameters, job, asking(shapes, parameters), needs_pixels=needs_pixels(shapes))


def _regions(
    parameters: OnImages,
    wanted: Regions,
    job: Job,
    scale: Scale | None = None,
    *,
    also: tuple[Path, ...] = (),
    also_scale: Scale | None = None,
) -> Found:
    from workstation.measure.region_files import RegionFiles

    masks = [each.value for each in wanted.roi if isinstance(each.value, Path)]
    files = RegionFiles(masks, wanted.segment) if masks else None
    ask = asking(asked.regions(wanted), parameters, files)
    others = None
    if also:
        from workstation.measure.also import Others

        others = Others(also, parameters, job, also_scale)
        yield from others.failures
    yield from measure_images(parameters, job, ask, scale=scale, more=others)
    if files is not None:
        files.note(job)


def _kinds() -> dict[str, type]:
    """Give the types of the parameters by the word of the command."""
    from workstation.measure import distance_operations, line_operations, operations

    rooms = (distance_operations, line_operations, operations)
    found = {each.command[-1]: each.parameters for room in rooms for each in room.OPERATIONS}
    return {word: found[word] for word in COMMANDS}


COMMANDS: dict[str, Command] = {
    "distance": distances,
    "angle": angles,
    "area": areas,
    "roi": regions,
    "hu": hounsfield,
    "suv": uptake,
    "pixel": pixels,
    "profile": profiles,
    "volume": volumes,
}
"""Commands of which a file of many measurements may be made."""
