"""What is cut of planes while the volume that they are of changes."""

from collections.abc import Mapping
from typing import Any

from tests.gui.making import FakeWork
from workstation.gui.panels.planes.cutting import Cut, Cutter, Made
from workstation.model.geometry import Plane, Spacing
from workstation.volume.cutting.slabs import Slab
from workstation.volume.cutting.standard_planes import PlaneName

PLANE = Plane((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), Spacing(1.0, 1.0))


class Volume:
    """Gives its name for a picture."""

    def __init__(self, name: str) -> None:
        self.name = name

    def taken(self, _taking: Any) -> str:
        return self.name


def cutter(work: FakeWork) -> tuple[Cutter, dict[PlaneName, Any]]:
    shown: dict[PlaneName, Any] = {}

    def arrived(found: Mapping[PlaneName, Made], *, is_all: bool) -> None:
        assert is_all in (True, False)
        shown.update({name: made.frame for name, made in found.items()})

    return Cutter(work, arrived, lambda error: None), shown  # type: ignore[arg-type]  # does what is used of it


def cuts(*names: PlaneName) -> dict[PlaneName, Cut]:
    return {name: Cut(PLANE, (4, 4), Slab(), "linear") for name in names}


def test_that_planes_of_a_few_slices_make_way_for_those_of_all_of_them() -> None:
    work = FakeWork()
    made, shown = cutter(work)
    coarse, whole = Volume("coarse"), Volume("whole")
    made.want(coarse, cuts("axial", "coronal"))  # type: ignore[arg-type]
    for _ in range(2):  # while the others are cut
        made.want(whole, cuts("axial", "coronal"))  # type: ignore[arg-type]
    work.run_all()
    assert shown == {"axial": "whole", "coronal": "whole"}


def test_that_what_was_cut_of_another_volume_is_never_shown() -> None:
    work = FakeWork()
    made, shown = cutter(work)
    made.want(Volume("before"), cuts("axial"))  # type: ignore[arg-type]
    made.want(Volume("after"), {})  # type: ignore[arg-type]
    work.run_all()
    assert shown == {}


def test_that_the_same_planes_are_not_cut_twice() -> None:
    work = FakeWork()
    made, shown = cutter(work)
    volume = Volume("it")
    made.want(volume, cuts("axial"))  # type: ignore[arg-type]
    made.want(volume, cuts("axial"))  # type: ignore[arg-type]
    assert work.run_all() == 1
    assert shown == {"axial": "it"}
