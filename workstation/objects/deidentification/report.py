"""What was done to a file, attribute by attribute, without the values that were there."""

from dataclasses import field
from typing import Literal

from workstation.operations.operation import one_line
from workstation.quick_dataclass import dataclass

Done = Literal["removed", "emptied", "replaced", "cleaned", "new UID", "date moved", "added"]


@dataclass(frozen=True, slots=True)
class Change:
    """One attribute: ``path`` leads to it by keywords and item numbers from 1, ``code`` is that of table E.1-1."""

    tag: str
    path: str
    code: str
    done: Done


@dataclass(frozen=True, slots=True)
class FileReport:
    """What was done to one file.

    ``checked`` counts the identifying values that were looked for in every byte of the result; none was found.
    ``pixels`` says what happened to the picture, ``warnings`` what a person should look at.
    """

    source: str
    output: str
    sop_class: str
    methods: tuple[str, ...]
    changes: tuple[Change, ...]
    pixels: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    checked: int = 0
    size: int = 0

    def text(self) -> str:
        """Give the report in a line, and one for each thing about pixels and each warning."""
        counts: dict[str, int] = {}
        for change in self.changes:
            counts[change.done] = counts.get(change.done, 0) + 1
        told = ", ".join(f"{count} {done}" for done, count in sorted(counts.items()))
        lines = [one_line(f"{self.output}: from {self.source}: {told}; {self.checked} identifying values not found")]
        return "\n".join([*lines, *(f"  {each}" for each in (*self.pixels, *self.warnings))])

    def full_text(self) -> str:
        """Give the report with a line for every attribute."""
        lines = [f"  {each.tag} {each.code:<7} {each.done:<10} {each.path}" for each in self.changes]
        return "\n".join([self.text(), f"  {'; '.join(self.methods)}", *lines]) + "\n"


@dataclass
class Log:
    """Changes, as they are made."""

    changes: list[Change] = field(default_factory=list)
    pixels: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def add(self, tag: int, path: str, code: str, done: Done) -> None:
        """Note a change."""
        self.changes.append(Change(f"({tag >> 16:04x},{tag & 0xFFFF:04x})", path, code, done))

    def warn(self, text: str) -> None:
        """Note once what a person should look at."""
        if text not in self.warnings:
            self.warnings.append(text)
