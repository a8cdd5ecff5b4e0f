"""What a key object selection says, as frozen values (PS3.16 TID 2010, CID 7010)."""

from workstation.errors import UserError
from workstation.model.concepts import Code
from workstation.quick_dataclass import dataclass

TITLES: tuple[Code, ...] = (
    Code("113000", "DCM", "Of Interest"),
    Code("113013", "DCM", "Best In Set"),
    Code("113002", "DCM", "For Referring Provider"),
    Code("113003", "DCM", "For Surgery"),
    Code("113004", "DCM", "For Teaching"),
    Code("113005", "DCM", "For Conference"),
    Code("113006", "DCM", "For Therapy"),
    Code("113007", "DCM", "For Patient"),
    Code("113008", "DCM", "For Peer Review"),
    Code("113009", "DCM", "For Research"),
    Code("113018", "DCM", "For Printing"),
    Code("113020", "DCM", "For Report Attachment"),
    Code("113021", "DCM", "For Litigation"),
    Code("113010", "DCM", "Quality Issue"),
    Code("113001", "DCM", "Rejected for Quality Reasons"),
    Code("113037", "DCM", "Rejected for Patient Safety Reasons"),
    Code("113038", "DCM", "Incorrect Modality Worklist Entry"),
    Code("113039", "DCM", "Data Retention Policy Expired"),
)
"""Titles that a person chooses from, of context group 7010."""


def title_of(words: str) -> Code:
    """Find a title by its words or its code, upper and lower case, blanks and hyphens alike.

    Raises
    ------
    UserError
        If there is none.
    """
    wanted = _plain(words)
    found = next((each for each in TITLES if wanted in (each.value, _plain(each.meaning))), None)
    if found is None:
        names = ", ".join(title_words(each) for each in TITLES)
        raise UserError(f"There is no title {words!r} for key objects.", hint=f"There are: {names}.")
    return found


def title_words(title: Code) -> str:
    """Give a title as a word for the command line: ``of-interest``."""
    return _plain(title.meaning)


def _plain(words: str) -> str:
    return "-".join(words.casefold().replace("-", " ").replace("_", " ").split())


@dataclass(frozen=True, slots=True)
class KeyObject:
    """One object that is pointed at.

    ``frames`` are from 0, none means the whole image; ``presentation_state_uid`` is how it is to be seen. Series and
    study are those that the document names for it, empty where it names none.
    """

    sop_instance_uid: str
    sop_class_uid: str = ""
    series_instance_uid: str = ""
    study_instance_uid: str = ""
    frames: tuple[int, ...] = ()
    presentation_state_uid: str = ""
    presentation_state_class: str = ""
    presentation_state_series_uid: str = ""

    def means(self, sop_instance_uid: str, frame: int = 0) -> bool:
        """Say whether a frame, from 0, is pointed at."""
        return self.sop_instance_uid == sop_instance_uid and (not self.frames or frame in self.frames)


@dataclass(frozen=True, slots=True)
class KeyObjects:
    """A selection of key objects.

    Parameters
    ----------
    title
        Why they were chosen; None where the document has none.
    note
        What was written about them.
    observer
        Who chose them.
    reasons
        What the title is more exactly: why images were rejected, what is the best of what.
    problems
        Sentences about what could not be read and is left out.
    """

    title: Code | None
    objects: tuple[KeyObject, ...] = ()
    note: str = ""
    observer: str = ""
    reasons: tuple[Code, ...] = ()
    sop_instance_uid: str = ""
    study_instance_uid: str = ""
    created: str = ""
    problems: tuple[str, ...] = ()

    def means(self, sop_instance_uid: str, frame: int = 0) -> bool:
        """Say whether a frame, from 0, is among them."""
        return any(each.means(sop_instance_uid, frame) for each in self.objects)
