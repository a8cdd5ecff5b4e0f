"""Pictures that are saved: in the working folder, without the patient in their names, never over another file."""

from itertools import count
from pathlib import Path

from workstation.display.picture import encoded
from workstation.display.render import Picture
from workstation.errors import UserError

SIDE_PX = 1024
"""The longer side of pictures that are saved, where the terminal shows smaller ones."""


def saved(picture: Picture, folder: Path, stem: str) -> Path:
    """Write a picture as PNG.

    Parameters
    ----------
    picture
        (height, width, 3).
    folder
        Where to.
    stem
        What its name begins with; a number follows where that is taken.

    Raises
    ------
    UserError
        If it cannot be written.
    """
    data = encoded(picture, "png")
    for number in count(1):
        path = folder / (f"{stem}.png" if number == 1 else f"{stem}-{number}.png")
        try:
            with path.open("xb") as file:
                file.write(data)
        except FileExistsError:
            continue
        except OSError as error:
            raise UserError(f"{path} cannot be written: {error.strerror or type(error).__name__}.") from error
        return path
    raise AssertionError("numbers do not end")


def saved_size(size_px: tuple[int, int]) -> tuple[int, int]:
    """Give the size of a picture that is saved: the shape of what is seen, and large enough to be read."""
    factor = max(1.0, SIDE_PX / max(size_px))
    return round(size_px[0] * factor), round(size_px[1] * factor)
