"""Codes of quantities and units, held against pydicom's tables of the standard (PS3.16)."""

import pytest
from pydicom.sr._concepts_dict import concepts

from workstation.model import quantities, units
from workstation.model.concepts import Code
from workstation.model.quantities import PRIVATE_SCHEME, Quantity, percentile, quantity_of
from workstation.model.units import LENGTHS, Unit, unit_of_ucum

TABLES: dict[str, dict[str, dict[str, object]]] = concepts  # type: ignore[assignment]  # pydicom says less than it has
STANDARD = {(scheme, value) for scheme, names in TABLES.items() for values in names.values() for value in values}
QUANTITIES = tuple(each for each in vars(quantities).values() if isinstance(each, Quantity))
PERCENTILES = tuple(percentile(each) for each in (2.5, 5, 10, 25, 75, 90, 95))
CODES = [
    *(code for each in (*QUANTITIES, *PERCENTILES) for code in (each.concept, each.derivation) if code is not None),
    *quantities.SUV_CONCEPTS.values(),
    *quantities.SUV_METHODS.values(),
    quantities.ATTENUATION,
]
UNITS = tuple(each for each in vars(units).values() if isinstance(each, Unit))
# Of UCUM, but in no context group of the standard for measurements, or annotations of our own.
OF_UCUM_ALONE = {
    "bit",
    "[in_i]",
    "[in_i]2",
    "[in_i]3",
    "{pixels2}",
    "{voxels}",
    "d",
    "ml",
    "g",
    "g/ml",
    "{pixels}",
    "deg",
}


@pytest.mark.parametrize("code", CODES, ids=str)
def test_that_every_public_code_is_one_of_the_standard(code: Code) -> None:
    assert code.scheme == PRIVATE_SCHEME or (code.scheme, code.value) in STANDARD


def test_that_private_codes_are_those_that_no_published_scheme_has() -> None:
    private = {code.value for code in CODES if code.scheme == PRIVATE_SCHEME}
    assert private == {
        "ctr",
        "count",
        "stored",
        "red",
        "green",
        "blue",
        "sdpop",
        "diameter3d",
        "heart",
        "chest",
        "p2.5",
        "p25",
        "p75",
    }


@pytest.mark.parametrize("unit", UNITS, ids=lambda each: each.ucum)
def test_that_every_unit_is_found_again_by_its_code(unit: Unit) -> None:
    assert unit_of_ucum(unit.ucum) == unit
    assert ("UCUM", unit.ucum) in STANDARD or unit.ucum in OF_UCUM_ALONE


@pytest.mark.parametrize("quantity", [*QUANTITIES, *PERCENTILES], ids=lambda each: each.key)
def test_that_every_quantity_is_found_again_by_its_codes(quantity: Quantity) -> None:
    if quantity.concept is None and quantity.derivation is None:
        assert quantity is quantities.VALUE
        return
    found = quantity_of(quantity.concept or quantities.ATTENUATION, quantity.derivation)
    assert found == quantity


def test_that_the_older_spelling_of_suv_units_is_known() -> None:
    assert unit_of_ucum("{SUVbw}g/ml") is units.SUV_BW
    assert unit_of_ucum("{SUVbsa}cm2/ml") is units.SUV_BSA
    assert unit_of_ucum("{SUVlbm(James128)}g/ml") is units.SUV_LBM_JAMES_128


def test_that_a_unit_that_is_not_known_is_called_as_the_file_does() -> None:
    assert unit_of_ucum("mmol/l", "millimole per liter") == Unit("mmol/l", "mmol/l", "millimole per liter", 2)
    assert unit_of_ucum("", "widgets").words == "widgets"


def test_that_no_two_units_of_length_share_a_code() -> None:
    codes = [unit.ucum for row in LENGTHS.values() for unit in row[:3]]
    assert len(set(codes)) == len(codes)


def test_that_a_quantity_of_another_program_is_not_taken_for_one_of_ours() -> None:
    assert quantity_of(Code("250137", "99PMP", "25th Percentile Value")) is None
    assert quantity_of(quantities.AREA.concept, Code("250137", "99PMP")) is None
    assert quantity_of(None, None) is None
