"""Stacks as movies: which rate, which size, one file for each."""

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, pairwise
from pathlib import Path

from workstation.display.export import Wanted
from workstation.display.render import Picture
from workstation.documents.movies import Codec, write_gif, write_mp4
from workstation.documents.timing import Timeline, timeline
from workstation.errors import UserError
from workstation.exporting.chosen import ChosenStack, Numbered
from workstation.exporting.pictures import Images, Steady
from workstation.exporting.results import Exported, check_free
from workstation.jobs.job import Job
from workstation.model.cine_timing import cine_timing, even_timing
from workstation.model.refusal import Refused
from workstation.operations.operation import ItemFailed


def write_cines(
    stacks: Sequence[ChosenStack],
    output: Path,
    wanted: Wanted,
    job: Job,
    *,
    codec: Codec | None,
    rate_hz: float | None,
    overwrite: bool,
) -> Iterator[Exported | ItemFailed]:
    """Write each stack of several images as a movie, or as an animated GIF where ``codec`` is None.

    Raises
    ------
    UserError
        If nothing can be written, or several movies would go into one file.
    """
    several = [stack for stack in stacks if len(stack.frames) > 1]
    if not several:
        raise UserError("There are not two images of one series, so there is no movie to write.")
    if len(several) < len(stacks):
        job.log(f"Left out, since one image makes no movie: {len(stacks) - len(several)} series.")
    ending = ".gif" if codec is None else ".mp4"
    single = output if output.suffix.lower() == ending else None
    if single is not None and len(several) > 1:
        raise UserError(
            f"{len(several)} series do not go into one file, {output}.",
            hint="Give a folder as --output, or choose one by --series; list tells their UIDs.",
        )
    for stack in several:
        path = single or output / f"{stack.name}{ending}"
        try:
            check_free(path, overwrite=overwrite)
            yield from _one(stack, path, wanted, job, codec, rate_hz)
        except UserError as error:
            if single is not None:
                raise
            yield ItemFailed(str(path), error.message, error.hint)


def _one(
    stack: ChosenStack, path: Path, wanted: Wanted, job: Job, codec: Codec | None, rate_hz: float | None
) -> Iterator[Exported | ItemFailed]:
    with Images() as images:
        steady = Steady(stack.frames, wanted, images)
        line = timeline(durations_ms(stack.frames, images, rate_hz))
        pictures = _reporting(steady.picture, len(stack.frames), job)
        if codec is None:
            seconds = write_gif(pictures, line, path)
        else:
            write_mp4(pictures, line, path, codec=codec)
            seconds = len(line.frames) / line.rate_hz
    yield from steady.failures.values()
    yield Exported(str(path), _told(line, len(stack.frames), seconds), len(stack.frames))


def _told(line: Timeline, images: int, seconds: float) -> str:
    left_out = images - len(set(line.frames))
    real_time = f", {left_out} of them left out to keep real time" if left_out else ""
    return f"{images} images{real_time}, {line.rate_hz:.4g} a second, {seconds:.3g} s"


def durations_ms(frames: Sequence[Numbered], images: Images, rate_hz: float | None = None) -> tuple[float, ...]:
    """Give how long each frame stays: by ``rate_hz``, by what the image says, or for 1/24 s.

    Of a multi-frame image some frames may have been chosen: each then stays until the next is due.
    """
    if rate_hz is not None:
        return even_timing(len(frames), rate_hz).durations_ms
    first = frames[0].ref.instance
    try:
        dataset = images.image(first).dataset
    except Refused:
        return even_timing(len(frames)).durations_ms
    numbers = [each.ref.number for each in frames]
    if first.number_of_frames <= 1 or any(each.ref.instance is not first for each in frames):
        return cine_timing(dataset, len(frames)).durations_ms
    ends = list(accumulate(cine_timing(dataset, first.number_of_frames).durations_ms, initial=0.0))
    if numbers != sorted(set(numbers)):
        return even_timing(len(frames), 1000 * first.number_of_frames / ends[-1]).durations_ms
    steps = [ends[after] - ends[before] for before, after in pairwise(numbers)]
    last = steps[-1] if len(numbers) < first.number_of_frames and steps else ends[numbers[-1] + 1] - ends[numbers[-1]]
    return (*steps, last)


def _reporting(picture: Callable[[int], Picture], total: int, job: Job) -> Callable[[int], Picture]:
    def reported(index: int) -> Picture:
        job.progress(index, total, "Writing a movie")
        return picture(index)

    return reported
