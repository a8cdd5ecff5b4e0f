"""How the series and planes of panes lie to each other, for scrolling them together."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workstation.display.linked import Linkable, spacing_of
from workstation.display.linking import StackPlanes, by_position, offset_from_positions
from workstation.display.mixed import is_in_colour
from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.geometry import Plane
from workstation.model.instance_plane import plane_of
from workstation.terminal.session import Source
from workstation.volume.cutting.standard_planes import PlaneStack
from workstation.volume.opening import placed

if TYPE_CHECKING:
    from workstation.terminal.opened import ShownSeries

MOST_PLANES = 5000
"""Longer series are not asked where they lie."""
_NOWHERE = StackPlanes(())


class Links:
    """Knows where the images of series lie; found out when two of them are seen side by side.

    Parameters
    ----------
    series
        The series.
    """

    def __init__(self, series: Sequence["ShownSeries"]) -> None:
        self._series = series
        self._planes: dict[Source, StackPlanes] = {}
        self._no_volume: dict[int, str] = {}
        self._anchors: dict[tuple[Source, ...], tuple[int, ...]] = {}

    def no_volume(self, number: int) -> str:
        """Say why a series makes no volume; empty where it does."""
        if number not in self._no_volume:
            try:
                placed(self._series[number].stack, Job(), least_slices=2, colour=True)
            except UserError as error:
                self._no_volume[number] = f"{error.message} {error.hint}".strip()
            else:
                self._no_volume[number] = ""
        return self._no_volume[number]

    def of(
        self, sources: tuple[Source, ...], indices: tuple[int, ...], pane: int, stack: PlaneStack | None
    ) -> Linkable:
        """Describe a pane to the rules of linking.

        Parameters
        ----------
        sources, indices
            What all panes show, and which images.
        pane
            The one that is described.
        stack
            Its planes, where it shows some.
        """
        source = sources[pane]
        series = self._series[source.series]
        instance = series.instance(min(indices[pane], series.count - 1) if stack is None else 0)
        if len(sources) < 2:
            return Linkable(series.count if stack is None else stack.count, _NOWHERE)
        if source not in self._planes:
            self._planes[source] = planes_of(series) if stack is None else planes_of_stack(stack)
        planes = self._planes[source]
        anchors = self._anchors_of(sources, indices)
        shape, spacing = (instance.rows, instance.columns), spacing_of(instance.pixel_spacing_mm)
        if stack is not None:
            side = stack.first.spacing
            shape, spacing = (stack.size_px[1], stack.size_px[0]), (side.between_rows, side.between_columns)
        count = len(planes.planes)
        anchor = None if anchors is None else anchors[pane]
        return Linkable(count, planes, instance.modality, shape, spacing, anchor, is_in_colour(instance))

    def _anchors_of(self, sources: tuple[Source, ...], indices: tuple[int, ...]) -> tuple[int, ...] | None:
        """Give the images that belong together where nothing tells it: those that were seen side by side first."""
        if any(source not in self._planes for source in sources):
            return None
        if sources not in self._anchors:
            one, other = (self._planes[source] for source in sources[:2])
            index = min(indices[0], len(one.planes) - 1)
            tells = by_position(one, index, other) is not None or offset_from_positions(one, other) is not None
            self._anchors[sources] = () if tells else indices
        return self._anchors[sources] or None


def planes_of(series: "ShownSeries") -> StackPlanes:
    """Give where the images of a series lie; None for those of which the file does not say it."""
    first = series.instance(0)
    shapes = {(ref.instance.rows, ref.instance.columns) for ref in series.stack.frames}
    shape = (first.rows, first.columns) if len(shapes) == 1 else (0, 0)
    if series.count > MOST_PLANES:
        return StackPlanes((None,) * series.count, shape)
    return StackPlanes(tuple(_plane(series, number) for number in range(series.count)), shape)


def planes_of_stack(stack: PlaneStack) -> StackPlanes:
    """Give where planes of a volume lie."""
    return StackPlanes(
        tuple(stack.plane(number) for number in range(stack.count)), (stack.size_px[1], stack.size_px[0])
    )


def _plane(series: "ShownSeries", number: int) -> Plane | None:
    ref = series.ref(number)
    if ref.instance.number_of_frames <= 1:
        return plane_of(ref.instance)
    try:
        return series.image(number).plane(ref.number)
    except UserError:
        return None
