"""What holds over the files of a run, and over runs where it is kept in a map file: new UIDs, pseudonyms, shifts."""

import hashlib
import hmac
import json
import re
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import asdict, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydicom import Dataset

from workstation.errors import UserError
from workstation.model.attributes import text
from workstation.objects.deidentification.policy import Policy
from workstation.quick_dataclass import dataclass
from workstation.whole_files import write_whole

_FORMAT = "workstation de-identification map 1"
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that are taken for others
_FURTHEST_DAYS = 3650
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Pseudonym:
    """Who a patient becomes."""

    patient_id: str
    patient_name: str


@dataclass
class State:
    """What has been given out so far.

    Parameters
    ----------
    secret
        Key of the hash that new UIDs, pseudonyms and shifts come from: who has it can tell whether a given original
        belongs to a new value, nobody else can.
    uids
        New UIDs by old ones.
    patients
        Pseudonyms by a hash of the patient.
    """

    secret: bytes = field(default_factory=lambda: secrets.token_bytes(_SECRET_BYTES))
    uids: dict[str, str] = field(default_factory=dict)
    patients: dict[str, Pseudonym] = field(default_factory=dict)

    def new_uid(self, old: str) -> str:
        """Give the UID that stands for an old one, the same each time (PS3.5 B.2)."""
        found = self.uids.get(old)
        if found is None:
            found = f"2.25.{uuid.UUID(bytes=self._hash('uid', old)[:16], version=4).int}"
            self.uids[old] = found
        return found

    def pseudonym(self, dataset: Dataset, policy: Policy) -> Pseudonym:
        """Give the pseudonym of the patient of an object.

        Raises
        ------
        UserError
            If the list of pseudonyms does not have the patient.
        """
        patient = _patient(dataset)
        if policy.pseudonyms is not None:
            listed = policy.pseudonyms.get(text(dataset, "PatientID").strip())
            if listed is None:
                raise UserError("Its patient is not in the list of pseudonyms.", hint="Add a line for the patient.")
            return Pseudonym(*listed)
        key = self._hash("patient", patient).hex()
        if key not in self.patients:
            number = len(self.patients) + 1
            code = "".join(_LETTERS[byte % len(_LETTERS)] for byte in self._hash("pseudonym", patient)[:8])
            name = policy.pseudonym.format(n=number, hash=code)
            self.patients[key] = Pseudonym(name.replace("^", "-"), name)
        return self.patients[key]

    def shift(self, dataset: Dataset, policy: Policy) -> timedelta:
        """Give how far the dates of a patient are moved: back by 1 to 3650 days, unless the policy says how far."""
        if policy.shift is not None:
            return policy.shift
        number = int.from_bytes(self._hash("shift", _patient(dataset))[:8])
        return timedelta(days=-1 - number % _FURTHEST_DAYS)

    def _hash(self, purpose: str, value: str) -> bytes:
        return hmac.new(self.secret, f"{purpose}\0{value}".encode(errors="surrogatepass"), hashlib.sha256).digest()

    def save(self, path: Path) -> None:
        """Write the map, readable for its owner alone; whoever has it can undo the de-identification.

        Raises
        ------
        UserError
            If it cannot be written.
        """
        content = {
            "format": _FORMAT,
            "secret": self.secret.hex(),
            "uids": self.uids,
            "patients": {key: asdict(each) for key, each in self.patients.items()},
        }
        write_whole(path, json.dumps(content, indent=1).encode(), is_private=True)

    @classmethod
    def load(cls, path: Path) -> "State":
        """Read a map; a new one where there is no file.

        Raises
        ------
        UserError
            If it is no map.
        """
        if not path.exists():
            return cls()
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            return cls._checked(content)
        except OSError as error:
            raise UserError(f"{path}: the map cannot be read: {error.strerror}.") from error
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise UserError(
                f"{path}: this is no map of a de-identification, or a damaged one.",
                hint="Name another file, or one that does not exist to begin a new map.",
            ) from error

    @classmethod
    def _checked(cls, content: Mapping[str, Any]) -> "State":
        secret, uids = bytes.fromhex(content["secret"]), dict(content["uids"])
        if content["format"] != _FORMAT or len(secret) != _SECRET_BYTES:
            raise ValueError
        if not all(re.fullmatch(r"[0-9.]{1,64}", new) for new in uids.values()):
            raise ValueError
        return cls(secret, uids, {key: Pseudonym(**each) for key, each in content["patients"].items()})


def _patient(dataset: Dataset) -> str:
    """Give what tells a patient from others: ID and issuer; name and birth date, or the study, where there is none."""
    known = (text(dataset, "PatientID").strip(), text(dataset, "IssuerOfPatientID").strip())
    if known[0]:
        return "id\0" + "\0".join(known)
    named = (text(dataset, "PatientName").strip(), text(dataset, "PatientBirthDate").strip())
    return "name\0" + "\0".join(named) if named[0] else "study\0" + text(dataset, "StudyInstanceUID")
