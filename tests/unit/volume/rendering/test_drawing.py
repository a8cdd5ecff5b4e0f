"""Pictures of a volume show what is in it, where projection arithmetic says, and nothing that was taken out."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from workstation.errors import UserError
from workstation.model.geometry import VolumeGrid, ijk_to_lps
from workstation.model.volume import Volume
from workstation.volume.looks.camera import Camera, camera_towards
from workstation.volume.looks.look3d import ClipPlane, Cut, Look3D, box_planes, voxel_box_planes
from workstation.volume.looks.transfer import Shading, TransferFunction, TransferPoint, grey_ramp
from workstation.volume.rendering import casting
from workstation.volume.rendering.drawing import SHADED_BYTES, Rendering
from workstation.volume.rendering.stage import Stage

SIZE = (160, 160)
WHITE = TransferFunction((TransferPoint(300, (1, 1, 1), 0.0), TransferPoint(500, (1, 1, 1), 1.0)), shading=None)
TILTED = np.array([[1.0, 0, 0, -30], [0, 1.0, 0.8, -40], [0, 0, 2.0, 10], [0, 0, 0, 1]])
OBLIQUE = np.array([[0.0, 0, 2.0, -30], [0.8, 0.6, 0, -40], [-0.6, 0.8, 0, 10], [0, 0, 0, 1]])
PLAIN = np.array([[1.0, 0, 0, -30], [0, 1.0, 0, -40], [0, 0, 2.0, 10], [0, 0, 0, 1]])


def volume_of(array: np.ndarray, affine: np.ndarray = PLAIN, **more: Any) -> Volume:
    told = {"slope": 1.0, "intercept": 0.0, "unit": "", "notes": (), "frames": (), "frame_k": ()} | more
    return Volume(array, VolumeGrid(affine, array.shape[:3]), **told)  # type: ignore[arg-type]


def with_ball(centre_ijk: tuple[float, float, float], affine: np.ndarray = PLAIN, value: int = 1000) -> np.ndarray:
    """A ball of 4 mm in a block of 30 x 60 x 60 voxels."""
    k, j, i = np.meshgrid(*(np.arange(count) for count in (30, 60, 60)), indexing="ij")
    offsets = np.stack([i, j, k], axis=-1) - np.asarray(centre_ijk)
    distance = np.linalg.norm(offsets @ affine[:3, :3].T, axis=-1)
    return np.where(distance <= 4, value, 0).astype(np.int16)


@pytest.fixture
def rendered() -> Iterator[Any]:
    """Makes renderings, and gives back what they hold."""
    made: list[Rendering] = []

    def make(volume: Volume, **more: Any) -> Rendering:
        made.append(Rendering(volume, **more))
        return made[-1]

    yield make
    for each in made:
        each.close()


def middle_of(picture: np.ndarray) -> np.ndarray:
    """The middle (column, row) of what is brighter than half."""
    rows, columns = np.nonzero(picture[..., 0] > 127)
    assert rows.size, "nothing is seen"
    return np.array([columns.mean(), rows.mean()])


@pytest.mark.parametrize("threads", [2, 3])
def test_light_falls_evenly_on_all_slices_however_many_threads_there_are(
    threads: int, rendered: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(casting, "_THREADS", threads)
    k, j, i = np.meshgrid(*(np.arange(60.0),) * 3, indexing="ij")
    cone = 1000 - 20 * (np.hypot(i - 30, j - 30) + 0.6 * k - 18)  # its slope along the slices is the same everywhere
    points = TransferPoint(550, (0.5, 0.5, 0.5), 0.0), TransferPoint(650, (0.5, 0.5, 0.5), 1.0)
    shiny = TransferFunction(points, shading=Shading(0.0, 0.4, 0.8, 20.0))
    rendering = rendered(volume_of(cone.clip(-500, 1000).astype(np.int16)), caster="processor")
    look, turned = Look3D(transfer=shiny), Look3D(transfer=shiny, camera=Camera(1.0))
    for each in (look, turned, look):
        picture = rendering.picture(each, (200, 200))
        down = picture[:, 95:105, 0].astype(float).mean(axis=1)
        rows = np.flatnonzero(down)[6:-6]
        assert rows.size > 100
        steps = np.abs(down[rows] - (down[rows - 1] + down[rows + 1]) / 2)
        assert steps.max() < 4, "a line lies across it"


@pytest.mark.parametrize("affine", [PLAIN, TILTED, OBLIQUE], ids=["plain", "tilted", "oblique"])
@pytest.mark.parametrize(
    "camera",
    [Camera(), Camera(90), Camera(40, 25, 15, 1.2), Camera(0, -90), Camera(-120, 30, perspective_deg=35)],
    ids=["front", "left", "turned", "feet", "perspective"],
)
@pytest.mark.parametrize("quality", ["full", "moving"])
def test_a_ball_is_seen_where_projection_says(rendered: Any, affine: Any, camera: Camera, quality: Any) -> None:
    centre_ijk = (45.0, 14.0, 21.0)
    drawing = rendered(volume_of(with_ball(centre_ijk, affine), affine))
    look = Look3D(transfer=WHITE, camera=camera)
    expected = drawing.sight(look, SIZE).seen_at(ijk_to_lps(VolumeGrid(affine, (30, 60, 60)), [centre_ijk]), SIZE)[0]
    np.testing.assert_allclose(middle_of(drawing.picture(look, SIZE, quality)), expected, atol=1.0)


def test_left_and_right_are_not_mirrored(rendered: Any) -> None:
    """An L in front of the patient reads as an L; from behind it is mirrored."""
    array = np.zeros((30, 60, 60), np.int16)
    array[5:25, 10:12, 15:20] = 1000  # upright, at the patient's right, the left of the picture
    array[5:9, 10:12, 15:40] = 1000  # foot, towards the patient's left
    drawing = rendered(volume_of(array))
    front = drawing.picture(Look3D(transfer=WHITE), SIZE)[..., 0] > 127
    rows, _columns = np.nonzero(front)
    top, bottom = front[rows.min() + 3], front[rows.max() - 3]
    assert top.sum() * 3 < bottom.sum()
    assert np.nonzero(top)[0].max() < np.nonzero(bottom)[0].mean()
    back = drawing.picture(Look3D(transfer=WHITE, camera=Camera(180)), SIZE)[..., 0] > 127
    top = back[np.nonzero(back)[0].min() + 3]
    assert np.nonzero(top)[0].min() > np.nonzero(back)[1].mean()


def test_a_maximum_projection_is_that_of_numpy(rendered: Any) -> None:
    """Pillars of random height, each with its peak at a random depth, seen from the front."""
    chance = np.random.default_rng(3)
    heights, depths = chance.integers(100, 1000, (10, 10)), chance.integers(10, 30, (10, 10))
    distance = np.abs(np.arange(40)[None, :, None] - np.kron(depths, np.ones((8, 8)))[:, None, :])
    array = (np.kron(heights, np.ones((8, 8)))[:, None, :] * np.exp(-(distance**2) / 50)).astype(np.int16)
    drawing = rendered(volume_of(array, np.diag([1.0, 1, 1, 1])))
    look = Look3D(method="mip", window=(500, 1000))
    picture = drawing.picture(look, SIZE)
    k, i = np.meshgrid(np.arange(4, 80, 8), np.arange(4, 80, 8), indexing="ij")
    points = np.stack([i, np.full_like(i, 20), k], axis=-1).reshape(-1, 3)
    at = np.rint(drawing.sight(look, SIZE).seen_at(points, SIZE)).astype(int)
    wanted = array.max(axis=1)[k, i].reshape(-1).astype(float) * 255 / 1000
    np.testing.assert_allclose(picture[at[:, 1], at[:, 0], 0], wanted, atol=3)


def test_projections_of_even_material_have_its_value(rendered: Any) -> None:
    array = np.full((20, 40, 40), 600, np.int16)
    array[:, :20] = 200
    drawing = rendered(volume_of(array))
    for method, value in (("mip", 600), ("minip", 200), ("average", 400)):
        look = Look3D(method=method, window=(500, 1000))  # type: ignore[arg-type]
        picture = drawing.picture(look, SIZE)
        assert picture[80, 80, 0] == pytest.approx(value * 255 / 1000, abs=4), method


def test_stored_values_are_rescaled_before_they_are_looked_up(rendered: Any) -> None:
    array = with_ball((30.0, 30.0, 15.0), value=500)
    drawing = rendered(volume_of(array, slope=2.0, intercept=-100.0))  # 900 in the ball, -100 around it
    assert drawing.picture(Look3D(transfer=grey_ramp(800, 801)), SIZE).max() > 200
    assert drawing.picture(Look3D(transfer=grey_ramp(950, 951)), SIZE).max() == 0


def test_a_threshold_shows_what_is_above_it(rendered: Any) -> None:
    drawing = rendered(volume_of(with_ball((30.0, 30.0, 15.0))))
    look = Look3D(method="isosurface", threshold=500.0, surface_colour=(1.0, 0.5, 0.0))
    red, green, blue = drawing.picture(look, SIZE)[80, 80]
    assert red > 120
    assert 0.4 * red < green < 0.65 * red
    assert blue < green
    assert drawing.picture(replace(look, threshold=1500.0), SIZE).max() == 0


def test_a_light_shows_form(rendered: Any) -> None:
    drawing = rendered(volume_of(with_ball((30.0, 30.0, 15.0))))
    flat = drawing.picture(Look3D(transfer=WHITE, camera=Camera(zoom=6)), SIZE)
    lit = drawing.picture(Look3D(transfer=WHITE, camera=Camera(zoom=6), is_shaded=True), SIZE)
    inside = flat[..., 0] > 250
    assert inside.sum() > 500
    assert lit[..., 0][inside].std() > 10 > flat[..., 0][inside].std()


TWO_BALLS = with_ball((15.0, 30.0, 15.0)) | with_ball((45.0, 30.0, 15.0))


@pytest.mark.parametrize(
    "change",
    [
        {"planes": (ClipPlane((0.0, 0.0, 0.0), (1.0, 0.0, 0.0)),)},
        {"planes": box_planes((-1.0, -100.0, -100.0), (100.0, 100.0, 100.0))},
        {"planes": voxel_box_planes(VolumeGrid(PLAIN, (30, 60, 60)), (30, 0, 0), (59, 59, 29))},
        {"cuts": (Cut(((0, 0), (80, 0), (80, 160), (0, 160)), SIZE, Camera()),)},
        {"cuts": (Cut(((80, 0), (160, 0), (160, 160), (80, 160)), SIZE, Camera(), "inside"),)},
        {"cuts": (Cut(((0, 0), (80, 0), (80, 160), (0, 160)), SIZE, Camera(perspective_deg=30)),)},
        {"masks": ("left",)},
    ],
    ids=["plane", "box", "voxels", "scissors", "scissors-inside", "scissors-perspective", "mask"],
)
@pytest.mark.parametrize("method", ["composite", "mip"])
def test_what_is_taken_out_is_not_seen(rendered: Any, change: dict[str, Any], method: Any) -> None:
    drawing = rendered(volume_of(TWO_BALLS))
    mask = np.zeros(TWO_BALLS.shape, np.uint8)
    mask[:, :, 30:] = 1
    drawing.add_mask("left", mask)
    look = Look3D(method=method, transfer=WHITE if method == "composite" else None, window=(500, 1000))
    both = drawing.picture(look, SIZE)[..., 0] > 127
    one = drawing.picture(replace(look, **change), SIZE)[..., 0] > 127
    assert both[:, :80].any()
    assert both[:, 80:].any()
    assert not one[:, :80].any()
    # Of a mask only the box that holds it is drawn: its rays begin elsewhere, which tells at the edge of a ball.
    assert (one[:, 80:] != both[:, 80:]).sum() <= (8 if "masks" in change else 0)


def test_a_mask_in_the_place_of_another_is_seen_however_often_that_is() -> None:
    drawing = Rendering(volume_of(TWO_BALLS))
    keys = set()
    for _ in range(20):  # what Python tells objects apart by comes again once one of them is gone
        drawing.add_mask("left", np.zeros(TWO_BALLS.shape, np.uint8))
        keys.add(drawing._hiding.key(Look3D(masks=("left",))))
    assert len(keys) == 20


def test_a_mask_that_is_not_there_is_told_and_one_of_another_shape_refused(rendered: Any) -> None:
    drawing = rendered(volume_of(TWO_BALLS))
    with pytest.raises(UserError, match="no mask 'liver'"):
        drawing.picture(Look3D(masks=("liver",)), SIZE)
    with pytest.raises(ValueError, match="the mask is"):
        drawing.add_mask("liver", np.zeros((3, 3, 3)))


def test_a_flight_sees_what_is_before_the_eye_only(rendered: Any) -> None:
    drawing = rendered(volume_of(TWO_BALLS))
    between = (0.0, -10.0, 40.0)
    camera = replace(camera_towards((1.0, 0.0, 0.0)), eye_lps=between, perspective_deg=60)
    assert drawing.picture(Look3D(transfer=WHITE, camera=camera), SIZE)[80, 80, 0] > 200
    away = replace(camera_towards((0.0, 1.0, 0.0)), eye_lps=between, perspective_deg=60)
    assert drawing.picture(Look3D(transfer=WHITE, camera=away), SIZE).max() == 0


def test_voxels_above_the_budget_are_reduced_and_that_is_told(rendered: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workstation.volume.rendering.drawing.LEAST_VOXELS", 20_000)
    drawing = rendered(volume_of(with_ball((30.0, 30.0, 15.0))), budget_bytes=1000)
    picture = drawing.picture(Look3D(transfer=WHITE), SIZE)
    assert any("Shown reduced, one voxel for 3 x 2 x 1" in note for note in drawing.notes)
    np.testing.assert_allclose(middle_of(picture), (81, 79), atol=2.5)


def test_the_background_is_behind(rendered: Any) -> None:
    drawing = rendered(volume_of(with_ball((30.0, 30.0, 15.0))))
    picture = drawing.picture(Look3D(transfer=WHITE, background=(0.0, 0.0, 1.0)), SIZE)
    assert picture[0, 0].tolist() == [0, 0, 255]
    assert picture[80, 80].min() > 200


def test_a_picture_that_nobody_waits_for_is_left(rendered: Any) -> None:
    drawing = rendered(volume_of(with_ball((30.0, 30.0, 15.0))))
    asked = []

    def is_stale() -> bool:
        asked.append(1)
        return True

    drawing.picture(Look3D(transfer=WHITE), SIZE, is_stale=is_stale)
    assert asked
    assert drawing.picture(Look3D(transfer=WHITE), SIZE).max() > 200


@pytest.mark.parametrize("size", [(0, 10), (20_000, 10)])
def test_sizes_that_cannot_be_drawn_are_told(rendered: Any, size: tuple[int, int]) -> None:
    with pytest.raises(UserError, match="cannot be drawn"):
        rendered(volume_of(TWO_BALLS)).picture(Look3D(), size)


@pytest.mark.parametrize("method", ["composite", "mip", "minip", "isosurface"])
def test_graphics_hardware_and_the_processor_draw_the_same(rendered: Any, method: Any) -> None:
    """Here both run on the processor: what is compared is what each is told."""
    volume = volume_of(with_ball((45.0, 20.0, 20.0)) + np.int16(100))
    function = TransferFunction(
        (TransferPoint(150, (1.0, 0.2, 0.0), 0.0), TransferPoint(900, (1.0, 1.0, 0.5), 0.6)),
        gradient_opacity=((0.0, 0.3), (100.0, 1.0)),
    )
    look = Look3D(
        method=method,
        transfer=function if method == "composite" else None,
        window=(600.0, 1200.0) if method in ("mip", "minip") else None,
        threshold=600.0,
        camera=Camera(30, 20),
        planes=(ClipPlane((0.0, -20.0, 40.0), (0.0, 1.0, 0.0)),),
    )
    pictures = [rendered(volume, caster=caster).picture(look, SIZE).astype(int) for caster in ("processor", "graphics")]
    assert pictures[0].max() > 20
    difference = np.abs(pictures[0] - pictures[1]).max(axis=2)
    assert difference.mean() < 3
    assert (difference > 60).mean() < 0.01


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("method", ["composite", "mip", "minip", "average", "isosurface"])
def test_what_is_no_number_is_nothing(rendered: Any, odd: float, method: Any) -> None:
    array = with_ball((30.0, 30.0, 15.0)).astype(np.float32)
    whole = rendered(volume_of(array)).picture(Look3D(method=method, window=(500.0, 1000.0)), SIZE)
    array[::7, ::7, ::7] = odd
    array[15, 30, 30] = 1000
    holed = rendered(volume_of(array)).picture(Look3D(method=method, window=(500.0, 1000.0)), SIZE)
    assert np.abs(whole.astype(int) - holed)[70:90, 70:90].mean() < 12


@pytest.mark.parametrize(
    ("method", "padding"),
    [("composite", 3000), ("mip", 3000), ("isosurface", 3000), ("minip", -3000), ("average", -3000)],
)
def test_padding_is_nothing(rendered: Any, method: Any, padding: int) -> None:
    """The half of a block that is padding is not seen: as if a plane had cut it off."""
    array = with_ball((45, 14, 21)) + np.int16(100)
    look = Look3D(method=method, transfer=WHITE if method == "composite" else None, window=(600.0, 1200.0))
    cut = replace(look, threshold=300.0, planes=(ClipPlane((-0.5, 0.0, 0.0), (1.0, 0.0, 0.0)),))
    expected = rendered(volume_of(array)).picture(cut, SIZE)[..., 0].astype(int)
    array[..., :30] = padding
    picture = rendered(volume_of(array, padding=(padding, padding))).picture(replace(look, threshold=300.0), SIZE)
    assert expected.max() > 15
    beside = [*range(76), *range(84, SIZE[0])]  # between the two halves values are mixed
    assert np.abs(picture[..., 0] - expected)[:, beside].mean() < 1


def test_more_voxels_than_graphics_hardware_takes_are_reduced(rendered: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stage, "longest_texture", property(lambda _stage: 32))
    drawing = rendered(volume_of(with_ball((40.0, 30.0, 15.0), value=3000)), caster="graphics")
    look = Look3D(transfer=WHITE)
    picture = drawing.picture(look, SIZE)
    assert any("the graphics hardware takes 32 voxels along an axis" in note for note in drawing.notes)
    expected = drawing.sight(look, SIZE).seen_at(ijk_to_lps(VolumeGrid(PLAIN, (30, 60, 60)), [(40, 30, 15)]), SIZE)[0]
    np.testing.assert_allclose(middle_of(picture), expected, atol=2.0)


def test_shadows_without_graphics_hardware_are_told(rendered: Any) -> None:
    drawing = rendered(volume_of(TWO_BALLS), caster="processor")
    drawing.picture(Look3D(transfer=WHITE, is_shaded=True, shadows=0.5), (40, 40))
    assert "Shadows need graphics hardware, so there are none" in drawing.notes


def test_shadows_are_dark_where_the_light_does_not_reach(rendered: Any) -> None:
    """The light is at the left and above: the shadow of a ball is at its right and below, on the wall behind it."""
    wall = np.zeros((30, 60, 60), np.int16)
    wall[:, 45:48] = 1000
    look = Look3D(transfer=WHITE, is_shaded=True, shadows=1.0)
    pictures = []
    for array in (wall, wall + with_ball((30.0, 38.0, 15.0))):
        drawing = rendered(volume_of(array), caster="graphics")
        pictures.append(drawing.picture(look, SIZE)[..., 0].astype(int))
    darker = pictures[0] - pictures[1] > 25
    rows, columns = np.nonzero(darker)
    assert rows.size > 20
    assert np.median(rows) > 82
    assert np.median(columns) > 82


def test_hiding_takes_memory_too(rendered: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A budget that is enough for the whole volume may be too small for it and a copy with holes."""
    monkeypatch.setattr("workstation.volume.rendering.drawing.LEAST_VOXELS", 20_000)
    volume = volume_of(with_ball((30.0, 30.0, 15.0)))
    enough = round(volume.array_kji.nbytes * 3.0 + SHADED_BYTES)
    drawing = rendered(volume, budget_bytes=enough)
    look = Look3D(transfer=replace(WHITE, shading=Shading()))
    drawing.picture(look, SIZE)
    assert not drawing.notes
    drawing.picture(replace(look, cuts=(Cut(((0, 0), (9, 0), (0, 9)), SIZE, Camera()),)), SIZE)
    assert any("Shown reduced" in note for note in drawing.notes)


def test_a_projection_is_not_reduced_where_a_shaded_volume_is(rendered: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It needs no gradients; going from one to the other, each has what it can have."""
    monkeypatch.setattr("workstation.volume.rendering.drawing.LEAST_VOXELS", 20_000)
    volume = volume_of(with_ball((30.0, 30.0, 15.0)))
    plain = rendered(volume).picture(Look3D(method="mip"), SIZE)
    drawing = rendered(volume, budget_bytes=round(volume.array_kji.nbytes * 2.0 + SHADED_BYTES), caster="processor")
    for _ in range(2):
        assert np.array_equal(drawing.picture(Look3D(method="mip"), SIZE), plain)
        assert not drawing.notes
    shaded = Look3D(transfer=replace(WHITE, shading=Shading()))
    masked = replace(shaded, planes=(ClipPlane((0.0, -10.0, 40.0), (0.0, 1.0, 0.0)),))
    assert drawing.picture(shaded, SIZE).any()
    assert "Shown reduced, one voxel for" in drawing.notes[0]
    assert drawing.picture(masked, SIZE).any()
    assert np.array_equal(drawing.picture(Look3D(method="mip"), SIZE), plain)
