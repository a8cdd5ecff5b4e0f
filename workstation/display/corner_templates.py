"""The lines in the corners of an image as data: those that come with the program, and what the user made of them.

A line is made of parts with ``|`` between them. A part is text with fields in braces; one of which a field is empty is
left out, and the others are joined by two blanks.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Literal, get_args

from workstation.display.own_file import write_json
from workstation.errors import UserError
from workstation.model.text import clean
from workstation.quick_dataclass import dataclass
from workstation.resources import resource
from workstation.settings import settings_path

VERSION = 1
MOST_LINES = 12
LONGEST_TEMPLATE = 200
Corner = Literal["top_left", "top_right", "bottom_left", "bottom_right"]
CORNERS: tuple[Corner, ...] = get_args(Corner)
MOVING = frozenset(("Image", "Window", "Zoom"))
"""Fields that change without another image being shown, or with the place in a stack."""
MADE = MOVING | frozenset(("Date", "Time", "When", "Side", "BodyPart", "Tilt", "Age", "Lossy", "Spacing", "Angulation"))
"""Fields that are no attributes, but made of several."""
_MODALITY = re.compile(r"[A-Z0-9_]{0,16}")
_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9]*|[0-9A-Fa-f]{4},[0-9A-Fa-f]{4})(?::\.(\d)([fg]))?")


@dataclass(frozen=True, slots=True)
class Field:
    """A field: a keyword, ``gggg,eeee``, or one of `MADE`; ``digits`` and ``kind`` say how a number is written."""

    name: str
    digits: int | None = None
    kind: str = ""


@dataclass(frozen=True)
class Template:
    """One line: parts, each of texts and fields."""

    source: str
    parts: tuple[tuple[str | Field, ...], ...]

    @classmethod
    def parse(cls, source: str) -> "Template":
        """Read a line.

        Raises
        ------
        ValueError
            If a brace is left open, a field is no attribute, or the line is too long.
        """
        if len(source) > LONGEST_TEMPLATE or clean(source) != source.strip():
            raise ValueError(f"{clean(source)[:40]!r} is no line of at most {LONGEST_TEMPLATE} characters")
        return cls(source, tuple(tuple(_tokens(part.strip())) for part in source.split("|")))

    @property
    def fields(self) -> frozenset[str]:
        """Names of the fields."""
        return frozenset(each.name for part in self.parts for each in part if isinstance(each, Field))

    @cached_property
    def is_moving(self) -> bool:
        """Whether it changes while one image is shown."""
        return bool(self.fields & MOVING)


Lines = tuple[Template, ...]


@dataclass(frozen=True, eq=False)
class CornerTemplates:
    """Lines by modality and corner; the empty modality is for the rest. Every change gives new templates.

    ``notes`` are sentences about a file, or parts of it, that could not be used.
    """

    shipped: Mapping[str, Mapping[Corner, Lines]]
    own: Mapping[str, Mapping[Corner, Lines]] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[str, ...] = ()

    @classmethod
    def load(cls, path: Path | None = None) -> "CornerTemplates":
        """Read the user's file above the shipped one; what is wrong in it is told, and the shipped lines hold."""
        path = path or templates_path()
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return shipped_templates()
        except OSError as error:
            return replace(shipped_templates(), notes=(f"{path}: the corner text cannot be read: {error.strerror}.",))
        except (ValueError, RecursionError) as error:
            return replace(shipped_templates(), notes=(_useless(path, f"it is no JSON ({error})"),))
        modalities = stored.get("modalities") if isinstance(stored, dict) else None
        if not isinstance(stored, dict) or not isinstance(modalities, dict):
            return replace(shipped_templates(), notes=(_useless(path, "it holds no modalities"),))
        if stored.get("version") != VERSION:
            reason = f"its version is {stored.get('version')!r}, and this program knows {VERSION}"
            return replace(shipped_templates(), notes=(_useless(path, reason),))
        own: dict[str, Mapping[Corner, Lines]] = {}
        notes: list[str] = []
        for modality, corners in modalities.items():
            own |= _usable(path, modality, corners, notes)
        return cls(shipped_templates().shipped, MappingProxyType(own), tuple(notes))

    def of(self, modality: str) -> tuple[Lines, Lines, Lines, Lines]:
        """Give the lines of the corners of a modality, top left, top right, bottom left and bottom right."""
        name = modality.strip().upper()
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = self._of(name)
        return found

    @cached_property
    def keywords(self) -> frozenset[str]:
        """Names of all fields that are attributes of the header."""
        tables = (*self.shipped.values(), *self.own.values())
        names = {name for table in tables for lines in table.values() for line in lines for name in line.fields}
        return frozenset(names - MADE)

    def changed(self, modality: str, corner: Corner, lines: Sequence[str]) -> "CornerTemplates":
        """Set the lines of a corner of a modality.

        Raises
        ------
        ValueError
            If a line cannot be understood, or there are too many.
        """
        name = _modality(modality)
        table = {**self.own.get(name, {}), corner: _lines(list(lines))}
        return CornerTemplates(self.shipped, MappingProxyType({**self.own, name: MappingProxyType(table)}), self.notes)

    def reset(self, modality: str) -> "CornerTemplates":
        """Go back to the lines that came with the program."""
        name = modality.strip().upper()
        kept = {key: value for key, value in self.own.items() if key != name}
        return CornerTemplates(self.shipped, MappingProxyType(kept))

    def save(self, path: Path | None = None) -> None:
        """Write what the user made, whole or not at all; a file that could not be used is kept as ``.broken.json``.

        Raises
        ------
        UserError
            If the file cannot be written.
        """
        target = path or templates_path()
        rows = {
            modality: {corner: [line.source for line in lines] for corner, lines in table.items()}
            for modality, table in self.own.items()
        }
        try:
            if self.notes and target.exists():
                target.replace(target.with_suffix(".broken.json"))
            if rows:
                write_json(target, {"version": VERSION, "modalities": rows})
            else:
                target.unlink(missing_ok=True)
        except OSError as error:
            raise UserError(
                f"The corner text cannot be written to {target}: {error.strerror}.",
                hint="It holds until the program ends.",
            ) from error

    @cached_property
    def _found(self) -> dict[str, tuple[Lines, Lines, Lines, Lines]]:
        return {}

    def _of(self, name: str) -> tuple[Lines, Lines, Lines, Lines]:
        tables = [table.get(key) for key in (name, "") for table in (self.own, self.shipped)]
        return tuple(  # type: ignore[return-value]  # there are four corners
            next((table[corner] for table in tables if table is not None and corner in table), ()) for corner in CORNERS
        )


def templates_path() -> Path:
    """Give the place of the user's file."""
    return settings_path().with_name("corner_text.json")


@cache
def shipped_templates() -> CornerTemplates:
    """Give the lines that come with the program."""
    stored = json.loads(resource("corner_text.json").read_text(encoding="utf-8"))
    return CornerTemplates(
        MappingProxyType({modality: _corners(corners) for modality, corners in stored["modalities"].items()})
    )


def _useless(path: Path, why: str) -> str:
    return f"{path} is not used: {clean(why)}. The corner text that came with the program holds."


def _usable(path: Path, modality: str, corners: object, notes: list[str]) -> dict[str, Mapping[Corner, Lines]]:
    """Keep of a modality the corners that can be understood, and note the others."""
    kept: dict[Corner, Lines] = {}
    try:
        name = _modality(modality)
        if not isinstance(corners, dict):
            raise ValueError("it is no table of corners")  # noqa: TRY004, TRY301 - of a file, not of a caller
    except ValueError as error:
        notes.append(f"{path}: the corner text of {clean(modality)[:16]!r} is not used: {error}.")
        return {}
    for corner, rows in corners.items():
        try:
            kept |= _corners({corner: rows})
        except ValueError as error:
            where = f"{clean(corner)[:16]} of {name or 'all modalities'}"
            notes.append(f"{path}: the corner text at {where} is not used: {error}. The shipped one holds.")
    return {name: MappingProxyType(kept)} if kept else {}


def _modality(name: str) -> str:
    if not _MODALITY.fullmatch(name.strip().upper()):
        raise ValueError("a modality is written in capitals and digits, as CT; empty stands for the rest")
    return name.strip().upper()


def _corners(rows: Mapping[str, object]) -> Mapping[Corner, Lines]:
    found: dict[Corner, Lines] = {}
    for corner in CORNERS:
        if corner in rows:
            found[corner] = _lines(rows[corner])
    if unknown := rows.keys() - found.keys():
        raise ValueError(f"{clean(min(unknown))[:20]!r} is none of {', '.join(CORNERS)}")
    return MappingProxyType(found)


def _lines(rows: object) -> Lines:
    if not isinstance(rows, list) or len(rows) > MOST_LINES or not all(isinstance(row, str) for row in rows):
        raise ValueError(f"it is no list of at most {MOST_LINES} lines")
    return tuple(Template.parse(row) for row in rows)


def _tokens(part: str) -> Iterator[str | Field]:
    at = 0
    for match in _TOKEN.finditer(part):
        if match.start() > at:
            yield part[at : match.start()]
        at = match.end()
        if match[0] in ("{{", "}}"):
            yield match[0][0]
        elif match[1] is None:
            raise ValueError(f"{part!r} has a brace without its other; two stand for one that is shown")
        else:
            yield _field(match[1].strip())
    if at < len(part):
        yield part[at:]


def _field(text: str) -> Field:
    match = _FIELD.fullmatch(text)
    if match is None:
        raise ValueError(f"{{{clean(text)[:40]}}} is no field; one is {{SliceThickness:.4g}} or {{0018,0050}}")
    name, digits, kind = match.groups()
    if "," in name:
        return Field(name.lower(), int(digits) if digits else None, kind or "")
    if name not in MADE:
        from pydicom.datadict import tag_for_keyword

        if tag_for_keyword(name) is None:
            raise ValueError(f"{{{name}}} is no attribute of DICOM")
    return Field(name, int(digits) if digits else None, kind or "")
