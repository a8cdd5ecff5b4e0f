"""Along what curves over frames run, and when frames were acquired by their headers."""

from typing import Any

import pytest
from pydicom import Dataset

from workstation.measure.frame_axis import frame_axis
from workstation.measure.frame_times import moments
from workstation.measure.spot import Spot
from workstation.model.geometry import Plane, Spacing, SpacingSource


def plane(z: float, uid: str = "2.25.1") -> Plane:
    return Plane((0.0, 0.0, z), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), Spacing(1.0, 1.0, SpacingSource.PIXEL_SPACING), uid)


def dataset(**values: Any) -> Dataset:
    made = Dataset()
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return made


def spots(places: list[float | None], clock: list[float]) -> list[Spot]:
    return [
        Spot(number, None if z is None else plane(z), {"Clock": at})
        for number, (z, at) in enumerate(zip(places, clock, strict=True), 1)
    ]


def test_that_slices_run_along_the_normal_also_where_they_have_times() -> None:
    axis = frame_axis(spots([6, 0, 3], [10, 11, 12]), is_one_image=False)
    assert (axis.x, axis.words) == ((6, 0, 3), "Position along the normal (mm)")


def test_that_frames_of_one_place_run_over_time_from_the_first() -> None:
    axis = frame_axis(spots([3, 3, 3], [10, 30, 20]), is_one_image=False)
    assert (axis.x, axis.words, axis.source) == ((0, 20, 10), "Time (s)", "Clock")
    assert frame_axis(spots([None, None], [2, 3]), is_one_image=True).x == (2, 3)


@pytest.mark.parametrize(
    ("places", "clock"),
    [([3.0, 3.0, 3.0], [1.0, 1.0, 2.0]), ([0.0, 0.0, 3.0], [1.0, 2.0, 3.0]), ([None, 0.0, 3.0], [1.0, 1.0, 1.0])],
)
def test_that_what_differs_neither_in_place_nor_in_time_is_counted(
    places: list[float | None], clock: list[float]
) -> None:
    axis = frame_axis(spots(places, clock), is_one_image=True)
    assert (axis.x, axis.words) == ((1, 2, 3), "Frame")


def test_that_images_without_numbers_of_their_own_are_counted_in_their_order() -> None:
    axis = frame_axis([Spot(7, None, {}), Spot(7, None, {})], is_one_image=False)
    assert (axis.x, axis.words) == ((1, 2), "Image")


def test_that_the_first_clock_that_runs_is_taken() -> None:
    found = [Spot(n, plane(0), {"Stopped": 5.0, "Running": n * 0.5}) for n in (1, 2)]
    assert frame_axis(found, is_one_image=False).source == "Running"


def test_that_two_frames_of_reference_have_no_common_position() -> None:
    found = [Spot(1, plane(0, "2.25.1"), {}), Spot(2, plane(5, "2.25.2"), {})]
    assert frame_axis(found, is_one_image=False).words == "Instance Number"


def test_that_a_single_image_has_the_moment_of_its_acquisition_and_its_trigger() -> None:
    first, second = (
        moments(dataset(AcquisitionDate=day, AcquisitionTime=time, TriggerTime=120), 1)[0]
        for day, time in (("20251231", "235959.5"), ("20260101", "000001"))
    )
    source = "Acquisition Date and Time"
    assert second[source] - first[source] == pytest.approx(1.5)
    assert first["Trigger Time"] == 0.12
    joined = moments(dataset(AcquisitionDateTime="20260101010001+0100"), 1)[0]
    assert joined[source] == pytest.approx(second[source])
    assert not moments(dataset(), 1)[0]


def test_that_a_film_counts_from_its_first_frame() -> None:
    found = moments(dataset(FrameTimeVector=[0, 100, 300], FrameIncrementPointer=0x00181065), 3)
    assert [each["Frame Time Vector"] for each in found] == pytest.approx([0, 0.1, 0.4])


def test_that_slow_frames_of_an_enhanced_image_have_their_dates() -> None:
    groups = []
    for second in (0, 20, 60):
        content = dataset(FrameAcquisitionDateTime=f"202601011000{second:02}" if second < 60 else "20260101100100")
        groups.append(dataset(FrameContentSequence=[content]))
    found = moments(dataset(PerFrameFunctionalGroupsSequence=groups), 3)
    assert [each["Frame Acquisition Date Time"] for each in found] == [0, 20, 60]


def test_that_phases_of_nuclear_medicine_follow_each_other() -> None:
    phases = [
        dataset(ActualFrameDuration=1000, NumberOfFramesInPhase=2, PhaseDelay=500, PauseBetweenFrames=0),
        dataset(ActualFrameDuration=60_000, NumberOfFramesInPhase=2, PhaseDelay=0, PauseBetweenFrames=10),
    ]
    image = dataset(PhaseVector=[1, 1, 2, 2], PhaseInformationSequence=phases)
    source = "Actual Frame Duration of each phase"
    # From the first frame, which is at 0.5 s: then 1.5 s, and after the phase, at 2.5 s and 62.51 s.
    assert [each[source] for each in moments(image, 4)] == pytest.approx([0, 1, 2, 62.01])
    image.TimeSliceVector = [2, 1, 1, 2]
    assert [each[source] for each in moments(image, 4)] == pytest.approx([1, 0, 2, 62.01])
    phases[1].ActualFrameDuration = 0
    assert not any(source in each for each in moments(image, 4))
    image.PhaseVector = [1, 1, 2, 9]
    assert not any(source in each for each in moments(image, 4))
