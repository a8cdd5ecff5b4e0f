"""What is drawn on images that leave the program: on its frame, in its place, the same in every kind of picture."""

from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray

from tests.unit.display.files import write_image
from workstation.batch.main import main
from workstation.display.drawings import Drawings, LiveAnnotations
from workstation.display.export import Wanted, picture_of
from workstation.display.operations import ImageParameters, image
from workstation.display.render import render
from workstation.display.view import View
from workstation.exporting.operations import ExportParameters, export
from workstation.jobs.job import Job
from workstation.model.annotation import Annotation
from workstation.model.frame import Frame, Window
from workstation.model.geometry import Spacing
from workstation.model.image import Image
from workstation.model.index.scan import scan
from workstation.operations.values import Size
from workstation.phantoms import small

GREEN = (98, 214, 120)
BLACK = np.zeros((60, 80), np.uint8)
FRAME = Frame(BLACK, "MONOCHROME2", 8, Spacing(), number=0)


def arrow(uid: str = "1.2", frame: int = 0, text: str = "") -> Annotation:
    """Points at column 20, row 30 from the right."""
    return Annotation("1", "arrow", uid, frame, ((20.0, 30.0), (60.0, 30.0)), (66.0, 30.0), text, GREEN)


def greens(picture: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Places (x, y) of pixels in the colour of the arrow."""
    found = np.abs(picture.astype(int) - GREEN).max(axis=2) < 40
    return np.argwhere(found)[:, ::-1]


@pytest.mark.parametrize(
    "view", [View(), View(rotation_quarters=1), View(flipped_h=True), View(rotation_quarters=3, flipped_v=True)]
)
def test_that_an_arrow_lies_where_its_points_are_however_the_image_is_turned(view: View) -> None:
    size_px = (480, 480)
    picture = render(FRAME, view, size_px)
    Drawings((LiveAnnotations((arrow(),)),)).put_over(picture, "1.2", FRAME, view)
    ends = np.array([[20.0, 30.0, 1.0], [60.0, 30.0, 1.0]]) @ view.image_to_screen(FRAME, size_px).T
    places = greens(picture)
    low, high = ends.min(axis=0), ends.max(axis=0)
    assert np.abs(places.min(axis=0) - low).max() <= 7, "no further than the half width of its head"
    assert np.abs(places.max(axis=0) - high).max() <= 7
    near_tip = np.hypot(*(places - ends[0]).T) < 12
    near_tail = np.hypot(*(places - ends[1]).T) < 12
    assert near_tip.sum() > 1.5 * near_tail.sum(), "the head is at the tip"


def test_that_words_stand_around_the_place_of_the_label_at_every_size() -> None:
    for side in (240, 480, 1200):
        note = Annotation("1", "text", "1.2", 0, ((10.0, 10.0),), (40.0, 30.0), "WWWWW", GREEN)
        view, size_px = View(), (side, side)
        picture = render(FRAME, view, size_px)
        Drawings((LiveAnnotations((note,)),)).put_over(picture, "1.2", FRAME, view)
        middle = view.image_to_screen(FRAME, size_px) @ (40, 30, 1)
        places = greens(picture)
        letters = places[np.hypot(*(places - middle).T) < side / 5]
        across, down = (letters.min(axis=0) + letters.max(axis=0)) / 2 - middle
        assert abs(across) < side / 60, side
        assert abs(down) < side / 60, side


def test_that_other_frames_and_images_have_nothing(tmp_path: Path) -> None:
    path = write_image(tmp_path / "cine.dcm", np.stack([BLACK] * 3))
    uid = _uid(path)
    for live, drawn in ((arrow(uid, 1), {2}), (arrow("1.2.3", 1), set())):
        target = tmp_path / f"of-{len(drawn)}"
        parameters = ImageParameters(inputs=(path,), output=target, all_frames=True)
        list(image(parameters, Job(), live=(live,)))
        seen = {int(each.stem[-3:]) for each in target.iterdir() if len(greens(_read(each)))}
        assert seen == drawn


@pytest.mark.parametrize("ending", ["png", "mp4", "gif", "pdf"])
def test_that_pictures_movies_and_pages_have_it_alike(tmp_path: Path, ending: str) -> None:
    path = write_image(tmp_path / "cine.dcm", np.stack([BLACK] * 3))
    output = tmp_path / (ending if ending == "png" else f"a.{ending}")
    size = None if ending == "pdf" else Size(480, 360)
    layout = Size(1, 1) if ending == "pdf" else None
    given = ExportParameters(inputs=(path,), output=output, format=ending, size=size, layout=layout)  # type: ignore[arg-type]
    list(export(given, Job(), live=(arrow(_uid(path), 1, "here"),)))
    counts = [len(greens(each)) for each in _pictures(output, ending)]
    assert [count > 300 for count in counts] == [False, True, False], counts


def test_that_batch_draws_what_a_state_draws_in_any_window(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, other = small.volume("axial").write(tmp_path / "study")[:2]
    state = tmp_path / "state.dcm"
    assert main(["gsps", "create", str(path), "-o", str(state), "--arrow", "2,2,12,10", "--window", "0,4000"]) == 0
    capsys.readouterr()
    words = ["--window", "40,200", "--size", "560x400", "--annotations", str(state)]
    assert main(["image", str(path), "-o", str(tmp_path / "a.png"), *words]) == 0
    assert main(["export", str(path), "-o", str(tmp_path / "b.png"), *words]) == 0
    assert capsys.readouterr().err == ""
    drawn = _read(tmp_path / "a.png")
    np.testing.assert_array_equal(drawn, _read(tmp_path / "b.png"))
    plain = render(Image.open(path).frame(), View(voi=Window(40, 200)), (560, 400))
    places = np.argwhere((drawn != plain).any(axis=2))[:, ::-1]
    ends = View().image_to_screen(Image.open(path).frame(), (560, 400)) @ np.array([[2, 12], [2, 10], [1, 1]])
    assert np.abs(places.min(axis=0) - ends.min(axis=1)).max() < 5
    assert np.abs(places.max(axis=0) - ends.max(axis=1)).max() < 12

    assert main(["image", str(other), "-o", str(tmp_path / "c.png"), *words]) == 0
    assert capsys.readouterr().err == "Nothing of --annotations is for these images.\n"
    assert main(["image", str(path), "-o", str(tmp_path / "d.png"), "--annotations", str(other)]) == 1
    assert not (tmp_path / "d.png").exists()


def test_that_the_picture_below_is_left_alone(tmp_path: Path) -> None:
    path = write_image(tmp_path / "image.dcm", np.full((60, 80), 128, np.uint8), WindowCenter=128, WindowWidth=256)
    (scanned,) = scan([path], workers=0)
    (instance,) = scanned.instances
    wanted = Wanted(view=View(), drawings=Drawings().with_live((arrow(instance.sop_instance_uid),)))
    with Image.open(path) as opened:
        shown = picture_of(opened, instance, 1, wanted)
        plain = picture_of(opened, instance, 1, Wanted(view=View()))
    changed = (shown.picture != plain.picture).any(axis=2)
    assert changed[30, 20:60].all()
    assert not changed[:15].any()
    assert not changed[45:].any()
    assert Drawings().with_live(()) == Drawings()


def _uid(path: Path) -> str:
    (scanned,) = scan([path], workers=0)
    return scanned.instances[0].sop_instance_uid


def _read(path: Path) -> NDArray[np.uint8]:
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_COLOR))[..., ::-1].astype(np.uint8)


def _pictures(output: Path, ending: str) -> list[NDArray[np.uint8]]:
    if ending == "png":
        return [_read(each) for each in sorted(output.rglob("*.png"))]
    if ending == "pdf":
        document = pypdfium2.PdfDocument(output)
        try:
            return [np.array(page.render(scale=2, rev_byteorder=True).to_numpy()[..., :3]) for page in document]
        finally:
            document.close()
    capture = cv2.VideoCapture(str(output), cv2.CAP_FFMPEG)
    found: list[NDArray[np.uint8]] = []
    while True:
        there, picture = capture.read()
        if not there:
            capture.release()
            return found
        found.append(np.asarray(picture[..., ::-1], np.uint8))
