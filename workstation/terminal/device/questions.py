"""What a terminal is asked, all in one write, and what its answers mean."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Literal

from workstation.model.text import clean
from workstation.quick_dataclass import dataclass
from workstation.terminal.device.abilities import Abilities
from workstation.terminal.device.tokens import Token
from workstation.terminal.encoding.boxes import Cell

_KITTY, _KITTY_SHARED = 31, 32  # what the answers carry
# Consoles that print what they don't know, and GNU screen, which hands strings to the terminal around it unseen.
_PRINTS_STRINGS = re.compile(r"(linux|screen|cons25|vt\d).*")
_WITHOUT_COLOUR = re.compile(r"(dumb|unknown|vt[12]\d\d.*|.*-m|.*-mono)?")
_IMAGES_AS_ITERM2 = re.compile(r"(iTerm2|WezTerm|mintty|Konsole)\b", re.IGNORECASE)
_PLACEHOLDERS = re.compile(r"kitty\W*(\d+)\.(\d+)|ghostty", re.IGNORECASE)
_MOST_PX = 1 << 15


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known without asking: the environment, the kernel's window, and what tmux says.

    Parameters
    ----------
    environment
        Variables of the process.
    columns, rows, width_px, height_px
        Of the window, 0 where the kernel does not know.
    passthrough
        Whether tmux hands wrapped sequences on; None where no tmux of ours can be asked.
    around_tmux
        The terminal around tmux: its name and version, and features, as tmux knows them.
    """

    environment: Mapping[str, str]
    columns: int = 0
    rows: int = 0
    width_px: int = 0
    height_px: int = 0
    passthrough: bool | None = None
    around_tmux: tuple[str, str] = ("", "")

    @property
    def is_dumb(self) -> bool:
        """Whether nothing but text is to be sent."""
        return self.environment.get("TERM", "") in ("", "dumb", "unknown")

    @property
    def is_in_tmux(self) -> bool:
        """Whether the environment says so; over ssh it may not."""
        return bool(self.environment.get("TMUX")) or self.environment.get("TERM", "").startswith("tmux")

    @property
    def takes_strings(self) -> bool:
        """Whether control strings that it doesn't know stay invisible."""
        if self.is_in_tmux:
            return True
        return (
            not _PRINTS_STRINGS.fullmatch(self.environment.get("TERM", ""))
            and self.environment.get("TERM_PROGRAM") != "Apple_Terminal"
        )

    @property
    def asks_around_tmux(self) -> bool:
        """Whether the terminal around tmux is asked as well."""
        return self.is_in_tmux and self.passthrough is not False

    @property
    def unicode(self) -> bool | None:
        """Whether the environment says UTF-8; None where it says nothing."""
        for name in ("LC_ALL", "LC_CTYPE", "LANG"):
            value = self.environment.get(name, "")
            if value:
                return None if value in ("C", "POSIX") else bool(re.search(r"utf-?8", value, re.IGNORECASE))
        return None


def question(surroundings: Surroundings, *, shared_memory: str = "") -> bytes:
    """Write all questions; the last is one that every terminal answers.

    Parameters
    ----------
    surroundings
        What is known already.
    shared_memory
        The name of a shared memory object with three bytes; empty where there is none.
    """
    graphics = f"\x1b_Gi={_KITTY},s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"
    if shared_memory and not surroundings.is_in_tmux:
        name = b64encode(shared_memory.encode()).decode()
        graphics += f"\x1b_Gi={_KITTY_SHARED},s=1,v=1,a=q,t=s,f=24;{name}\x1b\\"
    if surroundings.is_in_tmux:  # which takes it for the title of the pane unless it is wrapped
        # The margins are asked for after it, since the end of our questions, answered by tmux, is not the end there.
        graphics = wrapped(graphics) + wrapped("\x1bP$qr\x1b\\") if surroundings.asks_around_tmux else ""
    strings = (
        graphics,
        "\x1b[38;2;1;2;3m\x1bP$qm\x1b\\\x1b[0m",  # a colour of 24 bits, and whether it was taken
        "\x1b]1337;Capabilities\x1b\\",
        "\x1b]1337;ReportCellSize\x1b\\",
    )
    sequences = (
        "\x1b[>0q",
        "\x1b[?1;1;0S\x1b[?2;4;0S",  # colours of sixel, and its largest picture
        "\x1b[16t\x1b[14t",  # pixels of a character, and of the text area
        "" if surroundings.columns else "\x1b[18t",
        "\x1b[?2026$p\x1b[?1016$p",
    )
    letters = "\x1b[6n\u2580\x1b[6n\b\b\b   \b\b\b" if surroundings.unicode is None else ""
    return "".join((*(strings if surroundings.takes_strings else ()), *sequences, letters, "\x1b[c")).encode()


def wrapped(sequences: str) -> str:
    """Wrap control sequences for tmux to hand on to the terminal around it."""
    return "\x1bPtmux;" + sequences.replace("\x1b", "\x1b\x1b") + "\x1b\\"


def is_answer(token: Token, surroundings: Surroundings) -> bool:
    """Whether this is an answer although it looks like a key: where the cursor is, as F3 with modifiers."""
    is_place = token.kind == "csi" and token.text == "R" and ";" in token.parameters
    return is_place and surroundings.unicode is None


def is_complete(answers: Sequence[Token], surroundings: Surroundings) -> bool:
    """Whether the last answer is there; the terminal around tmux answers after tmux."""
    ended = any(answer.text == "c" and re.fullmatch(r"\?[\d;]*", answer.parameters) for answer in answers)
    around = not surroundings.asks_around_tmux or _kitty_says(answers, _KITTY) is not None
    return ended and (around or _first(answers, "DCS", r"[01]\$r[\d;]*r?") is not None)


def understood(answers: Sequence[Token], surroundings: Surroundings) -> Abilities:
    """Make of the answers what the terminal can; those that make no sense count as none."""
    environment = surroundings.environment
    if surroundings.is_dumb:
        return Abilities(is_terminal=True, columns=surroundings.columns or 80, rows=surroundings.rows or 24)
    said = _first(answers, "DCS", r">\|(.*)")
    name = clean(said[1])[:80] if said else ""
    attributes = _numbers(answers, "c", r"\?([\d;]*)", count=None) or []
    in_tmux = surroundings.is_in_tmux or name.startswith("tmux")
    columns, rows = _size(answers, surroundings)
    around_name, around_features = surroundings.around_tmux
    has_sixel = 4 in attributes and (not in_tmux or not around_name or "sixel" in around_features)
    kitty = _kitty_says(answers, _KITTY) is True
    registers = _numbers(answers, "S", r"\?1;0;(\d+)", count=1)
    largest = _numbers(answers, "S", r"\?2;0;(\d+;\d+)", count=2)
    tells_iterm2 = bool(_first(answers, "OSC", r"1337;(Capabilities=([A-Z][a-z]?\d*)+|ReportCellSize=[\d.]+;[\d.;]+)"))
    return Abilities(
        is_terminal=True,
        has_screen=True,
        columns=columns,
        rows=rows,
        cell=_cell(answers, surroundings, columns, rows),
        kitty=kitty,
        kitty_shared_memory=kitty and _kitty_says(answers, _KITTY_SHARED) is True,
        kitty_placeholders=kitty and _has_placeholders(around_name if in_tmux else name),
        sixel=has_sixel,
        sixel_colours=min(max(registers[0], 2), 1024) if registers else 256,
        sixel_largest_px=(largest[0], largest[1]) if largest and min(largest) >= 16 else None,
        iterm2=not in_tmux and (tells_iterm2 or bool(_IMAGES_AS_ITERM2.match(name))),
        colours=_colours(answers, environment, in_tmux=in_tmux),
        unicode=_shows_unicode(answers) if surroundings.unicode is None else surroundings.unicode,
        synchronized=_has_mode(answers, 2026),
        mouse_in_pixels=_has_mode(answers, 1016),
        inside_tmux=in_tmux,
        said=name,
        is_settled=is_complete(answers, surroundings),
    )


def told_cell(token: Token) -> Cell | None:
    """Give the room of a character if this answer tells it."""
    told = _numbers([token], "t", r"6;(\d+;\d+)", count=2)
    return Cell(told[1], told[0], is_told=True) if told and _is_sound(told) else None


def _first(answers: Sequence[Token], kind: str, pattern: str) -> re.Match[str] | None:
    for answer in answers:
        if answer.kind == kind and (match := re.fullmatch(pattern, answer.text, re.DOTALL)):
            return match
    return None


def _numbers(answers: Sequence[Token], final: str, pattern: str, *, count: int | None) -> list[int] | None:
    """Give the numbers of the first answer with this final whose parameters are as they should be."""
    for answer in answers:
        match = re.fullmatch(pattern, answer.parameters) if answer.kind == "csi" and answer.text == final else None
        if match is None:
            continue
        numbers = [int(part) for part in match[1].split(";") if part and len(part) < 6]
        if count is None or (len(numbers) == count and max(numbers) <= _MOST_PX):
            return numbers
    return None


def _kitty_says(answers: Sequence[Token], number: int) -> bool | None:
    said = _first(answers, "APC", rf"Gi={number}(?:,[^;]*)?;(.*)")
    return None if said is None else said[1] == "OK"


def _has_mode(answers: Sequence[Token], mode: int) -> bool:
    state = _numbers(answers, "$y", rf"\?{mode};(\d)", count=1)
    return state is not None and state[0] in (1, 2, 3)


def _has_placeholders(name: str) -> bool:
    """Whether the terminal of this name draws images at placeholder characters; there is no question for it."""
    match = _PLACEHOLDERS.match(name)
    return bool(match) and (match[1] is None or (int(match[1]), int(match[2])) >= (0, 28)) if match else False


def _size(answers: Sequence[Token], surroundings: Surroundings) -> tuple[int, int]:
    if surroundings.columns and surroundings.rows:
        return surroundings.columns, surroundings.rows
    told = _numbers(answers, "t", r"8;(\d+;\d+)", count=2)
    if told and 0 < told[0] <= 1000 and 0 < told[1] <= 2000:
        return told[1], told[0]
    sizes = [surroundings.environment.get(name, "") for name in ("COLUMNS", "LINES")]
    columns, rows = (int(size) if re.fullmatch(r"[1-9]\d{0,2}", size) else 0 for size in sizes)
    return columns or 80, rows or 24


def _cell(answers: Sequence[Token], surroundings: Surroundings, columns: int, rows: int) -> Cell:
    """Give the room of a character: as said of one, else the text area or the kernel's window shared out."""
    area = _numbers(answers, "t", r"4;(\d+;\d+)", count=2)
    points = _first(answers, "OSC", r"1337;ReportCellSize=(\d{1,3}(?:\.\d*)?);(\d{1,3}(?:\.\d*)?)(?:;(\d(?:\.\d*)?))?")
    scale = float(points[3] or 1) if points else 1
    candidates = (
        _numbers(answers, "t", r"6;(\d+;\d+)", count=2),
        [area[0] // rows, area[1] // columns] if area else None,
        [surroundings.height_px // rows, surroundings.width_px // columns],
        [round(float(points[1]) * scale), round(float(points[2]) * scale)] if points else None,
    )
    return next((Cell(told[1], told[0], is_told=True) for told in candidates if told and _is_sound(told)), Cell())


def _is_sound(cell: Sequence[int]) -> bool:
    """Whether height and width can be those of a character; nonsense would make pictures of gigabytes."""
    return 4 <= cell[0] <= 256 and 2 <= cell[1] <= 128 and 0.5 <= cell[0] / cell[1] <= 6


def _colours(
    answers: Sequence[Token], environment: Mapping[str, str], *, in_tmux: bool
) -> Literal["none", "256", "24bit"]:
    if environment.get("NO_COLOR") or _WITHOUT_COLOUR.fullmatch(environment.get("TERM", "")):
        return "none"
    took = _first(answers, "DCS", r"1\$r(?:.*;)?38[:;]2[:;](?:[01]?[:;])?1[:;]2[:;]3(?:;.*)?m")
    capable = _first(answers, "OSC", r"1337;Capabilities=.*T[23].*")
    # tmux takes 24 bits and brings them to what the terminal around it can.
    is_full = took or capable or in_tmux or environment.get("COLORTERM", "").lower() in ("truecolor", "24bit")
    return "24bit" if is_full else "256"


def _shows_unicode(answers: Sequence[Token]) -> bool:
    """Whether three bytes of UTF-8 moved the cursor by one character."""
    places = [answer for answer in answers if answer.kind == "csi" and answer.text == "R"]
    columns = [int(match[1]) for place in places if (match := re.fullmatch(r"\d{1,4};(\d{1,4})", place.parameters))]
    return len(columns) == 2 and columns[1] - columns[0] == 1
