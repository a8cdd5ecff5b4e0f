"""What the viewer yields: facts about what was drawn, and the bytes that draw it."""

from dataclasses import field
from typing import TYPE_CHECKING, Self

from workstation.model.text import clean
from workstation.operations.places import near
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.terminal.encoding.boxes import Box
    from workstation.terminal.opened import ShownSeries


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

    @classmethod
    def of(
        cls,
        series: "ShownSeries",
        number: int,
        box: "Box",
        size_px: tuple[int, int],
        *,
        mode: str,
        window: str,
        caption: tuple[str, ...],
        size_bytes: int,
        for_terminal: bytes = b"",
    ) -> Self:
        """Tell of the picture of a frame, ``number`` from 0, in its box."""
        ref = series.ref(number)
        return cls(
            source=near(str(ref.instance.place)),
            frame=ref.number + 1,
            frames=max(1, ref.instance.number_of_frames),
            image=number + 1,
            images=series.count,
            mode=mode,
            columns=box.columns,
            rows=box.rows,
            width_px=size_px[0],
            height_px=size_px[1],
            size_bytes=size_bytes,
            window=window,
            caption=caption,
            for_terminal=for_terminal,
        )

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
