"""Pictures of plain letters, light on a dark ground: for terminals without colours, and for pipes."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.terminal.encoding.boxes import Box, Cell, Picture, Place, resampled, square_px
from workstation.terminal.encoding.cells import Characters, Glyphs, Painter, padded

RAMP = " .:-=+*#%@"
"""Ten letters from dark to light."""

_ACROSS, _DOWN = 2, 4
_TONE = 1.0
"""How much more the brightness of a character counts than where in it the light is."""

# How much of each eighth of a character is ink: the printable characters of ASCII from the space on, left and right of
# four rows, a byte each; the mean of the regular faces of DejaVu, Noto, Liberation and Nimbus Mono.
_INK = bytes.fromhex(
    """
    0000000000000000 0a0a202118180404 1717323200000000 11134f544e490706 0e0f51393353090b 170957352d55030b
    120c492154600d0c 0b0c191900000000 00111c26251e0717 1100251d1c261707 0d0e3e3f05050000 030321212c2d0000
    00000301230b1b07 000007071b1b0000 0000010114140404 00110a3337040d00 1414454b49430808 110a252a1f38080b
    16151b42442f0f0f 15161e4d1f4a0f08 05162e4a39580006 1c15492f1d470f07 10144f344445080a 1a1e144718210600
    16164b4b47480a0a 1515404e294f0d05 0202151514140404 03021913240a1c05 0207252a24280000 0404303026260000
    07022b2428240000 14161543201b0502 0f14525a57491b17 100c423b56570606 1e16585055530e09 111d441b461e0510
    1f1149444f460f04 1c1c5733542e0d0f 1b1e532c52120600 131944294758070f 121252524b4b0606 161629292e2e0d0d
    0718074524401005 14145c3952420607 130143064c280c0f 191a676856570606 1a12674a46650608 1515454447460909
    1d164e4858160600 151545444d4e132c 1d14514c54470607 16184a2828510f0a 2121323325260303 1212424245440a0a
    1313434235340404 141459595c5c0707 1313404044450607 13133f3e27290303 1b1f1f424a270f10 0c122a1b2a14171a
    120034090635000d 110c1a2a142a1917 0e0d292806070000 0000000009092c2c 10050a0500000000 050424324e5d0d0a
    1905573354460b0a 04072d27451c060e 0519325745540a0b 050535325c43080e 0e21423736190402 0507313e474d2c3a
    1905543242410606 0c092a1929330e0f 05131834033d2328 1606472b533f0607 1b08281d2d2e090e 09064a4253560808
    07053a3242400606 0505303044440909 08053f3355443d0a 0508323f44550a3e 0507332944100903 05052f2737460d09
    10044d1a3c17020e 04052728434f0b0b 06062c2c37360404 050535355c5c0707 05052e2e45450707 05052a293b363a0d
    060624353c2c0d0e 04131a272f1c0721 0d0e1b1b1b1b1617 1304271a1b2f2107 00001b0f121e0000
    """
)


class Letters:
    """Letters by their shape (high quality), or by their brightness among ten (low)."""

    def __init__(self, quality: Literal["low", "high"]) -> None:
        signs = [bytes([code]) for code in range(32, 127)] if quality == "high" else [sign.encode() for sign in RAMP]
        uncoloured = np.zeros(len(signs), bool)
        self._painter = Painter(Glyphs(padded(signs), uncoloured, uncoloured, "none"))
        self._choose = _by_shape if quality == "high" else _by_tone
        self._dots = (_ACROSS, _DOWN) if quality == "high" else (1, 1)

    def wanted_px(self, box: Box, cell: Cell) -> tuple[int, int]:
        """Give the size of the picture that has as many pixels as letters can show."""
        return square_px(box, cell, across=self._dots[0], down=self._dots[1])

    def lines(self, picture: Picture, box: Box, cell: Cell) -> bytes:  # noqa: ARG002 - letters fill any cell
        """Give lines of letters."""
        return self._painter.lines(self._characters(picture, box))

    def placed(self, picture: Picture, box: Box, cell: Cell, *, column: int, row: int) -> bytes:  # noqa: ARG002
        """Give the letters that changed."""
        return self._painter.placed(self._characters(picture, box), Place(column, row))

    def cleared(self) -> bytes:
        """Forget what was placed."""
        self._painter.forget()
        return b""

    def _characters(self, picture: Picture, box: Box) -> Characters:
        across, down = self._dots
        dots = cv2.cvtColor(resampled(picture, box.columns * across, box.rows * down), cv2.COLOR_RGB2GRAY)
        shape = self._choose(np.asarray(dots, np.uint8))
        none = np.zeros(shape.shape, np.uint32)
        return Characters(shape, none, none)


def _by_tone(dots: NDArray[np.uint8]) -> NDArray[np.uint8]:
    steps = np.linspace(0, len(RAMP) - 1, 256).round().astype(np.uint8)
    return np.asarray(steps[dots], np.uint8)


def _by_shape(dots: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Choose the letter whose ink differs least, in squares, from the light in each eighth and from all of it."""
    letters = np.frombuffer(_INK, np.uint8).reshape(-1, _ACROSS * _DOWN).astype(np.float32)
    rows, columns = dots.shape[0] // _DOWN, dots.shape[1] // _ACROSS
    light = dots.reshape(rows, _DOWN, columns, _ACROSS).swapaxes(1, 2).reshape(-1, _ACROSS * _DOWN)
    wanted = light * np.float32(letters.mean(axis=1).max() / 255)
    letters, wanted = _with_tone(letters), _with_tone(wanted)
    # |wanted - letter|² less what doesn't depend on the letter
    differs = (letters**2).sum(axis=1) - 2 * (wanted @ letters.T)
    return np.asarray(differs.argmin(axis=1), np.uint8).reshape(rows, columns)


def _with_tone(eighths: NDArray[np.float32]) -> NDArray[np.float32]:
    tone = eighths.sum(axis=1, keepdims=True) * np.float32(_TONE / np.sqrt(eighths.shape[1]))
    return np.concatenate([eighths, tone], axis=1)
