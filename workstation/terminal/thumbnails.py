"""Thumbnails in a grid: one of each file that was named, one of each series that was found."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.index.records import Place
from workstation.model.refusal import Refused
from workstation.operations.operation import ItemFailed, counted
from workstation.operations.places import failed, near
from workstation.quick_dataclass import dataclass
from workstation.terminal.encoding.boxes import Box
from workstation.terminal.lines import GAP
from workstation.terminal.looks import dressed, window_text
from workstation.terminal.opened import Opened, ShownSeries
from workstation.terminal.results import ShownPicture, ShownRow
from workstation.terminal.sheet import Sheet
from workstation.terminal.tiles import Tile, drawn_in, joined, tile_px, zoomed
from workstation.terminal.words import cut, plain

if TYPE_CHECKING:
    from workstation.terminal.operations import ViewerParameters

ROOM, ROOM_WITH_DOTS = Box(24, 12), Box(16, 8)
"""Of a thumbnail where nobody says how large it is to be."""
AT_ONCE = 4
"""Thumbnails that are read at the same time."""
MOST_ACROSS = 16


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a thumbnail is of: a frame, or something that could not be read."""

    caption: str
    series: ShownSeries | None = None
    number: int = 0
    problem: ItemFailed | None = None
    is_series: bool = False


@dataclass(frozen=True, slots=True)
class _Made:
    tile: Tile
    told: ShownPicture | None
    problem: ItemFailed | None


def thumbnails(
    found: Opened, parameters: "ViewerParameters", sheet: Sheet, job: Job
) -> Iterator[ShownRow | ItemFailed]:
    """Draw thumbnails row by row as they are read; what cannot be shown has a caption, and is told in the end."""
    room = sheet.limit or (ROOM_WITH_DOTS if sheet.has_dots else ROOM)
    room = Box(min(room.columns, sheet.columns), room.rows)
    across = max(1, min(MOST_ACROSS, (sheet.columns + len(GAP)) // (room.columns + len(GAP))))
    wanted = list(_wanted(found, parameters))
    problems: list[ItemFailed] = []
    with ThreadPoolExecutor(AT_ONCE, "Thumbnails") as pool:
        for done in range(0, len(wanted), across):
            job.progress(done, len(wanted), "Drawing thumbnails")
            made = list(pool.map(lambda each: _made(each, parameters, sheet, room), wanted[done : done + across]))
            sent, box, _ = joined([each.tile for each in made], sheet, room)
            sent += b"" if done + across >= len(wanted) else b"\n"  # or captions stand as near to what is below them
            told = tuple(each.told for each in made if each.told is not None)
            problems += [each.problem for each in made if each.problem is not None]
            yield ShownRow(pictures=told, columns=box.columns, rows=box.rows, for_terminal=sent)
    yield from problems


def _wanted(found: Opened, parameters: "ViewerParameters") -> Iterator[_Wanted]:
    for series in found.series:
        files: dict[Place, list[int]] = {}
        for number, ref in enumerate(series.stack.frames):
            files.setdefault(ref.instance.place, []).append(number)
        own = {place: numbers for place, numbers in files.items() if place in found.named}
        for place, numbers in own.items():
            yield _Wanted(_name(place), series, _chosen(numbers, parameters.frame))
        rest = [number for place, numbers in files.items() if place not in found.named for number in numbers]
        if rest:
            yield _Wanted(series.title, series, _chosen(rest, parameters.frame), is_series=True)
    for problem in found.problems:
        yield _Wanted(Path(problem.subject).name, problem=problem)


def _chosen(numbers: list[int], frame: int | None) -> int:
    """Give the frame that is asked for, or the last where there are fewer; the middle one where none is."""
    return numbers[len(numbers) // 2 if frame is None else min(frame, len(numbers)) - 1]


def _name(place: Place) -> str:
    return Path(place.member or place.path).name


def _made(wanted: _Wanted, parameters: "ViewerParameters", sheet: Sheet, room: Box) -> _Made:
    if wanted.series is None:
        problem = wanted.problem
        message = problem.message if problem is not None else ""
        return _Made(_told_tile(wanted.caption, message, room), None, problem)
    place = near(str(wanted.series.instance(wanted.number).place))
    try:
        return _drawn(wanted, wanted.series, parameters, sheet, room)
    except Refused as refusal:
        problem = failed(place, refusal)
    except UserError as error:
        problem = ItemFailed(place, error.message, error.hint)
    return _Made(_told_tile(wanted.caption, problem.message, room), None, problem)


def _told_tile(caption: str, message: str, room: Box) -> Tile:
    return Tile(None, tuple(cut(plain(each), room.columns) for each in (caption, message)))


def _drawn(wanted: _Wanted, series: ShownSeries, parameters: "ViewerParameters", sheet: Sheet, room: Box) -> _Made:
    instance, number = series.instance(wanted.number), series.ref(wanted.number).number
    size_px = tile_px(sheet, room)
    frame = series.image(wanted.number).thumbnail(round(2 * max(size_px) * parameters.zoom), number)
    shown = dressed(frame, instance, parameters)
    view = zoomed(shown.view, shown, size_px, parameters.zoom)
    picture = drawn_in(shown, view, sheet, room, instance.sop_instance_uid)
    frames = counted(instance.number_of_frames, "frame") if instance.number_of_frames > 1 else ""
    what = series.counted if wanted.is_series else frames or series.title
    lines = tuple(cut(plain(each), room.columns) for each in (wanted.caption, what))
    told = ShownPicture.of(
        series,
        wanted.number,
        room,
        size_px,
        mode=sheet.mode,
        window=window_text(frame, shown.view),
        caption=lines,
        size_bytes=0,
    )
    return _Made(Tile(picture, lines), told, None)
