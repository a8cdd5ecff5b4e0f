"""What a user may set: one typed table, a TOML file in the user's configuration folder, and the environment above it.

Secrets don't belong here: they live in the keyring of the system or in the environment.
"""

import contextlib
import dataclasses
import os
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Self, Union, get_args, get_origin, get_type_hints

from platformdirs import user_config_path

from workstation.errors import UserError
from workstation.quick_dataclass import dataclass
from workstation.whole_files import replaced

_DESCRIPTION = "description"
_PREFIX = "WORKSTATION_"
_WORDS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


def _setting(default: Any, description: str) -> Any:
    return field(default=default, metadata={_DESCRIPTION: description})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The table: a field is a key, with its type, its default and what it means.

    ``WORKSTATION_THEME=light`` in the environment stands above ``theme = "dark"`` in the file and is never saved.
    ``notes`` are sentences for the user about a file or a value that could not be used.
    """

    theme: Literal["dark", "light"] = _setting("dark", "Colours of the window: for a reading room, or for daylight.")
    library: Path | None = _setting(None, "The library that is used where none is named; a file.")
    memory_limit_mb: int | None = _setting(None, "Most memory for images; chosen from the machine's where not set.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = _setting("INFO", "From which level on lines are logged.")
    play_ultrasound: bool = _setting(default=False, description="Ultrasound plays as soon as it is shown.")
    reopen_work: bool = _setting(default=True, description="The window begins with the work of the last time.")
    apply_states: bool = _setting(
        default=True, description="Images are shown with the newest of their presentation states."
    )
    hang_studies: bool = _setting(default=True, description="Studies are hung by their protocol when they are opened.")

    notes: tuple[str, ...] = field(default=(), compare=False)
    stored: Mapping[str, object] = field(default_factory=dict, repr=False, compare=False)
    overridden: frozenset[str] = field(default=frozenset(), repr=False, compare=False)

    @classmethod
    def load(cls, path: Path | None = None, environ: Mapping[str, str] | None = None) -> Self:
        """Read the file and the environment; what is wrong in them becomes a note and its default."""
        stored, notes = _read(path or settings_path())
        environ = os.environ if environ is None else environ
        values: dict[str, object] = {}
        overridden = set()
        for key, kind in _types(cls).items():
            variable = _PREFIX + key.upper()
            with _noting(notes, f"The setting {key}"):
                if key in stored:
                    values[key] = _checked(stored[key], kind)
            with _noting(notes, f"The variable {variable}"):
                if environ.get(variable):
                    values[key] = _checked(_from_text(environ[variable], kind), kind)
                    overridden.add(key)
        return cls(**values, notes=tuple(notes), stored=stored, overridden=frozenset(overridden))  # type: ignore[arg-type]

    def changed(self, **values: object) -> Self:
        """Give the settings with some of them changed.

        Raises
        ------
        ValueError
            If a value is none that the setting may have.
        """
        kinds = _types(type(self))
        checked = {key: _checked(value, kinds[key]) for key, value in values.items()}
        return dataclasses.replace(self, **checked, overridden=self.overridden - set(checked))

    def save(self, path: Path | None = None) -> None:
        """Write what differs from the defaults; the file is replaced at once or not at all, keys of others are kept.

        Raises
        ------
        UserError
            If the file cannot be written.
        """
        target = path or settings_path()
        saved: dict[str, object] = dict(self.stored)
        defaults = {item.name: item.default for item in dataclasses.fields(self)}
        for key in _types(type(self)).keys() - self.overridden:
            value = getattr(self, key)
            saved.pop(key, None)
            if value != defaults[key]:
                saved[key] = str(value) if isinstance(value, Path) else value
        try:
            _replace(target, saved)
        except OSError as error:
            raise UserError(
                f"The settings cannot be written to {target}: {error.strerror}.",
                hint="They hold until the program ends.",
            ) from error


def settings_path() -> Path:
    """Give the place of the settings file."""
    return user_config_path("workstation", appauthor=False) / "settings.toml"


def described() -> tuple[tuple[str, str], ...]:
    """Give each key with what it means."""
    rows = ((item.name, item.metadata.get(_DESCRIPTION)) for item in dataclasses.fields(Settings))
    return tuple((name, description) for name, description in rows if description)


def _types(table: type) -> dict[str, Any]:
    hints = get_type_hints(table)
    return {item.name: hints[item.name] for item in dataclasses.fields(table) if _DESCRIPTION in item.metadata}


def _read(path: Path) -> tuple[dict[str, object], list[str]]:
    try:
        written = path.read_bytes()
    except FileNotFoundError:
        return {}, []
    except OSError as error:
        return {}, [f"The settings in {path} cannot be read: {error.strerror}. The defaults hold."]
    import tomllib  # most users have no such file, and a command is over sooner without

    try:
        return tomllib.loads(written.decode("utf-8")), []
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return {}, [f"The settings in {path} cannot be understood: {error}. The defaults hold. {_keep_aside(path)}"]


def _keep_aside(path: Path) -> str:
    aside = path.with_suffix(".broken.toml")
    try:
        path.replace(aside)
    except OSError as error:
        return f"The file stays where it is: {error.strerror}."
    return f"The file is kept as {aside.name}."


@contextlib.contextmanager
def _noting(notes: list[str], what: str) -> Any:
    try:
        yield
    except ValueError as error:
        notes.append(f"{what} is not used: {error}.")


def _checked(value: object, kind: Any) -> Any:
    if get_origin(kind) in (Union, UnionType):
        if value is None:
            return None
        kind = next(each for each in get_args(kind) if each is not NoneType)
    if get_origin(kind) is Literal:
        if value not in get_args(kind):
            raise ValueError(f"{value!r} is not one of {', '.join(map(str, get_args(kind)))}")
        return value
    if kind is Path and isinstance(value, str) and value:
        return Path(value).expanduser()
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind and not (kind is Path and isinstance(value, Path)):
        raise ValueError(f"{value!r} is not of type {kind.__name__}")
    return value


def _from_text(text: str, kind: Any) -> object:
    kinds = (
        [each for each in get_args(kind) if each is not NoneType] if get_origin(kind) in (Union, UnionType) else [kind]
    )
    if kinds[0] in (int, float):
        try:
            return kinds[0](text)
        except ValueError:
            return text
    return _WORDS.get(text.strip().lower(), text) if kinds[0] is bool else text


def _replace(target: Path, values: Mapping[str, object]) -> None:
    import tomli_w

    with replaced(target, is_private=True) as temporary:
        temporary.write_bytes(tomli_w.dumps(values).encode())
