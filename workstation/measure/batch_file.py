"""Many measurements in one file: a table, or a list, whose entries say what the commands of ``measure`` take."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from workstation.errors import UserError
from workstation.measure.arguments import RegionText
from workstation.operations.operation import ItemFailed
from workstation.operations.parameters import Parameter, parameters_of
from workstation.quick_dataclass import dataclass

_LARGEST_BYTES = 64 * 2**20
_FILE = ("file", "inputs")
_OF_ALL = ("output", "format", "window")
"""What is said once for all entries."""


@dataclass(frozen=True, slots=True)
class Request:
    """One entry: the command, its parameters, and where it stands."""

    command: str
    parameters: Any
    subject: str


def read_requests(path: Path, commands: Mapping[str, type]) -> Iterator[Request | ItemFailed]:
    """Read the entries of a file; one that is wrong is told, the others go on.

    A CSV table has a column ``command``, a column ``file``, and one for each option that is used; a JSON list has
    objects with these names. Values are written as on the command line, several separated by spaces; in JSON they may
    be lists. Files are sought beside the table.

    Parameters
    ----------
    path
        Ending in ``.csv`` or ``.json``.
    commands
        The type of the parameters by the word of the command.

    Raises
    ------
    UserError
        If the file cannot be read, or is neither.
    """
    for number, record in enumerate(_records(path), 1):
        subject = f"{path.name}, entry {number}"
        try:
            yield _request(record, subject, path.parent, commands)
        except (ValueError, TypeError) as error:
            yield ItemFailed(subject, f"{str(error)[:1].upper()}{str(error)[1:]}.", "See the help of the command.")


def _records(path: Path) -> list[Mapping[str, Any]]:
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise UserError(f"{path} is larger than 64 MiB.", hint="Split it.")
        content = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.", hint="Check the name.") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is no text in UTF-8.", hint="Save it as UTF-8.") from error
    if path.suffix.lower() == ".json":
        return _of_json(path, content)
    if path.suffix.lower() == ".csv":
        return _of_csv(path, content)
    raise UserError(f"{path} ends neither in .csv nor in .json.", hint="Name it by what it is.")


def _of_json(path: Path, content: str) -> list[Mapping[str, Any]]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path} is no JSON: {error}.", hint="It has to be a list of objects.") from error
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise UserError(f"{path} is no list of objects.", hint='[{"command": "distance", "file": "ct.dcm", …}]')
    return found


def _of_csv(path: Path, content: str) -> list[Mapping[str, Any]]:
    try:
        rows = list(csv.DictReader(io.StringIO(content), strict=True))
    except csv.Error as error:
        raise UserError(
            f"{path} is no table: {error}.", hint="Save it as CSV with commas and double quotes."
        ) from error
    if rows and "command" not in rows[0]:
        raise UserError(f"{path} has no column named command.", hint="The first line names the columns.")
    if any(None in row for row in rows):
        raise UserError(f"{path} has a row with more values than columns.", hint="Quote values that hold commas.")
    return [{name: value for name, value in row.items() if value and value.strip()} for row in rows]


def _request(record: Mapping[str, Any], subject: str, folder: Path, commands: Mapping[str, type]) -> Request:
    rest = dict(record)
    command = str(rest.pop("command", "")).strip()
    if command not in commands:
        raise ValueError(f"{command!r} is no command for such a file; there are {', '.join(commands)}")
    known = {each.name: each for each in parameters_of(commands[command])}
    rest = {"inputs" if name in _FILE else name.replace("-", "_"): value for name, value in rest.items()}
    for name in rest:
        if name not in known or name in _OF_ALL:
            raise ValueError(f"{command} takes no {name}")
    missing = [name for name, each in known.items() if each.is_required and name not in rest]
    if missing:
        raise ValueError(f"{command} needs {', '.join('file' if each == 'inputs' else each for each in missing)}")
    values = {name: _value(known[name], value, folder) for name, value in rest.items()}
    return Request(command, commands[command](**values), subject)


def _value(parameter: Parameter, value: Any, folder: Path) -> Any:
    kind = parameter.kind
    if kind.is_flag:
        return _flag(parameter.name, value)
    if not kind.is_several:
        return _one(parameter, value, folder)
    if isinstance(value, str) and kind.joins == "commas":
        value = [part.strip() for part in value.split(",")]
    elif isinstance(value, str) and not kind.is_path:
        value = value.split() if kind.joins == "words" else [value]
    several = value if isinstance(value, list) else [value]
    return tuple(_one(parameter, each, folder) for each in several)


def _one(parameter: Parameter, value: Any, folder: Path) -> Any:
    if isinstance(value, list):
        value = ",".join(str(each) for each in value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError(f"{parameter.name} cannot be {json.dumps(value)[:40]}")
    found = parameter.kind.parse(str(value).strip())
    if isinstance(found, RegionText):
        return found.below(folder)
    return folder / found if isinstance(found, Path) else found


def _flag(name: str, value: Any) -> bool:
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    plain = str(value).strip().lower()
    if plain not in words:
        raise ValueError(f"{name} is yes or no, not {value!r}")
    return words[plain]
