"""Graphics in space of highdicom's reports that lie in no image: on planes cut through the series, or told."""

import copy
import json
import math
import subprocess
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import highdicom as hd
import numpy as np
import pytest
from highdicom.sr import CoordinatesForMeasurement3D, ImageRegion3D, Measurement
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes

from tests.unit.objects.gate import Tool
from workstation.batch.main import main
from workstation.display.loading import load
from workstation.jobs.job import Job
from workstation.model.annotation import Annotation
from workstation.model.geometry import ijk_to_lps, plane_normal_lps
from workstation.model.index.records import Instance, Stack
from workstation.model.index.scan import scan
from workstation.model.stack_grid import grid_of_stack
from workstation.model.volume import build_volume
from workstation.objects.measurement_report.reading import read_report
from workstation.phantoms import small
from workstation.phantoms.small import SmallVolume
from workstation.volume.opening import stacks_of_all
from workstation.volume.planes.graphics import PlanesThrough, flat_normal

Points = NDArray[np.float64]
VOLUME = small.volume("oblique")
UID = VOLUME.grid.frame_of_reference_uid


def places(*ijk: Sequence[float]) -> Points:
    """Give patient points by indices of voxels, which need not be whole."""
    return np.asarray(ijk_to_lps(VOLUME.grid, ijk))


def tracked(name: str) -> Any:
    return hd.sr.TrackingIdentifier(uid=hd.UID(), identifier=name)


def area(name: str, kind: str, points: Points, uid: str = UID) -> Any:
    return hd.sr.PlanarROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=tracked(name),
        referenced_region=ImageRegion3D(kind, points, uid),
        finding_type=codes.SCT.Nodule,
        measurements=[Measurement(codes.SCT.Area, 12.5, codes.UCUM.SquareMillimeter)],
    )


def along(
    name: str,
    points: Points,
    kind: str = "POLYLINE",
    of: Any = codes.SCT.Length,
    unit: Any = codes.UCUM.Millimeter,
) -> Any:
    number = Measurement(of, 12.5, unit, referenced_coordinates=[CoordinatesForMeasurement3D(kind, points, UID)])
    return hd.sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=tracked(name), finding_type=codes.SCT.Nodule, measurements=[number]
    )


def report(*groups: Any, evidence: Sequence[Dataset] = VOLUME.datasets) -> Dataset:
    person = hd.sr.PersonObserverIdentifyingAttributes(name="Other^Reader")
    observer = hd.sr.ObserverContext(observer_type=codes.DCM.Person, observer_identifying_attributes=person)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells of names that it would write otherwise
        content = hd.sr.MeasurementReport(
            observation_context=hd.sr.ObservationContext(observer_person_context=observer),
            procedure_reported=codes.LN.CTUnspecifiedBodyRegion,
            imaging_measurements=list(groups),
        )
        made: Dataset = hd.sr.Comprehensive3DSR(
            evidence=list(evidence),
            content=content,
            series_instance_uid=hd.UID(),
            series_number=7,
            sop_instance_uid=hd.UID(),
            instance_number=1,
            manufacturer="Another",
            is_complete=True,
        )
    return made


def circle(middle: Points, radius_mm: float, right: Points, down: Points, count: int = 48) -> Points:
    turns = np.linspace(0, 2 * np.pi, count + 1)[:, None]
    return middle + radius_mm * (np.cos(turns) * right + np.sin(turns) * down)


def tilted() -> tuple[Points, Points]:
    """Give two directions at right angles, across the slices."""
    right = places((1, 0, 0))[0] - places((0, 0, 0))[0]
    across = places((0, 1, 2))[0] - places((0, 0, 0))[0]
    right /= np.linalg.norm(right)
    across -= (across @ right) * right
    return right, across / np.linalg.norm(across)


MIDDLE = places((13, 9, 3.4))[0]
LENGTH = places((8, 6, 1.3), (17, 12, 4.6))
FLAT = circle(MIDDLE, 6.0, *tilted())
ROUND = np.vstack(
    [MIDDLE + side * tilted()[0] * 7 for side in (-1, 1)] + [MIDDLE + s * tilted()[1] * 4 for s in (-1, 1)]
)
BENT = places((8, 6, 1.3), (12, 9, 4.6), (17, 7, 2.1), (10, 12, 5.3))
SOLID = np.vstack([MIDDLE + side * np.eye(3)[axis] * 5 for axis in range(3) for side in (-1, 1)])
ARMS = places((8, 6, 1.3), (12, 9, 4.6), (17, 7, 2.1))


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("series")
    VOLUME.write(folder)
    return folder


def instances(folder: Path) -> dict[str, Instance]:
    return {each.sop_instance_uid: each for scanned in scan([folder]) for each in scanned.instances}


def stacks(folder: Path) -> list[Stack]:
    return stacks_of_all(instances(folder).values())


def loaded(study: Path, tmp_path: Path, *groups: Any) -> tuple[list[Annotation], tuple[str, ...]]:
    path = tmp_path / "report.dcm"
    report(*groups).save_as(path)
    (instance,) = instances(path).values()
    found = load(instance, instances(study), Job("test"), PlanesThrough(stacks(study)))
    return list(found.annotations), found.notes


@pytest.mark.parametrize(
    ("group", "kind", "points"),
    [
        (area("nodule", "POLYGON", FLAT), "polygon", FLAT[:-1]),
        (area("nodule", "ELLIPSE", ROUND), "ellipse", ROUND),
        (area("nodule", "POINT", MIDDLE[None]), "point", MIDDLE[None]),
        (along("long", LENGTH), "length", LENGTH),
        (along("bend", ARMS, of=codes.SCT.Angle, unit=codes.UCUM.Degree), "angle", ARMS),
        (along("path", ARMS), "polyline", ARMS),
    ],
)
def test_that_what_is_flat_is_a_measurement_on_a_plane_through_its_points(
    group: Any, kind: str, points: Points, study: Path, tmp_path: Path
) -> None:
    (made,), notes = loaded(study, tmp_path, group)
    assert notes == ()
    assert made.kind == kind
    assert made.cut is not None
    assert made.cut.is_thin
    assert made.sop_instance_uid == str(VOLUME.datasets[0].SeriesInstanceUID)
    assert made.frame_of_reference_uid == UID
    assert np.abs(np.subtract(made.points_lps, points)).max() < 1e-3, "single precision of the file"
    normal = np.asarray(plane_normal_lps(made.cut.plane))
    assert np.abs((points - np.asarray(made.cut.plane.origin_lps)) @ normal).max() < 1e-3
    assert made.about is not None
    assert str(made.about.finding) == "Nodule"


def test_that_points_get_planes_of_their_own_along_the_slices(study: Path, tmp_path: Path) -> None:
    several = places((8, 6, 1.3), (12, 9, 4.6), (17, 7, 2.1))
    made, notes = loaded(study, tmp_path, along("seeds", several, "MULTIPOINT"))
    assert notes == ()
    assert [each.kind for each in made] == ["point"] * 3
    assert np.abs(np.vstack([each.points_lps for each in made]) - several).max() < 1e-3
    normals = [plane_normal_lps(each.cut.plane) for each in made if each.cut is not None]
    across = plane_normal_lps(build_volume(stacks(study)[0]).plane(0))
    assert all(abs(np.dot(each, across)) == pytest.approx(1.0) for each in normals)
    assert len({each.id for each in made}) == 3


def test_that_two_axes_of_one_lesion_are_one_measurement_on_one_plane(study: Path, tmp_path: Path) -> None:
    numbers = [
        Measurement(
            name,
            12.5,
            codes.UCUM.Millimeter,
            referenced_coordinates=[CoordinatesForMeasurement3D("POLYLINE", line, UID)],
        )
        for name, line in ((codes.SCT.LongAxis, ROUND[:2]), (codes.SCT.ShortAxis, ROUND[2:]))
    ]
    group = hd.sr.MeasurementsAndQualitativeEvaluations(tracking_identifier=tracked("lesion"), measurements=numbers)
    (made,), notes = loaded(study, tmp_path, group)
    assert notes == ()
    assert made.kind == "bidirectional"
    assert np.abs(np.subtract(made.points_lps, ROUND)).max() < 1e-3


def test_that_what_is_not_flat_or_beside_or_of_another_space_is_told_by_name(study: Path, tmp_path: Path) -> None:
    far = FLAT + np.array([400.0, 0.0, 0.0])
    groups = (
        along("vessel", BENT),
        along("mass", SOLID, "ELLIPSOID"),
        area("beside", "POLYGON", far),
        area("elsewhere", "POLYGON", FLAT, "1.2.3.4"),
        area("nodule", "POLYGON", FLAT),
    )
    made, notes = loaded(study, tmp_path, *groups)
    assert [each.about.tracking_id for each in made if each.about is not None] == ["nodule"]
    told = dict(each.split(": ", 1) for each in notes if ": " in each)
    assert told["vessel"].startswith("A polyline of 4 points lies in none of the images that are open, and is no")
    off = np.linalg.svd(BENT - BENT.mean(axis=0))[2][2]
    farthest = np.abs((BENT - BENT.mean(axis=0)) @ off).max()
    assert told["vessel"].endswith(f"it is not flat, some of it is {farthest:.1f} mm from any plane.")
    assert told["mass"].endswith("it is a solid.")
    assert told["beside"].endswith("it lies beside the slices that are open.")
    assert told["elsewhere"].endswith("no series of slices in its frame of reference is open.")
    assert any(each.startswith("4 of 5 groups have no graphics") for each in notes)


def test_that_what_lies_in_an_image_stays_there(study: Path, tmp_path: Path) -> None:
    (made,), notes = loaded(study, tmp_path, along("long", places((8, 6, 2), (17, 12, 2))))
    assert notes == ()
    assert made.cut is None
    assert made.sop_instance_uid in instances(study)


def anew(study: Path, path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, dict[str, float]], str]:
    capsys.readouterr()
    assert main(["measure", "read", str(path), "--images", str(study), "--json"]) == 0
    said = capsys.readouterr()
    found = [json.loads(line) for line in said.out.splitlines()]
    return {each["kind"]: {one["quantity"]: one["value"] for one in each["values"]} for each in found}, said.err


def test_that_batch_measures_anew_by_the_volume_and_tells_what_it_cannot(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "report.dcm"
    report(
        area("nodule", "POLYGON", FLAT), area("oval", "ELLIPSE", ROUND), along("long", LENGTH), along("v", BENT)
    ).save_as(path)
    numbers, told = anew(study, path, capsys)
    assert numbers["length"]["length"] == pytest.approx(math.dist(*LENGTH), abs=1e-4)
    flat = FLAT - FLAT.mean(axis=0)
    area_mm2 = np.linalg.norm(np.cross(flat[:-1], flat[1:]).sum(axis=0)) / 2
    assert numbers["polygon"]["area"] == pytest.approx(area_mm2, rel=1e-4)
    assert numbers["ellipse"]["area"] == pytest.approx(math.pi * 7 * 4, rel=1e-4)
    i, j, k = np.linalg.solve(VOLUME.grid.affine_lps, [*MIDDLE, 1.0])[:3]
    here = -300 + i + 3 * j + 40 * k  # greys rise evenly, so the mean of what is round is that of its middle
    tenth_mm = 0.1 * 40 / 2.5
    assert numbers["polygon"]["mean"] == pytest.approx(here, abs=tenth_mm)
    assert numbers["ellipse"]["mean"] == pytest.approx(here, abs=tenth_mm)
    assert "v: A polyline of 4 points" in told


def test_that_dcmqi_reads_the_same_numbers_of_the_same_groups(study: Path, tmp_path: Path, tool: Tool) -> None:
    path, said = tmp_path / "report.dcm", tmp_path / "said.json"
    report(area("nodule", "POLYGON", FLAT), area("oval", "ELLIPSE", ROUND), along("long", LENGTH)).save_as(path)
    command = [tool("tid1500reader"), "--inputDICOM", str(path), "--outputMetadata", str(said)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    theirs = json.loads(said.read_text())["Measurements"]
    ours = read_report(path, (), PlanesThrough(stacks(study))).groups
    assert [each["TrackingIdentifier"] for each in theirs] == [each.tracking_id for each in ours]
    assert [[one["value"] for one in each["measurementItems"]] for each in theirs] == [
        [one.text for one in each.values] for each in ours
    ]
    assert [[one.kind for one in each.annotations] for each in ours] == [["polygon"], ["ellipse"], ["length"]]


def write_other(folder: Path) -> list[Dataset]:
    """Write the same slices once more as another series, 100 HU higher, of which there are fewer."""
    folder.mkdir()
    made = []
    for number, ds in enumerate(sorted(VOLUME.datasets, key=lambda each: each.InstanceNumber)[:-1]):
        other = copy.deepcopy(ds)
        other.SOPInstanceUID = other.file_meta.MediaStorageSOPInstanceUID = hd.UID(f"1.2.3.4.5.{number}")
        other.SeriesInstanceUID, other.SeriesNumber, other.SeriesDescription = "1.2.3.4.6", 9, "Later"
        other.RescaleIntercept = float(ds.RescaleIntercept) + 100
        other.save_as(folder / f"other-{number}.dcm")
        made.append(other)
    return made


def test_that_values_are_of_the_series_that_the_report_names_and_whose_they_are_is_told_where_it_names_none(
    tmp_path: Path,
) -> None:
    VOLUME.write(tmp_path)
    other = write_other(tmp_path / "other")
    cuts = PlanesThrough(stacks(tmp_path))
    group = area("nodule", "POLYGON", FLAT)
    path = tmp_path / "named.sr"
    for evidence, series in ((other, "1.2.3.4.6"), (VOLUME.datasets, str(VOLUME.datasets[0].SeriesInstanceUID))):
        report(group, evidence=evidence).save_as(path)
        (made,) = read_report(path, (), cuts).annotations
        assert (made.sop_instance_uid, made.notes) == (series, ())
    foreign = copy.deepcopy(VOLUME.datasets[0])
    foreign.SeriesInstanceUID, foreign.SOPInstanceUID = "1.2.3.9", "1.2.3.9.1"
    report(group, evidence=[foreign]).save_as(path)
    (made,) = read_report(path, (), cuts).annotations
    assert made.sop_instance_uid == str(VOLUME.datasets[0].SeriesInstanceUID), "that of most slices"
    assert made.notes[0].startswith("The report does not say of which series: values are those of series ")


@pytest.mark.parametrize("name", ["axial", "oblique", "reversed", "shuffled", "gapped", "uneven", "tilted", "enhanced"])
def test_that_the_grid_by_headers_is_that_of_the_volume(name: str, tmp_path: Path) -> None:
    made: SmallVolume = small.volume(name)
    made.write(tmp_path)
    (stack,) = stacks(tmp_path)
    found, expected = grid_of_stack(stack), build_volume(stack).grid
    assert found is not None
    assert np.array_equal(found.affine_lps, expected.affine_lps)
    assert (found.shape_kji, found.frame_of_reference_uid) == (expected.shape_kji, expected.frame_of_reference_uid)


def test_that_points_near_a_plane_of_the_slices_lie_on_exactly_that() -> None:
    rounded = np.round(places((8, 6, 1.5), (17, 12, 1.5), (9, 15, 1.5), (20, 4, 1.5)), 2)
    across = plane_normal_lps_of(VOLUME)
    normal = flat_normal(rounded, VOLUME.grid)
    assert normal == pytest.approx(across)
    assert isinstance(flat_normal(BENT, VOLUME.grid), float)


def plane_normal_lps_of(volume: SmallVolume) -> tuple[float, float, float]:
    column, row = (np.asarray(volume.grid.affine_lps)[:3, axis] for axis in (0, 1))
    x, y, z = (np.cross(column, row) / np.linalg.norm(np.cross(column, row))).tolist()
    return x, y, z
