"""What adding to a library and checking it tell."""

from workstation.model.index.records import Place, RefusedFile
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Conflict:
    """A SOP Instance UID that files of different content bear; each is listed, none is trusted over another."""

    sop_instance_uid: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class AddReport:
    """What adding did, in files: new, read again because they changed, left alone, and gone since the last time.

    ``conflicts`` are those of the whole library; ``notes`` are sentences about what was asked for and not found.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    refused: tuple[RefusedFile, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckReport:
    """How the library compares with the files it lists; ``damage`` is what SQLite finds wrong with its file."""

    instances: int = 0
    missing: tuple[Place, ...] = ()
    changed: tuple[Place, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    damage: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return not (self.missing or self.changed or self.conflicts or self.damage)
