"""What exporting yields, and the rule that nothing is overwritten unasked."""

from dataclasses import dataclass
from pathlib import Path

from workstation.errors import UserError
from workstation.operations.operation import one_line


@dataclass(frozen=True, slots=True)
class Exported:
    """One file that was written: what is in it, and of how many images."""

    path: str
    what: str
    images: int

    def text(self) -> str:
        """Give it as a line."""
        return one_line(f"{self.path}: {self.what}")


def check_free(path: Path, *, overwrite: bool) -> None:
    """Raise `UserError` where a file is there that is not to be overwritten."""
    if not overwrite and path.exists():
        raise UserError(f"{path} is there already.", hint="Give another --output, or --overwrite.")
