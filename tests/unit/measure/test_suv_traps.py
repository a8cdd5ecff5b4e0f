"""Headers that lie, are silent or contradict themselves: each is refused or told in plain words."""

import re
from typing import Any

import pytest
from pydicom import Dataset

from tests.unit.measure import pet_headers as pet
from workstation.errors import UserError
from workstation.measure.suv.factor import suv_of_frame
from workstation.measure.suv.kinds import SuvKind
from workstation.measure.suv.reading import earliest_acquisition, suv_inputs

SECOND = pet.header(RadionuclideTotalDose=100e6, RadiopharmaceuticalStartDateTime="20250101103000")
TWO = [
    pet.header().RadiopharmaceuticalInformationSequence[0],
    SECOND.RadiopharmaceuticalInformationSequence[0],
]


@pytest.mark.parametrize(
    ("values", "kind", "said"),
    [
        ({"Units": "PROPCNTS"}, "bw", "in proportion to counts, by an unknown factor"),
        ({"Units": "CNTS"}, "bw", "no factor to make Bq/ml or SUV of them"),
        ({"Units": "1CM"}, "bw", "attenuation"),
        ({"Units": None}, "bw", r"the file has no Units \(0054,1001\)"),
        ({"Units": None, "Modality": "CT"}, "bw", "this is a CT image; SUV is of PET"),
        ({"Units": "GML", "SUVType": "BSA"}, "bw", "contradict"),
        ({"Units": "CM2ML", "SUVType": "BW"}, "bw", "contradict"),
        ({"Units": "GML", "SUVType": "LBM", "PatientSize": None}, "bw", r"no Patient's Size \(0010,1020\)"),
        ({"CorrectedImage": ["NORM", "DECY"]}, "bw", "not corrected for attenuation"),
        ({"CorrectedImage": ["ATTN"]}, "bw", r"contradicts itself: .* START, .* does not name decay"),
        ({"DecayCorrection": "NONE"}, "bw", r"contradicts itself: .* NONE, .* names decay"),
        ({"DecayCorrection": None}, "bw", r"no Decay Correction \(0054,1102\)"),
        ({"DecayCorrection": "MAYBE"}, "bw", "'MAYBE'"),
        ({"PatientWeight": None}, "bw", r"the file has no Patient's Weight \(0010,1030\)"),
        ({"PatientWeight": 0}, "bw", "is 0 kg"),
        ({"PatientWeight": -70}, "bw", "is -70 kg"),
        ({"PatientWeight": 70000}, "bw", "which nobody weighs; it may be in grams"),
        ({"PatientSize": None}, "bsa", r"no Patient's Size \(0010,1020\)"),
        ({"PatientSize": 0}, "lbm", "is 0 m, which nobody is"),
        ({"PatientSize": 17.5}, "lbm", "is 17.5 m, which nobody is"),
        ({"PatientSex": None}, "lbm", r"no Patient's Sex \(0010,0040\)"),
        ({"PatientSex": "X"}, "ibw", "is 'X', neither F, M nor O"),
        ({"PatientSize": 0.9, "PatientWeight": 200}, "lbm", "would be -"),
        ({"RadionuclideTotalDose": None}, "bw", r"no Radionuclide Total Dose \(0018,1074\)"),
        ({"RadionuclideTotalDose": 0}, "bw", "is 0 Bq"),
        ({"RadionuclideTotalDose": -370e6}, "bw", "is -3.7e"),
        ({"RadionuclideTotalDose": 370e3}, "bw", r"0.37 MBq\), which is no dose for PET"),
        ({"RadionuclideTotalDose": 370e12}, "bw", "which is no dose for PET"),
        ({"RadionuclideHalfLife": None, "RadionuclideCodeSequence": None}, "bw", "nor a nuclide that is known"),
        ({"RadionuclideHalfLife": 109.77}, "bw", "It looks like minutes"),
        ({"RadionuclideHalfLife": 1221.8}, "bw", r"F-18 \(Radionuclide Code Sequence \(0054,0300\)\) has 6586.2 s"),
        (
            {"RadiopharmaceuticalStartTime": None, "RadiopharmaceuticalStartDateTime": None},
            "bw",
            "neither Radiopharmaceutical Start Time",
        ),
        ({"RadiopharmaceuticalInformationSequence": []}, "bw", "no Radionuclide Total Dose"),
        ({"RadiopharmaceuticalInformationSequence": TWO}, "bw", "2 injections are in the header"),
        ({"SeriesTime": None, "AcquisitionTime": None}, "bw", "neither Series Time nor Acquisition Time"),
        (
            {"DecayCorrection": "NONE", "CorrectedImage": ["ATTN"], "ActualFrameDuration": None},
            "bw",
            r"no Actual Frame Duration \(0018,1242\)",
        ),
        (
            {"DecayCorrection": "NONE", "CorrectedImage": ["ATTN"], "AcquisitionTime": None},
            "bw",
            r"no Acquisition Time \(0008,0032\)",
        ),
        ({"SeriesTime": "120000"}, "bw", "is after the acquisition: .* Nothing in this image says"),
        (
            {
                "RadionuclideHalfLife": 282276,
                "RadionuclideCodeSequence": [pet.code("63360001", "SCT", "^89^Zirconium")],
                "RadiopharmaceuticalStartDateTime": None,
            },
            "bw",
            "with a half-life of 78 h the day matters",
        ),
        (
            {
                "RadionuclideHalfLife": 122.24,
                "RadionuclideCodeSequence": [pet.code("129504001", "SCT", "^15^Oxygen")],
            },
            "bw",
            "nothing is left after 1.0 h",
        ),
    ],
)
def test_that_a_header_without_an_suv_is_refused_with_the_reason(
    values: dict[str, Any], kind: SuvKind, said: str
) -> None:
    with pytest.raises(UserError, match=said) as refused:
        suv_of_frame(pet.header(**values), kind=kind)
    assert refused.value.message.startswith("There is no SUV: ")


@pytest.mark.parametrize(
    ("values", "kind", "said"),
    [
        ({"RadionuclideTotalDose": 368.08}, "bw", "it was taken for 368.08 MBq"),
        ({"PatientSize": 175}, "bsa", "it was taken for 175 cm"),
        ({"PatientWeight": 7}, "bw", "hardly that of a patient of 50 years"),
        ({"PatientAge": None, "PatientWeight": 0.03}, "bw", "hardly that of a person"),
        ({"PatientWeight": 30, "PatientSize": 2.1}, "bw", "hardly belong to one person"),
        ({"PatientAge": "006Y", "PatientWeight": 20, "PatientSize": 1.15}, "lbm", "was made for adults"),
        ({"PatientWeight": 150, "PatientSize": 1.6}, "lbm", "the formula of James gives too little"),
        ({"RadionuclideHalfLife": None}, "bw", "6586.2 s of F-18 was used"),
        ({"RadionuclideHalfLife": 6400}, "bw", "the header's was used"),
        ({"CorrectedImage": None}, "bw", "whether attenuation was corrected is not known"),
        ({"AcquisitionTime": None}, "bw", "by which Series Time could be checked"),
        ({"RadiopharmaceuticalStartTime": "094500"}, "bw", "the latter was used"),
        ({"RadiopharmaceuticalStartDateTime": "20250101110030"}, "bw", "began 30 s before the injection"),
        ({"RadiopharmaceuticalStartDateTime": "20190504100000"}, "bw", "only its time of day was used"),
        ({"DecayFactor": 1.5}, "bw", "belongs to values decayed to .* SUV would be .* lower"),
    ],
)
def test_that_what_is_odd_is_told_beside_the_number(values: dict[str, Any], kind: SuvKind, said: str) -> None:
    found = suv_of_frame(pet.header(**values), kind=kind)
    assert any(re.search(said, note) for note in found.notes), found.notes


def test_that_a_plain_header_has_nothing_odd() -> None:
    assert suv_of_frame(pet.header(DecayFactor=1.01587)).notes == ()


# Times.


def test_that_a_time_of_injection_before_midnight_is_of_the_day_before() -> None:
    late = pet.header(
        SeriesTime="003000",
        AcquisitionTime="003000",
        RadiopharmaceuticalStartTime="233000",
        RadiopharmaceuticalStartDateTime=None,
    )
    found = suv_inputs(late)
    assert found.uptake_s == 3600
    assert str(found.injected_at) == "2024-12-31 23:30:00"
    assert any("day before" in note for note in found.notes)


@pytest.mark.parametrize("series", ["110000", "235900"])
def test_that_times_without_any_date_are_of_one_night(series: str) -> None:
    clock = {"110000": "100000", "235900": "225900"}[series]
    acquired = {"110000": "110500", "235900": "000400"}[series]
    ds = pet.header(
        SeriesDate=None,
        AcquisitionDate=None,
        StudyDate=None,
        SeriesTime=series,
        AcquisitionTime=acquired,
        RadiopharmaceuticalStartTime=clock,
        RadiopharmaceuticalStartDateTime=None,
    )
    found = suv_of_frame(ds)
    assert found.factor == pytest.approx(pet.FACTOR)
    assert "1900" not in " ".join(found.sentences)


def test_that_an_uptake_of_days_needs_and_has_dates() -> None:
    zirconium = pet.header(
        RadionuclideHalfLife=282276,
        RadionuclideCodeSequence=[pet.code("63360001", "SCT", "^89^Zirconium")],
        RadionuclideTotalDose=37e6,
        RadiopharmaceuticalStartTime=None,
        RadiopharmaceuticalStartDateTime="20241227110000",
    )
    assert suv_of_frame(zirconium).factor == pytest.approx(70000 / (37e6 * 2 ** (-5 * 86400 / 282276)))


@pytest.mark.parametrize(
    ("zone", "written", "hour"),
    [
        ("+0200", "20250101080000+0000", 10),
        ("-0500", "20250101150000+0000", 10),
        ("-0500", "20250101100000-0500", 10),
        ("+0530", "20250101043000.000+0000", 10),
        (None, "20250101100000-0500", 10),
        ("+0200", "20250101100000", 10),
    ],
)
def test_that_time_zones_are_taken_off(zone: str | None, written: str, hour: int) -> None:
    ds = pet.header(TimezoneOffsetFromUTC=zone, RadiopharmaceuticalStartDateTime=written)
    found = suv_inputs(ds)
    assert found.injected_at is not None
    assert found.injected_at.at.hour == hour
    assert found.uptake_s == 3600


def test_that_a_series_written_anew_goes_back_to_its_earliest_acquisition() -> None:
    beds = [pet.header(SeriesTime="140000", AcquisitionTime=clock) for clock in ("110600", "110000", "110300")]
    earliest = earliest_acquisition(beds)
    for bed in beds:
        assert suv_of_frame(bed, earliest=earliest).factor == pytest.approx(pet.FACTOR)
    assert earliest_acquisition([Dataset()]) is None


def test_that_a_decay_factor_tells_the_start_where_the_series_time_does_not() -> None:
    # The frame began 10 min after the start; its mean is 149.6 s later.
    factor = 2 ** ((600 + 149.61) / 6586.2)
    bed = pet.header(SeriesTime="140000", AcquisitionTime="111000", DecayFactor=factor)
    assert suv_of_frame(bed).factor == pytest.approx(pet.FACTOR, rel=1e-5)


def test_that_the_frame_reference_time_of_ge_counts_to_the_beginning_of_the_frame() -> None:
    bed = pet.header(
        Manufacturer="GE MEDICAL SYSTEMS", SeriesTime="140000", AcquisitionTime="111000", FrameReferenceTime=600000
    )
    assert suv_of_frame(bed).factor == pytest.approx(pet.FACTOR)


def test_that_a_vendors_time_left_behind_when_dates_were_moved_still_tells_the_hour() -> None:
    found = suv_of_frame(pet.siemens("20190803110000.00", SeriesTime="140000", AcquisitionTime="110500"))
    assert found.factor == pytest.approx(pet.FACTOR)
    assert any("its time was used" in note for note in found.notes)


def test_that_a_vendors_time_after_the_acquisition_is_not_used() -> None:
    found = suv_of_frame(pet.general_electric("20250101143000"))
    assert found.factor == pytest.approx(pet.FACTOR)
    assert any("does not fit the acquisition" in note for note in found.notes)


def test_that_private_values_of_another_creator_are_not_read() -> None:
    ds = pet.header(Manufacturer="SIEMENS", SeriesTime="110000", AcquisitionTime="110500")
    ds.private_block(0x0071, "SOMEBODY ELSE", create=True).add_new(0x22, "DT", "20250101103000")
    assert suv_of_frame(ds).factor == pytest.approx(pet.FACTOR)


def test_that_private_values_are_read_where_the_creator_was_lost() -> None:
    ds = pet.header(Manufacturer="Philips Medical Systems", Units="CNTS")
    ds.add_new(0x70531000, "UN", b"0.0005 ")
    assert suv_of_frame(ds).factor == 0.0005


def test_that_philips_suv_factor_comes_before_that_of_activity_and_0_is_none() -> None:
    assert suv_of_frame(pet.philips(suv=0.0005, activity=0.5)).factor == 0.0005
    assert suv_of_frame(pet.philips(suv=0, activity=0.5)).factor == pytest.approx(pet.FACTOR / 2)


def test_that_philips_own_factors_are_held_against_dose_weight_and_times() -> None:
    assert suv_of_frame(pet.philips(suv=pet.FACTOR * 4, activity=4, Units="BQML")).notes == ()
    found = suv_of_frame(pet.philips(suv=pet.FACTOR * 5, activity=4, Units="BQML"))
    assert found.factor == pytest.approx(pet.FACTOR)
    assert any("The SUV factor of Philips over its activity factor" in note for note in found.notes)


def test_that_decay_may_be_spelled_out() -> None:
    assert suv_of_frame(pet.header(CorrectedImage=["ATTN", "DECAY"])).notes == ()


def test_that_a_dynamic_scan_may_begin_before_the_injection() -> None:
    found = suv_inputs(pet.header(RadiopharmaceuticalStartTime="110030", RadiopharmaceuticalStartDateTime=None))
    assert found.uptake_s == -30
