"""Where the real studies lie that some tests read: ``shared/data`` beside the project, never inside it."""

import os
from pathlib import Path

ROOT = Path(__file__).parent.parent


def sample_studies() -> Path | None:
    """Give the folder of sample studies, or None where it is not."""
    for folder in ROOT.parents:
        if (folder / "shared" / "data" / "MANIFEST.csv").is_file():
            return folder / "shared" / "data"
    return None


def uncounted() -> dict[str, str]:
    """The environment of a process that is killed, or whose files are kept small.

    What counts covered lines would leave a damaged file of them, which stops the whole run when all are gathered.
    """
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
