"""What is seen along a path, written as a picture or as DICOM."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from workstation.display.picture import PictureFormat, write_picture
from workstation.display.preset_table import PresetTable
from workstation.display.presets import voi_text
from workstation.display.view import Size, View, natural_size
from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.frame import Frame, Voi
from workstation.model.geometry import Spacing, Vector, VolumeGrid, plane_normal_lps, voxel_size_mm
from workstation.objects.derived_series import Derivation, write_derived_series
from workstation.operations.operation import one_line
from workstation.operations.values import Length
from workstation.quick_dataclass import dataclass
from workstation.volume.curved.parameters import CurvedParameters
from workstation.volume.curved.view import HEADWARDS, LYING
from workstation.volume.cutting.curved_planes import CurvedLayout, cross_section, share_inside, straightened, stretched
from workstation.volume.cutting.oblique import reach_text
from workstation.volume.cutting.reslice import Reslicer
from workstation.volume.cutting.sheets import Flat, Taking, curved_edges_lps
from workstation.volume.cutting.slabs import PROJECTIONS, SLICES_BESIDE, Interpolation, Slab
from workstation.volume.cutting.standard_planes import corners_lps, voxel_step_mm
from workstation.volume.path_files import read_path
from workstation.volume.paths import Path3D, path_through
from workstation.volume.planes.asking import opened_with_over
from workstation.volume.planes.opened import Opened
from workstation.volume.planes.pictures import WrittenOver, few, in_colour, picture_of
from workstation.volume.windows import chosen_voi

MOST_SECTIONS = 5000
MOST_PIXELS_OF_SECTIONS = 500_000_000
_SUFFIX: dict[PictureFormat, str] = {"png": ".png", "tiff": ".tif"}


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
    over: WrittenOver | None = None
    segments: tuple[str, ...] = ()

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
            self.over.text() if self.over is not None else "",
            f"{few(self.segments)} over it" if self.segments else "",
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
    volume = opened_with_over(parameters, job)
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
    takings = _takings(path, places, reslicer, parameters, pixel)
    frames = list(_frames(takings, reslicer, job))
    voi = _voi(frames, reslicer, parameters, job)
    pictures = list(zip(frames, takings, strict=True))
    if parameters.format == "dicom":
        how = _derivation(path, points, takings, parameters, volume)
        width, height = _write_series(pictures, voi, volume, parameters, how)
    else:
        width, height = _write_pictures(pictures, places, voi, volume, parameters, job)
    spacing = lying(frames[0]).spacing if _is_lying(parameters) else frames[0].spacing
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
        volume.written_over(),
        volume.segment_names(),
    )


def _from_right(points: list[Vector]) -> list[Vector]:
    """Let a panorama begin at the right side of the patient, which is shown at the left."""
    return points if points[0][0] <= points[-1][0] else points[::-1]


def _checked(path: Path3D, reslicer: Reslicer) -> list[str]:
    share = share_inside(path, reslicer.volume.grid)
    if share == 0:
        raise UserError(
            "The path lies outside the volume.",
            hint="Its points are read as LPS mm: check the coordinate system of the file. The volume reaches from "
            f"{reach_text(reslicer.volume.grid)}.",
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


def _takings(
    path: Path3D, places: Sequence[float], reslicer: Reslicer, parameters: CurvedParameters, pixel_mm: float
) -> list[Taking]:
    """Give what is taken: cross-sections at the places, or one picture along the path."""
    slab, way, width = parameters.slab(parameters.projection), parameters.interpolation, parameters.width.value
    if not places:
        return [Taking(_layout(path, parameters, pixel_mm), slab, way)]
    side = round(width / pixel_mm) + 1
    if side * side * len(places) > MOST_PIXELS_OF_SECTIONS:
        raise UserError(
            f"{len(places)} cross-sections of {side} x {side} pixels are too many.",
            hint="Choose larger pixels, a smaller width or a larger distance.",
        )
    uid = reslicer.volume.grid.frame_of_reference_uid
    planes = (cross_section(path, each, width_mm=width, spacing_mm=pixel_mm, frame_uid=uid) for each in places)
    return [Taking(Flat(plane, (side, side)), slab, way) for plane in planes]


def _layout(path: Path3D, parameters: CurvedParameters, pixel_mm: float) -> CurvedLayout:
    width = parameters.width.value
    if parameters.kind == "straightened":
        return straightened(path, width_mm=width, spacing_mm=pixel_mm, turn_deg=parameters.turn)
    across = HEADWARDS if parameters.kind == "panorama" else parameters.across or _least_bent(path)
    return stretched(path, across_lps=across, width_mm=width, spacing_mm=pixel_mm)


def _frames(takings: Sequence[Taking], reslicer: Reslicer, job: Job) -> Iterator[Frame]:
    for number, taking in enumerate(takings):
        if len(takings) > 1:
            job.progress(number, len(takings), "Cutting across")
        yield reslicer.taken(taking)


def lying(frame: Frame) -> Frame:
    """Turn a stretched picture by `LYING`, so that the path goes from left to right and its rows upwards."""
    spacing = frame.spacing
    turned = Spacing(spacing.between_columns, spacing.between_rows, spacing.source, spacing.note)
    return replace(frame, pixels=np.ascontiguousarray(np.rot90(frame.pixels)), spacing=turned)


def _least_bent(path: Path3D) -> Vector:
    """Give the direction in which a path spreads least."""
    x, y, z = path.normals_lps[0]
    return float(x), float(y), float(z)


def _voi(frames: Sequence[Frame], reslicer: Reslicer, parameters: CurvedParameters, job: Job) -> Voi:
    presets = PresetTable.load() if parameters.preset else None
    for note in presets.notes if presets else ():
        job.log(note)
    middle = frames[len(frames) // 2]
    return chosen_voi(middle, reslicer.volume, window=parameters.window(), preset=parameters.preset, presets=presets)


def _is_lying(parameters: CurvedParameters) -> bool:
    """Tell whether the path goes from left to right in the picture."""
    return parameters.kind == "panorama" and parameters.sections is None


def _write_pictures(
    pictures: Sequence[tuple[Frame, Taking]],
    places: Sequence[float],
    voi: Voi,
    volume: Opened,
    parameters: CurvedParameters,
    job: Job,
) -> Size:
    size_px = (parameters.size.width, parameters.size.height) if parameters.size else None
    ending = parameters.output.suffix.lower()
    look, lying_quarters = parameters.view(), LYING if _is_lying(parameters) else 0
    look = replace(look, rotation_quarters=(look.rotation_quarters + lying_quarters) % 4)
    kind: PictureFormat = "tiff" if parameters.format == "tiff" or ending in (".tif", ".tiff") else "png"
    size = (0, 0)
    for number, (frame, taking) in enumerate(pictures):
        job.progress(number, len(pictures), "Writing pictures")
        what = f"Section at {places[number]:.1f} mm" if places else f"Curved, {parameters.kind}"
        lines = tuple(line for line in (what, taking.slab.text(), *volume.lines()) if line)
        picture = picture_of(
            frame,
            voi,
            size_px=size_px,
            captions=lines if parameters.burn_in else None,
            above=volume.above(taking),
            look=look,
        )
        name = f"{number + 1:03d}{_SUFFIX[kind]}"
        write_picture(picture, parameters.output if parameters.is_one_picture else parameters.output / name, kind)
        size = (picture.shape[1], picture.shape[0])
    return size


def _write_series(
    pictures: Sequence[tuple[Frame, Taking]], voi: Voi, volume: Opened, parameters: CurvedParameters, how: Derivation
) -> Size:
    """Write a series: with its values; of what something lies over as the pictures, in colour."""
    is_lying, count = _is_lying(parameters), len(pictures)
    frames: Iterable[Frame]
    if volume.is_laid_over:
        view = View(voi=None if pictures[0][0].is_colour else voi, rotation_quarters=LYING if is_lying else 0)
        size = natural_size(pictures[0][0], view)
        frames = (in_colour(frame, view, volume.above(taking)) for frame, taking in pictures)
    else:
        turned = [lying(frame) if is_lying else frame for frame, _taking in pictures]
        size = (turned[0].pixels.shape[1], turned[0].pixels.shape[0])
        frames = (replace(frame, voi=(voi,)) for frame in turned)
    sources, also = volume.reslicer.volume.frames, volume.second_sources()
    write_derived_series(frames, sources, parameters.output, how, count=count, also=also)
    return size


def _derivation(
    path: Path3D, points: Sequence[Vector], takings: Sequence[Taking], parameters: CurvedParameters, volume: Opened
) -> Derivation:
    return derivation_of(
        path.length_mm,
        points,
        kind="" if parameters.sections else parameters.kind,
        slab=parameters.slab(parameters.projection),
        interpolation=parameters.interpolation,
        over=volume.told(),
        voxel_mm=voxel_across_mm(takings, volume.reslicer.volume.grid),
        places_mm=_places(path, parameters),
        reach_lps=curved_edges_lps(takings[0].sheet),
    )


def voxel_across_mm(takings: Sequence[Taking], grid: VolumeGrid) -> float:
    """Give how long a voxel is across the middle one of cross-sections; 0 for a curved plane."""
    sheet = takings[len(takings) // 2].sheet
    return voxel_step_mm(grid, plane_normal_lps(sheet.plane)) if isinstance(sheet, Flat) else 0.0


def derivation_of(
    length_mm: float,
    points_lps: Sequence[Vector],
    *,
    kind: str,
    slab: Slab,
    interpolation: Interpolation,
    over: Sequence[str] = (),
    voxel_mm: float = 0.0,
    places_mm: Sequence[float] = (),
    reach_lps: tuple[Vector, ...] = (),
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
    over
        What lies over it, in words.
    voxel_mm
        How thick cross-sections without a slab are.
    places_mm
        Where along the path they are; other programs order them by it.
    reach_lps
        Points, LPS mm, that span a curved plane.
    """
    words = [f"Curved plane along a path, {kind}" if kind else "Cross-sections of a path", f"{length_mm:.1f} mm long"]
    if not slab.is_thin:
        words.append(f"{PROJECTIONS[slab.projection]} over {slab.thickness_mm:g} mm")
    words += [f"{interpolation} interpolation", *over]
    written = " ".join(",".join(f"{value:.2f}" for value in point) for point in points_lps)
    return Derivation(
        kind="curved" if kind else "mpr",
        description="; ".join(words),
        thickness_mm=slab.thickness_mm,
        voxel_mm=voxel_mm,
        comments=f"Points of the path, LPS mm: {written}",
        locations_mm=tuple(places_mm),
        slices_beside=SLICES_BESIDE[interpolation],
        reach_lps=reach_lps,
    )
