"""Which images are read ahead: those around the one that is seen, more of them in the direction of scrolling."""

from collections.abc import Iterator
from itertools import islice


def span_around(count: int, start: int, *, forwards: bool, most: int) -> range:
    """Give the numbers of so many images around one, twice as many in the direction of the last move."""
    after, before = count - 1 - start, start
    ahead, behind = (after, before) if forwards else (before, after)
    back = min(behind, max(most // 3, most - ahead))
    on = min(ahead, most - back)
    return range(start - back, start + on + 1) if forwards else range(start - on, start + back + 1)


def outwards(span: range, start: int, *, forwards: bool, known: range = range(0)) -> Iterator[int]:
    """Give the numbers of a span around one of them, the nearest first, two onwards for one back.

    Those in ``known``, which is around the start, are left out.
    """
    holds = start in known
    after = range(max(start + 1, known.stop if holds else 0), span.stop)
    before = range(min(start - 1, known.start - 1 if holds else start), span.start - 1, -1)
    ahead, behind = (iter(after), iter(before)) if forwards else (iter(before), iter(after))
    while True:
        near = [*islice(ahead, 2), *islice(behind, 1)]
        if not near:
            return
        yield from near
