"""Objects that the window makes: written into the library's own folder, and in the browser at once."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.jobs.job import Job
from workstation.model.index.records import Patient

if TYPE_CHECKING:
    from workstation.gui.session import Session
    from workstation.model.index.library import Library

Make = Callable[[Path, Job], Sequence[Path]]


def keep_made(session: "Session", title: str, make: Make, done: Callable[[Sequence[Path]], None]) -> None:
    """Write objects, and show them in the browser.

    Parameters
    ----------
    session
        Whose library it is.
    title
        Of the job.
    make
        Called in a job with the managed folder; gives the files it wrote. A UserError is shown.
    done
        Called with these files once they are in the tree.
    """
    opening = session.opening

    def run(library: "Library", job: Job) -> tuple[Sequence[Path], tuple[Patient, ...]]:
        from workstation.display.reading_order import stacks_in_reading_order
        from workstation.gui.collecting import Collector
        from workstation.model.index.tree import tree_of

        paths = make(managed_folder(library), job)
        collector = Collector(lambda _tree: None)
        library.add(list(paths), on_batch=collector.take)
        changed = [each for uid in collector.series for each in library.instances(series=uid)]
        return paths, tree_of(changed, stacks_of=stacks_in_reading_order)

    def finished(value: tuple[Sequence[Path], tuple[Patient, ...]]) -> None:
        session.workspace.merge(value[1])
        done(value[0])
        opening.end()

    def failed(error: Exception) -> None:
        opening.tell(title, error)
        opening.end()

    def start(library: "Library") -> None:
        session.work.start(
            title,
            lambda job: run(library, job),
            done=finished,
            failed=failed,
            stopped=opening.end,
            is_shown=True,
        )

    opening.begin()
    opening.with_library(start)


def managed_folder(library: "Library") -> Path:
    """Give the folder of the library's own files; that of the user where the library is in memory."""
    if library.path is not None:
        return library.path.parent / "images"
    from platformdirs import user_data_path

    return user_data_path("workstation", appauthor=False) / "images"
