"""The tag browser: its decisions with a fake view, its rows as Qt asks for them, the panel as a hand uses it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QModelIndex, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from tests.gui.making import FakeWork, instance, tree
from workstation.gui import theme
from workstation.gui.panels.tags.columns import shared_out
from workstation.gui.panels.tags.found import MOST_IMAGES, MOST_LISTED, Gathered
from workstation.gui.panels.tags.hosting import connect
from workstation.gui.panels.tags.model import TagsModel
from workstation.gui.panels.tags.presenter import Shown, TagsPresenter
from workstation.gui.panels.tags.tables import ElementTable, FoundTable
from workstation.gui.panels.tags.view import TagsPanel
from workstation.headers.contents import Contents
from workstation.headers.listing import Element
from workstation.headers.query import Query
from workstation.headers.search import Searched
from workstation.model.index.records import FrameRef, Instance, Place
from workstation.phantoms.small import volume
from workstation.workspace import Workspace


@dataclass
class FakePanel:
    shown: list[Shown] = field(default_factory=list)
    message: str = ""
    busy: str = ""

    def show_rows(self, shown: Shown) -> None:
        self.shown.append(shown)

    def show_message(self, text: str) -> None:
        self.message = text

    def show_busy(self, text: str) -> None:
        self.busy = text

    @property
    def names(self) -> list[str]:
        last = self.shown[-1]
        column = 1 if last.is_comparing else 0
        return [last.table.cell(number, column) for number in last.numbers]


@pytest.fixture(scope="module")
def slices(tmp_path_factory: pytest.TempPathFactory) -> list[Instance]:
    """Slices of a small volume, as files and as headers of the index."""
    folder = tmp_path_factory.mktemp("axial")
    volume("axial").write(folder)
    paths = sorted(folder.glob("*.dcm"))[:3]
    return [instance(number, places=(Place(path),), series_description="Axial") for number, path in enumerate(paths, 1)]


@dataclass
class Set:
    panel: FakePanel
    work: FakeWork
    presenter: TagsPresenter


@pytest.fixture
def at_work(slices: list[Instance]) -> Set:
    workspace, panel, work = Workspace(), FakePanel(), FakeWork()
    workspace.merge(tree(*slices))
    return Set(panel, work, TagsPresenter(panel, work, workspace))  # type: ignore[arg-type]  # a fake


def test_that_nothing_is_read_for_a_panel_that_nobody_sees(at_work: Set, slices: list[Instance]) -> None:
    at_work.presenter.show(FrameRef(slices[0]))
    assert not at_work.work.waiting
    at_work.presenter.seen(is_seen=True)
    assert at_work.work.run_all() == 1
    assert "Modality" in at_work.panel.names
    assert at_work.panel.shown[-1].subject == "1  Axial  ·  Image 1"


def test_that_of_images_passed_quickly_only_the_last_is_listed(at_work: Set, slices: list[Instance]) -> None:
    at_work.presenter.seen(is_seen=True)
    for each in slices:
        at_work.presenter.show(FrameRef(each))
    at_work.work.run_all()
    assert [shown.subject for shown in at_work.panel.shown] == ["1  Axial  ·  Image 3"]


def test_that_rows_are_filtered_as_one_types(at_work: Set, slices: list[Instance]) -> None:
    at_work.presenter.seen(is_seen=True)
    at_work.presenter.show(FrameRef(slices[0]))
    at_work.work.run_all()
    everything = len(at_work.panel.names)
    at_work.presenter.filter("0028,0010")
    assert at_work.panel.names == ["Rows"]
    assert at_work.panel.shown[-1].summary == f"1 of {everything} rows"
    at_work.presenter.filter("")
    assert len(at_work.panel.names) == everything


def test_that_two_images_stand_side_by_side(at_work: Set, slices: list[Instance]) -> None:
    at_work.presenter.seen(is_seen=True)
    at_work.presenter.show(FrameRef(slices[0]))
    at_work.presenter.compare(on=True)
    assert "held as A" in at_work.panel.message
    at_work.presenter.show(FrameRef(slices[1]))
    at_work.work.run_all()
    shown = at_work.panel.shown[-1]

    assert shown.is_comparing
    assert shown.table.columns == ("", "Name", "A", "B", "Tag")
    assert shown.subject == "A  1  Axial  ·  Image 1\nB  1  Axial  ·  Image 2"
    assert {"SOPInstanceUID", "ImagePositionPatient", "PixelData"} <= set(at_work.panel.names)
    assert "Rows" not in at_work.panel.names
    assert {shown.table.cell(number, 0) for number in shown.numbers} == {"≠"}
    at_work.presenter.only_differences(only=False)
    assert "Rows" in at_work.panel.names
    at_work.presenter.compare(on=False)
    at_work.work.run_all()
    assert not at_work.panel.shown[-1].is_comparing


def test_that_all_open_images_are_searched_and_lead_to_the_image(at_work: Set, slices: list[Instance]) -> None:
    at_work.presenter.seen(is_seen=True)
    at_work.presenter.search_everywhere(on=True)
    assert "Return" in at_work.panel.message
    at_work.presenter.filter("InstanceNumber")
    at_work.presenter.search()
    assert at_work.panel.busy == "Searching 3 images"
    at_work.work.run_all()
    shown = at_work.panel.shown[-1]

    assert at_work.panel.busy == ""
    assert shown.summary == "3 values in 3 images"
    assert at_work.panel.names[0] == "1  Axial"
    at = at_work.panel.names.index("Image 2")
    assert at_work.presenter.target(at) == FrameRef(slices[1])


def test_that_a_search_without_a_hit_says_so(at_work: Set) -> None:
    at_work.presenter.search_everywhere(on=True)
    at_work.presenter.filter("no such thing")
    at_work.presenter.search()
    at_work.work.run_all()
    assert at_work.panel.message == "Nothing in the open images has “no such thing”."


def test_that_a_file_that_cannot_be_read_is_told(at_work: Set, tmp_path: Path) -> None:
    at_work.presenter.seen(is_seen=True)
    at_work.presenter.show(FrameRef(instance(1, places=(Place(tmp_path / "gone.dcm"),))))
    at_work.work.run_all()
    assert "gone.dcm" in at_work.panel.message


def test_that_a_header_is_exported(at_work: Set, slices: list[Instance], tmp_path: Path) -> None:
    at_work.presenter.show(FrameRef(slices[0]))
    at_work.presenter.export(tmp_path / "a.csv", "csv")
    at_work.work.run_all()
    assert "Modality" in (tmp_path / "a.csv").read_text(encoding="utf-8")


def nested(count: int) -> ElementTable:
    elements = [Element(0, "(0029,1001)", "SQ", None, "[private] (ACME)", f"{count} items", "S")]
    for number in range(1, count + 1):
        elements.append(Element(1, "(fffe,e000)", "", None, f"Item {number}", "", f"S[{number}]"))
        elements.append(
            Element(1, "(0008,0104)", "LO", 4, "CodeMeaning", f"value {number}", f"S[{number}].CodeMeaning")
        )
    elements.append(Element(0, "(0028,0010)", "US", 2, "Rows", "5", "Rows"))
    return ElementTable(Contents(Place(Path("a")), tuple(elements)))


def test_that_what_is_in_a_private_sequence_is_hidden_with_it() -> None:
    table = nested(3)
    kept = table.kept(Query(()), private=False, differences=False)
    assert [table.elements[number].name for number in kept] == ["Rows"]


def test_that_a_match_keeps_what_is_above_it_and_what_is_in_it() -> None:
    table = nested(3)
    kept = table.kept(Query.parse("value 2"), private=True, differences=False)
    assert [table.elements[number].path for number in kept] == ["S", "S[2]", "S[2].CodeMeaning"]
    assert len(table.kept(Query.parse("acme"), private=True, differences=False)) == 7


def test_that_the_model_is_a_tree_as_qt_wants_it(qapp: object) -> None:
    model = TagsModel(theme.DARK)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    table = nested(40)
    for text in ("", "value 3", "nothing", "rows", ""):
        model.set_rows(table, table.kept(Query.parse(text), private=True, differences=False))
    assert model.rowCount() == 2
    sequence = model.index(0, 0)
    assert model.rowCount(sequence) == 40
    inner = model.index(0, 1, model.index(39, 0, sequence))
    assert inner.data() == "value 40"
    assert inner.parent().parent() == sequence
    assert model.number_of(QModelIndex()) is None
    tester.deleteLater()


def test_that_a_hundred_thousand_rows_are_listed_without_being_drawn(qapp: object) -> None:
    table = nested(50_000)
    model = TagsModel(theme.DARK)
    model.set_rows(table, table.kept(Query.parse('"value 4"'), private=True, differences=False))
    assert model.rowCount(model.index(0, 0)) == sum(str(number).startswith("4") for number in range(1, 50_001))


def test_that_what_was_found_is_bounded_and_says_what_is_left_out() -> None:
    headers = {Place(Path(f"/{number}")): instance(number) for number in range(MOST_IMAGES + 50)}
    gathered = Gathered(headers)
    hit = Element(0, "(0008,0060)", "CS", 2, "Modality", "CT", "Modality")
    gathered.add([Searched(place, (hit,)) for place in headers])
    table = gathered.table()
    names = [table.cell(number, 0) for number in range(len(table.ranks))]
    assert names[1] == f"Modality  ({MOST_IMAGES + 50})"
    assert len(names) == 2 + MOST_IMAGES + 1
    assert names[-1] == "and 50 more images"


def test_that_a_search_for_next_to_nothing_lists_a_bounded_number_of_rows() -> None:
    headers = {Place(Path(f"/{number}")): instance(number) for number in range(300)}
    gathered = Gathered(headers)
    hits = tuple(Element(0, "(0008,0060)", "CS", 2, f"Name{each}", "CT", f"Name{each}") for each in range(100))
    gathered.add([Searched(place, hits) for place in headers])
    ranks = gathered.table().ranks
    assert ranks.count(1) == 100
    assert MOST_LISTED <= ranks.count(2) <= MOST_LISTED + 100


def test_that_a_hit_in_a_frame_leads_to_the_frame() -> None:
    cine = instance(1, number_of_frames=20)
    gathered = Gathered({cine.place: cine})
    path = "PerFrameFunctionalGroupsSequence[7].FrameContentSequence[1].StackID"
    gathered.add([Searched(cine.place, (Element(2, "(0020,9056)", "SH", 2, "StackID", "1", path),))])
    table = gathered.table()
    assert isinstance(table, FoundTable)
    assert table.target(2) == FrameRef(cine, 6)
    assert table.cell(2, 0) == "Image 1, frame 7"


@dataclass
class Hosted:
    panel: TagsPanel
    presenter: TagsPresenter
    work: FakeWork


@pytest.fixture
def hosted(qtbot: QtBot, slices: list[Instance]) -> Iterator[Hosted]:
    workspace, work = Workspace(), FakeWork()
    workspace.merge(tree(*slices))
    panel = TagsPanel(theme.DARK)
    qtbot.addWidget(panel)
    presenter = connect(panel, work, workspace)  # type: ignore[arg-type]  # a fake
    panel.resize(420, 700)
    panel.show()
    qtbot.waitExposed(panel)
    presenter.show(FrameRef(slices[0]))
    work.run_all()
    yield Hosted(panel, presenter, work)
    panel.close()


def test_that_a_hand_filters_chooses_and_copies(qtbot: QtBot, hosted: Hosted) -> None:
    panel = hosted.panel
    qtbot.keyClicks(panel.search, "0028,0010")
    assert panel.model.rowCount() == 1
    panel.tree.setCurrentIndex(panel.model.index(0, 0))
    assert "Rows" in panel.detail.toPlainText()
    qtbot.keyClick(panel.tree, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text().startswith("(0028,0010) US Rows")
    for action in panel.copy_button.menu().actions():
        if action.text() == "Copy path":
            action.trigger()
    assert QApplication.clipboard().text() == "Rows"
    QApplication.clipboard().clear()


def test_that_a_click_on_what_was_found_asks_for_the_image(
    qtbot: QtBot, hosted: Hosted, slices: list[Instance]
) -> None:
    panel = hosted.panel
    qtbot.mouseClick(panel.everywhere, Qt.MouseButton.LeftButton)
    assert not panel.comparing.isEnabled()
    qtbot.keyClicks(panel.search, "SOPInstanceUID")
    qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    hosted.work.run_all()
    series = panel.model.index(0, 0)
    value = panel.model.index(4, 0, series)  # two attributes of each image have these words
    with qtbot.waitSignal(panel.image_wanted) as told:
        qtbot.mouseClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=panel.tree.visualRect(value).center())
    assert told.args == [FrameRef(slices[2])]


def test_that_comparing_shows_two_columns_and_marks(qtbot: QtBot, hosted: Hosted, slices: list[Instance]) -> None:
    panel = hosted.panel
    qtbot.mouseClick(panel.comparing, Qt.MouseButton.LeftButton)
    hosted.presenter.show(FrameRef(slices[1]))
    hosted.work.run_all()
    assert [panel.model.headerData(each, Qt.Orientation.Horizontal) for each in range(4)] == ["", "Name", "A", "B"]
    assert panel.model.index(0, 0).data() == "≠"
    assert panel.differences.isVisible()
    qtbot.mouseClick(panel.differences, Qt.MouseButton.LeftButton)
    assert panel.model.index(0, 0).data() == ""


def test_that_the_next_image_keeps_what_was_chosen_unfolded_and_scrolled_to(
    qtbot: QtBot, hosted: Hosted, slices: list[Instance]
) -> None:
    panel = hosted.panel
    for table in (nested(80), nested(81)):
        kept = table.kept(Query(()), private=True, differences=False)
        panel.show_rows(Shown("image", table, kept, ""))
        sequence = panel.model.index(0, 0)
        if len(table.elements) == 162:
            panel.tree.expand(sequence)
            panel.tree.expand(panel.model.index(4, 0, sequence))
            panel.tree.setCurrentIndex(panel.model.index(0, 0, panel.model.index(4, 0, sequence)))
            panel.tree.doItemsLayout()
            panel.tree.verticalScrollBar().setValue(3)
    assert panel.tree.isExpanded(sequence)
    assert panel.tree.isExpanded(panel.model.index(4, 0, sequence))
    assert not panel.tree.isExpanded(panel.model.index(5, 0, sequence))
    assert panel.tree.currentIndex().parent().row() == 4
    assert "value 5" in panel.detail.toPlainText()
    assert panel.tree.verticalScrollBar().value() == 3


@pytest.mark.parametrize("room", [240, 300, 308, 420, 700, 1500])
@pytest.mark.parametrize(
    "headings",
    [("Name", "Value", "Tag", "VR", "Length"), ("Found", "Value", "Tag"), ("", "Name", "A", "B", "Tag")],
    ids=["elements", "found", "side by side"],
)
def test_that_names_and_values_are_wide_enough_to_be_read(headings: tuple[str, ...], room: int) -> None:
    widths = dict(zip(headings, shared_out(headings, room), strict=True))
    assert len(widths) == len(headings)
    name, values = widths[headings[1] if headings[0] == "" else headings[0]], headings.index("Tag")
    before = sum(list(widths.values())[:values])
    assert name >= 110
    assert all(widths[each] >= 110 for each in ("Value", "A", "B") if each in widths)
    if room >= 300 and "A" not in widths:
        assert name >= 168, "most names of elements are read in full"
        assert before <= room, "names and values are in sight together"
    if room >= 420 and "A" not in widths:
        assert before + widths["Tag"] <= room, "so are the numbers, where there is room"


def test_that_columns_follow_the_panel_until_a_hand_gives_them_widths(
    qtbot: QtBot, slices: list[Instance], hosted: Hosted
) -> None:
    panel, presenter, work = hosted.panel, hosted.presenter, hosted.work
    panel.resize(320, 600)
    presenter.show(FrameRef(slices[0]))
    work.run_all()
    told: list[tuple[str, list[int]]] = []
    panel.tree.widths_changed.connect(lambda kind, widths: told.append((kind, widths)))
    narrow = [panel.tree.columnWidth(number) for number in range(2)]
    assert narrow[0] >= 168
    panel.resize(700, 600)
    wide = [panel.tree.columnWidth(number) for number in range(2)]
    assert min(wide) > min(narrow)
    assert told == []
    panel.tree.header().resizeSection(0, 222)
    assert told[-1][0] == "name value tag vr length"
    panel.resize(420, 600)
    assert panel.tree.columnWidth(0) == 222
    again = TagsPanel(theme.DARK)
    qtbot.addWidget(again)
    again.show()
    again.tree.remember(dict(told))
    other = connect(again, work, Workspace())  # type: ignore[arg-type]  # runs jobs when it is told to
    other.seen(is_seen=True)
    other.show(FrameRef(slices[0]))
    work.run_all()
    assert again.tree.columnWidth(0) == 222


def test_that_a_cell_that_is_cut_off_is_said_in_a_tool_tip(
    qtbot: QtBot, slices: list[Instance], hosted: Hosted
) -> None:
    panel, presenter, work = hosted.panel, hosted.presenter, hosted.work
    panel.resize(320, 600)
    presenter.show(FrameRef(slices[0]))
    work.run_all()
    model = panel.model
    rows = [model.index(row, 1) for row in range(model.rowCount())]
    uid = next(each for each in rows if str(each.data()).startswith(("2.25.", "CT Image")))
    short = next(each for each in rows if str(each.data()) == "CT" or len(str(each.data())) in (1, 2))
    for index, is_said in ((short, False), (uid, True)):
        panel.tree.scrollTo(index)
        at = panel.tree.visualRect(index).center()
        QApplication.sendEvent(
            panel.tree.viewport(), QHelpEvent(QEvent.Type.ToolTip, at, panel.tree.viewport().mapToGlobal(at))
        )
        assert (str(index.data())[:20] in QToolTip.text()) is is_said
    QToolTip.hideText()
