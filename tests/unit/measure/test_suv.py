"""SUV of every unit, kind and vendor: factors by hand, and those of published references."""

import json
from math import exp, log
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom import Dataset
from pydicom.sr.codedict import codes

from tests.unit.measure import pet_headers as pet
from workstation.errors import UserError
from workstation.measure.suv.decay import mean_count_s
from workstation.measure.suv.factor import suv_of_frame
from workstation.measure.suv.kinds import KINDS, SUV_KINDS, SuvKind
from workstation.measure.suv.reading import earliest_acquisition, suv_inputs
from workstation.measure.suv.values import rows

# A man of 70 kg and 1.75 m; each worked out by hand.
SIZES = {
    "bw": 70000.0,
    "lbm": (1.10 * 70 - 120 * (70 / 175) ** 2) * 1000,  # 57.8 kg
    "lbm-james128": (1.10 * 70 - 128 * (70 / 175) ** 2) * 1000,  # 56.52 kg
    "lbm-janma": 9270 * 70 / (6680 + 216 * 70 / 1.75**2) * 1000,  # 55.86 kg
    "bsa": 71.84 * 70**0.425 * 175**0.725,  # 18 481 cm²
    "ibw": (48.0 + 1.06 * (175 - 152)) * 1000,  # 72.38 kg
}
WOMAN = {
    "lbm": (1.07 * 70 - 148 * (70 / 175) ** 2) * 1000,
    "lbm-james128": (1.07 * 70 - 148 * (70 / 175) ** 2) * 1000,
    "lbm-janma": 9270 * 70 / (8780 + 244 * 70 / 1.75**2) * 1000,
    "ibw": (45.5 + 0.91 * (175 - 152)) * 1000,
}
LEFT_BQ = pet.DOSE_BQ * 2 ** (-3600 / 6586.2)


@pytest.mark.parametrize("kind", SUV_KINDS)
def test_that_each_kind_is_normalized_by_its_measure_of_the_body(kind: SuvKind) -> None:
    assert suv_of_frame(pet.header(), kind=kind).factor == pytest.approx(SIZES[kind] / LEFT_BQ, rel=1e-12)


@pytest.mark.parametrize("kind", sorted(WOMAN))
def test_that_women_have_formulae_of_their_own_and_others_the_mean(kind: SuvKind) -> None:
    assert suv_of_frame(pet.header(PatientSex="F"), kind=kind).factor == pytest.approx(WOMAN[kind] / LEFT_BQ)
    other = suv_of_frame(pet.header(PatientSex="O"), kind=kind)
    assert other.factor == pytest.approx((WOMAN[kind] + SIZES[kind]) / 2 / LEFT_BQ)
    assert any("mean of the formulae" in note for note in other.notes)


def test_that_the_measures_of_a_body_are_those_of_the_papers() -> None:
    assert [round(SIZES[kind]) for kind in SUV_KINDS] == [70000, 57800, 56520, 55857, 18481, 72380]


@pytest.mark.parametrize(
    ("kind", "concept", "unit"),
    [
        ("bw", codes.DCM.Suvbw, codes.UCUM.StandardizedUptakeValueBodyWeight),
        ("lbm", codes.DCM.Suvlbm, codes.UCUM.StandardizedUptakeValueLeanBodyMassJames),
        ("lbm-james128", codes.DCM.SuvlbmJames128, codes.UCUM.StandardizedUptakeValueLeanBodyMassJames128Multiplier),
        ("lbm-janma", codes.DCM.SuvlbmJanma, codes.UCUM.StandardizedUptakeValueLeanBodyMassJanma),
        ("bsa", codes.DCM.Suvbsa, codes.UCUM.StandardizedUptakeValueBodySurfaceArea),
        ("ibw", codes.DCM.Suvibw, codes.UCUM.StandardizedUptakeValueIdealBodyWeight),
    ],
)
def test_that_quantities_and_units_are_coded_as_the_standard_has_them(kind: SuvKind, concept: Any, unit: Any) -> None:
    found = suv_of_frame(pet.header(), kind=kind).scale()
    assert (found.concept.value, found.concept.scheme, found.concept.meaning) == tuple(concept)[:3]
    assert (found.unit.ucum, found.unit.meaning) == (unit.value, unit.meaning)
    assert found.method is not None
    assert found.method.value in {entry.value for entry in _methods()}


def _methods() -> list[Any]:
    return [getattr(codes.DCM, name) for name in codes.DCM.dir("CalculationMethod")] + [
        codes.DCM.SUVLeanBodyMassCalculationJanmahasatianMethod,
        codes.DCM.SUVLeanBodyMassCalculationMethodUsing128Multiplier,
    ]


# The cases of IBSI's digital reference objects for SUV (CC BY 4.0): a body whose SUVbw is 1 where the value is `one`.
CASES: dict[str, tuple[Dataset, float]] = {
    "units BQML, decayed to the start": (pet.header(), 3600.0),
    "units GML": (pet.header(Units="GML", SUVType="BW"), 1.0),
    "units GML without a type": (pet.header(Units="GML"), 1.0),
    "units GML by lean body mass": (pet.header(Units="GML", SUVType="LBMJAMES128"), 56.52 / 70),
    "units GML by ideal weight": (pet.header(Units="GML", SUVType="IBW", PatientSex="O"), 69.405 / 70),
    "units CM2ML": (pet.header(Units="CM2ML", SUVType="BSA"), SIZES["bsa"] / 70000),
    "Philips' SUV factor": (pet.philips(suv=0.0005), 2000.0),
    "Philips' activity factor": (pet.philips(activity=0.5), 7200.0),
    "dose in MBq": (pet.header(RadionuclideTotalDose=368.08), 3600.0),
    "decayed to the injection": (pet.header(DecayCorrection="ADMIN"), 3600.0 * 2 ** (3600 / 6586.2)),
    "series written anew, first bed": (
        pet.header(
            SeriesTime="113000", AcquisitionTime="110230", FrameReferenceTime=450000, ActualFrameDuration=603000
        ),
        3600.0,
    ),
    "series written anew, second bed": (
        pet.header(
            SeriesTime="113000", AcquisitionTime="110500", FrameReferenceTime=600000, ActualFrameDuration=603000
        ),
        3600.0,
    ),
    "GE's own time": (pet.general_electric("20250101110000.000000", AcquisitionTime="113000"), 3600.0),
    "Siemens' own time": (pet.siemens("20250101110000.000000", SeriesTime="113000", AcquisitionTime="111500"), 3600.0),
    "not corrected for decay": (
        pet.header(
            DecayCorrection="NONE",
            CorrectedImage=["NORM", "ATTN"],
            AcquisitionTime="110500",
            ActualFrameDuration=603000,
        ),
        3379.0,
    ),
    "only a time of injection": (pet.header(RadiopharmaceuticalStartDateTime=None), 3600.0),
    "only a date and time of injection": (pet.header(RadiopharmaceuticalStartTime=None), 3600.0),
    "over midnight": (
        pet.header(
            SeriesDate="20250102",
            AcquisitionDate="20250102",
            SeriesTime="003000",
            AcquisitionTime="003000",
            RadiopharmaceuticalStartTime="233000",
            RadiopharmaceuticalStartDateTime=None,
        ),
        3600.0,
    ),
    "gallium": (
        pet.header(
            RadionuclideHalfLife=4057.7,
            Radiopharmaceutical="Ga68-PSMA",
            RadionuclideCodeSequence=[pet.code("C-131A1", "SRT", "^68^Gallium")],
        ),
        2843.0,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_that_suv_is_1_in_every_case_of_the_digital_reference_objects(case: str) -> None:
    dataset, one = CASES[case]
    assert suv_of_frame(dataset).factor * one == pytest.approx(1.0, abs=5e-4)


@pytest.mark.parametrize(
    ("name", "gold"),
    [
        ("SIEMENS", 0.00042748316187197236),
        ("PHILIPS_BQML", 0.0007463747013889488),
        ("PHILIPS_CNTS_AND_SUV", 0.000728),
        ("CPS_AND_BQML_AC_DT_-_S_DT", 0.00026503312764157046),
    ],
)
def test_that_headers_of_real_scanners_have_the_factors_of_other_workstations(
    shared_data: Path, name: str, gold: float
) -> None:
    found = json.loads((shared_data / "pet_suv_factors_truth" / f"{name}-instances.json").read_text())
    images = [_as_dataset(each) for each in found]
    earliest = earliest_acquisition(images)
    for image in images:
        assert suv_of_frame(image, earliest=earliest).factor == pytest.approx(gold, rel=1e-6)


def _as_dataset(values: dict[str, Any]) -> Dataset:
    private = values.pop("PhilipsPETPrivateGroup")
    made = pet.header(**{"PatientSize": None, "RadiopharmaceuticalStartDateTime": None, **values})
    if private:
        made.Manufacturer = "Philips"
        block = made.private_block(0x7053, "Philips PET Private Group", create=True)
        for element, word in ((0x00, "SUVScaleFactor"), (0x09, "ActivityConcentrationScaleFactor")):
            if word in private:
                block.add_new(element, "DS", private[word].strip())
    return made


def test_that_lesions_of_a_real_study_have_their_published_suv(shared_data: Path) -> None:
    """Held against numbers made with pydicom alone from the same study (TRUTH.json)."""
    truth = json.loads((shared_data / "TRUTH.json").read_text())["pet_suv"]
    study = shared_data / "pet_fdg_qin0024"
    images: dict[float, Dataset] = {}
    for path in sorted((study / "PET").iterdir()):
        found = pydicom.dcmread(path)
        images[round(float(found.ImagePositionPatient[2]), 2)] = found
    segments = pydicom.dcmread(next((study / "SEG").iterdir()))
    bits = segments.pixel_array
    values: dict[int, list[float]] = {1: [], 2: []}
    for plane, group in zip(bits, segments.PerFrameFunctionalGroupsSequence, strict=True):
        if not plane.any():
            continue
        image = images[round(float(group.PlanePositionSequence[0].ImagePositionPatient[2]), 2)]
        factor = suv_of_frame(image).factor
        assert factor == pytest.approx(truth["suvbw_factor_g_per_Bq"], rel=1e-9)
        number = int(group.SegmentIdentificationSequence[0].ReferencedSegmentNumber)
        inside = image.pixel_array[plane > 0] * float(image.RescaleSlope) * factor
        values[number] += [float(each) for each in inside]
    for number, name in ((1, "1 Neoplasm, Primary"), (2, "2 Neoplasm, Secondary")):
        expected = truth["segments (3D Slicer SEG; computed by us with pydicom)"][name]
        assert len(values[number]) == expected["voxels"]
        assert np.mean(values[number]) == pytest.approx(expected["suv_mean"], abs=2e-5)
        assert np.max(values[number]) == pytest.approx(expected["suv_max"], abs=2e-5)


@pytest.mark.parametrize(
    ("units", "slope", "one"),
    [("Bq/ml", 1.0, 3600.0), ("Bq/ml", 2.0, 1800.0), ("g/ml{SUVbw}", 0.5, 2.0), ("{SUVbw}g/ml", 0.5, 2.0)],
)
def test_that_enhanced_images_tell_their_unit_by_real_world_values(units: str, slope: float, one: float) -> None:
    assert suv_of_frame(pet.enhanced(units, slope=slope)).factor * one == pytest.approx(1.0, abs=5e-4)


def test_that_enhanced_images_not_corrected_for_decay_are_of_the_mean_of_their_frame() -> None:
    found = suv_inputs(pet.enhanced(DecayCorrected="NO"))
    assert found.uptake_s == pytest.approx(3600 + 149.5)


def test_that_enhanced_images_decayed_to_the_injection_lose_nothing() -> None:
    found = suv_of_frame(pet.enhanced(DecayCorrectionDateTime="20250101100000"))
    assert found.factor == pytest.approx(70000 / pet.DOSE_BQ)


def test_that_enhanced_images_with_an_intercept_of_their_own_are_refused() -> None:
    with pytest.raises(UserError, match="not a multiple"):
        suv_of_frame(pet.enhanced(intercept=5.0))


def test_that_the_mean_count_rate_is_before_the_middle_of_a_frame() -> None:
    rate = log(2) / 600
    assert mean_count_s(1200, 600) == pytest.approx(log(rate * 1200 / (1 - exp(-rate * 1200))) / rate)
    assert mean_count_s(1200, 600) < 600
    assert mean_count_s(1.0, 1e9) == pytest.approx(0.5)


def test_that_a_factor_tells_formula_inputs_and_their_tags() -> None:
    found = suv_of_frame(pet.header())
    assert found.sentences == (
        "SUVbw = Bq/ml x body weight in g / dose in Bq that is left at the time of the values.",
        "Body weight 70 kg: Patient's Weight (0010,1030).",
        "Dose 368.08 MBq: Radionuclide Total Dose (0018,1074).",
        "Injected at 2025-01-01 10:00:00: Radiopharmaceutical Start DateTime (0018,1078).",
        "Values are of 2025-01-01 11:00:00: Series Time (0008,0031).",
        "60.00 min with a half-life of 6586.2 s (Radionuclide Half Life (0018,1075)) leave 252 MBq.",
        f"Factor {pet.FACTOR:.10g}.",
    )
    assert found.notes == ()
    assert found.scale().sentence == " ".join(found.sentences)
    assert found.scale().apply(np.array([3600.0])) == pytest.approx([3600 * pet.FACTOR])


def test_that_the_inputs_are_a_table_with_what_is_wrong_in_each_row() -> None:
    table = {row.words: row for row in rows(suv_inputs(pet.header(PatientWeight=0)))}
    assert table["Injected dose"].value == "368.08 MBq"
    assert table["Injected at"].source == "Radiopharmaceutical Start DateTime (0018,1078)"
    assert table["Body weight"].value == ""
    assert table["Body weight"].problem == "Patient's Weight (0010,1030) is 0 kg."
    assert table["Body weight"].key == "weight_kg"
    assert "Philips SUV factor" not in table


def test_that_all_kinds_have_names_of_their_own() -> None:
    assert len({kind.name for kind in KINDS.values()}) == len({kind.unit.ucum for kind in KINDS.values()}) == 6
