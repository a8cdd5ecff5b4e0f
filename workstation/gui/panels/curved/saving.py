"""What is seen along a path, saved: as a picture, as DICOM series in the study, and as the command that makes it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from workstation.display.view import View
from workstation.gui.command_lines import turn_words
from workstation.gui.keeping import Make, keep_made
from workstation.gui.panels.curved.presenter import CurvedPresenter
from workstation.gui.panels.notes.presenter import Note
from workstation.gui.plane_measure_words import source_words
from workstation.gui.words import plural
from workstation.volume.curved.view import LYING

if TYPE_CHECKING:
    from workstation.gui.panels.planes.laid import Laid
    from workstation.gui.panels.planes.presenter import PlanesPresenter
    from workstation.gui.session import Session
    from workstation.jobs.job import Job
    from workstation.model.frame import Voi
    from workstation.model.geometry import Vector
    from workstation.volume.curved.view import Along
    from workstation.volume.planes.opened import Opened

NOTHING = "There is no curved plane to save: draw a path first."
STILL_COARSE = "The curved plane is still being made: save it when it is whole, in a moment."
UNSAVED = "The command reads the path from path.txt."
SAVE_FIRST = "Save the path under that name first: it is in no file yet, or was changed since."


class CurvedSaving:
    """Saves what is seen.

    Parameters
    ----------
    session
        The window.
    curved
        What is seen along the path.
    planes
        The planes of the volume.
    laid
        What lies over them.
    """

    def __init__(self, session: "Session", curved: CurvedPresenter, planes: "PlanesPresenter", laid: "Laid") -> None:
        self._session, self._curved, self._planes, self._laid = session, curved, planes, laid

    def ask_picture(self) -> None:
        """Ask where the picture goes."""
        if self._seen() is None:
            return
        dialog = QFileDialog(self._session.window, "Save the curved plane")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(["PNG (*.png)", "TIFF (*.tif *.tiff)"])
        dialog.setDefaultSuffix("png")
        dialog.selectFile("curved.png")
        dialog.fileSelected.connect(lambda name: self.save_picture(Path(name)))
        dialog.open()

    def save_picture(self, file: Path) -> None:
        """Write the whole picture, turned and in the window and colours that are seen, with what lies over it.

        It is written a pixel for a pixel.
        """
        from workstation.display.picture import write_picture
        from workstation.display.view import natural_size

        seen, opened = self._seen(), self._planes.opened
        if seen is None or opened is None:
            return
        made, view, voi = seen
        frame, source = made.frame, self._laid.over(opened)
        whole = replace(view, voi=None if frame.is_colour else voi, zoom=None, centre_px=None)

        def write(_job: "Job") -> None:
            from workstation.volume.planes.pictures import drawn

            picture = drawn(frame, whole, natural_size(frame, whole), source.above(made.taking))
            kind = "tiff" if file.suffix.lower() in (".tif", ".tiff") else "png"
            write_picture(picture, file, kind)  # type: ignore[arg-type]  # one of the two

        title = f"Save {file.name}"
        self._session.work.start(
            title,
            write,
            done=lambda _none: self._tell(f"The curved plane was saved as {file.name}."),
            failed=lambda error: self._session.notes.error(title, error),
            is_shown=True,
        )

    def save_series(self, *, sections: bool) -> None:
        """Write the picture, or cross-sections of the whole path, as a series of the study."""
        seen, opened, path = self._seen(), self._planes.opened, self._curved.drawing.path
        if seen is None or opened is None or path is None:
            return
        source = self._laid.over(opened)
        make = self._writing(*seen, source, path.points_lps, sections=sections)
        what = "cross-sections" if sections else "curved plane"
        keep_made(
            self._session,
            f"Save the {what} as DICOM",
            make,
            lambda files: self._tell(
                f"The {what} {'were' if sections else 'was'} saved as a series of "
                f"{plural(len(files), 'image', 'images')} in the study{self._laid.said(source)}."
            ),
        )

    def _writing(
        self, made: "Along", view: View, voi: "Voi", source: "Opened", points: "Sequence[Vector]", *, sections: bool
    ) -> Make:
        """Give what writes a series: with its values; in colour, as it is seen, where something lies over it."""
        wish, apart = made.wish, self._curved.view.apart_mm
        quarters = LYING if wish.kind == "panorama" and not sections else 0
        shown = None if made.frame.is_colour else voi
        seen = View(voi=shown, inverted=view.inverted, colours=view.colours, rotation_quarters=quarters)

        def make(folder: Path, job: "Job") -> Sequence[Path]:
            from workstation.objects.derived_series import write_derived_series
            from workstation.objects.writing import new_uid
            from workstation.volume.curved.view import sections_along
            from workstation.volume.curved.writing import derivation_of, lying, voxel_across_mm
            from workstation.volume.cutting.sheets import curved_edges_lps
            from workstation.volume.cutting.slabs import Slab
            from workstation.volume.planes.pictures import in_colour

            pictures = [(made.frame, made.taking)]
            if sections:
                pictures = sections_along(source.reslicer, made.path, wish, apart, report=job.progress)
            if source.is_laid_over:
                frames = [in_colour(frame, seen, source.above(taking)) for frame, taking in pictures]
            else:
                grey = (replace(frame, voi=() if shown is None else (shown,)) for frame, _taking in pictures)
                frames = [lying(frame) if quarters else frame for frame in grey]
            how = derivation_of(
                made.path.length_mm,
                points,
                kind="" if sections else wish.kind,
                slab=Slab() if sections else wish.slab,
                interpolation=wish.interpolation,
                over=source.told(),
                voxel_mm=voxel_across_mm([taking for _frame, taking in pictures], source.reslicer.volume.grid),
                places_mm=[number * apart for number in range(len(pictures))] if sections else (),
                reach_lps=curved_edges_lps(pictures[0][1].sheet),
            )
            written = write_derived_series(
                frames,
                source.reslicer.volume.frames,
                folder / f"curved-{new_uid()}",
                how,
                report=lambda done, total: job.progress(done, total, "Writing images"),
                also=source.second_sources(),
            )
            return written.files

        return make

    def words(self) -> tuple[str, ...]:
        """Give the words of ``3d curved-mpr`` for what is seen."""
        seen, opened, path = self._seen(), self._planes.opened, self._curved.drawing.path
        if seen is None or opened is None or path is None:
            return ()
        made, view, voi = seen
        wish = made.wish
        turned = view.rotation_quarters - (LYING if wish.kind == "panorama" else 0)
        if not path.file:
            self._session.notes.add(Note("warning", UNSAVED, SAVE_FIRST))
        words = ["3d", "curved-mpr", *source_words(opened, self._session.workspace)]
        words += ["--centerline", path.file or "path.txt", "--kind", wish.kind, "--width", f"{wish.width_mm:g}mm"]
        words += ["--pixel", f"{wish.pixel_mm:.9g}mm"]
        if wish.turn_deg:
            words += ["--turn", f"{wish.turn_deg:g}"]
        if not wish.slab.is_thin:
            words += ["--thickness", f"{wish.slab.thickness_mm:g}mm", "--projection", wish.slab.projection]
        if wish.interpolation != "linear":
            words += ["--interpolation", wish.interpolation]
        center, width = getattr(voi, "center", None), getattr(voi, "width", None)
        if center is not None and width is not None:
            words += ["--window-center", f"{center:g}", "--window-width", f"{width:g}"]
        turns = turn_words(replace(view, rotation_quarters=turned % 4))
        return (*words, *turns, *self._laid.words(), "--output", "curved.png")

    def _seen(self) -> "tuple[Along, View, Voi] | None":
        """Give what is seen, whole; where there is nothing that is said."""
        made, scene = self._curved.made, self._curved.scene
        if made is None or scene is None or made.wish.is_draft:
            words = NOTHING if made is None or scene is None else STILL_COARSE
            self._session.notes.add(Note("information", words, passes=True))
            return None
        return made, scene.view, scene.renderer.voi(scene.view)

    def _tell(self, words: str) -> None:
        self._session.notes.add(Note("information", words, passes=True))
