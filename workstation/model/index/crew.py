"""Who does the tasks of a scan: this process for a few files, processes of their own for many."""

import subprocess
import sys
import threading
from collections import deque
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import BinaryIO, cast

from workstation.model.index.files import Inspector, refuse
from workstation.model.index.rows import NO_STAMP, Batch
from workstation.model.index.worker import Task, receive_batch, run_task, send
from workstation.model.refusal import Reason, Refused

TASKS_ALONE = 5
_IN_FLIGHT = 2  # per process: one at work, one waiting in its pipe

_PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from workstation.model.index.worker import main; main()"


class Crew:
    """Does tasks in any order.

    Parameters
    ----------
    processes
        How many to start, once there have been more than a few tasks; 0 for none.
    """

    def __init__(self, processes: int) -> None:
        self._processes = processes if sys.executable and not getattr(sys, "frozen", False) else 0
        self._inspector = Inspector()
        self._waiting: deque[Task] = deque()
        self._results: SimpleQueue[tuple[Task, Batch | None]] = SimpleQueue()
        self._workers: list[_Worker] = []
        self._done_alone = 0
        self._handed_out = 0

    def __enter__(self) -> "Crew":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.stop()
        self._inspector.close()

    @property
    def in_flight(self) -> int:
        """Tasks given and not yet done."""
        return len(self._waiting) + self._handed_out

    @property
    def has_room(self) -> bool:
        """Whether another task would soon be begun."""
        return len(self._waiting) < 2 * max(1, len(self._workers))

    def give(self, task: Task) -> None:
        """Add a task."""
        self._waiting.append(task)

    def take(self) -> Batch:
        """Wait for a task to be done and give its batch."""
        while True:
            if not self._workers and self._done_alone >= TASKS_ALONE:
                self._workers = [_Worker(self._results) for _ in range(self._processes)]
            self._hand_out()
            try:
                task, batch = self._results.get(block=not self._should_help())
            except Empty:
                self._done_alone += 1
                return run_task(self._inspector, self._waiting.popleft())
            self._handed_out -= 1
            if batch is not None:
                return batch
            lost = self._after_death(task)
            if lost is not None:
                return lost

    def _should_help(self) -> bool:
        """Whether this process works itself: without others, and until those have started."""
        return bool(self._waiting) and not any(worker.is_ready for worker in self._workers)

    def _hand_out(self) -> None:
        for worker in self._workers:
            while self._waiting and worker.pending < _IN_FLIGHT:
                worker.give(self._waiting.popleft())
                self._handed_out += 1

    def _after_death(self, task: Task) -> Batch | None:
        """Put a new process in place of a dead one; do its task again file by file, to find the one it died of."""
        for number, worker in enumerate(self._workers):
            if not worker.is_alive:
                worker.stop()
                self._workers[number] = _Worker(self._results)
        if len(task) > 1:
            self._waiting.extend([item] for item in task)
            return None
        path, member = task[0]
        batch = Batch()
        refusal = Refused(Reason.READ_ERROR, "The process that read its header was ended by the system.")
        refuse((path.encode("utf-8", "surrogateescape"), member, NO_STAMP, NO_STAMP), refusal, batch)
        return batch


class _Worker:
    """A process, a thread that feeds it and one that collects from it; so neither pipe can block the other."""

    def __init__(self, results: "SimpleQueue[tuple[Task, Batch | None]]") -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own program
            [sys.executable, "-I", "-S", "-c", _PROGRAM, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=sys.platform != "win32",
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._results = results
        self._tasks: SimpleQueue[Task | None] = SimpleQueue()
        self._given: deque[Task] = deque()
        self._lock = threading.Lock()  # so that no task is given in the moment in which the process is found dead
        self.is_ready = False
        self.is_alive = True
        self._threads = [
            threading.Thread(target=target, name="index-pipe", daemon=True) for target in (self._feed, self._collect)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pending(self) -> int:
        """Tasks given and not yet done."""
        return len(self._given)

    def give(self, task: Task) -> None:
        """Send a task."""
        with self._lock:
            if self.is_alive:
                self._given.append(task)
                self._tasks.put(task)
            else:
                self._results.put((task, None))

    def _feed(self) -> None:
        stream = cast(BinaryIO, self._process.stdin)
        while (task := self._tasks.get()) is not None:
            try:
                send(task, stream)
            except OSError:
                return

    def _collect(self) -> None:
        stream = cast(BinaryIO, self._process.stdout)
        try:
            while True:
                batch = receive_batch(stream)
                self.is_ready = True
                self._results.put((self._given.popleft(), batch))
        except (EOFError, ValueError, TypeError, OSError):  # it ended, perhaps in the middle of a message
            with self._lock:
                self.is_alive = False
                while self._given:
                    self._results.put((self._given.popleft(), None))

    def stop(self) -> None:
        """End the process at once; it holds nothing that could be lost."""
        self._process.kill()
        self._tasks.put(None)
        for thread in self._threads:
            thread.join()
        for stream in (self._process.stdin, self._process.stdout):
            try:
                cast(BinaryIO, stream).close()
            except BrokenPipeError:
                continue
        self._process.wait()
