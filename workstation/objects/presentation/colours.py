"""Colours of objects, CIELab relative to D50 (PS3.3 C.10.7.1.1), and those of the screen (sRGB, IEC 61966-2-1)."""

import numpy as np

Rgb = tuple[int, int, int]
Encoded = tuple[int, int, int]

_WHITE_D50 = np.array([0.96422, 1.0, 0.82521])
# sRGB to XYZ, the white point adapted from D65 to D50 (Bradford), as in profiles of the ICC.
_TO_XYZ = np.array(
    [[0.4360747, 0.3850649, 0.1430804], [0.2225045, 0.7168786, 0.0606169], [0.0139322, 0.0971045, 0.7141733]]
)
_FROM_XYZ = np.linalg.inv(_TO_XYZ)
_EDGE = 6 / 29


def rgb_of_cielab(encoded: Encoded) -> Rgb:
    """Give the colour on the screen, each channel 0 to 255, clipped where the screen has none.

    Parameters
    ----------
    encoded
        L* of 0 to 100 as 0 to 65535, a* and b* of -128 to 127 likewise.
    """
    lightness, a, b = encoded[0] / 65535 * 100, encoded[1] / 65535 * 255 - 128, encoded[2] / 65535 * 255 - 128
    middle = (lightness + 16) / 116
    f = np.array([middle + a / 500, middle, middle - b / 200])
    xyz = np.where(f > _EDGE, f**3, 3 * _EDGE**2 * (f - 4 / 29)) * _WHITE_D50
    linear = np.clip(_FROM_XYZ @ xyz, 0, 1)
    coded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    red, green, blue = (int(value) for value in np.rint(coded * 255))
    return red, green, blue


def cielab_of_rgb(rgb: Rgb) -> Encoded:
    """Give the encoding of a colour of the screen; `rgb_of_cielab` gives the same colour back."""
    coded = np.array(rgb, np.float64) / 255
    linear = np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)
    ratio = _TO_XYZ @ linear / _WHITE_D50
    f = np.where(ratio > _EDGE**3, np.cbrt(ratio), ratio / (3 * _EDGE**2) + 4 / 29)
    lightness, a, b = 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])
    found = np.rint([lightness / 100 * 65535, (a + 128) / 255 * 65535, (b + 128) / 255 * 65535])
    first, second, third = (int(value) for value in np.clip(found, 0, 65535))
    return first, second, third
