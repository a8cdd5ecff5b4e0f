"""Studies, sessions and fakes for the window tests."""

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from workstation.display.reading_order import stacks_in_reading_order
from workstation.gui import theme
from workstation.gui.canvas.pane import Pane
from workstation.gui.main_window import MainWindow
from workstation.gui.remembered import Remembered
from workstation.gui.session import Session
from workstation.gui.work_files import WorkFile
from workstation.jobs.job import Job
from workstation.model.frame import Frame, ModalityTransform, Window
from workstation.model.geometry import Spacing, SpacingSource
from workstation.model.index.records import Instance, Patient, Place
from workstation.model.index.tree import tree_of
from workstation.phantoms.small import volume
from workstation.settings import Settings

SETTLE_MS = 60_000
PET_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.128"


def instance(number: int, *, series: str = "1.1.1", study: str = "1.1", **changes: Any) -> Instance:
    """Make the header of a CT slice."""
    made = Instance(
        places=(Place(Path(f"/data/{series}/{number}.dcm")),),
        sop_instance_uid=f"{series}.{number}",
        sop_class_uid="1.2.840.10008.5.1.4.1.1.2",
        transfer_syntax_uid="1.2.840.10008.1.2.1",
        study_instance_uid=study,
        series_instance_uid=series,
        patient_id="P1",
        patient_name="Meyer^Anna",
        study_description="Chest",
        study_date="20240131",
        modality="CT",
        series_number=1,
        instance_number=number,
        rows=8,
        columns=8,
        has_pixels=True,
    )
    return dataclasses.replace(made, **changes)


def tree(*instances: Instance) -> tuple[Patient, ...]:
    """Sort instances into a tree with stacks."""
    return tree_of(instances, stacks_of=stacks_in_reading_order)


def frame(value: int = 0, *, rows: int = 8, columns: int = 8) -> Frame:
    """Make a frame whose pixels all differ and begin with a value."""
    pixels = (np.arange(rows * columns, dtype=np.int16) + value).reshape(rows, columns)
    return Frame(
        pixels,
        "MONOCHROME2",
        16,
        Spacing(0.5, 0.5, SpacingSource.PIXEL_SPACING),
        ModalityTransform(unit="HU"),
        voi=(Window(40, 400),),
    )


class FakeWork:
    """Runs jobs when it is told to, on this thread."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Job, Callable[[Job], Any], dict[str, Any]]] = []
        self.report: Callable[[str, Exception], None] = lambda _title, _error: None

    def start(self, title: str, function: Callable[[Job], Any], **kept: Any) -> Job:
        job = Job(title)
        self.waiting.append((job, function, kept))
        return job

    def post(self, function: Callable[[], None]) -> None:
        function()

    def run_all(self) -> int:
        """Run what waits, also what comes meanwhile, most urgent first; gives how many jobs there were."""
        done = 0
        while self.waiting:
            self.waiting.sort(key=lambda item: item[2].get("priority", 1))
            job, function, kept = self.waiting.pop(0)
            done += 1
            if job.is_cancelled:
                if kept.get("stopped"):
                    kept["stopped"]()
                continue
            try:
                value = function(job)
            except Exception as error:  # noqa: BLE001 - as the runner does
                if kept.get("failed"):
                    kept["failed"](error)
            else:
                kept["done"](value)
        return done


def dress(application: QApplication, name: str) -> None:
    """Have a theme, unless it is there already: dressing all widgets anew takes a fifth of a second."""
    if application.styleSheet() != theme.style_sheet(theme.TOKENS[name]):
        theme.apply(application, name)


@contextmanager
def running_session(
    qtbot: QtBot,
    folder: Path,
    *,
    name: str = "dark",
    work_file: WorkFile | None = None,
    has_paths: bool = False,
    before: Callable[[Session], None] = lambda _session: None,
    hang_studies: bool = False,
) -> Iterator[Session]:
    """Open a window with a library of its own, and close it; ``before`` is called before the window is shown.

    Studies are hung only where that is wanted.
    """
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    dress(application, name)
    window = MainWindow(theme.TOKENS[name], Remembered())
    session = Session(
        window,
        Remembered(),
        Settings().changed(theme=name, hang_studies=hang_studies),
        library_path=folder / "library.sqlite",
        work_file=work_file,
        has_paths=has_paths,
    )
    before(session)
    window.resize(1100, 760)
    window.show()
    try:
        # Keys reach the commands of a window only while it is the active one.
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow, timeout=SETTLE_MS)
        qtbot.waitUntil(lambda: session.is_settled, timeout=SETTLE_MS)
        yield session
    finally:
        window.close()
        window.deleteLater()
        QApplication.clipboard().clear()
        dress(application, "dark")


def settle(qtbot: QtBot, session: Session) -> None:
    """Wait until everything that was asked for is there and painted."""
    qtbot.wait(20)
    qtbot.waitUntil(lambda: session.is_settled, timeout=SETTLE_MS)
    qtbot.wait(20)


def pixels(pane: Pane) -> NDArray[np.uint8]:
    """Give what a pane shows on the screen, (rows, columns, 3)."""
    image = pane.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


@contextmanager
def session_with_volume(qtbot: QtBot, folder: Path) -> Iterator[Session]:
    """Open a window with a small volume that is shown in three dimensions."""
    with running_session(qtbot, folder) as session:
        session.open([small_study(folder / "study", "axial")])
        settle(qtbot, session)
        session.window.actions_by_id["volume"].trigger()
        settle(qtbot, session)
        yield session


@contextmanager
def session_with_planes(qtbot: QtBot, folder: Path) -> Iterator[Session]:
    """Open a window with the planes of a small volume."""
    with running_session(qtbot, folder) as session:
        session.open([small_study(folder / "study", "axial")])
        settle(qtbot, session)
        session.window.actions_by_id["planes"].trigger()
        settle(qtbot, session)
        yield session


def small_study(folder: Path, *names: str) -> Path:
    """Write small volumes, each into a folder of its own."""
    for name in names or ("axial",):
        volume(name).write(folder / name)
    return folder


def pet_series(folder: Path, **changes: Any) -> Path:
    """Write a PET series of a hot ball of 8 voxels a side in a warm block, whose SUVbw is its value over 1000."""
    folder.mkdir()
    study, series, space = generate_uid(), generate_uid(), generate_uid()
    for number in range(16):
        made = pet_header()
        made.StudyInstanceUID, made.SeriesInstanceUID, made.SOPInstanceUID = study, series, generate_uid()
        made.FrameOfReferenceUID, made.InstanceNumber = space, number + 1
        made.ImagePositionPatient = [-24.0, -24.0, 3.0 * number]
        for name, value in changes.items():
            setattr(made, name, value)
        pixels = np.full((16, 16), 1000, np.uint16)
        if 4 <= number < 12:
            pixels[4:12, 4:12] = 5000
        made.PixelData = pixels.tobytes()
        made.save_as(folder / f"{number}.dcm", enforce_file_format=True)
    return folder


def pet_header() -> Dataset:
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.SOPClassUID, made.Modality, made.PatientID, made.PatientName = PET_IMAGE_STORAGE, "PT", "PET-1", "Pet^Phantom"
    made.Rows = made.Columns = 16
    made.PixelSpacing, made.SliceThickness, made.ImageOrientationPatient = [3, 3], 3, [1, 0, 0, 0, 1, 0]
    made.BitsAllocated = made.BitsStored = 16
    made.HighBit, made.PixelRepresentation, made.SamplesPerPixel = 15, 0, 1
    made.PhotometricInterpretation, made.RescaleSlope, made.RescaleIntercept = "MONOCHROME2", 1, 0
    made.Units, made.DecayCorrection, made.CorrectedImage = "BQML", "ADMIN", ["ATTN", "DECY"]
    made.PatientWeight, made.PatientSex, made.PatientSize = 70, "F", 1.7
    made.StudyDate = made.SeriesDate = made.AcquisitionDate = "20240131"
    made.StudyTime = made.SeriesTime = made.AcquisitionTime = "100000"
    injected = Dataset()
    # 70 kg over 70 MBq: an SUV of 1 is 1000 Bq/ml.
    injected.RadionuclideTotalDose, injected.RadionuclideHalfLife = 70e6, 6586.2
    injected.RadiopharmaceuticalStartTime = "090000"
    made.RadiopharmaceuticalInformationSequence = [injected]
    return made
