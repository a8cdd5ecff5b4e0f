"""Windows by name: those of the file first, then the usual ones of its modality, the fitting body part in front."""

from workstation.display.preset_table import KEYS, Preset, PresetTable, shipped_presets
from workstation.display.voi import auto_window, full_window, is_usable
from workstation.model.frame import Frame, LookupTable, Voi
from workstation.model.text import clean

AUTO, FULL = "Auto", "Full range"


def presets(
    frame: Frame, modality: str = "", body_part: str = "", *, table: PresetTable | None = None
) -> tuple[tuple[str, Voi], ...]:
    """Give names and windows for a frame, those in its file first, then automatic ones, then those of the modality.

    Parameters
    ----------
    frame
        The frame to be shown; windows by percentiles are those of this frame.
    modality, body_part
        Modality and Body Part Examined of its file, empty where there are none.
    table
        The windows of modalities; those that come with the program where it is None.
    """
    own = _of_file(frame)
    if frame.is_colour:
        return own
    automatic: tuple[tuple[str, Voi], ...] = ((AUTO, auto_window(frame)), (FULL, full_window(frame)))
    usual = _ordered(modality, body_part, table)
    return own + automatic + tuple((preset.name, preset.of(frame)) for preset in usual)


def presets_by_key(
    frame: Frame, modality: str = "", body_part: str = "", *, table: PresetTable | None = None
) -> dict[int, tuple[str, Voi]]:
    """Give what the digits 0 to 9 mean for a frame: 0 the automatic window, the others in the order of `presets`.

    A preset with a key of its own has that digit always; the rest take the digits that are left.
    """
    offered = presets(frame, modality, body_part, table=table)
    keyed = {preset.key: preset.name for preset in _ordered(modality, body_part, table) if preset.key is not None}
    first_usual = len(_of_file(frame)) + 2  # a window of the file may have the name of a preset
    usual = dict(offered[first_usual:])
    found = {key: (name, usual[name]) for key, name in keyed.items() if name in usual}
    rest = [
        pair
        for at, pair in enumerate(offered)
        if pair[0] != AUTO and not (at >= first_usual and pair in found.values())
    ]
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


def _plain(body_part: str) -> str:
    return body_part.strip().upper().replace(" ", "").replace("_", "")


def _of_file(frame: Frame) -> tuple[tuple[str, Voi], ...]:
    usable = [voi for voi in frame.voi if is_usable(voi)]
    return tuple((_own_name(number, voi), voi) for number, voi in enumerate(usable, 1))


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
