"""Instances copied without their patients, for copies and media."""

from typing import BinaryIO

from pydicom import Dataset

from workstation.model.index.records import Instance
from workstation.model.reading import read_header
from workstation.model.source import BytesSource
from workstation.objects.deidentification.deidentify import deidentify
from workstation.objects.deidentification.policy import PROFILES, Policy
from workstation.objects.deidentification.state import State


class WithoutPatient:
    """Copies what de-identification leaves; new UIDs and pseudonyms hold over all that one of these copies.

    Parameters
    ----------
    profile
        A key of `workstation.objects.deidentification.policy.PROFILES`.
    """

    def __init__(self, profile: str) -> None:
        self._policy = Policy(options=PROFILES[profile])
        self._state = State()

    def copy(self, instance: Instance, output: BinaryIO) -> Dataset:
        """See `workstation.objects.media.copying.Copier`; `UserError` where text burned in would stay."""
        done = deidentify(instance.place, self._policy, self._state)
        output.write(done.data)
        return read_header(BytesSource(done.data)).dataset
