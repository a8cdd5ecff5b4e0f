"""What headers say of how images were taken: classic, enhanced, damaged, and of what the phantoms hold."""

from pathlib import Path

import pytest
from pydicom import Dataset

from tests.unit.display.hanging.studies import Named, Shelf, read_with
from workstation.display.hanging.attributes import Attribute
from workstation.display.hanging.facts import MOST_SINGLE_IMAGES, candidates_of
from workstation.display.hanging.matching import Subject
from workstation.display.hanging.technique import Technique, Techniques, read_technique, technique_of
from workstation.model.index.records import Place
from workstation.model.index.scan import scan
from workstation.model.index.tree import tree_of
from workstation.model.stacks import stacks_of
from workstation.phantoms import small


def item(**values: object) -> Dataset:
    made = Dataset()
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return made


def test_that_enhanced_images_tell_it_in_their_functional_groups() -> None:
    ds = item(
        EchoPulseSequence="SPIN",
        SharedFunctionalGroupsSequence=[
            item(
                MRTimingAndRelatedParametersSequence=[item(RepetitionTime=5000.0)],
                MREchoSequence=[item(EffectiveEchoTime=98.0)],
                PlaneOrientationSequence=[item(ImageOrientationPatient=[0, 1, 0, 0, 0, -1])],
                PixelMeasuresSequence=[item(SliceThickness=4.0)],
                FrameAnatomySequence=[
                    item(FrameLaterality="R", AnatomicRegionSequence=[item(CodeValue="72696002", CodeMeaning="Knee")])
                ],
            )
        ],
        PerFrameFunctionalGroupsSequence=[item(MRImageFrameTypeSequence=[item(AcquisitionContrast="T2")])],
    )
    technique = technique_of(ds)
    assert (technique.repetition_time_ms, technique.echo_time_ms) == (5000.0, 98.0)
    assert (technique.acquisition_contrast, technique.image_laterality) == ("T2", "R")
    assert (technique.anatomic_region, technique.slice_thickness_mm) == ("Knee", 4.0)
    shelf = Shelf()
    named = Named("WIP", plane="", images=1, technique=technique, fields={"number_of_frames": 20})
    (candidate,) = candidates_of(shelf.study("MR", [named]), Techniques(shelf.read))
    known = {attribute: fact.values for attribute, fact in candidate.facts.items()}
    assert known[Attribute.PLANE] == ("sagittal",)
    assert known[Attribute.WEIGHTING] == ("t2",)
    assert known[Attribute.BODY_PART] == ("knee",)
    assert known[Attribute.LATERALITY] == ("right",)


def test_that_a_header_of_a_phantom_is_read_where_it_lies(tmp_path: Path) -> None:
    small.volume("axial").write(tmp_path)
    instances = [each for scanned in scan([tmp_path], workers=0) for each in scanned.instances]
    (patient,) = tree_of(instances, stacks_of=stacks_of)
    subject = Subject(patient.studies[0])
    (candidate,) = subject.candidates
    assert candidate.technique.is_read
    assert candidate.values(Attribute.PLANE) == ("axial",)


@pytest.mark.parametrize("content", [b"", b"no image", b"\0" * 128 + b"DICM" + b"\x08\x00\x05\x00CS\xff\xff"])
def test_that_what_cannot_be_read_tells_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    assert read_technique(Place(tmp_path / "x")).view_position == ""
    assert read_technique(Place(tmp_path / "nothing")) == Technique()


def test_that_values_of_a_damaged_header_are_left_out() -> None:
    ds = item(ViewPosition="C\x1bC", PatientOrientation=["L", "F"])
    ds.add_new(0x00180080, "DS", None)
    ds.add_new(0x00280103, "US", 0)
    technique = technique_of(ds)
    assert technique.view_position == "CC"
    assert technique.repetition_time_ms is None
    assert technique.patient_orientation == ("L", "F")


def test_that_a_radiograph_study_of_very_many_images_reads_one_header() -> None:
    shelf = Shelf()
    study = shelf.study("DX", [Named("many", plane="", images=MOST_SINGLE_IMAGES + 1)])
    (candidate,) = candidates_of(study, Techniques(shelf.read))
    assert candidate.image is None
    assert len(shelf.reads) == 1


@pytest.mark.parametrize(
    ("technique", "fields", "contrast"),
    [
        (read_with(contrast_agent="Ultravist 370"), {}, "with"),
        (read_with(contrast_agent="NONE"), {}, "without"),
        (read_with(), {}, "without"),
        (Technique(), {}, None),
        (read_with(), {"series_description": "Leber KM"}, "with"),
    ],
)
def test_that_contrast_is_known_only_where_a_header_was_read(
    technique: Technique, fields: dict[str, str], contrast: str | None
) -> None:
    shelf = Shelf()
    named = Named("x", technique=technique, fields=fields)
    (candidate,) = candidates_of(shelf.study("CT", [named]), Techniques(shelf.read))
    assert candidate.values(Attribute.CONTRAST) == ((contrast,) if contrast else ())


def test_that_images_for_processing_come_after_those_for_presentation() -> None:
    shelf = Shelf()
    study = shelf.study(
        "MG", [Named("RCC", plane="", images=1, technique=read_with(presentation_intent="FOR PROCESSING"))]
    )
    (candidate,) = candidates_of(study, Techniques(shelf.read))
    assert candidate.values(Attribute.KIND) == ("for processing",)


def test_that_segmentations_are_not_hung() -> None:
    shelf = Shelf()
    study = shelf.study("SEG", [Named("liver")])
    assert candidates_of(study, Techniques(shelf.read)) == ()
