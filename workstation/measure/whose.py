"""Whose a lesion is: patients told apart by ID and name, so that no lesion of one is taken for that of another."""

from collections.abc import Iterable, Mapping

from workstation.errors import UserError
from workstation.operations.operation import counted
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Whose:
    """The patient, as a file says: Patient ID and Patient's Name; empty where it does not."""

    patient_id: str = ""
    name: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What is compared: the name whatever its case and its spaces, and without components that are empty."""
        return self.patient_id.strip(), " ".join(self.name.casefold().replace("^", " ").split())


NOBODY = Whose()
"""Of whom a file says nothing."""


def patients_of(found: Iterable[Whose]) -> Mapping[Whose, str]:
    """Give words for the patient of each, the same for those that are one patient; empty where nothing is said.

    As in the list of patients, files are of one patient if they agree in ID and name. One that says no name is of the
    only patient with its ID.
    """
    listed = list(dict.fromkeys(found))
    names: dict[str, list[str]] = {}
    for each in listed:
        patient_id, name = each.key
        several = names.setdefault(patient_id, [])
        if name and name not in several:
            several.append(name)
    shown = {each.key: each.name.replace("^", " ").strip() for each in reversed(listed)}
    words = {}
    for each in listed:
        patient_id, name = each.key
        called = shown[each.key]
        if not patient_id:
            words[each] = f"{called} (no ID)" if called else ""
        elif len(names[patient_id]) < 2:
            words[each] = patient_id
        else:
            words[each] = f"{patient_id}, {called or 'no name'}"
    return words


def check_known(patients: Iterable[str]) -> None:
    """Refuse lesions whose patient is not known beside those of patients who are.

    Raises
    ------
    UserError
        Saying so.
    """
    listed = set(patients)
    if len(listed) > 1 and "" in listed:
        known = counted(len(listed) - 1, "patient")
        raise UserError(
            f"Some lesions are those of {known}, of others no patient ID or name says whose they are.",
            hint="Give the files of one patient alone, or measure again: what measure writes says whose it is.",
        )
