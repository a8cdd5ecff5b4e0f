"""Response by RECIST 1.1 (Eisenhauer et al., Eur J Cancer 2009; 45: 228-247): sums, categories, and why."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Literal

from workstation.operations.operation import counted
from workstation.quick_dataclass import dataclass

Role = Literal["target", "non-target", "new"]
Status = Literal["present", "absent", "too small", "progression", "not evaluated"]
Response = Literal["CR", "PR", "SD", "PD", "NE", "Non-CR/Non-PD", "none"]

MOST_TARGETS, MOST_PER_ORGAN = 5, 2
LEAST_MM, LEAST_NODE_MM, NORMAL_NODE_MM, TOO_SMALL_MM = 10.0, 15.0, 10.0, 5.0
SHRUNK, GROWN, GROWN_MM = 0.30, 0.20, 5.0
_ROUNDING = 1e-9
BASELINE = ("Baseline.",)
"""The reasons of the first study's assessment."""


@dataclass(frozen=True, slots=True)
class LesionSeen:
    """A lesion in one study.

    Parameters
    ----------
    lesion
        The same in all studies.
    role
        Target, non-target, new.
    diameter_mm
        Of a target: longest diameter, of a lymph node the short axis; None where not measured.
    is_node
        Whether it is a lymph node.
    organ
        For the limit of two targets an organ; empty where unknown.
    status
        ``absent``: gone; ``too small``: seen, too small to measure (counts as 5 mm); ``progression``: of a non-target,
        unequivocal; ``not evaluated``: could not be looked at.
    """

    lesion: str
    role: Role
    diameter_mm: float | None = None
    is_node: bool = False
    organ: str = ""
    status: Status = "present"

    @property
    def counted_mm(self) -> float | None:
        """What it adds to the sum; None where it cannot be evaluated."""
        if self.status == "not evaluated":
            return None
        if self.status == "absent":
            return 0.0
        if self.diameter_mm is None:
            return TOO_SMALL_MM if self.status == "too small" else None
        return self.diameter_mm

    @property
    def is_gone(self) -> bool:
        """Whether it counts as gone: a node below 10 mm does."""
        size = self.counted_mm
        if self.status == "absent":
            return True
        return self.is_node and size is not None and size < NORMAL_NODE_MM


@dataclass(frozen=True, slots=True)
class Assessment:
    """One study's response.

    ``sum_mm`` is None where a target could not be evaluated; ``nadir_mm`` is the smallest sum before this study;
    ``reasons`` are sentences.
    """

    when: date
    sum_mm: float | None
    nadir_mm: float | None
    change_percent: float | None
    nadir_change_percent: float | None
    target: Response
    non_target: Response
    new_lesions: tuple[str, ...]
    overall: Response
    reasons: tuple[str, ...]


def baseline_problems(seen: Sequence[LesionSeen]) -> tuple[str, ...]:
    """Say what of a baseline RECIST does not allow: too many targets, too small ones."""
    targets = [each for each in seen if each.role == "target"]
    problems = []
    if len(targets) > MOST_TARGETS:
        problems.append(f"{len(targets)} targets; at most {MOST_TARGETS} are allowed")
    organs = Counter(each.organ for each in targets if each.organ)
    for organ, count in organs.items():
        if count > MOST_PER_ORGAN:
            problems.append(f"{count} targets in {organ}; at most {MOST_PER_ORGAN} an organ are allowed")
    for each in targets:
        least = LEAST_NODE_MM if each.is_node else LEAST_MM
        size = each.counted_mm
        if size is None:
            problems.append(f"{each.lesion} is not measured")
        elif size < least:
            axis = "short axis" if each.is_node else "longest diameter"
            problems.append(f"{each.lesion}: {axis} {size:.1f} mm; a target has at least {least:g} mm")
    problems += [f"{each.lesion} is new at baseline" for each in seen if each.role == "new"]
    return tuple(problems)


def assess(studies: Sequence[tuple[date, Sequence[LesionSeen]]]) -> tuple[Assessment, ...]:
    """Assess studies, the first being the baseline.

    Parameters
    ----------
    studies
        Oldest first. A lesion that a later study does not mention is not evaluated there.
    """
    if not studies:
        return ()
    when, first = studies[0]
    targets = [each for each in first if each.role == "target"]
    others = [each for each in first if each.role == "non-target"]
    base = _sum(targets)
    made = [Assessment(when, base, None, None, None, "none", "none", (), "none", BASELINE)]
    nadir, appeared = base, tuple[str, ...]()
    for when, seen in studies[1:]:
        named = {each.lesion: each for each in seen}
        appeared = tuple(dict.fromkeys((*appeared, *(each.lesion for each in seen if each.role == "new"))))
        now = [named.get(each.lesion, _unseen(each)) for each in targets]
        total = _sum(now)
        target, why = _target_response(now, total, base, nadir, was_gone="CR" in (each.target for each in made))
        non_target, why_not = _non_target_response([named.get(each.lesion, _unseen(each)) for each in others])
        overall = _overall(target, non_target, is_new=bool(appeared))
        told = (f"New: {', '.join(appeared)}.",) if appeared else ()
        changes = _percent(total, base), _percent(total, nadir)
        reasons = (*why, *why_not, *told)
        made.append(Assessment(when, total, nadir, *changes, target, non_target, appeared, overall, reasons))
        if total is not None:
            nadir = total if nadir is None else min(nadir, total)
    return tuple(made)


def _unseen(lesion: LesionSeen) -> LesionSeen:
    return LesionSeen(lesion.lesion, lesion.role, None, lesion.is_node, lesion.organ, "not evaluated")


def _sum(targets: Sequence[LesionSeen]) -> float | None:
    sizes = [each.counted_mm for each in targets]
    known = [size for size in sizes if size is not None]
    return sum(known) if len(known) == len(sizes) else None


def _percent(now: float | None, before: float | None) -> float | None:
    return None if now is None or not before else (now - before) / before * 100


def _target_response(
    targets: Sequence[LesionSeen], total: float | None, base: float | None, nadir: float | None, *, was_gone: bool
) -> tuple[Response, tuple[str, ...]]:
    if not targets:
        return "none", ()
    known = sum(size for each in targets if (size := each.counted_mm) is not None)
    if nadir is not None and _has_grown(known, nadir):
        # What could not be evaluated would only add to it.
        share = f"by {(known - nadir) / nadir * 100:.0f} %" if nadir else "from nothing"
        return "PD", (f"The sum grew {share} and {known - nadir:.1f} mm over its smallest, {nadir:.1f} mm: PD.",)
    back = [each.lesion for each in targets if not each.is_node and (each.counted_mm or 0) > 0]
    if was_gone and back:
        return "PD", (f"All targets were gone, and {', '.join(back)} is there again: PD.",)
    if total is None or base is None:
        missing = [each.lesion for each in targets if each.counted_mm is None]
        return "NE", (f"Not evaluated: {', '.join(missing) or 'the baseline'}.",)
    if all(each.is_gone for each in targets):
        return "CR", ("All targets are gone; nodes are below 10 mm: CR.",)
    if base and total <= base * (1 - SHRUNK) * (1 + _ROUNDING):
        return "PR", (f"The sum fell by {(base - total) / base * 100:.0f} % from the baseline, {base:.1f} mm: PR.",)
    return "SD", (f"The sum, {total:.1f} mm, neither fell by 30 % from the baseline nor grew by 20 % and 5 mm: SD.",)


def _has_grown(now: float, nadir: float) -> bool:
    more = now - nadir
    return more >= GROWN_MM * (1 - _ROUNDING) and more >= GROWN * nadir * (1 - _ROUNDING)


def _non_target_response(others: Sequence[LesionSeen]) -> tuple[Response, tuple[str, ...]]:
    if not others:
        return "none", ()
    grown = [each.lesion for each in others if each.status == "progression"]
    if grown:
        return "PD", (f"Unequivocal progression of {', '.join(grown)}: PD.",)
    unseen = [each.lesion for each in others if each.status == "not evaluated"]
    if unseen:
        return "NE", (f"Not evaluated: {', '.join(unseen)}.",)
    if all(each.is_gone for each in others):
        return "CR", ("All non-targets are gone.",)
    return "Non-CR/Non-PD", (f"{counted(len(others), 'non-target')} not all gone.",)


def _overall(target: Response, non_target: Response, *, is_new: bool) -> Response:
    """Give the overall response (tables 1 and 2 of the paper)."""
    if is_new or "PD" in (target, non_target):
        return "PD"
    if target == "none":
        return non_target
    if target == "CR":
        return {"CR": "CR", "none": "CR", "NE": "PR", "Non-CR/Non-PD": "PR"}[non_target]  # type: ignore[return-value]
    return target
