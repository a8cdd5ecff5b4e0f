"""A picture over another: opaque where its values are high, gone where they are low or where it does not reach."""

import numpy as np
import pytest
from numpy.typing import NDArray

from workstation.display.colour_tables import colour_table
from workstation.display.fusion import FULL_FROM, Fused, FusedLook, UpperPicture, window_between
from workstation.display.render import render
from workstation.display.view import View
from workstation.display.voi import value_range
from workstation.model.frame import Frame, ModalityTransform, Window
from workstation.model.geometry import Spacing

SIZE = (6, 2)
LOOK = FusedLook("pet", 0.8, "hot-iron", window_between(0.0, 1000.0))
VIEW = View(interpolation="nearest")


def upper() -> UpperPicture:
    pixels = np.array([[0, 125, 250, 500, 1000, -1], [0, 125, 250, 500, 1000, -1]], np.int16)
    frame = Frame(pixels, "MONOCHROME2", 16, Spacing(), ModalityTransform(unit="BQML"), padding=(-1, -1))
    return UpperPicture(frame, name="PET")


def lower() -> Frame:
    return Frame(np.full((2, 6), 80, np.int16), "MONOCHROME2", 16, Spacing(), voi=(Window(100, 201),))


def mixed(look: FusedLook = LOOK, channels: int = 3) -> NDArray[np.uint8]:
    below = render(lower(), VIEW, SIZE)
    canvas = below if channels == 3 else np.dstack([below[..., ::-1], np.full(below.shape[:2], 255, np.uint8)])
    canvas = np.ascontiguousarray(canvas)
    Fused(upper(), look).put_over(canvas, lower(), VIEW, SIZE)
    return canvas


def test_that_it_is_opaque_from_a_quarter_of_its_window_on_and_gone_at_its_low_end() -> None:
    below = render(lower(), VIEW, SIZE)[0, 0].astype(float)
    found = mixed()[0].astype(float)
    shares = (0.0, 0.125, 0.25, 0.5, 1.0)
    table = np.frombuffer(colour_table("hot-iron").rgb, np.uint8).reshape(-1, 3).astype(float)
    for column, share in enumerate(shares):
        colour = table[round(share * 255)]
        alpha = min(share / FULL_FROM, 1.0) * 0.8
        assert found[column] == pytest.approx(below * (1 - alpha) + colour * alpha, abs=2.5)
    assert found[0] == pytest.approx(below), "nothing is seen of it where there is nothing"
    assert found[5] == pytest.approx(below), "nor where it does not reach"


def test_that_screens_get_the_same_colours_in_their_order() -> None:
    assert np.array_equal(mixed(channels=4)[..., 2::-1], mixed())
    assert (mixed(channels=4)[..., 3] == 255).all()


def test_that_without_opacity_the_picture_below_is_untouched() -> None:
    assert np.array_equal(mixed(FusedLook("pet", 0.0)), render(lower(), VIEW, SIZE))


def test_that_its_value_is_told_with_name_and_unit_or_as_another_quantity() -> None:
    assert Fused(upper(), LOOK).reading((3.0, 1.0)) == "PET 500 Bq/ml"
    assert Fused(upper(), LOOK, 0.01, "g/ml").reading((3.0, 1.0)) == "PET 5.00 g/ml"
    assert Fused(upper(), LOOK).reading((5.0, 1.0)) == "", "padding is no value"
    assert Fused(upper(), LOOK).reading((9.0, 1.0)) == ""


def test_that_a_window_is_given_by_its_ends() -> None:
    assert value_range(window_between(-20.0, 60.0)) == (-20.0, 60.0)
