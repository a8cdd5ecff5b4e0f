"""Where the files under resources/ lie: beside the package in a working tree, inside it in an installed wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def resource(name: str) -> Path:
    """Give the path of a file or folder under ``resources/``.

    Parameters
    ----------
    name
        Relative, with forward slashes ("styles/dark.qss").

    Raises
    ------
    FileNotFoundError
        If there is none: the installation is incomplete.
    """
    for folder in (_PACKAGE / "_resources", _PACKAGE.parent / "resources"):
        path = folder / name
        if path.exists():
            return path
    raise FileNotFoundError(f"No resource {name!r} was installed with the workstation.")
