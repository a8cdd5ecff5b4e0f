"""A pane with an earlier study says so, beside a later one of the same patient."""

from pathlib import Path

from pydicom.uid import UID
from pytestqt.qtbot import QtBot

from tests.gui.making import instance, running_session, settle
from workstation.display.corner_text import Corners
from workstation.display.viewing import Grid
from workstation.gui.canvas.annotations import with_prior
from workstation.gui.features.priors import earlier
from workstation.phantoms.small import volume
from workstation.workspace import Selection


def test_that_only_the_earlier_study_of_the_same_patient_is_a_prior() -> None:
    now = instance(1, study="1", study_date="20260301", study_time="0800")
    before = instance(1, study="2", study_date="20250301", patient_name="MEYER^ANNA")
    other = instance(1, study="3", study_date="20200101", patient_id="P2")
    undated = instance(1, study="4", study_date="")
    same_moment = instance(1, study="5", study_date="20260301", study_time="0800")
    assert earlier([now, before, other, undated, same_moment, None]) == {"2": "Prior · 2025-03-01"}
    assert earlier([before, before]) == {}
    nobody = [
        instance(1, study=day, study_date=day, patient_id="", patient_name="") for day in ("20250101", "20260101")
    ]
    assert earlier(nobody) == {}


def test_that_it_stands_first_and_stays_in_small_panes() -> None:
    corners = Corners(("a",), ("b",), ("c",), ())
    assert with_prior(corners, "Prior", 3) == Corners(("a",), ("Prior", "b"), ("c",), ())
    assert with_prior(Corners((), (), ("c",), ()), "Prior", 0).bottom_left == ("Prior", "c")
    assert with_prior(corners, "", 3) is corners


def test_that_panes_say_it_as_long_as_both_are_shown(qtbot: QtBot, tmp_path: Path) -> None:
    for number, day in ((1, "20260301"), (2, "20250301")):
        made = volume("axial")
        for each in made.datasets:
            each.PatientID, each.PatientName = "P1", "Meyer^Anna"
            each.StudyInstanceUID, each.SeriesInstanceUID = f"2.25.{number}", f"2.25.{number}.1"
            each.SOPInstanceUID = UID(f"{each.SOPInstanceUID}.{number}")
            each.file_meta.MediaStorageSOPInstanceUID = each.SOPInstanceUID
            each.StudyDate = day
        folder = tmp_path / f"study{number}"
        folder.mkdir()
        made.write(folder)
    with running_session(qtbot, tmp_path) as session:
        session.open([tmp_path / "study1", tmp_path / "study2"])
        settle(qtbot, session)
        viewer = session.viewer
        assert viewer is not None

        def said() -> list[str]:
            settle(qtbot, session)
            scenes = [viewer.pane(number).scene for number in viewer.now.shown]
            return [scene.prior if scene is not None else "" for scene in scenes]

        viewer.show(0, Selection("2.25.2.1"))
        assert said() == [""], "alone it is compared with nothing"
        viewer.lay_out(Grid(1, 2))
        viewer.show(1, Selection("2.25.1.1"))
        assert said() == ["Prior · 2025-03-01", ""]
        viewer.show(0, Selection("2.25.1.1"))
        assert said() == ["", ""]
        viewer.undo()
        assert said() == ["Prior · 2025-03-01", ""]
        viewer.lay_out(Grid(1, 1))
        viewer.show(0, Selection("2.25.2.1"))
        assert said() == [""]
