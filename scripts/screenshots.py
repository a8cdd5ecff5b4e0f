"""Take the pictures of the documentation from the real window: `python scripts/screenshots.py build/demo`.

The study is the demo study; a report about it is made here. Nothing else is ever in the pictures.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydicom.dataset import Dataset
    from PySide6.QtWidgets import QWidget

    from workstation.gui.session import Session
    from workstation.volume.cutting.standard_planes import PlaneName

IMAGES = Path(__file__).parent.parent / "docs" / "images"
SIZE_PX = (1280, 800)
COLOURS = 128
"""Of a picture: there are greys and few others, and the files stay small."""
PATIENCE_S = 120.0
Step = str | Callable[["Session"], None]


@dataclass(frozen=True)
class Picture:
    """What a person does before a picture, as commands of the window and by hand; of the window, or its dialog.

    ``dialog_px`` is its size where the screen that is only in memory is too small for it.
    """

    steps: tuple[Step, ...]
    theme: str = "dark"
    is_dialog: bool = False
    dialog_px: tuple[int, int] | None = None


def _shown(*descriptions: str) -> Callable[["Session"], None]:
    """Show series by their descriptions, pane by pane."""

    def step(session: "Session") -> None:
        from workstation.workspace import Selection

        viewer = session.viewer
        if viewer is None:
            raise RuntimeError("the window has not started")
        for number, words in enumerate(descriptions):
            viewer.show(number, Selection(_series(session, words)))
            _settle(session)
        viewer.activate(0)

    return step


def _series(session: "Session", words: str) -> str:
    found = [
        series.first.series_instance_uid
        for patient in session.workspace.patients
        for study in patient.studies
        for series in study.series
        if words in f"{study.series[0].first.study_description} {series.first.series_description}"
    ]
    return found[0]


def _on_no_machine(_session: "Session") -> None:
    """Leave out of the picture on which machine it was taken."""
    from workstation.verify import report

    report._machine = lambda: {"name": "this machine", "system": "Linux", "processor": "", "python": "Python 3"}


def _at(image: int) -> Step:
    return lambda session: session.pane.go_to(image) if session.pane is not None else None


def _third(session: "Session") -> None:
    """Go to the same place in the third pane, whose study has a space of its own, and scroll together from there."""
    if session.viewer is not None:
        session.viewer.activate(2)
        session.viewer.active.go_to(57)
        session.command("link-here")
        session.viewer.activate(0)


def _measure(session: "Session") -> None:
    """Measure on the image that is shown, at places that look well."""
    from dataclasses import replace

    from workstation.gui.features.annotating import Annotating
    from workstation.gui.viewer.annotating_tools import TOOLS_BY_ID

    annotating, view = session.findChild(Annotating), session.window.pane
    if not isinstance(annotating, Annotating):
        raise RuntimeError("the window has not started")  # noqa: TRY004 - not of a caller
    width, height = view.size_px
    for name, places in MEASURED.items():
        annotating.annotator.take(TOOLS_BY_ID[name])
        for right, down in places:
            annotating.annotator.press(0, (right * width, down * height))
            annotating.annotator.release(0, (right * width, down * height))
        annotating.annotator.close(0)
    chosen = annotating.annotator.chosen.annotation
    if chosen is not None:
        annotating.annotator.chosen.put(replace(chosen, text="liver"), "words of the")
    annotating.annotator.take(TOOLS_BY_ID["measure-length"])


def _weighed(session: "Session") -> None:
    """Correct the weight of the patient in the panel of SUV."""
    from workstation.gui.panels.suv.view import SuvPanel

    panel = session.window.side.currentWidget()
    if not isinstance(panel, SuvPanel):
        raise RuntimeError("the panel is not open")  # noqa: TRY004 - not of a caller
    for field, words in ((panel.fields["weight"], "78 kg"), (panel.note, "weighed on the ward")):
        field.setText(words)
        field.editingFinished.emit()
        _settle(session)


def _nodule(session: "Session", study: str, centre_lps: tuple[float, float, float], diameter_mm: float) -> None:
    """Measure a nodule of the demo study along both axes of its slice."""
    from workstation.gui.viewer.making import new_id
    from workstation.model.annotation import Annotation
    from workstation.model.geometry import lps_to_image
    from workstation.model.instance_plane import plane_of

    _shown(study)(session)
    viewer = session.viewer
    stack = viewer.active.stack if viewer is not None else None
    if viewer is None or stack is None:
        raise RuntimeError("the window has not started")
    planes = [plane_of(each.instance) for each in stack.frames]
    away = [abs(plane.origin_lps[2] - centre_lps[2]) if plane is not None else 1e9 for plane in planes]
    at = away.index(min(away))
    plane, ref, half = planes[at], stack.frames[at], diameter_mm / 2
    if plane is None:
        raise RuntimeError("the slice has no plane")
    x, y, z = centre_lps
    ends = [(x - half, y, z), (x + half, y, z), (x, y - half * 0.9, z), (x, y + half * 0.9, z)]
    points = tuple((float(column), float(row)) for column, row in lps_to_image(plane, ends)[0])
    made = Annotation(new_id(), "bidirectional", ref.instance.sop_instance_uid, ref.number, points, points[1])
    viewer.active.go_to(at)
    viewer.mark_up(viewer.now.marking.with_annotation(made.on_plane(plane)), "measurement")
    _settle(session)


def _lesion(session: "Session") -> None:
    """Measure a nodule in both studies, and say that it is one lesion, a target."""
    from workstation.gui.panels.annotations.view import AnnotationsPanel

    for study, place in NODULE.items():
        _nodule(session, study, *place)
    session.window.actions_by_id["annotations"].trigger()
    _settle(session)
    panel = session.window.side.currentWidget()
    if not isinstance(panel, AnnotationsPanel):
        raise RuntimeError("the panel is not open")  # noqa: TRY004 - not of a caller
    for row in range(2):
        panel.table.selectRow(row)
        for name, words in (("lesion", "Lesion 1"), ("finding", "Nodule"), ("site", "Upper lobe of lung")):
            panel.form.lines[name].setText(words)
            panel.form.lines[name].editingFinished.emit()
            _settle(session)
    panel.table.selectAll()
    panel.form.role.setCurrentIndex(panel.form.role.findData("target"))
    panel.form.role.activated.emit(panel.form.role.currentIndex())
    _settle(session)
    panel.table.selectRow(1)
    panel.splitter.setSizes([360, 245])  # what is below tells where the files are


def _turned(session: "Session") -> None:
    """Turn planes of the chest, and make the coronal one a slab."""
    from workstation.gui.features.planes import Planes
    from workstation.volume.cutting.slabs import Slab
    from workstation.volume.planes import planes_view

    found = session.findChild(Planes)
    now = found.joined.presenter.now if isinstance(found, Planes) else None
    if not isinstance(found, Planes) or now is None:
        raise RuntimeError("there are no planes")
    turned = planes_view.line_turned(now, "axial", "coronal", -12.0)
    found.joined.presenter.do(planes_view.with_slab(turned, "coronal", Slab(20.0, "mip")), "picture")


def _measured_on_planes(session: "Session") -> None:
    """Measure the liver and the aorta on turned planes, and open the table."""
    from dataclasses import replace

    from workstation.gui.features.planes import Planes
    from workstation.gui.panels.annotations.view import AnnotationsPanel
    from workstation.gui.viewer.annotating_tools import TOOLS_BY_ID
    from workstation.volume.planes import planes_view
    from workstation.volume.planes.planes_view import PLANE_NAMES

    found = session.findChild(Planes)
    now = found.joined.presenter.now if isinstance(found, Planes) else None
    if not isinstance(found, Planes) or now is None:
        raise RuntimeError("there are no planes")
    presenter, measuring = found.joined.presenter, found.joined.measuring
    presenter.do(planes_view.line_turned(now, "axial", "coronal", -12.0), "turn")
    session.window.actions_by_id["annotations"].trigger()
    _settle(session)
    for name, tool, words, places in ON_PLANES:
        presenter.activate(name)
        number, (width, height) = PLANE_NAMES.index(name), found.joined.area.panes[name].size_px
        measuring.annotator.take(TOOLS_BY_ID[tool])
        for right, down in places:
            measuring.annotator.press(number, (right * width, down * height))
            measuring.annotator.release(number, (right * width, down * height))
        measuring.annotator.close(number)
        chosen = measuring.annotator.chosen.annotation
        if chosen is not None:
            measuring.annotator.chosen.put(replace(chosen, text=words), "words of the")
        _settle(session)
    panel = session.window.side.currentWidget()
    if not isinstance(panel, AnnotationsPanel):
        raise RuntimeError("the panel is not open")  # noqa: TRY004 - not of a caller
    session.window.side.setMinimumWidth(440)
    panel.table.horizontalHeader().moveSection(4, 1)
    panel.table.setColumnWidth(4, 240)
    panel.table.selectRow(0)
    panel.splitter.setSizes([260, 345])


def _looked_round(preset: str, right: float, down: float) -> Step:
    """Draw the volume by a preset, turned by angles, and wait for the small pictures of the others."""

    def step(session: "Session") -> None:
        from PySide6.QtCore import QCoreApplication

        from workstation.gui.features.volume import Volume3D

        found = session.findChild(Volume3D)
        if not isinstance(found, Volume3D) or found.joined.presenter.now is None:
            raise RuntimeError("there is no volume")
        found.joined.acts.use_preset(preset)
        found.joined.presenter.turn_by(right, down)
        found.joined.presenter.rest()
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end and not found.settings.has_previews:
            QCoreApplication.processEvents()
            time.sleep(0.02)
        found.joined.presenter.fit()

    return step


def _fused(session: "Session") -> None:
    """Lay the PET over planes of the CT, where the liver is."""
    from workstation.gui.features.planes import Planes

    found = session.findChild(Planes)
    if not isinstance(found, Planes) or found.joined.opened is None:
        raise RuntimeError("there are no planes")
    menu = found.joined.area.bar.fusion_menu
    menu.aboutToShow.emit()
    menu.actions()[0].trigger()
    _settle(session)
    found.joined.presenter.cross_to((-45.0, 5.0, 40.0))
    _settle(session)


def _curved(session: "Session") -> None:
    """Follow the aorta, and measure along it."""
    from workstation.gui.features.curved import Curved
    from workstation.gui.panels.curved.ruling import of
    from workstation.volume.curved.lengths import Ruler

    found = session.findChild(Curved)
    if not isinstance(found, Curved):
        raise RuntimeError("the window has not started")  # noqa: TRY004 - not of a caller
    drawing, presenter = found.joined.drawing, found.joined.presenter
    for point in AORTA:
        drawing.set_point(point)
    drawing.end()
    _settle(session)
    presenter.go_to(150.0)
    _settle(session)
    if presenter.made is not None:
        drawing.measure(Ruler("length", of(presenter.made), ((0.0, 200.0), (0.0, 320.0))), "picture")
    found.joined.activate(active=True)


def _planes(session: "Session") -> None:
    """Show the three planes of the MR at the capsule on the temple, and one of them again at another place."""
    if session.viewer is None:
        return
    _shown("T2 axial", "T1 sagittal", "T2 coronal", "CT head")(session)
    for number, image in enumerate((15, 20, 12, 10)):
        session.viewer.activate(number)
        session.viewer.active.go_to(image)
        _settle(session)
    session.viewer.activate(0)


def _pointed(session: "Session") -> None:
    """Point at a place in the first pane, with the key held that shows it in the others."""
    from PySide6.QtCore import QEvent, QPointF, Qt
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    pane = session.window.grid.panes[0]
    at = QPointF(pane.width() * 0.43, pane.height() * 0.45)
    none, shift = Qt.MouseButton.NoButton, Qt.KeyboardModifier.ShiftModifier
    event = QMouseEvent(QEvent.Type.MouseMove, at, pane.mapToGlobal(at), none, none, shift)
    QApplication.sendEvent(pane, event)


def _without_notes(session: "Session") -> None:
    while session.notes.dismiss_newest():
        pass


_PET_CT = (_shown("PET/CT chest and abdomen CT", "PET FDG"), _at(57))
MEASURED = {
    "measure-length": ((0.40, 0.80), (0.60, 0.80)),
    "measure-angle": ((0.28, 0.30), (0.36, 0.24), (0.46, 0.27)),
    "measure-bidirectional": ((0.60, 0.42), (0.69, 0.50), (0.67, 0.42)),
    "measure-ellipse": ((0.30, 0.42), (0.40, 0.56)),
}
"""Where is clicked with which tool, in shares of the pane."""
ON_PLANES: "tuple[tuple[PlaneName, str, str, tuple[tuple[float, float], ...]], ...]" = (
    ("coronal", "measure-ellipse", "liver", ((0.30, 0.50), (0.42, 0.60))),
    ("coronal", "measure-length", "", ((0.30, 0.30), (0.70, 0.30))),
    ("axial", "measure-bidirectional", "", ((0.40, 0.35), (0.60, 0.45), (0.52, 0.30))),
)
"""What is measured on which plane, with which tool, in shares of the pane."""
AORTA = (
    *((2.0, -34.0, 58.0), (-12.0, -46.0, 82.0), (-14.0, -42.0, 106.0), (-4.0, -28.0, 128.0), (8.0, -6.0, 137.0)),
    *((18.0, 16.0, 130.0), (20.0, 33.0, 106.0), (19.0, 34.0, 56.0), (18.0, 29.0, 6.0), (17.0, 21.0, -44.0)),
    *((16.0, 14.0, -94.0), (15.0, 10.0, -144.0), (14.0, 14.0, -194.0)),
)
"""The path through the aorta of the demo patient, LPS mm, as in docs/curved-planes-and-surfaces.md."""
NODULE = {
    "PET/CT chest and abdomen CT": ((-78.3, -21.7, 111.4), 12.0),
    "follow-up CT": ((-72.05, -31.2, 152.4), 18.0),
}
"""Where the first nodule of the demo study lies in its two studies (LPS mm), and how large it is (mm)."""
PICTURES = {
    "window-dark": Picture(("layout-1x1", _shown("follow-up CT"), _at(49))),
    "window-light": Picture(("layout-1x1", _shown("follow-up CT"), _at(49)), theme="light"),
    "four-panes": Picture(
        ("layout-2x2", _shown("PET/CT chest and abdomen CT", "PET FDG", "follow-up CT", "Chest PA"), _at(57), _third)
    ),
    "measuring": Picture(("layout-1x1", _shown("follow-up CT"), _at(49), _measure)),
    "measurements": Picture(("layout-1x1", _lesion)),
    "suv": Picture((*_PET_CT, "layout-1x2", "suv-inputs", _weighed)),
    "over-time": Picture(("layout-1x1", _lesion, "over-time")),
    "mammography": Picture((_shown("Mammogram"), "hang")),
    "reference-lines": Picture(("layout-2x2", _planes, _pointed)),
    "planes": Picture(("layout-1x1", _shown("follow-up CT"), _at(49), "planes", _turned)),
    "volume": Picture(("layout-1x1", _shown("follow-up CT"), _at(49), "volume", _looked_round("ct-chest", -35, 15))),
    "volume-beside": Picture(
        ("layout-1x1", _shown("follow-up CT"), _at(49), "planes", "volume-beside", _looked_round("ct-bone", -30, 20)),
        theme="light",
    ),
    "planes-measured": Picture(
        ("layout-1x1", _shown("follow-up CT"), _at(49), "planes", _measured_on_planes), theme="light"
    ),
    "planes-fusion": Picture((*_PET_CT, "planes", _fused), theme="light"),
    "curved-plane": Picture(("layout-1x1", _shown("PET/CT chest and abdomen CT"), "curved", _curved)),
    "tags": Picture((*_PET_CT, "layout-1x1", "tags")),
    "report": Picture(("layout-1x2", _shown("follow-up CT", "Findings"), _at(49))),
    "corner-text": Picture(("layout-1x1", _shown("T1 coronal"), _at(45), "corner-text")),
    "explain-hanging": Picture(("hang", _at(57), "explain-hanging")),
    "hanging": Picture(("hang", "hanging-protocols"), is_dialog=True, dialog_px=(1120, 880)),
    "export": Picture((*_PET_CT, "export"), is_dialog=True),
    "print": Picture((*_PET_CT, "print"), is_dialog=True, dialog_px=(900, 760)),
    "keys": Picture(("edit-keys",), is_dialog=True),
    "verify": Picture((_on_no_machine, "verify"), is_dialog=True, dialog_px=(900, 620)),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Open the study once for each picture, with a library and settings that are thrown away."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", type=Path, help="the folder of the demo study")
    parser.add_argument("--only", nargs="*", choices=PICTURES, default=list(PICTURES), help="these pictures")
    asked = parser.parse_args(argv)
    study: Path = asked.study.absolute()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(
            {f"XDG_{name}_HOME": f"{home}/{name.lower()}" for name in ("CONFIG", "DATA", "CACHE", "STATE")}
        )
        report = Path(home) / "report.dcm"
        _write_report(study, report)
        for name in asked.only:
            path = IMAGES / f"{name}.png"
            take([study, report], Path(home) / f"{name}.sqlite", path, PICTURES[name])
            print(path, path.stat().st_size // 1024, "KiB")
    return 0


def take(paths: Sequence[Path], library: Path, path: Path, picture: Picture) -> None:
    """Open a study in the window, do what leads to the picture, and write what it then looks like."""
    from workstation.gui import theme as themes
    from workstation.gui.app import make_application
    from workstation.gui.main_window import MainWindow
    from workstation.gui.remembered import Remembered
    from workstation.gui.session import Session
    from workstation.settings import Settings

    settings = Settings.load().changed(theme=picture.theme)
    make_application(settings)
    remembered = Remembered()
    window = MainWindow(themes.TOKENS[settings.theme], remembered)
    session = Session(window, remembered, settings, library_path=library)
    try:
        session.open(paths)
        window.resize(*SIZE_PX)
        window.show()
        _settle(session)
        for step in (*picture.steps, _without_notes):
            if callable(step):
                step(session)
            else:
                window.actions_by_id[step].trigger()
            _settle(session)
        if picture.dialog_px is not None:
            _dialog(window).resize(*picture.dialog_px)
            _settle(session)
        _write(_dialog(window) if picture.is_dialog else window, path)
    finally:
        if picture.is_dialog:
            _dialog(window).close()
        window.close()
        session.close()


def _dialog(window: "QWidget") -> "QWidget":
    from PySide6.QtWidgets import QApplication

    return next(each for each in QApplication.topLevelWidgets() if each.isVisible() and each is not window)


def _write(widget: "QWidget", path: Path) -> None:
    """Write a picture with few colours, so that the file is small."""
    from io import BytesIO

    from PIL import Image
    from PySide6.QtCore import QBuffer

    buffer = QBuffer()
    widget.grab().save(buffer, "PNG")
    with Image.open(BytesIO(buffer.data().data())) as grabbed:
        few = grabbed.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(path, optimize=True)


def _write_report(study: Path, path: Path) -> None:
    """Write a report (Basic Text SR) about the newest CT of the demo study."""
    from pydicom import dcmread
    from pydicom.dataset import Dataset
    from pydicom.uid import UID, generate_uid

    about = dcmread(next((study / "ct-chest-abdomen-follow-up").glob("*.dcm")), stop_before_pixels=True)
    made = Dataset()
    for name in ("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyInstanceUID", "StudyDate"):
        setattr(made, name, about[name].value)
    for name in ("StudyTime", "StudyDescription", "AccessionNumber", "ReferringPhysicianName", "StudyID"):
        setattr(made, name, about.get(name, ""))
    made.Modality, made.SeriesNumber, made.InstanceNumber = "SR", 90, 1
    made.SeriesDescription = "Findings"
    made.SOPClassUID, made.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.88.11", generate_uid()
    made.SeriesInstanceUID = generate_uid()
    made.ContentDate, made.ContentTime = about.StudyDate, "120000"
    made.CompletionFlag, made.VerificationFlag = "COMPLETE", "UNVERIFIED"
    made.ValueType, made.ContinuityOfContent = "CONTAINER", "SEPARATE"
    made.ConceptNameCodeSequence = [_code("18747-6", "LN", "CT Report")]
    parts = (
        ("121060", "History", "Follow-up of a nodule in the lung."),
        ("121070", "Findings", "The nodule in the right lower lobe has grown since the study of March."),
        ("121070", "Findings", "No pleural effusion. Liver, spleen and kidneys without focal lesions."),
        ("121076", "Conclusions", "Growing nodule; PET/CT is recommended."),
    )
    made.ContentSequence = [_section(*each) for each in parts]
    made.file_meta = Dataset()  # type: ignore[assignment]  # pydicom completes it
    made.file_meta.TransferSyntaxUID = UID("1.2.840.10008.1.2.1")
    made.save_as(path, enforce_file_format=True)


def _section(value: str, meaning: str, text: str) -> "Dataset":
    from pydicom.dataset import Dataset

    item, inner = Dataset(), Dataset()
    item.RelationshipType = inner.RelationshipType = "CONTAINS"
    item.ValueType, item.ContinuityOfContent = "CONTAINER", "SEPARATE"
    item.ConceptNameCodeSequence = [_code(value, "DCM", meaning)]
    inner.ValueType, inner.TextValue = "TEXT", text
    inner.ConceptNameCodeSequence = [_code("121071", "DCM", "Finding")]
    item.ContentSequence = [inner]
    return item


def _code(value: str, scheme: str, meaning: str) -> "Dataset":
    from pydicom.dataset import Dataset

    made = Dataset()
    made.CodeValue, made.CodingSchemeDesignator, made.CodeMeaning = value, scheme, meaning
    return made


def _settle(session: "Session") -> None:
    from PySide6.QtCore import QCoreApplication

    calm, end = 0, time.monotonic() + PATIENCE_S
    while calm < 10:
        if time.monotonic() > end:
            raise RuntimeError("the window does not come to rest")
        QCoreApplication.processEvents()
        time.sleep(0.02)
        calm = calm + 1 if session.is_settled else 0


if __name__ == "__main__":
    sys.exit(main())
