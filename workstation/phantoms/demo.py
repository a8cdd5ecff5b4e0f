"""The demo study: two patients, nine visits, thirteen series, and the truth about all of them."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.uid import ExplicitVRLittleEndian, JPEGLSLossless

from workstation.errors import UserError
from workstation.phantoms import ct, headscans, mammogram, pelvis, pet, planes, projection, truth, ultrasound
from workstation.phantoms.enhanced import FrameStack, enhanced_ct
from workstation.phantoms.patient import HOT_SPHERES, NODULES, Visits, follow_up
from workstation.phantoms.torso import Torso
from workstation.phantoms.writing import SeriesOf, Vector, complete, save
from workstation.quick_dataclass import dataclass

FOLLOW_UP_SHIFT_LPS = (6.25, -9.5, 41.0)
_ENHANCED_FIRST, _ENHANCED_FRAMES = 56, 40
_STEPS = 3 * ct.SLICES + 2 * pet.SLICES + len(headscans.CT_HEIGHTS) + headscans.MR_SLICES + ultrasound.FRAMES + 3
_STEPS += sum(plane.count for plane in planes.PLANES) + len(mammogram.VIEWS)
_WINDOWS = ((40.0, 400.0, "Soft tissue"), (-600.0, 1500.0, "Lung"), (480.0, 2500.0, "Bone"))

Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Demo:
    """What `write_demo` wrote."""

    folder: Path
    truth_path: Path
    studies: int
    series: int
    objects: int
    megabytes: float


def write_demo(output: Path, *, seed: int = 0, report: Report | None = None) -> Demo:
    """Write the demo study into a folder.

    The same seed gives the same bytes.

    Parameters
    ----------
    output
        A folder, made if it isn't there; it must not hold anything but a former demo study, which is replaced.
    seed
        Chooses the branching of vessels, the noise and the unique identifiers; not the numbers that are measured.
    report
        Told how many steps are done, and of how many; it may raise `Cancelled`.

    Raises
    ------
    UserError
        If the folder holds something else, or cannot be written.
    """
    try:
        _make_room(output)
        (output / _MARK).touch()
        return _Writing(output, seed, report or (lambda _done, _total: None)).run()
    except OSError as error:
        raise UserError(
            f"{output}: the demo study cannot be written: {error.strerror or error}.",
            hint="Make room, or name another folder; running it again begins anew.",
        ) from error


_MARK = "TRUTH.json"


def _make_room(output: Path) -> None:
    """Make the folder, or take a former demo study out of it."""
    output.mkdir(parents=True, exist_ok=True)
    there = sorted(output.iterdir())
    if there and not (output / _MARK).is_file():
        raise UserError(f"{output} is not empty.", hint="Name a folder that doesn't exist yet.")
    for folder in _FOLDERS.values():
        for path in sorted((output / folder).glob("*.dcm")):
            path.unlink()


_FOLDERS = {
    "ct_first": "ct-chest-abdomen",
    "pet": "pet",
    "ct_second": "ct-chest-abdomen-follow-up",
    "ct_enhanced": "ct-enhanced-multi-frame",
    "ct_head": "ct-head",
    "mr": "mr-brain",
    "cr": "x-ray-chest",
    "us": "ultrasound-abdomen",
    **{plane.key: plane.folder for plane in planes.PLANES},
    "mg": "mammogram",
    "hips": "x-ray-pelvis",
}


class _Writing:
    """One run: the torso is painted once, and everything of the trunk is made from it."""

    def __init__(self, output: Path, seed: int, report: Report) -> None:
        self._output, self._seed, self._report = output, seed, report
        self._done = 0
        self._visits = Visits(seed)
        clearings = [(ball.centre_lps, 12.5) for ball in NODULES]
        self._torso = Torso(np.random.default_rng((seed, 1)), clearings)
        self._truth: dict[str, Any] = {}

    def run(self) -> Demo:
        with ThreadPoolExecutor(2) as pool:
            try:
                self._write_all(pool)
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        path = self._output / _MARK
        path.write_text(json.dumps(self._truth, indent=2) + "\n", encoding="utf-8")
        files = sorted(self._output.rglob("*.dcm"))
        size = sum(file.stat().st_size for file in files)
        studies = len({series.study.uid for series in self._all_series.values()})
        return Demo(self._output, path, studies, len(self._all_series), len(files), round(size / 1e6, 1))

    def _tick(self, steps: int) -> None:
        self._done += steps
        self._report(min(self._done, _STEPS), _STEPS)

    @cached_property
    def _all_series(self) -> dict[str, SeriesOf]:
        visit, make = self._visits, self._visits.series
        trunk = {"body_part": "CHESTABDPELVIS", "patient_position": "HFS"}
        head = {"body_part": "HEAD", "patient_position": "HFS", "frame": "head"}
        return {
            "ct_first": make(visit.first, 2, "CT", "CT chest abdomen 3.0 contrast", time="100130", model="Trunk CT",
                             frame="first", **trunk),
            "pet": make(visit.first, 3, "PT", "PET FDG, attenuation corrected", time=pet.Injection().scan_time,
                        model="Trunk PET", frame="first", body_part="CHESTABDPELVIS"),
            "ct_second": make(visit.second, 2, "CT", "CT chest abdomen 3.0 contrast", time="102010", model="Trunk CT",
                              frame="second", **trunk),
            "ct_enhanced": make(visit.second, 3, "CT", "Heart, enhanced multi-frame", time="102300", model="Trunk CT",
                                frame="second", **trunk),
            "ct_head": make(visit.head, 2, "CT", "CT head, tilted gantry", time="140800", model="Head CT", **head),
            "mr": make(visit.brain, 2, "MR", "T1 coronal 3D", time="083500", model="Head MR",
                       body_part="HEAD", patient_position="HFS", frame="brain"),
            "cr": make(visit.x_ray, 1, "CR", "Chest PA", time="111200", model="Chest CR", body_part="CHEST"),
            "us": make(visit.ultrasound, 1, "US", "Abdomen, colour", time="153400", model="Belly US",
                       body_part="ABDOMEN"),
            **{plane.key: make(visit.planes, number, "MR", plane.description, time=f"0920{number:02d}",
                               model="Head MR", body_part="HEAD", patient_position="HFS", frame="planes")
               for number, plane in enumerate(planes.PLANES, 2)},
            "mg": make(visit.mammogram, 1, "MG", "Mammogram, CC and MLO", time="103400", model="Breast MG",
                       body_part="BREAST"),
            "hips": make(visit.pelvis, 1, "CR", "Pelvis AP", time="092100", model="Bone CR", body_part="PELVIS"),
        }  # fmt: skip

    def _folder(self, key: str) -> Path:
        return self._output / _FOLDERS[key]

    def _write_all(self, pool: ThreadPoolExecutor) -> None:
        hu = ct.paint_trunk(self._torso, pool, HOT_SPHERES, self._tick)
        first = self._write_trunk("ct_first", hu, pool)
        second = self._write_trunk("ct_second", hu, pool)
        stored_suv = self._write_pet(pool)
        self._write_enhanced(hu)
        series = self._all_series
        headscans.write_head_ct(series["ct_head"], self._seed, self._folder("ct_head"), pool, self._tick)
        headscans.write_mr(series["mr"], self._seed, self._folder("mr"), pool, self._tick)
        projection.write_x_ray(series["cr"], hu, self._seed, self._folder("cr") / "0001.dcm")
        ultrasound.write_ultrasound(series["us"], self._seed, self._folder("us") / "0001.dcm", pool, self._tick)
        for plane in planes.PLANES:
            planes.write_plane(plane, series[plane.key], self._seed, self._folder(plane.key), pool, self._tick)
        mammogram.write_mammogram(series["mg"], self._seed, self._folder("mg"), pool, self._tick)
        pelvis.write_pelvis(series["hips"], self._seed, self._folder("hips") / "0001.dcm")
        self._tick(3)
        self._tell(first, second, stored_suv)

    def _write_trunk(self, key: str, hu: NDArray[np.int16], pool: ThreadPoolExecutor) -> dict[str, Any]:
        """Write the trunk as it was at one of the two visits, and give what was stored in the balls."""
        is_first = key == "ct_first"
        nodules = NODULES if is_first else follow_up()
        look = ct.CtLook(
            folder=self._folder(key),
            transfer_syntax=ExplicitVRLittleEndian if is_first else JPEGLSLossless,
            thickness_mm=ct.SLICE_MM,
            pixel_mm=ct.PIXEL_MM,
            windows=_WINDOWS,
            kernel="STANDARD",
            tube_ma=220,
            contrast=True,
        )
        stored = truth.Stored(ct.trunk_grid(), (*nodules, *HOT_SPHERES))

        def watched() -> Iterator[NDArray[np.int16]]:
            seeds = (self._seed, 20 if is_first else 30)
            for z, values in zip(ct.slice_heights(), ct.noisy_slices(hu, nodules, seeds, pool), strict=True):
                stored.add(values.astype(np.float32), float(z))
                yield values

        ct.write_ct(self._all_series[key], look, watched(), self._positions(is_first=is_first), pool, self._tick)
        return stored.numbers()

    @staticmethod
    def _positions(*, is_first: bool) -> list[Vector]:
        dx, dy, dz = (0.0, 0.0, 0.0) if is_first else FOLLOW_UP_SHIFT_LPS
        half = (ct.SIZE - 1) / 2 * ct.PIXEL_MM
        return [(dx - half, dy - half, dz + float(z)) for z in ct.slice_heights()]

    def _write_pet(self, pool: ThreadPoolExecutor) -> dict[str, Any]:
        rng = np.random.default_rng((self._seed, 3))
        lesions = (*HOT_SPHERES, *NODULES)
        suv = pet.paint_uptake(self._torso, lesions, rng, pool, self._tick)
        written = pet.write_pet(self._all_series["pet"], pet.Injection(), suv, self._folder("pet"), self._tick)
        stored = truth.Stored(pet.pet_grid(), lesions)
        for z, values in zip(pet.slice_heights(), written, strict=True):
            stored.add(values, float(z))
        return stored.numbers()

    def _write_enhanced(self, hu: NDArray[np.int16]) -> None:
        """Write the slices of the heart at half resolution and without noise as one object."""
        part = hu[_ENHANCED_FIRST : _ENHANCED_FIRST + _ENHANCED_FRAMES].astype(np.float32)
        halved = part.reshape(len(part), ct.SIZE // 2, 2, ct.SIZE // 2, 2).mean(axis=(2, 4))
        positions = self._positions(is_first=False)[_ENHANCED_FIRST : _ENHANCED_FIRST + _ENHANCED_FRAMES]
        shift = ct.PIXEL_MM / 2
        stack = FrameStack(
            positions_lps=[(x + shift, y + shift, z) for x, y, z in positions],
            orientation=(1, 0, 0, 0, 1, 0),
            spacing_mm=(2 * ct.PIXEL_MM, 2 * ct.PIXEL_MM),
            thickness_mm=ct.SLICE_MM,
        )
        ds = enhanced_ct(self._all_series["ct_enhanced"], stack, ct.quantise(halved))
        save(complete(ds), self._folder("ct_enhanced") / "0001.dcm")

    def _tell(self, first: dict[str, Any], second: dict[str, Any], suv: dict[str, Any]) -> None:
        days = (date(2025, 9, 2) - date(2025, 3, 4)).days
        counts = {key: len(list(self._folder(key).glob("*.dcm"))) for key in _FOLDERS}
        self._truth = {
            "seed": self._seed,
            "patient": truth.person_truth(self._visits.person),
            "series": {
                key: truth.series_truth(self._all_series[key], folder, counts[key]) for key, folder in _FOLDERS.items()
            },
            "trunk": truth.trunk_truth(self._torso.lungs),
            "follow_up_shift_lps_mm": list(FOLLOW_UP_SHIFT_LPS),
            "days_between_ct": days,
            "nodules": truth.nodules_truth(first, second, days),
            "pet": truth.pet_truth(pet.Injection(), self._visits.person.weight_kg, suv),
            "head": truth.head_truth(),
            "x_ray": truth.x_ray_truth(),
            "ultrasound": truth.ultrasound_truth(),
            "enhanced": {"frames": _ENHANCED_FRAMES, "first_slice_of_trunk": _ENHANCED_FIRST},
            "planes": truth.planes_truth(),
            "mammogram": truth.mammogram_truth(self._visits),
            "pelvis": truth.pelvis_truth(),
        }
