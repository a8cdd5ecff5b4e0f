"""What is seen along a path, written as a picture or as DICOM."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from workstation.display.picture import PictureFormat, write_picture
from workstation.display.preset_table import PresetTable
from workstation.display.presets import voi_text
from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.frame import Frame, Voi
from workstation.model.geometry import Spacing, Vector, voxel_size_mm
from workstation.objects.derived_series import Derivation, write_derived_series
from workstation.operations.operation import one_line
from workstation.operations.values import Length
from workstation.quick_dataclass import dataclass
from workstation.volume.curved.parameters import CurvedParameters
from workstation.volume.cutting.curved_planes import cross_section, share_inside, straightened, stretched
from workstation.volume.cutting.reslice import Reslicer
from workstation.volume.cutting.slabs import PROJECTIONS, Interpolation, Slab
from workstation.volume.cutting.standard_planes import corners_lps
from workstation.volume.path_files import read_path
from workstation.volume.paths import Path3D, path_through
from workstation.volume.planes.asking import opened
from workstation.volume.planes.pictures import picture_of
from workstation.volume.windows import chosen_voi

MOST_SECTIONS = 5000
MOST_PIXELS_OF_SECTIONS = 500_000_000
_SUFFIX: dict[PictureFormat, str] = {"png": ".png", "tiff": ".tif"}
_HEADWARDS: Vector = (0.0, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class WrittenCurve:
    """Pictures along a path that were written.

    ``path`` is the file of one, or the folder of ``files`` files; ``length_mm`` that of the path in the patient.
    ``pixel_mm`` is between columns, between rows; ``sections_mm`` are the places of cross-sections along the path.
    """

    path: str
    files: int
    kind: str
    length_mm: float
    width: int
    height: int
    pixel_mm: tuple[float, float]
    slab: str
    interpolation: str
    window: str
    sections_mm: tuple[float, ...] = ()
    notes: tuple[str, ...] = ()

    def text(self) -> str:
        """Give it as a line."""
        across, down = self.pixel_mm
        what = f"{self.files} cross-sections" if self.sections_mm else self.kind
        parts = [
            f"{what} of {self.width} x {self.height} pixels ({across:.3g} x {down:.3g} mm)",
            f"path of {self.length_mm:.1f} mm",
            self.slab,
            self.interpolation,
            self.window,
        ]
        return one_line(f"{self.path}: {', '.join(part for part in parts if part)}")


def write_curved(parameters: CurvedParameters, job: Job) -> Iterator[WrittenCurve]:
    """Write a curved plane, or cross-sections.

    Raises
    ------
    UserError
        If the path cannot be read or misses the volume, there is no window of that name, or nothing can be written.
    """
    if not parameters.is_one_picture and parameters.output.is_file():
        raise UserError(f"{parameters.output} is a file.", hint="Name a picture (.png, .tif) or a folder as --output.")
    points = read_path(parameters.centerline)
    volume = opened(parameters, job)
    reslicer = volume.reslicer
    pixel = parameters.pixel.value if parameters.pixel else min(voxel_size_mm(reslicer.volume.grid))
    path = path_through(
        _from_right(points) if parameters.kind == "panorama" else points,
        step_mm=pixel,
        is_straight=parameters.straight,
    )
    outside = _checked(path, reslicer)
    parameters, thinner = _fitting(parameters, reslicer)
    for note in (*outside, *thinner):
        job.log(note)
    notes = [*volume.notes, *outside, *thinner]
    places = _places(path, parameters)
    frames = (
        list(_sections(path, places, reslicer, parameters, pixel, job))
        if places
        else [_curved(path, reslicer, parameters, pixel)]
    )
    voi = _voi(frames, reslicer, parameters, job)
    if parameters.format == "dicom":
        _write_series(frames, path, points, voi, reslicer, parameters)
        height, width = frames[0].pixels.shape[:2]
    else:
        width, height = _write_pictures(frames, places, voi, parameters, job)
    spacing = frames[0].spacing
    yield WrittenCurve(
        str(parameters.output),
        len(frames),
        parameters.kind,
        path.length_mm,
        width,
        height,
        (spacing.between_columns, spacing.between_rows),
        parameters.slab(parameters.projection).text(),
        parameters.interpolation,
        "" if frames[0].is_colour else voi_text(voi),
        places,
        tuple(dict.fromkeys(notes)),
    )


def _from_right(points: list[Vector]) -> list[Vector]:
    """Let a panorama begin at the right side of the patient, which is shown at the left."""
    return points if points[0][0] <= points[-1][0] else points[::-1]


def _checked(path: Path3D, reslicer: Reslicer) -> list[str]:
    share = share_inside(path, reslicer.volume.grid)
    if share == 0:
        raise UserError(
            "The path lies outside the volume.",
            hint="Its points are read as LPS mm: check the coordinate system of the file.",
        )
    part = f"{1 - share:.0%}" if share < 0.995 else "Less than 1%"
    return [f"{part} of the path lies outside the volume"] if share < 1 else []


def _fitting(parameters: CurvedParameters, reslicer: Reslicer) -> tuple[CurvedParameters, list[str]]:
    """Make a slab no thicker than the volume is long from corner to corner, and say so."""
    reach = float(np.linalg.norm(np.ptp(corners_lps(reslicer.volume.grid, with_half_voxels=True), axis=0)))
    if parameters.thickness is None or parameters.thickness.value <= reach:
        return parameters, []
    note = f"The slab is as thick as the volume, {reach:.1f} mm, not {parameters.thickness.value:g} mm"
    return replace(parameters, thickness=Length(reach)), [note]


def _places(path: Path3D, parameters: CurvedParameters) -> tuple[float, ...]:
    if parameters.sections is None:
        return ()
    count = int(path.length_mm / parameters.sections.value + 1e-6) + 1
    if count > MOST_SECTIONS:
        raise UserError(f"{count} cross-sections are too many.", hint="Choose a larger distance with --sections.")
    return tuple(number * parameters.sections.value for number in range(count))


def _curved(path: Path3D, reslicer: Reslicer, parameters: CurvedParameters, pixel_mm: float) -> Frame:
    width, slab = parameters.width.value, parameters.slab(parameters.projection)
    if parameters.kind == "straightened":
        layout = straightened(path, width_mm=width, spacing_mm=pixel_mm, turn_deg=parameters.turn)
    else:
        across = _HEADWARDS if parameters.kind == "panorama" else parameters.across or _least_bent(path)
        layout = stretched(path, across_lps=across, width_mm=width, spacing_mm=pixel_mm)
    frame = reslicer.curved(layout, slab=slab, interpolation=parameters.interpolation)
    return lying(frame) if parameters.kind == "panorama" else frame


def lying(frame: Frame) -> Frame:
    """Turn a stretched picture so that the path goes from left to right and its rows upwards."""
    spacing = frame.spacing
    turned = Spacing(spacing.between_columns, spacing.between_rows, spacing.source, spacing.note)
    return replace(frame, pixels=np.ascontiguousarray(np.rot90(frame.pixels)), spacing=turned)


def _least_bent(path: Path3D) -> Vector:
    """Give the direction in which a path spreads least."""
    x, y, z = path.normals_lps[0]
    return float(x), float(y), float(z)


def _sections(
    path: Path3D, places: Sequence[float], reslicer: Reslicer, parameters: CurvedParameters, pixel_mm: float, job: Job
) -> Iterator[Frame]:
    slab = parameters.slab(parameters.projection)
    uid = reslicer.volume.grid.frame_of_reference_uid
    for number, place in enumerate(places):
        job.progress(number, len(places), "Cutting across")
        plane = cross_section(path, place, width_mm=parameters.width.value, spacing_mm=pixel_mm, frame_uid=uid)
        side = round(parameters.width.value / pixel_mm) + 1
        if side * side * len(places) > MOST_PIXELS_OF_SECTIONS:
            raise UserError(
                f"{len(places)} cross-sections of {side} x {side} pixels are too many.",
                hint="Choose larger pixels, a smaller width or a larger distance.",
            )
        yield reslicer.frame(plane, (side, side), slab=slab, interpolation=parameters.interpolation)


def _voi(frames: Sequence[Frame], reslicer: Reslicer, parameters: CurvedParameters, job: Job) -> Voi:
    presets = PresetTable.load() if parameters.preset else None
    for note in presets.notes if presets else ():
        job.log(note)
    middle = frames[len(frames) // 2]
    return chosen_voi(middle, reslicer.volume, window=parameters.window(), preset=parameters.preset, presets=presets)


def _write_pictures(
    frames: Sequence[Frame], places: Sequence[float], voi: Voi, parameters: CurvedParameters, job: Job
) -> tuple[int, int]:
    size_px = (parameters.size.width, parameters.size.height) if parameters.size else None
    ending = parameters.output.suffix.lower()
    kind: PictureFormat = "tiff" if parameters.format == "tiff" or ending in (".tif", ".tiff") else "png"
    slab = parameters.slab(parameters.projection).text()
    size = (0, 0)
    for number, frame in enumerate(frames):
        job.progress(number, len(frames), "Writing pictures")
        what = f"Section at {places[number]:.1f} mm" if places else f"Curved, {parameters.kind}"
        captions = tuple(line for line in (what, slab) if line) if parameters.burn_in else None
        picture = picture_of(frame, voi, size_px=size_px, captions=captions)
        name = f"{number + 1:03d}{_SUFFIX[kind]}"
        write_picture(picture, parameters.output if parameters.is_one_picture else parameters.output / name, kind)
        size = (picture.shape[1], picture.shape[0])
    return size


def _write_series(
    frames: Sequence[Frame],
    path: Path3D,
    points: Sequence[Vector],
    voi: Voi,
    reslicer: Reslicer,
    parameters: CurvedParameters,
) -> None:
    how = derivation_of(
        path.length_mm,
        points,
        kind="" if parameters.sections else parameters.kind,
        slab=parameters.slab(parameters.projection),
        interpolation=parameters.interpolation,
    )
    windowed = [replace(frame, voi=(voi,)) for frame in frames]
    write_derived_series(windowed, reslicer.volume.frames, parameters.output, how)


def derivation_of(
    length_mm: float, points_lps: Sequence[Vector], *, kind: str, slab: Slab, interpolation: Interpolation
) -> Derivation:
    """Say how a series along a path was made; its points are in Image Comments.

    Parameters
    ----------
    length_mm, points_lps
        Of the path.
    kind
        Straightened, stretched or panorama; empty for cross-sections.
    slab, interpolation
        How values were taken.
    """
    words = [f"Curved plane along a path, {kind}" if kind else "Cross-sections of a path", f"{length_mm:.1f} mm long"]
    if not slab.is_thin:
        words.append(f"{PROJECTIONS[slab.projection]} over {slab.thickness_mm:g} mm")
    words.append(f"{interpolation} interpolation")
    written = " ".join(",".join(f"{value:.2f}" for value in point) for point in points_lps)
    return Derivation(
        kind="curved" if kind else "mpr",
        description="; ".join(words),
        thickness_mm=slab.thickness_mm,
        comments=f"Points of the path, LPS mm: {written}",
    )
