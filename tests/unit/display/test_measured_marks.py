"""What measurements look like in pictures and presentation states: every kind is drawn, with its words beside it."""

from dataclasses import replace

import numpy as np
import pytest

from tests.gui.making import frame
from workstation.display.drawings import LiveAnnotations
from workstation.display.live_annotations import marks_of
from workstation.display.view import View
from workstation.model.annotation import Annotation, Mask
from workstation.model.annotation_kinds import KINDS, TRAITS, Kind
from workstation.model.geometry import Spacing, SpacingSource
from workstation.objects.presentation.values import Graphic, Text

TALL = Spacing(1.5, 0.5, SpacingSource.PIXEL_SPACING)


def annotation(kind: Kind) -> Annotation:
    traits = TRAITS[kind]
    count = max(traits.fewest, 4) if traits.most is None else traits.most
    points = tuple((12.0 + 9 * (at % 3), 12.0 + 7 * at) for at in range(count))
    mask = Mask(12, 12, 8, 2, b"\xff\xff") if kind == "mask" else None
    return Annotation("1", kind, "1.2", 0, points, points[-1], "12.3 mm\nMean 4 HU", mask=mask)


@pytest.mark.parametrize("kind", KINDS)
def test_that_every_kind_is_drawn_into_a_picture(kind: Kind) -> None:
    image = replace(frame(rows=60, columns=90), spacing=TALL)
    ink = LiveAnnotations((annotation(kind),)).ink("1.2", image, View(), (600, 600))
    assert ink is not None
    picture = np.zeros((600, 600, 3), np.uint8)
    ink.put_over(picture)
    assert int((picture > 100).any(axis=2).sum()) > 60


def test_that_a_circle_is_round_in_the_patient_and_words_stand_beside_it() -> None:
    circle = annotation("circle")
    marks = marks_of(circle, px=1.0, view=View(), spacing=TALL)
    (line,) = (each for each in marks if isinstance(each, Graphic))
    assert line.kind == "ELLIPSE"
    ends = np.array(line.points)
    away = np.hypot(*((ends - circle.points_px[0]) * [0.5, 1.5]).T)
    assert away == pytest.approx(np.full(4, away[0]))
    (words,) = (each for each in marks if isinstance(each, Text))
    assert words.box is not None
    assert words.box[0][0] > circle.label_px[0]
    placed = replace(circle, is_label_moved=True)
    (words,) = (each for each in marks_of(placed, px=1.0, view=View(), spacing=TALL) if isinstance(each, Text))
    assert words.box is not None
    assert np.mean(words.box, axis=0) == pytest.approx(circle.label_px)
