"""Measuring on images, and what is said of it."""

from typing import TYPE_CHECKING

from scripts.pictures.showing import shown
from scripts.pictures.taking import settle

if TYPE_CHECKING:
    from workstation.gui.session import Session

MEASURED = {
    "measure-length": ((0.40, 0.80), (0.60, 0.80)),
    "measure-angle": ((0.28, 0.30), (0.36, 0.24), (0.46, 0.27)),
    "measure-bidirectional": ((0.60, 0.42), (0.69, 0.50), (0.67, 0.42)),
    "measure-ellipse": ((0.30, 0.42), (0.40, 0.56)),
}
"""Where is clicked with which tool, in shares of the pane."""
NODULE = {
    "PET/CT chest and abdomen CT": ((-78.3, -21.7, 111.4), 12.0),
    "follow-up CT": ((-72.05, -31.2, 152.4), 18.0),
}
"""Where the first nodule of the demo study lies in its two studies (LPS mm), and how large it is (mm)."""


def measure(session: "Session") -> None:
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
        annotating.annotator.chosen.put(replace(chosen, text="lung"), "words of the")
    annotating.annotator.take(TOOLS_BY_ID["measure-length"])


def weighed(session: "Session") -> None:
    """Correct the weight of the patient in the panel of SUV."""
    from workstation.gui.panels.suv.view import SuvPanel

    panel = session.window.side.currentWidget()
    if not isinstance(panel, SuvPanel):
        raise RuntimeError("the panel is not open")  # noqa: TRY004 - not of a caller
    for field, words in ((panel.fields["weight"], "78 kg"), (panel.note, "weighed on the ward")):
        field.setText(words)
        field.editingFinished.emit()
        settle(session)


def lesion(session: "Session") -> None:
    """Measure a nodule in both studies, and say that it is one lesion, a target."""
    from workstation.gui.panels.annotations.view import AnnotationsPanel

    for study, place in NODULE.items():
        _nodule(session, study, *place)
    session.window.actions_by_id["annotations"].trigger()
    settle(session)
    panel = session.window.side.currentWidget()
    if not isinstance(panel, AnnotationsPanel):
        raise RuntimeError("the panel is not open")  # noqa: TRY004 - not of a caller
    for row in range(2):
        panel.table.selectRow(row)
        for name, words in (("lesion", "Lesion 1"), ("finding", "Nodule"), ("site", "Upper lobe of lung")):
            panel.form.lines[name].setText(words)
            panel.form.lines[name].editingFinished.emit()
            settle(session)
    panel.table.selectAll()
    panel.form.role.setCurrentIndex(panel.form.role.findData("target"))
    panel.form.role.activated.emit(panel.form.role.currentIndex())
    settle(session)
    panel.table.selectRow(1)
    panel.splitter.setSizes([360, 245])  # what is below tells where the files are


def _nodule(session: "Session", study: str, centre_lps: tuple[float, float, float], diameter_mm: float) -> None:
    """Measure a nodule of the demo study along both axes of its slice."""
    from workstation.gui.viewer.making import new_id
    from workstation.model.annotation import Annotation
    from workstation.model.geometry import lps_to_image
    from workstation.model.instance_plane import plane_of

    shown(study)(session)
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
    settle(session)
