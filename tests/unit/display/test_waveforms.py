"""Curves stand on their paper at the speed and gain that is written below them."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.waveform_samples import channel, group, twelve_leads, waveform
from workstation.display.waveform_page import LEADS, MARGIN_MM, arrangement_of, filters_text, leads_of, scale_of
from workstation.display.waveforms import Paper, WaveformRenderer, WaveformView
from workstation.model.waveforms import WaveformGroup
from workstation.objects.waveform import waveform_of

INK = (255, 0, 0)
BARE = Paper((255, 255, 255), (255, 255, 255), (255, 255, 255), INK, (255, 255, 255))
VIEW = WaveformView(px_per_mm=8.0, paper=BARE)


def only_group(ds: object) -> WaveformGroup:
    return waveform_of(ds).groups[0]  # type: ignore[arg-type]  # a dataset


def inked(picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return np.asarray(picture[..., 1] < 128)


def test_that_a_millivolt_and_a_second_have_their_length_on_the_paper() -> None:
    leads = only_group(twelve_leads())
    renderer = WaveformRenderer(leads)
    page = renderer.page(VIEW)
    ink = inked(renderer.picture(VIEW, (round(page.width_mm * 8), round(page.height_mm * 8))))
    row = page.rows_mm[9]  # the tenth lead steps up to 1.0 mV at each full second

    def is_inked(x_mm: float, y_mm: float) -> bool:
        x, y = round(x_mm * 8), round(y_mm * 8)
        return bool(ink[y - 1 : y + 2, x - 1 : x + 2].any())

    assert is_inked(MARGIN_MM + 25 * 3.25, row - 10)
    assert is_inked(MARGIN_MM + 25 * 3.75, row)
    assert is_inked(MARGIN_MM + 25 * 4.0, row - 5)  # the edge
    assert not is_inked(MARGIN_MM + 25 * 3.25, row)
    assert not is_inked(MARGIN_MM + 25 * 3.25, row - 11)
    slow = replace(VIEW, speed_mm_s=50.0, gain_mm_mv=5.0)
    ink = inked(renderer.picture(slow, (round(renderer.page(slow).width_mm * 8), round(page.height_mm * 8))))
    assert is_inked(MARGIN_MM + 50 * 3.25, row - 5)
    assert not is_inked(MARGIN_MM + 50 * 3.25, row - 10)


def test_that_the_grid_has_a_line_each_millimetre_and_a_bold_one_each_five() -> None:
    view = WaveformView(px_per_mm=6.0, left_mm=500.0, top_mm=500.0)  # beyond the curves
    picture = WaveformRenderer(only_group(twelve_leads(1))).picture(view, (121, 61))
    top = [tuple(int(value) for value in pixel) for pixel in picture[2]]

    assert [at for at, pixel in enumerate(top) if pixel == view.paper.bold] == [0, 30, 60, 90, 120]
    assert [at for at, pixel in enumerate(top) if pixel == view.paper.fine] == [
        at for at in range(0, 121, 6) if at % 30
    ]


def test_that_twelve_leads_stand_in_four_columns_over_the_rhythm() -> None:
    leads = only_group(twelve_leads())
    assert arrangement_of(leads) == "twelve"
    page = WaveformRenderer(leads).page(replace(VIEW, arrangement="twelve"))

    assert [(trace.label, trace.start_s) for trace in page.traces[:6]] == [
        *(("I", 0.0), ("II", 0.0), ("III", 0.0)),
        *(("aVR", 2.5), ("aVL", 2.5), ("aVF", 2.5)),
    ]
    assert (page.traces[-1].label, page.traces[-1].stop_s) == ("II", 10.0)
    assert page.width_mm == 2 * MARGIN_MM + 250


def test_that_leads_are_known_by_what_programs_call_them() -> None:
    names = [
        "Lead I (Einthoven)",
        "ECG II",
        "III",
        "avr",
        "Lead aVL",
        "aVF",
        "V1",
        "v2",
        "Lead V3",
        "V4",
        "V5",
        "lead-V6",
    ]
    made = only_group(waveform(group(np.zeros((5000, 12), "<i2"), [channel(name) for name in names])))

    assert [made.channels[at].label for at in leads_of(made.channels).values()] == names
    assert tuple(leads_of(made.channels)) == LEADS


def test_that_a_part_of_the_page_is_the_same_as_cut_from_the_whole() -> None:
    renderer = WaveformRenderer(only_group(twelve_leads()))
    whole = renderer.picture(WaveformView(px_per_mm=8.0), (2192, 2400))
    part = renderer.picture(WaveformView(px_per_mm=8.0, left_mm=100.0, top_mm=50.0), (500, 400))

    differing = np.abs(whole[400:800, 800:1300].astype(int) - part).max(axis=2) > 32
    assert differing[:, 20:].mean() < 0.001  # labels begin elsewhere where their start is off the screen


def test_that_pressures_fill_their_row_and_say_their_scale() -> None:
    wave = (np.sin(np.arange(1000) / 50) * 300 + 800).astype("<i2")[:, None]
    made = only_group(waveform(group(wave, [channel("ART", "mm[Hg]", 0.1)])))
    scale = scale_of(made, 0, gain_mm_mv=10, row_mm=24)

    assert scale.note == "1 cm = 50 mm[Hg]"
    assert scale.zero == pytest.approx(80, abs=0.5)
    assert 60 * scale.mm_per_unit <= 24


def test_that_a_channel_far_off_zero_is_drawn_around_its_median() -> None:
    wave = np.full((1000, 1), 20000, "<i2")
    made = only_group(waveform(group(wave, [channel("II")])))

    assert scale_of(made, 0, gain_mm_mv=10, row_mm=24).note == "offset removed"


def test_that_gaps_are_not_bridged_and_narrow_peaks_survive_thinning() -> None:
    wave = np.zeros((100_000, 1), "<i2")
    wave[50_000] = 400  # one sample of a millivolt among fifty for each pixel
    item = group(wave, [channel("II")], frequency=10_000)
    item.ChannelDefinitionSequence[0].ChannelSensitivity = 2.5
    renderer = WaveformRenderer(only_group(waveform(item)))
    ink = inked(renderer.picture(VIEW, (2200, 240)))
    peak = round((MARGIN_MM + 5 * 25) * 8)

    assert ink[: round((renderer.page(VIEW).rows_mm[0] - 8) * 8), peak - 3 : peak + 4].any()

    wave[20_000:60_000] = -32768
    item = group(wave, [channel("II")], frequency=10_000)
    item.WaveformPaddingValue = np.array([-32768], "<i2").tobytes()
    ink = inked(WaveformRenderer(only_group(waveform(item))).picture(VIEW, (2200, 240)))
    assert not ink[:, peak - 100 : peak + 100].any()


def test_that_filters_are_told() -> None:
    filtered = channel("II", FilterLowFrequency=0.05, FilterHighFrequency=150, NotchFilterFrequency=50)
    made = only_group(waveform(group(np.zeros((10, 1), "<i2"), [filtered])))

    assert filters_text(made) == "0.05 to 150 Hz, notch 50 Hz"
