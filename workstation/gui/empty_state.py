"""What stands in the place of images as long as there are none: what to do, as buttons."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget


class EmptyState(QWidget):
    """Says what to do, and offers it."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("emptyState")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        title = QLabel("Drop a study here", self)
        title.setProperty("scale", "large")
        text = QLabel("Files, folders, ZIP archives or a DICOMDIR, several at once if you like.", self)
        text.setProperty("quiet", "true")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        offers = (("open-folder", "Open folder …"), ("open-files", "Open files …"), ("demo", "Try the demo study"))
        for number, (command, words) in enumerate(offers):
            button = QPushButton(words, self)
            button.setProperty("primary", "true" if number == 0 else "false")
            button.clicked.connect(lambda _checked=False, command=command: self.chosen.emit(command))
            row.addWidget(button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        for label in (title, text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        layout.addSpacing(16)
        layout.addLayout(row)
        layout.addStretch(1)
