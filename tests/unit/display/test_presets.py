import numpy as np
import pytest

from tests.unit.display.frames import frame_of, ramp
from workstation.display.preset_table import Preset, shipped_presets
from workstation.display.presets import preset_names, preset_voi, presets, presets_by_key, voi_text
from workstation.display.voi import is_usable
from workstation.model.frame import LookupTable, Window

TABLE = LookupTable(0, np.array([0, 255], np.uint16), 8, "SOFT")
FRAME = frame_of(
    ramp(-1000, 1000), voi=(Window(50, 350, explanation="WINDOW1"), Window(1, 0), TABLE, Window(-500, 1500))
)


def test_that_the_windows_of_the_file_come_first() -> None:
    names = [name for name, _ in presets(FRAME, "CT", "CHEST")]
    assert names[:5] == ["WINDOW1", "SOFT", "File window 3", "Auto", "Full range"]


@pytest.mark.parametrize(
    ("part", "first"), [("CHEST", "Lung"), ("HEAD", "Brain"), ("L SPINE", "Bone"), ("", "Abdomen")]
)
def test_that_presets_of_the_body_part_come_in_front(part: str, first: str) -> None:
    names = [name for name, _ in presets(frame_of(ramp(0, 9)), "CT", part)]
    assert names[2] == first
    assert len(names) == 2 + len(shipped_presets().of("CT"))


def test_that_equal_windows_are_offered_once_by_the_name_in_the_file() -> None:
    lung, again = Window(-600, 1500, explanation="LUNG"), Window(-600, 1500, explanation="SECOND")
    smooth = Window(-600, 1500, "SIGMOID", "SMOOTH")
    frame = frame_of(ramp(-1000, 1000), voi=(lung, again, smooth))
    given = presets(frame, "CT", "CHEST")
    assert [name for name, _ in given][:4] == ["LUNG", "SMOOTH", "Auto", "Full range"]
    assert "Lung" not in [name for name, _ in given]
    by_key = presets_by_key(frame, "CT", "CHEST")
    assert sum(voi in (lung, again) for _, voi in by_key.values()) == 1
    assert by_key[1] == ("LUNG", lung)
    assert preset_voi(frame, "lung") == lung
    assert preset_voi(frame, "file 2") == again


def test_that_the_digit_of_a_preset_means_the_same_window_of_the_file() -> None:
    table = shipped_presets().change("CT", "Lung", Preset("Lung", Window(-600, 1500), key=7))
    frame = frame_of(ramp(-1000, 1000), voi=(Window(40, 400, explanation="SOFT"), Window(-600, 1500)))
    by_key = presets_by_key(frame, "CT", "CHEST", table=table)
    assert by_key[7] == ("File window 2", Window(-600, 1500))
    assert by_key[1][0] == "SOFT"
    assert len({name for name, _ in by_key.values()}) == len(by_key)


@pytest.mark.parametrize("modality", [*shipped_presets().modalities, "US", ""])
def test_that_every_preset_is_a_usable_window_with_a_name_of_its_own(modality: str) -> None:
    given = presets(FRAME, modality)
    assert all(is_usable(voi) for _, voi in given)
    assert len({name for name, _ in given}) == len(given)


def test_that_a_preset_is_found_by_name_in_any_case() -> None:
    assert preset_voi(FRAME, "lung") == Window(-600, 1500)
    assert preset_voi(FRAME, " Temporal Bone ") == Window(600, 4000)
    assert preset_voi(FRAME, "soft") is TABLE
    assert preset_voi(FRAME, "file") == FRAME.voi[0]
    assert preset_voi(FRAME, "file 3") == preset_voi(FRAME, "File window 3") == FRAME.voi[3]
    assert preset_voi(FRAME, "file 9") is None
    assert preset_voi(FRAME, "") is None
    assert preset_voi(FRAME, "nonsense") is None


def test_that_every_name_offered_is_found() -> None:
    for modality in shipped_presets().modalities:
        assert all(preset_voi(FRAME, name, modality) for name in preset_names(modality))


@pytest.mark.parametrize(
    ("voi", "text"),
    [
        (Window(40, 400), "W 400 L 40"),
        (Window(0.12345, 0.5, "LINEAR_EXACT"), "W 0.5 L 0.123"),
        (Window(1034.6, 2000.4), "W 2000 L 1035"),
        (Window(-600, 1500, "SIGMOID"), "W 1500 L -600 sigmoid"),
        (TABLE, "SOFT"),
        (LookupTable(0, np.array([0, 1], np.uint16), 8), "VOI LUT"),
    ],
)
def test_that_a_window_reads_as_people_write_it(voi: Window | LookupTable, text: str) -> None:
    assert voi_text(voi) == text
