"""Words over an image that come from its header: read with the frame, held with it, forgotten with it."""

from types import SimpleNamespace
from typing import Any

import pytest
from pydicom import Dataset

from tests.gui.making import frame
from tests.gui.test_canvas_presenter import Setting
from workstation.display.corner_templates import shipped_templates
from workstation.display.corner_text import corner_lines
from workstation.gui.canvas.scene import Scene
from workstation.model.index.records import Place


class WithHeaders(Setting):
    """A pane on slices whose headers say something."""

    def _open(self, place: Place) -> Any:
        self.read.append(place.path.stem)
        dataset = Dataset()
        dataset.KVP, dataset.LossyImageCompression, dataset.LossyImageCompressionRatio = 120, "01", 12.0
        return SimpleNamespace(dataset=dataset, frame=lambda number=0: frame(number))


@pytest.fixture
def setting() -> WithHeaders:
    made = WithHeaders(4)
    made.frames.facts.use(shipped_templates().changed("CT", "top_left", ["{KVP:.0f} kV"]))
    return made


def words(scene: Scene) -> tuple[str, ...]:
    return corner_lines(
        scene.instance,
        scene.renderer.frame,
        scene.view,
        (400, 400),
        facts=scene.facts or _none(),
        templates=scene.templates,
    ).top_left


def _none() -> Any:
    raise AssertionError("the scene has no facts")


def test_that_warnings_and_words_of_the_header_stand_on_the_image(setting: WithHeaders) -> None:
    setting.select()
    assert "Lossy compression 12:1" in setting.scene.warnings
    assert words(setting.scene) == ("120 kV",)


def test_that_an_image_shown_again_keeps_them_and_reads_nothing(setting: WithHeaders) -> None:
    setting.select()
    setting.pane.scroll(1)
    setting.work.run_all()
    read = len(setting.read)
    setting.pane.scroll(-1)
    assert setting.work.run_all() == 0
    assert len(setting.read) == read
    assert "Lossy compression 12:1" in setting.scene.warnings
    assert words(setting.scene) == ("120 kV",)


def test_that_alike_images_share_their_facts_and_closed_ones_leave_none(setting: WithHeaders) -> None:
    setting.select()
    first = setting.scene.facts
    setting.pane.scroll(1)
    setting.work.run_all()
    assert setting.scene.facts is first
    setting.frames.forget_series(["1.1.1"])
    assert setting.frames.facts.get(("1.1.1", "1.1.1.1", "/data/1.1.1/1.dcm", 0)) is None
