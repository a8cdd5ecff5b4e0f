"""A terminal in memory, a person who waits for what is on it and then presses a key, and the viewer between them."""

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.kitty_terminal import KittyTerminal
from tests.terminal_samples import Emulator
from workstation.display.habits import habitual_view
from workstation.display.viewing import Look
from workstation.jobs.job import Job
from workstation.terminal.device.events import Event, Key, Ready, Resized, Woken
from workstation.terminal.encoding.boxes import Box, Cell
from workstation.terminal.encoding.encoder import Mode, encoder_of
from workstation.terminal.information import information
from workstation.terminal.lines import lines_of
from workstation.terminal.loop import Start, interact
from workstation.terminal.opened import opened
from workstation.terminal.pacing import STATUS_REQUEST
from workstation.terminal.scene import Brushes
from workstation.terminal.text_rows import Styles

PATIENCE_S = 20.0
"""What is waited for comes in an instant; a machine that is busy has so long."""

_STRINGS = re.compile(rb"\x1bP.*?\x1b\\", re.DOTALL)
"""Pictures that a terminal of characters knows nothing of."""

Seen = Callable[["Stage"], bool]
Step = tuple[Seen, Sequence[Event]]


class Stage:
    """A terminal that shows what it is sent, and does what a script says.

    Parameters
    ----------
    steps
        What has to be seen, and what the person does then. After the last one Ctrl-C is pressed.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        *,
        columns: int = 80,
        rows: int = 24,
        answers: bool = True,
        terminal: KittyTerminal | None = None,
    ) -> None:
        self.emulator: Emulator | KittyTerminal = terminal or Emulator(columns, rows)
        self._steps: Iterator[Step] = iter((*steps, (lambda _stage: True, (Key("c", ctrl=True),))))
        self._step: Step | None = next(self._steps)
        self._answers = answers
        self._woken = threading.Event()
        self._owed: list[Event] = []
        self._box = Box(columns, rows)
        self.sent: list[bytes] = []
        self.follows = False

    def write(self, update: bytes) -> None:
        self.sent.append(update)
        if STATUS_REQUEST in update:
            update = update.replace(STATUS_REQUEST, b"")
            if self._answers:
                self._owed.append(Ready())
        self.emulator.feed(_STRINGS.sub(b"", update))

    def events(self, timeout_s: float | None = None) -> list[Event]:
        if self._owed:
            owed, self._owed = self._owed, []
            return owed
        if self._step is not None and self._step[0](self):
            done, self._step = self._step[1], next(self._steps, None)
            for event in done:
                if isinstance(event, Resized):
                    self._resize(event.box)
            return list(done)
        wait_s = PATIENCE_S if timeout_s is None else timeout_s
        if self._woken.wait(wait_s):
            self._woken.clear()
            return [Woken()]
        if timeout_s is None:
            raise AssertionError(f"what is waited for does not come:\n{self.text}")
        return []

    def size(self) -> Box:
        return self._box

    def cell(self) -> Cell:
        return Cell()

    def wake(self) -> None:
        self._woken.set()

    def follow_mouse(self, *, follows: bool) -> None:
        self.follows = follows

    @property
    def text(self) -> str:
        """All lines that are seen."""
        return "\n".join(self.emulator.screen.display)

    @property
    def status(self) -> str:
        """The line that says what is seen."""
        return str(self.emulator.screen.display[-2]).strip()

    @property
    def hint(self) -> str:
        """The last line."""
        return str(self.emulator.screen.display[-1]).strip()

    def _resize(self, box: Box) -> None:
        self._box = box
        self.emulator = Emulator(box.columns, box.rows)


def said(words: str) -> Seen:
    """Wait until words are seen anywhere."""
    return lambda stage: words in stage.text


def gone(words: str) -> Seen:
    """Wait until words are seen nowhere."""
    return lambda stage: words not in stage.text


def keys(*names: str) -> tuple[Key, ...]:
    """Press keys."""
    return tuple(Key(name) for name in names)


def play(
    paths: Sequence[Path],
    steps: Sequence[Step],
    *,
    columns: int = 80,
    rows: int = 24,
    answers: bool = True,
    shown: tuple[int, ...] = (0,),
    folder: Path | None = None,
    mode: Mode = "ansi",
    terminal: KittyTerminal | None = None,
) -> Stage:
    """Look at files, do what the steps say, and give the terminal as it is at the end."""
    stage = Stage(steps, columns=columns, rows=rows, answers=answers, terminal=terminal)
    has_dots, styles = mode not in ("ascii", "ansi"), Styles.of(has_colours=True)
    brushes = Brushes(lambda: encoder_of(mode), has_dots=has_dots, cell=Cell(), styles=styles)
    with opened(paths, Job()) as found:
        looks = [Look(each.first, habitual_view(each.instance(0).sop_class_uid)) for each in found.series]
        start = Start(
            looks,
            lambda series, number, frame, view, width: lines_of(information(series, number, frame, view), width),
            shown,
            folder=folder or Path(),
        )
        interact(found.series, stage, brushes, start)
    return stage
