"""The program's door: picks a face and imports only that one.

What stands here imports nothing from the disk: Ctrl-C meanwhile would print a trace.
"""

import gc
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

_FOR_SCRIPTS = "--batch"
_CANCELLED = 130
_OBJECTS = 50_000
_OF_THE_WINDOW = ("PySide6", "shiboken6", "qtawesome")
_EXAMPLES = """\
examples:
  workstation                          open the library
  workstation STUDY_FOLDER DISC.zip    look at what lies in a folder and in a ZIP archive
  workstation --batch --help           everything the program does, as commands for scripts
"""


def main(argv: "Sequence[str] | None" = None) -> int:
    """Run ``workstation``: commands after ``--batch``, the window otherwise."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == [_FOR_SCRIPTS]:
        return _run_batch(words[1:])
    return _open_window(words)


def dicom_archive(argv: "Sequence[str] | None" = None) -> int:
    """Run ``dicom-archive``: the commands of the library under a name of their own."""
    return _run_batch(list(sys.argv[1:] if argv is None else argv), prog="dicom-archive", under=("library",))


def dicom_anon(argv: "Sequence[str] | None" = None) -> int:
    """Run ``dicom-anon``: de-identification under a name of its own."""
    return _run_batch(list(sys.argv[1:] if argv is None else argv), prog="dicom-anon", under=("anon",))


def dicom_measure(argv: "Sequence[str] | None" = None) -> int:
    """Run ``dicom-measure``: the commands of measuring under a name of their own."""
    return _run_batch(list(sys.argv[1:] if argv is None else argv), prog="dicom-measure", under=("measure",))


def dicom_3d(argv: "Sequence[str] | None" = None) -> int:
    """Run ``dicom-3d``: planes, projections and 3D under a name of their own."""
    return _run_batch(list(sys.argv[1:] if argv is None else argv), prog="dicom-3d", under=("3d",))


def dicom_viewer(argv: "Sequence[str] | None" = None) -> int:
    """Run ``dicom-viewer``: images in a terminal, under a name of its own."""
    return _run_batch(list(sys.argv[1:] if argv is None else argv), prog="dicom-viewer", under=("viewer",))


def _run_batch(words: list[str], *, prog: str = "workstation --batch", under: tuple[str, ...] = ()) -> int:
    try:
        # A short command is over before there is anything to collect; by default that is looked for every 700 objects.
        gc.set_threshold(_OBJECTS, 20, 20)
        from workstation.batch.main import main as run

        return run(words, prog=prog, under=under)
    except KeyboardInterrupt:  # before the command has begun
        return _CANCELLED
    finally:
        gc.freeze()  # what there is now goes with the process: it need not be looked through once more


def _open_window(words: list[str]) -> int:
    given = _window_parser().parse_args(words)
    if given.batch:
        sys.stderr.write(f"workstation: {_FOR_SCRIPTS} comes first: workstation {_FOR_SCRIPTS} COMMAND …\n")
        return 2
    try:
        from workstation.gui import app
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in _OF_THE_WINDOW:
            raise
        sys.stderr.write(f"workstation: The window cannot be opened: {error}.\n")
        sys.stderr.write(f"Its libraries are missing; workstation {_FOR_SCRIPTS} works without them.\n")
        return 1
    return app.main(given.paths, library=given.library, screenshot=given.screenshot)


def _window_parser() -> "argparse.ArgumentParser":
    import argparse
    from pathlib import Path

    from workstation import __version__

    parser = argparse.ArgumentParser(
        prog="workstation",
        description="Look at medical images.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("paths", metavar="PATH", nargs="*", type=Path, help="files, folders, ZIP archives, DICOMDIR")
    parser.add_argument("--library", metavar="PATH", type=Path, help="the library to use; the user's own otherwise")
    parser.add_argument(
        "--screenshot",
        metavar="FILE",
        type=Path,
        help="open the paths, wait until all is loaded, write a PNG of the window, print a summary as JSON, and end",
    )
    parser.add_argument(_FOR_SCRIPTS, action="store_true", help="run a command without a window; comes first")
    parser.add_argument("--version", action="version", version=f"workstation {__version__}")
    return parser


if __name__ == "__main__":
    sys.exit(main())
