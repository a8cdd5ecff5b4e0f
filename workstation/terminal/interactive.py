"""The interactive viewer of some inputs, as the command starts it."""

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from workstation.display.colour_tables import table_of
from workstation.display.habits import habitual_view
from workstation.display.view import View
from workstation.display.viewing import Look
from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.frame import Frame
from workstation.model.refusal import Refused
from workstation.terminal.device.screen import Screen
from workstation.terminal.information import information
from workstation.terminal.lines import lines_of
from workstation.terminal.looks import asked_view
from workstation.terminal.loop import Start, interact
from workstation.terminal.opened import Opened, ShownSeries
from workstation.terminal.scene import Brushes
from workstation.terminal.sheet import encoder_for, mode_for
from workstation.terminal.text_rows import Styles

if TYPE_CHECKING:
    from workstation.terminal.device.abilities import Abilities
    from workstation.terminal.marks import Marks
    from workstation.terminal.operations import ViewerParameters


def look(found: Sequence[Opened], parameters: "ViewerParameters", abilities: "Abilities") -> None:
    """Show what was opened until the person has seen enough.

    Parameters
    ----------
    found
        What was opened, one for all, or two whose first series are seen side by side.
    parameters
        How it is looked at first.
    abilities
        Of the terminal.

    Raises
    ------
    UserError
        If there is no terminal, nothing to be seen, or no window of the name that is asked for.
    """
    series = [series for each in found for series in each.series]
    if not series:
        raise UserError("There are no images to look at.")

    def brushes_of(abilities: "Abilities") -> Brushes:
        return _brushes(parameters, abilities)

    start = Start(
        _first_looks(series, parameters),
        _information,
        tuple(series.index(each.series[0]) for each in found if each.series),
        overlays="all" if parameters.show_overlay else "plain",
        tells_information=parameters.show_info,
        marks=lambda job: _marks(found, job),
        zoom=parameters.zoom,
        pan_px=parameters.pan,
        brushes_of=brushes_of,
    )
    with Screen.opened(abilities) as screen, _ctrl_c_ends_it():
        interact(series, screen, brushes_of(abilities), start)


@contextmanager
def _ctrl_c_ends_it() -> Iterator[None]:
    """Let Ctrl-C end it wherever it is; elsewhere it only asks work to stop, which nothing here would hear."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _brushes(parameters: "ViewerParameters", abilities: "Abilities") -> Brushes:
    return Brushes(
        lambda: encoder_for(parameters, abilities),
        has_dots=mode_for(parameters, abilities) not in ("ascii", "ansi"),
        cell=abilities.cell,
        styles=Styles.of(has_colours=abilities.colours != "none"),
        encoding="utf-8" if abilities.unicode else "ascii",
    )


def _first_looks(series: Sequence[ShownSeries], parameters: "ViewerParameters") -> tuple[Look, ...]:
    """Give how each series is looked at first; one that cannot be read, or has no such window, hinders no other one.

    Raises
    ------
    UserError
        If none of them has the image or the window, or there is no table of colours, that is asked for.
    """
    table_of(parameters.colours)
    if parameters.frame is not None and all(parameters.frame > each.count for each in series):
        raise series[0].lacks_number()
    looks: list[Look] = []
    errors: list[UserError] = []
    for each in series:
        try:
            looks.append(_first_look(each, parameters))
        except UserError as error:
            if not isinstance(error, Refused):
                errors.append(error)
            plain = replace(parameters, preset="", window_center=None, window_width=None)
            looks.append(_first_look(each, plain))
    if errors and len(errors) == len(series):
        raise errors[0]
    return tuple(looks)


def _first_look(series: ShownSeries, parameters: "ViewerParameters") -> Look:
    """Give how a series is looked at first; its image is read only where a window depends on it."""
    number = series.first if parameters.frame is None else min(parameters.frame, series.count) - 1
    instance = series.instance(number)
    view = replace(habitual_view(instance.sop_class_uid), colours=parameters.colours)
    view = replace(view, inverted=view.inverted != parameters.invert)
    if parameters.preset or parameters.window_center is not None or parameters.window_width is not None:
        view = replace(view, voi=asked_view(series.frame(number), instance, parameters).voi)
    return Look(number, view)


def _information(series: ShownSeries, number: int, frame: Frame, view: View, columns: int) -> Sequence[str]:
    return lines_of(information(series, number, frame, view), columns)


def _marks(found: Sequence[Opened], job: Job) -> "Marks":
    from workstation.terminal.marks import Marks, marks_of

    each = [marks_of(one, job) for one in found]
    return Marks(
        tuple(state for one in each for state in one.states), tuple(group for one in each for group in one.measured)
    )
