"""RECIST 1.1: sums, the borders of each category, and tables 1 and 2 of the paper, worked by hand."""

from collections.abc import Sequence
from datetime import date

import pytest

from workstation.measure.recist import Assessment, LesionSeen, Response, Status, assess, baseline_problems

BASE, LATER, LAST = date(2026, 1, 1), date(2026, 3, 1), date(2026, 5, 1)


def target(mm: float | None, name: str = "A", **more: object) -> LesionSeen:
    return LesionSeen(name, "target", mm, **more)  # type: ignore[arg-type]


def other(status: Status, name: str = "N") -> LesionSeen:
    return LesionSeen(name, "non-target", status=status)


def last(*studies: Sequence[LesionSeen]) -> Assessment:
    return assess(list(zip((BASE, LATER, LAST), studies, strict=False)))[-1]


@pytest.mark.parametrize(
    ("mm", "expected"), [(35.0, "PR"), (35.1, "SD"), (50.0, "SD"), (59.9, "SD"), (60.0, "PD"), (61.0, "PD")]
)
def test_a_sum_of_50_mm_is_partial_response_from_35_down_and_progression_from_60_up(mm: float, expected: str) -> None:
    assert last([target(50.0)], [target(mm)]).target == expected


def test_growth_by_20_percent_of_a_small_sum_is_no_progression_below_5_mm() -> None:
    assert last([target(15.0)], [target(19.9)]).target == "SD"
    assert last([target(15.0)], [target(20.0)]).target == "PD"


def test_progression_is_counted_from_the_smallest_sum_and_response_from_the_baseline() -> None:
    found = last([target(100.0)], [target(50.0)], [target(61.0)])
    assert (found.nadir_mm, found.target) == (50.0, "PD")
    assert found.change_percent == pytest.approx(-39.0)
    assert found.nadir_change_percent == pytest.approx(22.0)
    assert "22 %" in found.reasons[0]
    assert "11.0 mm" in found.reasons[0]


def test_a_node_below_10_mm_counts_as_gone_although_it_adds_to_the_sum() -> None:
    base = [target(30.0), target(18.0, "node", is_node=True)]
    found = last(base, [target(0.0, status="absent"), target(9.9, "node", is_node=True)])
    assert (found.target, found.sum_mm) == ("CR", 9.9)
    assert last(base, [target(0.0, status="absent"), target(10.0, "node", is_node=True)]).target == "PR"


def test_a_target_too_small_to_measure_counts_5_mm() -> None:
    assert last([target(20.0)], [target(None, status="too small")]).sum_mm == 5.0


def test_a_target_that_is_not_mentioned_is_not_evaluated_unless_the_others_have_grown_alone() -> None:
    base = [target(20.0), target(30.0, "B")]
    assert last(base, [target(20.0)]).target == "NE"
    assert last(base, [target(61.0)]).target == "PD"


@pytest.mark.parametrize(
    ("mm", "status", "is_new", "expected"),
    [
        (0.0, "absent", False, "CR"),
        (0.0, "present", False, "PR"),
        (0.0, "not evaluated", False, "PR"),
        (30.0, "present", False, "PR"),
        (30.0, "not evaluated", False, "PR"),
        (50.0, "not evaluated", False, "SD"),
        (50.0, "absent", False, "SD"),
        (50.0, "progression", False, "PD"),
        (60.0, "absent", False, "PD"),
        (0.0, "absent", True, "PD"),
    ],
)
def test_table_1(mm: float, status: Status, is_new: bool, expected: Response) -> None:
    now = [target(mm, status="absent" if mm == 0 else "present"), other(status)]
    if is_new:
        now.append(LesionSeen("X", "new"))
    assert last([target(50.0), other("present")], now).overall == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [("absent", "CR"), ("present", "Non-CR/Non-PD"), ("not evaluated", "NE"), ("progression", "PD")],
)
def test_table_2_where_there_are_only_non_targets(status: Status, expected: Response) -> None:
    assert last([other("present")], [other(status)]).overall == expected


def test_a_new_lesion_stays_progression_in_later_studies() -> None:
    base = [target(50.0)]
    found = last(base, [target(20.0), LesionSeen("X", "new")], [target(20.0)])
    assert (found.overall, found.new_lesions) == ("PD", ("X",))


def test_what_a_baseline_may_not_hold_is_said() -> None:
    six = [target(20.0, f"L{number}", organ="liver" if number < 3 else "lung") for number in range(6)]
    problems = baseline_problems(
        [*six, target(14.0, "node", is_node=True), target(9.0, "tiny"), target(None, "unseen")]
    )
    assert [each.split(";")[0] for each in problems[:3]] == ["9 targets", "3 targets in liver", "3 targets in lung"]
    assert "node: short axis 14.0 mm" in problems[3]
    assert "tiny: longest diameter 9.0 mm" in problems[4]
    assert problems[5] == "unseen is not measured"
    assert not baseline_problems([target(10.0), target(15.0, "node", is_node=True)])


def test_a_target_that_comes_back_after_a_complete_response_is_progression_however_small() -> None:
    gone = [target(0.0, status="absent")]
    found = last([target(30.0)], gone, [target(4.0)])
    assert (found.target, found.overall) == ("PD", "PD")
    assert "A is there again" in found.reasons[0]
    partly = [target(0.0, status="absent"), target(20.0, "B")]
    assert last([target(30.0), target(20.0, "B")], partly, [target(4.0), target(20.0, "B")]).target == "PR"
