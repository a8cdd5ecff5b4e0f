"""``image --segments``: the picture is that of the image with the layers of the window over it."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.report_samples import write_report
from tests.segmentation_samples import blobs, in_order, segmentation
from workstation.batch.main import main
from workstation.display.render import render
from workstation.display.segments import SegmentLayer, looks_of
from workstation.display.view import View
from workstation.model.image import Image
from workstation.objects.segment_masks import ImagePlace, SegmentMasks
from workstation.objects.segmentation import SegmentationImage
from workstation.phantoms import small


def test_that_segments_lie_over_the_picture(tmp_path: Path) -> None:
    volume = small.volume("oblique")
    volume.write(tmp_path)
    images = in_order(volume)
    seg = write_report(tmp_path / "seg.dcm", segmentation(images, blobs((len(images), 20, 28))))
    number = [str(ds.SOPInstanceUID) for ds in volume.datasets].index(str(images[3].SOPInstanceUID)) + 1
    image = tmp_path / f"{number:03d}.dcm"
    words = ["image", str(image), "-o", str(tmp_path / "a.png"), "--size", "280x200", "--segments", str(seg)]

    assert main([*words, "--opacity", "0.6"]) == 0

    with Image.open(image) as opened:
        frame = opened.frame()
    source = SegmentMasks(SegmentationImage.open(seg))
    found = source.masks_for(ImagePlace(str(images[3].SOPInstanceUID), 0, 20, 28, frame.plane))
    assert len(found.masks) == 2
    looks = looks_of(source.source.segmentation.segments, opacity=0.6)
    expected = SegmentLayer(found.masks).draw(render(frame, View(), (280, 200)), frame, View(), (280, 200), looks)
    written = np.asarray(cv2.imread(str(tmp_path / "a.png")))
    np.testing.assert_array_equal(written[..., ::-1], expected)


def test_that_what_is_no_segmentation_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (image, *_) = small.volume("axial").write(tmp_path)

    assert main(["image", str(image), "-o", str(tmp_path / "a.png"), "--segments", str(image)]) == 1
    assert "neither a segmentation nor a structure set" in capsys.readouterr().err
    assert main(["image", str(image), "-o", str(tmp_path / "a.png"), "--opacity", "2"]) == 2
    assert not (tmp_path / "a.png").exists()


def test_that_segments_of_other_images_are_told_to_be_absent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images = in_order(small.volume("axial"))
    seg = write_report(tmp_path / "seg.dcm", segmentation(images, blobs((len(images), 20, 28))))
    (other, *_) = small.volume("coronal").write(tmp_path / "other")
    for command in ("image", "export"):
        assert main([command, str(other), "-o", str(tmp_path / f"{command}.png"), "--segments", str(seg)]) == 0
        assert capsys.readouterr().err == "Nothing of --segments lies on these images.\n"
