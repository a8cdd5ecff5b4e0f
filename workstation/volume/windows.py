"""The window that pictures of a volume have: one for all of them, found before the first is made."""

from contextlib import closing

import numpy as np

from workstation.display.preset_table import PresetTable
from workstation.display.presets import preset_names, preset_voi
from workstation.display.voi import default_voi, first_voi
from workstation.errors import UserError
from workstation.model.frame import Frame, ModalityTransform, Voi, Window
from workstation.model.geometry import Spacing
from workstation.model.index.records import FrameRef
from workstation.model.refusal import Refused
from workstation.model.volume import Volume
from workstation.model.volume_frames import Images
from workstation.volume.cutting.outside import Outside

VOXELS_LOOKED_AT = 1 << 20


def source_voi(volume: Volume) -> tuple[Voi, ...]:
    """Give the windows in the files, where the first, the middle and the last slice have the same; none otherwise.

    A window made for one slice, as MR and PET often have, suits no other, and no other plane.
    """
    if not volume.frames:
        return ()
    found = [_voi(volume.frames[n]) for n in {0, len(volume.frames) // 2, len(volume.frames) - 1}]
    same = all(each == found[0] for each in found) and all(isinstance(voi, Window) for voi in found[0])
    return found[0] if same else ()


def _voi(frame: FrameRef) -> tuple[Voi, ...]:
    try:
        with closing(Images()) as images:
            return images.frame(frame).voi
    except Refused:
        return ()


def modality_of(volume: Volume) -> str:
    """Give the modality of the images that a volume was made of."""
    return volume.frames[0].instance.modality.strip().upper() if volume.frames else ""


def sample_of(volume: Volume, voi: tuple[Voi, ...] = ()) -> Frame:
    """Give evenly chosen voxels of a volume as an image, for windows that depend on what values there are."""
    array = volume.array_kji
    step = max(1, round((array.shape[0] * array.shape[1] * array.shape[2] / VOXELS_LOOKED_AT) ** (1 / 3)))
    part = np.ascontiguousarray(array[::step, ::step, ::step])
    outside = Outside.of(volume)
    is_colour = array.ndim == 4
    return Frame(
        pixels=part.reshape(part.shape[0] * part.shape[1], *part.shape[2:]),
        photometric="RGB" if is_colour else "MONOCHROME2",
        bits_stored=array.dtype.itemsize * 8,
        spacing=Spacing(),
        modality=ModalityTransform(volume.slope, volume.intercept, unit=volume.unit),
        voi=voi,
        padding=outside.padding(volume) if volume.padding is not None else None,
    )


def chosen_voi(
    frame: Frame, volume: Volume, *, window: Window | None = None, preset: str = "", presets: PresetTable | None = None
) -> Voi:
    """Give the window for a picture, or for many by a frame that speaks for them.

    Parameters
    ----------
    frame
        Its values count where the window is automatic; its ``voi`` are those of the file.
    window
        What was asked for by numbers.
    preset
        What was asked for by name.

    Raises
    ------
    UserError
        If there is no window of that name.
    """
    modality = modality_of(volume)
    if window is not None:
        return window
    if not preset:
        return first_voi(frame, modality) or default_voi(frame)
    voi = preset_voi(frame, preset, modality, table=presets)
    if voi is None:
        names = ", ".join(preset_names(modality, table=presets))
        raise UserError(f"There is no window called {preset!r} for it.", hint=f"There are: file, {names}.")
    return voi
