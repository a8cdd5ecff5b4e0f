"""A length on slices that lie alike is measured once: what comes of it is what measuring each of them gives."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.measured_files import write_ct
from workstation.__main__ import dicom_measure
from workstation.measure.alike_slices import AlikeSlices
from workstation.measure.done import Done
from workstation.model.index.records import Instance

OTHERS: dict[int, dict[str, Any]] = {
    3: {"PixelSpacing": [0.7, 0.6]},
    5: {"ImageOrientationPatient": [0, 1, 0, 0, 0, -1]},
    6: {"ImagePositionPatient": None},
    7: {"ImageOrientationPatient": None, "ImagePositionPatient": None},
    8: {"PatientID": "M2", "PatientName": "=Other^Phantom"},
    9: {"FrameOfReferenceUID": "2.25.50.10"},
    11: {"PixelSpacing": None},
    12: {"Modality": "MR", "SOPClassUID": "1.2.840.10008.5.1.4.1.1.4"},
    13: {"PixelSpacing": [1e-9, 1e-9]},
    15: {"StudyDate": "20260401", "StudyInstanceUID": "2.25.51"},
}
"""What some of the slices have that the one before has not."""


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("alike")
    for number in range(17):
        write_ct(folder / f"{number:02d}.dcm", number, **OTHERS.get(number, {}))
    return folder


@pytest.mark.parametrize("words", [["--p1", "1,2", "--p2", "30,40"], ["--p1", "0,0", "--p2", "900,40"]])
@pytest.mark.parametrize("more", [[], ["--lesion", "nodule", "--site", "Liver", "--annotation", "=one"]])
@pytest.mark.parametrize("name", ["lengths.csv", "lengths.json", "lengths.txt"])
def test_files_of_many_slices_are_those_of_each_slice_measured(
    words: list[str], more: list[str], name: str, series: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / name
    taken: list[int] = []
    quick = AlikeSlices.on

    def counted(alike: AlikeSlices, instance: Instance) -> tuple[Done, ...]:
        found = quick(alike, instance)
        taken.append(len(found))
        return found

    written = []
    for on in (counted, lambda *_of: ()):
        monkeypatch.setattr(AlikeSlices, "on", on)
        assert dicom_measure(["distance", str(series), *words, *more, "-o", str(output)]) == 0
        written.append(output.read_bytes())
    assert written[0] == written[1]
    # A slice that is like the one before it, which neither lacks a place nor a spacing, is not measured anew.
    assert [number for number, count in enumerate(taken) if count] == [1, 2, 15, 16]


def test_a_path_on_two_slices_keeps_its_points_in_the_patient(series: Path, tmp_path: Path) -> None:
    output = tmp_path / "paths.json"
    names = [str(series / f"{number:02d}.dcm") for number in (0, 1)]
    assert dicom_measure(["distance", *names, "--path", "0,0", "10,0", "10,10", "-o", str(output)]) == 0
    one, other = json.loads(output.read_text(encoding="utf-8"))["measurements"]
    assert [each[2] for each in one["points_lps"]] == [0.0] * 3
    assert [each[2] for each in other["points_lps"]] == [3.0] * 3
    assert (one["values"], one["sop_instance_uid"]) == (other["values"], "2.25.50.1.0")
    assert other["sop_instance_uid"] == "2.25.50.1.1"
    assert other["basis"]["plane"] == "axial, H 3.0 mm"
