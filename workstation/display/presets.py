"""Windows by name: those of the file first, then the usual ones of its modality, the fitting body part in front."""

from collections.abc import Sequence

from workstation.display.preset_table import KEYS, Preset, PresetTable, shipped_presets
from workstation.display.voi import auto_window, full_window, is_usable
from workstation.model.frame import Frame, LookupTable, Voi, Window
from workstation.model.text import clean

AUTO, FULL = "Auto", "Full range"


def presets(
    frame: Frame, modality: str = "", body_part: str = "", *, table: PresetTable | None = None
) -> tuple[tuple[str, Voi], ...]:
    """Give names and windows for a frame, those in its file first, then automatic ones, then those of the modality.

    Equal windows are offered once: that of the file, where it has one.

    Parameters
    ----------
    frame
        The frame to be shown; windows by percentiles are those of this frame.
    modality, body_part
        Modality and Body Part Examined of its file, empty where there are none.
    table
        The windows of modalities; those that come with the program where it is None.
    """
    own = _own(frame)
    if frame.is_colour:
        return own
    automatic, usual = _automatic(frame), _usual(frame, modality, body_part, table)
    return own + automatic + tuple(pair for pair in usual if _like(pair[1], own) is None)


def known_as(
    voi: Voi, frame: Frame, modality: str = "", body_part: str = "", *, table: PresetTable | None = None
) -> str:
    """Give the name that a window has whatever the file: automatic, or of its modality; empty where it has none."""
    known = (*_automatic(frame), *_usual(frame, modality, body_part, table))
    at = _like(voi, known)
    return known[at][0] if at is not None else ""


def presets_by_key(
    frame: Frame, modality: str = "", body_part: str = "", *, table: PresetTable | None = None
) -> dict[int, tuple[str, Voi]]:
    """Give what the digits 0 to 9 mean for a frame: 0 the automatic window, the others in the order of `presets`.

    A preset with a key of its own has that digit always, also where the file has that window under another name; the
    rest take the digits that are left.
    """
    offered = presets(frame, modality, body_part, table=table)
    own = _own(frame)
    first_usual = len(own) + 2  # a window of the file may have the name of a preset
    usual = {name: at for at, (name, _) in enumerate(offered) if at >= first_usual}
    places: dict[int, int] = {}
    for preset in _ordered(modality, body_part, table) if not frame.is_colour else ():
        at = usual.get(preset.name, _like(preset.of(frame), own))
        if preset.key is not None and at is not None and at not in places.values():
            places[preset.key] = at
    rest = [pair for at, pair in enumerate(offered) if pair[0] != AUTO and at not in places.values()]
    found = {key: offered[at] for key, at in places.items()}
    found |= dict(zip((key for key in KEYS if key not in found), rest, strict=False))
    automatic = [pair for pair in offered if pair[0] == AUTO]
    return dict(sorted((found | dict(zip((0,), automatic, strict=False))).items()))


def preset_names(modality: str = "", *, table: PresetTable | None = None) -> tuple[str, ...]:
    """Give the names a modality has beside those of a file; of all modalities where it is empty."""
    table = table or shipped_presets()
    chosen = [modality] if modality else table.modalities
    return (AUTO, FULL, *dict.fromkeys(preset.name for each in chosen for preset in table.of(each)))


def preset_voi(frame: Frame, name: str, modality: str = "", *, table: PresetTable | None = None) -> Voi | None:
    """Find a window by its name, upper and lower case alike; None where there is none of it.

    ``file`` is the first of the file's own, ``file 2`` the second; a fixed window is found for any modality.
    """
    wanted = name.strip().casefold()
    for number, (own_name, voi) in enumerate(_of_file(frame), 1):
        if wanted in (own_name.casefold(), f"file {number}") or (wanted == "file" and number == 1):
            return voi
    if wanted in ("auto", "automatic"):
        return auto_window(frame)
    if wanted in ("full", "full range"):
        return full_window(frame)
    table = table or shipped_presets()
    fixed = (preset for each in table.modalities for preset in table.of(each) if preset.window is not None)
    found = next((preset for preset in (*table.of(modality), *fixed) if preset.name.casefold() == wanted), None)
    return found.of(frame) if found else None


def voi_text(voi: Voi) -> str:
    """Give a window as the corner text has it: ``W 400 L 40``."""
    if isinstance(voi, LookupTable):
        return clean(voi.explanation) or "VOI LUT"
    shape = {"SIGMOID": " sigmoid"}.get(voi.function, "")
    return f"W {sensible(voi.width)} L {sensible(voi.center)}{shape}"


def _ordered(modality: str, body_part: str, table: PresetTable | None) -> list[Preset]:
    """Give the presets of a modality, those of the body part in front."""
    part = _plain(body_part)
    usual = (table or shipped_presets()).of(modality)
    return sorted(usual, key=lambda preset: part not in map(_plain, preset.body_parts))


def _automatic(frame: Frame) -> tuple[tuple[str, Voi], ...]:
    return (AUTO, auto_window(frame)), (FULL, full_window(frame))


def _usual(frame: Frame, modality: str, body_part: str, table: PresetTable | None) -> tuple[tuple[str, Voi], ...]:
    return tuple((preset.name, preset.of(frame)) for preset in _ordered(modality, body_part, table))


def _plain(body_part: str) -> str:
    return body_part.strip().upper().replace(" ", "").replace("_", "")


def _of_file(frame: Frame) -> tuple[tuple[str, Voi], ...]:
    usable = [voi for voi in frame.voi if is_usable(voi)]
    return tuple((_own_name(number, voi), voi) for number, voi in enumerate(usable, 1))


def _own(frame: Frame) -> tuple[tuple[str, Voi], ...]:
    """Give the windows of a file, each once."""
    found: list[tuple[str, Voi]] = []
    for name, voi in _of_file(frame):
        if _like(voi, found) is None:
            found.append((name, voi))
    return tuple(found)


def _like(voi: Voi, offered: Sequence[tuple[str, Voi]]) -> int | None:
    """Give the place of a window that shows the same; None where there is none. A table is like itself alone."""
    return next((at for at, (_, each) in enumerate(offered) if _shows(each) == _shows(voi)), None)


def _shows(voi: Voi) -> object:
    return (voi.center, voi.width, voi.function) if isinstance(voi, Window) else voi


def _own_name(number: int, voi: Voi) -> str:
    kind = "table" if isinstance(voi, LookupTable) else "window"
    return clean(voi.explanation) or f"File {kind} {number}"


def sensible(value: float) -> str:
    """Give a value with as many digits as a reader of a window wants."""
    if abs(value) >= 1e9:
        return f"{value:.3g}"
    if value == 0 or abs(value) >= 100 or float(value).is_integer():
        return f"{value:.0f}"
    return f"{value:.3g}"
