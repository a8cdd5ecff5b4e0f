"""Brings segments over the images, and regions painted on them, to the volume, so that they can be shown alone."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from workstation.gui.features.segments import Segments
from workstation.gui.panels.volume.segment_section import SegmentSection
from workstation.model.text import clean

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from workstation.gui.panels.volume.joining import JoinedVolume
    from workstation.gui.session import Session
    from workstation.gui.volumes import OpenVolume
    from workstation.jobs.job import Job
    from workstation.model.annotation import Annotation
    from workstation.objects.derived_sources import SourceObject
    from workstation.objects.segment_masks import SegmentMasks
    from workstation.objects.structure_contours import ContourFinder
    from workstation.volume.segments.labels import Labels, MasksOf

Found = dict[str, "tuple[Labels, int, tuple[int, int, int], SourceObject | None]"]
"""Segments by their name: where they are, their colour, and which object says so."""


class Masking(QObject):
    """Keeps the list of segments of the volume that is seen."""

    def __init__(self, session: "Session", joined: "JoinedVolume", section: SegmentSection) -> None:
        super().__init__(session)
        self._session, self._joined, self._section = session, joined, section
        self._opened: OpenVolume | None = None
        self._found: Found = {}
        self._is_reading = False
        self.segments = session.findChild(Segments)
        section.read_wanted.connect(self.read)
        section.switched.connect(self.switch)
        if isinstance(self.segments, Segments):
            self.segments.on_changed.append(self.show_state)
        if session.viewer is not None:
            session.viewer.on_marking.append(lambda _marking: self.show_state())

    @property
    def names(self) -> tuple[str, ...]:
        """The segments that were brought to the volume."""
        return tuple(self._found)

    def show_state(self) -> None:
        """Show what is chosen."""
        presenter = self._joined.presenter
        if presenter.opened is not self._opened:
            self._opened, self._found = presenter.opened, {}
            self._section.show_segments(())
        chosen = presenter.now.look.masks if presenter.now is not None else ()
        has_some = bool(self._drawable() or self._regions())
        self._section.show_chosen(chosen, can_read=has_some and not self._is_reading and self._is_whole)

    @property
    def _is_whole(self) -> bool:
        return self._opened is not None and not self._opened.is_preview

    def read(self) -> None:
        """Bring the segments to the voxels, in a job."""
        from workstation.objects.structure_contours import ContourFinder
        from workstation.volume.segments.drawn_regions import masks_of_regions
        from workstation.volume.segments.labels import labels_of, masks_of_segments, masks_of_structures

        opened, sources, regions = self._opened, self._drawable(), self._regions()
        made_of = self.segments.made_of() if isinstance(self.segments, Segments) else {}
        if opened is None or not (sources or regions) or not self._is_whole:
            return
        self._is_reading = True
        self.show_state()

        def made(job: "Job") -> Found:
            found: Found = {}
            of_all: list[tuple[MasksOf, SourceObject | None]] = []
            for uid, each in sources.items():
                way = masks_of_structures(each) if isinstance(each, ContourFinder) else masks_of_segments(each)
                of_all.append((way, made_of.get(uid)))
            if regions:
                of_all.append((masks_of_regions(regions), None))
            for masks_of, source in of_all:
                for labels in labels_of(opened.volume, masks_of, report=lambda a, b: job.progress(a, b, "Slices")):
                    for at, segment in enumerate(labels.segments):
                        name = clean(segment.label) or f"Segment {segment.number}"
                        if name in found:
                            name = f"{name} ({segment.number}, {len(found) + 1})"
                        found[name] = labels, at, segment.colour, _of_segment(source, segment.number)
            return found

        def over() -> None:
            self._is_reading = False
            self.show_state()

        def arrived(found: Found) -> None:
            if self._opened is opened:
                self._found = found
                self._section.show_segments([(name, colour) for name, (_labels, _at, colour, _of) in found.items()])
                self._renew()
            over()
            self._joined.tell_state()

        title = "Segments of the volume"
        self._session.work.start(title, made, done=arrived, failed=lambda _error: over(), stopped=over, is_shown=True)

    def _renew(self) -> None:
        """Show regions as they are now where they were painted on, or taken away, since they were shown."""
        presenter = self._joined.presenter
        for name in presenter.masks.keys() & self._found.keys():
            presenter.add_mask(name, self.mask(name), self._found[name][3])
        now = presenter.now
        if now is not None and now.look.masks:
            names = tuple(name for name in now.look.masks if name in self._found)
            presenter.drift(replace(now, look=replace(now.look, masks=names)))

    def switch(self, name: str, on: bool) -> None:
        """Show a segment alone, with those that are shown already, or no longer."""
        presenter = self._joined.presenter
        now = presenter.now
        if now is None or name not in self._found:
            return
        if on and name not in presenter.masks:
            presenter.add_mask(name, self.mask(name), self._found[name][3])
        names = tuple(
            each for each in self._found if (each == name and on) or (each != name and each in now.look.masks)
        )
        presenter.do(replace(now, look=replace(now.look, masks=names)), "segments in 3D")

    def mask(self, name: str) -> "NDArray[np.bool_]":
        """Give the voxels of a segment."""
        from workstation.volume.segments.labels import mask_of

        if self._opened is None:
            raise ValueError("there is no volume")
        labels, at, _colour, _made_of = self._found[name]
        return mask_of(labels, at, self._opened.volume.grid)

    def _regions(self) -> "tuple[Annotation, ...]":
        """Give what is painted or drawn on the slices of the volume."""
        viewer, opened = self._session.viewer, self._opened
        if viewer is None or opened is None or not viewer.now.marking.annotations:
            return ()
        from workstation.volume.segments.drawn_regions import regions_in

        return regions_in(viewer.now.marking.annotations, opened.volume.frames)

    def _drawable(self) -> "dict[str, SegmentMasks | ContourFinder]":
        from workstation.objects.dose import DoseGrid

        if not isinstance(self.segments, Segments):
            return {}
        return {uid: each for uid, each in self.segments.sources.items() if not isinstance(each, DoseGrid)}


def _of_segment(source: "SourceObject | None", number: int) -> "SourceObject | None":
    """Give the object of a segment, as what says which voxels are seen."""
    if source is None or not source.all_segments:
        return source
    return replace(source, role="mask", segments=(number,))
