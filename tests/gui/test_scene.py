"""Artists and studios, with renderings that are told when to be done."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import pytest

from workstation.errors import UserError
from workstation.gui.scene import artist as artists
from workstation.gui.scene.artist import Artist, Drawn, Wish
from workstation.gui.scene.studio import DRAFT_VOXELS, Studio
from workstation.model.geometry import VolumeGrid
from workstation.model.volume import Volume
from workstation.volume.looks.camera import Camera
from workstation.volume.looks.look3d import Cut, Look3D

WAIT_S = 20.0


class Held:
    """A rendering that draws when it is let."""

    def __init__(self) -> None:
        self.begun, self.may_go_on = threading.Semaphore(0), threading.Semaphore(0)
        self.drawn: list[float] = []
        self.stale: list[bool] = []
        self.notes = ("reduced",)
        self.has_hardware = False
        self.is_closed = threading.Event()

    def picture(self, look: Look3D, size: tuple[int, int], _quality: str, *, is_stale: Callable[[], bool]) -> Any:
        self.begun.release()
        assert self.may_go_on.acquire(timeout=WAIT_S)
        if look.camera.zoom == 13:
            raise UserError("That is no zoom.")
        self.stale.append(is_stale())
        self.drawn.append(look.camera.azimuth_deg)
        return np.zeros((size[1], size[0], 3), np.uint8)

    def why_empty(self, _look: Look3D, _picture: Any) -> str:
        return "Nothing is there."

    def close(self) -> None:
        self.is_closed.set()


class Told:
    """What an artist told, and a wait for it."""

    def __init__(self) -> None:
        self.drawn: list[Drawn] = []
        self.errors: list[Exception] = []
        self._came = threading.Semaphore(0)

    def post(self, function: Callable[[], None]) -> None:
        function()
        self._came.release()

    def wait(self) -> None:
        assert self._came.acquire(timeout=WAIT_S)


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def artist(held: Held, told: Told) -> Iterator[Callable[..., Artist]]:
    made: list[Artist] = []

    def make(**more: Any) -> Artist:
        made.append(Artist("test", lambda: held, told.post, drawn=told.drawn.append, failed=told.errors.append, **more))  # type: ignore[arg-type,return-value]  # as far as it is used
        return made[-1]

    yield make
    for each in made:
        each.close()
        held.may_go_on.release(9)
        each.join()


def wish(azimuth: float, **camera: Any) -> Wish:
    return Wish(Look3D(camera=Camera(azimuth, **camera)), (4, 3), "full", int(azimuth))


def test_only_the_newest_of_the_waiting_wishes_is_drawn(artist: Callable[..., Artist], held: Held, told: Told) -> None:
    drawer = artist()
    drawer.want(wish(1))
    assert held.begun.acquire(timeout=WAIT_S)
    for azimuth in (2, 3, 4):
        drawer.want(wish(azimuth))
    held.may_go_on.release(2)
    told.wait()
    told.wait()
    assert held.drawn == [1, 4]
    assert [drawn.wish.number for drawn in told.drawn] == [1, 4]
    assert told.drawn[0].picture.shape == (3, 4, 3)
    assert told.drawn[0].notes == ("reduced",)
    assert told.drawn[0].why_empty == "Nothing is there."


def test_a_stale_picture_is_left_where_that_is_wanted(artist: Callable[..., Artist], held: Held, told: Told) -> None:
    drawer = artist(leaves_stale=True)
    drawer.want(wish(1))
    assert held.begun.acquire(timeout=WAIT_S)
    drawer.want(None)
    held.may_go_on.release()
    drawer.want(wish(2))
    held.may_go_on.release()
    told.wait()
    assert [drawn.wish.number for drawn in told.drawn] == [2]
    assert held.stale == [True, False]


def test_small_pictures_come_when_nothing_else_is_wanted(artist: Callable[..., Artist], held: Held, told: Told) -> None:
    drawer = artist()
    drawer.want(wish(1))
    assert held.begun.acquire(timeout=WAIT_S)
    later: list[Drawn] = []
    drawer.later(wish(7), later.append)
    drawer.want(wish(2))
    held.may_go_on.release(3)
    for _each in range(3):
        told.wait()
    assert held.drawn == [1, 2, 7]
    assert [drawn.wish.number for drawn in later] == [7]


def test_a_failure_is_told_and_the_next_wish_drawn(artist: Callable[..., Artist], held: Held, told: Told) -> None:
    drawer = artist()
    held.may_go_on.release(2)
    drawer.want(wish(1, zoom=13))
    told.wait()
    assert [str(error) for error in told.errors] == ["That is no zoom."]
    drawer.want(wish(2))
    told.wait()
    assert [drawn.wish.number for drawn in told.drawn] == [2]


def test_errands_are_done_before_the_next_picture_and_the_end_closes(
    artist: Callable[..., Artist], held: Held, told: Told
) -> None:
    drawer = artist()
    order: list[str] = []
    drawer.want(wish(1))
    assert held.begun.acquire(timeout=WAIT_S)
    drawer.errand(lambda rendering: order.append(f"errand {len(rendering.drawn)}"))  # type: ignore[attr-defined]  # Held
    drawer.want(wish(2))
    held.may_go_on.release(2)
    told.wait()
    told.wait()
    assert order == ["errand 1"]
    drawer.close()
    drawer.join()
    assert held.is_closed.is_set()
    assert not drawer.is_busy


class Fake:
    """A rendering that draws at once and says with which quality."""

    made: ClassVar[list["Fake"]] = []

    def __init__(self, _volume: Volume, *, budget_bytes: int | None, parts: object) -> None:
        self.budget_bytes = budget_bytes
        self.wishes: list[tuple[tuple[int, int], str]] = []
        self.notes = () if budget_bytes == 0 else ("of the whole",)
        self.has_hardware = True
        Fake.made.append(self)

    def picture(self, _look: Look3D, size: tuple[int, int], quality: str, **_more: object) -> Any:
        self.wishes.append((size, quality))
        return np.zeros((size[1], size[0], 3), np.uint8)

    def why_empty(self, _look: Look3D, _picture: Any) -> str:
        return ""

    def close(self) -> None:
        pass


def small_volume(side: int) -> Volume:
    grid = VolumeGrid(np.eye(4), (side, side, side))
    return Volume(np.zeros((side, side, side), np.int16), grid, 1.0, 0.0, "HU", (), (), ())


def test_a_hand_that_rests_gets_the_full_picture_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workstation.volume.rendering.drawing.Rendering", Fake)
    Fake.made = []
    told = Told()
    side = round(DRAFT_VOXELS ** (1 / 3)) + 2
    studio = Studio(small_volume(side), told.post, shown=told.drawn.append, failed=told.errors.append)
    studio.want(Look3D(), (40, 30), is_moving=False)
    while not any(drawn.wish.quality == "full" for drawn in told.drawn):
        told.wait()
    assert not told.errors
    assert studio.notes == ("of the whole",)
    assert studio.has_hardware
    shown = [(drawn.wish.number, drawn.wish.quality) for drawn in told.drawn]
    assert shown[-1] == (1, "full")
    studio.want(replace(Look3D(), camera=Camera(5)), (40, 30), is_moving=True)
    while told.drawn[-1].wish.number != 2:
        told.wait()
    assert told.drawn[-1].wish.quality == "moving"
    studio.close()
    studio.join()
    assert sorted(each.budget_bytes is None for each in Fake.made) == [False, True, True]
    assert all(
        drawn.wish.number >= before.wish.number for before, drawn in zip(told.drawn, told.drawn[1:], strict=False)
    )


CUTS = tuple(Cut(((0, 0), (at, 0), (at, 9)), (40, 30), Camera()) for at in (5, 15))


@pytest.fixture
def studio(monkeypatch: pytest.MonkeyPatch, told: Told) -> Iterator[Studio]:
    monkeypatch.setattr("workstation.volume.rendering.drawing.Rendering", Fake)
    made = Studio(
        small_volume(round(DRAFT_VOXELS ** (1 / 3)) + 2), told.post, shown=told.drawn.append, failed=told.errors.append
    )
    yield made
    made.close()
    made.join()


def qualities_of(studio: Studio, told: Told, look: Look3D) -> list[str]:
    """Have a look drawn in full, and give how well it was drawn on the way there."""
    told.drawn.clear()
    studio.want(look, (40, 30), is_moving=False)
    while not any(drawn.wish.quality == "full" for drawn in told.drawn):
        told.wait()
    return [drawn.wish.quality for drawn in told.drawn]


def test_what_scissors_cut_is_whole_before_its_light_is_worked_out(studio: Studio, told: Told) -> None:
    assert qualities_of(studio, told, Look3D()) == ["moving", "moving", "full"]
    assert qualities_of(studio, told, Look3D(cuts=CUTS[:1])) == ["moving", "near", "full"]
    assert qualities_of(studio, told, Look3D(cuts=CUTS)) == ["moving", "near", "full"]
    assert "near" not in qualities_of(studio, told, Look3D(cuts=CUTS[:1]))  # voxels come back: light has to fall anew
    assert "near" not in qualities_of(studio, told, Look3D(cuts=CUTS, removed=frozenset({"bone"})))


def test_small_pictures_wait_until_what_is_seen_is_whole(studio: Studio, told: Told) -> None:
    seen_before: list[str] = []
    studio.preview(Look3D(), (9, 8), lambda _drawn: seen_before.append(told.drawn[-1].wish.quality))
    studio.want(Look3D(), (40, 30), is_moving=True)
    while not told.drawn or studio.is_waiting:
        told.wait()
    assert not seen_before
    studio.want(Look3D(), (40, 30), is_moving=False)
    while not seen_before:
        told.wait()
    assert seen_before == ["full"]


def test_the_end_of_the_program_waits_for_what_is_being_drawn(
    artist: Callable[..., Artist], held: Held, told: Told
) -> None:
    drawer = artist()
    drawer.want(wish(1))
    assert held.begun.acquire(timeout=WAIT_S)
    asked = drawer.ask(wish(5), lambda: False)
    leaving = threading.Thread(target=artists.leave)
    leaving.start()
    assert leaving.is_alive()
    held.may_go_on.release()
    leaving.join(WAIT_S)
    assert not leaving.is_alive()
    assert held.is_closed.is_set()
    assert asked.cancelled()
    assert told.drawn == []


def test_a_job_gets_a_picture_or_what_is_wrong_with_it(artist: Callable[..., Artist], held: Held) -> None:
    drawer = artist()
    held.may_go_on.release(2)
    assert drawer.ask(wish(3), lambda: False).result(timeout=WAIT_S).shape == (3, 4, 3)
    with pytest.raises(UserError, match="no zoom"):
        drawer.ask(wish(4, zoom=13), lambda: False).result(timeout=WAIT_S)
    drawer.close()
    assert drawer.ask(wish(5), lambda: False).cancelled()
