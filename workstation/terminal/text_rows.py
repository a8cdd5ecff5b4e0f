"""Lines of text at their places on the terminal, sent only where they have changed."""

from workstation.quick_dataclass import dataclass
from workstation.terminal.words import padded


@dataclass(frozen=True, slots=True)
class Styles:
    """How lines look, as parameters of SGR; without colours they are told apart by weight and reversal.

    Where there are colours everything stands on black (``ground``), as pictures do, also in a terminal of white.
    """

    ground: str = ""
    status: str = "7"
    hint: str = ""
    caption: str = ""
    active: str = "1"
    page: str = ""
    hit: str = "7"
    trouble: str = "1"

    @classmethod
    def of(cls, *, has_colours: bool) -> "Styles":
        """Give neutral greys and one accent where there are colours."""
        if not has_colours:
            return cls()
        black = "48;5;16"
        return cls(
            ground=black,
            status="38;5;253;48;5;237",
            hint=f"38;5;250;{black}",
            caption=f"38;5;247;{black}",
            active=f"38;5;117;{black}",
            page=f"38;5;253;{black}",
            hit="38;5;232;48;5;222",
            trouble=f"38;5;222;{black}",
        )


class TextRows:
    """The lines that are on the terminal, each where it begins."""

    def __init__(self) -> None:
        self.encoding = "utf-8"
        self._there: dict[tuple[int, int], tuple[int, str, str]] = {}

    def put(self, row: int, column: int, columns: int, text: str, style: str = "") -> bytes:
        """Write a cleaned line into so many columns, cut or filled up; nothing where it is there already."""
        if self._there.get((row, column)) == (columns, text, style):
            return b""
        self._there[row, column] = (columns, text, style)
        begun = f"\x1b[{style}m" if style else ""
        ended = "\x1b[0m" if style else ""
        return f"\x1b[{row + 1};{column + 1}H{begun}{padded(text, columns)}{ended}".encode(self.encoding, "replace")

    def forget(self) -> None:
        """Take all lines for overwritten."""
        self._there.clear()
