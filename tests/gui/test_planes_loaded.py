"""Reports of other programs whose graphics lie in no image: live on planes in the window, the rest told."""

from pathlib import Path

import numpy as np
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle
from tests.gui.test_planes import is_shown, now, scene_of
from tests.gui.test_planes_plots import planes_of
from tests.unit.volume.planes.test_graphics import BENT, FLAT, VOLUME, along, area, report
from workstation.gui.features.measurements import Measurements
from workstation.gui.features.saved_measurements import SavedMeasurements
from workstation.gui.session import Session
from workstation.model.annotation import Annotation


def load_all(qtbot: QtBot, session: Session) -> tuple[Annotation, ...]:
    saved = session.findChild(SavedMeasurements)
    assert isinstance(saved, SavedMeasurements)
    assert session.viewer is not None
    saved.load(saved.objects())
    settle(qtbot, session)
    return session.viewer.now.marking.annotations


def test_that_an_oblique_polygon_of_a_report_leads_to_its_plane_and_a_bent_line_to_the_report(
    qtbot: QtBot, tmp_path: Path
) -> None:
    VOLUME.write(tmp_path / "study")
    report(area("nodule", "POLYGON", FLAT), along("vessel", BENT)).save_as(tmp_path / "study" / "sr.dcm")
    with running_session(qtbot, tmp_path) as session:
        session.open([tmp_path / "study"])
        settle(qtbot, session)
        (made,) = load_all(qtbot, session)
        assert made.cut is not None
        note = session.notes.notes[0]
        assert note.message == "1 measurement was loaded."
        assert "vessel: A polyline of 4 points lies in none of the images" in note.details
        measurements = session.findChild(Measurements)
        assert isinstance(measurements, Measurements)
        measurements.go_to(made.id)
        settle(qtbot, session)
        planes = planes_of(session)
        assert is_shown(planes)
        (seen,) = scene_of(planes, now(planes).active).annotations
        assert seen.id == made.id
        lines = scene_of(planes, now(planes).active).numbers[made.id]
        flat = FLAT - FLAT.mean(axis=0)
        area_mm2 = np.linalg.norm(np.cross(flat[:-1], flat[1:]).sum(axis=0)) / 2
        assert lines[0] == f"Area {area_mm2:.1f} mm²"
        assert note.action is not None
        note.action[1]()
        settle(qtbot, session)
        assert not is_shown(planes)
        selected = session.workspace.selected_series()
        assert selected is not None
        assert selected.first.modality == "SR"
        assert load_all(qtbot, session) == (made,), "loaded again, it is there already"
