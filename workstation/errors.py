"""The two things that may stop work without being a bug: what a user can mend, and a wish to stop."""


class UserError(Exception):
    """Something a person can understand and act on.

    Parameters
    ----------
    message
        What happened, and to which object.
    hint
        What to do next; empty where nothing helps.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.args, self.__dict__)


class Cancelled(Exception):
    """The user asked the work to stop; nothing more needs to be said."""


def _rebuild(kind: type[UserError], args: tuple[object, ...], state: dict[str, object]) -> UserError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error
