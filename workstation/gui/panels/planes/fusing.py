"""Another volume over the planes: PET over CT, MR over CT, by their common frame of reference."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QMenu

from workstation.display.fusion import Fused, FusedLook, UpperPicture, window_between
from workstation.display.voi import default_voi, value_range
from workstation.gui.canvas.scene import Scene
from workstation.gui.features.measuring import Measuring
from workstation.gui.panels.notes.presenter import Note
from workstation.gui.panels.planes.cutting import Made
from workstation.gui.panels.planes.fusion_bar import FusionBar
from workstation.gui.panels.planes.over import FUSION, FusionOver
from workstation.gui.panels.planes.presenter import PlanesPresenter
from workstation.gui.volumes import OpenVolume, key_of
from workstation.model.frame import Window
from workstation.model.index.records import Stack
from workstation.model.text import clean

if TYPE_CHECKING:
    from workstation.gui.session import Session
    from workstation.gui.viewer.presenter import Viewer
    from workstation.measure.scale import Scale

NONE_THERE = "No other open series lies in this frame of reference"
OF_UPTAKE = ("PT", "NM")
CALM_MS = 200


class Fusing(QObject):
    """Reads what is to lie above, has it cut along, and keeps the bar.

    Parameters
    ----------
    session, viewer
        The window.
    presenter
        The planes.
    bar
        How it is changed.
    """

    def __init__(self, session: "Session", viewer: "Viewer", presenter: PlanesPresenter, bar: FusionBar) -> None:
        super().__init__(session)
        self._session, self._viewer, self._presenter, self._bar = session, viewer, presenter, bar
        self._over: tuple[str, FusionOver] | None = None
        self._reading = ""
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(CALM_MS)
        self._later.timeout.connect(self._scaled)
        presenter.dressers.append(self.dress)
        bar.opacity_wanted.connect(lambda share: self._change("opacity", opacity=share))
        bar.opacity_started.connect(viewer.settle)
        bar.colours_wanted.connect(lambda colours: self._change("colours of the fusion", colours=colours))
        bar.limits_wanted.connect(self._use_limits)
        bar.ended.connect(self.end)

    def candidates(self) -> Iterator[Stack]:
        """Give the other stacks that lie in the frame of reference of the volume that is seen."""
        opened = self._presenter.opened
        uid = opened.volume.grid.frame_of_reference_uid if opened is not None else ""
        if opened is None or not uid:
            return
        for patient in self._session.workspace.patients:
            for study in patient.studies:
                for series in study.series:
                    for stack in series.stacks:
                        first = stack.frames[0].instance
                        is_grey = first.samples_per_pixel <= 1 and first.modality not in ("SEG", "RTDOSE")
                        is_other = key_of(stack) != key_of(opened.stack)
                        if stack.is_volume and first.frame_of_reference_uid == uid and is_grey and is_other:
                            yield stack

    def fill(self, menu: QMenu) -> None:
        """Offer what can be laid over the planes."""
        menu.clear()
        now = self._presenter.now
        used = now.fused.volume if now is not None and now.fused is not None else ""
        found = tuple(self.candidates())
        for stack in found:
            action = menu.addAction(_name(stack).replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(volume_name(stack) == used)
            action.triggered.connect(lambda _on=False, stack=stack: self.choose(stack))
        if not found:
            menu.addAction(NONE_THERE).setEnabled(False)
        elif used:
            menu.addSeparator()
            menu.addAction("End the fusion").triggered.connect(lambda: self.end())

    def choose(self, stack: Stack) -> None:
        """Lay a stack over the planes."""
        now = self._presenter.now
        if now is None:
            return
        uptake = stack.frames[0].instance.modality in OF_UPTAKE
        look = FusedLook(volume_name(stack), 0.7 if uptake else 0.5, "hot-iron" if uptake else "viridis")
        self._viewer.settle()
        self._presenter.do(replace(now, fused=look), "fusion")
        self.bring()

    def end(self) -> None:
        """Have nothing above any more."""
        now = self._presenter.now
        if now is not None and now.fused is not None:
            self._viewer.settle()
            self._presenter.do(replace(now, fused=None), "end of the fusion")

    def follow(self) -> None:
        """Be told that the planes are seen in another way."""
        now = self._presenter.now
        wanted = now.fused.volume if now is not None and now.fused is not None else ""
        if wanted != (self._over[0] if self._over is not None else ""):
            self.bring()
        else:
            self.show_state()

    def bring(self) -> None:
        """Have cut what is to lie above now; it is read first where it has to be."""
        now = self._presenter.now
        wanted = now.fused.volume if now is not None and now.fused is not None else ""
        if self._over is not None and self._over[0] != wanted:
            self._over = None
        if not wanted or self._over is not None:
            self._presenter.lay_over(FUSION, (self._over[1],) if self._over is not None else ())
            self.show_state()
            return
        stack = next((each for each in self.candidates() if volume_name(each) == wanted), None)
        if stack is not None and self._reading != wanted:
            self._reading = wanted
            self._session.volumes.want(
                stack, done=lambda opened: self._arrived(wanted, opened), failed=lambda error: self._failed(error)
            )

    def dress(self, scene: Scene, made: Made) -> Scene:
        """Lay what was cut along over the picture of a plane; below segments."""
        now, upper = self._presenter.now, made.layers.get(FUSION)
        if now is None or now.fused is None or not isinstance(upper, UpperPicture):
            return scene
        scale = self._scale()
        factor, unit = (scale.factor, scale.unit.words) if scale is not None else (1.0, "")
        return replace(scene, layers=(Fused(upper, now.fused, factor, unit), *scene.layers))

    def show_state(self) -> None:
        """Let the bar say how things are."""
        now = self._presenter.now
        look = now.fused if now is not None else None
        if look is None or self._over is None:
            self._bar.hide()
            return
        scale, over = self._scale(), self._over[1]
        factor = scale.factor if scale is not None else 1.0
        low, high = value_range(look.window or self._first_window(over))
        unit = scale.unit.words if scale is not None else over.opened.volume.unit
        colours = look.colours if isinstance(look.colours, str) else ""
        self._bar.show_fusion(over.name, look.opacity, colours, (low * factor, high * factor), unit)

    def _scaled(self) -> None:
        """Look again whether it is known by now what makes SUV."""
        self.show_state()
        self._presenter.show_again()

    def _arrived(self, wanted: str, opened: OpenVolume) -> None:
        self._reading = ""
        first = self._viewer.active.first_voi(opened.stack, opened.source)
        name = clean(opened.stack.frames[0].instance.series_description) or opened.stack.frames[0].instance.modality
        self._over = wanted, FusionOver(opened, first if isinstance(first, Window) else None, name)
        self.bring()

    def _failed(self, error: Exception) -> None:
        self._reading = ""
        said = getattr(error, "message", str(error))
        self._session.notes.add(Note("warning", "This series cannot be laid over the planes.", said))
        self.end()

    def _first_window(self, over: FusionOver) -> Window:
        """Give the window that it is opened with."""
        found = over.first_voi or default_voi(over.opened.source)
        return found if isinstance(found, Window) else window_between(*value_range(found))

    def _scale(self) -> "Scale | None":
        """Give what makes SUV of what lies above, where one factor holds for all of it."""
        measuring = self._session.findChild(Measuring)
        if self._over is None or not isinstance(measuring, Measuring):
            return None
        instance = self._over[1].opened.stack.frames[0].instance
        if instance.modality != "PT":
            return None
        found = measuring.images.scales.of(instance)
        if found is None:
            self._later.start()
            return None
        return found.whole

    def _change(self, label: str, **values: object) -> None:
        now = self._presenter.now
        if now is not None and now.fused is not None:
            fused = replace(now.fused, **values)  # type: ignore[arg-type]  # fields of the record
            self._presenter.do(replace(now, fused=fused), label, merges_with=label)

    def _use_limits(self, low: float, high: float) -> None:
        scale = self._scale()
        factor = scale.factor if scale is not None else 1.0
        if high > low:
            self._change("window of the fusion", window=window_between(low / factor, high / factor))


def volume_name(stack: Stack) -> str:
    """Give what tells a volume from others in a view of planes."""
    return "\n".join(map(str, key_of(stack)))


def _name(stack: Stack) -> str:
    first = stack.frames[0].instance
    words = (first.modality, clean(first.series_description), stack.label)
    return " ".join(filter(None, words)) + f"  ({len(stack.frames)} images)"
