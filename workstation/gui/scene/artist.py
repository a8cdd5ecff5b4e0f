"""Draws pictures of a volume on a thread of its own, to which what VTK draws with belongs; the newest wish counts."""

import atexit
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING
from weakref import WeakSet

from workstation import logs
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from workstation.volume.looks.look3d import Look3D
    from workstation.volume.rendering.drawing import Quality, Rendering

_log = logs.subject("window")
_at_work: "WeakSet[Artist]" = WeakSet()
Post = Callable[[Callable[[], None]], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """A picture that is wanted: of a look, columns and rows, how well it is to be drawn, and which wish it is."""

    look: "Look3D"
    size_px: tuple[int, int]
    quality: "Quality"
    number: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A picture (rows, columns, 3), how long it took, sentences about it, whether graphics hardware drew it.

    ``why_empty`` is a sentence where nothing is to be seen.
    """

    wish: Wish
    picture: "NDArray[np.uint8]"
    took_s: float
    notes: tuple[str, ...]
    has_hardware: bool = False
    why_empty: str = ""


class Artist:
    """One thread with one rendering. What it calls runs on the thread of the window.

    Parameters
    ----------
    name
        Of the thread.
    make
        Makes the rendering; called on the thread of the artist.
    post
        Has a function run on the thread of the window.
    drawn, failed
        Given a picture, or why there is none.
    leaves_stale
        A picture that is not wanted any longer is left unfinished; else it is shown, late.
    """

    def __init__(
        self,
        name: str,
        make: "Callable[[], Rendering]",
        post: Post,
        *,
        drawn: Callable[[Drawn], None],
        failed: Callable[[Exception], None],
        leaves_stale: bool = False,
    ) -> None:
        self._make, self._post, self._drawn, self._failed = make, post, drawn, failed
        self._leaves_stale = leaves_stale
        self._changed = threading.Condition()
        self._wish: Wish | None = None
        self._working: Wish | None = None
        self._later: deque[tuple[Wish, Callable[[Drawn], None]]] = deque()
        self._asked: deque[tuple[Wish, Future[NDArray[np.uint8]], Callable[[], bool]]] = deque()
        self._errands: deque[Callable[[Rendering], None]] = deque()
        self._is_closed = False
        # Of daemons nobody waits at the end, but by `leave`.
        self._thread = threading.Thread(target=self._run, name=f"scene-{name}", daemon=True)
        _at_work.add(self)
        self._thread.start()

    @property
    def is_busy(self) -> bool:
        """Whether a picture is still to come."""
        return self._wish is not None or self._working is not None

    def want(self, wish: Wish | None) -> None:
        """Have a picture drawn next, in the place of one that waits; None takes that back."""
        with self._changed:
            self._wish = wish
            if wish is None:
                self._working = None  # what is being drawn is stale
            self._changed.notify()

    def later(self, wish: Wish, drawn: Callable[[Drawn], None]) -> None:
        """Have a picture drawn when no other is wanted, such as a small one for a list."""
        with self._changed:
            self._later.append((wish, drawn))
            self._changed.notify()

    def ask(self, wish: Wish, is_stale: Callable[[], bool]) -> "Future[NDArray[np.uint8]]":
        """Have a picture drawn for a job, which waits for it; what is wanted to be seen goes first.

        The future is cancelled where the artist is closed.
        """
        future: Future[NDArray[np.uint8]] = Future()
        with self._changed:
            if self._is_closed:
                future.cancel()
            else:
                self._asked.append((wish, future, is_stale))
                self._changed.notify()
        return future

    def forget_later(self) -> None:
        """Draw none of those that were to come later."""
        with self._changed:
            self._later.clear()

    def errand(self, function: "Callable[[Rendering], None]") -> None:
        """Have something done with the rendering before the next picture."""
        with self._changed:
            self._errands.append(function)
            self._changed.notify()

    def close(self) -> None:
        """Draw no more; the thread ends once it has left the picture it is at."""
        with self._changed:
            self._is_closed = True
            self._wish = None
            self._later.clear()
            self._errands.clear()
            for _wish, future, _is_stale in self._asked:
                future.cancel()
            self._asked.clear()
            self._changed.notify()

    def join(self) -> None:
        """Wait for the end of the thread: VTK does not leave what it has begun with a large volume for seconds."""
        self._thread.join()

    def _run(self) -> None:
        rendering: Rendering | None = None
        while True:
            with self._changed:
                while not (self._is_closed or self._wish or self._later or self._errands or self._asked):
                    self._changed.wait()
                if self._is_closed:
                    break
                errands = list(self._errands)
                self._errands.clear()
                asked = self._asked.popleft() if self._asked and self._wish is None else None
                wish, done = self._take() if asked is None else (None, self._drawn)
            try:
                if rendering is None:
                    rendering = self._make()
                for errand in errands:
                    errand(rendering)
                if asked is not None:
                    _answer(rendering, *asked)
                elif wish is not None:
                    self._draw(rendering, wish, done)
            except Exception as error:  # noqa: BLE001 - a thread that ends would leave everybody waiting
                if asked is not None and not asked[1].done():
                    asked[1].set_exception(error)
                else:
                    self._tell_failure(error)
            with self._changed:
                self._working = None
        if rendering is not None:
            rendering.close()

    def _take(self) -> tuple[Wish | None, Callable[[Drawn], None]]:
        if self._wish is not None:
            wish, self._wish = self._wish, None
            self._working = wish
            return wish, self._drawn
        return self._later.popleft() if self._later else (None, self._drawn)

    def _draw(self, rendering: "Rendering", wish: Wish, done: Callable[[Drawn], None]) -> None:
        is_wanted = self._leaves_stale and done == self._drawn
        is_stale = self._is_stale if is_wanted else self._is_over
        begun = time.perf_counter()
        picture = rendering.picture(wish.look, wish.size_px, wish.quality, is_stale=is_stale)
        took_s, why = time.perf_counter() - begun, rendering.why_empty(wish.look, picture)
        made = Drawn(wish, picture, took_s, rendering.notes, rendering.has_hardware, why)
        if not is_stale():
            self._post(lambda: done(made))

    def _is_over(self) -> bool:
        return self._is_closed

    def _is_stale(self) -> bool:
        return self._is_closed or self._wish is not None or self._working is None

    def _tell_failure(self, error: Exception) -> None:
        from workstation.errors import UserError

        if not isinstance(error, UserError):
            _log.exception("a picture in three dimensions failed")
        if not self._is_closed:
            self._post(lambda: self._failed(error))


def _answer(
    rendering: "Rendering", wish: Wish, future: "Future[NDArray[np.uint8]]", is_stale: Callable[[], bool]
) -> None:
    if future.set_running_or_notify_cancel():
        future.set_result(rendering.picture(wish.look, wish.size_px, wish.quality, is_stale=is_stale))


@atexit.register
def leave() -> None:
    """Wait for all threads before the program ends: it would fall under what VTK is still working on."""
    artists = list(_at_work)
    for artist in artists:
        artist.close()
    for artist in artists:
        artist.join()
