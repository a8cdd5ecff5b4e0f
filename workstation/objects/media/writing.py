"""Media and plain copies, as a folder or as a ZIP archive: whole, or not at all."""

import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import field
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from pydicom import Dataset

from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.attributes import text
from workstation.model.index.records import Instance, Study
from workstation.model.refusal import Refused
from workstation.objects.media.copying import Copier, Unchanged
from workstation.objects.media.directory import Directory, Reference
from workstation.objects.media.records import has_no_patient, record_type
from workstation.operations.operation import ItemFailed
from workstation.operations.places import failed
from workstation.quick_dataclass import dataclass
from workstation.whole_files import whole_file, written_to

DIRECTORY_NAME = "DICOMDIR"
_ROOT = "DICOM"
Named = tuple[tuple[str, ...], Instance]
IconMaker = Callable[[bytes], Dataset | None]


class Target(Protocol):
    """Takes files by their path below its root."""

    def file(self, path: Sequence[str]) -> AbstractContextManager[BinaryIO]:
        """Open a new file; what was written is taken back where the block fails."""


@dataclass(slots=True)
class Written:
    """What was written: how many files, what was filled in in the directory (by keyword), and what could not be."""

    files: int = 0
    filled: dict[str, int] = field(default_factory=dict)
    failures: list[ItemFailed] = field(default_factory=list)


def write_medium(
    studies: Sequence[Study],
    target: Target,
    job: Job,
    *,
    copier: Copier | None = None,
    file_set_id: str = "",
    icon_of: IconMaker | None = None,
) -> Written:
    """Write every instance under a name of PS3.10 8.2, and the DICOMDIR that lists them.

    Parameters
    ----------
    studies
        What goes onto the medium.
    target
        From `new_target`.
    job
        Told of each file.
    copier
        How files are copied; byte for byte where it is None.
    file_set_id
        Name of the medium, at most 16 capital letters, digits and underscores.
    icon_of
        Makes the icon of a file that was written, of its bytes; no icons where it is None.

    Raises
    ------
    UserError
        If it cannot be written, or none of the instances can be read.
    """
    listing = _Listing(Directory(file_set_id))
    named, unlisted = _listable(studies)
    how: Copier = copier or Unchanged()
    if icon_of is not None:
        how = _WithIcons(how, icon_of, listing)
    written = write_copies(named, target, job, copier=how, copied=listing.add)
    written.filled = listing.filled
    written.failures += unlisted
    with target.file((DIRECTORY_NAME,)) as stream:
        stream.write(listing.directory.encoded())
    return written


@dataclass(frozen=True, slots=True)
class _Listing:
    """A directory that grows by each file that was written, and what had to be filled in in it, by keyword."""

    directory: Directory
    filled: dict[str, int] = field(default_factory=dict)
    icons: dict[str, Dataset | None] = field(default_factory=dict)

    def add(self, path: tuple[str, ...], instance: Instance, header: Dataset) -> None:
        meta = header.file_meta
        own = text(header, "SOPInstanceUID") or text(meta, "MediaStorageSOPInstanceUID")
        reference = Reference(
            path,
            text(header, "SOPClassUID") or text(meta, "MediaStorageSOPClassUID") or instance.sop_class_uid,
            own or instance.sop_instance_uid,
            text(meta, "TransferSyntaxUID"),
        )
        icon = self.icons.pop(instance.sop_instance_uid, None)
        for keyword in (*self.directory.add(header, reference, icon), *(() if own else ("SOPInstanceUID",))):
            self.filled[keyword] = self.filled.get(keyword, 0) + 1


@dataclass(frozen=True, slots=True)
class _WithIcons:
    """Copies as another does, and has an icon made of what was written, not of what was read."""

    how: Copier
    icon_of: IconMaker
    listing: _Listing

    def copy(self, instance: Instance, output: BinaryIO) -> Dataset:
        header = self.how.copy(instance, output)
        if record_type(text(header, "SOPClassUID") or instance.sop_class_uid) == "IMAGE":
            output.seek(0)
            self.listing.icons[instance.sop_instance_uid] = self.icon_of(output.read())
            output.seek(0, os.SEEK_END)
        return header


def _listable(studies: Sequence[Study]) -> tuple[list[Named], list[ItemFailed]]:
    """Give the instances that a directory can list, and why not of the others."""
    named, unlisted = list[Named](), list[ItemFailed]()
    for path, instance in file_ids(studies):
        if has_no_patient(instance.sop_class_uid):
            why = "It belongs to no patient, so a directory of patients does not list it."
            unlisted.append(ItemFailed(str(instance.place), why))
        elif not instance.sop_class_uid:
            why = "It does not say what it is (SOP Class UID), which a directory has to."
            unlisted.append(ItemFailed(str(instance.place), why))
        else:
            named.append((path, instance))
    return named, unlisted


def write_copies(
    named: Sequence[Named],
    target: Target,
    job: Job,
    *,
    copier: Copier | None = None,
    copied: Callable[[tuple[str, ...], Instance, Dataset], None] = lambda _path, _instance, _header: None,
) -> Written:
    """Write copies of instances under given names; raises as `write_medium`.

    Parameters
    ----------
    named
        Path below the target, and instance.
    copied
        Told of each copy that is there: its path, the instance, the header of what was written.
    """
    written, how = Written(), copier or Unchanged()
    for done, (path, instance) in enumerate(named):
        job.progress(done, len(named), "Copying")
        try:
            with target.file(path) as stream:
                header = how.copy(instance, stream)
        except Refused as refusal:
            written.failures.append(failed(instance.place, refusal))
            continue
        except UserError as error:
            if not isinstance(error.__cause__, OSError):
                written.failures.append(ItemFailed(str(instance.place), error.message, error.hint))
                continue
            raise
        copied(path, instance, header)
        written.files += 1
    if not written.files:
        first = written.failures[0] if written.failures else ItemFailed("", "There is nothing to write.")
        raise UserError(first.text(), hint="None of the files could be copied.")
    return written


def file_ids(studies: Sequence[Study]) -> Iterator[Named]:
    """Give each instance its File ID: components of at most 8 capital letters, digits and underscores (PS3.10 8.2)."""
    patients: dict[tuple[str, str], list[Study]] = {}
    for study in studies:
        patients.setdefault((study.first.patient_id, study.first.patient_name.casefold()), []).append(study)
    for person, of_patient in enumerate(patients.values(), start=1):
        for number, study in enumerate(of_patient, start=1):
            for place, series in enumerate(study.series, start=1):
                folder = (_ROOT, f"PT{person:06d}", f"ST{number:06d}", f"SE{place:06d}")
                for index, instance in enumerate(series.instances, start=1):
                    yield (*folder, f"IM{index:06d}"), instance


@contextmanager
def new_target(output: Path, *, overwrite: bool = False) -> Iterator[Target]:
    """Give a new folder, or an archive where ``output`` ends in ``.zip``; it has its name when the block ends well.

    Parameters
    ----------
    output
        A folder that is not there, or empty; or an archive.
    overwrite
        Replace an archive that is there. A folder that holds anything is never replaced.

    Raises
    ------
    UserError
        If something is there already, or nothing can be written there.
    """
    is_archive = output.suffix.lower() == ".zip"
    if output.exists() and not (overwrite and is_archive) and (is_archive or _holds_something(output)):
        hint = "Give another --output" + (", or --overwrite." if is_archive else ".")
        raise UserError(f"{output} is there already" + (", and not empty." if output.is_dir() else "."), hint=hint)
    if is_archive:
        with whole_file(output) as temporary, written_to(output), zipfile.ZipFile(temporary, "w") as archive:
            yield _Archive(archive, output)
        return
    made = [each for each in (output.parent, *output.parent.parents) if not each.exists()]
    with written_to(output):
        output.parent.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=output.parent))
    try:
        yield _Folder(unfinished, output)
        with written_to(output):
            unfinished.chmod(0o777 & ~_mask_of(output.parent))
            if output.is_dir():
                output.rmdir()
            unfinished.rename(output)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
        for folder in made:
            with suppress(OSError):  # something is in it
                folder.rmdir()


def _holds_something(path: Path) -> bool:
    return not path.is_dir() or any(path.iterdir())


def _mask_of(folder: Path) -> int:
    """Give what a new folder there may not be, as far as its parent shows it: temporary ones are for the user alone."""
    return 0o777 & ~(folder.stat().st_mode & 0o777) | 0o022


@dataclass(frozen=True, slots=True)
class _Folder:
    root: Path
    named: Path

    @contextmanager
    def file(self, path: Sequence[str]) -> Iterator[BinaryIO]:
        file = self.root.joinpath(*path)
        with written_to(self.named.joinpath(*path)):
            file.parent.mkdir(parents=True, exist_ok=True)
            try:
                with file.open("x+b") as stream:
                    yield stream
            except BaseException:
                file.unlink(missing_ok=True)
                raise


@dataclass(frozen=True, slots=True)
class _Archive:
    archive: zipfile.ZipFile
    named: Path

    @contextmanager
    def file(self, path: Sequence[str]) -> Iterator[BinaryIO]:
        """Write beside the archive first: what is in it cannot be taken back."""
        with written_to(self.named), tempfile.TemporaryFile(dir=self.named.parent) as stream:
            yield cast(BinaryIO, stream)
            stream.seek(0)
            entry = zipfile.ZipInfo("/".join(path), (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            with self.archive.open(entry, "w", force_zip64=True) as output:
                shutil.copyfileobj(stream, output, 1 << 20)
