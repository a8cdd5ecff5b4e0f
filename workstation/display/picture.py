"""Pictures written to files: PNG, JPEG and TIFF, whole or not at all."""

from pathlib import Path
from typing import Literal, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.errors import UserError
from workstation.whole_files import write_whole

PictureFormat = Literal["png", "jpeg", "tiff"]
FORMATS: tuple[PictureFormat, ...] = get_args(PictureFormat)
LARGEST_SIDE_PX = 32_000
LARGEST_PICTURE_PX = 200_000_000
_JPEG_QUALITY = 95
_LZW = 5


def write_picture(picture: NDArray[np.uint8], path: Path, picture_format: PictureFormat) -> None:
    """Write a picture; a file that is there is replaced once the new one is complete.

    Parameters
    ----------
    picture
        (height, width, 3) of red, green, blue; where all three are equal everywhere, a grey picture is written.
    path
        The file; its folder is there.
    picture_format
        PNG and TIFF (LZW) lose nothing; JPEG is written at quality 95 without reduced colours.

    Raises
    ------
    UserError
        If the file cannot be written.
    """
    write_whole(path, encoded(picture, picture_format), hint="Choose another --output.")


def encoded(picture: NDArray[np.uint8], picture_format: PictureFormat) -> bytes:
    """Give the bytes of a picture file."""
    is_grey = bool((picture[..., 0] == picture[..., 1]).all() and (picture[..., 0] == picture[..., 2]).all())
    plain = picture[..., 0] if is_grey else cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    options = {
        "png": (".png", []),
        "jpeg": (
            ".jpg",
            [
                *(cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY),
                *(cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444),
            ],
        ),
        "tiff": (".tiff", [cv2.IMWRITE_TIFF_COMPRESSION, _LZW]),
    }
    suffix, settings = options[picture_format]
    done, data = cv2.imencode(suffix, np.ascontiguousarray(plain), settings)
    if not done:
        raise RuntimeError(f"OpenCV did not encode a picture of {picture.shape} as {picture_format}")
    return bytes(data)


def check_size(width: int, height: int) -> None:
    """Raise `UserError` for a picture that no program would open."""
    if max(width, height) > LARGEST_SIDE_PX or width * height > LARGEST_PICTURE_PX:
        raise UserError(
            f"A picture of {width} x {height} pixels is too large.",
            hint=f"At most {LARGEST_SIDE_PX} pixels a side and {LARGEST_PICTURE_PX // 1_000_000} million in all.",
        )
