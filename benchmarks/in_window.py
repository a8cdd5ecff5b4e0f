"""Drives the real window on a virtual screen, in a process of its own, and prints what was measured as JSON.

`python -m benchmarks.in_window SCENARIO FOLDER` is started by ``reading_room``; a scenario is a function below.
"""

import gc
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from workstation.display.layout import Grid
from workstation.display.viewing import Links
from workstation.gui import theme
from workstation.gui.app import make_application
from workstation.gui.canvas.pane import Pane
from workstation.gui.main_window import MainWindow
from workstation.gui.remembered import Remembered
from workstation.gui.session import Session
from workstation.settings import Settings

if TYPE_CHECKING:
    from workstation.gui.panels.planes.presenter import PlanesPresenter

EVENTS, EVERY_MS, TICK_MS = 500, 1000 / 60, 5
PATIENCE_S = 300.0
NO_BUTTON, NO_KEY = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
IS_INVERTED = False


class Window:
    """The running program at 1600x1000."""

    def __init__(self, library: Path) -> None:
        settings = Settings()
        self.application = make_application(settings)
        tokens = theme.apply(self.application, settings.theme)
        self.window = MainWindow(tokens, Remembered())
        self.session = Session(self.window, Remembered(), settings, library_path=library)
        self.session.on_loaded = gc.freeze  # as the program does
        self.window.resize(1600, 1000)
        self.window.show()
        self.settle()

    def settle(self, looks: int = 8) -> None:
        """Wait until everything is there."""
        quiet, end = 0, time.monotonic() + PATIENCE_S
        while quiet < looks:
            self.wait(0.02)
            quiet = quiet + 1 if self.session.is_settled else 0
            if time.monotonic() > end:
                raise RuntimeError("the window did not come to rest")

    def wait(self, seconds: float) -> None:
        """Let events be handled for a while."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.application.processEvents()
            time.sleep(0.001)

    def open(self, folder: Path) -> None:
        """Open a folder and wait until it is read."""
        self.session.open([folder])
        self.settle()

    def latencies(self, post: Callable[[int], None], is_shown: Callable[[Pane], bool]) -> list[float]:
        """Post events at 60 a second; give the time from each to the end of the last paint that shows it, in seconds.

        Every pane that is visible has to paint what ``is_shown`` tells of.
        """
        grid = self.window.grid
        panes = [pane for pane in (*grid.panes, *grid.guests) if pane.isVisible()]
        posted, left, found = [0.0], set[int](), list[float]()

        def painted(number: int) -> None:
            if posted[0] and is_shown(panes[number]):
                left.discard(number)
                if not left:
                    found.append(time.perf_counter() - posted[0])
                    posted[0] = 0.0

        links = [pane.painted.connect(partial(painted, number)) for number, pane in enumerate(panes)]
        begin = time.perf_counter()
        for number in range(EVENTS):
            while (wait := begin + number * EVERY_MS / 1000 - time.perf_counter()) > 0:
                self.application.processEvents()
                time.sleep(min(wait, 0.0005))
            left.update(range(len(panes)))
            posted[0] = time.perf_counter()
            post(number)
            while posted[0]:
                self.application.processEvents()
                if posted[0] and time.perf_counter() - posted[0] > 5:
                    raise RuntimeError(f"event {number} was never painted")
        for pane, link in zip(panes, links, strict=True):
            pane.painted.disconnect(link)
        return found


def _wheel(window: Window, angle: int) -> None:
    pane = window.window.pane
    at = QPointF(pane.rect().center())
    place = QPointF(pane.mapToGlobal(at.toPoint()))
    phase = Qt.ScrollPhase.NoScrollPhase
    QCoreApplication.postEvent(
        pane, QWheelEvent(at, place, QPoint(), QPoint(0, angle), NO_BUTTON, NO_KEY, phase, IS_INVERTED)
    )


def _scrolled(window: Window) -> dict[str, float]:
    """Scroll there and back; each image that is asked for has to be the one that is painted."""
    viewer = window.session.viewer
    assert viewer is not None
    viewer.active.go_to(0)
    window.settle()
    wanted = [0]

    def post(number: int) -> None:
        step = 1 if number // 200 % 2 == 0 else -1
        wanted[0] += step
        _wheel(window, -120 * step)

    def is_shown(each: Pane) -> bool:
        return each.scene is not None and each.scene.position[0] == wanted[0] + 1

    return _summary(window.latencies(post, is_shown)) | _repaints(window)


def _repaints(window: Window) -> dict[str, float]:
    """Repaint the pane without any change: what Qt, the words and the copy to the screen take."""
    grid = window.window.grid

    def post(_number: int) -> None:
        grid.each(lambda pane: pane.update())

    return {f"repaint_{key}": value for key, value in _summary(window.latencies(post, lambda _pane: True)).items()}


def wheel(window: Window, folder: Path) -> dict[str, float]:
    """One pane, a stack of 512x512."""
    window.open(folder)
    assert len([pane for pane in window.window.grid.panes if pane.isVisible()]) == 1
    return _scrolled(window)


def four(window: Window, folder: Path) -> dict[str, float]:
    """Four panes of one stack, scrolled together."""
    window.open(folder)
    viewer = window.session.viewer
    assert viewer is not None
    viewer.lay_out(Grid(2, 2))
    selection = window.session.workspace.selections()[0]
    for number in range(4):
        viewer.show(number, selection)
    viewer.link(Links(scroll="position"))
    window.settle()
    return _scrolled(window)


def drag(window: Window, folder: Path) -> dict[str, float]:
    """The window of a large image, dragged."""
    window.open(folder)
    pane = window.window.pane
    middle = pane.rect().center()

    def send(kind: QEvent.Type, at: QPoint, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        place = QPointF(pane.mapToGlobal(at))
        QCoreApplication.postEvent(pane, QMouseEvent(kind, QPointF(at), place, button, held, NO_KEY))

    left = Qt.MouseButton.LeftButton
    send(QEvent.Type.MouseButtonPress, middle, left, left)
    window.wait(0.05)
    windows: list[object] = [None]

    def post(number: int) -> None:
        windows[0] = pane.scene.view.voi if pane.scene is not None else None
        send(QEvent.Type.MouseMove, middle + QPoint(number % 80 + 5, (number * 3) % 70 + 5), NO_BUTTON, left)

    def is_shown(each: Pane) -> bool:
        return each.scene is not None and each.scene.view.voi != windows[0]

    return _summary(window.latencies(post, is_shown))


def planes(window: Window, folder: Path) -> dict[str, float]:
    """The cross-hair of three oblique planes, dragged: thin, then slabs of 10 mm; and how long until all is whole."""
    from workstation.gui.features.planes import Planes
    from workstation.volume.cutting.slabs import Slab
    from workstation.volume.planes.planes_view import line_turned, with_slabs

    window.open(folder)
    window.window.actions_by_id["planes"].trigger()
    window.settle()
    found = window.session.findChild(Planes)
    assert isinstance(found, Planes)
    presenter = found.joined.presenter
    assert presenter.now is not None
    # Turned about two axes: planes along the voxels would be taken out of the array as they are.
    turned = line_turned(line_turned(presenter.now, "axial", "coronal", 17.0), "sagittal", "axial", 17.0)
    presenter.drift(turned)
    window.settle()
    thin = _dragged_planes(window, presenter)
    presenter.drift(with_slabs(presenter.now, Slab(10.0, "mip")))
    window.settle()
    slab = _dragged_planes(window, presenter)
    return thin | {f"slab_{key}": value for key, value in slab.items()}


def _dragged_planes(window: Window, presenter: "PlanesPresenter") -> dict[str, float]:
    from workstation.gui.canvas.guides import laid
    from workstation.model.geometry import lps_to_image

    pane = window.window.pane
    assert pane.scene is not None
    lying = laid(pane.scene, pane.size_px, pane.devicePixelRatioF())
    assert lying is not None
    start = lying.cross.toPoint()
    left, before = Qt.MouseButton.LeftButton, [(0.0, 0.0, 0.0)]

    def send(kind: QEvent.Type, at: QPoint, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        place = QPointF(pane.mapToGlobal(at))
        QCoreApplication.postEvent(pane, QMouseEvent(kind, QPointF(at), place, button, held, NO_KEY))

    def post(number: int) -> None:
        before[0] = presenter.now.cross_lps if presenter.now is not None else before[0]
        at = start + QPoint(number % 60 + 5, (number * 3) % 50 + 5)
        send(QEvent.Type.MouseMove, at, NO_BUTTON, left)

    def is_shown(each: Pane) -> bool:
        now, scene = presenter.now, each.scene
        if now is None or scene is None or scene.frame.plane is None or now.cross_lps == before[0]:
            return False
        return abs(float(lps_to_image(scene.frame.plane, [now.cross_lps])[1][0])) < 1e-6

    send(QEvent.Type.MouseButtonPress, start, left, left)
    window.wait(0.05)
    found = _summary(window.latencies(post, is_shown))
    begin = time.perf_counter()
    send(QEvent.Type.MouseButtonRelease, start + QPoint(20, 20), left, NO_BUTTON)
    window.wait(0.005)
    while presenter.is_waiting:
        window.application.processEvents()
    return found | {"whole": time.perf_counter() - begin}


def cine(window: Window, folder: Path) -> dict[str, float]:
    """Ten seconds of cine, in real time."""
    from workstation.gui.features.cine import Cine

    window.open(folder)
    player = next(each.presenter for each in window.session.findChildren(Cine))
    if not player.playing:  # a hanging protocol may have started it
        window.window.actions_by_id["cine"].trigger()
    window.wait(1.0)
    window.wait(10.0)
    clock = player.clock(0)
    assert clock is not None
    return {"dropped_share": clock.dropped_share, "rate_hz": clock.rate_hz or 0.0, "wanted_hz": clock.playback.rate_hz}


def stream(window: Window, folder: Path) -> dict[str, float]:
    """How late a timer of 5 ms fires while a study is opened and streams in."""
    late: list[float] = []
    last = [time.perf_counter()]

    def tick() -> None:
        now = time.perf_counter()
        late.append(now - last[0] - TICK_MS / 1000)
        last[0] = now

    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    window.session.open([folder])
    timer.start(TICK_MS)
    last[0] = time.perf_counter()
    begin, quiet = time.monotonic(), 0

    def look() -> None:
        nonlocal quiet
        quiet = quiet + 1 if window.session.is_settled else 0
        if quiet > 10 or time.monotonic() - begin > PATIENCE_S / 5:
            window.application.quit()

    ending = QTimer()
    ending.timeout.connect(look)
    ending.start(50)
    window.application.exec()
    timer.stop()
    return _summary(late) | {"longest": max(late), "seconds": time.monotonic() - begin}


def shown_memory(window: Window, folder: Path) -> dict[str, float]:
    """Peak memory with all slices of a stack shown once."""
    window.open(folder)
    return {"peak_mb": _peak_bytes() / 1e6}


def closed_memory(window: Window, folder: Path) -> dict[str, float]:
    """Memory after the first study was closed, and after the last."""
    kept = []
    for study in sorted(folder.iterdir()):
        window.open(study)
        window.window.actions_by_id["forget"].trigger()
        window.settle()
        kept.append(psutil.Process().memory_info().rss / 1e6)
    return {"first_mb": kept[0], "last_mb": kept[-1]}


def _peak_bytes() -> int:
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":" in line)
    return int(status["VmHWM"].split()[0]) * 1024


def _summary(seconds: Sequence[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {"median": statistics.median(ordered), "p99": ordered[min(len(ordered) - 1, round(len(ordered) * 0.99))]}


SCENARIOS: dict[str, Callable[[Window, Path], dict[str, float]]] = {
    "wheel": wheel,
    "four": four,
    "drag": drag,
    "planes": planes,
    "cine": cine,
    "stream": stream,
    "shown-memory": shown_memory,
    "closed-memory": closed_memory,
}


def main() -> int:
    """Run one scenario."""
    name, folder, library = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    window = Window(library)
    found = SCENARIOS[name](window, folder)
    window.window.close()
    QApplication.processEvents()
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
