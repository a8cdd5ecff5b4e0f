"""Numbers of one lesion over time: changes, doubling, and units that cannot be compared."""

from datetime import date

import pytest

from workstation.errors import UserError
from workstation.measure.over_time import Observation, by_date, doubling_days, trends
from workstation.model.units import (
    CM,
    CM3,
    ML,
    MM,
    PIXELS,
    SUV_BW,
    SUV_LBM_JAMES,
    Unit,
    modality_unit,
    unit_of_ucum,
)

MARCH, MAY, JULY = date(2026, 3, 1), date(2026, 5, 1), date(2026, 7, 1)


def seen(value: float, unit: Unit, when: date | None, quantity: str = "length", **more: str) -> Observation:
    return Observation("1.2.3", "Lesion 1", quantity, quantity.capitalize(), value, unit, when, "a.dcm", **more)


def test_changes_since_the_first_and_since_the_last_whatever_the_order_given() -> None:
    (trend,) = trends([seen(15.0, MM, JULY), seen(20.0, MM, MARCH), seen(10.0, MM, MAY)])
    assert [each.value for each in trend.steps] == [20.0, 10.0, 15.0]
    assert [each.since_first for each in trend.steps] == [None, -10.0, -5.0]
    assert [each.since_first_percent for each in trend.steps] == [None, -50.0, -25.0]
    assert [each.since_last_percent for each in trend.steps] == [None, -50.0, 50.0]


def test_centimetres_and_millimetres_are_compared_and_pixels_are_not() -> None:
    (trend,) = trends([seen(20.0, MM, MARCH), seen(2.5, CM, MAY)])
    assert trend.steps[1].value == pytest.approx(25.0)
    with pytest.raises(UserError, match=r"Lesion 1: Length is in px and mm, which cannot be compared"):
        trends([seen(20.0, MM, MARCH), seen(40.0, PIXELS, MAY)])


def test_uptake_by_body_weight_and_by_lean_body_mass_are_not_compared() -> None:
    with pytest.raises(UserError, match="SUVlbm and g/ml SUVbw"):
        trends([seen(4.0, SUV_BW, MARCH, "max"), seen(3.0, SUV_LBM_JAMES, MAY, "max")])


def test_a_volume_that_doubles_in_61_days_says_so_in_millilitres_or_cubic_centimetres() -> None:
    (trend,) = trends([seen(1.5, ML, MARCH, "volume"), seen(3.0, CM3, MAY, "volume")])
    assert trend.doubling_days == pytest.approx(61.0)
    assert trend.steps[1].since_first_percent == pytest.approx(100.0)


def test_that_a_volume_which_shrinks_halves_and_one_that_stays_or_is_nothing_has_no_doubling_time() -> None:
    assert doubling_days(8.0, 1.0, 90) == pytest.approx(-30.0)
    assert doubling_days(1.0, 1.0, 90) is None
    assert doubling_days(0.0, 1.0, 90) is None


def test_numbers_without_a_date_are_refused_where_dates_are_needed() -> None:
    with pytest.raises(UserError, match=r"1 measurement has no study date: a\.dcm"):
        by_date([seen(1.0, MM, None), seen(1.0, MM, MAY)])
    assert [when for when, _several in by_date([seen(2.0, MM, MAY), seen(1.0, MM, MARCH)])] == [MARCH, MAY]


def test_a_number_without_a_date_is_no_baseline() -> None:
    (trend,) = trends([seen(50.0, MM, None), seen(20.0, MM, MARCH), seen(30.0, MM, MAY)])
    assert [each.value for each in trend.steps] == [20.0, 30.0, 50.0]
    assert [each.since_first for each in trend.steps] == [None, 10.0, None]
    (trend,) = trends([seen(3.0, ML, MAY, "volume"), seen(1.5, ML, MARCH, "volume"), seen(9.0, ML, None, "volume")])
    assert trend.doubling_days == pytest.approx(61.0)


def test_pure_numbers_of_different_names_are_not_compared() -> None:
    density, dose = modality_unit("OD"), modality_unit("GY")
    assert (density.words, dose.ucum) == ("OD", "Gy")
    with pytest.raises(UserError, match="OD and Z_EFF"):
        trends([seen(4.0, modality_unit("Z_EFF"), MARCH, "mean"), seen(3.0, density, MAY, "mean")])
    assert unit_of_ucum(density.ucum).words == "OD"
    assert modality_unit("=1+1 {x}\x1b") == Unit("{=1+1x}", "=1+1x", "=1+1x", 2)


def test_numbers_of_several_slices_of_one_study_are_no_changes_of_each_other() -> None:
    (trend,) = trends([seen(20.0, MM, MARCH), seen(11.0, MM, MAY), seen(14.0, MM, MAY), seen(10.0, MM, JULY)])
    assert [each.since_first for each in trend.steps] == [None, None, None, -10.0]
    assert [each.since_last_percent for each in trend.steps] == [None, None, None, -50.0]
    (volume,) = trends([seen(1.5, ML, MARCH, "volume"), seen(2.0, ML, MARCH, "volume"), seen(3.0, ML, MAY, "volume")])
    assert volume.doubling_days is None


def test_numbers_of_one_study_without_a_date_are_no_changes_of_each_other() -> None:
    one, other, later = (
        seen(value, MM, None, study=uid) for value, uid in ((20.0, "1.1"), (14.0, "1.1"), (9.0, "1.2"))
    )
    (trend,) = trends([one, other, later])
    assert [each.since_first for each in trend.steps] == [None, None, None]
    assert [each.among for each in trend.steps] == [2, 2, 1]
    (trend,) = trends([one, later])
    assert [each.since_first for each in trend.steps] == [None, -11.0]


def test_lesions_of_two_patients_are_two_trends_although_they_have_one_identifier() -> None:
    found = trends([seen(20.0, MM, MARCH, patient="P1"), seen(10.0, MM, MAY, patient="P2")])
    assert [(each.patient, [step.since_first for step in each.steps]) for each in found] == [
        ("P1", [None]),
        ("P2", [None]),
    ]
