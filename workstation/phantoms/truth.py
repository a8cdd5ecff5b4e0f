"""What is true of the demo study, as plain values for ``TRUTH.json``; ``docs/demo-study.md`` explains each key."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from workstation.phantoms import ct, head, headscans, mammogram, pelvis, pet, planes, projection, ultrasound
from workstation.phantoms.lungs import Lungs, Nodule
from workstation.phantoms.patient import HOT_SPHERES, NODULES, Visits, follow_up
from workstation.phantoms.shapes import Floats, SheetGrid
from workstation.phantoms.writing import Person, SeriesOf

Truth = dict[str, Any]


class Stored:
    """Sums over the voxels whose centres lie in a ball, while slices pass by: what a perfect ruler would find."""

    def __init__(self, grid: SheetGrid, balls: Sequence[Nodule]) -> None:
        self._grid = grid
        self._balls = [ball for ball in balls if ball.diameter_mm > 0]
        self._found: dict[str, list[Floats]] = {ball.name: [] for ball in self._balls}

    def add(self, values: Floats, z_mm: float) -> None:
        """Take a slice into account."""
        for ball in self._balls:
            x0, y0, z0 = ball.centre_lps
            if abs(z_mm - z0) <= ball.diameter_mm / 2:
                flat = (self._grid.x_mm[None, :] - x0) ** 2 + (self._grid.y_mm[:, None] - y0) ** 2
                inside = flat + (z_mm - z0) ** 2 <= (ball.diameter_mm / 2) ** 2
                self._found[ball.name].append(values[inside].astype(np.float32))

    def numbers(self) -> Truth:
        """Give count, mean, standard deviation, minimum and maximum for each ball."""
        result = {}
        for name, parts in self._found.items():
            values = np.concatenate(parts).astype(np.float64)
            result[name] = {
                "voxels": len(values),
                "mean": round(float(values.mean()), 4),
                "standard_deviation": round(float(values.std(ddof=1)), 4),
                "minimum": round(float(values.min()), 4),
                "maximum": round(float(values.max()), 4),
            }
        return result


def series_truth(series: SeriesOf, folder: str, objects: int) -> Truth:
    """Give what finds a series again."""
    return {
        "series_instance_uid": str(series.uid),
        "study_instance_uid": str(series.study.uid),
        "frame_of_reference_uid": series.frame_of_reference_uid,
        "modality": series.modality,
        "description": series.description,
        "folder": folder,
        "objects": objects,
    }


def ball_truth(ball: Nodule, stored: Truth, *, value: str) -> Truth:
    """Give a ball: where, how large, its value, and what was stored in it."""
    volume = math.pi / 6 * ball.diameter_mm**3
    found: Truth = {
        "name": ball.name,
        "centre_lps_mm": list(ball.centre_lps),
        "diameter_mm": ball.diameter_mm,
        "volume_mm3": round(volume, 3),
        value: getattr(ball, value),
    }
    if ball.name in stored:
        found["stored"] = stored[ball.name]
    return found


def nodules_truth(first: Truth, second: Truth, days: int) -> list[Truth]:
    """Give the nodules at both visits, with change and doubling time."""
    rows = []
    for before, after in zip(NODULES, follow_up(), strict=True):
        ratio = (after.diameter_mm / before.diameter_mm) ** 3
        rows.append(
            {
                "name": before.name,
                "first": ball_truth(before, first, value="hu"),
                "second": ball_truth(after, second, value="hu"),
                "change": "vanished" if ratio == 0 else "grew" if ratio > 1 else "shrank",
                "volume_ratio": round(ratio, 6),
                "volume_doubling_time_days": round(days * math.log(2) / math.log(ratio), 2) if ratio > 1 else None,
            }
        )
    return rows


def pet_truth(injection: pet.Injection, weight_kg: float, stored: Truth) -> Truth:
    """Give dose, times, the factor of SUV and the hot spheres."""
    factor = injection.bq_per_ml_of_suv(weight_kg)
    return {
        "injected_dose_bq": injection.dose_bq,
        "injection_time": injection.injection_time,
        "series_time": injection.scan_time,
        "elapsed_s": injection.elapsed_s,
        "half_life_s": injection.half_life_s,
        "weight_kg": weight_kg,
        "decay_correction": "START",
        "bq_per_ml_of_suvbw_1": factor,
        "suvbw_per_bq_per_ml": 1 / factor,
        "blur_fwhm_mm": pet.BLUR_FWHM_MM,
        "spheres": [ball_truth(ball, stored, value="suv") for ball in (*HOT_SPHERES, *NODULES[:1])],
    }


def head_truth() -> Truth:
    """Give geometry of the tilted CT, and contrast and bias of the MR."""
    return {
        "ct": {
            "gantry_tilt_deg": headscans.TILT_DEG,
            "head_centre_lps_mm": list(headscans.HEAD_ORIGIN_LPS),
            "slice_thickness_mm": headscans.head_ct_thicknesses(),
            "positions_lps_mm": [[round(x, 6) for x in position] for position in headscans.head_ct_positions()],
            "pixel_spacing_mm": headscans.CT_PIXEL_MM,
            "noise_hu": headscans.CT_NOISE_HU,
            "tissue_hu": {name: tissue.hu for name, tissue in head.TRUE_TISSUES.items()},
        },
        "mr": {
            "head_centre_lps_mm": list(headscans.HEAD_ORIGIN_LPS),
            "bias_per_mm_lps": list(headscans.BIAS_PER_MM),
            "noise": headscans.MR_NOISE,
            "tissue_signal": {name: tissue.t1 for name, tissue in head.TRUE_TISSUES.items()},
            "slice_step_mm": headscans.MR_STEP_MM,
            "pixel_spacing_mm": headscans.MR_PIXEL_MM,
        },
    }


def x_ray_truth() -> Truth:
    """Give the geometry of the X-ray and where the nodules fall on it; positions as (column, row) from 0."""
    return {
        "source_to_detector_mm": projection.SOURCE_TO_DETECTOR_MM,
        "detector_y_lps_mm": projection.DETECTOR_Y_MM,
        "imager_pixel_spacing_mm": projection.DETECTOR_MM,
        "nodules": [
            {
                "name": ball.name,
                "position_px": [round(on.column_px, 3), round(on.row_px, 3)],
                "magnification": round(on.magnification, 6),
            }
            for ball in NODULES
            for on in (projection.project(*ball.centre_lps),)
        ],
    }


def ultrasound_truth() -> Truth:
    """Give calibration, cyst, stone and the vessel's diameter by frame; positions as (column, row) from 0."""
    us = ultrasound
    return {
        "pixel_mm": us.PIXEL_CM * 10,
        "frame_time_ms": us.FRAME_TIME_MS,
        "cyst": {"centre_px": list(us.CYST.centre_px), "diameter_mm": us.CYST.diameter_mm},
        "stone": {"centre_px": list(us.STONE.centre_px), "diameter_mm": us.STONE.diameter_mm},
        "vessel_diameter_mm": [round(us.vessel_diameter_mm(n), 4) for n in range(us.FRAMES)],
    }


def trunk_truth(lungs: Lungs) -> Truth:
    """Give the grid of the trunk's CT and how often the vessels of the lungs branch."""
    half = (ct.SIZE - 1) / 2 * ct.PIXEL_MM
    return {
        "first_voxel_lps_mm": [-half, -half, ct.FIRST_Z_MM],
        "shape_kji": [ct.SLICES, ct.SIZE, ct.SIZE],
        "step_mm": [ct.PIXEL_MM, ct.PIXEL_MM, ct.SLICE_MM],
        "vessel_generations": max(int(tree.generation.max()) + 1 for tree in lungs.arteries),
        "vessel_segments": sum(len(tree.radius_mm) for tree in lungs.arteries),
    }


def planes_truth() -> Truth:
    """Give the three planes of the MR, and where the capsule is in the patient and in each series."""
    centre = [a + b for a, b in zip(planes.CAPSULE.centre, planes.HEAD_ORIGIN_LPS, strict=True)]
    return {
        "head_centre_lps_mm": list(planes.HEAD_ORIGIN_LPS),
        "pixel_spacing_mm": planes.PIXEL_MM,
        "slice_step_mm": planes.STEP_MM,
        "noise": planes.NOISE,
        "capsule": {"centre_lps_mm": centre, "diameter_mm": 2 * planes.CAPSULE.radii[0]},
        "series": {plane.key: _plane_truth(plane) for plane in planes.PLANES},
    }


def _plane_truth(plane: planes.Plane) -> Truth:
    column, row, image = plane.pixel_of(planes.CAPSULE.centre)
    return {
        "first_voxel_lps_mm": [round(x, 6) for x in plane.position_lps(0)],
        "along_row": [round(x, 9) for x in plane.along_row],
        "along_column": [round(x, 9) for x in plane.along_column],
        "tissue_signal": {name: getattr(tissue, plane.weighting) for name, tissue in head.TRUE_TISSUES.items()},
        "capsule_px": [round(column, 3), round(row, 3)],
        "capsule_slice": round(image, 3),
    }


def mammogram_truth(visits: Visits) -> Truth:
    """Give the geometry of the mammogram and what is to be found in each view; positions as (column, row) from 0."""
    return {
        "patient": person_truth(visits.woman),
        "imager_pixel_spacing_mm": mammogram.DETECTOR_MM,
        "source_to_detector_mm": mammogram.SOURCE_TO_DETECTOR_MM,
        "estimated_magnification": round(mammogram.magnification(mammogram.MIDDLE_MM), 6),
        "views": {view.name: _view_truth(view) for view in mammogram.VIEWS},
    }


def _view_truth(view: mammogram.MammogramView) -> Truth:
    return {
        "chest_wall": "left" if view.side == "L" else "right",
        "nipple_px": [round(x, 3) for x in view.pixel_of(mammogram.NIPPLE_DEPTH_MM, 0.0)],
        "findings": [
            {
                "name": finding.name,
                "centre_px": [round(x, 3) for x in view.pixel_of(finding.depth_mm, finding.up_mm, finding.height_mm)],
                "diameter_mm": finding.diameter_mm,
                "diameter_px": round(finding.diameter_mm * factor / mammogram.DETECTOR_MM, 3),
                "magnification": round(factor, 6),
            }
            for finding in view.findings
            for factor in (mammogram.magnification(finding.height_mm),)
        ],
    }


def pelvis_truth() -> Truth:
    """Give the angles of both hips, and where the points are that they are measured by, (column, row) from 0."""
    return {
        "imager_pixel_spacing_mm": pelvis.DETECTOR_MM,
        "magnification": pelvis.MAGNIFICATION,
        "head_diameter_mm": pelvis.HEAD_MM,
        "hips": {hip.side: _hip_truth(hip) for hip in pelvis.HIPS},
    }


def _hip_truth(hip: pelvis.Hip) -> Truth:
    inner, outer = hip.roof
    places = {
        "head_px": hip.head,
        "roof_inner_px": inner,
        "roof_outer_px": outer,
        "axes_meet_px": hip.on_femur(0, 0),
        "shaft_px": hip.on_femur(0, 50),
    }
    return {
        "centre_edge_deg": hip.centre_edge_deg,
        "roof_deg": hip.roof_deg,
        "neck_shaft_deg": hip.neck_shaft_deg,
        **{name: [round(x, 3) for x in pelvis.pixel_of(place)] for name, place in places.items()},
    }


def person_truth(person: Person) -> Truth:
    """Give a patient."""
    return {
        "name": person.name,
        "patient_id": person.patient_id,
        "birth_date": person.birth_date,
        "sex": person.sex,
        "size_m": person.size_m,
        "weight_kg": person.weight_kg,
    }
