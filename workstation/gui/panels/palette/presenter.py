"""Finds commands by parts of their names, the best ones first."""

from collections.abc import Iterable, Sequence

from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A command as the palette lists it. ``group`` is its menu, ``keys`` how else it is reached."""

    id: str
    text: str
    group: str = ""
    keys: str = ""
    is_enabled: bool = True


def found(entries: Sequence[Entry], text: str, lately: Iterable[str] = ()) -> list[Entry]:
    """Give the entries that match, best first; those that cannot be used now come last.

    Every word that was typed has to begin a word of the entry, or stand in it, or be the first letters of its words.

    Parameters
    ----------
    text
        What was typed; nothing lists all, those used lately first.
    lately
        Ids that were used before, the latest first.
    """
    recent = {name: place for place, name in enumerate(lately)}
    words = text.casefold().split()
    scored = []
    for number, entry in enumerate(entries):
        score = _score(f"{entry.text} {entry.group}".casefold(), words)
        if score is not None:
            scored.append((not entry.is_enabled, score, recent.get(entry.id, len(recent)), number, entry))
    return [row[-1] for row in sorted(scored, key=lambda row: row[:-1])]


def _score(name: str, words: Sequence[str]) -> int | None:
    total = 0
    for word in words:
        if any(part.startswith(word) for part in name.split()):
            total += 0 if name.startswith(word) else 1
        elif word in name:
            total += 3
        elif "".join(part[0] for part in name.split()).startswith(word):
            total += 6
        else:
            return None
    return total
