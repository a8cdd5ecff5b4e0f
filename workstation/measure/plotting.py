"""What was measured, as plots: histograms, profiles, curves over frames, and lesions over time."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from workstation.display.picture import write_picture
from workstation.documents.plots import MOST_PLOTS, Line, Plot, plot_picture
from workstation.errors import UserError
from workstation.measure.done import Done
from workstation.measure.followed import Followed, by_place, followed, groups
from workstation.measure.over_time import Trend
from workstation.measure.results import WrittenMeasurements
from workstation.model.annotation_kinds import TRAITS
from workstation.model.measurement import Curve
from workstation.operations.operation import counted

_FEW = 40
"""Points of so short a curve are marked."""
_MOST_BANDS = 4
"""Bands of more curves would hide each other: they are left out."""


def write_plots(done: Sequence[Done], path: Path, *, is_dark: bool) -> WrittenMeasurements:
    """Draw the curves of measurements: what was measured on several frames over them, of the rest histograms, profiles.

    Raises
    ------
    UserError
        If there is nothing to plot, or the picture cannot be written.
    """
    alone = [each[0] for one in groups(done, over_images=True) for each in by_place(one) if len(each) == 1]
    made = [*_of_followed(followed(done, over_images=True)), *_of_curves(alone)]
    return _write(made, path, len(done), is_dark=is_dark)


def write_trends(trends: Iterable[Trend], path: Path, *, is_dark: bool) -> WrittenMeasurements:
    """Draw each quantity of all lesions over the dates of their studies.

    Raises
    ------
    UserError
        If there is nothing with a date, too much for one picture, or the picture cannot be written.
    """
    lines: dict[tuple[str, str], list[Line]] = {}
    count = 0
    for trend in trends:
        line = _of_trend(trend)
        if line is not None:
            lines.setdefault((trend.words, trend.unit.words), []).append(line)
            count += sum(each.when is not None for each in trend.steps)
    made = [
        Plot(words, tuple(several), "Date of the study", unit or words, are_dates=True)
        for (words, unit), several in lines.items()
    ]
    return _write(made, path, count, is_dark=is_dark)


def _of_trend(trend: Trend) -> Line | None:
    """Give the numbers with a date as marks; a line joins those that are the only ones of their day."""
    dated = [(float(each.when.toordinal()), each.value, each.among) for each in trend.steps if each.when is not None]
    if not dated:
        return None
    points = [(day, value) for day, value, among in dated if among == 1]
    for day, value, among in dated:
        if among > 1:
            points += [(day, math.nan), (day, value)]  # the line is broken where there is no number
    x, y = zip(*points, strict=True)
    name = trend.name or trend.lesion
    return Line(x, y, f"{name}, {trend.patient}" if trend.patient else name, has_marks=True)


def line_of(curve: Curve, name: str) -> Line:
    """Give a curve as a line that is called by a name."""
    return Line(
        curve.x,
        curve.y,
        name,
        is_steps=curve.is_steps,
        spread=curve.spread,
        has_marks=not curve.is_steps and bool(curve.spread) and len(curve.y) <= _FEW,
    )


def plot_of_curve(curve: Curve, title: str, note: str = "") -> Plot:
    """Give a plot of one curve; of one with a band the legend says what that is."""
    name = f"{curve.name}, with one SD (sample)" if curve.spread else curve.name
    return Plot(title, (line_of(curve, name),), curve.x_words, curve.y_words, note)


def _of_followed(tables: Sequence[Followed]) -> list[Plot]:
    found: dict[tuple[str, str], list[tuple[Followed, Curve]]] = {}
    for table in tables:
        for curve in table.curves:
            found.setdefault((curve.x_words, curve.y_words), []).append((table, curve))
    made = []
    for (x_words, y_words), several in found.items():
        first = several[0][0]
        names = [_called(table, curve) for table, curve in several]
        alike = Counter(names)
        names = _apart(
            [
                f"{name}, {table.plane}" if alike[name] > 1 and table.plane else name
                for name, (table, _curve) in zip(names, several, strict=True)
            ]
        )
        is_alone = len(several) == 1
        if len(several) > _MOST_BANDS:
            several = [(table, replace(curve, spread=())) for table, curve in several]
        lines = tuple(
            line_of(curve, f"{curve.name}, with one SD (sample)" if is_alone and curve.spread else name)
            for (_table, curve), name in zip(several, names, strict=True)
        )
        title = f"{names[0]} · {_files([first.source])}" if is_alone else _files([each.source for each, _ in several])
        note = f"{x_words}: {first.over_from}" if first.over_from else ""
        if not is_alone and several[0][1].spread:
            note = "; ".join(filter(None, ["Bands: one SD (sample)", note]))
        made.append(Plot(title, lines, x_words, y_words, note))
    return made


def _called(table: Followed, curve: Curve) -> str:
    name = f"{table.called[:1].upper()}{table.called[1:]}"
    return f"{name}, {curve.name.lower()}" if len(table.curves) > 1 else name


def _of_curves(done: Sequence[Done]) -> list[Plot]:
    found: dict[tuple[str, str, str, bool], list[tuple[Done, Curve]]] = {}
    for each in done:
        for curve in each.plotted:
            kind = "Profile" if not curve.is_steps else curve.name
            found.setdefault((kind, curve.x_words, curve.y_words, curve.is_steps), []).append((each, curve))
    made = []
    for (name, x_words, y_words, _is_steps), several in found.items():
        subjects = {id(each) for each, _curve in several}
        files = _files([_place_of(each) for each, _curve in several])
        places = {_place_of(each) for each, _curve in several}
        name_of = _name_in_file if len(places) > 1 else _name_of
        names = _apart([curve.name if len(subjects) == 1 else name_of(each) for each, curve in several])
        lines = tuple(line_of(curve, name) for (_each, curve), name in zip(several, names, strict=True))
        what = [_name_of(several[0][0])] if len(subjects) == 1 else []
        planes = {each.measurement.basis.plane for each, _curve in several if each.measurement.annotation.cut}
        what += planes if len(planes) == 1 else []
        title = " · ".join([*([name] if name != "Profile" or not what else []), *what, files])
        made.append(Plot(title, lines, x_words, y_words))
    return made


def _name_in_file(done: Done) -> str:
    place = done.instance.place
    return f"{_name_of(done)} · {Path(_of_volume(done) or place.member or place.path).name}"


def _place_of(done: Done) -> str:
    return _of_volume(done) or str(done.instance.place)


def _of_volume(done: Done) -> str:
    """Name the folder of the slices that a plane was cut from; empty for what lies on an image."""
    return done.measurement.basis.place if done.measurement.annotation.cut is not None else ""


def _apart(names: Sequence[str]) -> list[str]:
    """Number names of which there are several alike, in their order."""
    every, seen, found = Counter(names), Counter[str](), []
    for name in names:
        seen[name] += 1
        found.append(f"{name} {seen[name]}" if every[name] > 1 else name)
    return found


def _name_of(done: Done) -> str:
    annotation = done.measurement.annotation
    lesion = annotation.about.tracking_id if annotation.about is not None else ""
    return annotation.text or lesion or TRAITS[annotation.kind].name.capitalize()


def _files(sources: Iterable[str]) -> str:
    names = list(dict.fromkeys(" … ".join(Path(part).name for part in each.split(" … ")) for each in sources))
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _write(plots: Sequence[Plot], path: Path, count: int, *, is_dark: bool) -> WrittenMeasurements:
    if not plots:
        raise UserError("There is nothing to plot.", hint="Histograms need values in the region, trends need dates.")
    if len(plots) > MOST_PLOTS:
        raise UserError(
            f"There are {counted(len(plots), 'plot')}, which is too much for one picture.",
            hint="Choose with --quantity, or take fewer images.",
        )
    write_picture(plot_picture(plots, is_dark=is_dark), path, "png")
    return WrittenMeasurements(str(path), "plot", count)
