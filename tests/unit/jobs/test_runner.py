"""Jobs on threads: order, cancelling, errors, the end."""

import queue
import threading
from collections.abc import Callable, Iterator

import pytest

from workstation.errors import UserError
from workstation.jobs.events import Event, Failed, Finished, Logged, Progressed, Started, Stopped
from workstation.jobs.job import Job
from workstation.jobs.runner import Priority, Runner

WAIT_S = 10


class Events:
    """A sink that a test can wait on."""

    def __init__(self) -> None:
        self._queue: queue.Queue[Event] = queue.Queue()
        self.seen: list[Event] = []

    def __call__(self, event: Event) -> None:
        self._queue.put(event)

    def until(self, wanted: Callable[[Event], bool]) -> Event:
        while True:
            event = self._queue.get(timeout=WAIT_S)
            self.seen.append(event)
            if wanted(event):
                return event

    def until_ended(self, job: Job) -> Event:
        return self.until(lambda event: isinstance(event, Finished | Failed | Stopped) and event.job_id == job.id)


@pytest.fixture
def runner() -> Iterator[Runner]:
    runner = Runner(workers=1)
    yield runner
    runner.close()


def occupy(runner: Runner, events: Events) -> threading.Event:
    """Keep the only worker for long work busy until the event is set."""
    go_on, has_begun = threading.Event(), threading.Event()

    def work(_job: Job) -> None:
        has_begun.set()
        assert go_on.wait(WAIT_S)

    runner.submit("long", work, sink=events, priority=Priority.PREFETCH)
    assert has_begun.wait(WAIT_S)
    return go_on


def test_that_a_job_tells_its_whole_story_in_order(runner: Runner) -> None:
    events = Events()

    def work(job: Job) -> str:
        job.progress(1, 2, "half")
        job.log("note")
        return "value"

    job = runner.submit("Do it", work, sink=events)

    assert events.until_ended(job) == Finished(job.id, "value")
    assert events.seen == [
        Started(job.id, "Do it"),
        Progressed(job.id, 1, 2, "half"),
        Logged(job.id, "note"),
        Finished(job.id, "value"),
    ]


def test_that_waiting_jobs_go_by_priority_then_by_age(runner: Runner) -> None:
    events, order = Events(), list[str]()
    go_on = occupy(runner, events)
    submitted = [("p", Priority.PREFETCH), ("v1", Priority.VISIBLE), ("v2", Priority.VISIBLE)]
    jobs = [
        runner.submit(name, lambda job: order.append(job.title), sink=events, priority=priority)
        for name, priority in submitted
    ]

    go_on.set()
    events.until_ended(jobs[0])

    assert order == ["v1", "v2", "p"]


def test_that_interaction_does_not_wait_for_long_work(runner: Runner) -> None:
    events = Events()
    go_on = occupy(runner, events)

    job = runner.submit("scroll", lambda _job: 1, sink=events, priority=Priority.INTERACTION)

    assert events.until_ended(job) == Finished(job.id, 1)
    go_on.set()


def test_that_a_running_job_stops_at_its_next_report(runner: Runner) -> None:
    events = Events()
    go_on = threading.Event()

    def work(job: Job) -> None:
        job.progress(0)
        assert go_on.wait(WAIT_S)
        job.progress(1)
        pytest.fail("went on")

    job = runner.submit("", work, sink=events)
    events.until(lambda event: isinstance(event, Progressed))
    job.cancel()
    go_on.set()

    assert events.until_ended(job) == Stopped(job.id)


def test_that_a_job_cancelled_while_waiting_never_starts(runner: Runner) -> None:
    events = Events()
    go_on = occupy(runner, events)
    job = runner.submit("", lambda _job: pytest.fail("ran"), sink=events)
    job.cancel()
    go_on.set()

    assert events.until_ended(job) == Stopped(job.id)
    assert Started(job.id, "") not in events.seen


@pytest.mark.parametrize("error", [UserError("no", hint="try"), ZeroDivisionError()])
def test_that_an_error_is_an_event_and_the_next_job_runs(runner: Runner, error: Exception) -> None:
    events = Events()

    def work(_job: Job) -> None:
        raise error

    failing = runner.submit("", work, sink=events)
    following = runner.submit("", lambda _job: 1, sink=events)

    assert events.until_ended(failing) == Failed(failing.id, error)
    assert events.until_ended(following) == Finished(following.id, 1)


def test_that_a_sink_that_breaks_does_not_end_the_runner(runner: Runner) -> None:
    def broken(_event: Event) -> None:
        raise ValueError

    runner.submit("", lambda _job: 1, sink=broken)
    events = Events()
    job = runner.submit("", lambda _job: 2, sink=events)

    assert events.until_ended(job) == Finished(job.id, 2)


def test_that_closing_ends_every_job_and_thread() -> None:
    before = threading.active_count()
    events = Events()
    runner = Runner(workers=1)
    has_begun = threading.Event()

    def work(job: Job) -> None:
        while True:
            job.check()
            has_begun.set()

    running = runner.submit("", work, sink=events)
    waiting = runner.submit("", lambda _job: pytest.fail("ran"), sink=events)
    assert has_begun.wait(WAIT_S)

    runner.close()

    assert threading.active_count() == before
    ends = {events.until(lambda event: isinstance(event, Stopped)).job_id for _ in range(2)}
    assert ends == {running.id, waiting.id}
    with pytest.raises(RuntimeError, match="closed"):
        runner.submit("", lambda _job: 1, sink=events)
