"""What the window remembers between runs: where it was, how wide its parts were, what was opened last."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, field, fields
from pathlib import Path

from platformdirs import user_state_path

from workstation import logs
from workstation.quick_dataclass import dataclass

_log = logs.subject("window")
MOST_RECENT = 12
MOST_SETUPS = 20
"""Of so many set-ups of monitors it is known where windows were."""


@dataclass
class Remembered:
    """One run's state for the next.

    ``geometry`` and ``splitters`` are what Qt gives, as base64 text; ``monitors`` are millimetres per device pixel.
    ``tag_columns`` are the widths that a hand gave to the columns of tags, by kind of table.
    ``image_windows`` tells for each set-up of monitors where the image windows were, by their numbers.
    """

    geometry: str = ""
    splitters: dict[str, str] = field(default_factory=dict)
    recent: list[list[str]] = field(default_factory=list)
    folder: str = ""
    text_is_shown: bool = True
    creator: str = ""
    export: dict[str, str] = field(default_factory=dict)
    image_windows: dict[str, dict[str, str]] = field(default_factory=dict)
    lens_factor: float = 2.0
    monitors: dict[str, float] = field(default_factory=dict)
    tag_columns: dict[str, list[int]] = field(default_factory=dict)
    keeps_tool: bool = False
    gives_suv: bool = True
    length_unit: str = "mm"
    volume_is_beside: bool = False

    @classmethod
    def load(cls, path: Path | None = None) -> "Remembered":
        """Read the file; what cannot be understood is forgotten: nothing in it is worth a question."""
        made = cls()
        try:
            stored = json.loads((path or state_path()).read_text(encoding="utf-8"))
            for item in fields(cls):
                if type(stored.get(item.name)) is type(getattr(made, item.name)):
                    setattr(made, item.name, stored[item.name])
            made.recent = [[str(each) for each in entry] for entry in made.recent if entry]
            made.export = {str(key): str(value) for key, value in made.export.items()}
            made.image_windows = {
                str(setup): {str(key): str(value) for key, value in places.items()}
                for setup, places in list(made.image_windows.items())[-MOST_SETUPS:]
            }
            made.tag_columns = {
                str(kind): [min(max(int(each), 24), 2000) for each in widths]
                for kind, widths in list(made.tag_columns.items())[-MOST_SETUPS:]
            }
            made.splitters = {str(key): str(value) for key, value in made.splitters.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return cls()
        return made

    def save(self, path: Path | None = None) -> None:
        """Write the file, for the user alone; a full disk costs no more than the memory of this run."""
        target = path or state_path()
        try:
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            partial = target.with_suffix(".part")
            handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(asdict(self), file, indent=1)
            partial.replace(target)
        except OSError as error:
            _log.warning("the state of the window was not kept: %s", error.strerror)

    def opened(self, paths: Sequence[Path]) -> None:
        """Put what was opened to the front of the recent ones."""
        entry = [str(path) for path in paths]
        self.recent = [entry, *(each for each in self.recent if each != entry)][:MOST_RECENT]
        self.folder = str(paths[0].parent)


def state_path() -> Path:
    """Give the place of the file."""
    return user_state_path("workstation", appauthor=False) / "window.json"


def recent_label(entry: Sequence[str]) -> str:
    """Name what was opened in a menu: the name, the folder it lies in, and how many more there were."""
    first = Path(entry[0])
    more = f" and {len(entry) - 1} more" if len(entry) > 1 else ""
    return f"{first.name or first}{more}  —  {first.parent}"
