"""What a person corrects of an SUV, what nuclides are called, and two series beside each other."""

import pytest

from tests.unit.measure import pet_headers as pet
from workstation.errors import UserError
from workstation.measure.suv.comparing import differences
from workstation.measure.suv.corrections import Corrections, moment
from workstation.measure.suv.factor import suv_of_frame
from workstation.measure.suv.nuclides import HALF_LIVES_S, nuclide_in, nuclide_of
from workstation.measure.suv.reading import suv_inputs
from workstation.model.concepts import Code

SECOND = pet.header(RadionuclideTotalDose=100e6, RadiopharmaceuticalStartDateTime="20250101103000")
TWO = [each.RadiopharmaceuticalInformationSequence[0] for each in (pet.header(), SECOND)]


# What a person corrects.


def test_that_corrections_hold_in_place_of_the_header_and_are_told_with_the_note() -> None:
    by_hand = Corrections.parse(["weight=72kg", "dose=10mCi", "injected=10:30", "note=dose sheet"])
    found = suv_of_frame(pet.header(), corrections=by_hand)
    assert found.factor == pytest.approx(72000 / (370e6 * 2 ** (-1800 / 6586.2)))
    assert found.sentences[-4:] == (
        "Body weight 72 kg, given by the user in place of 70 kg.",
        "Injected dose 370000000 Bq, given by the user in place of 368080000 Bq.",
        "Injected at 10:30:00, given by the user in place of 2025-01-01 10:00:00.",
        "Note: dose sheet",
    )
    assert "Inputs of the SUV were corrected by the user." in found.notes


def test_that_what_is_missing_can_be_given() -> None:
    bare = pet.header(
        PatientWeight=None,
        PatientSize=None,
        PatientSex=None,
        RadiopharmaceuticalInformationSequence=[],
        SeriesTime="150000",
        DecayCorrection=None,
    )
    by_hand = Corrections.parse(
        {
            "weight": "70",
            "height": "175cm",
            "sex": "m",
            "dose": "368.08MBq",
            "half-life": "109.77min",
            "injected": "20250101T100000",
            "values": "2025-01-01T11:00",
            "decay": "start",
        }
    )
    found = suv_of_frame(bare, kind="lbm", corrections=by_hand)
    assert found.factor == pytest.approx(57800 / 251.996e6, rel=1e-4)
    assert any("where the header has none" in each for each in found.sentences)


def test_that_one_of_two_injections_can_be_chosen() -> None:
    ds = pet.header(RadiopharmaceuticalInformationSequence=TWO)
    found = suv_of_frame(ds, corrections=Corrections.parse(["item=2"]))
    assert found.factor == pytest.approx(70000 / (100e6 * 2 ** (-1800 / 6586.2)))
    with pytest.raises(UserError, match="no radiopharmaceutical 3"):
        suv_of_frame(ds, corrections=Corrections(item=3))


def test_that_corrections_are_checked_like_a_header() -> None:
    with pytest.raises(UserError, match=r"given by the user is 1000 Bq \(0.001 MBq\), which is no dose"):
        suv_of_frame(pet.header(), corrections=Corrections(dose_bq=1000))
    with pytest.raises(UserError, match="before the injection"):
        suv_of_frame(pet.header(), corrections=Corrections(injected_at=moment("2025-01-01T13:00")))


NO_CORRECTIONS = """
weight weight= weight=-3kg weight=70stone sex=X decay=LATER injected=noon injected=2025-01-01 item=0 colour=red
dose=nan height=1e999
"""


@pytest.mark.parametrize("pair", NO_CORRECTIONS.split())
def test_that_what_is_no_correction_is_refused(pair: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Corrections.parse([pair])


# Nuclides, and two series beside each other.


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("^18^Fluorine", "F-18"),
        ("F-18", "F-18"),
        ("18F", "F-18"),
        ("Fluorodeoxyglucose F^18^", "F-18"),
        ("[18F]FDG", "F-18"),
        ("Ga68-PSMA", "Ga-68"),
        ("^68^Gallium", "Ga-68"),
        ("^94m^Technetium", "Tc-94m"),
        ("Rubidium 82", "Rb-82"),
        ("Solution 18", ""),
        ("", ""),
    ],
)
def test_that_nuclides_are_found_in_words(words: str, name: str) -> None:
    assert nuclide_in(words) == name


def test_that_a_code_without_words_names_its_nuclide_and_words_come_first() -> None:
    assert nuclide_of(Code("C-111A1", "SRT")) == "F-18"
    assert nuclide_of(Code("35337001", "SCT")) == "Ga-68"
    assert nuclide_of(Code("C-131A1", "SRT", "^68^Gallium")) == "Ga-68"
    assert nuclide_of(Code("C-131A1", "SRT")) == "Ga-66"
    assert nuclide_of(None) == ""
    assert all(seconds > 0 for seconds in HALF_LIVES_S.values())


def test_that_series_with_other_corrections_are_told_apart() -> None:
    first = suv_inputs(pet.header())
    later = suv_inputs(
        pet.header(
            CorrectedImage=["ATTN", "DECY", "NORM", "DTIM", "RAN"],
            DecayCorrection="ADMIN",
            Manufacturer="GE MEDICAL SYSTEMS",
            RadionuclideTotalDose=200e6,
        )
    )
    said = differences(first, later)
    assert "Only the first series is corrected for scatter." in said
    assert "Decay correction differs: START, then ADMIN." in said
    assert "The dose was 368.1 MBq, then 200 MBq." in said
    assert differences(first, first) == ()


def test_that_uptake_times_far_apart_and_corrections_by_hand_are_told() -> None:
    first, later = pet.header(), pet.header(RadiopharmaceuticalStartDateTime="20250101092000")
    said = differences(suv_inputs(first), suv_inputs(later, corrections=Corrections.parse(["weight=71"])))
    assert said == (
        "The values are of 60 min after the injection, then of 100 min: more than 15 min apart.",
        "Inputs were corrected by the user in the second series only.",
    )


@pytest.mark.parametrize(
    "pairs",
    [
        ["weight=72.5", "height=1.75", "sex=F", "dose=3.7e8", "half-life=6586.2", "decay=ADMIN", "item=2"],
        ["injected=2025-01-01T10:15:30", "values=2025-01-01T11:15:30.250", "note=by phone, 70 kg = wrong"],
        ["injected=10:15", "values=11:15:30"],
        [],
    ],
)
def test_that_corrections_are_kept_and_read_again(pairs: list[str]) -> None:
    made = Corrections.parse(pairs)
    assert Corrections.parse(made.pairs()) == made
    assert made.are_there == bool([pair for pair in pairs if not pair.startswith("note")])
