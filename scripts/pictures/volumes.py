"""Planes, curved planes, and volumes in three dimensions."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scripts.pictures.taking import PATIENCE_S, Step, settle

if TYPE_CHECKING:
    from workstation.gui.panels.planes.measuring import PlaneMeasuring
    from workstation.gui.session import Session
    from workstation.model.annotation import Annotation
    from workstation.volume.cutting.standard_planes import PlaneName

ON_PLANES: "tuple[tuple[PlaneName, str, str, tuple[tuple[float, float], ...]], ...]" = (
    ("coronal", "measure-ellipse", "liver", ((0.30, 0.50), (0.42, 0.60))),
    ("coronal", "measure-length", "", ((0.30, 0.30), (0.70, 0.30))),
    ("axial", "measure-bidirectional", "", ((0.40, 0.35), (0.60, 0.45), (0.52, 0.30))),
)
"""What is measured on which plane, with which tool, in shares of the pane."""
AORTA = (
    *((2.0, -34.0, 58.0), (-12.0, -46.0, 82.0), (-14.0, -42.0, 106.0), (-4.0, -28.0, 128.0), (8.0, -6.0, 137.0)),
    *((18.0, 16.0, 130.0), (20.0, 33.0, 106.0), (19.0, 34.0, 56.0), (18.0, 29.0, 6.0), (17.0, 21.0, -44.0)),
    *((16.0, 14.0, -94.0), (15.0, 10.0, -144.0), (14.0, 14.0, -190.0)),
)
"""The path through the aorta of the demo patient, LPS mm, as in docs/curved-planes-and-surfaces.md."""

ACROSS = (
    ("measure-ellipse", "lumen", ((0.345, 0.245), (0.672, 0.768)), (0.19, 0.8)),
    ("measure-length", "", ((0.385, 0.325), (0.632, 0.688)), (0.78, 0.62)),
)
"""What is measured on a cross-section of it, and where its words stand, in shares of the pane."""


def turned(session: "Session") -> None:
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


def measured_on_planes(session: "Session") -> None:
    """Measure the liver and the aorta on turned planes, and open the table."""
    from dataclasses import replace

    from workstation.gui.features.planes import Planes
    from workstation.gui.panels.annotations.view import AnnotationsPanel
    from workstation.volume.planes import planes_view
    from workstation.volume.planes.planes_view import PLANE_NAMES

    found = session.findChild(Planes)
    now = found.joined.presenter.now if isinstance(found, Planes) else None
    if not isinstance(found, Planes) or now is None:
        raise RuntimeError("there are no planes")
    presenter, measuring = found.joined.presenter, found.joined.measuring
    presenter.do(planes_view.line_turned(now, "axial", "coronal", -12.0), "turn")
    session.window.actions_by_id["annotations"].trigger()
    settle(session)
    for name, tool, words, places in ON_PLANES:
        presenter.activate(name)
        number, (width, height) = PLANE_NAMES.index(name), found.joined.area.panes[name].size_px
        chosen = _drawn(measuring, number, tool, [(right * width, down * height) for right, down in places])
        if chosen is not None:
            measuring.annotator.chosen.put(replace(chosen, text=words), "words of the")
        settle(session)
    panel = session.window.side.currentWidget()
    if not isinstance(panel, AnnotationsPanel):
        raise RuntimeError("the panel is not open")  # noqa: TRY004 - not of a caller
    session.window.side.setMinimumWidth(440)
    panel.table.horizontalHeader().moveSection(4, 1)
    panel.table.setColumnWidth(4, 240)
    panel.table.selectRow(0)
    panel.splitter.setSizes([260, 345])


def fused(session: "Session") -> None:
    """Lay the PET over planes of the CT, where the liver is."""
    from workstation.gui.features.planes import Planes

    found = session.findChild(Planes)
    if not isinstance(found, Planes) or found.joined.opened is None:
        raise RuntimeError("there are no planes")
    menu = found.joined.area.bar.fusion_menu
    menu.aboutToShow.emit()
    menu.actions()[0].trigger()
    settle(session)
    found.joined.presenter.cross_to((-45.0, 5.0, 40.0))
    settle(session)


def curved(session: "Session") -> None:
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
    settle(session)
    presenter.go_to(150.0)
    settle(session)
    if presenter.made is not None:
        drawing.measure(Ruler("length", of(presenter.made), ((0.0, 200.0), (0.0, 320.0))), "picture")
    found.joined.activate(active=True)


def measured_across(session: "Session") -> None:
    """Have a cross-section of the aorta on the planes, and measure its diameter and what its lumen is."""
    from dataclasses import replace

    from workstation.gui.features.curved import Curved
    from workstation.gui.features.planes import Planes
    from workstation.volume.planes.planes_view import PLANE_NAMES

    curved(session)
    found, planes = session.findChild(Curved), session.findChild(Planes)
    if not isinstance(found, Curved) or not isinstance(planes, Planes):
        raise RuntimeError("there are no planes")  # noqa: TRY004 - not of a caller
    found.joined.drawing.forget_length("length")
    found.joined.presenter.go_to(32.0)
    settle(session)
    found.joined.lay_across()
    settle(session)
    measuring, name = planes.joined.measuring, planes.joined.active.name
    number, (width, height) = PLANE_NAMES.index(name), planes.joined.area.panes[name].size_px
    for tool, words, places, beside in ACROSS:
        chosen = _drawn(measuring, number, tool, [(right * width, down * height) for right, down in places])
        if chosen is not None:
            label = measuring.image_point(number, (beside[0] * width, beside[1] * height))
            measuring.annotator.chosen.put(replace(chosen, text=words, label_px=label, is_label_moved=True), "words")
        settle(session)


def _drawn(
    measuring: "PlaneMeasuring", number: int, tool: str, places_px: Sequence[tuple[float, float]]
) -> "Annotation | None":
    """Draw a shape with a tool in a pane of planes, and give it."""
    from workstation.gui.viewer.annotating_tools import TOOLS_BY_ID

    measuring.annotator.take(TOOLS_BY_ID[tool])
    for place in places_px:
        measuring.annotator.press(number, place)
        measuring.annotator.release(number, place)
    measuring.annotator.close(number)
    return measuring.annotator.chosen.annotation


def looked_round(preset: str, right: float, down: float) -> Step:
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
