"""Which images the paths of a command name, in the order in which they are given."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from workstation.jobs.job import Job
from workstation.model.index.records import Instance, Place, RefusedFile
from workstation.model.index.scan import scan
from workstation.model.refusal import Reason
from workstation.operations.operation import ItemFailed
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Input:
    """An image, below which path it was found, and the folder that this path is, if it is one."""

    instance: Instance
    path: Path
    folder: Path | None

    @property
    def below(self) -> Path:
        """The folder below an output folder in which its pictures belong."""
        return _below(self.instance.place, self.path, self.folder)


def inputs_of(paths: Sequence[Path], job: Job, *, with_objects: bool = False) -> Iterator[Input | ItemFailed]:
    """Give the images in files, folders and archives, and what is none.

    What is in a folder or an archive without being an image is left out and counted in a note, not as a failure: other
    files, and, unless they are wanted ``with_objects``, DICOM objects without pixels. ``disc.zip!NAME`` is one entry
    of an archive.
    """
    left_out: Counter[str] = Counter()
    for path in paths:
        archive, member = _entry(path)
        items = [item for item in _sorted(archive, job) if not member or item.place.member == member]
        if not items:
            yield ItemFailed(str(path), f"There is no entry {member} in it." if member else "There is nothing in it.")
        folder = path.absolute() if path.is_dir() else None
        for item in items:
            is_named = bool(member) or (not item.place.member and item.place.path == archive)
            kind = "" if is_named else _no_image(item)
            if with_objects and isinstance(item, Instance):
                yield Input(item, path, folder)
            elif kind:
                left_out[kind] += 1
            else:
                yield _input(item, path, folder)
    for kind, count in left_out.items():
        job.log(
            f"Left out: {count} {kind}." if with_objects else f"Left out, since they are no images: {count} {kind}."
        )


def _entry(path: Path) -> tuple[Path, str]:
    archive, mark, member = str(path).partition("!")
    if mark and not path.exists() and Path(archive).is_file():
        return Path(archive).absolute(), member
    return path.absolute(), ""


def _sorted(path: Path, job: Job) -> list[Instance | RefusedFile]:
    found: list[Instance | RefusedFile] = []
    for scanned in scan([path], report=lambda done, total: job.progress(done, total, "Reading headers")):
        found += [*scanned.instances, *scanned.refused]
    return sorted(found, key=lambda item: item.place)


def _no_image(item: Instance | RefusedFile) -> str:
    """Say what it is where it is no image and nothing is wrong with that."""
    if isinstance(item, RefusedFile):
        return "not DICOM" if item.reason is Reason.NOT_DICOM else ""
    return "" if item.has_pixels else "DICOM without pixels"


def _input(item: Instance | RefusedFile, path: Path, folder: Path | None) -> Input | ItemFailed:
    if isinstance(item, RefusedFile):
        return ItemFailed(_shown(item.place, path), item.message, item.hint, str(item.reason))
    if not item.has_pixels:
        return ItemFailed(_shown(item.place, path), "It holds no image.", reason=str(Reason.NO_IMAGE))
    return Input(item, path, folder)


def _shown(place: Place, path: Path) -> str:
    """Name a place as the user did."""
    if path.is_dir():
        return str(Place(path / place.path.relative_to(path.absolute()), place.member))
    return str(path) if not place.member or "!" in str(path) else str(Place(path, place.member))


def _below(place: Place, path: Path, folder: Path | None) -> Path:
    """Keep the folders below ``folder``, None where the path is none, and an archive as a folder."""
    parts = place.path.relative_to(folder).parts[:-1] if folder is not None else ()
    inside = (place.path.stem, *Path(place.member).parts[:-1]) if place.member and folder is not None else ()
    inside = inside or (Path(place.member).parts[:-1] if place.member and "!" not in str(path) else ())
    return Path(*(safe_name(part) for part in (*parts, *inside)))


def safe_name(text: str) -> str:
    """Give a file name that every system takes and that cannot lead out of its folder."""
    kept = "".join(character if character.isalnum() or character in "-_.+ " else "_" for character in text)
    name = kept.strip(" .")[:100].rstrip(" .") or "_"
    return f"_{name}" if name.partition(".")[0].upper() in _DEVICES else name


_DEVICES = frozenset(("CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))))
"""Names that Windows takes for devices, whatever their ending."""
