"""Windows by name: those of the file first, then the usual ones of its modality, the fitting body part in front."""

from dataclasses import dataclass

from workstation.display.voi import auto_window, full_window, is_usable, percentile_window
from workstation.model.frame import Frame, LookupTable, Voi, Window
from workstation.model.text import clean


@dataclass(frozen=True, slots=True)
class Preset:
    """A window that is fixed, or one between two percentiles of what the frame holds.

    ``body_parts`` are values of Body Part Examined for which it comes first.
    """

    name: str
    window: Window | None = None
    percentiles: tuple[float, float] | None = None
    body_parts: tuple[str, ...] = ()

    def of(self, frame: Frame) -> Window:
        """Give the window for a frame."""
        if self.window is not None:
            return self.window
        return percentile_window(frame, *(self.percentiles or (0, 100)))


def _ct(name: str, center: float, width: float, *body_parts: str) -> Preset:
    return Preset(name, Window(center, width), body_parts=body_parts)


_HEAD = ("HEAD", "BRAIN", "SKULL", "HEADNECK")
_TRUNK = ("CHEST", "ABDOMEN", "CHESTABDPELVIS", "CHESTABDOMEN", "ABDOMENPELVIS", "THORAX", "WHOLEBODY")
_BELLY = ("ABDOMEN", "PELVIS", "ABDOMENPELVIS", "CHESTABDPELVIS", "CHESTABDOMEN", "LIVER", "KIDNEY")
_BONES = ("SPINE", "CSPINE", "TSPINE", "LSPINE", "EXTREMITY", "KNEE", "HIP", "SHOULDER", "ANKLE", "HAND", "FOOT")

PRESETS: dict[str, tuple[Preset, ...]] = {
    "CT": (
        _ct("Abdomen", 40, 350, *_BELLY),
        _ct("Lung", -600, 1500, "LUNG", *_TRUNK),
        _ct("Mediastinum", 40, 400, "HEART", *_TRUNK),
        _ct("Bone", 400, 2000, *_BONES),
        _ct("Brain", 40, 80, *_HEAD),
        _ct("Liver", 60, 150, *_BELLY),
        _ct("Vessels", 200, 700, "AORTA", "HEART", "CAROTID"),
        _ct("Subdural", 75, 215, *_HEAD),
        _ct("Stroke", 35, 40, *_HEAD),
        _ct("Temporal bone", 600, 4000, "EAR", "HEAD"),
        _ct("Spine", 50, 300, *_BONES),
    ),
    "MR": (
        Preset("Bright structures", percentiles=(20, 99.9)),
        Preset("Dark structures", percentiles=(0, 90)),
    ),
    "PT": (
        Preset("Low uptake", percentiles=(0, 98)),
        Preset("High uptake", percentiles=(50, 100)),
    ),
    "NM": (Preset("Low uptake", percentiles=(0, 98)),),
    "MG": (Preset("Dense tissue", percentiles=(50, 99.9)),),
    "CR": (Preset("Dense structures", percentiles=(30, 99.9)),),
    "DX": (Preset("Dense structures", percentiles=(30, 99.9)),),
}

AUTO, FULL = "Auto", "Full range"


def presets(frame: Frame, modality: str = "", body_part: str = "") -> tuple[tuple[str, Voi], ...]:
    """Give names and windows for a frame, those in its file first, then automatic ones, then those of the modality.

    Parameters
    ----------
    frame
        The frame to be shown; windows by percentiles are those of this frame.
    modality, body_part
        Modality and Body Part Examined of its file, empty where there are none.
    """
    own = _of_file(frame)
    if frame.is_colour:
        return own
    usual = PRESETS.get(modality.strip().upper(), ())
    part = body_part.strip().upper().replace(" ", "").replace("_", "")
    ordered = sorted(usual, key=lambda preset: part not in preset.body_parts)
    automatic: tuple[tuple[str, Voi], ...] = ((AUTO, auto_window(frame)), (FULL, full_window(frame)))
    return own + automatic + tuple((preset.name, preset.of(frame)) for preset in ordered)


def preset_names(modality: str = "") -> tuple[str, ...]:
    """Give the names a modality has beside those of a file; of all modalities where it is empty."""
    chosen = [PRESETS.get(modality.strip().upper(), ())] if modality else PRESETS.values()
    return (AUTO, FULL, *dict.fromkeys(preset.name for several in chosen for preset in several))


def preset_voi(frame: Frame, name: str, modality: str = "") -> Voi | None:
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
    own_modality = PRESETS.get(modality.strip().upper(), ())
    fixed = (preset for several in PRESETS.values() for preset in several if preset.window is not None)
    found = next((preset for preset in (*own_modality, *fixed) if preset.name.casefold() == wanted), None)
    return found.of(frame) if found else None


def voi_text(voi: Voi) -> str:
    """Give a window as the corner text has it: ``W 400 L 40``."""
    if isinstance(voi, LookupTable):
        return clean(voi.explanation) or "VOI LUT"
    shape = {"SIGMOID": " sigmoid"}.get(voi.function, "")
    return f"W {sensible(voi.width)} L {sensible(voi.center)}{shape}"


def _of_file(frame: Frame) -> tuple[tuple[str, Voi], ...]:
    usable = [voi for voi in frame.voi if is_usable(voi)]
    return tuple((_own_name(number, voi), voi) for number, voi in enumerate(usable, 1))


def _own_name(number: int, voi: Voi) -> str:
    kind = "table" if isinstance(voi, LookupTable) else "window"
    return clean(voi.explanation) or f"File {kind} {number}"


def sensible(value: float) -> str:
    """Give a value with as many digits as a reader of a window wants."""
    if value == 0 or abs(value) >= 100 or float(value).is_integer():
        return f"{value:.0f}"
    return f"{value:.3g}"
