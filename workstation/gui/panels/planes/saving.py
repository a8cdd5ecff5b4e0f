"""Planes, saved: the one that is seen as a picture, parallel ones through the volume as pictures or as DICOM series."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtWidgets import QFileDialog, QInputDialog

from workstation.gui.keeping import keep_made
from workstation.gui.panels.notes.presenter import Note
from workstation.gui.panels.planes.cutting import Cut, Made, made_of
from workstation.gui.words import plural
from workstation.volume.cutting.standard_planes import voxel_step_mm

if TYPE_CHECKING:
    from workstation.gui.canvas.scene import Scene
    from workstation.gui.panels.planes.laid import Laid
    from workstation.gui.panels.planes.presenter import PlanesPresenter
    from workstation.gui.session import Session
    from workstation.gui.volumes import OpenVolume
    from workstation.jobs.job import Job
    from workstation.volume.planes.opened import Opened
    from workstation.volume.planes.parameters import MprParameters
    from workstation.volume.planes.pictures import Asked, WrittenPlanes
    from workstation.volume.planes.planes_view import PlanesView

NOTHING = "There is no plane to save."
STILL_COARSE = "The volume is still being read: save its planes when it is whole."
NEAREST_MM, FARTHEST_MM = 0.05, 500.0
Format = Literal["png", "dicom"]


class PlaneSaving:
    """Saves the active plane, and those parallel to it.

    Parameters
    ----------
    session
        The window.
    presenter
        The planes.
    laid
        What lies over them.
    """

    def __init__(self, session: "Session", presenter: "PlanesPresenter", laid: "Laid") -> None:
        self._session, self._presenter, self._laid = session, presenter, laid

    def ask_picture(self) -> None:
        """Ask where the picture of the active plane goes."""
        seen = self._seen()
        if seen is None:
            return
        dialog = QFileDialog(self._session.window, "Save the plane")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(["PNG (*.png)", "TIFF (*.tif *.tiff)"])
        dialog.setDefaultSuffix("png")
        dialog.selectFile(f"{seen[1].active}.png")
        dialog.fileSelected.connect(lambda name: self.save_picture(Path(name)))
        dialog.open()

    def ask_pictures(self) -> None:
        """Ask how far apart planes are, and where their pictures go."""

        def place(apart_mm: float) -> None:
            dialog = QFileDialog(self._session.window, "Save planes into a folder")
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
            dialog.fileSelected.connect(lambda name: self.save_pictures(Path(name), apart_mm))
            dialog.open()

        self._ask_distance("Next …", place)

    def ask_series(self) -> None:
        """Ask how far apart planes are."""
        self._ask_distance("Save", self.save_series)

    def save_picture(self, file: Path) -> None:
        """Write all of the active plane with what lies over it, turned and in the window and colours that are seen."""
        seen = self._seen()
        if seen is None:
            return
        opened, now = seen
        name, title, over = now.active, f"Save {file.name}", self._presenter.over

        def cut(_job: "Job") -> Made:
            from workstation.display.picture import check_size
            from workstation.volume.cutting.oblique import oblique_plane

            look = now.plane(name)
            plane, size_px = oblique_plane(
                opened.volume.grid, look.normal_lps, now.cross_lps, along_row_lps=look.along_row_lps
            )
            check_size(*size_px)
            return made_of(opened.reslicer, Cut(plane, size_px, look.slab, now.interpolation, over=over))

        def draw(made: Made) -> None:
            scene = self._presenter.drawn(name, made)
            if scene is not None:
                self._start(title, lambda _job: _write(scene, file), f"The plane was saved as {file.name}.")

        failed = self._failed(title)
        self._session.work.start(title, cut, done=draw, failed=failed, is_shown=True)

    def save_pictures(self, folder: Path, apart_mm: float) -> None:
        """Write planes parallel to the active one as pictures, turned and in the window and colours that are seen."""
        seen = self._seen()
        if seen is not None:
            write = self._writing(*seen, self._laid.over(seen[0]), folder, "png", apart_mm)
            self._start("Save planes as pictures", write, f"The planes were saved as pictures in {folder.name}.")

    def save_series(self, apart_mm: float) -> None:
        """Write planes parallel to the active one as a series of the study."""
        seen = self._seen()
        if seen is None:
            return
        opened, now = seen
        source = self._laid.over(opened)

        def make(folder: Path, job: "Job") -> Sequence[Path]:
            from workstation.objects.writing import new_uid

            place = folder / f"planes-{new_uid()}"
            self._writing(opened, now, source, place, "dicom", apart_mm)(job)
            return sorted(path for path in place.rglob("*") if path.is_file())

        def done(files: Sequence[Path]) -> None:
            count = plural(len(files), "image", "images")
            self._tell(f"The planes were saved as a series of {count} in the study{self._laid.said(source)}.")

        keep_made(self._session, "Save planes as DICOM", make, done)

    def _ask_distance(self, go_on: str, then: Callable[[float], None]) -> None:
        """Ask how far apart planes are: slabs that touch, or as near as voxels, where nothing else is said."""
        seen = self._seen()
        if seen is None:
            return
        opened, now = seen
        look = now.plane(now.active)
        usual = look.slab.thickness_mm or voxel_step_mm(opened.volume.grid, look.normal_lps)
        dialog = QInputDialog(self._session.window)
        dialog.setWindowTitle("Save planes")
        dialog.setInputMode(QInputDialog.InputMode.DoubleInput)
        dialog.setLabelText(f"Planes parallel to the {now.active} one, through the whole volume. Distance in mm:")
        dialog.setDoubleDecimals(2)
        dialog.setDoubleRange(NEAREST_MM, FARTHEST_MM)
        dialog.setDoubleValue(usual)
        dialog.setOkButtonText(go_on)
        dialog.doubleValueSelected.connect(then)
        dialog.open()

    def _writing(
        self, opened: "OpenVolume", now: "PlanesView", source: "Opened", place: Path, kind: Format, apart_mm: float
    ) -> "Callable[[Job], list[WrittenPlanes]]":
        """Give what writes parallel planes: the function of ``3d mpr``."""
        voi = self._voi()

        def write(job: "Job") -> "list[WrittenPlanes]":
            from workstation.volume.planes.writing import write_planes

            parameters = _parameters(opened, now, place, kind, voi)
            return list(write_planes([_asked(opened, now, apart_mm)], source, parameters, job))

        return write

    def _voi(self) -> Any:
        scene = self._presenter.active.scene
        return scene.renderer.voi(scene.view) if scene is not None else None

    def _start(self, title: str, work: "Callable[[Job], object]", said: str) -> None:
        self._session.work.start(
            title, work, done=lambda _none: self._tell(said), failed=self._failed(title), is_shown=True
        )

    def _failed(self, title: str) -> Callable[[Exception], None]:
        return lambda error: self._session.notes.error(title, error)

    def _seen(self) -> "tuple[OpenVolume, PlanesView] | None":
        """Give what is seen; where there is nothing whole that is said."""
        opened, now = self._presenter.opened, self._presenter.now
        if opened is None or now is None or opened.is_preview:
            self._tell(STILL_COARSE if opened is not None else NOTHING)
            return None
        return opened, now

    def _tell(self, words: str) -> None:
        self._session.notes.add(Note("information", words, passes=True))


def _write(scene: "Scene", file: Path) -> None:
    from workstation.display.picture import check_size, write_picture
    from workstation.display.view import natural_size

    frame = scene.renderer.frame
    view = replace(scene.view, zoom=None, centre_px=None, fitted_px=None)
    size_px = natural_size(frame, view)
    check_size(*size_px)
    picture = scene.renderer.picture(view, size_px)
    for layer in scene.layers:
        layer.put_over(picture, frame, view, size_px)
    write_picture(picture, file, "tiff" if file.suffix.lower() in (".tif", ".tiff") else "png")


def _asked(opened: "OpenVolume", now: "PlanesView", apart_mm: float) -> "Asked":
    from workstation.errors import UserError
    from workstation.volume.cutting.standard_planes import planes_along
    from workstation.volume.planes.asking import remarks_of
    from workstation.volume.planes.pictures import Asked

    look = now.plane(now.active)
    try:
        planes = planes_along(
            opened.volume.grid,
            look.along_row_lps,
            look.along_column_lps,
            spacing_mm=apart_mm,
            through_lps=now.cross_lps,
        )
    except ValueError as error:
        raise UserError(f"{str(error).capitalize()}.", hint="Choose a larger distance.") from error
    return Asked(f"{now.active} plane", planes, look.slab, now.interpolation, remarks=remarks_of(opened.volume))


def _parameters(opened: "OpenVolume", now: "PlanesView", place: Path, kind: Format, voi: Any) -> "MprParameters":
    """Give how planes are written; DICOM holds values, and nothing of how they are looked at but the window."""
    from workstation.volume.planes.parameters import MprParameters

    look = now.plane(now.active)
    center, width = getattr(voi, "center", None), getattr(voi, "width", None)
    has_window = center is not None and width is not None and width >= 1
    is_picture = kind != "dicom"
    colours = now.colours if is_picture and isinstance(now.colours, str) else ""
    turns: tuple[Literal["0", "90", "180", "270"], ...] = ("0", "90", "180", "270")
    flips: tuple[tuple[Literal["horizontal", "vertical"], bool], ...] = (
        ("horizontal", look.flipped_h),
        ("vertical", look.flipped_v),
    )
    return MprParameters(
        inputs=(Path(opened.stack.frames[0].instance.place.path),),
        output=place,
        format=kind,
        window_center=center if has_window else None,
        window_width=width if has_window else None,
        invert=is_picture and now.inverted,
        colours=colours,
        rotate=turns[look.rotation_quarters % 4] if is_picture else "0",
        flip=tuple(name for name, on in flips if on and is_picture),
    )
