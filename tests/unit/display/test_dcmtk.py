"""Pictures against those of DCMTK's dcm2pnm, an independent reading of the same parts of the standard."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from tests.unit.display.files import write_image
from tests.unit.display.frames import ramp
from workstation.display.render import render
from workstation.display.view import View
from workstation.model.frame import Window
from workstation.model.image import Image

DCM2PNM = shutil.which("dcm2pnm") or ""
pytestmark = pytest.mark.skipif(not DCM2PNM, reason="needs dcm2pnm of DCMTK")


def _of_dcmtk(source: Path, *options: str) -> NDArray[np.int_]:
    target = source.with_suffix(".pgm")
    subprocess.run([DCM2PNM, "-q", "+op", *options, str(source), str(target)], check=True, timeout=60)
    read = cv2.imread(str(target), cv2.IMREAD_UNCHANGED)
    assert read is not None
    return np.asarray(read, np.int_)


def _of_ours(source: Path, view: View) -> NDArray[np.int_]:
    frame = Image.open(source).frame()
    return render(frame, view, frame.pixels.shape[::-1])[..., 0].astype(np.int_)


SIGNED = ramp(-1500, 3500)
WINDOWS = [(40, 400), (-600, 1500), (50, 350), (40, 80), (300.5, 2000.25), (35, 2)]


@pytest.mark.parametrize("shape", ["LINEAR", "SIGMOID"])
@pytest.mark.parametrize(("center", "width"), WINDOWS)
@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
def test_that_windows_are_those_of_dcmtk(
    tmp_path: Path, center: float, width: float, photometric: str, shape: Any
) -> None:
    source = write_image(tmp_path / "a.dcm", SIGNED, PhotometricInterpretation=photometric)
    function = "+Wfs" if shape == "SIGMOID" else "+Wfl"
    theirs = _of_dcmtk(source, "+Ww", str(center), str(width), function)
    assert np.abs(_of_ours(source, View(Window(center, width, shape))) - theirs).max() <= 1


@pytest.mark.parametrize(("slope", "intercept"), [(1, -1024), (2, -100), (0.37, 12.5), (-1.7, 9000)])
def test_that_rescaling_is_that_of_dcmtk(tmp_path: Path, slope: float, intercept: float) -> None:
    rescaling = {"RescaleSlope": slope, "RescaleIntercept": intercept, "RescaleType": "US"}
    pixels = ramp(0, 4095, np.uint16)
    source = write_image(tmp_path / "a.dcm", pixels, BitsStored=12, **rescaling)
    center, width = intercept + 2000 * slope, 2000 * abs(slope)  # DCMTK rounds modality values to whole ones
    theirs = _of_dcmtk(source, "+Ww", str(center), str(width))
    assert np.abs(_of_ours(source, View(Window(center, width))) - theirs).max() <= 1


@pytest.mark.parametrize("bits", [8, 12, 16])
@pytest.mark.parametrize("signed", [False, True])
def test_that_voi_tables_are_those_of_dcmtk(tmp_path: Path, bits: int, *, signed: bool) -> None:
    entries = (np.linspace(0, 1, 1000) ** 0.6 * (2**bits - 1)).astype(np.uint16)
    pixels = ramp(-900, 2000) if signed else ramp(0, 2900, np.uint16)
    item = Dataset()
    item.add_new(0x00283002, "SS" if signed else "US", [1000, -300 if signed else 300, bits])
    item.add_new(0x00283006, "US", entries.tolist())
    source = write_image(tmp_path / "a.dcm", pixels, VOILUTSequence=[item])
    assert np.abs(_of_ours(source, View()) - _of_dcmtk(source, "+Wl", "1")).max() <= 1


def test_that_the_window_in_the_file_is_the_one_of_dcmtk(tmp_path: Path) -> None:
    source = write_image(tmp_path / "a.dcm", SIGNED, WindowCenter=[60, 1000], WindowWidth=[800, 90])
    assert np.abs(_of_ours(source, View()) - _of_dcmtk(source, "+Wi", "1")).max() <= 1


def test_that_turns_and_flips_are_those_of_dcmtk(tmp_path: Path) -> None:
    pixels = ramp(0, 99 * 70 - 1, np.uint16)[:70, :55].copy()
    source = write_image(tmp_path / "a.dcm", pixels, WindowCenter=3000, WindowWidth=6000)
    frame = Image.open(source).frame()
    for option, view in (
        ("+Rr", View(rotation_quarters=1)),
        ("+Rl", View(rotation_quarters=3)),
        ("+Rtd", View(rotation_quarters=2)),
        ("+Lh", View(flipped_h=True)),
        ("+Lv", View(flipped_v=True)),
    ):
        theirs = _of_dcmtk(source, "+Wi", "1", option)
        ours = render(frame, view, theirs.shape[::-1])[..., 0]
        assert np.abs(ours - theirs).max() <= 1
