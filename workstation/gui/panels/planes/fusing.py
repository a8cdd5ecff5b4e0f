"""Another volume over the planes: PET over CT, MR over CT, by their common frame of reference or registered."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QMenu

from workstation.display.fusion import Fused, FusedLook, UpperPicture, window_between
from workstation.display.probe import unit_text
from workstation.display.voi import default_voi, value_range
from workstation.gui.features.measuring import Measuring
from workstation.gui.panels.annotations.presenter import all_series
from workstation.gui.panels.notes.presenter import Note
from workstation.gui.panels.planes.fusion_bar import FusionBar
from workstation.gui.panels.planes.plane_words import over_words
from workstation.gui.panels.planes.presenter import PlanesPresenter
from workstation.gui.panels.planes.registering import Matrix, Registering
from workstation.gui.volumes import OpenVolume, key_of
from workstation.model.frame import Window
from workstation.model.index.records import Stack
from workstation.model.text import clean
from workstation.volume.open_volume import volume_name
from workstation.volume.segments.over import FUSION, FusionOver, Layers

if TYPE_CHECKING:
    from workstation.gui.session import Session
    from workstation.gui.viewer.presenter import Viewer
    from workstation.measure.scale import Scale
    from workstation.volume.cutting.reslice import Reslicer
    from workstation.volume.registration.laying_over import LaidVolume

NONE_THERE = "No other open series lies in this frame of reference, or could be registered"
ELSEWHERE = "In another frame of reference, registered first:"
LEAST_SLICES = 4
"""Fewer cannot be registered."""
OF_UPTAKE = ("PT", "NM")
_Key = tuple[str, Matrix | None]
"""What lies above and where."""
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
        self._over: tuple[_Key | None, FusionOver] | None = None
        self._reading: _Key | None = None
        self.registering = Registering(session)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(CALM_MS)
        self._later.timeout.connect(self._scaled)
        presenter.lookers.append(self.dress)
        bar.opacity_wanted.connect(lambda share: self._change("opacity", opacity=share))
        bar.opacity_started.connect(viewer.settle)
        bar.colours_wanted.connect(lambda colours: self._change("colours of the fusion", colours=colours))
        bar.limits_wanted.connect(self._use_limits)
        bar.ended.connect(self.end)

    def candidates(self) -> Iterator[Stack]:
        """Give the other stacks that lie in the frame of reference of the volume that is seen."""
        return (each for each in self._others() if self._lies_here(each))

    def elsewhere(self) -> Iterator[Stack]:
        """Give the other stacks of the patient that don't, and could be registered."""
        opened = self._presenter.opened
        first = opened.stack.frames[0].instance if opened is not None else None
        for stack in self._others():
            own = stack.frames[0].instance
            is_same = first is not None and (own.patient_id, own.patient_name) == (first.patient_id, first.patient_name)
            if is_same and not self._lies_here(stack) and len(stack.frames) >= LEAST_SLICES:
                yield stack

    def _others(self) -> Iterator[Stack]:
        """Give all other stacks in grey that make volumes."""
        opened = self._presenter.opened
        if opened is None:
            return
        for series in all_series(self._session.workspace):
            for stack in series.stacks:
                first = stack.frames[0].instance
                is_grey = first.samples_per_pixel <= 1 and first.modality not in ("SEG", "RTDOSE")
                if stack.is_volume and is_grey and key_of(stack) != key_of(opened.stack):
                    yield stack

    def _lies_here(self, stack: Stack) -> bool:
        opened = self._presenter.opened
        uid = opened.volume.grid.frame_of_reference_uid if opened is not None else ""
        return bool(uid) and stack.frames[0].instance.frame_of_reference_uid == uid

    def fill(self, menu: QMenu) -> None:
        """Offer what can be laid over the planes."""
        menu.clear()
        look = self._look
        used = look.volume if look is not None else ""
        here, elsewhere = tuple(self.candidates()), tuple(self.elsewhere())
        self._offer(menu, here, used, self.choose)
        if elsewhere:
            if here:
                menu.addSeparator()
            menu.addAction(ELSEWHERE).setEnabled(False)
            self._offer(menu, elsewhere, used, self.choose_elsewhere)
        if not (here or elsewhere):
            menu.addAction(NONE_THERE).setEnabled(False)
        elif look is not None:
            menu.addSeparator()
            self._offer_ways(menu, look)
            menu.addAction("End the fusion").triggered.connect(lambda: self.end())

    def _offer(self, menu: QMenu, stacks: Sequence[Stack], used: str, choose: Callable[[Stack], None]) -> None:
        for stack in stacks:
            action = menu.addAction(_name(stack).replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(volume_name(stack) == used)
            action.triggered.connect(lambda _on=False, stack=stack: choose(stack))

    def _offer_ways(self, menu: QMenu, look: FusedLook) -> None:
        """Offer other places for what lies above, and to keep its place."""
        stack = self._stack(look.volume)
        if stack is None:
            return
        if len(stack.frames) >= LEAST_SLICES:
            menu.addAction("Register").triggered.connect(lambda: self.register(stack))
        if self.registering.objects():
            action = menu.addAction("Lay it by a saved registration")
            action.triggered.connect(lambda: self._lay_by_object(stack, self._say_no_object))
        if look.to_moving is not None and self._lies_here(stack):
            menu.addAction("Lay it by the frame of reference").triggered.connect(lambda: self._place(stack, None, ""))
        if look.to_moving is not None and self.registering.can_save(look.to_moving):
            matrix = look.to_moving
            menu.addAction("Save the registration").triggered.connect(lambda: self.registering.save(matrix))

    def register(self, stack: Stack) -> None:
        """Find how a stack lies over the volume that is seen."""
        opened = self._presenter.opened
        if opened is None or opened.is_preview:
            words = "The volume is still being read; register when it is whole."
            self._session.notes.add(Note("information", words, passes=True))
            return

        def placed(matrix: Matrix, how: str) -> bool:
            return self._presenter.opened is opened and self._place(stack, matrix, how)

        self.registering.register(opened, stack, placed)

    def choose_elsewhere(self, stack: Stack) -> None:
        """Lay a stack of another frame of reference over the planes: as a saved registration says, or a new one."""
        self._lay_by_object(stack, lambda: self.register(stack))

    def _lay_by_object(self, stack: Stack, otherwise: Callable[[], object]) -> None:
        opened = self._presenter.opened
        if opened is not None:
            self.registering.place_by_object(
                opened,
                stack,
                lambda matrix, how: self._presenter.opened is opened and self._place(stack, matrix, how),
                otherwise,
            )

    def _say_no_object(self) -> None:
        words = "None of the registrations that are open is about both series."
        self._session.notes.add(Note("information", words, "Register them.", passes=True))

    def _place(self, stack: Stack, matrix: Matrix | None, how: str) -> bool:
        """Lay a stack where a registration has it, with the look it has; False where no planes are seen any more."""
        now, look = self._presenter.now, self._look
        if now is None:
            return False
        if look is None or look.volume != volume_name(stack):
            look = _first_look(stack)
        self._viewer.settle()
        label = "registration" if matrix is not None else "end of the registration"
        self._presenter.do(replace(now, fused=replace(look, to_moving=matrix, how=how)), label)
        self.bring()
        return True

    @property
    def _look(self) -> FusedLook | None:
        now = self._presenter.now
        return now.fused if now is not None else None

    def _stack(self, volume: str) -> Stack | None:
        return next((each for each in self._others() if volume_name(each) == volume), None)

    def choose(self, stack: Stack) -> None:
        """Lay a stack over the planes."""
        now = self._presenter.now
        if now is None:
            return
        self._viewer.settle()
        self._presenter.do(replace(now, fused=_first_look(stack)), "fusion")
        self.bring()

    def end(self) -> None:
        """Have nothing above any more."""
        now = self._presenter.now
        if now is not None and now.fused is not None:
            self._viewer.settle()
            self._presenter.do(replace(now, fused=None), "end of the fusion")

    def follow(self) -> None:
        """Be told that the planes are seen in another way."""
        if _key(self._look) != (self._over[0] if self._over is not None else None):
            self.bring()
        else:
            self.show_state()

    def bring(self) -> None:
        """Have cut what is to lie above now; it is read first where it has to be."""
        look = self._look
        wanted = _key(look)
        if self._over is not None and self._over[0] != wanted:
            self._over = None
        if look is None or self._over is not None:
            self._presenter.lay_over(FUSION, (self._over[1],) if self._over is not None else ())
            self.show_state()
            return
        stack = self._stack(look.volume)
        if stack is not None and self._reading != wanted:
            self._reading = wanted
            self._session.volumes.want(
                stack, done=lambda opened: self._arrived(look, opened), failed=lambda error: self._failed(error)
            )

    def dress(self, layers: Layers) -> tuple[Fused, ...]:
        """Give what was taken along with a plane as it is to look now."""
        look, upper, scale = self._look, layers.get(FUSION), self._scale()
        if look is None or not isinstance(upper, UpperPicture):
            return ()
        factor, unit = (scale.factor, scale.unit.words) if scale is not None else (1.0, "")
        return (Fused(upper, look, factor, unit),)

    def show_state(self) -> None:
        """Let the bar say how things are."""
        now = self._presenter.now
        look = now.fused if now is not None else None
        if look is None or self._over is None:
            self._bar.hide()
            return
        scale, over = self._scale(), self._over[1]
        unit = scale.unit.words if scale is not None else over.opened.volume.unit
        colours = look.colours if isinstance(look.colours, str) else ""
        name = f"{over.name}, {look.how}" if look.how else over.name
        self._bar.show_fusion(name, look.opacity, colours, self._between(look, over), unit)

    def words(self) -> tuple[str, ...]:
        """Give what a command says of what lies above."""
        if self._look is None or self._over is None:
            return ()
        over, measuring = self._over[1], self._session.findChild(Measuring)
        is_usual = not (  # commands make SUV by body weight as the headers say
            isinstance(measuring, Measuring) and measuring.images.scales.options(over.opened.stack.frames[0].instance)
        )
        return over_words(over.opened, self._look, self._between(self._look, over) if is_usual else None)

    def laid(self) -> "LaidVolume | None":
        """Give what lies above as commands that write planes take it."""
        look = self._look
        if look is None or self._over is None:
            return None
        import numpy as np

        from workstation.volume.registration.brought import BY_FRAME, Brought
        from workstation.volume.registration.laying_over import LaidVolume

        over, scale = self._over[1], self._scale()
        how = look.how or BY_FRAME
        matrix = None if look.to_moving is None else np.array(look.to_moving, np.float64).reshape(4, 4)
        made_of = None if look.to_moving is None else self.registering.made_of(look.to_moving)
        return LaidVolume(
            over.reslicer,
            replace(look, window=look.window or self._first_window(over)),
            over.name,
            how,
            scale.factor if scale is not None else 1.0,
            scale.unit.words if scale is not None else unit_text(over.opened.volume.unit),
            Brought(over.reslicer.volume, how, matrix, made_of),
        )

    def _between(self, look: FusedLook, over: FusionOver) -> tuple[float, float]:
        """Give the values at the ends of the colours."""
        scale = self._scale()
        factor = scale.factor if scale is not None else 1.0
        low, high = value_range(look.window or self._first_window(over))
        return low * factor, high * factor

    def _scaled(self) -> None:
        """Look again whether it is known by now what makes SUV."""
        self.bring()

    def _arrived(self, look: FusedLook, opened: OpenVolume) -> None:
        self._reading = None
        below = self._presenter.opened
        if below is None:
            return
        first = self._viewer.active.first_voi(opened.stack, opened.source)
        name = clean(opened.stack.frames[0].instance.series_description) or opened.stack.frames[0].instance.modality
        reslicer = opened.reslicer if look.to_moving is None else _reslicer_over(below, opened, look.to_moving)
        self._over = _key(look), FusionOver(opened, first if isinstance(first, Window) else None, name, reslicer)
        self.bring()

    def _failed(self, error: Exception) -> None:
        self._reading = None
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


def _first_look(stack: Stack) -> FusedLook:
    """Give the look that a stack is laid over planes with."""
    uptake = stack.frames[0].instance.modality in OF_UPTAKE
    return FusedLook(volume_name(stack), 0.7 if uptake else 0.5, "hot-iron" if uptake else "viridis")


def _key(look: FusedLook | None) -> _Key | None:
    return (look.volume, look.to_moving) if look is not None else None


def _reslicer_over(below: OpenVolume, above: OpenVolume, to_moving: Matrix) -> "Reslicer":
    """Cut the voxels of a volume where a registration has them; they are shared."""
    import numpy as np

    from workstation.volume.cutting.reslice import Reslicer
    from workstation.volume.registration.rigid import grid_over

    matrix = np.array(to_moving, np.float64).reshape(4, 4)
    grid = grid_over(matrix, above.volume.grid, below.volume.grid.frame_of_reference_uid)
    return Reslicer(replace(above.volume, grid=grid), voi=above.source.voi)


def _name(stack: Stack) -> str:
    first = stack.frames[0].instance
    description = clean(first.series_description)
    modality = "" if description.startswith(f"{first.modality} ") else first.modality
    words = (modality, description, stack.label)
    return " ".join(filter(None, words)) + f"  ({len(stack.frames)} images)"
