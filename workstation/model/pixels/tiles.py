"""Where a frame of a tiled image lies in the whole picture (PS3.3 C.7.6.17)."""

from pydicom import Dataset

from workstation.model.attributes import integer, text
from workstation.model.frame_parts import Tile
from workstation.model.pixels.functional_groups import FunctionalGroups


def tile_of(groups: FunctionalGroups, number: int) -> Tile | None:
    """Give the tile that a frame, from 0, is; None where the image is not tiled, or does not say."""
    columns, rows = whole_size(groups.dataset)
    if not columns or not rows:
        return None
    if is_full(groups.dataset):
        return full_tile(groups.dataset, number)
    position = groups.item("PlanePositionSlideSequence", number)
    column = integer(position, "ColumnPositionInTotalImagePixelMatrix") if position is not None else None
    row = integer(position, "RowPositionInTotalImagePixelMatrix") if position is not None else None
    return None if column is None or row is None else Tile(column - 1, row - 1, columns, rows)


def whole_size(dataset: Dataset) -> tuple[int, int]:
    """Give columns and rows of the whole picture; 0 where there is none."""
    return integer(dataset, "TotalPixelMatrixColumns") or 0, integer(dataset, "TotalPixelMatrixRows") or 0


def is_full(dataset: Dataset) -> bool:
    """Say whether all tiles are there in their order, so that none says where it lies."""
    return text(dataset, "DimensionOrganizationType") == "TILED_FULL"


def tiles_in_all(dataset: Dataset) -> int:
    """Give how many tiles make the whole picture; 0 where nothing is said of it."""
    across, down = _grid(dataset)
    return across * down


def full_tile(dataset: Dataset, number: int) -> Tile | None:
    """Give the tile of a frame of an image that has all: row by row, again for each focal plane, path or segment."""
    across, down = _grid(dataset)
    if not across * down:
        return None
    at = number % (across * down)
    width, height = integer(dataset, "Columns") or 0, integer(dataset, "Rows") or 0
    return Tile(at % across * width, at // across * height, *whole_size(dataset))


def _grid(dataset: Dataset) -> tuple[int, int]:
    (columns, rows), width, height = whole_size(dataset), integer(dataset, "Columns"), integer(dataset, "Rows")
    return (-(-columns // width), -(-rows // height)) if width and height and columns and rows else (0, 0)
