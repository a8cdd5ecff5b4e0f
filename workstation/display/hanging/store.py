"""Where rules are kept: those that come with the program, and a file for each of the user's in the data folder."""

import contextlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from workstation.display.hanging.document import MOST_BYTES, from_json, sound, to_json
from workstation.display.hanging.rules import Rule, ranked
from workstation.errors import UserError
from workstation.quick_dataclass import dataclass
from workstation.resources import resource
from workstation.whole_files import write_whole


@dataclass(frozen=True, slots=True)
class Kept:
    """All rules, ranked; ``shipped`` are ids of rules that come with the program, ``changed`` of those a user changed.

    ``notes`` are sentences about files that could not be read.
    """

    rules: tuple[Rule, ...]
    shipped: frozenset[str]
    changed: frozenset[str]
    notes: tuple[str, ...] = ()


def rules_folder() -> Path:
    """Give the folder of the user's rules."""
    from platformdirs import user_data_path

    return user_data_path("workstation", appauthor=False) / "hanging"


@cache
def shipped_rules() -> tuple[Rule, ...]:
    """Give the rules that come with the program."""
    folder = resource("hanging/protocols")
    return ranked(tuple(rule for path in sorted(folder.glob("*.json")) for rule in read_rules(path)))


def read_rules(path: Path) -> tuple[Rule, ...]:
    """Read the rules of a JSON file.

    Raises
    ------
    UserError
        If it cannot be read or understood.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UserError(f"{path} is too large to hold hanging protocols.", hint="Choose another file.")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.", hint="Check its name and rights.") from error
    except UnicodeDecodeError:
        raise UserError(f"{path} holds no text.", hint="Choose a JSON file.") from None
    return from_json(text, str(path))


def load(folder: Path | None = None) -> Kept:
    """Give all rules; a file that cannot be used becomes a note, and the others hold."""
    shipped = {rule.id: rule for rule in shipped_rules()}
    own: dict[str, Rule] = {}
    notes = []
    folder = folder or rules_folder()
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        try:
            own |= {rule.id: rule for rule in read_rules(path)}
        except UserError as error:
            notes.append(f"{error.message} The other hanging protocols hold.")
    rules = ranked(tuple((shipped | own).values()))
    return Kept(rules, frozenset(shipped), frozenset(shipped) & frozenset(own), tuple(notes))


def save(rules: Iterable[Rule], folder: Path | None = None) -> None:
    """Make the user's folder hold what differs from the shipped rules; each file is replaced at once or not at all.

    Raises
    ------
    UserError
        If a file cannot be written.
    """
    folder = folder or rules_folder()
    shipped = {rule.id: rule for rule in shipped_rules()}
    wanted = {rule.id: rule for rule in map(sound, rules) if shipped.get(rule.id) != rule}
    for rule in wanted.values():
        path = folder / f"{rule.id}.json"
        text = to_json([rule])
        if not (path.is_file() and path.read_bytes() == text.encode()):
            write_text(path, text)
    for path in folder.glob("*.json") if folder.is_dir() else ():
        if path.stem not in wanted and _is_ours(path):
            path.unlink(missing_ok=True)


def _is_ours(path: Path) -> bool:
    """Tell whether a file holds the one rule that it is named after; files that cannot be read stay where they are."""
    with contextlib.suppress(UserError):
        return [rule.id for rule in read_rules(path)] == [path.stem]
    return False


def write_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all.

    Raises
    ------
    UserError
        If it cannot be written.
    """
    write_whole(path, text.encode())
