"""The window as a program: starts it, opens what it was given, and ends with an exit code."""

import gc
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, Qt, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from workstation import logs
from workstation.gui import theme
from workstation.gui.main_window import MainWindow
from workstation.gui.remembered import Remembered
from workstation.gui.screenshot import Screenshot
from workstation.gui.session import Session
from workstation.gui.work_files import WorkFile
from workstation.settings import Settings

LISTEN_TO_SIGNALS_MS = 200
HAND_OVER_S = 0.001
"""For so long a thread that computes may keep the interpreter from the others; Python's own five milliseconds, for each
of the threads that read ahead, index and hang, add up to a pause that can be seen."""


def main(paths: Sequence[Path] = (), *, library: Path | None = None, screenshot: Path | None = None) -> int:
    """Open the window.

    Parameters
    ----------
    paths
        Opened at the start.
    library
        The library's file; None for the one of the settings or the default.
    screenshot
        Wait until all is loaded, write a picture of the window here, print a summary as JSON, and end.

    Returns
    -------
    int
        The exit code.
    """
    settings = Settings.load()
    logs.start(level=settings.log_level)
    qInstallMessageHandler(_keep_qt_message)
    application = make_application(settings)
    # A picture looks the same whatever was done before, and leaves no trace in what a person finds next time.
    remembered = Remembered() if screenshot else Remembered.load()
    window = MainWindow(theme.TOKENS[settings.theme], remembered)
    work_file = None if screenshot else WorkFile.take()
    session = Session(window, remembered, settings, library_path=library, work_file=work_file, has_paths=bool(paths))
    # What is loaded stays: collections would look through all of it again and again, and each that comes while a study
    # streams in is a pause that can be felt.
    session.on_loaded = gc.freeze
    _tell_of_bugs(session)
    if paths:
        session.open(list(paths))
    shot = Screenshot(session, screenshot) if screenshot is not None else None
    window.show()
    wake = _end_on_signals(window)
    try:
        code = application.exec()
    finally:
        wake.stop()
        session.close()
        if screenshot is None:
            remembered.save()
        sys.excepthook = sys.__excepthook__
        qInstallMessageHandler(None)
    return shot.code if shot is not None else code


def make_application(settings: Settings) -> QApplication:
    """Make Qt's application, dressed in the theme of the settings."""
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        # Without a display there is nothing to open a window on; drawn into memory it can still be photographed.
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    application = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(application, QApplication):
        raise TypeError("a Qt application without windows is running already")
    sys.setswitchinterval(HAND_OVER_S)
    application.setApplicationName("workstation")
    application.setApplicationDisplayName("Workstation")
    theme.apply(application, settings.theme)
    return application


def _keep_qt_message(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    """Put what Qt has to say into the log: none of it is for the person at the terminal."""
    level = logging.DEBUG if kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) else logging.WARNING
    logs.subject("qt").log(level, "%s", text)


def _tell_of_bugs(session: Session) -> None:
    log = logs.subject("window")

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not isinstance(error, Exception):
            sys.__excepthook__(kind, error, trace)
            return
        log.error("the window broke", exc_info=(kind, error, trace))
        session.notes.error("The window", error)

    sys.excepthook = hook


def _end_on_signals(window: MainWindow) -> QTimer:
    """Close the window on Ctrl-C in the terminal; Python hears of it only when it runs, so it is woken."""
    for number in (signal.SIGINT, signal.SIGTERM):
        # Python may run this in the middle of a paint; the window is closed after it.
        signal.signal(number, lambda _number, _frame: QTimer.singleShot(0, window, window.close))
    timer = QTimer(window)
    timer.timeout.connect(lambda: None)
    timer.start(LISTEN_TO_SIGNALS_MS)
    return timer
