"""Text in the order in which its characters stand on a line, for drawing that only goes from left to right.

The parts of the bidirectional algorithm (Unicode Standard Annex 9) that names and short labels need: no explicit marks
(`workstation.model.text.clean` has taken them out), one level of numbers and Latin words inside Hebrew or Arabic.
`joined` gives Arabic letters the forms that join them; `visual_order` leaves them as they are.
"""

import unicodedata
from functools import cache

_RIGHT_TO_LEFT = ("R", "AL")
_NUMBERS = ("EN", "AN")
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")


def visual_order(text: str) -> str:
    """Give the characters from left to right."""
    if not any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text):
        return text
    clusters = _clusters(text)
    levels = _levels(clusters)
    shown = [each.translate(_MIRRORED) if level % 2 else each for each, level in zip(clusters, levels, strict=True)]
    for level in range(max(levels), 0, -1):
        shown, levels = _reversed_runs(shown, levels, level)
    return "".join(shown)


def _clusters(text: str) -> list[str]:
    """Keep marks with the letter that they stand on."""
    clusters: list[str] = []
    for character in text:
        if clusters and unicodedata.bidirectional(character) == "NSM":
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def _levels(clusters: list[str]) -> list[int]:
    """Give 0 for text of a line from left to right, 1 for what runs from right to left, 2 for what does not, in it."""
    kinds = [unicodedata.bidirectional(cluster[0]) for cluster in clusters]
    strong = [kind for kind in kinds if kind == "L" or kind in _RIGHT_TO_LEFT]
    base = 0 if strong[0] == "L" else 1
    levels: list[int | None] = []
    before = base
    for kind in kinds:
        if kind in _RIGHT_TO_LEFT:
            before = 1
        elif kind == "L":
            before = 0
        level = {0: 2 * base, 1: 1}[before] if kind == "L" or kind in _RIGHT_TO_LEFT else None
        levels.append(2 if kind in _NUMBERS and (before or base) else 2 * base if kind in _NUMBERS else level)
    return _with_neutrals(levels, base)


def _with_neutrals(levels: list[int | None], base: int) -> list[int]:
    """Give blanks and signs the level of both neighbours where they agree, else that of the line."""
    done: list[int] = []
    for index, level in enumerate(levels):
        if level is not None:
            done.append(level)
            continue
        after = next((later for later in levels[index:] if later is not None), base)
        before = done[-1] if done else base
        done.append(before if before == after else 1 if {before, after} == {1, 2} else base)
    return done


def _reversed_runs(shown: list[str], levels: list[int], level: int) -> tuple[list[str], list[int]]:
    order: list[int] = []
    run: list[int] = []
    for index, own in enumerate(levels):
        if own >= level:
            run.insert(0, index)
            continue
        order += [*run, index]
        run = []
    order += run
    return [shown[index] for index in order], [levels[index] for index in order]


def joined(text: str) -> str:
    """Give Arabic letters in the forms by which they join, still in the order in which they are read.

    Parameters
    ----------
    text
        In reading order. Letters that Unicode has no joined forms of (Arabic Presentation Forms A and B) stay.
    """
    forms = _forms()
    letters = [index for index, each in enumerate(text) if unicodedata.bidirectional(each) != "NSM"]
    shown = list(text)
    for place, index in enumerate(letters):
        own = forms.get(text[index])
        if own is None:
            continue
        before = text[letters[place - 1]] if place else ""
        after = text[letters[place + 1]] if place + 1 < len(letters) else ""
        from_before = "<initial>" in forms.get(before, {}) or before == _STRETCH
        to_after = "<initial>" in own and ("<final>" in forms.get(after, {}) or after == _STRETCH)
        name = {(True, True): "<medial>", (True, False): "<final>", (False, True): "<initial>"}.get(
            (from_before, to_after), "<isolated>"
        )
        shown[index] = own.get(name, text[index])
    return "".join(shown)


@cache
def _forms() -> dict[str, dict[str, str]]:
    """Give the forms of each letter, as the decompositions of the presentation forms name them."""
    forms: dict[str, dict[str, str]] = {}
    for code in (*range(0xFB50, 0xFC00), *range(0xFE80, 0xFEFD)):
        kind, *letters = unicodedata.decomposition(chr(code)).split() or [""]
        if len(letters) == 1:
            forms.setdefault(chr(int(letters[0], 16)), {})[kind] = chr(code)
    return forms


_STRETCH = "\N{ARABIC TATWEEL}"
