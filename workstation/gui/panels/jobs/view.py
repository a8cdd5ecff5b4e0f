"""The strip at the bottom: a line a job with a bar and a way to cancel, and what there is to say when none runs."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QToolButton, QWidget

from workstation.gui.icons import icon
from workstation.gui.panels.jobs.presenter import JobLine
from workstation.gui.theme import Tokens

MOST_SHOWN = 2


class JobStrip(QWidget):
    """Shows job lines; the button on the right opens the list of unreadable files."""

    cancelled = Signal(int)
    refused_wanted = Signal()

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self.setAccessibleName("Jobs")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(32)
        self._tokens = tokens
        self._has_tool = False
        self._rows = [_JobRow(self) for _ in range(MOST_SHOWN)]
        self._idle = QLabel(self)
        self._idle.setProperty("quiet", "true")
        self.probe = QLabel(self)
        self.probe.setTextFormat(Qt.TextFormat.PlainText)
        self.probe.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.probe.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.probe.setAccessibleName("What is under the pointer")
        self._more = QLabel(self)
        self._more.setProperty("quiet", "true")
        self.unreadable = QPushButton(self)
        self.unreadable.setProperty("flat", "true")
        self.unreadable.setIconSize(QSize(18, 18))
        self.unreadable.setToolTip("Show which files could not be read, and why  (Ctrl+U)")
        self.unreadable.clicked.connect(self.refused_wanted)
        self.unreadable.hide()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 2, 8, 2)
        layout.setSpacing(16)
        self._layout = layout
        layout.addWidget(self._idle)
        for row in self._rows:
            row.hide()
            row.stop.clicked.connect(lambda _checked=False, row=row: self.cancelled.emit(row.job_id))
            layout.addWidget(row, 1)
        layout.addWidget(self._more)
        layout.addWidget(self.probe, 1)
        layout.addWidget(self.unreadable)
        self.set_tokens(tokens)

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self._tokens = tokens
        for row in self._rows:
            row.stop.setIcon(icon("close", tokens.quiet_text))

    def show_jobs(self, lines: tuple[JobLine, ...]) -> None:
        """Show the running jobs."""
        for number, row in enumerate(self._rows):
            row.setVisible(number < len(lines))
            if number < len(lines):
                row.show_line(lines[number])
        more = len(lines) - MOST_SHOWN
        self._more.setText(f"and {more} more" if more > 0 else "")
        self._show_idle_or_not()

    def add_tool(self, widget: QWidget) -> None:
        """Put what tells of the tool in the hand at the beginning."""
        self._layout.insertWidget(0, widget, 1)

    def show_tool(self, *, shown: bool) -> None:
        """Have room for the tool in the hand, in place of what is said while nothing runs."""
        self._has_tool = shown
        self._show_idle_or_not()

    def _show_idle_or_not(self) -> None:
        self._idle.setVisible(not self._has_tool and not any(not row.isHidden() for row in self._rows))

    def show_idle(self, text: str) -> None:
        """Say something for the time in which nothing runs."""
        self._idle.setText(text)

    def show_probe(self, text: str) -> None:
        """Say what is under the pointer; empty where it is over no image."""
        if text != self.probe.text():
            self.probe.setText(text)

    def show_refused(self, text: str, *, is_warning: bool) -> None:
        """Offer the list of unreadable files, where there are any."""
        self.unreadable.setVisible(bool(text))
        self.unreadable.setText(f" {text}")
        self.unreadable.setIcon(icon("unreadable", self._tokens.warn) if is_warning else QIcon())


class _JobRow(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.job_id = 0
        self.title = QLabel(self)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setMinimumWidth(80)
        self.bar.setMaximumWidth(220)
        self.text = QLabel(self)
        self.text.setProperty("quiet", "true")
        for label in (self.title, self.text):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.stop = QToolButton(self)
        self.stop.setToolTip("Cancel this job  (Esc)")
        self.stop.setAccessibleName("Cancel job")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.title)
        layout.addWidget(self.bar, 1)
        layout.addWidget(self.text, 3)
        layout.addWidget(self.stop)

    def show_line(self, line: JobLine) -> None:
        self.job_id = line.job_id
        self.title.setText(line.title)
        self.text.setText(line.text)
        self.bar.setAccessibleName(line.title)
        self.bar.setRange(0, 1000 if line.share is not None else 0)
        if line.share is not None:
            self.bar.setValue(round(line.share * 1000))
        self.stop.setEnabled(not line.is_stopping)
