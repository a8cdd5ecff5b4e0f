"""Rows of cleaned text laid out in columns."""

from workstation.quick_dataclass import dataclass
from workstation.terminal.words import columns_of, cut, wrapped

GAP = "  "


@dataclass(frozen=True, slots=True)
class Row:
    """A line: what it is about, and its parts, all cleaned; what does not fit goes on in the next line."""

    label: str
    parts: tuple[str, ...]


def lines_of(rows: tuple[Row, ...], columns: int) -> tuple[str, ...]:
    """Lay rows out in some columns, their labels one below the other; a part that is too long goes on below."""
    label_columns = max((len(each.label) for each in rows), default=0)
    label_columns += len(GAP) if label_columns else 0
    room = max(1, columns - label_columns)
    made: list[str] = []
    for row in rows:
        lines: list[str] = []
        for part in row.parts:
            joined = f"{lines[-1]}{GAP}{part}" if lines else part
            if lines and columns_of(joined) <= room:
                lines[-1] = joined
            else:
                lines += wrapped(part, room)
        made += [f"{'' if at else row.label:<{label_columns}}{line}" for at, line in enumerate(lines)]
    return tuple(cut(line, columns) for line in made)
