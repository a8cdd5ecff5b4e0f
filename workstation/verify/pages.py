"""A run as pages: what came of it, with which versions and on which machine, then every check."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from workstation.documents.fonts import glyphs, width_pt
from workstation.documents.pages import PAPERS, PT_PER_MM, Item, Page, PlacedLine, PlacedText
from workstation.verify.check import Row, shown
from workstation.verify.groups import groups
from workstation.verify.report import Verified

_PAPER = PAPERS["a4"]
_LEFT_MM, _RIGHT_MM, _TOP_MM, _BOTTOM_MM = 18.0, 192.0, 18.0, 280.0
_ROOM_MM = _RIGHT_MM - _LEFT_MM
_QUIET = 0.35
_SMALL_PT, _PLAIN_PT, _TITLE_PT = 7.0, 8.5, 16.0
_LINE_MM = 3.5
_SAID = (
    "Phantoms with known answers were written as DICOM files and went through what panes and commands use. "
    "Expected answers are from formulae, definitions and paragraphs of the standard, which each check names."
)


def pages_of(run: Verified) -> Iterator[Page]:
    """Give the pages of a run on A4: failures first, then all checks by group."""
    glyphs()
    blocks = [_head(run), *(_block(row) for row in run.rows if not row.passed)]
    group = ""
    for row in run.rows:
        if row.group != group:
            group = row.group
            blocks.append([("", _titles().get(group, group), 11.0, 0.0)])
        if row.passed:
            blocks.append(_block(row))
    yield from _laid(run, blocks)


_Line = tuple[str, str, float, float]
"""What stands at the left, the line, its size in points, its grey."""


def _head(run: Verified) -> list[_Line]:
    result = f"{run.failed} of {run.checks} checks FAILED" if run.failed else f"All {run.checks} checks passed"
    facts = [
        f"Date: {run.when}",
        f"By: {run.by or 'not said'}",
        f"Program: Workstation {run.program}",
        f"Libraries: {', '.join(f'{name} {number}' for name, number in run.libraries.items())}",
        f"Machine: {', '.join(run.machine.values())}",
        f"Asked for: {', '.join(run.only) or 'all checks'}; it took {run.seconds:.1f} s",
    ]
    lines: list[_Line] = [
        ("", f"Verification of Workstation {run.program}", _TITLE_PT, 0.0),
        ("", "", _PLAIN_PT, 0.0),
        ("", result, 12.0, 0.0),
    ]
    for fact in facts:
        lines += [("", part, _PLAIN_PT, 0.0) for part in _wrapped(fact, _PLAIN_PT, _ROOM_MM)]
    lines += [("", part, _SMALL_PT, _QUIET) for part in _wrapped(_SAID, _SMALL_PT, _ROOM_MM)]
    lines.append(("", "", _PLAIN_PT, 0.0))
    for name, title in _titles().items():
        own = [row for row in run.rows if row.group == name]
        if own:
            failed = sum(not row.passed for row in own)
            told = f"{failed} FAILED of {len(own)}" if failed else f"{len(own)} passed"
            lines.append(("", f"{title}: {told}", _PLAIN_PT, 0.0))
    return lines


def _titles() -> dict[str, str]:
    return {group.name: group.title for group in groups()}


def _block(row: Row) -> list[_Line]:
    """Give the lines of a check: result and name, numbers, what and why."""
    allowed = f" ± {row.tolerance:g}" if row.tolerance else ""
    numbers = f"got {shown(row.got, row.unit)}; expected {shown(row.expected, row.unit)}{allowed}"
    told = f"{row.what}. Expected by: {row.source}."
    if not row.passed and row.hint:
        told = f"{row.what}. {row.hint} Expected by: {row.source}."
    room = _ROOM_MM - _INDENT_MM
    return [
        ("✓ passed" if row.passed else "✗ FAILED", row.id, _PLAIN_PT, 0.0),
        *(("", part, _SMALL_PT, 0.0) for part in _wrapped(numbers, _SMALL_PT, room)),
        *(("", part, _SMALL_PT, _QUIET) for part in _wrapped(told, _SMALL_PT, room)),
    ]


_INDENT_MM = 20.0


def _wrapped(text: str, size_pt: float, room_mm: float) -> list[str]:
    """Break a text into lines that fit, between words; a word that is too long is broken too."""
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if width_pt(longer, size_pt) <= room_mm * PT_PER_MM:
            line = longer
            continue
        if line:
            lines.append(line)
        while width_pt(word, size_pt) > room_mm * PT_PER_MM:
            fits = next(at for at in range(len(word), 0, -1) if width_pt(word[:at], size_pt) <= room_mm * PT_PER_MM)
            lines.append(word[:fits])
            word = word[fits:]
        line = word
    return [*lines, line] if line else lines


def _laid(run: Verified, blocks: list[list[_Line]]) -> Iterator[Page]:
    """Lay blocks onto pages; none is broken."""
    items: list[Item] = []
    numbers, y = count(1), _TOP_MM
    for block in blocks:
        height = sum(_height(line) for line in block) + 1.5
        if y + height > _BOTTOM_MM and items:
            yield Page(_PAPER, (*items, *_foot(run, next(numbers))))
            items, y = [], _TOP_MM
        for left, text, size, grey in block:
            y += _height((left, text, size, grey))
            is_row = len(block) > 1 and block[0][0] != ""
            x = _LEFT_MM + (_INDENT_MM if is_row else 0.0)
            if left:
                items.append(PlacedText(left, _LEFT_MM, y, size, _INDENT_MM - 1))
            items.append(PlacedText(text, x, y, size, _RIGHT_MM - x, grey=grey))
        y += 1.5
    yield Page(_PAPER, (*items, *_foot(run, next(numbers))))


def _height(line: _Line) -> float:
    return _LINE_MM * max(1.0, line[2] / _PLAIN_PT)


def _foot(run: Verified, number: int) -> tuple[Item, ...]:
    y = _BOTTOM_MM + 5
    return (
        PlacedLine((_LEFT_MM, y - 4), (_RIGHT_MM, y - 4), 0.1, 0.6),
        PlacedText(f"Workstation {run.program}, {run.when}", _LEFT_MM, y, _SMALL_PT, 120.0, grey=_QUIET),
        PlacedText(f"Page {number}", _RIGHT_MM, y, _SMALL_PT, 40.0, "right", _QUIET),
    )
