"""All that lies over the planes: for pictures and series that are written of them, and for commands."""

from typing import TYPE_CHECKING

from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.gui.panels.planes.fusing import Fusing
    from workstation.gui.panels.planes.overlays import Overlays
    from workstation.gui.volumes import OpenVolume
    from workstation.volume.planes.opened import Opened


@dataclass(frozen=True, eq=False)
class Laid:
    """Another volume, and segments where the window has a list of them."""

    fusing: "Fusing"
    overlays: "Overlays | None"

    def bring(self, *, is_preview: bool) -> None:
        """Bring all of it to the volume that is seen; segments only where all slices are there."""
        self.fusing.bring()
        if self.overlays is not None and not is_preview:
            self.overlays.bring()

    def over(self, opened: "OpenVolume") -> "Opened":
        """Give a volume with what lies over it now, as commands that write planes take it."""
        from workstation.volume.planes.asking import volume_notes
        from workstation.volume.planes.opened import Opened

        segments = self.overlays.laid() if self.overlays is not None else None
        return Opened(opened.reslicer, tuple(volume_notes(opened.volume)), self.fusing.laid(), segments)

    @staticmethod
    def said(source: "Opened") -> str:
        """Say what is special about a series of a volume; nothing where it holds values."""
        return ", in colour, with what lies over it" if source.is_laid_over else ""

    def words(self) -> tuple[str, ...]:
        """Give what a command says of it."""
        return (*self.fusing.words(), *(self.overlays.words() if self.overlays is not None else ()))
