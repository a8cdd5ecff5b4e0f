"""Rules to and from files, JSON and DICOM alike."""

from collections.abc import Sequence
from pathlib import Path

from workstation.display.hanging import store
from workstation.display.hanging.document import to_json
from workstation.display.hanging.rules import Rule


def write_rules(rules: Sequence[Rule], path: Path) -> tuple[str, ...]:
    """Write rules by the ending of the file: DICOM (``.dcm``, one rule) or JSON.

    Returns
    -------
    tuple of str
        Sentences about what the form cannot say to other programs.

    Raises
    ------
    UserError
        If the file cannot be written.
    """
    if path.suffix.lower() != ".dcm":
        store.write_text(path, to_json(rules))
        return ()
    from workstation.display.hanging.dicom_writing import to_dicom
    from workstation.objects.writing import save

    ds, notes = to_dicom(rules[0])
    save(ds, path)
    return notes


def read_any(path: Path) -> tuple[tuple[Rule, ...], tuple[str, ...]]:
    """Read the rules of a JSON file or a DICOM Hanging Protocol, with sentences about what was left out.

    Raises
    ------
    UserError
        If it is neither, or cannot be read.
    """
    if not _is_dicom(path):
        return store.read_rules(path), ()
    from workstation.display.hanging.dicom_reading import from_dicom
    from workstation.model.reading import read_dataset

    return from_dicom(read_dataset(path), path.name)


def _is_dicom(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(132)[128:] == b"DICM"
    except OSError:
        return False
