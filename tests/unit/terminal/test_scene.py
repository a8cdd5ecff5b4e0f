"""The panes on the terminal, without a terminal."""

from dataclasses import replace
from typing import cast

import numpy as np

from workstation.terminal.encoding.boxes import Box, Cell
from workstation.terminal.encoding.kitty import Kitty
from workstation.terminal.fetching import Fetching
from workstation.terminal.planes import Volumes
from workstation.terminal.scene import Brushes, Scene
from workstation.terminal.text_rows import Styles


def test_that_pictures_of_other_brushes_are_taken_off_as_well() -> None:
    made: list[Kitty] = []

    def encoder() -> Kitty:
        made.append(Kitty())
        return made[-1]

    brushes = Brushes(encoder, has_dots=True, cell=Cell(), styles=Styles.of(has_colours=True))
    scene = Scene((), cast(Volumes, None), cast(Fetching, None), brushes)
    scene._make_panes(1)
    made[0].placed(np.zeros((20, 20, 3), np.uint8), Box(2, 1), Cell(), column=0, row=0)
    scene.use(replace(brushes, cell=Cell(8, 16)))
    assert b"a=d" in scene.cleared()
    assert b"a=d" not in scene.cleared()
