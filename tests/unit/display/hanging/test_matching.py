"""Which rule hangs a study, and what is then where."""

from dataclasses import replace

import pytest

from tests.unit.display.hanging import studies
from tests.unit.display.hanging.studies import Named, Shelf, read_with, timed
from workstation.display.hanging.attributes import Attribute, Operator
from workstation.display.hanging.explaining import explained
from workstation.display.hanging.matching import Choice, Subject, hang, hang_subject, priors_of
from workstation.display.hanging.rules import Condition, Pane, Rule, Screen, Selector
from workstation.display.hanging.store import shipped_rules
from workstation.display.hanging.technique import Techniques
from workstation.model.index.records import Study

RULES = shipped_rules()


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def shown(choice: Choice, subject: Subject) -> list[str]:
    """Give the descriptions of what is in the panes of all monitors."""
    names = {
        series.series_instance_uid: series.first.series_description
        for study in (subject.study, *subject.priors)
        for series in study.series
    }
    return [
        names[pane.series_instance_uid] if pane else "" for screen in choice.screens for pane in screen.layout.panes
    ]


@pytest.mark.parametrize(
    ("series", "panes"),
    [
        (
            studies.BRAIN_SIEMENS,
            [
                "t2_tirm_tra_dark-fluid",
                "t2_tse_tra",
                "t1_se_tra",
                "t1_se_tra KM",
                "ep2d_diff_3scan_trace_p2",
                "ep2d_diff_3scan_trace_p2_ADC",
                "",
                "",
            ],
        ),
        (
            studies.BRAIN_GE,
            [
                "Ax T2 FLAIR",
                "Ax T2 FRFSE",
                "Ax T1",
                "Ax T1 +C",
                "Ax DWI b1000",
                "Apparent Diffusion Coefficient (mm2/s)",
                "SWAN",
                "",
            ],
        ),
        (
            studies.BRAIN_PHILIPS_FRENCH,
            [
                "FLAIR_longTR",
                "sT2W_TSE axiale",
                "T1W axial sans injection",
                "T1W axial après injection gado",
                "DWI_SSh",
                "dADC",
                "",
                "",
            ],
        ),
        (
            studies.BRAIN_JAPANESE,
            [
                "FLAIR 横断",
                "T2強調画像 横断",
                "T1強調画像 横断",
                "T1強調画像 造影後 横断",
                "拡散強調画像 横断",
                "",
                "",
                "",
            ],
        ),
    ],
    ids=["siemens", "ge", "philips", "japanese"],
)
def test_that_one_rule_hangs_the_brains_of_four_vendors(shelf: Shelf, series: list[Named], panes: list[str]) -> None:
    subject = shelf.subject(shelf.study("MR", series, study_description="MR Schädel / head"))
    choice = hang_subject(subject, RULES)
    assert choice.rule is not None
    assert choice.rule.id == "mr-brain"
    full = replace(choice.rule, adapts=False)
    assert shown(hang_subject(subject, [full]), subject) == panes


def test_that_times_of_the_sequence_tell_what_names_do_not(shelf: Shelf) -> None:
    subject = shelf.subject(shelf.study("MR", studies.BRAIN_UNNAMED, body_part_examined="BRAIN"))
    choice = hang_subject(subject, RULES)
    assert shown(choice, subject) == ["SER3", "SER2", "SER1", "SER4"]
    sources = [each.facts[Attribute.WEIGHTING].source for each in subject.candidates]
    assert sources[0] == "TE 14 ms, TR 540 ms"


@pytest.mark.parametrize(
    "series", [studies.MAMMO_CODED, studies.MAMMO_POSITIONS, studies.MAMMO_NAMED], ids=["coded", "positions", "named"]
)
def test_that_mammograms_hang_back_to_back_whatever_their_order(shelf: Shelf, series: list[Named]) -> None:
    subject = shelf.subject(shelf.study("MG", series))
    choice = hang_subject(subject, RULES)
    assert choice.rule is not None
    assert choice.rule.id == "mammography"
    layout = choice.layout
    assert layout is not None
    assert (layout.rows, layout.columns) == (2, 2)
    found = []
    for pane in layout.panes:
        assert pane is not None
        candidate = next(
            each for each in subject.candidates if each.series.series_instance_uid == pane.series_instance_uid
        )
        found.append((candidate.values(Attribute.LATERALITY)[0], candidate.values(Attribute.VIEW)[0]))
        # The chest wall of the right breast is at the right edge of its pane, that of the left one at the left.
        assert pane.settings.horizontal == found[-1][0]
    assert found == [("right", "cc"), ("left", "cc"), ("right", "mlo"), ("left", "mlo")]


def test_that_a_mammogram_with_its_chest_wall_on_the_wrong_side_is_turned_over(shelf: Shelf) -> None:
    choice = hang_subject(shelf.subject(shelf.study("MG", studies.MAMMO_POSITIONS)), RULES)
    assert choice.layout is not None
    turned = [pane.is_flipped_h for pane in choice.layout.panes if pane]
    assert turned == [False, True, True, False]


def test_that_four_views_in_one_series_get_a_pane_each(shelf: Shelf) -> None:
    study = shelf.study("MG", [Named("Mammo", plane="", images=4)])
    places = [instance.place for instance in study.series[0].instances]
    views = (("CC", "R"), ("MLO", "R"), ("CC", "L"), ("MLO", "L"))
    for place, (view, side) in zip(places, views, strict=True):
        shelf.techniques[place] = read_with(view_position=view, image_laterality=side)
    choice = hang_subject(shelf.subject(study), RULES)
    assert choice.layout is not None
    assert [pane.image for pane in choice.layout.panes if pane] == [0, 2, 1, 3]


def test_that_a_single_side_gets_a_single_column(shelf: Shelf) -> None:
    choice = hang_subject(shelf.subject(shelf.study("MG", studies.MAMMO_CODED[::2])), RULES)
    assert choice.layout is not None
    assert (choice.layout.rows, choice.layout.columns) == (2, 1)


def test_that_mammograms_hang_beside_their_prior_and_on_two_monitors(shelf: Shelf) -> None:
    now = shelf.study("MG", studies.MAMMO_CODED)
    before = shelf.study("MG", studies.MAMMO_NAMED, uid="1.2.2", date="20240301")
    subject = shelf.subject(now, before)
    choice = hang_subject(subject, RULES)
    assert choice.rule is not None
    assert choice.rule.id == "mammography-earlier"
    assert shown(choice, subject) == ["R CC", "L CC", "R MLO", "L MLO", "RCC", "LCC", "RMLO", "LMLO"]
    two = hang_subject(shelf.subject(now, monitors=2), RULES)
    assert [screen.monitor for screen in two.screens] == [0, 1]


@pytest.mark.parametrize(
    ("names", "kernels"),
    [
        (("Topogramm", "Thorax Lunge 1.0", "Thorax WT 5.0", "Thorax Coronal"), ("T20f", "Bl57", "Br40", "Br40")),
        (("Scout", "STD AXIAL", "LUNG AXIAL", "COR MPR"), ("", "STANDARD", "LUNG", "STANDARD")),
        (("Surview", "CHEST/1.5", "CHEST/1.5", "CHEST/cor"), ("", "B", "L", "B")),
    ],
    ids=["siemens", "ge", "philips"],
)
def test_that_the_lung_kernel_is_in_the_lung_window(
    shelf: Shelf, names: tuple[str, ...], kernels: tuple[str, ...]
) -> None:
    planes = ("coronal", "axial", "axial", "coronal")
    types = (
        "ORIGINAL\\PRIMARY\\LOCALIZER",
        "ORIGINAL\\PRIMARY\\AXIAL",
        "ORIGINAL\\PRIMARY\\AXIAL",
        "DERIVED\\SECONDARY",
    )
    series = [
        Named(name, plane, technique=read_with(convolution_kernel=kernel), fields={"image_type": kind})
        for name, plane, kernel, kind in zip(names, planes, kernels, types, strict=True)
    ]
    subject = shelf.subject(shelf.study("CT", series, body_part_examined="CHEST"))
    choice = hang_subject(subject, RULES)
    assert choice.rule is not None
    assert choice.rule.id == "ct-chest"
    assert choice.layout is not None
    by_preset = {pane.settings.window_preset: pane for pane in choice.layout.panes[:2] if pane}
    kernel = {
        preset: next(
            each.values(Attribute.KERNEL)[0]
            for each in subject.candidates
            if each.series.series_instance_uid == pane.series_instance_uid
        )
        for preset, pane in by_preset.items()
    }
    assert kernel == {"Mediastinum": "soft", "Lung": "lung"}
    third = choice.layout.panes[2]
    assert third is not None
    assert third.series_instance_uid.endswith(".4")


def test_that_a_single_series_is_shown_in_both_windows(shelf: Shelf) -> None:
    choice = hang_subject(shelf.subject(shelf.study("CT", [Named("Chest")], body_part_examined="CHEST")), RULES)
    assert choice.layout is not None
    assert (choice.layout.rows, choice.layout.columns) == (1, 2)
    assert [pane.settings.window_preset for pane in choice.layout.panes if pane] == ["Mediastinum", "Lung"]


def test_that_phases_of_the_liver_are_hung_in_their_order(shelf: Shelf) -> None:
    series = [Named(name) for name in ("Abdomen portalvenös", "Abdomen nativ", "Abdomen spät", "Abdomen arteriell")]
    subject = shelf.subject(shelf.study("CT", series, study_description="CT Abdomen"))
    choice = hang_subject(subject, RULES)
    assert shown(choice, subject) == ["Abdomen nativ", "Abdomen arteriell", "Abdomen portalvenös", "Abdomen spät"]


def test_that_radiographs_hang_frontal_and_lateral(shelf: Shelf) -> None:
    series = [
        Named("seitlich", plane="", images=1),
        Named("Thorax p.a.", plane="", images=1),
    ]
    subject = shelf.subject(shelf.study("DX", series, body_part_examined="CHEST"))
    assert shown(hang_subject(subject, RULES), subject) == ["Thorax p.a.", "seitlich"]


def test_that_the_prior_shows_what_corresponds_though_it_is_called_otherwise(shelf: Shelf) -> None:
    now = shelf.study("CT", [Named("Abdomen portalvenös")], study_description="CT Abdomen")
    before = shelf.study(
        "CT",
        [Named("AX NON CON"), Named("AX PORTAL"), Named("COR PORTAL", "coronal")],
        uid="1.2.2",
        date="20250101",
        study_description="CT ABDOMEN PELVIS",
    )
    unlike = shelf.study("CT", [Named("Knie")], uid="1.2.3", date="20251231", study_description="CT Knie")
    subject = shelf.subject(now, before, unlike)
    choice = hang_subject(subject, RULES)
    assert choice.rule is not None
    assert choice.rule.id == "ct-earlier"
    assert shown(choice, subject) == ["Abdomen portalvenös", "AX PORTAL"]
    groups = [pane.settings.sync_group for pane in choice.layout.panes if pane] if choice.layout else []
    assert groups == [1, 1]


@pytest.mark.parametrize(
    ("screens", "grids"),
    [
        ([(1, 2, "n p")], [["a"]]),
        ([(2, 2, "n n p p")], [["a", "b"]]),
        ([(2, 2, "n p p n")], [["a", "c", "d", "b"]]),
        ([(1, 2, "n n"), (1, 2, "p p")], [["a", "b"], ["c"]]),
    ],
    ids=["beside", "below", "across", "on a second monitor"],
)
def test_that_no_pane_stays_empty_for_an_earlier_study_that_there_is_not(
    shelf: Shelf, screens: list[tuple[int, int, str]], grids: list[list[str]]
) -> None:
    laid = []
    for rows, columns, panes in screens:
        made = [Pane(Selector(prior=0 if kind == "n" else 1)) for kind in panes.split()]
        laid.append(Screen(rows, columns, tuple(made)))
    rule = Rule("r", "r", screens=tuple(laid))
    now = shelf.study("CT", [Named(each) for each in "abcd"])
    alone = shelf.subject(now, monitors=2)
    choice = hang_subject(alone, [rule])
    names = iter(shown(choice, alone))
    assert [[next(names) for _ in screen.layout.panes] for screen in choice.screens] == grids
    before = shelf.study("CT", [Named("p"), Named("q")], uid="1.2.2", date="20250101")
    subject = shelf.subject(now, before, monitors=2)
    assert "p" in shown(hang_subject(subject, [rule]), subject)


def test_that_later_studies_and_those_without_a_date_are_no_priors(shelf: Shelf) -> None:
    now = shelf.study("CT", [Named("a")])
    others = [
        shelf.study("CT", [Named("b")], uid=f"1.2.{number}", date=date)
        for number, date in ((5, "20270101"), (6, ""), (7, "20200101"), (8, "20250101"))
    ]
    assert [each.study_instance_uid for each in priors_of(now, [now, *others])] == ["1.2.8", "1.2.7"]


def test_that_ties_of_rank_go_to_the_rule_that_asks_for_more(shelf: Shelf) -> None:
    ct = Condition(Attribute.MODALITY, values=("CT",))
    chest = Condition(Attribute.BODY_PART, values=("chest",))
    rules = [
        Rule("a", "a", conditions=(ct,)),
        Rule("b", "b", conditions=(ct, chest)),
        Rule("c", "c", rank=50, conditions=(chest, ct)),
    ]
    study = shelf.study("CT", [Named("x")], body_part_examined="CHEST")
    order = [tried.rule.id for tried in hang(study, rules=rules, techniques=Techniques(shelf.read)).tried]
    assert order == ["c", "b", "a"]


def test_that_a_pane_makes_way_where_another_would_stay_empty(shelf: Shelf) -> None:
    t2 = Condition(Attribute.WEIGHTING, values=("t2",))
    panes = (Pane(Selector((Condition(Attribute.MODALITY, values=("MR",)),))), Pane(Selector((t2,))))
    rule = Rule("r", "r", screens=(Screen(1, 2, panes),))
    subject = shelf.subject(shelf.study("MR", [Named("T2 tra"), Named("T1 tra")]))
    assert shown(hang_subject(subject, [rule]), subject) == ["T1 tra", "T2 tra"]


def test_that_the_explanation_names_every_rule_and_what_was_found(shelf: Shelf) -> None:
    subject = shelf.subject(shelf.study("MR", studies.BRAIN_GE, study_description="MRI BRAIN"))
    told = explained(subject, hang_subject(subject, RULES))
    assert told.rule == "mr-brain"
    assert {each.id for each in told.rules} == {rule.id for rule in RULES}
    chosen = next(each for each in told.rules if each.is_chosen)
    assert [(each.condition, each.holds, each.found) for each in chosen.conditions] == [
        ("modality is MR", True, ("MR",)),
        ("body part is head", True, ("head",)),
    ]
    refused = next(each for each in told.rules if each.id == "ct-head")
    assert not refused.holds
    assert refused.reason == "modality is CT: found MR (Modality)"
    assert "    row 1, column 1 FLAIR: 5 Ax T2 FLAIR" in told.text()


def test_that_the_explanation_tells_the_grid_without_what_stays_empty(shelf: Shelf) -> None:
    subject = shelf.subject(shelf.study("MR", [Named("T1 cor", plane="coronal")], body_part_examined="BRAIN"))
    told = explained(subject, hang_subject(subject, RULES))
    assert (told.rule, told.grids) == ("mr-brain", ("1 x 1",))
    assert told.text().splitlines()[0].endswith(": MR brain, 1 x 1")


@pytest.mark.parametrize("with_prior", [False, True])
def test_that_a_pet_ct_shows_its_pet_whatever_part_it_is_of_and_whether_there_is_an_earlier_one(
    shelf: Shelf, *, with_prior: bool
) -> None:
    def pet_ct(uid: str, date: str) -> Study:
        return shelf.study(
            "CT",
            [Named("CT WB 3.0"), Named("PET WB", fields={"modality": "PT"})],
            uid=uid,
            date=date,
            body_part_examined="CHESTABDPELVIS",
        )

    priors = [pet_ct("1.2.2", "20250301")] if with_prior else []
    subject = shelf.subject(pet_ct("1.2.1", "20260301"), *priors)
    assert shown(hang_subject(subject, RULES), subject) == ["CT WB 3.0", "PET WB"]


def test_that_a_pet_with_mr_shows_its_pet(shelf: Shelf) -> None:
    series = [Named("T1 tra"), Named("PET brain", fields={"modality": "PT"})]
    subject = shelf.subject(shelf.study("MR", series, body_part_examined="BRAIN"))
    assert "PET brain" in shown(hang_subject(subject, RULES), subject)


def test_that_nothing_hangs_a_study_without_rules(shelf: Shelf) -> None:
    choice = hang_subject(shelf.subject(shelf.study("CT", [Named("x")])), [])
    assert (choice.rule, choice.screens, choice.layout) == (None, (), None)


def test_that_a_rule_that_is_off_or_needs_more_monitors_hangs_nothing(shelf: Shelf) -> None:
    study = shelf.study("CT", [Named("x")])
    off = Rule("off", "off", is_enabled=False)
    wide = Rule("wide", "wide", screens=(Screen(), Screen()))
    choice = hang_subject(shelf.subject(study), [off, wide])
    assert {tried.rule.id: tried.reason for tried in choice.tried} == {
        "off": "it is turned off",
        "wide": "it is for 2 monitors, and there are 1",
    }


def test_that_one_header_of_a_series_is_read_once(shelf: Shelf) -> None:
    study = shelf.study("CT", [Named("a", images=40), Named("b", images=40)])
    techniques = Techniques(shelf.read)
    for _ in range(2):
        hang(study, rules=RULES, techniques=techniques)
    assert len(shelf.reads) == 2


def test_that_unknown_values_fail_unless_the_condition_lets_them_pass(shelf: Shelf) -> None:
    subject = shelf.subject(shelf.study("CT", [Named("x")]))
    strict = Condition(Attribute.VIEW, values=("pa",))
    for condition, holds in ((strict, False), (replace(strict, if_unknown=True), True)):
        choice = hang_subject(subject, [Rule("r", "r", conditions=(condition,))])
        assert (choice.rule is not None) is holds


@pytest.mark.parametrize(
    ("operator", "values", "holds"),
    [
        (Operator.AT_LEAST, ("3",), True),
        (Operator.AT_LEAST, ("3.1",), False),
        (Operator.AT_MOST, ("3,0",), True),
        (Operator.AT_MOST, ("nonsense",), False),
        (Operator.IS, ("3.0",), True),
        (Operator.IS_NOT, ("3",), False),
        (Operator.IS_KNOWN, (), True),
        (Operator.IS_UNKNOWN, (), False),
    ],
)
def test_that_numbers_are_compared_as_numbers(
    shelf: Shelf, operator: Operator, values: tuple[str, ...], holds: bool
) -> None:
    condition = Condition(Attribute.SLICE_THICKNESS, operator, values)
    choice = hang_subject(shelf.subject(shelf.study("CT", [Named("x")])), [Rule("r", "r", conditions=(condition,))])
    assert (choice.rule is not None) is holds


def test_that_t1_is_told_from_t2_by_a_gradient_echo_too(shelf: Shelf) -> None:
    gradient = replace(timed(3, 9), scanning_sequence="GR")
    subject = shelf.subject(shelf.study("MR", [Named("SER1", technique=gradient)]))
    assert subject.candidates[0].values(Attribute.WEIGHTING) == ("t1",)
