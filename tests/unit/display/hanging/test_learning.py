"""Rules learnt from an arrangement hang the study they come from, and those of other vendors."""

import pytest

from tests.unit.display.hanging import studies
from tests.unit.display.hanging.studies import Named, Shelf, read_with
from workstation.display.hanging.attributes import Attribute, Operator
from workstation.display.hanging.document import from_json, to_json
from workstation.display.hanging.hung import HungLayout, HungPane, HungScreen
from workstation.display.hanging.learning import learn
from workstation.display.hanging.matching import Subject, hang_subject
from workstation.display.hanging.rules import USER_RANK, PaneSettings, Rule

VENDORS = {
    "siemens": (studies.BRAIN_SIEMENS, {"body_part_examined": "BRAIN"}),
    "ge": (studies.BRAIN_GE, {"study_description": "MRI HEAD W WO"}),
    "philips": (studies.BRAIN_PHILIPS_FRENCH, {"study_description": "IRM cérébrale"}),
    "japanese": (studies.BRAIN_JAPANESE, {"study_description": "頭部MRI"}),
}
MEANT = {
    "siemens": ["t1_se_tra", "t1_se_tra KM", "t2_tirm_tra_dark-fluid", "t2_tse_tra"],
    "ge": ["Ax T1", "Ax T1 +C", "Ax T2 FLAIR", "Ax T2 FRFSE"],
    "philips": ["T1W axial sans injection", "T1W axial après injection gado", "FLAIR_longTR", "sT2W_TSE axiale"],
    "japanese": ["T1強調画像 横断", "T1強調画像 造影後 横断", "FLAIR 横断", "T2強調画像 横断"],
}


def uid_of(subject: Subject, description: str) -> str:
    return next(
        series.series_instance_uid
        for study in (subject.study, *subject.priors)
        for series in study.series
        if series.first.series_description == description
    )


def arranged(subject: Subject, descriptions: list[str], rows: int, columns: int) -> HungScreen:
    panes = tuple(HungPane(uid_of(subject, each)) if each else None for each in descriptions)
    return HungScreen(0, HungLayout(rows, columns, panes))


def shown(subject: Subject, rule: Rule) -> list[str]:
    layout = hang_subject(subject, [rule]).layout
    assert layout is not None, hang_subject(subject, [rule]).tried[0].reason
    uids = [pane.series_instance_uid if pane else "" for pane in layout.panes]
    names = {
        series.series_instance_uid: series.first.series_description
        for study in (subject.study, *subject.priors)
        for series in study.series
    }
    return [names.get(uid, "") for uid in uids]


@pytest.mark.parametrize("taught", VENDORS)
@pytest.mark.parametrize("asked", VENDORS)
def test_that_a_rule_learnt_on_one_vendor_hangs_the_study_of_another(taught: str, asked: str) -> None:
    shelf = Shelf()
    series, fields = VENDORS[taught]
    teacher = shelf.subject(shelf.study("MR", series, **fields))
    rule = learn(teacher, [arranged(teacher, MEANT[taught], 2, 2)], name="Brain")
    other, other_fields = VENDORS[asked]
    pupil = shelf.subject(shelf.study("MR", other, uid="1.2.77", **other_fields))
    assert shown(pupil, rule) == MEANT[asked]


def test_that_a_learnt_rule_asks_for_concepts_and_only_prefers_words() -> None:
    shelf = Shelf()
    subject = shelf.subject(shelf.study("MR", studies.BRAIN_SIEMENS, body_part_examined="BRAIN"))
    rule = learn(subject, [arranged(subject, ["t2_tse_tra"], 1, 1)], name="One")
    assert rule.rank == USER_RANK
    assert [each.text() for each in rule.conditions] == ["modality is MR", "body part is head"]
    pane = rule.panes[0]
    assert pane is not None
    required = {each.attribute for each in pane.selector.conditions if not each.preferred}
    assert required == {Attribute.MODALITY, Attribute.WEIGHTING, Attribute.PLANE}


def test_that_series_of_the_same_concepts_are_told_apart_by_thickness_then_by_words() -> None:
    shelf = Shelf()
    series = [
        Named("Thorax 5.0 A", fields={"slice_thickness_mm": 5.0}),
        Named("Thorax 1.0 A", fields={"slice_thickness_mm": 1.0}),
        Named("Thorax 1.0 B", fields={"slice_thickness_mm": 1.0}),
    ]
    subject = shelf.subject(shelf.study("CT", series, body_part_examined="CHEST"))
    wanted = ["Thorax 1.0 B", "Thorax 5.0 A", "Thorax 1.0 A"]
    rule = learn(subject, [arranged(subject, wanted, 1, 3)], name="Three")
    assert shown(subject, rule) == wanted
    thick = rule.panes[1]
    assert thick is not None
    limit = next(each for each in thick.selector.conditions if each.attribute is Attribute.SLICE_THICKNESS)
    assert (limit.operator, limit.values, limit.preferred) == (Operator.AT_LEAST, ("3",), True)


def test_that_settings_and_empty_panes_are_kept() -> None:
    shelf = Shelf()
    subject = shelf.subject(shelf.study("CT", [Named("a", technique=read_with())], body_part_examined="HEAD"))
    settings = PaneSettings(window=(40.0, 80.0), is_inverted=True, tiles=(2, 3))
    pane = HungPane(uid_of(subject, "a"), settings=settings, label="mine")
    rule = learn(subject, [HungScreen(0, HungLayout(1, 2, (None, pane)))], name="x")
    assert rule.panes[0] is None
    kept = rule.panes[1]
    assert kept is not None
    assert (kept.settings, kept.label) == (settings, "mine")
    assert from_json(to_json([rule]), "test") == (rule,)


def test_that_the_same_images_twice_are_shown_twice_again() -> None:
    shelf = Shelf()
    subject = shelf.subject(shelf.study("CT", [Named("a"), Named("b")], body_part_examined="CHEST"))
    rule = learn(subject, [arranged(subject, ["a", "a"], 1, 2)], name="twice")
    assert shown(subject, rule) == ["a", "a"]


def test_that_a_prior_is_learnt_as_what_corresponds() -> None:
    shelf = Shelf()
    now = shelf.study("CT", [Named("Abdomen nativ"), Named("Abdomen portal")], study_description="CT Abdomen")
    before = shelf.study(
        "CT", [Named("AX PORTAL"), Named("AX PLAIN")], uid="1.3", date="20200101", study_description="ABDOMEN"
    )
    subject = shelf.subject(now, before)
    rule = learn(subject, [arranged(subject, ["Abdomen portal", "AX PORTAL"], 1, 2)], name="prior")
    pane = rule.panes[1]
    assert pane is not None
    assert (pane.selector.prior, pane.selector.like) == (1, 1)
    assert shown(subject, rule) == ["Abdomen portal", "AX PORTAL"]
    assert Attribute.PRIORS in {each.attribute for each in rule.conditions}


def test_that_views_of_a_mammography_in_one_series_are_learnt_one_by_one() -> None:
    shelf = Shelf()
    study = shelf.study("MG", [Named("Mammo", plane="", images=2)])
    for place, side in zip([each.place for each in study.series[0].instances], "RL", strict=True):
        shelf.techniques[place] = read_with(view_position="CC", image_laterality=side)
    subject = shelf.subject(study)
    uid = study.series[0].series_instance_uid
    layout = HungLayout(1, 2, (HungPane(uid, image=1), HungPane(uid, image=0)))
    rule = learn(subject, [HungScreen(0, layout)], name="sides")
    named = shelf.subject(shelf.study("MG", studies.MAMMO_NAMED, uid="1.9"))
    assert shown(named, rule) == ["LCC", "RCC"]
