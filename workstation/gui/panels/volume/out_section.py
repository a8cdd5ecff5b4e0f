"""What goes out: pictures, movies, and how the volume is looked at."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget


class OutSection(QWidget):
    """Buttons; decides nothing."""

    picture_wanted = Signal()
    movie_wanted = Signal()
    save_wanted = Signal()
    open_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        self.buttons: dict[str, QPushButton] = {}
        for at, (words, tip, wanted) in enumerate(
            (
                ("Picture …", "Save the picture as PNG, JPEG, TIFF or DICOM", self.picture_wanted),
                (
                    "Movie …",
                    "Turn, fly or go from view to view, as MP4, GIF, PNG or DICOM",
                    self.movie_wanted,
                ),
                ("Save view …", "Save how the volume is looked at, to open it again", self.save_wanted),
                ("Open view …", "Look at the volume as it was saved", self.open_wanted),
            )
        ):
            button = self.buttons[words] = QPushButton(words, self)
            button.setToolTip(tip)
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.clicked.connect(wanted)
            grid.addWidget(button, at // 2, at % 2)
