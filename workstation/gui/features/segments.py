"""Segments, structures and doses over the images of all panes: read in jobs, drawn as layers, changed in a list."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from workstation.gui.canvas.scene import Scene
from workstation.gui.objects.kinds import is_dose, is_segmentation, kind_of, read
from workstation.gui.objects.segments_presenter import Looks, SegmentLine, SegmentsPresenter
from workstation.gui.panels.notes.presenter import Note
from workstation.model.index.records import FrameRef, Instance, Place, Series

if TYPE_CHECKING:
    from workstation.display.segments import Layer
    from workstation.gui.panels.exporting.subject import ShownSegments
    from workstation.gui.session import Session
    from workstation.gui.viewer.presenter import Viewer
    from workstation.model.dose import Dose
    from workstation.model.segmentation import Segmentation
    from workstation.model.structures import StructureSet
    from workstation.objects.derived_sources import SourceObject
    from workstation.objects.dose import DoseGrid
    from workstation.objects.segment_masks import ImagePlace, SegmentMasks
    from workstation.objects.structure_contours import ContourFinder

    Drawable = SegmentMasks | ContourFinder | DoseGrid

KEPT_LAYERS = 128
ELSEWHERE = "in another frame of reference than the images that are shown, so it is not drawn over them."


class Segments(QObject):
    """Keeps what is drawn over images, and its list."""

    def __init__(self, session: "Session", viewer: "Viewer") -> None:
        super().__init__(session)
        self._session, self._viewer = session, viewer
        self._sources: dict[str, Drawable] = {}
        self._instances: dict[str, Instance] = {}
        self._layers: OrderedDict[tuple[str, str, int], Layer | None] = OrderedDict()
        self._asked: set[Place] = set()
        self._later: list[str] = []
        self._panel: QWidget | None = None
        self._last: tuple[tuple[SegmentLine, ...], float, tuple[str, ...]] = ((), 0.3, ())
        self.on_changed: list[Callable[[], object]] = [viewer.panes.dress_again]
        self.go_elsewhere: list[Callable[[str, int], bool]] = []
        """Asked first to show the middle of a segment, by SOP Instance UID and number; tell whether they do."""
        """Called when pictures with segments have to be drawn anew."""
        self.presenter = SegmentsPresenter(self)
        self.presenter.on_changed = self._tell_changed
        self.presenter.on_stepped = self._note_step
        viewer.panes.dressers.append(self._dress)
        session.window.side.add("segments", self._make_panel)
        session.handle("segments", self._switch)

    @property
    def sources(self) -> "Mapping[str, Drawable]":
        """What is drawn over images, by SOP Instance UID."""
        return self._sources

    def _tell_changed(self) -> None:
        for tell in self.on_changed:
            tell()

    def show_lines(self, lines: tuple[SegmentLine, ...], opacity: float, notes: tuple[str, ...]) -> None:
        """Pass the lines on to the panel, once there is one."""
        from workstation.gui.objects.segments_panel import SegmentsPanel

        self._last = lines, opacity, notes
        if isinstance(self._panel, SegmentsPanel):
            self._panel.show_lines(lines, opacity, notes)

    def show_structures(self, structures: "StructureSet", instance: Instance) -> FrameRef | None:
        """Draw a structure set over its images; gives the image in the middle of its first drawn structure."""
        from workstation.objects.structure_contours import ContourFinder

        self._asked.add(instance.place)
        self._add(structures.sop_instance_uid, ContourFinder(structures), instance)
        self.presenter.show(structures)
        self._session.window.side.show_panel("segments")
        for structure in structures.structures:
            sources = [uid for contour in structure.contours for uid in contour.sources]
            if sources and (found := self._open_image(sources[len(sources) // 2])) is not None:
                return found
        return None

    def _note_step(self, label: str, before: Looks, after: Looks, merges_with: str) -> None:
        """Let a change of looks be undone; it stands in the one history of the window."""
        self._viewer.note_step(
            label,
            lambda: self.presenter.go_to(before),
            lambda: self.presenter.go_to(after),
            merges_with=merges_with,
        )
        self._viewer.on_changed()

    def _switch(self, on: bool) -> None:
        self._session.window.side.show_panel("segments", shown=on)
        if on:
            self._read_study()

    def _make_panel(self) -> QWidget:
        from workstation.gui.objects.segments_panel import SegmentsPanel

        window, presenter = self._session.window, self.presenter
        panel = SegmentsPanel(window.tokens, window.side)
        panel.closed.connect(window.side.close_panel)
        panel.switched.connect(lambda uid, number, on: presenter.switch(uid, number, shown=on))
        panel.all_switched.connect(lambda on: presenter.switch_all(shown=on))
        panel.only_wanted.connect(presenter.show_only)
        panel.coloured.connect(lambda uid, number, colour: presenter.colour(uid, number, _rgb(colour)))
        panel.opacity_changed.connect(presenter.opacity)
        panel.opacity_started.connect(self._viewer.settle)
        panel.chosen.connect(self._go_to)
        window.tokens_changed.connect(panel.set_tokens)
        self._panel = panel
        panel.show_lines(*self._last)
        return panel

    def _read_study(self) -> None:
        """Read the segmentations, structure sets and doses of the study that the active pane shows."""
        series = self._session.workspace.selected_series()
        for each in self._study_of(series) if series is not None else ():
            for instance in each.instances:
                if instance.place not in self._asked and (
                    is_segmentation(instance) or is_dose(instance) or kind_of(instance) == "structures"
                ):
                    self._asked.add(instance.place)
                    self._read(instance)

    def _study_of(self, series: Series) -> Iterator[Series]:
        for patient in self._session.workspace.patients:
            for study in patient.studies:
                if study.study_instance_uid == series.first.study_instance_uid:
                    yield from study.series

    def _read(self, instance: Instance) -> None:
        from workstation.objects.dose import DoseGrid
        from workstation.objects.segment_masks import SegmentMasks
        from workstation.objects.segmentation import SegmentationImage
        from workstation.objects.structure_contours import ContourFinder

        def masks() -> "Drawable":
            if is_dose(instance):
                return DoseGrid.open(instance.place)
            if is_segmentation(instance):
                return SegmentMasks(SegmentationImage.open(instance.place))
            return ContourFinder(read("structures", instance.place))  # type: ignore[arg-type]  # what its reader gives

        def arrived(source: "Drawable") -> None:
            if isinstance(source, DoseGrid):
                value: Segmentation | StructureSet | Dose = source.dose
            else:
                value = source.structures if isinstance(source, ContourFinder) else source.source.segmentation
            self._add(value.sop_instance_uid, source, instance)
            self.presenter.show(value)

        def broke(error: Exception) -> None:
            self._session.notes.add(Note("warning", "Segments cannot be shown.", str(getattr(error, "message", error))))

        self._session.work.start("Read segments", lambda _job: masks(), done=arrived, failed=broke)

    def as_shown(self, scene: Scene | None) -> "ShownSegments | None":
        """Give what panes show, for pictures that leave the program; None where nothing is seen."""
        looks = self.presenter.now
        seen = [uid for uid in self._sources if any(look.is_shown for look in looks.by_object.get(uid, {}).values())]
        if not seen:
            return None
        from workstation.display.segment_files import SegmentFiles
        from workstation.display.segments import Dressed
        from workstation.gui.panels.exporting.subject import ShownSegments

        files = SegmentFiles(tuple(self._sources[uid] for uid in seen), looks.opacity, looks.by_object)
        return ShownSegments(
            files,
            tuple(Path(str(self._instances[uid].place)) for uid in seen),
            are_plain=all(map(self.presenter.are_plain, seen)),
            on_image=scene is not None and any(isinstance(layer, Dressed) for layer in scene.layers),
        )

    def made_of(self) -> "dict[str, SourceObject]":
        """Give how pictures with them refer to each, by its SOP Instance UID."""
        from workstation.objects.derived_sources import source_of
        from workstation.objects.segment_masks import SegmentMasks

        found = {}
        for uid, instance in self._instances.items():
            each = self._sources[uid]
            segments = each.source.segmentation.segments if isinstance(each, SegmentMasks) else ()
            found[uid] = source_of(instance, all_segments=[one.number for one in segments])
        return found

    def _add(self, uid: str, source: "Drawable", instance: Instance) -> None:
        self._sources[uid], self._instances[uid] = source, instance
        self._layers.clear()

    def _dress(self, scene: Scene, ref: FrameRef) -> Scene:
        if not self._sources:
            return scene
        from workstation.display.segments import Dressed
        from workstation.objects.segment_masks import ImagePlace

        place = ImagePlace.of(ref.instance.sop_instance_uid, scene.renderer.frame)
        own = []
        for uid in self._sources:
            layer = self._layer(uid, place)
            if layer is not None:
                own.append(Dressed(layer, self.presenter.looks(uid)))
        others = tuple(layer for layer in scene.layers if not isinstance(layer, Dressed))
        return replace(scene, layers=(*others, *own))

    def _layer(self, uid: str, place: "ImagePlace") -> "Layer | None":
        key = (uid, place.sop_instance_uid, place.frame)
        if key not in self._layers:
            self._layers[key] = self._drawn(uid, place)
            while len(self._layers) > KEPT_LAYERS:
                self._layers.popitem(last=False)
        self._layers.move_to_end(key)
        return self._layers[key]

    def _drawn(self, uid: str, place: "ImagePlace") -> "Layer | None":
        from workstation.display.dose import DoseLayer
        from workstation.display.segments import ContourLayer, SegmentLayer
        from workstation.objects.dose import DoseGrid
        from workstation.objects.structure_contours import ContourFinder

        source = self._sources[uid]
        if isinstance(source, DoseGrid):
            if not source.lies_with(place):
                self._later.append(uid)
                QTimer.singleShot(0, self, self._tell_of_others)
                return None
            values = source.dose_for(place)
            return DoseLayer(source.dose, values) if values is not None else None
        if isinstance(source, ContourFinder):
            contours = source.contours_for(place)
            return ContourLayer(contours) if contours else None
        found = source.masks_for(place)
        for note in found.notes:
            self._session.notes.add(Note("warning", note))
        return SegmentLayer(found.masks) if found.masks else None

    def _tell_of_others(self) -> None:
        """Say which doses lie elsewhere; after the picture, since the list is not to change while one is dressed."""
        while self._later:
            uid = self._later.pop()
            if uid in self.presenter.objects:
                self.presenter.note(uid, ELSEWHERE)

    def _go_to(self, uid: str, number: int) -> None:
        """Show the image in the middle of a segment, or have that shown by what is in front of the images."""
        if any(go(uid, number) for go in self.go_elsewhere):
            return
        from workstation.objects.dose import DoseGrid
        from workstation.objects.structure_contours import ContourFinder

        source = self._sources.get(uid)
        if source is None or isinstance(source, DoseGrid):
            return
        if isinstance(source, ContourFinder):
            structure = next(each for each in source.structures.structures if each.number == number)
            uids = [(each, 0) for contour in structure.contours for each in contour.sources]
        else:
            frames = [each for each in source.source.segmentation.frames if each.segment in (number, None)]
            uids = [(each.sop_instance_uid, each.frame or 0) for frame in frames for each in frame.sources[:1]]
        if uids:
            middle, frame_number = uids[len(uids) // 2]
            found = self._open_image(middle)
            if found is not None:
                self._viewer.show_image(replace(found, number=frame_number))

    def _open_image(self, uid: str) -> FrameRef | None:
        for patient in self._session.workspace.patients:
            for study in patient.studies:
                for series in study.series:
                    for instance in series.instances:
                        if instance.sop_instance_uid == uid and instance.has_pixels:
                            return FrameRef(instance)
        return None


def _rgb(colour: QColor) -> tuple[int, int, int]:
    return colour.red(), colour.green(), colour.blue()
