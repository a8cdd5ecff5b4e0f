"""What the checks work on: phantoms written as files into a folder, and read again as the panes read them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.errors import UserError
from workstation.measure.measuring import measured
from workstation.measure.setting import Setting
from workstation.model.annotation import Annotation
from workstation.model.image import Image
from workstation.model.index.scan import scan
from workstation.model.refusal import Refused
from workstation.model.stacks import stacks_of
from workstation.model.volume import Volume, build_volume
from workstation.phantoms.writing import save

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from workstation.model.annotation import Point
    from workstation.model.annotation_kinds import Kind
    from workstation.model.frame import Frame
    from workstation.model.measurement import Measurement
    from workstation.verify.check import Answer

_PLAIN = Setting()


class Bench:
    """A folder for files.

    Parameters
    ----------
    folder
        Empty; what is written stays in it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def folder(self) -> Path:
        """Give a new empty folder."""
        self._count += 1
        made = self._folder / f"{self._count:04d}"
        made.mkdir()
        return made

    def written(self, datasets: Sequence[Dataset]) -> Path:
        """Write objects as files, and give their folder."""
        folder = self.folder()
        for number, ds in enumerate(datasets):
            save(ds, folder / f"{number:03d}.dcm")
        return folder

    def image(self, ds: Dataset) -> Image:
        """Write an object as a file, and open that."""
        return Image.open(self.written([ds]) / "000.dcm")

    def frame(self, ds: Dataset) -> Frame:
        """Write an image as a file, and read its first frame."""
        return self.image(ds).frame()

    def images(self, datasets: Sequence[Dataset]) -> list[Image]:
        """Write objects as files, and open them in this order."""
        folder = self.written(datasets)
        return [Image.open(folder / f"{number:03d}.dcm") for number in range(len(datasets))]

    def volume(self, datasets: Sequence[Dataset]) -> Volume:
        """Write slices as files, index them as an opened folder is indexed, and build the volume of their stack."""
        instances = [each for part in scan([self.written(datasets)], workers=0) for each in part.instances]
        (stack,) = stacks_of(instances)
        return build_volume(stack)


def drawn(kind: Kind, points: Sequence[Point], frame: Frame | None = None, uid: str = "1.2.3") -> Annotation:
    """Give an annotation as a hand or a command makes it."""
    made = Annotation("1", kind, uid, 0, tuple(points), points[0])
    return made if frame is None else made.on_plane(frame.plane)


def measure(kind: Kind, points: Sequence[Point], frame: Frame, setting: Setting = _PLAIN) -> Measurement:
    """Measure on a frame as panes and commands do."""
    return measured(drawn(kind, points, frame), frame, setting)


def number(measurement: Measurement, key: str, ucum: str) -> Answer:
    """Give a number of a measurement in a unit; in words where there is none, or its unit is another."""
    found = measurement.value(key)
    if found is None:
        return f"no {key}"
    return found.value if found.unit.ucum == ucum else f"{found.value:.8g} in {found.unit.ucum}"


def numbers(measurement: Measurement, keys: Sequence[str], ucum: str) -> Answer:
    """Give several numbers of a measurement in one unit, as `number` does."""
    found = [number(measurement, key, ucum) for key in keys]
    words = [each for each in found if isinstance(each, str)]
    return ", ".join(words) if words else tuple(each for each in found if isinstance(each, float))


def refusal(ask: Callable[[], object]) -> str:
    """Give ``refused`` where the program says in words that there is no answer, else the answer."""
    try:
        return str(ask())
    except (UserError, Refused):
        return "refused"


def asking(
    kind: Kind, points: Sequence[Point], frame: Frame, key: str, ucum: str, setting: Setting = _PLAIN
) -> Callable[[], Answer]:
    """Give what measures on a frame, when it is called, and gives one number."""
    return lambda: number(measure(kind, points, frame, setting), key, ucum)


def asking_several(
    kind: Kind, points: Sequence[Point], frame: Frame, keys: Sequence[str], ucum: str, setting: Setting = _PLAIN
) -> Callable[[], Answer]:
    """Give what measures on a frame, when it is called, and gives several numbers."""
    return lambda: numbers(measure(kind, points, frame, setting), keys, ucum)


def asking_of(
    annotation: Annotation, frame: Frame, key: str, ucum: str, setting: Setting = _PLAIN
) -> Callable[[], Answer]:
    """Give what measures an annotation, when it is called, and gives one number."""
    return lambda: number(measured(annotation, frame, setting), key, ucum)
