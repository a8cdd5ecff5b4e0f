"""What lies over the planes lies over the curved plane beside them, and acts on it at once."""

import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pydicom
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.dose_samples import dose_object
from tests.gui.making import running_session, settle
from tests.gui.test_planes import move
from tests.gui.test_planes_over import pet_beside
from tests.segmentation_samples import blobs, in_order, segmentation
from tests.unit.objects.gate import Tool, findings
from workstation.batch.main import main
from workstation.display.dose import DoseLayer
from workstation.display.fusion import Fused
from workstation.display.segments import Dressed, SegmentLayer
from workstation.gui.canvas.drawn import to_screen
from workstation.gui.canvas.scene import Scene
from workstation.gui.features.curved import Curved
from workstation.gui.features.planes import Planes
from workstation.gui.features.segments import Segments
from workstation.gui.panels.curved.joining import JoinedCurved
from workstation.gui.session import Session
from workstation.model.geometry import ijk_to_lps
from workstation.phantoms import small
from workstation.phantoms.writing import save
from workstation.workspace import Selection

KNOTS_KJI = ((2, 5, 6), (3, 5, 19), (5, 10, 22))
"""Of the path: through both segments, and through the marker, where the PET is hot."""


@pytest.fixture
def ct() -> small.SmallVolume:
    return small.volume("axial")


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path, ct: small.SmallVolume) -> Iterator[Session]:
    study, first = tmp_path / "study", ct.datasets[0]
    ct.write(study / "ct")
    pet_beside(study / "pet", ct)
    save(segmentation(in_order(ct), blobs(ct.hu_kji.shape)), study / "seg.dcm")
    origin = [float(each) - 20 for each in ct.marker_lps]
    dose = dose_object(
        np.full((20, 20, 20), 30.0),
        (origin[0], origin[1], origin[2]),
        (2.0, 2.0, 2.0),
        frame_of_reference_uid=str(first.FrameOfReferenceUID),
        StudyInstanceUID=first.StudyInstanceUID,
        PatientID=first.PatientID,
        PatientName=first.PatientName,
    )
    save(dose, study / "dose.dcm")
    with running_session(qtbot, tmp_path) as running:
        running.open([study])
        settle(qtbot, running)
        running.workspace.select(Selection(str(first.SeriesInstanceUID)))
        yield running


@pytest.fixture
def curved(qtbot: QtBot, session: Session, ct: small.SmallVolume) -> JoinedCurved:
    """Follow a path, with all of it over the planes."""
    for name in ("segments", "curved"):
        session.window.actions_by_id[name].trigger()
        settle(qtbot, session)
    found = session.findChild(Curved)
    assert isinstance(found, Curved)
    for x, y, z in ijk_to_lps(ct.grid, [knot[::-1] for knot in KNOTS_KJI]):
        found.joined.drawing.set_point((float(x), float(y), float(z)))
    found.joined.drawing.end()
    settle(qtbot, session)
    planes = session.findChild(Planes)
    assert isinstance(planes, Planes)
    area = planes.joined.area
    area.bar.fusion_menu.aboutToShow.emit()
    area.bar.fusion_menu.actions()[0].trigger()
    settle(qtbot, session)
    qtbot.waitUntil(lambda: "SUV" in area.fusion_bar.unit.text())
    settle(qtbot, session)
    return found.joined


def picture(curved: JoinedCurved) -> Scene:
    scene = curved.area.picture.scene
    assert scene is not None
    return scene


def fused(scene: Scene) -> Fused:
    return next(each for each in scene.layers if isinstance(each, Fused))


def dressed(scene: Scene, kind: type) -> Dressed:
    return next(each for each in scene.layers if isinstance(each, Dressed) and isinstance(each.layer, kind))


def test_that_segments_dose_and_pet_lie_over_picture_and_sections_and_follow_their_controls(
    qtbot: QtBot, session: Session, curved: JoinedCurved, ct: small.SmallVolume
) -> None:
    made = curved.presenter.made
    assert made is not None
    planes = session.findChild(Planes)
    segments = session.findChild(Segments)
    assert isinstance(planes, Planes)
    assert isinstance(segments, Segments)
    at_mm = curved.presenter.course.nearest(ct.marker_lps)[0]  # type: ignore[union-attr]  # there is a path
    curved.presenter.go_to(at_mm)
    settle(qtbot, session)
    point = float(made.layout.path_column[0]), made.row_at(at_mm)
    view = curved.area.picture
    move(view, QPointF(*to_screen(picture(curved), view.size_px, view.devicePixelRatioF())(point).toTuple()))
    told = session.window.strip.probe.text()
    for words in ("HU", "g/ml SUVbw", "dose 30.00 Gy", "mm along the path"):
        assert words in told
    assert fused(picture(curved)).reading(point).endswith(" 5.00 g/ml SUVbw"), "it is hot there"
    assert dressed(picture(curved), SegmentLayer).reading(point) == "", "beside the segment"
    assert dressed(picture(curved), SegmentLayer).reading((point[0], 0.0)) == "Segment 1"
    middle = curved.area.section_panes[len(curved.area.section_panes) // 2].scene
    assert middle is not None
    assert {Fused, Dressed} <= {type(each) for each in middle.layers}

    bar = planes.joined.area.fusion_bar
    bar.opacity.setValue(20)
    assert fused(picture(curved)).look.opacity == 0.2
    uid = next(uid for uid in segments.sources if len(segments.presenter.looks(uid)) == 2)
    segments.presenter.switch(uid, 1, shown=False)
    assert not dressed(picture(curved), SegmentLayer).looks[1].is_shown, "at once"
    segments.presenter.opacity(0.8)
    assert dressed(picture(curved), DoseLayer).looks[95].opacity == 0.8
    segments.presenter.switch_all(shown=False)
    settle(qtbot, session)
    assert not any(isinstance(each, Dressed) for each in picture(curved).layers)
    bar.ended.emit()
    settle(qtbot, session)
    assert not any(isinstance(each, Fused) for each in picture(curved).layers)
    assert curved.presenter.made is not None
    assert curved.presenter.made.frame is made.frame, "the picture below is not made again for that"


@pytest.mark.parametrize("kind", ["straightened", "panorama"])
def test_that_what_is_saved_has_it_and_the_copied_command_makes_the_same(
    qtbot: QtBot,
    session: Session,
    curved: JoinedCurved,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    tool: Tool,
    kind: str,
) -> None:
    curved.drawing.look(replace(curved.presenter.view, width_mm=14.0).of_kind(kind), "kind")  # type: ignore[arg-type]
    curved.files.save(tmp_path / "path.txt")
    curved.activate(active=True)
    settle(qtbot, session)
    if kind == "straightened":
        curved.presenter.change("turn", rotation_quarters=0)
    curved.saving.save_picture(tmp_path / "window.png")
    settle(qtbot, session)
    session.window.actions_by_id["copy-command"].trigger()
    words = shlex.split(QApplication.clipboard().text().splitlines()[-1])
    monkeypatch.chdir(tmp_path)
    assert main(words[words.index("3d") :]) == 0
    ours, theirs = (cv2.imread(str(tmp_path / name)) for name in ("window.png", "curved.png"))
    assert ours is not None
    assert theirs is not None
    assert ours.shape == theirs.shape
    assert np.mean(np.abs(ours.astype(int) - theirs) > 3) < 0.01  # coordinates in the file have six digits
    assert np.ptp(ours.astype(int), axis=2).max() > 60, "in colour"

    session.window.actions_by_id["curved-dicom"].trigger()
    settle(qtbot, session)
    found = [
        ref.instance
        for study in session.workspace.patients[0].studies
        for series in study.series
        if series.first.series_description.startswith("Curved")
        for stack in series.stacks
        for ref in stack.frames
    ]
    (instance,) = found
    assert findings(tool, instance.place.path) == []
    ds = pydicom.dcmread(instance.place.path)
    assert ds.PhotometricInterpretation == "RGB"
    assert cv2.absdiff(cv2.cvtColor(ds.pixel_array, cv2.COLOR_RGB2BGR), ours).max() <= 1
    sources = {str(each.ReferencedSOPInstanceUID) for each in ds.SourceImageSequence}
    for folder in ("ct", "pet"):
        files = (tmp_path / "study" / folder).glob("*.dcm")
        named = {str(pydicom.dcmread(file).SOPInstanceUID) for file in files} & sources
        assert len(named) > 2, "of both series what the path passes"
    segments = session.findChild(Segments)
    assert isinstance(segments, Segments)
    assert {*segments.sources} <= sources, "the segmentation, and the dose"
    assert "SUVbw, hot-iron, opacity 0.7), by their frame of reference" in ds.DerivationDescription
    assert "Segment 1, Segment 2" in ds.DerivationDescription
