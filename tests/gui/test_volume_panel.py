"""The panel that says how a volume is drawn, with the mouse and the keyboard."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QColorDialog,
    QComboBox,
    QFileDialog,
    QSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.gui.making import pet_series, running_session, session_with_volume, settle
from tests.gui.test_volume import now, picture, view_of
from workstation.gui.features.volume import Volume3D
from workstation.gui.panels.volume.panel import VolumePanel
from workstation.gui.panels.volume.presets import GROUPS, offered
from workstation.gui.session import Session
from workstation.volume.looks import view3d
from workstation.volume.looks.transfer_files import preset, presets, read_transfer_function
from workstation.volume.looks.view3d import BoxCut

LEFT = Qt.MouseButton.LeftButton
Field = QComboBox | QAbstractSpinBox | QSlider


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    with session_with_volume(qtbot, tmp_path) as running:
        yield running


@pytest.fixture
def shown(session: Session) -> Volume3D:
    found = session.findChild(Volume3D)
    assert isinstance(found, Volume3D)
    return found


@pytest.fixture
def panel(session: Session) -> VolumePanel:
    found = session.window.side.currentWidget()
    assert isinstance(found, VolumePanel)
    return found


def undo(session: Session) -> None:
    session.window.actions_by_id["undo"].trigger()


def click(qtbot: QtBot, panel: VolumePanel, widget: QWidget) -> None:
    panel.area.ensureWidgetVisible(widget)
    at = QPoint(8, widget.height() // 2) if isinstance(widget, QCheckBox) else widget.rect().center()
    qtbot.mouseClick(widget, LEFT, pos=at)


def drawn_box(shown: Volume3D) -> BoxCut | None:
    return now(shown).box


def says(field: Field) -> object:
    if isinstance(field, QComboBox):
        return field.currentText()
    return field.value() if isinstance(field, QSlider) else field.text()


def at_point(panel: VolumePanel, number: int) -> QPoint:
    editor = panel.colours.editor
    assert editor.function is not None
    point = editor.function.points[number]
    return editor._place(point.value, point.opacity).toPoint()


def test_it_opens_with_the_volume_and_stays_as_it_was_left(session: Session, shown: Volume3D) -> None:
    side = session.window.side
    assert side.shown == "volume-panel"
    shown.hide()
    assert side.shown == ""
    shown.show()
    assert side.shown == "volume-panel"
    session.window.actions_by_id["volume-panel"].trigger()
    assert side.shown == ""
    shown.hide()
    shown.show()
    assert side.shown == ""


def test_presets_have_pictures_and_are_used_with_a_click(
    qtbot: QtBot, session: Session, shown: Volume3D, panel: VolumePanel
) -> None:
    gallery = panel.colours.gallery
    assert gallery.count() > 20
    item = next(gallery.item(at) for at in range(gallery.count()) if gallery.item(at).text() == "Skin")
    gallery.scrollToItem(item)
    qtbot.mouseClick(gallery.viewport(), LEFT, pos=gallery.visualItemRect(item).center())
    assert now(shown).preset == "ct-skin"
    assert gallery.currentItem() is item

    def drawn() -> bool:
        images = [gallery.item(at).icon().pixmap(84, 63).toImage() for at in range(gallery.count())]
        return any(
            QColor(image.pixel(x, y)).lightness() > 20
            for image in images
            for x in range(0, image.width(), 4)
            for y in range(0, image.height(), 4)
        )

    qtbot.waitUntil(drawn, timeout=20_000)
    panel.colours.groups.setCurrentIndex(panel.colours.groups.findData("MR"))
    panel.colours.groups.activated.emit(panel.colours.groups.currentIndex())
    assert 4 < gallery.count() < 20
    undo(session)
    assert now(shown).preset == "ct-bone"


def test_a_point_is_dragged_added_coloured_and_taken_out(
    qtbot: QtBot, session: Session, shown: Volume3D, panel: VolumePanel
) -> None:
    editor = panel.colours.editor
    qtbot.waitUntil(lambda: editor.function is not None)
    first = preset("ct-bone")
    start = at_point(panel, 1)
    qtbot.mousePress(editor, LEFT, pos=start)
    qtbot.mouseMove(editor, start + QPoint(2, -10))
    qtbot.mouseMove(editor, start + QPoint(4, -20))
    qtbot.mouseRelease(editor, LEFT, pos=start + QPoint(4, -20))
    moved = now(shown).look.transfer
    assert moved is not None
    assert moved.points[1].opacity > first.points[1].opacity
    assert moved.points[1].value > first.points[1].value
    assert (moved.points[0], moved.name, now(shown).preset) == (first.points[0], "CT bone, changed", "")
    assert panel.colours.value.value() == pytest.approx(moved.points[1].value, abs=0.06)
    undo(session)
    assert now(shown).look.transfer == first
    assert now(shown).preset == "ct-bone"

    middle = (editor._place(900, 0.2)).toPoint()
    qtbot.mouseDClick(editor, LEFT, pos=middle)
    qtbot.mouseRelease(editor, LEFT, pos=middle)
    added = now(shown).look.transfer
    assert added is not None
    assert len(added.points) == len(first.points) + 1
    assert added.points[editor.at].value == pytest.approx(900, abs=20)
    editor.colour_wanted.emit()
    dialog = panel.findChild(QColorDialog)
    assert isinstance(dialog, QColorDialog)
    dialog.setCurrentColor(QColor(0, 255, 0))
    dialog.accept()
    coloured = now(shown).look.transfer
    assert coloured is not None
    assert coloured.points[editor.at].colour == (0.0, 1.0, 0.0)
    qtbot.keyClick(editor, Qt.Key.Key_Delete)
    left = now(shown).look.transfer
    assert left is not None
    assert [point.value for point in left.points] == [point.value for point in first.points]


def test_the_band_of_colours_moves_all_points(qtbot: QtBot, shown: Volume3D, panel: VolumePanel) -> None:
    editor = panel.colours.editor
    qtbot.waitUntil(lambda: editor.function is not None)
    at = editor._band.center().toPoint()
    qtbot.mousePress(editor, LEFT, pos=at)
    qtbot.mouseMove(editor, at - QPoint(10, 0))
    qtbot.mouseRelease(editor, LEFT, pos=at - QPoint(10, 0))
    function = now(shown).look.transfer
    assert function is not None
    by = [after.value - before.value for after, before in zip(function.points, preset("ct-bone").points, strict=True)]
    assert by[0] < 0
    assert by == pytest.approx([by[0]] * len(by))


def test_keys_and_fields_do_the_same(qtbot: QtBot, shown: Volume3D, panel: VolumePanel) -> None:
    editor = panel.colours.editor
    qtbot.waitUntil(lambda: editor.function is not None)
    editor.setFocus()
    qtbot.keyClick(editor, Qt.Key.Key_PageDown)
    assert editor.at == 1
    before = editor.function
    assert before is not None
    qtbot.keyClick(editor, Qt.Key.Key_Up)
    function = now(shown).look.transfer
    assert function is not None
    assert function.points[1].opacity == pytest.approx(before.points[1].opacity + 0.02)
    panel.colours.value.setValue(300)
    panel.colours.opacity.setValue(10)
    function = now(shown).look.transfer
    assert function is not None
    assert function.points[1].value == 300
    assert function.points[1].opacity == pytest.approx(0.1)
    qtbot.keyClick(editor, Qt.Key.Key_Insert)
    function = now(shown).look.transfer
    assert function is not None
    assert len(function.points) == 5


def test_colours_are_saved_and_opened_again(
    qtbot: QtBot, session: Session, shown: Volume3D, panel: VolumePanel, tmp_path: Path
) -> None:
    qtbot.waitUntil(lambda: panel.colours.editor.function is not None)
    panel.colours.value.setValue(-40)
    panel.colours.save_wanted.emit()
    dialog = session.window.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "tf.json"))
    dialog.close()
    kept = now(shown).look.transfer
    assert kept is not None
    assert read_transfer_function(tmp_path / "tf.json").points[0].value == -40
    panel.colours.reset_wanted.emit()
    assert now(shown).look.transfer == preset("ct-bone")
    panel.colours.open_wanted.emit()
    others = [each for each in session.window.findChildren(QFileDialog) if each.isVisible()]
    others[0].fileSelected.emit(str(tmp_path / "tf.json"))
    others[0].close()
    opened = now(shown).look.transfer
    assert opened is not None
    assert opened.points == kept.points
    (tmp_path / "wrong.json").write_text("{}")
    panel.colours.open_wanted.emit()
    others = [each for each in session.window.findChildren(QFileDialog) if each.isVisible()]
    others[0].fileSelected.emit(str(tmp_path / "wrong.json"))
    others[0].close()
    assert any("at least two points" in note.as_text() for note in session.notes.notes)


def test_the_box_is_cut_with_sliders(qtbot: QtBot, session: Session, shown: Volume3D, panel: VolumePanel) -> None:
    shown.joined.acts.use_method("mip")
    shown.joined.acts.use_window((20, 100))
    settle(qtbot, session)
    lowest = np.nonzero(picture(shown).sum(axis=(1, 2)))[0][-1]
    slider = panel.cut.sliders[2]
    panel.area.ensureWidgetVisible(slider)
    start = QPoint(8, slider.height() // 2)
    to = QPoint(slider.width() // 2, slider.height() // 2)
    qtbot.mousePress(slider, LEFT, pos=start)
    qtbot.mouseMove(slider, to)
    qtbot.mouseRelease(slider, LEFT, pos=to)
    settle(qtbot, session)
    box = now(shown).box
    assert box is not None
    assert box.low[2] == pytest.approx(0.5, abs=0.02)
    assert np.nonzero(picture(shown).sum(axis=(1, 2)))[0][-1] < 0.75 * lowest
    assert "Clipped, without table" in shown.joined.presenter.words().bottom_left
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    after = now(shown).box
    assert after is not None
    assert after.low[2] == pytest.approx(box.low[2] + 0.01)
    click(qtbot, panel, panel.cut.box)
    assert drawn_box(shown) is None
    assert list(slider.values) == [0, 1]
    undo(session)
    assert drawn_box(shown) == after


def test_a_plane_faces_the_eye_and_goes_deeper(
    qtbot: QtBot, session: Session, shown: Volume3D, panel: VolumePanel
) -> None:
    click(qtbot, panel, panel.cut.plane)
    plane = now(shown).plane
    assert plane is not None
    assert plane.towards_lps == pytest.approx((0, 1, 0))  # seen from the front, what is behind stays
    panel.cut.depth_slider.setValue(100)
    moved = now(shown).plane
    assert moved is not None
    assert moved.point_lps[1] > plane.point_lps[1]
    shown.joined.acts.look_from("left")
    click(qtbot, panel, panel.cut.face)
    faced = now(shown).plane
    assert faced is not None
    assert faced.towards_lps == pytest.approx((-1, 0, 0), abs=1e-9)
    click(qtbot, panel, panel.cut.flip)
    flipped = now(shown).plane
    assert flipped is not None
    assert flipped.towards_lps == pytest.approx((1, 0, 0), abs=1e-9)
    click(qtbot, panel, panel.cut.plane)
    assert now(shown).plane is None


def test_tables_and_bones_are_taken_out_and_light_is_put_out(
    qtbot: QtBot, session: Session, shown: Volume3D, panel: VolumePanel
) -> None:
    assert now(shown).look.removed == {"table"}  # as the colours for CT have it
    click(qtbot, panel, panel.cut.removals["table"])
    assert now(shown).look.removed == frozenset()
    assert "--remove=none" in session.command_copy.front_words[0]()
    click(qtbot, panel, panel.cut.removals["table"])
    assert now(shown).look.removed == {"table"}
    assert "--remove=none" not in session.command_copy.front_words[0]()
    click(qtbot, panel, panel.cut.removals["bone"])
    assert now(shown).look.removed == {"table", "bone"}
    assert "Without table, without bone" in shown.joined.presenter.words().bottom_left
    settle(qtbot, session)
    undo(session)
    assert not panel.cut.removals["bone"].isChecked()
    click(qtbot, panel, panel.light.shading)
    assert now(shown).look.is_shaded is False
    settle(qtbot, session)
    assert not panel.light.shadows.isEnabled() or shown.joined.presenter.studio is not None


def test_a_surface_has_a_threshold_and_a_colour(
    qtbot: QtBot, session: Session, shown: Volume3D, panel: VolumePanel
) -> None:
    shown.joined.acts.use_method("isosurface")
    qtbot.waitUntil(lambda: panel.light.threshold.isVisibleTo(panel))
    assert panel.light.threshold.value() == 200
    panel.light.threshold.setValue(400)
    assert now(shown).look.threshold == 400
    panel.light.colour_chosen.emit((0.2, 0.4, 0.6))
    assert now(shown).look.surface_colour == (0.2, 0.4, 0.6)
    assert not panel.colours.editor.isEnabled()
    view = view_of(shown)
    qtbot.mousePress(view, LEFT, Qt.KeyboardModifier.AltModifier, view.rect().center())
    qtbot.mouseMove(view, view.rect().center() + QPoint(0, 20))
    qtbot.mouseMove(view, view.rect().center() + QPoint(0, 40))
    qtbot.mouseRelease(view, LEFT, Qt.KeyboardModifier.AltModifier, view.rect().center() + QPoint(0, 40))
    threshold = now(shown).look.threshold
    assert threshold is not None
    assert threshold > 400
    assert panel.light.threshold.value() == pytest.approx(threshold, abs=0.06)


def test_the_box_is_taken_by_its_handles_in_the_picture(
    qtbot: QtBot, session: Session, shown: Volume3D, panel: VolumePanel
) -> None:
    view = view_of(shown)
    click(qtbot, panel, panel.cut.box)
    assert drawn_box(shown) == BoxCut()
    settle(qtbot, session)
    size = view.size_px
    handles = {
        (each.axis, each.is_high): each for each in view3d.box_handles(now(shown), shown.joined.presenter.box, size)
    }
    assert set(handles) == {(0, False), (0, True), (2, False), (2, True)}  # the front and the back are seen face on
    ratio = view.devicePixelRatioF()
    head = handles[2, True]
    at = QPoint(round(head.at_px[0] / ratio), round(head.at_px[1] / ratio))
    qtbot.mousePress(view, LEFT, pos=at)
    qtbot.mouseMove(view, at + QPoint(0, 20))
    qtbot.mouseMove(view, at + QPoint(30, 60))
    qtbot.mouseRelease(view, LEFT, pos=at + QPoint(30, 60))
    box = now(shown).box
    assert box is not None
    assert box.high[2] == pytest.approx(1 - 60 * ratio / abs(head.per_share_px[1]), abs=0.02)
    assert (box.low, box.high[:2]) == ((0, 0, 0), (1, 1))
    assert now(shown).camera.azimuth_deg == 0
    assert panel.cut.sliders[2].values[1] == box.high[2]
    undo(session)
    assert drawn_box(shown) == BoxCut()


def test_the_wheel_is_for_the_panel_and_changes_none_of_its_fields(panel: VolumePanel) -> None:
    inside = panel.area.widget()
    assert inside is not None
    fields: list[Field] = [
        *inside.findChildren(QComboBox),
        *inside.findChildren(QAbstractSpinBox),
        *inside.findChildren(QSlider),
    ]
    assert len(fields) >= 9
    said = [says(each) for each in fields]
    for field in fields:
        field.setEnabled(True)
        middle = QPointF(field.rect().center())
        event = QWheelEvent(
            middle,
            field.mapToGlobal(middle),
            QPoint(),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(field, event)
        assert not event.isAccepted(), field.accessibleName()  # so it goes on to what is behind the field
        assert field.focusPolicy() is Qt.FocusPolicy.StrongFocus
    assert [says(each) for each in fields] == said


def test_units_are_written_as_people_write_them(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        session.open([pet_series(tmp_path / "pet")])
        settle(qtbot, session)
        session.window.actions_by_id["volume"].trigger()
        settle(qtbot, session)
        panel = session.window.side.currentWidget()
        assert isinstance(panel, VolumePanel)
        assert panel.colours.value.suffix() == " Bq/ml"
        assert panel.surface.threshold.suffix() == " Bq/ml"


@pytest.mark.parametrize("modality", [*GROUPS, "OT"])
def test_every_preset_is_offered_once_whatever_is_seen(modality: str) -> None:
    names = [name for _group, name, _words in offered(presets(), modality)]
    assert sorted(names) == sorted(presets())
