"""Regions and points followed over the frames of an image, or the images of a series: a table, and its curves."""

import math
from collections.abc import Iterable, Sequence

from workstation.measure.done import Done
from workstation.measure.frame_axis import FrameAxis, frame_axis, offsets_of
from workstation.measure.over_frames import gathered
from workstation.measure.results import Number
from workstation.model.annotation_kinds import TRAITS, Kind
from workstation.model.geometry import SAME_PLACE_MM
from workstation.model.measurement import Curve, Measurement
from workstation.operations.operation import counted, one_line
from workstation.quick_dataclass import dataclass

_SHOWN = ("mean", "sd_sample", "min", "max", "value", "red", "green", "blue")
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured on one frame; ``x`` is where it stands on the axis of the curves."""

    x: float
    source: str
    sop_instance_uid: str
    frame: int
    values: tuple[Number, ...]

    @property
    def key(self) -> tuple[str, int]:
        """The image and its frame, from 1."""
        return self.sop_instance_uid, self.frame


@dataclass(frozen=True, slots=True)
class Followed:
    """A region or a point over frames.

    Parameters
    ----------
    over
        What ``x`` of rows is, with its unit.
    over_from
        The attributes that it is from; empty for the number of the frame.
    source
        The file; of several the first and the last.
    kind, name, lesion
        Of what is followed.
    plane
        How and where the frames lie, where all lie at one place.
    rows
        In the order of ``x``.
    curves
        The mean of a region with its SD (sample), the value of a point.
    """

    over: str
    over_from: str
    source: str
    series_instance_uid: str
    modality: str
    kind: Kind
    name: str
    lesion: str
    plane: str
    rows: tuple[Row, ...]
    curves: tuple[Curve, ...]

    def table(self) -> str:
        """Give all numbers as lines with tabs, for a spreadsheet."""
        units = {number.quantity: number.unit for row in self.rows for number in row.values}
        heads = [f"{key} ({unit})" if unit else key for key, unit in units.items()]
        lines = ["\t".join([self.over, "frame", "file", *heads])]
        for row in self.rows:
            numbers = {each.quantity: f"{each.value:.10g}" for each in row.values}
            lines.append(
                "\t".join([f"{row.x:.10g}", f"{row.frame}", row.source, *(numbers.get(key, "") for key in units)])
            )
        return "".join(f"{one_line(line)}\n" for line in lines)

    def text(self) -> str:
        """Give it as a table in lines."""
        found = {number.quantity: number for row in self.rows for number in row.values}
        shown = [each for each in _SHOWN if each in found]
        heads = [self.over, *(_head(found[each]) for each in shown)]
        table = [heads]
        for row in self.rows:
            numbers = {each.quantity: f"{each.value:.6g}" for each in row.values}
            table.append([f"{row.x:.6g}", *(numbers.get(each, "") for each in shown)])
        wide = [max(len(line[column]) for line in table) for column in range(len(heads))]
        title = f"{self.source}: {self.called}{f', {self.plane}' if self.plane else ''}"
        lines = [f"{title}, over {counted(len(self.rows), 'frame' if self.is_one_file else 'image')}"]
        if self.over_from:
            lines.append(f"  {self.over}: {self.over_from}")
        lines += ["  " + "  ".join(text.rjust(width) for text, width in zip(line, wide, strict=True)) for line in table]
        return "\n".join(one_line(line) for line in lines)

    @property
    def called(self) -> str:
        """What a person calls it: its name, the lesion, or what kind of shape it is."""
        return self.name or self.lesion or TRAITS[self.kind].name

    @property
    def is_one_file(self) -> bool:
        """Whether all rows are frames of one image."""
        return len({row.sop_instance_uid for row in self.rows}) == 1


def _head(number: Number) -> str:
    words = {"mean": "Mean", "sd_sample": "SD (sample)", "min": "Minimum", "max": "Maximum"}
    name = words.get(number.quantity, number.quantity.capitalize())
    return f"{name} ({number.unit})" if number.unit else name


def followed(done: Iterable[Done], *, over_images: bool = False) -> tuple[Followed, ...]:
    """Gather what was measured alike on several frames of an image; ``over_images``: of a series, too.

    What lies at several places at several times makes a table for each place.
    """
    found = groups(done, over_images=over_images)
    return tuple(follow(each) for several in found for each in by_place(several) if len(each) > 1)


def by_place(several: Sequence[Done]) -> list[list[Done]]:
    """Part what was measured at several places at several times by the place; else leave it together."""
    spots = [each.spot for each in several if each.spot is not None]
    offsets = offsets_of(spots) if len(spots) > 1 else None
    if offsets is None:
        return [list(several)]
    found: list[list[int]] = []
    before = -math.inf
    for number in sorted(range(len(several)), key=offsets.__getitem__):
        if offsets[number] - before > SAME_PLACE_MM:
            found.append([])
        found[-1].append(number)
        before = offsets[number]
    if len(found) in (1, len(several)):
        return [list(several)]
    return [[several[number] for number in sorted(place)] for place in found]


def groups(done: Iterable[Done], *, over_images: bool) -> list[list[Done]]:
    """Put together what was measured alike, in the order in which it comes; what stays alone is a group too."""
    found: dict[Key, list[Done]] = {}
    for each in done:
        found.setdefault(_key(each, over_images=over_images), []).append(each)
    return list(found.values())


def _key(done: Done, *, over_images: bool) -> Key:
    instance, annotation = done.instance, done.measurement.annotation
    traits = TRAITS[annotation.kind]
    if done.spot is None or not (traits.is_region or annotation.kind == "point"):
        return (id(done),)
    is_film = instance.number_of_frames > 1 or not over_images
    image = instance.place if is_film else instance.series_instance_uid  # copies of an image are images of their own
    about = annotation.about
    who = annotation.text, about.tracking_uid if about is not None else ""
    if annotation.mask is not None:
        return (image, annotation.kind, *who)  # a region of a file has other points on each frame
    return (image, annotation.kind, *who, annotation.points_px)


def follow(several: Sequence[Done]) -> Followed:
    """Make a table of what was measured on several frames; each has a spot."""
    axis: FrameAxis = frame_axis(
        [each.spot for each in several if each.spot is not None], is_one_image=several[0].instance.number_of_frames > 1
    )
    order = sorted(range(len(several)), key=lambda each: axis.x[each])
    rows = [several[each] for each in order]
    x = [axis.x[each] for each in order]
    first, last = rows[0], rows[-1]
    annotation, about = first.measurement.annotation, first.measurement.annotation.about
    places = dict.fromkeys((str(first.instance.place), str(last.instance.place)))
    return Followed(
        axis.words,
        axis.source,
        " … ".join(places),
        first.instance.series_instance_uid,
        first.instance.modality,
        annotation.kind,
        annotation.text,
        about.tracking_id if about is not None else "",
        first.measurement.basis.plane if len({each.measurement.basis.plane for each in rows}) == 1 else "",
        tuple(_row(at, each.measurement) for at, each in zip(x, rows, strict=True)),
        gathered([each.measurement for each in rows], x, axis.words).curves,
    )


def _row(x: float, measurement: Measurement) -> Row:
    basis = measurement.basis
    values = tuple(
        Number(each.quantity.key, each.value, each.unit.words, each.unit.ucum) for each in measurement.values
    )
    return Row(x, basis.place, basis.sop_instance_uid, basis.frame + 1, values)
