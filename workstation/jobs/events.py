"""What happens to a job, as values: the window and the console read the same."""

from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Started:
    """A job began."""

    job_id: int
    title: str


@dataclass(frozen=True, slots=True)
class Progressed:
    """A job is ``done`` of ``total``; ``total`` is None where nobody knows."""

    job_id: int
    done: int
    total: int | None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Logged:
    """A job has something to say."""

    job_id: int
    text: str


@dataclass(frozen=True, slots=True)
class Missed:
    """A part of what a job was given could not be read, and the job goes on without it."""

    job_id: int
    subject: str
    message: str
    hint: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Finished:
    """A job is done; ``value`` is what it returned."""

    job_id: int
    value: object


@dataclass(frozen=True, slots=True)
class Failed:
    """A job ended with an error: a `UserError`, or a bug."""

    job_id: int
    error: Exception


@dataclass(frozen=True, slots=True)
class Stopped:
    """A job was cancelled."""

    job_id: int


Event = Started | Progressed | Logged | Missed | Finished | Failed | Stopped
