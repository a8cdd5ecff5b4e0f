"""The factors of the images of a series, and headers with damage anywhere."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import RawDataElement
from pydicom.tag import Tag

from tests.unit.measure import pet_headers as pet
from workstation.errors import UserError
from workstation.measure.suv.corrections import Corrections
from workstation.measure.suv.factor import suv_of_frame
from workstation.measure.suv.kinds import SUV_KINDS, SuvKind
from workstation.measure.suv.reading import suv_inputs
from workstation.measure.suv.series import one_scale, suv_of_series
from workstation.measure.suv.values import rows


def test_that_one_factor_holds_for_a_series_corrected_to_its_start() -> None:
    beds = [
        pet.header(SeriesTime="140000", AcquisitionTime=clock, FrameReferenceTime=reference)
        for clock, reference in (("110000", 149606), ("110300", 329606), ("110600", 509606))
    ]
    found = suv_of_series(beds)
    scale = one_scale(found)
    assert scale is not None
    assert scale.factor == pytest.approx(pet.FACTOR, rel=1e-5)
    assert one_scale(()) is None


def test_that_a_series_not_corrected_for_decay_has_a_factor_an_image() -> None:
    beds = [
        pet.header(DecayCorrection="NONE", CorrectedImage=["ATTN"], AcquisitionTime=clock)
        for clock in ("110000", "110500")
    ]
    first, last = suv_of_series(beds)
    assert one_scale((first, last)) is None
    assert last.factor / first.factor == pytest.approx(2 ** (300 / 6586.2))


def test_that_images_of_two_injections_are_no_series() -> None:
    with pytest.raises(UserError, match=r"differ in body weight: 70\.0 and 71\.0"):
        suv_of_series([pet.header(), pet.header(PatientWeight=71)])
    by_hand = Corrections.parse(["weight=70.5"])
    assert len(suv_of_series([pet.header(), pet.header(PatientWeight=71)], corrections=by_hand)) == 2


_KEYWORDS = (
    *("Units", "SUVType", "DecayCorrection", "CorrectedImage", "DecayFactor", "FrameReferenceTime", "Manufacturer"),
    *("PatientWeight", "PatientSize", "PatientSex", "PatientAge", "ActualFrameDuration", "TimezoneOffsetFromUTC"),
    *("SeriesDate", "SeriesTime", "AcquisitionDate", "AcquisitionTime", "Radiopharmaceutical"),
    *("RadionuclideTotalDose", "RadionuclideHalfLife"),
    *("RadiopharmaceuticalStartTime", "RadiopharmaceuticalStartDateTime"),
)
_ODD = (b"", b"0", b"-1", b"NaN", b"1e400", b"2\\3", b"246060", b"99999999", b"BQML", b"CNTS", b"START", b"\xff\xfe")
_RAW = st.binary(max_size=24) | st.sampled_from(_ODD)


@pytest.mark.filterwarnings("ignore::UserWarning:pydicom")  # as where files are opened
@given(st.dictionaries(st.sampled_from(_KEYWORDS), _RAW, max_size=6), st.sampled_from(SUV_KINDS))
def test_that_damaged_headers_give_a_factor_or_a_reason(damage: dict[str, bytes], kind: SuvKind) -> None:
    ds = pet.header(Manufacturer="SIEMENS")
    item = ds.RadiopharmaceuticalInformationSequence[0]
    for keyword, raw in damage.items():
        tag = Tag(keyword)
        holder = item if keyword.startswith("Radi") else ds
        element = RawDataElement(tag, dictionary_VR(tag), len(raw), raw, 0, False, True)
        holder._dict[tag] = element
    try:
        found = suv_of_frame(ds, kind=kind)
    except UserError:
        pass  # with a reason, as every UserError
    else:
        assert math.isfinite(found.factor)
        assert found.factor > 0
    assert rows(suv_inputs(ds))
