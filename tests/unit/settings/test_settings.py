"""Settings: the table, the file, the environment."""

import stat
from pathlib import Path

import pytest

from workstation.errors import UserError
from workstation.settings import Settings, described, settings_path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.toml"


def load(file: Path, **environ: str) -> Settings:
    return Settings.load(file, environ)


def written(file: Path, text: str) -> Path:
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    return file


def test_that_without_a_file_the_defaults_hold(file: Path) -> None:
    assert load(file) == Settings()
    assert load(file).notes == ()
    assert not file.parent.exists()


def test_that_what_is_saved_is_loaded(file: Path) -> None:
    settings = Settings().changed(theme="light", memory_limit_mb=512, library=Path("/data/library"))
    settings.save(file)

    assert load(file) == settings
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_that_the_environment_stands_above_the_file_and_is_not_saved(file: Path) -> None:
    written(file, 'theme = "light"\n')

    settings = load(file, WORKSTATION_THEME="dark", WORKSTATION_MEMORY_LIMIT_MB="100")
    assert (settings.theme, settings.memory_limit_mb) == ("dark", 100)
    settings.changed(log_level="DEBUG").save(file)

    assert load(file) == Settings(theme="light", log_level="DEBUG")


def test_that_a_choice_of_the_user_replaces_one_of_the_environment(file: Path) -> None:
    load(file, WORKSTATION_THEME="light").changed(theme="light", memory_limit_mb=9).save(file)

    assert load(file) == Settings(theme="light", memory_limit_mb=9)


def test_that_keys_of_another_version_are_kept(file: Path) -> None:
    written(file, 'newer = 1\ntheme = "light"\n')

    load(file).changed(theme="dark").save(file)

    assert file.read_text(encoding="utf-8") == "newer = 1\n"


@pytest.mark.parametrize("content", [b"theme = ", b"\xff\xfe", b"theme = 1\ntheme = 2"])
def test_that_a_broken_file_is_kept_aside_with_a_note(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)

    settings = load(file)

    assert settings == Settings()
    (note,) = settings.notes
    assert "settings.broken.toml" in note
    assert (file.parent / "settings.broken.toml").read_bytes() == content
    assert not file.exists()


@pytest.mark.parametrize(
    "line", ["theme = 1", 'theme = "pink"', 'memory_limit_mb = "much"', "memory_limit_mb = true", "library = 3"]
)
def test_that_a_wrong_value_costs_only_itself(file: Path, line: str) -> None:
    settings = load(written(file, f'{line}\nlog_level = "DEBUG"\n'))

    assert settings == Settings(log_level="DEBUG")
    (note,) = settings.notes
    assert line.split()[0] in note


def test_that_a_wrong_variable_is_named(file: Path) -> None:
    (note,) = load(file, WORKSTATION_MEMORY_LIMIT_MB="much").notes

    assert "WORKSTATION_MEMORY_LIMIT_MB" in note
    assert "much" in note


def test_that_a_wrong_change_is_refused() -> None:
    with pytest.raises(ValueError, match="pink"):
        Settings().changed(theme="pink")


def test_that_a_failed_save_leaves_the_file_as_it_was(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(file, 'theme = "light"\n')

    def fail(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(UserError, match="No space left"):
        load(file).changed(theme="dark").save(file)

    assert load(file).theme == "light"
    assert list(file.parent.iterdir()) == [file]


def test_that_every_setting_is_described() -> None:
    names = [name for name, _ in described()]

    assert names == [
        "theme",
        "library",
        "memory_limit_mb",
        "log_level",
        "play_ultrasound",
        "reopen_work",
        "apply_states",
        "hang_studies",
    ]
    assert settings_path().name == "settings.toml"
