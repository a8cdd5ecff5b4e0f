"""What exporting yields, and the rule that nothing is overwritten unasked."""

from pathlib import Path

from workstation.errors import UserError
from workstation.operations.operation import counted, one_line
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Exported:
    """One file that was written: what is in it, and of how many images."""

    path: str
    what: str
    images: int

    def text(self) -> str:
        """Give it as a line."""
        return one_line(f"{self.path}: {self.what}")


@dataclass(frozen=True, slots=True)
class WrittenMedium:
    """A medium; ``profile`` is the general purpose profile (PS3.11) that it fits, empty where none."""

    path: str
    files: int
    series: int
    studies: int
    profile: str
    notes: tuple[str, ...] = ()

    def text(self) -> str:
        """Give it as a line, and one for each note."""
        fits = f", fits {self.profile}" if self.profile else ""
        studies = counted(self.studies, "study", "studies")
        counts = f"{counted(self.files, 'file')} of {self.series} series in {studies}"
        return "\n".join(one_line(each) for each in (f"{self.path}: DICOMDIR, {counts}{fits}", *self.notes))


@dataclass(frozen=True, slots=True)
class DirectoryRecord:
    """A record of a DICOMDIR as ``dicomdir show`` lists it; ``level`` counts from 0."""

    level: int
    type: str
    what: str
    file: str

    def text(self) -> str:
        """Give it as a line of a tree."""
        file = f"  [{self.file}]" if self.file else ""
        return one_line(f"{'  ' * self.level}{self.type.capitalize()}  {self.what}{file}")


@dataclass(frozen=True, slots=True)
class DirectoryShown:
    """What a DICOMDIR holds in all."""

    path: str
    file_set_id: str
    records: int
    files: int

    def text(self) -> str:
        """Give it as a line."""
        name = f" “{self.file_set_id}”" if self.file_set_id else ""
        return one_line(f"{self.path}{name}: {counted(self.records, 'record')}, {counted(self.files, 'file')}")


def check_free(path: Path, *, overwrite: bool) -> None:
    """Raise `UserError` where a file is there that is not to be overwritten."""
    if not overwrite and path.exists():
        raise UserError(f"{path} is there already.", hint="Give another --output, or --overwrite.")
