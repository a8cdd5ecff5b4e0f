"""What could not be read of a state, gathered into a few sentences however often it occurs."""

from collections import Counter

_MOST_SENTENCES = 20


class Told:
    """Counts of what is left out, by what it is and why."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, str]] = Counter()

    def leave_out(self, one: str, several: str, why: str) -> None:
        """Count one thing (``a text``, ``texts``) that is left out, and why (``has no place``)."""
        self._counts[one, several, why] += 1

    def sentences(self) -> tuple[str, ...]:
        """Give the sentences, in the order in which they came up first."""
        found = []
        for (one, several, why), count in self._counts.items():
            subject = f"{one[:1].upper()}{one[1:]}" if count == 1 else f"{count} {several}"
            found.append(f"{subject} left out: {why}.")
        rest = len(found) - _MOST_SENTENCES
        return tuple(found) if rest <= 0 else (*found[:_MOST_SENTENCES], f"{rest} more things left out.")
