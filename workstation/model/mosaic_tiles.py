"""The slices in mosaics, and the stacks that they make.

By the standard such an image is a single plane, and the Image Position of Siemens is that of the whole, which lies
nowhere in the patient. How many tiles there are, and where their slices lie, stands in private elements alone. Tiles
lie in rows from the left, in a square of as many as are needed, of which United Imaging leaves empty rows out.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

from workstation.model.attributes import PARSER_FAILURES, number, numbers
from workstation.model.csa import MR, image_values, private_bytes, protocol_centres_lps
from workstation.model.geometry import Plane, Vector, cross, difference, dot, point_to_lps, unit
from workstation.model.image import Image
from workstation.model.index.records import Instance, Stack
from workstation.model.instance_plane import has_spacing, plane_of
from workstation.model.mosaic import SIEMENS, Tile, is_mosaic
from workstation.model.refusal import Refused
from workstation.model.slices import Slice, slice_of
from workstation.model.stacks import lowest_number, stacks_of, stacks_of_slices
from workstation.quick_dataclass import dataclass

SAME_CENTRE_PX = 1.0
"""The protocol and the image mean the same slice where their centres differ by no more."""
PARALLEL = 0.99
"""Cosine of the angle between the direction of the slices and the normal of the image, at least."""
NO_TILES = "an image of many slices side by side (mosaic), which cannot be told apart"
"""How the note begins that says why a mosaic stays an image."""
_COUNT_NAME, _NORMAL_NAME = "NumberOfImagesInMosaic", "SliceNormalVector"


class NoTiles(Exception):
    """What the tiles of a mosaic are is not known; the message says why."""


@dataclass(frozen=True, slots=True)
class _Grid:
    """How many tiles lie side by side, how large they are (rows, columns), and the first pixels of their slices."""

    across: int
    size_px: tuple[int, int]
    origins_lps: tuple[Vector, ...]


def tiles_of(instance: Instance) -> list[Slice]:
    """Give the slices of a mosaic, the tile in the upper left first.

    Raises
    ------
    NoTiles
        If the header does not say how many there are, how far apart, or to which side; or contradicts itself.
    Refused
        If the image cannot be read.
    """
    with Image.open(instance.place) as image:
        is_siemens = SIEMENS in instance.image_type.upper().split("\\")
        grid = (_of_siemens if is_siemens else _of_united_imaging)(image, instance)
    return [_slice(instance, grid, number) for number in range(len(grid.origins_lps))]


def stacks_with_tiles(instances: Sequence[Instance]) -> tuple[Stack, ...]:
    """Make the stacks of one series as `workstation.model.stacks.stacks_of`, of mosaics by their tiles.

    Those whose tiles are not known stay images, and a note says why.
    """
    others = [each for each in instances if not is_mosaic(each)]
    tiles: list[Slice] = []
    unknown: dict[str, list[Instance]] = {}
    for each in instances:
        if is_mosaic(each):
            try:
                tiles += tiles_of(each)
            except (NoTiles, Refused) as error:
                unknown.setdefault(str(error), []).append(each)
    stacks = [*stacks_of(others), *stacks_of_slices(tiles)]
    stacks += [
        replace(stack, is_volume=False, notes=(f"{NO_TILES}: {why}",))
        for why, images in unknown.items()
        for stack in stacks_of(images)
    ]
    return tuple(sorted(stacks, key=lowest_number))


def _of_united_imaging(image: Image, instance: Instance) -> _Grid:
    """Take the place of each slice from the item that it has in a private sequence."""
    try:
        element = image.dataset.private_block(0x0065, "Image Private Header").get_tag(0x51)
        origins = [numbers(item, "ImagePositionPatient") for item in image.dataset[element].value]
    except PARSER_FAILURES:
        origins = []
    places = [(each[0], each[1], each[2]) for each in origins if len(each) == 3]
    if not 0 < len(places) == len(origins) <= instance.rows * instance.columns or not has_spacing(instance):
        raise NoTiles("the file does not say where its slices lie")
    across = math.isqrt(len(places) - 1) + 1
    down = -(-len(places) // across)
    return _Grid(across, _tile_size(instance, across, down, len(places)), tuple(places))


def _of_siemens(image: Image, instance: Instance) -> _Grid:
    """Find the first slice in the middle of the whole, and the way to the next in the CSA header or the protocol."""
    whole = plane_of(instance)
    if whole is None or not whole.spacing.is_metric:
        raise NoTiles("the file does not say where it lies")
    centres = protocol_centres_lps(image.dataset)
    told = image_values(image.dataset, frozenset((_COUNT_NAME, _NORMAL_NAME)))
    count = _count(image, told, len(centres))
    across = math.isqrt(count - 1) + 1
    size_px = _tile_size(instance, across, across, count)
    first = _first(whole, (instance.rows, instance.columns), size_px)
    step_lps = _step(image, first, size_px, told, centres)
    x, y, z = first.origin_lps
    dx, dy, dz = step_lps
    return _Grid(across, size_px, tuple((x + n * dx, y + n * dy, z + n * dz) for n in range(count)))


def _tile_size(instance: Instance, across: int, down: int, count: int) -> tuple[int, int]:
    if instance.rows % down or instance.columns % across:
        raise NoTiles(f"{instance.columns} x {instance.rows} pixels are not {across} x {down} tiles for {count} slices")
    return instance.rows // down, instance.columns // across


def _count(image: Image, told: dict[str, tuple[str, ...]], planned: int) -> int:
    """Give how many tiles are slices; those behind them are empty."""
    element = private_bytes(image.dataset, 0x0019, MR, 0x0A)
    in_header = (*told.get(_COUNT_NAME, ()), str(int.from_bytes(element, "little")) if len(element) == 2 else "")
    for text in (*in_header, str(planned)):
        if text.isdecimal() and 0 < int(text) <= image.description.rows * image.description.columns:
            return int(text)
    raise NoTiles("the file does not say how many slices it has")


def _first(whole: Plane, rows_columns: tuple[int, int], size_px: tuple[int, int]) -> Plane:
    down, right = ((all_of_it - one) / 2 for all_of_it, one in zip(rows_columns, size_px, strict=True))
    return replace(whole, origin_lps=point_to_lps(whole, (right, down)))


def _step(
    image: Image, first: Plane, size_px: tuple[int, int], told: dict[str, tuple[str, ...]], centres: tuple[Vector, ...]
) -> Vector:
    """Give the way from one slice to the next: by the header of the image, or else as it was planned."""
    normal = cross(first.along_row_lps, first.along_column_lps)
    planned = _planned_step(first, size_px, centres)
    apart_mm = number(image.dataset, "SpacingBetweenSlices") or dot(planned, planned) ** 0.5
    if not 0 < apart_mm < math.inf:
        raise NoTiles("the file does not say how far apart its slices are")
    way = _vector(told.get(_NORMAL_NAME, ())) or planned
    side = dot(way, normal) / (dot(way, way) ** 0.5 or 1.0)
    if abs(side) < PARALLEL:
        raise NoTiles("the file does not say to which side its slices follow each other")
    along = math.copysign(apart_mm, side)
    return normal[0] * along, normal[1] * along, normal[2] * along


def _planned_step(first: Plane, size_px: tuple[int, int], centres: tuple[Vector, ...]) -> Vector:
    """Give the way to the next slice of the protocol, from the end at which the first tile lies; zero if at none."""
    if len(centres) < 2:
        return (0.0, 0.0, 0.0)
    rows, columns = size_px
    middle = point_to_lps(first, (columns / 2, rows / 2))
    nearest_mm = SAME_CENTRE_PX * max(first.spacing.between_rows, first.spacing.between_columns)
    for start, after in (centres[:2], (centres[-1], centres[-2])):
        off = difference(start, middle)
        if dot(off, off) ** 0.5 <= nearest_mm:
            return difference(after, start)
    return (0.0, 0.0, 0.0)


def _vector(texts: tuple[str, ...]) -> Vector | None:
    try:
        x, y, z = (float(text) for text in texts)
        return unit((x, y, z))
    except PARSER_FAILURES:
        return None


def _slice(instance: Instance, grid: _Grid, tile: int) -> Slice:
    rows, columns = grid.size_px
    place = grid.origins_lps[tile]
    own = replace(instance, rows=rows, columns=columns, image_position_lps=place, slice_location_mm=None)
    corner = (tile % grid.across * columns, tile // grid.across * rows)
    return replace(slice_of(own), frame=Tile(own, tile, corner))
