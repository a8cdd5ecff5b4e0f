"""Brings segments, structures and doses that lie over the images to the planes."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from workstation.display.fusion import UpperPicture
from workstation.display.segments import Dressed
from workstation.gui.features.segments import Segments
from workstation.gui.panels.planes.presenter import PlanesPresenter
from workstation.jobs.runner import Priority
from workstation.objects.dose import DoseGrid
from workstation.objects.segment_masks import SegmentMasks
from workstation.objects.structure_contours import ContourFinder
from workstation.volume.segments.over import DoseOver, Layers, SegmentsOver

if TYPE_CHECKING:
    from workstation.gui.session import Session
    from workstation.gui.volumes import OpenVolume
    from workstation.jobs.job import Job
    from workstation.model.geometry import Vector
    from workstation.volume.segments.laid import LaidSegments


class Overlays(QObject):
    """Keeps what is cut along with the planes at what the list of segments has.

    Parameters
    ----------
    session
        The window.
    presenter
        The planes.
    segments
        What lies over the images.
    """

    def __init__(self, session: "Session", presenter: PlanesPresenter, segments: Segments) -> None:
        super().__init__(session)
        self._session, self._presenter, self._segments = session, presenter, segments
        self._opened: OpenVolume | None = None
        self._over: dict[str, SegmentsOver | DoseOver | None] = {}
        segments.on_changed.append(self.bring)
        segments.go_elsewhere.append(self._go_to)
        presenter.lookers.append(self.dress)

    def bring(self) -> None:
        """Bring what is shown of them to the volume that is seen; what is hidden waits until it is wanted."""
        opened = self._presenter.opened
        if opened is None:
            return
        if opened is not self._opened:
            self._opened, self._over = opened, {}
        for uid, source in self._segments.sources.items():
            if uid not in self._over and self._is_shown(uid):
                if isinstance(source, DoseGrid):
                    self._over[uid] = DoseOver(uid, source, opened.volume.grid.frame_of_reference_uid)
                else:
                    self._over[uid] = None
                    self._start(opened, uid, source)
        self._lay()

    def dress(self, layers: Layers) -> tuple[Dressed, ...]:
        """Give what was taken along with a plane as it is to look now."""
        return tuple(
            Dressed(layer, self._segments.presenter.looks(uid))
            for uid, layer in layers.items()
            if uid in self._segments.sources and not isinstance(layer, UpperPicture)
        )

    def laid(self) -> "LaidSegments | None":
        """Give what is shown of them as commands that write planes take it."""
        from workstation.volume.segments.laid import LaidFile, LaidSegments

        files, presenter, made_of = [], self._segments.presenter, self._segments.made_of()
        for uid, over in self._over.items():
            looks = {number: look for number, look in presenter.looks(uid).items() if look.is_shown}
            if over is not None and looks:
                files.append(LaidFile(over, looks, presenter.names(uid), (made_of[uid],) if uid in made_of else ()))
        return LaidSegments(tuple(files)) if files else None

    def words(self) -> tuple[str, ...]:
        """Give what a command says of what is shown of them, in their own colours."""
        shown, laid = self._segments.as_shown(None), self.laid()
        if shown is None or laid is None:
            return ()
        words = ["--mask", *map(str, shown.paths)]
        if any(len(each.looks) < len(each.names) for each in laid.files):
            words += ["--segment", *laid.names]
        return (*words, "--mask-opacity", f"{shown.files.opacity:g}")

    def _go_to(self, uid: str, number: int) -> bool:
        """Have the planes meet in the middle of a segment; tells whether they are seen and have it."""
        opened, over = self._presenter.opened, self._over.get(uid)
        if opened is None or opened is not self._opened or not isinstance(over, SegmentsOver):
            return False

        def found(_job: "Job") -> "Vector | None":
            middles = (each.middle_lps(number) for each in over.labels)
            return next((middle for middle in middles if middle is not None), None)

        def go(middle: "Vector | None") -> None:
            if middle is not None and self._presenter.opened is opened:
                self._presenter.cross_to(middle)

        self._session.work.start("Middle of the segment", found, done=go, priority=Priority.INTERACTION)
        return True

    def _is_shown(self, uid: str) -> bool:
        return any(look.is_shown for look in self._segments.presenter.looks(uid).values())

    def _lay(self) -> None:
        """Have cut what is shown, and draw again what may have another look."""
        shown = tuple(each for uid, each in self._over.items() if each is not None and self._is_shown(uid))
        self._presenter.lay_over("segments", shown)

    def _start(self, opened: "OpenVolume", uid: str, source: "SegmentMasks | ContourFinder") -> None:
        """Make voxels of segments, in a job."""
        from workstation.volume.segments.labels import labels_of, masks_of_segments, masks_of_structures

        finder = source if isinstance(source, ContourFinder) else None
        masks_of = masks_of_structures(source) if isinstance(source, ContourFinder) else masks_of_segments(source)

        def made(job: "Job") -> SegmentsOver:
            labels = labels_of(opened.volume, masks_of, report=lambda done, total: job.progress(done, total, "Slices"))
            return SegmentsOver(uid, labels, finder)

        def arrived(over: SegmentsOver) -> None:
            if self._opened is opened and self._presenter.opened is opened:
                self._over[uid] = over
                self._lay()

        self._session.work.start("Segments in the planes", made, done=arrived, is_shown=True)
