"""What the viewer yields: facts about what was drawn, and the bytes that draw it."""

from dataclasses import field

from workstation.model.text import clean
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPicture:
    """A picture that was drawn.

    Parameters
    ----------
    source
        The file.
    frame, frames
        Which frame of its image, from 1, and how many that has.
    image, images
        Which image or frame of the series, from 1, and how many there are.
    mode
        How it is drawn.
    columns, rows
        Characters that it takes.
    width_px, height_px
        Of the picture that was drawn.
    size_bytes
        Bytes of the picture as it is sent.
    window
        As the corner text has it; empty for colours.
    caption
        The lines below.
    """

    source: str
    frame: int
    frames: int
    image: int
    images: int
    mode: str
    columns: int
    rows: int
    width_px: int
    height_px: int
    size_bytes: int
    window: str
    caption: tuple[str, ...] = ()
    for_terminal: bytes = field(default=b"", repr=False, compare=False)

    def text(self) -> str:
        """Give the facts as a line."""
        which = f", image {self.image} of {self.images}" if self.images > 1 else ""
        return clean(f"{self.source}{which}, {self.mode}, {self.columns}x{self.rows} characters, {self.window}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """Pictures that were drawn beside each other; ``columns`` and ``rows`` are the characters that they take."""

    pictures: tuple[ShownPicture, ...]
    columns: int
    rows: int
    for_terminal: bytes = field(default=b"", repr=False, compare=False)

    def text(self) -> str:
        """Give the facts as a line for each."""
        return "\n".join(each.text() for each in self.pictures)
