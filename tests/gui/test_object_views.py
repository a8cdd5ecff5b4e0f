"""Reports, documents, curves and segments as widgets: what they show, where they lead, what keys do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.making import FakeWork
from tests.pdf_samples import encapsulated, pdf
from tests.report_samples import IMAGE_UID, code, item, report
from tests.waveform_samples import twelve_leads
from workstation.display.pdf_pages import PdfPages
from workstation.display.segments import Look
from workstation.gui.objects.ecg_area import span_text
from workstation.gui.objects.ecg_view import EcgView
from workstation.gui.objects.pdf_layout import GAP_PX, PageStack
from workstation.gui.objects.pdf_pane import PdfView
from workstation.gui.objects.segments_panel import SegmentsPanel
from workstation.gui.objects.segments_presenter import SegmentLine, SegmentsPresenter
from workstation.gui.objects.sr_rows import Target, matches, rows_of
from workstation.gui.objects.sr_view import SrView
from workstation.gui.theme import DARK, LIGHT
from workstation.model.segmentation import Segment, Segmentation, SegmentationKind
from workstation.model.structures import Structure, StructureSet
from workstation.objects.encapsulated import document_of
from workstation.objects.sr.reading import report_of
from workstation.objects.waveform import waveform_of

READ = report_of(report())


@pytest.fixture
def shown(qtbot: QtBot) -> Callable[[QWidget], Any]:
    """Show a widget, and wait until it is on the screen."""

    def show(widget: QWidget) -> Any:
        qtbot.addWidget(widget)
        widget.resize(900, 640)
        widget.show()
        qtbot.waitExposed(widget)
        return widget

    return show


def nameless(_uid: str) -> str:
    return ""


def test_that_rows_lead_to_the_image_that_they_are_about() -> None:
    rows = {row.number: row for row in rows_of(READ, nameless)}

    assert rows["1.4.1.1.1"].target == Target(IMAGE_UID, 1)
    assert rows["1.4.1"].target == Target(IMAGE_UID, 1)  # a measurement, by the region it was taken from
    assert rows["1.4"].target is None
    assert rows["1.5.1"].link == "1.4.1"


def test_that_an_open_image_is_called_what_people_call_it() -> None:
    rows = {row.number: row for row in rows_of(READ, lambda uid: "Lung, image 7" if uid == IMAGE_UID else "")}

    assert rows["1.4.1.1.1"].value == "Lung, image 7, frames 2, 5"


def test_that_a_search_finds_names_values_and_codes() -> None:
    rows = rows_of(READ, nameless)

    def found(words: str) -> list[str]:
        return [rows[at].number for at in matches(rows, words)]

    assert found("long AXIS") == ["1.4.1"]
    assert found("12.5") == ["1.4.1"]
    assert found("39607008") == ["1.4.4"]
    assert found(" ") == []


def test_that_a_report_is_searched_by_keys_and_opens_its_images(qtbot: QtBot, shown: Callable[[QWidget], Any]) -> None:
    view = shown(SrView(DARK))
    view.show_report(READ)
    assert view.title.text() == "Diagnostic imaging report"
    assert "Status: Complete, verified by House, Gregory" in view.head.text()

    qtbot.keyClick(view.tree, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(view.search.field, "axis")
    assert view.search.found.text() == "1 of 2"
    assert view.tree.currentItem().text(0) == "Long axis"
    qtbot.keyClick(view.search.field, Qt.Key.Key_Return)
    assert view.tree.currentItem().text(0) == "Short axis"
    qtbot.keyClick(view.search.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)

    with qtbot.waitSignal(view.image_wanted) as wanted:
        qtbot.keyClick(view.tree, Qt.Key.Key_Return)
    assert wanted.args == [IMAGE_UID, 1]


def test_that_a_reference_within_a_report_is_followed_and_rows_are_copied(
    qtbot: QtBot, shown: Callable[[QWidget], Any]
) -> None:
    view = shown(SrView(DARK))
    view.show_report(READ)
    view.search.field.setText("see item")
    qtbot.keyClick(view.tree, Qt.Key.Key_Return)
    assert view.tree.currentItem().text(0) == "Long axis"

    qtbot.keyClick(view.tree, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QApplication.clipboard().text().split("\n")
    assert copied[0] == "1.4.1 Long axis: 12.5 mm"
    assert len(copied) == 3
    view.copy_all()
    assert QApplication.clipboard().text().startswith("Diagnostic imaging report")


def test_that_markup_in_a_report_stays_text_and_what_is_wrong_is_marked(shown: Callable[[QWidget], Any]) -> None:
    ds = report()
    ds.ContentSequence = [item("CONTAINS", "CODE", code("1", "99X", "<b>Finding</b>"))]
    view = shown(SrView(LIGHT))
    view.show_report(report_of(ds))
    row = view.tree.topLevelItem(0).child(0)

    assert row.text(0) == "<b>Finding</b>"
    assert "&lt;b&gt;" not in row.text(0)
    assert "Its code is missing." in row.toolTip(0)
    assert not row.icon(0).isNull()
    view.set_tokens(DARK)


def test_that_a_long_finding_is_read_in_full(qtbot: QtBot, shown: Callable[[QWidget], Any]) -> None:
    ds = report()
    long = item("CONTAINS", "TEXT", code("121071", "DCM", "Finding"), TextValue="A nodule of the lung. " * 40)
    short = item("CONTAINS", "TEXT", code("121071", "DCM", "Finding"), TextValue="None.")
    ds.ContentSequence = [long, short]
    view = shown(SrView(DARK))
    view.show_report(report_of(ds))
    rows = view.tree.topLevelItem(0)

    def lines() -> float:
        one = view.tree.visualItemRect(rows.child(1)).height()
        return float(view.tree.visualItemRect(rows.child(0)).height() / one)

    qtbot.waitUntil(lambda: lines() > 5)
    before = lines()
    view.resize(500, 640)
    qtbot.waitUntil(lambda: lines() > before)


def test_that_pages_lie_below_each_other_and_points_go_there_and_back() -> None:
    stack = PageStack(((300.0, 400.0), (200.0, 100.0)), 2.0, 1000)

    assert stack.box_px(0) == (200, GAP_PX, 600, 800)
    assert stack.box_px(1) == (300, 2 * GAP_PX + 800, 400, 200)
    assert list(stack.visible(0, 100)) == [0]
    assert list(stack.visible(700, 400)) == [0, 1]
    box = (10.0, 20.0, 30.0, 40.0)
    assert stack.on_page(1, stack.in_pixels(1, box)) == pytest.approx(box)


def test_that_a_document_is_drawn_in_jobs_searched_and_its_text_copied(
    qtbot: QtBot, shown: Callable[[QWidget], Any]
) -> None:
    work = FakeWork()
    document = document_of(encapsulated(pdf()))
    with PdfPages(document.data) as pages:
        view = shown(PdfView(DARK, work))  # type: ignore[arg-type]  # a fake
        view.show_document(document, pages)
        qtbot.waitUntil(lambda: bool(work.waiting))
        work.run_all()
        view.area.viewport().repaint()
        left, top, _, _ = view.area.stack.box_px(0)
        scale = view.area.stack.px_per_pt
        inside = QPoint(round(left + 125 * scale), round(top + 175 * scale))
        assert view.area.viewport().grab().toImage().pixelColor(inside) == QColor("#000000")
        assert view.position.text() == "page 1 of 2"

        view.search.field.setText("größe")
        work.run_all()
        assert view.search.found.text() == "1 of 2"
        qtbot.keyClick(view.search.field, Qt.Key.Key_Return)
        assert view.area.current_page == 1

        qtbot.keyClick(view.area, Qt.Key.Key_Home)
        start, stop = (QPoint(round(left + x * scale), round(top + y * scale)) for x, y in ((95, 100), (135, 125)))
        qtbot.mousePress(view.area.viewport(), Qt.MouseButton.LeftButton, pos=start)
        qtbot.mouseMove(view.area.viewport(), stop)
        qtbot.mouseRelease(view.area.viewport(), Qt.MouseButton.LeftButton, pos=stop)
        qtbot.keyClick(view.area, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        assert QApplication.clipboard().text() == "Befund"

        before = view.area.stack.px_per_pt
        qtbot.keyClick(view.area, Qt.Key.Key_Plus)
        assert view.area.stack.px_per_pt == pytest.approx(before * 1.25)
        qtbot.keyClick(view.area, Qt.Key.Key_0)
        assert view.area.stack.px_per_pt == pytest.approx(before)
        view.area.viewport().repaint()
        work.run_all()


def test_that_what_is_no_pdf_is_told_and_can_be_saved(shown: Callable[[QWidget], Any]) -> None:
    data = b"solid x"
    document = document_of(
        encapsulated(data, SOPClassUID="1.2.840.10008.5.1.4.1.1.104.3", MIMETypeOfEncapsulatedDocument="model/stl")
    )
    view = shown(PdfView(DARK, FakeWork()))  # type: ignore[arg-type]  # a fake
    view.show_document(document)

    assert "a three-dimensional surface (STL), of 7 bytes" in view.words.text()
    assert view.save_button.isEnabled()
    assert view.area.isHidden()


def test_that_curves_are_shown_measured_and_changed(qtbot: QtBot, shown: Callable[[QWidget], Any]) -> None:
    view = shown(EcgView(DARK, 4.0))
    view.show_waveform(waveform_of(twelve_leads()))
    area = view.area
    assert (view.arrangement.currentText(), area.view.arrangement) == ("Twelve leads", "twelve")
    assert not view.notes.isVisible()

    qtbot.mousePress(area.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    qtbot.mouseMove(area.viewport(), QPoint(200, 140))
    assert view.measure.text() == "1000 ms  (60/min)   1.00 mV"
    qtbot.mouseRelease(area.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, 140))

    view.arrangement.setCurrentText("All channels")
    view.arrangement.activated.emit(1)
    view.speed.setCurrentText("50 mm/s")
    view.speed.activated.emit(4)
    assert (area.view.arrangement, area.view.speed_mm_s) == ("stacked", 50.0)
    assert view.measure.text() == ""
    qtbot.keyClick(area, Qt.Key.Key_End)
    assert area.horizontalScrollBar().value() == area.horizontalScrollBar().maximum() > 0
    picture = area.viewport().grab().toImage()
    assert len({picture.pixel(x, 302) for x in range(600)}) > 2


def test_that_callipers_say_time_rate_and_voltage() -> None:
    from workstation.display.waveforms import WaveformView

    view = WaveformView(speed_mm_s=50.0, gain_mm_mv=20.0)

    assert span_text(view, QPointF(-40.0, 10.0)) == "800 ms  (75/min)   0.50 mV"
    assert span_text(view, QPointF(5.0, 0.0)) == "100 ms   0.00 mV"


@dataclass
class FakeList:
    lines: tuple[SegmentLine, ...] = ()
    opacity: float = 0.0
    notes: tuple[str, ...] = field(default=())

    def show_lines(self, lines: tuple[SegmentLine, ...], opacity: float, notes: tuple[str, ...]) -> None:
        self.lines, self.opacity, self.notes = lines, opacity, notes


def segmentation() -> Segmentation:
    segments = (
        Segment(0, "Background", is_background=True),
        Segment(1, "Liver", algorithm="AUTOMATIC", algorithm_name="Net 3", colour=(200, 0, 0)),
        Segment(2, "Spleen", colour=(0, 200, 0)),
    )
    return Segmentation("2.25.1", "2.25.2", SegmentationKind.BINARY, "Organs", 4, 4, segments, (), notes=("A note.",))


STRUCTURES = StructureSet("2.25.3", "2.25.4", "Plan", (Structure(1, "PTV", volume_ml=12.5, notes=("Cut off.",)),))


def test_that_looks_change_with_the_list_and_pictures_are_told() -> None:
    view, told = FakeList(), []
    presenter = SegmentsPresenter(view)
    presenter.on_changed = lambda: told.append(1)
    presenter.show(segmentation())
    presenter.show(STRUCTURES)

    assert [line.name for line in view.lines] == ["Liver", "Spleen", "PTV"]
    assert "Automatic Net 3" in view.lines[0].details
    assert "12.5 ml by the file" in view.lines[2].details
    assert view.notes == ("A note.", "PTV: Cut off.")
    presenter.switch("2.25.1", 2, shown=False)
    presenter.colour("2.25.1", 1, (1, 2, 3))
    presenter.opacity(0.8)
    assert presenter.looks("2.25.1") == {1: Look((1, 2, 3), 0.8), 2: Look((0, 200, 0), 0.8, is_shown=False)}
    presenter.show_only("2.25.3", 1)
    assert [line.is_shown for line in view.lines] == [False, False, True]
    presenter.switch_all(shown=True)
    presenter.remove("2.25.1")
    assert [line.name for line in view.lines] == ["PTV"]
    assert len(told) == 8


def test_that_ticks_and_the_slider_of_the_list_change_looks(qtbot: QtBot, shown: Callable[[QWidget], Any]) -> None:
    panel = shown(SegmentsPanel(DARK))
    presenter = SegmentsPresenter(panel)
    panel.switched.connect(lambda uid, number, on: presenter.switch(uid, number, shown=on))
    panel.opacity_changed.connect(presenter.opacity)
    panel.all_switched.connect(lambda on: presenter.switch_all(shown=on))
    presenter.show(segmentation())

    panel.list.item(1).setCheckState(Qt.CheckState.Unchecked)
    assert not presenter.looks("2.25.1")[2].is_shown
    panel.opacity.setValue(75)
    assert presenter.looks("2.25.1")[1].opacity == 0.75
    qtbot.mouseClick(panel.all_button, Qt.MouseButton.LeftButton)
    assert panel.list.item(1).checkState() == Qt.CheckState.Checked
    assert panel.list.item(0).toolTip().startswith("<qt>1  Liver")
    presenter.remove("2.25.1")
    assert panel.list.count() == 0
    assert panel.empty.isVisible(), "an empty list says what would be in it"
    assert not panel.all_button.isEnabled()


def test_that_a_real_file_of_each_kind_is_shown(shared_data: Path, shown: Callable[[QWidget], Any]) -> None:
    from workstation.objects.sr.reading import read_report
    from workstation.objects.waveform import read_waveform

    tree = shown(SrView(DARK))
    tree.show_report(read_report(shared_data / "sr" / "rdsr" / "CT-RDSR-GEPixelMed.dcm"))
    assert tree.tree.topLevelItem(0).childCount() > 5
    curves = shown(EcgView(LIGHT))
    curves.show_waveform(read_waveform(shared_data / "nm_op_ecg" / "waveform_ecg.dcm"))
    assert curves.marks.count() == 11
    assert np.isfinite(curves.area.scale)
    assert "not calibrated" in curves.notes.text()
