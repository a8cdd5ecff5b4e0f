"""What becomes of measurements: printed as they come, or written to one file at the end."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.measure.done import Done
from workstation.measure.results import Measured, WrittenMeasurements, as_csv, as_document, as_text
from workstation.measure.shared_parameters import OBJECTS, Format, Written
from workstation.operations.operation import ItemFailed
from workstation.operations.places import check_not_read
from workstation.operations.plain import plain
from workstation.whole_files import write_whole

if TYPE_CHECKING:
    from workstation.measure.followed import Followed

_BY_ENDING: dict[str, Format] = {
    ".txt": "text",
    ".json": "json",
    ".csv": "csv",
    ".png": "overlay",
    ".jpg": "overlay",
    ".tif": "overlay",
}


def format_of(written: Written) -> Format:
    """Give the format of the output: what is asked for, else by its ending.

    Raises
    ------
    UserError
        If neither says.
    """
    if written.format is not None:
        return written.format
    if written.output is None:
        return "text"
    named = _BY_ENDING.get(written.output.suffix.lower())
    if named is None:
        hint = "Add --format gsps, sr, seg or rtstruct." if written.output.suffix.lower() == ".dcm" else "Add --format."
        raise UserError(f"The ending of {written.output} does not say which format is meant.", hint=hint)
    return named


def delivered(
    found: Iterator[Done | WrittenMeasurements | ItemFailed], written: Written, inputs: Sequence[Path], job: Job
) -> "Iterator[Measured | Followed | WrittenMeasurements | ItemFailed]":
    """Print measurements as they come, or write all of them to the output at the end.

    Failures, and files that were written on the way, are told either way.

    What was measured alike on several frames is told as a table too, and curves are plotted where that is wanted.

    Raises
    ------
    UserError
        If the output is one of the inputs, cannot be written, or its format is not said.
    """
    wanted, picture = format_of(written), plot_of(written)
    for target in (written.output, picture):
        if target is not None:
            check_not_read(target, inputs)
    kept: list[Done] = []
    for each in found:
        if not isinstance(each, Done):
            yield each
            continue
        kept.append(each)
        if written.output is None:
            yield measured_of(each)
    if not kept:
        return  # what went wrong is told
    tables = _tables(kept, over_images=picture is not None)
    if written.output is None:
        yield from tables
    else:
        yield from write(kept, written, wanted, job, tables)
    if picture is not None:
        from workstation.measure.plotting import write_plots

        yield write_plots(kept, picture, is_dark=getattr(written, "dark_plot", False))


def _tables(kept: Sequence[Done], *, over_images: bool) -> "tuple[Followed, ...]":
    if not over_images and len({each.instance.sop_instance_uid for each in kept}) == len(kept):
        return ()  # one measurement an image: there is nothing to follow
    from workstation.measure.followed import followed

    return followed(kept, over_images=over_images)


def plot_of(written: Written) -> Path | None:
    """Give the picture of curves that is wanted; commands that have none don't take one."""
    found: Path | None = getattr(written, "plot", None)
    return found


def measured_of(done: Done) -> Measured:
    """Give a measurement in plain values."""
    return Measured.of(done.measurement, done.instance)


def write(
    done: Sequence[Done], written: Written, wanted: Format, job: Job, tables: "Sequence[Followed]" = ()
) -> Iterator[WrittenMeasurements]:
    """Write measurements, and tables over frames, to one file; of pictures, to one a frame."""
    target = written.output
    if target is None:
        raise ValueError("there is no output")
    if wanted == "overlay":
        from workstation.measure.overlay import write_overlays

        yield from write_overlays(done, target, job, window=written.window)
        return
    if wanted in OBJECTS:
        from workstation.measure.saving import SAVED

        SAVED[wanted](done, target, written.creator)
    else:
        write_whole(target, _SPELLED[wanted]([measured_of(each) for each in done], tables).encode("utf-8"))
    yield WrittenMeasurements(str(target), wanted, len(done))


def _json(measured: Sequence[Measured], tables: "Sequence[Followed]") -> str:
    import json

    document = as_document(measured)
    if tables:
        document["over_frames"] = list(tables)
    return json.dumps(plain(document), ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def _text(measured: Sequence[Measured], tables: "Sequence[Followed]") -> str:
    return "\n".join([as_text(measured), *(f"{each.text()}\n" for each in tables)])


def _csv(measured: Sequence[Measured], tables: "Sequence[Followed]") -> str:
    return as_csv(measured, {row.key: (row.x, table.over) for table in tables for row in table.rows})


_SPELLED: "dict[str, Callable[[Sequence[Measured], Sequence[Followed]], str]]" = {
    "text": _text,
    "json": _json,
    "csv": _csv,
}
