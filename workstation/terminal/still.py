"""One picture of each series, and out."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from workstation.display.view import View
from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.frame import Frame
from workstation.model.refusal import Refused
from workstation.operations.operation import ItemFailed
from workstation.operations.places import failed, near
from workstation.terminal.fitting import Fitted, Room, fitted
from workstation.terminal.layout import laid_out
from workstation.terminal.lines import Row
from workstation.terminal.looks import dressed, picture_of, window_text
from workstation.terminal.opened import Opened, ShownSeries
from workstation.terminal.results import ShownPicture
from workstation.terminal.sheet import Sheet
from workstation.terminal.words import plain

if TYPE_CHECKING:
    from workstation.terminal.marks import Marks
    from workstation.terminal.operations import ViewerParameters


def stills(
    found: Opened, parameters: "ViewerParameters", sheet: Sheet, job: Job, marks: "Marks | None" = None
) -> Iterator[ShownPicture | ItemFailed]:
    """Draw one picture of each series; what cannot be shown is told, and the others go on.

    ``marks`` are drawn on them, and told below.
    """
    for series in found.series:
        job.check()
        number = series.first if parameters.frame is None else parameters.frame - 1
        if number >= series.count:
            yield ItemFailed(
                plain(series.title), f"It has {series.counted}.", "They are counted from 1.", "no such frame"
            )
            continue
        place = near(str(series.instance(number).place))
        try:
            yield still(series, number, parameters, sheet, marks)
        except Refused as refusal:
            yield failed(place, refusal)
        except UserError as error:
            yield ItemFailed(place, error.message, error.hint)


def still(
    series: ShownSeries, number: int, parameters: "ViewerParameters", sheet: Sheet, marks: "Marks | None" = None
) -> ShownPicture:
    """Draw one picture.

    Raises
    ------
    Refused
        If it cannot be read.
    UserError
        If there is no such window for it.
    """
    frame, instance = series.frame(number), series.instance(number)
    shown = dressed(frame, instance, parameters, marks, with_texts=sheet.has_dots)
    frame, view = shown.frame, shown.view
    if parameters.show_info:
        rows = _information(series, number, frame, view)
    else:
        rows = _caption(series, number, frame, view, is_labelled=marks is not None)
    if marks is not None:
        rows = (*rows, Row("Drawn", tuple(map(plain, shown.words))))

    def fit(room: Room) -> Fitted:
        return fitted(frame, view, sheet, room, zoom=parameters.zoom, pan_px=parameters.pan)

    page = laid_out(rows, sheet, fit)
    place = page.place
    picture = picture_of(shown, place.view, place.size_px, instance.sop_instance_uid)
    drawn = sheet.encoder.lines(picture, place.box, sheet.cell)
    return ShownPicture.of(
        series,
        number,
        place.box,
        place.size_px,
        mode=sheet.mode,
        window=window_text(frame, view),
        caption=page.lines,
        size_bytes=len(drawn),
        for_terminal=page.joined(drawn),
    )


def _information(series: ShownSeries, number: int, frame: Frame, view: View) -> tuple[Row, ...]:
    from workstation.terminal.information import information

    return information(series, number, frame, view)


def _caption(series: ShownSeries, number: int, frame: Frame, view: View, *, is_labelled: bool) -> tuple[Row, ...]:
    which = f"{number + 1} of {series.counted}" if series.count > 1 else ""
    said = tuple(filter(None, map(plain, (series.title, which, window_text(frame, view)))))
    return (Row("Series" if is_labelled else "", said),)
