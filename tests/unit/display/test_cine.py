"""When frames are due: what the file says, what is done with nonsense, and real time kept by dropping frames."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import Dataset

from workstation.display.cine import CineClock, Mode, Playback
from workstation.model.cine_timing import CineTiming, cine_timing, even_timing
from workstation.model.reading import read_dataset


def header(**values: Any) -> Dataset:
    dataset = Dataset()
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


def with_frames(*contents: Dataset, sequence: str = "FrameContentSequence") -> Dataset:
    items = []
    for each in contents:
        item = Dataset()
        setattr(item, sequence, [each])
        items.append(item)
    return header(PerFrameFunctionalGroupsSequence=items)


TIME, VECTOR, ENERGY = 0x00181063, 0x00181065, 0x00540010


@pytest.mark.parametrize(
    ("values", "source", "durations"),
    [
        ({"FrameIncrementPointer": TIME, "FrameTime": 33.0, "CineRate": 5}, "Frame Time", (33.0, 33.0, 33.0)),
        ({"FrameIncrementPointer": VECTOR, "FrameTimeVector": [0, 40, 20]}, "Frame Time Vector", (40, 20, 30)),
        ({"FrameIncrementPointer": TIME, "FrameTimeVector": [0, 40, 20], "FrameTime": 9}, "Frame Time", (9, 9, 9)),
        ({"FrameTime": 50}, "Frame Time", (50, 50, 50)),
        ({"FrameTimeVector": [0, 10, 30]}, "Frame Time Vector", (10, 30, 20)),
        ({"RecommendedDisplayFrameRate": 25, "CineRate": 10}, "Recommended Display Frame Rate", (40, 40, 40)),
        ({"CineRate": 10, "ActualFrameDuration": 20}, "Cine Rate", (100, 100, 100)),
        ({"ActualFrameDuration": 20}, "Actual Frame Duration", (20, 20, 20)),
        ({"EffectiveDuration": 0.3}, "Effective Duration", (100, 100, 100)),
        ({"FrameIncrementPointer": ENERGY, "FrameTime": 9, "CineRate": 10}, "Cine Rate", (100, 100, 100)),
        ({"FrameIncrementPointer": ENERGY, "FrameTime": 9}, "Frame Time", (9, 9, 9)),
        ({}, "the usual 24 a second", (1000 / 24,) * 3),
    ],
)  # fmt: skip
def test_that_the_times_come_from_what_stands_first(
    values: dict[str, Any], source: str, durations: tuple[float, ...]
) -> None:
    timing = cine_timing(header(**values), 3)
    assert (timing.source, timing.notes) == (source, ())
    assert timing.durations_ms == pytest.approx(durations)


@pytest.mark.parametrize(
    ("values", "note"),
    [
        ({"FrameIncrementPointer": TIME, "FrameTime": 0}, "Frame Time is not used: 0 is no time between frames."),
        ({"FrameIncrementPointer": TIME, "FrameTime": -5}, "Frame Time is not used: -5 is no time between frames."),
        ({"FrameTime": 1e9}, "Frame Time is not used: 1e+09 is no time between frames."),
        (
            {"FrameIncrementPointer": VECTOR, "FrameTimeVector": [0, 40]},
            "Frame Time Vector is not used: it has 2 values for 3 frames.",
        ),
        ({"FrameTimeVector": [0, 40, -1]}, "Frame Time Vector is not used: -1 is no time between frames."),
        (
            {"RecommendedDisplayFrameRate": 0},
            "Recommended Display Frame Rate is not used: 0 is no rate.",
        ),
        ({"ActualFrameDuration": 0}, "Actual Frame Duration is not used: 0 is no time between frames."),
    ],
)
def test_that_nonsense_falls_to_the_next_and_is_told(values: dict[str, Any], note: str) -> None:
    timing = cine_timing(header(**values, CineRate=20), 3)
    expected = () if "ActualFrameDuration" in values else (note,)  # Cine Rate stands before it
    assert (timing.source, timing.notes) == ("Cine Rate", expected)
    assert note in cine_timing(header(**values), 3).notes


def test_that_what_is_no_number_is_told(tmp_path: Path) -> None:
    dataset = Dataset()
    dataset.add_new(0x00181063, "LO", "fast")
    timing = cine_timing(dataset, 3)
    assert timing.notes == ("Frame Time is not used: it is no number.",)
    assert timing.rate_hz == pytest.approx(24)


def test_that_slow_acquisitions_are_shown_as_a_film_and_not_called_wrong() -> None:
    timing = cine_timing(header(ActualFrameDuration=40_000), 3)
    assert (timing.source, timing.notes) == ("the usual 24 a second", ())


def test_that_frames_of_enhanced_images_are_due_when_they_were_acquired() -> None:
    offsets = with_frames(
        *(header(TemporalPositionTimeOffset=at) for at in (0.0, 0.1, 0.3)), sequence="TemporalPositionSequence"
    )
    assert cine_timing(offsets, 3).durations_ms == pytest.approx((100, 200, 150))
    moments = with_frames(*(header(FrameReferenceDateTime=f"20240131120000.{at}00") for at in (100, 200, 400)))
    assert cine_timing(moments, 3).durations_ms == pytest.approx((100, 200, 150))
    lengths = with_frames(*(header(FrameAcquisitionDuration=float(each)) for each in (10, 20, 30)))
    assert cine_timing(lengths, 3).durations_ms == (10, 20, 30)


def test_that_slices_of_one_time_are_no_film_of_zero_length() -> None:
    same = with_frames(*(header(FrameReferenceDateTime="20240131120000") for _ in range(3)))
    assert cine_timing(same, 3).source == "the usual 24 a second"


def test_that_trim_and_sequencing_are_what_the_file_prefers() -> None:
    timing = cine_timing(header(StartTrim=2, StopTrim=8, PreferredPlaybackSequencing=1), 10)
    assert (timing.first, timing.last, timing.sequencing) == (1, 7, "sweep")
    wrong = cine_timing(header(StartTrim=5, StopTrim=40), 10)
    assert (wrong.first, wrong.last) == (0, 9)
    assert wrong.notes == ("Start and Stop Trim are not used: 5 to 40 is no range in 10 frames.",)


@pytest.mark.parametrize(
    ("name", "source", "rate_hz"),
    [
        ("xa/jpeg_baseline_8bit.dcm", "Frame Time", 1000 / 33),
        ("us/US-PAL-8-10x-echo", "Frame Time", 1000 / 76),
        ("us/examples_ybr_color.dcm", "Frame Time", 1000 / 33.333),
        ("us/will-jxl.dcm", "Frame Time", 1000 / 47.4359),
        ("nm_op_ecg/NM-MONO2-16-13x-heart", "the usual 24 a second", 24),
    ],
)
def test_that_real_films_run_at_the_rate_in_their_headers(
    shared_data: Path, name: str, source: str, rate_hz: float
) -> None:
    dataset = read_dataset(shared_data / name)
    timing = cine_timing(dataset, int(dataset.NumberOfFrames))
    assert timing.source == source
    assert timing.rate_hz == pytest.approx(rate_hz)
    assert (timing.first, timing.last) == (0, timing.count - 1)


def frames(playback: Playback, count: int) -> list[int]:
    return [playback.frame_of(step) for step in range(count)]


def test_that_modes_go_through_the_range_as_the_standard_says() -> None:
    timing = even_timing(6, 10)
    assert frames(Playback(timing, "loop", 1, 3), 7) == [1, 2, 3, 1, 2, 3, 1]
    assert frames(Playback(timing, "sweep", 1, 4), 9) == [1, 2, 3, 4, 3, 2, 1, 2, 3]
    assert frames(Playback(timing, "sweep", 1, 2), 4) == [1, 2, 1, 2]
    assert frames(Playback(timing, "sweep", 3, 3), 3) == [3, 3, 3]


def test_that_once_stops_at_the_last_frame() -> None:
    clock = CineClock.start(Playback(even_timing(3, 10), "once", 0, 2), 100.0)
    clock = clock.tick(100.15).tick(100.25)
    assert (clock.frame, clock.is_over, clock.wait_s(100.25)) == (2, True, None)
    assert clock.tick(999.0) is clock


def test_that_uneven_frames_stay_as_long_as_they_should() -> None:
    playback = Playback(CineTiming((40, 20, 30), "Frame Time Vector"), "loop", 0, 2)
    seen = [playback.frame_of(playback.step_at(at)) for at in (0, 39.9, 40, 59.9, 60, 89.9, 90, 130)]
    assert seen == [0, 0, 1, 1, 2, 2, 0, 1]
    back = Playback(CineTiming((40, 20, 30), "x"), "sweep", 0, 2)
    assert back.pass_ms == 120
    assert [back.frame_of(back.step_at(at)) for at in (0, 40, 60, 79.9, 80, 119.9, 120)] == [0, 1, 2, 2, 1, 1, 0]


def test_that_frames_that_come_too_late_are_dropped_and_counted() -> None:
    clock = CineClock.start(Playback(even_timing(100, 50), "loop", 0, 99), 0.0)
    for tick in range(1, 21):
        clock = clock.tick(tick * 0.05)  # a screen that manages 20 a second where 50 are due
    assert (clock.frame, clock.shown, clock.dropped) == (50, 21, 30)
    assert clock.dropped_share == pytest.approx(30 / 51)
    assert clock.rate_hz == pytest.approx(20)


def test_that_a_tick_before_its_time_changes_nothing() -> None:
    clock = CineClock.start(Playback(even_timing(10, 10), "loop", 0, 9), 5.0, frame=4)
    assert clock.tick(5.09) is clock
    assert clock.wait_s(5.06) == pytest.approx(0.04)
    assert clock.tick(5.1).frame == 5


def test_that_another_speed_goes_on_where_it_was() -> None:
    playback = Playback(even_timing(10, 10), "loop", 0, 9)
    clock = CineClock.start(playback, 0.0).tick(0.35)
    faster = clock.changed(0.35, Playback(playback.timing, "loop", 0, 9, speed=2))
    assert (clock.frame, faster.frame) == (3, 3)
    assert faster.tick(0.35 + 0.1).frame == 5
    assert faster.playback.rate_hz == pytest.approx(20)


@pytest.mark.parametrize("wrong", [{"first": 3, "last": 2}, {"last": 10}, {"speed": 0.0}, {"speed": float("nan")}])
def test_that_ranges_and_speeds_that_are_none_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"no range|not between"):
        Playback(even_timing(10), **wrong)


@given(
    st.lists(st.floats(1, 200), min_size=1, max_size=30),
    st.sampled_from(("loop", "sweep", "once")),
    st.floats(0.05, 20),
    st.integers(0, 60),
    st.floats(0, 1e6),
)
def test_that_a_timer_that_fires_when_it_is_due_drops_nothing(
    durations: list[float], mode: Mode, speed: float, ticks: int, now_s: float
) -> None:
    playback = Playback(CineTiming(tuple(durations), "x"), mode, 0, len(durations) - 1, speed)
    clock = CineClock.start(playback, now_s)
    for _ in range(ticks):
        wait = clock.wait_s(now_s)
        if wait is None:
            break
        now_s += wait + 1e-4 / speed
        clock = clock.tick(now_s)
    assert clock.dropped == 0
    assert 0 <= clock.frame < len(durations)
