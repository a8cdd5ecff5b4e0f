"""Studies as vendors and sites would name them: index records, with techniques in the place of headers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workstation.display.hanging.matching import Subject
from workstation.display.hanging.technique import Technique, Techniques
from workstation.model.index.records import Instance, Place, Series, Study
from workstation.model.stacks import stacks_of

PLANES = {
    "axial": ((1.0, 0.0, 0.0, 0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "sagittal": ((0.0, 1.0, 0.0, 0.0, 0.0, -1.0), (1.0, 0.0, 0.0)),
    "coronal": ((1.0, 0.0, 0.0, 0.0, 0.0, -1.0), (0.0, 1.0, 0.0)),
}


@dataclass
class Named:
    """A series as a vendor names it; ``plane`` empty for projections, which get one image each."""

    description: str
    plane: str = "axial"
    images: int = 12
    technique: Technique = field(default_factory=lambda: Technique(is_read=True))
    fields: dict[str, Any] = field(default_factory=dict)


class Shelf:
    """Makes studies, and knows their techniques."""

    def __init__(self) -> None:
        self.techniques: dict[Place, Technique] = {}
        self.reads: list[Place] = []

    def study(
        self, modality: str, series: Sequence[Named], *, uid: str = "1.2.1", date: str = "20260301", **shared: Any
    ) -> Study:
        """Make a study of series numbered from 1."""
        return Study(
            uid,
            tuple(
                self._series(named, f"{uid}.{number}", number, modality, {"study_date": date, **shared}, uid)
                for number, named in enumerate(series, 1)
            ),
        )

    def _series(self, named: Named, uid: str, number: int, modality: str, shared: dict[str, Any], study: str) -> Series:
        instances = tuple(self._instance(named, uid, number, modality, shared, study, k) for k in range(named.images))
        return Series(uid, instances, stacks_of(instances))

    def _instance(
        self, named: Named, uid: str, number: int, modality: str, shared: dict[str, Any], study: str, k: int
    ) -> Instance:
        values: dict[str, Any] = {
            "modality": modality,
            "series_number": number,
            "series_description": named.description,
            "instance_number": k + 1,
            "rows": 16,
            "columns": 16,
            "number_of_frames": 1,
            "samples_per_pixel": 1,
            "bits_allocated": 16,
            "photometric_interpretation": "MONOCHROME2",
            "has_pixels": True,
        }
        if named.plane:
            orientation, normal = PLANES[named.plane]
            values |= {
                "image_orientation": orientation,
                "image_position_lps": tuple(part * 3.0 * k for part in normal),
                "pixel_spacing_mm": (1.0, 1.0),
                "slice_thickness_mm": 3.0,
                "frame_of_reference_uid": "1.2.99",
            }
        place = Place(Path(f"/studies/{uid}/{k}.dcm"))
        self.techniques[place] = named.technique
        return Instance(
            (place,),
            f"{uid}.{k}",
            "1.2.840.10008.5.1.4.1.1.2",
            "1.2.840.10008.1.2.1",
            study,
            uid,
            **(values | shared | named.fields),
        )

    def read(self, place: Place) -> Technique:
        """Stand for reading a header."""
        self.reads.append(place)
        return self.techniques[place]

    def subject(self, study: Study, *others: Study, monitors: int = 1) -> Subject:
        """Make a subject whose headers are the techniques."""
        return Subject(study, others, monitors=monitors, techniques=Techniques(self.read))


def read_with(**values: Any) -> Technique:
    """Give a technique that was read."""
    return Technique(is_read=True, **values)


def timed(echo: float, repetition: float, inversion: float | None = None, agent: str = "") -> Technique:
    """Give the technique of a spin echo with its times in milliseconds."""
    return read_with(
        echo_time_ms=echo,
        repetition_time_ms=repetition,
        inversion_time_ms=inversion,
        scanning_sequence="SE",
        contrast_agent=agent,
    )


GD = "Gadovist"

BRAIN_SIEMENS = [
    Named("localizer", images=3, fields={"image_type": "ORIGINAL\\PRIMARY\\M\\ND\\LOCALIZER"}),
    Named("t2_tse_tra", technique=timed(100, 5000)),
    Named("t2_tirm_tra_dark-fluid", technique=timed(81, 9000, 2500)),
    Named("t1_se_tra", technique=timed(10, 500)),
    Named(
        "ep2d_diff_3scan_trace_p2", fields={"image_type": "ORIGINAL\\PRIMARY\\DIFFUSION\\TRACEW\\ND", "b_value": 1000.0}
    ),
    Named("ep2d_diff_3scan_trace_p2_ADC", fields={"image_type": "DERIVED\\PRIMARY\\DIFFUSION\\ADC\\ND"}),
    Named("t1_se_tra KM", technique=timed(10, 500, agent=GD)),
    Named("t2_tse_sag", "sagittal", technique=timed(100, 5000)),
]
BRAIN_GE = [
    Named("3-Plane Loc", images=3, fields={"image_type": "ORIGINAL\\PRIMARY\\OTHER"}),
    Named("SAG T1 FLAIR", "sagittal", technique=timed(9, 2200, 900)),
    Named("Ax DWI b1000", fields={"b_value": 1000.0}),
    Named("Apparent Diffusion Coefficient (mm2/s)", fields={"image_type": "DERIVED\\PRIMARY\\OTHER"}),
    Named("Ax T2 FLAIR", technique=timed(120, 9500, 2250)),
    Named("Ax T2 FRFSE", technique=timed(102, 4500)),
    Named("Ax T1", technique=timed(12, 520)),
    Named("Ax T1 +C", technique=timed(12, 520, agent=GD)),
    Named("SWAN"),
]
BRAIN_PHILIPS_FRENCH = [
    Named("Survey", images=3, fields={"image_type": "ORIGINAL\\PRIMARY\\M_FFE\\M\\FFE"}),
    Named("T1W axial sans injection", technique=timed(12, 560)),
    Named("sT2W_TSE axiale", technique=timed(100, 3800)),
    Named("FLAIR_longTR", technique=timed(125, 11000, 2800)),
    Named("DWI_SSh", fields={"b_value": 1000.0}),
    Named("dADC"),
    Named("T1W axial après injection gado", technique=timed(12, 560, agent=GD)),
]
BRAIN_JAPANESE = [
    Named("位置決め", images=3),
    Named("拡散強調画像 横断", fields={"b_value": 1000.0}),
    Named("T2強調画像 横断"),
    Named("T1強調画像 横断"),
    Named("FLAIR 横断"),
    Named("T1強調画像 造影後 横断"),
]
BRAIN_UNNAMED = [
    Named("SER1", technique=timed(14, 540)),
    Named("SER2", technique=timed(98, 4200)),
    Named("SER3", technique=timed(110, 9000, 2400)),
    Named("SER4", technique=timed(14, 540, agent=GD)),
]


def mammogram(description: str, technique: Technique) -> Named:
    """Give one view of a mammography."""
    return Named(description, plane="", images=1, technique=technique)


MAMMO_CODED = [
    mammogram("L CC", read_with(view_code="R-10242", image_laterality="L", patient_orientation=("A", "R"))),
    mammogram("R CC", read_with(view_code="R-10242", image_laterality="R", patient_orientation=("P", "L"))),
    mammogram("L MLO", read_with(view_code="R-10226", image_laterality="L", patient_orientation=("A", "FR"))),
    mammogram("R MLO", read_with(view_code="R-10226", image_laterality="R", patient_orientation=("P", "FL"))),
]
MAMMO_POSITIONS = [
    mammogram("MG", read_with(view_position="MLO", image_laterality="R", patient_orientation=("A", "F"))),
    mammogram("MG", read_with(view_position="MLO", image_laterality="L", patient_orientation=("A", "F"))),
    mammogram("MG", read_with(view_position="CC", image_laterality="R", patient_orientation=("P", "L"))),
    mammogram("MG", read_with(view_position="CC", image_laterality="L", patient_orientation=("P", "R"))),
]
MAMMO_NAMED = [mammogram(name, read_with()) for name in ("RCC", "LCC", "RMLO", "LMLO")]
