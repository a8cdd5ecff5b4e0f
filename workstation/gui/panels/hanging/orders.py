"""The order of rules and the numbers of panes, when a rule is moved or its grid changes."""

from collections.abc import Sequence
from dataclasses import replace

from workstation.display.hanging.rules import Rule, ranked


def reranked(rules: Sequence[Rule], place: int) -> tuple[Rule, ...]:
    """Give ranks so that rules keep an order; of the others only those change that would stand before the moved one."""
    before = rules[place - 1] if place else None
    after = rules[place + 1] if place + 1 < len(rules) else None
    wanted = [rules[place].rank]
    wanted += [before.rank, before.rank + 1] if before else []
    wanted += [after.rank, after.rank - 1] if after else []
    options = [replace(rules[place], rank=rank) for rank in wanted]
    behind = [each for each in options if before is None or ranked((before, each))[0] == before]
    fitting = [each for each in behind if after is None or ranked((each, after))[0] == each]
    made = [*rules[:place], (fitting or behind)[0]]
    for rule in rules[place + 1 :]:
        follows = ranked((made[-1], rule))[0] == made[-1]
        made.append(rule if follows else replace(rule, rank=made[-1].rank + 1))
    return tuple(made)


def renumbered(old: Rule, new: Rule) -> Rule:
    """Keep panes that are like another one to it, though panes are counted anew; drop the tie where it is gone."""
    places = {_place(old, number): number for number in range(1, len(old.panes) + 1)}
    moved = {number: _number(new, place) for place, number in places.items()}
    for number, pane in enumerate(new.panes, 1):
        if pane is not None and pane.selector.like:
            like = moved.get(pane.selector.like) or 0
            new = new.with_pane(number, replace(pane, selector=replace(pane.selector, like=like)))
    return new


def _place(rule: Rule, number: int) -> tuple[int, int, int]:
    first = 0
    for place, screen in enumerate(rule.screens):
        if number - 1 - first < len(screen.panes):
            return place, *divmod(number - 1 - first, screen.columns)
        first += len(screen.panes)
    raise ValueError(number)


def _number(rule: Rule, place: tuple[int, int, int]) -> int:
    """Give the number of the pane at a place; 0 where there is none."""
    screen, row, column = place
    if screen >= len(rule.screens) or row >= rule.screens[screen].rows or column >= rule.screens[screen].columns:
        return 0
    before = sum(len(each.panes) for each in rule.screens[:screen])
    return before + row * rule.screens[screen].columns + column + 1
