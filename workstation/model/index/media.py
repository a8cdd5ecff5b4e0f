"""DICOMDIR (PS3.3 F.3): which files a medium lists.

The files themselves say what they are, so only Referenced File ID is used; the records are taken in the order in which
they are written, and the offsets between them, which are wrong on many media, are not needed.
"""

import os
from pathlib import Path

from workstation.model.index.records import Place
from workstation.model.refusal import Reason, Refused

_REFERENCED_FILE_ID = 0x00041500
_DIRECTORY_RECORDS = 0x00041220
INCOMPLETE = "The medium is incomplete, or was not copied whole."


def listed_files(path: str) -> list[tuple[str, ...]]:
    """Give the File IDs of a DICOMDIR: the components of each path, below the folder it lies in.

    Raises
    ------
    Refused
        If it cannot be read, or lists nothing.
    """
    from pydicom.sequence import Sequence

    from workstation.model.attributes import PARSER_FAILURES
    from workstation.model.reading import read_dataset

    dataset = read_dataset(Place(Path(path)))
    hint = "Add the folder it lies in instead; every file in it is then looked at."
    try:
        records = dataset[_DIRECTORY_RECORDS].value
        if not isinstance(records, Sequence):
            raise TypeError("not a sequence")
        found = [_components(record.get_item(_REFERENCED_FILE_ID)) for record in records]
    except PARSER_FAILURES as error:
        message = "The directory of this medium (DICOMDIR) has no readable records."
        raise Refused(Reason.DAMAGED_HEADER, message, hint=hint) from error
    listed = [components for components in found if components]
    if not listed:
        raise Refused(Reason.NO_IMAGE, "The directory of this medium (DICOMDIR) lists no files.", hint=hint)
    return listed


def _components(element: object) -> tuple[str, ...]:
    value = getattr(element, "value", None)
    if not value:
        return ()
    if isinstance(value, bytes):
        value = value.decode("latin-1").split("\\")
    elif isinstance(value, str):
        value = value.split("\\")
    return tuple(str(part).strip(" \0") for part in value if str(part).strip(" \0"))


def listed_below(folder: str, listed: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Leave out what a copy of a directory, in one of the folders of the medium, lists in other folders.

    Any other directory is given as it is, whatever is missing.

    Parameters
    ----------
    folder
        Absolute path of the folder of the directory.
    listed
        As of `listed_files`.
    """
    if any(_matching(folder, first) for first in {components[0] for components in listed}):
        return listed
    own = [each for each in listed if _without_own_folders(folder, each) != each]
    return own if any(_below(folder, _without_own_folders(folder, each)) for each in own) else listed


def find_listed(folder: str, components: tuple[str, ...]) -> str:
    """Give the path of a listed file, also where the medium was copied with other case or version numbers.

    Some exports put the directory of the whole medium into each of its folders, too: there ``A/B`` is ``B`` beside a
    DICOMDIR in ``A``.

    Raises
    ------
    Refused
        UNSAFE_ENTRY if it would lie outside ``folder``, LISTED_BUT_MISSING if it is not there.
    """
    name = "/".join(components)
    if any(part in ("..", ".") or "/" in part or os.sep in part or ":" in part for part in components):
        raise Refused(Reason.UNSAFE_ENTRY, f"DICOMDIR lists “{name}”, which would lie outside its folder.")
    found = _below(folder, components) or _below(folder, _without_own_folders(folder, components))
    if found is None:
        message = f"DICOMDIR lists “{name}”, but there is no such file."
        raise Refused(Reason.LISTED_BUT_MISSING, message, hint=INCOMPLETE)
    return found


def _below(folder: str, components: tuple[str, ...]) -> str | None:
    found = folder
    for part in components:
        step = _matching(found, part)
        if step is None:
            return None
        found = step
    return found


def _without_own_folders(folder: str, components: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out the first components where the folder itself lies in folders of these names."""
    own = [part.lower() for part in Path(folder).parts]
    for count in range(min(len(components) - 1, len(own)), 0, -1):
        if own[-count:] == [part.lower() for part in components[:count]]:
            return components[count:]
    return components


def _matching(folder: str, part: str) -> str | None:
    exact = os.path.join(folder, part)  # noqa: PTH118 - paths stay text in the scan
    if os.path.lexists(exact):
        return exact
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.partition(";")[0].rstrip(".").lower() == part.lower():
                    return entry.path
    except OSError:
        return None
    return None
