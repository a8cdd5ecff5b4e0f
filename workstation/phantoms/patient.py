"""The demo patients: who they are, when they were where, and the lesions whose size, density and uptake are known."""

from dataclasses import replace

from workstation.phantoms.lungs import Nodule
from workstation.phantoms.writing import Person, SeriesOf, StudyOf, uid_of

NODULES = (
    Nodule("nodule 1", (-78.3, -21.7, 111.4), 12.0, 40.0, 5.0),
    Nodule("nodule 2", (82.6, 51.2, 20.9), 16.0, 65.0, 2.5),
    Nodule("nodule 3", (-65.9, 61.4, 30.2), 9.0, 20.0, 1.5),
)
FOLLOW_UP_DIAMETERS_MM = {"nodule 1": 18.0, "nodule 2": 10.0, "nodule 3": 0.0}
HOT_SPHERES = (
    Nodule("liver", (-86.4, 8.8, -62.3), 32.0, 72.0, 8.0),
    Nodule("mediastinum", (-11.2, -14.6, 70.1), 20.0, 48.0, 6.0),
    Nodule("vertebra L2", (5.3, 34.2, -103.0), 18.0, 105.0, 10.0),
)


def follow_up() -> tuple[Nodule, ...]:
    """Give the nodules as they are six months later."""
    return tuple(replace(nodule, diameter_mm=FOLLOW_UP_DIAMETERS_MM[nodule.name]) for nodule in NODULES)


class Visits:
    """The studies of the demo patients; identifiers follow from the seed."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.person = Person(patient_id=f"PHANTOM-{seed}")
        self.woman = Person("Phantom^Berta", f"PHANTOM-{seed}-B", "19680905", "F", size_m=1.66, weight_kg=64.0)
        self.first = self._study(1, "20250304", "090000", "PET/CT chest and abdomen", "064Y")
        self.second = self._study(2, "20250902", "101500", "CT chest and abdomen, follow-up", "064Y")
        self.head = self._study(3, "20250306", "140500", "CT head", "064Y")
        self.brain = self._study(4, "20250311", "083000", "MR brain", "064Y")
        self.x_ray = self._study(5, "20250227", "111000", "Chest X-ray", "064Y")
        self.ultrasound = self._study(6, "20250305", "153000", "Ultrasound abdomen", "064Y")
        self.planes = self._study(7, "20250410", "091500", "MR brain, three planes", "064Y")
        self.mammogram = self._study(8, "20250407", "103000", "Mammography, both sides", "056Y", self.woman)
        self.pelvis = self._study(9, "20250519", "091500", "Pelvis X-ray", "056Y", self.woman)

    def _study(
        self, number: int, date: str, time: str, description: str, age: str, person: Person | None = None
    ) -> StudyOf:
        uid = uid_of("demo", self._seed, "study", number)
        return StudyOf(
            person or self.person, uid, f"{number}", date, time, description, f"A{date[2:]}{number:02d}", age
        )  # fmt: skip

    def series(
        self, study: StudyOf, number: int, modality: str, description: str, *, time: str, body_part: str, model: str,
        frame: str = "", patient_position: str = "",
    ) -> SeriesOf:  # fmt: skip
        """Begin a series; series that name the same ``frame`` share a frame of reference."""
        return SeriesOf(
            study=study,
            uid=uid_of(study.uid, "series", number),
            number=number,
            modality=modality,
            description=description,
            time=time,
            body_part=body_part,
            model=model,
            frame_of_reference_uid=uid_of("demo", self._seed, "frame of reference", frame) if frame else "",
            patient_position=patient_position,
            protocol=description,
        )
