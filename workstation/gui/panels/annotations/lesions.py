"""Decides what a person says of lesions: which one a measurement is of, what it is, where, and what it is to RECIST."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from workstation.gui.panels.annotations.rows import Patient, patient_of
from workstation.gui.viewer.making import new_tracking
from workstation.model.annotation import About, Annotation, Node, Role, Status
from workstation.model.annotation_kinds import TRAITS
from workstation.model.concepts import Code
from workstation.model.index.records import Instance
from workstation.model.lesion_codes import FINDINGS, LATERALITIES, SITES, coded
from workstation.model.marking import Marking
from workstation.model.text import clean
from workstation.quick_dataclass import dataclass

ROLES: tuple[tuple[Role, str], ...] = (
    ("", "none"),
    ("target", "target"),
    ("non-target", "non-target"),
    ("new", "new lesion"),
)
STATUSES: tuple[tuple[Status, str], ...] = (
    ("", "as measured"),
    ("present", "present"),
    ("absent", "absent"),
    ("too small", "too small to measure"),
    ("progression", "unequivocal progression"),
    ("not evaluated", "not evaluated"),
)
NODES: tuple[tuple[Node, str], ...] = (("", "by site, finding and name"), ("yes", "yes"), ("no", "no"))
LONGEST_NAME = 64
Change = Callable[[About], About]


@dataclass(frozen=True, slots=True)
class Form:
    """What is said of the chosen measurements; None where they differ."""

    lesion: str | None = ""
    finding: str | None = ""
    site: str | None = ""
    laterality: str | None = ""
    role: Role | None = ""
    status: Status | None = ""
    node: Node | None = ""
    note: str | None = ""


def form_of(annotations: Iterable[Annotation]) -> Form:
    """Give the form of the chosen ones."""
    abouts = [each.about or About() for each in annotations]
    if not abouts:
        return Form()
    return Form(
        lesion=_one({each.tracking_id for each in abouts}),
        finding=_one({_words(each.finding) for each in abouts}),
        site=_one({_words(each.site) for each in abouts}),
        laterality=_one({_words(each.laterality) for each in abouts}),
        role=_one({each.role for each in abouts}),
        status=_one({each.status for each in abouts}),
        node=_one({each.node for each in abouts}),
        note=_one({each.note for each in abouts}),
    )


T = TypeVar("T")


def _one(found: set[T]) -> T | None:
    return next(iter(found)) if len(found) == 1 else None


def _words(code: Code | None) -> str:
    return "" if code is None else str(code)


def lesions_of(marking: Marking, images: Mapping[str, Instance], patient: Patient | None) -> dict[str, str]:
    """Give the lesions of a patient that have a name: tracking UID by name, in the order in which they were made."""
    found: dict[str, str] = {}
    for each in marking.annotations:
        instance = images.get(each.sop_instance_uid)
        if instance is None or each.about is None or not each.about.tracking_id:
            continue
        if patient is None or patient_of(instance) == patient:
            found.setdefault(each.about.tracking_id, each.about.tracking_uid)
    return found


def with_lesion(marking: Marking, chosen: Iterable[Annotation], name: str, known: Mapping[str, str]) -> Marking:
    """Say which lesion some measurements are of.

    Parameters
    ----------
    marking
        All that there are.
    chosen
        Those that are meant. All contours of one volume go with them.
    name
        Of the lesion. One that is known links them to it; another one makes another lesion of them, or renames theirs
        where nothing else is of it; none takes them off the lesion, and leaves contours of a volume together.
    known
        Lesions of the patient: tracking UID by name.
    """
    name = clean(name).strip()[:LONGEST_NAME]
    same = {each.casefold(): (each, uid) for each, uid in known.items()}
    chosen = list(chosen)
    uids = {each.about.tracking_uid for each in chosen if each.about is not None and each.about.tracking_uid}
    if name.casefold() in same:
        name, uid = same[name.casefold()]
        return changed_about(marking, chosen, lambda about: replace(about, tracking_id=name, tracking_uid=uid))
    if not name:
        fresh = {uid: new_tracking().tracking_uid for uid in uids}
        return changed_about(
            marking,
            chosen,
            lambda about: replace(about, tracking_id="", tracking_uid=fresh.get(about.tracking_uid, "")),
        )
    of_them = {each.id for each in marking.annotations if each.about is not None and each.about.tracking_uid in uids}
    is_whole = len(uids) == 1 and of_them == {each.id for each in chosen}
    uid = uids.pop() if is_whole else new_tracking().tracking_uid
    return changed_about(marking, chosen, lambda about: replace(about, tracking_id=name, tracking_uid=uid))


def next_name(known: Mapping[str, str]) -> str:
    """Give a name for the next lesion."""
    number = 1
    while f"Lesion {number}" in known:
        number += 1
    return f"Lesion {number}"


def with_codes(about: About, field: str, words: str) -> About:
    """Set a coded field by its words; words that have no code are no code.

    Raises
    ------
    ValueError
        If no code has these words.
    """
    among = {"finding": FINDINGS, "site": SITES, "laterality": LATERALITIES}[field]
    found = coded(words, among)
    now: Code | None = getattr(about, field)
    if found is None and words.strip() and words.strip() != _words(now):
        raise ValueError(f"“{clean(words)}” has no code in the list.")
    given = found if found is not None or not words.strip() else now
    return replace(about, **{field: given})  # type: ignore[arg-type]  # one of the three


def changed_about(marking: Marking, chosen: Iterable[Annotation], change: Change) -> Marking:
    """Change what is said of some measurements."""
    numbers = {each.id for each in chosen}

    def changed(annotation: Annotation) -> Annotation:
        about = change(annotation.about or About())
        return replace(annotation, about=about if about != About() else None)

    put = tuple(changed(each) if each.id in numbers else each for each in marking.annotations)
    return replace(marking, annotations=put)


def on_one_volume(marking: Marking, chosen: Iterable[Annotation]) -> list[Annotation]:
    """Give some measurements with all contours that are of one volume with them on other slices of the series."""
    listed = list(chosen)
    uids = {each.about.tracking_uid for each in listed if each.about is not None and each.about.tracking_uid}
    spaces = {each.frame_of_reference_uid for each in listed}
    numbers = {each.id for each in listed}
    return [
        each
        for each in marking.annotations
        if each.id in numbers
        or (
            each.about is not None
            and each.about.tracking_uid in uids
            and each.frame_of_reference_uid in spaces
            and TRAITS[each.kind].is_region
        )
    ]
