"""UIDs that stand in for absent ones: under 2.25 (PS3.5 B.2), made of what the file says, the same at every reading."""

from hashlib import sha256

_ROOT = "2.25."


def stand_in_uid(*parts: str) -> str:
    """Give a UID that depends on nothing but ``parts``."""
    digest = sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest()
    return _ROOT + str(int.from_bytes(digest[:16]))


def study_uid(header: dict[str, str]) -> str:
    """Give a study UID for files that agree about patient, study date and time, study ID and accession number."""
    fields = ("patient_id", "patient_name", "study_date", "study_time", "study_id", "accession_number")
    return stand_in_uid("study", *(header[field] for field in fields))


def series_uid(header: dict[str, str]) -> str:
    """Give a series UID for files of one study that agree about modality, series number and description."""
    fields = ("study_instance_uid", "modality", "series_number", "series_description", "series_date", "series_time")
    return stand_in_uid("series", *(header[field] for field in fields))


def instance_uid(content_digest: bytes) -> str:
    """Give an instance UID for a file with these bytes."""
    return stand_in_uid("instance", content_digest.hex())
