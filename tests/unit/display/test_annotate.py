import numpy as np
import pytest

from workstation.display.annotate import Annotations, draw_annotations
from workstation.display.corner_text import Corners
from workstation.display.letters import EdgeLetters
from workstation.display.scale_bar import ScaleBar

EVERYTHING = Annotations(
    Corners(("name",), ("place", "date"), ("W 400 L 40",), ("series",)),
    EdgeLetters("R", "AH", "L", "PF"),
    ScaleBar(50, 90, "5 cm"),
)


def _grey(level: int, width: int = 400, height: int = 300) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.full((height, width, 3), level, np.uint8)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_that_annotations_are_seen_on_any_grey(level: int) -> None:
    picture = _grey(level)
    drawn = draw_annotations(picture, EVERYTHING)
    assert (picture == level).all()
    for part in (drawn[:60, :120], drawn[:60, -120:], drawn[-60:, :120], drawn[-60:, -120:], drawn[-60:, 150:250]):
        assert part.max() == 255
        assert part.min() < 60


def test_that_nothing_covers_the_middle() -> None:
    many = Corners(*[tuple(["a line that is much too long for its corner " * 3] * 40)] * 4)
    drawn = draw_annotations(_grey(128), EVERYTHING._replace(corners=many))
    assert (drawn[135:165, 60:340] == 128).all()


@pytest.mark.parametrize("size", [(1, 1), (16, 16), (40, 600), (159, 300)])
def test_that_small_pictures_leave_out_what_has_no_room(size: tuple[int, int]) -> None:
    drawn = draw_annotations(_grey(90, *size), EVERYTHING)
    assert drawn.shape == (size[1], size[0], 3)
    assert (drawn[:10, :10] == 90).all()


@pytest.mark.parametrize(
    "text", ["Jérôme", "Люкceмбypг", "Διονυσιος", "שרון דבורה", "قباني", "山田 やまだ", "김희중", "王小东"]
)
def test_that_names_in_other_scripts_are_drawn_with_glyphs_of_their_own(text: str) -> None:
    def drawn(line: str) -> bytes:
        corners = Corners((line,), (), (), ())
        return draw_annotations(_grey(0), Annotations(corners)).tobytes()

    assert drawn(text) != drawn("?" * len(text))
    assert len({drawn(character) for character in set(text)}) == len(set(text))
