"""Descriptions of many sites and languages come to the same concepts."""

import pytest

from workstation.display.hanging.concepts import (
    concepts_of,
    has_words,
    is_like,
    kernel_named,
    named_in,
    plain,
    view_coded,
)


@pytest.mark.parametrize(
    ("text", "weighting"),
    [
        ("AX T2 FLAIR FS", "flair"),
        ("t2_tirm_tra_dark-fluid", "flair"),
        ("t2_tirm_cor", "stir"),
        ("SAG T1 FLAIR", "t1"),
        ("sT1W_3D_TFE", "t1"),
        ("t1_mprage_sag_p2_iso", "t1"),
        ("Ax T2* GRE", "t2*"),
        ("ep2d_diff_3scan_trace_p2_ADC", "adc"),
        ("ep2d_diff_3scan_trace_p2", "dwi"),
        ("拡散強調画像", "dwi"),
        ("T2強調画像 横断", "t2"),
        ("DP fat sat axial", "pd"),
        ("mIP_Images(SW)", "swi"),
        ("eADC (10^-6 mm2/s)", "exponential adc"),
        ("ADC (10^-6 mm2/s)", "adc"),
        ("VEN_BOLD_SWI", "swi"),
        ("TOF_3D_multi-slab", "angiography"),
    ],
)
def test_that_a_sequence_is_known_by_the_words_of_any_vendor(text: str, weighting: str) -> None:
    assert named_in("weighting", text)[0] == weighting


@pytest.mark.parametrize(
    ("text", "contrast"),
    [
        ("T1 +C", "with"),
        ("ABDOMEN C+ PORTAL", "with"),
        ("T1w TSE SAG -C", "without"),
        ("CT Abd w/o contrast", "without"),
        ("Thorax ohne KM", "without"),
        ("t1_tse nach KM", "with"),
        ("TDM TAP avec injection", "with"),
        ("T1 axial sans injection", "without"),
        ("TC abdomen con contraste", "with"),
        ("TC sin contraste", "without"),
        ("TC addome senza mdc", "without"),
        ("RM con mdc", "with"),
        ("腹部 造影", "with"),
        ("腹部 単純", "without"),
    ],
)
def test_that_contrast_is_known_in_six_languages(text: str, contrast: str) -> None:
    assert named_in("contrast", text)[0] == contrast


@pytest.mark.parametrize(
    ("axis", "text", "concept"),
    [
        ("phase", "Abdomen portalvenös 5.0", "portal venous"),
        ("phase", "foie temps portal", "portal venous"),
        ("phase", "Leber spätarteriell", "arterial"),
        ("phase", "動脈相", "arterial"),
        ("phase", "fase tardiva", "delayed"),
        ("kernel", "Thorax Lunge 1.0", "lung"),
        ("kernel", "parties molles", "soft"),
        ("kernel", "Knochenfenster", "bone"),
        ("kind", "Topogramm 0.6 T20f", "localizer"),
        ("kind", "Surview", "localizer"),
        ("kind", "Dosisprotokoll", "dose report"),
        ("kind", "COR MPR", "mpr"),
        ("kind", "ASSET calibration", "calibration"),
        ("kind", "Pha_Images", "phase image"),
        ("kind", "DoseReport", "dose report"),
        ("plane", "DIFFUSIONE assiale", "axial"),
        ("contrast", "HEAD NC 5.0", "without"),
        ("contrast", "CTPA", "with"),
        ("body part", "LWS nativ", "lumbar spine"),
        ("body part", "Rachis lombaire", "lumbar spine"),
        ("body part", "Schädel", "head"),
        ("body part", "Rodilla izquierda", "knee"),
        ("body part", "ginocchio dx", "knee"),
        ("body part", "胸部", "chest"),
        ("laterality", "Main gauche", "left"),
        ("laterality", "Knie rechts", "right"),
        ("view", "Thorax d.v. / p.a.", "pa"),
        ("view", "profil", "lateral"),
        ("mammography view", "RMLO", "mlo"),
    ],
)
def test_that_words_of_several_languages_mean_the_same(axis: str, text: str, concept: str) -> None:
    assert concept in named_in(axis, text)


def test_that_the_spine_of_the_chest_is_no_chest() -> None:
    assert "chest" not in named_in("body part", "Thoracic Spine")
    assert named_in("body part", "TAP") == ("chest", "abdomen", "pelvis")


def test_that_words_are_found_whole_and_in_any_order() -> None:
    assert has_words("Ax_T2/FLAIR (fs)", "flair ax")
    assert not has_words("Postoperative", "post")
    assert not has_words("anything", "  ")


def test_that_patterns_know_only_wildcards() -> None:
    assert is_like("CT Chest  [low dose]", "ct chest*[low dose]")
    assert not is_like("aaaa", "(a+)+$")


@pytest.mark.parametrize(
    ("kernel", "use"),
    [
        ("B60f", "lung"),
        ("Br40d\\3", "soft"),
        ("BONEPLUS", "bone"),
        ("STANDARD", "soft"),
        ("FC52", "lung"),
        ("LUNG", "lung"),
        ("XYZ", ""),
    ],
)
def test_that_kernels_of_vendors_are_known_for_what_they_are_for(kernel: str, use: str) -> None:
    assert kernel_named(kernel) == use


def test_that_codes_of_snomed_ct_and_srt_stand_for_the_same_view() -> None:
    assert view_coded("399162004") == view_coded("R-10242") == "cc"
    assert view_coded("399368009") == view_coded("R-10226") == "mlo"
    assert view_coded("1234") == ""


def test_that_a_monstrous_description_is_cut() -> None:
    assert len(plain("x" * 10_000_000)) == 1024
    assert "t1" in concepts_of("weighting")


def test_that_the_name_of_a_sequence_is_no_reformat_and_a_word_within_no_localizer() -> None:
    assert named_in("kind", "t1_mpr_ns_sag_p2_iso") == ()
    assert named_in("kind", "Sagittal, ext loc ref") == ()
    assert named_in("kind", "3-Plane Loc") == ("localizer",)
