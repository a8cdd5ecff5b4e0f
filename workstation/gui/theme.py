"""One table of colours for both themes, from which the style sheet and everything that is painted by hand are made."""

from dataclasses import asdict
from string import Template

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from workstation.quick_dataclass import dataclass
from workstation.resources import resource


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of a theme, as ``#rrggbb``."""

    image_ground: str
    window: str
    raised: str
    line: str
    text: str
    quiet_text: str
    disabled: str
    accent: str
    on_accent: str
    selection: str
    hover: str
    good: str
    warn: str
    bad: str


DARK = Tokens(
    image_ground="#000000",
    window="#1b1c1e",
    raised="#26282b",
    line="#3a3d41",
    text="#e6e7e8",
    quiet_text="#a3a7ab",
    disabled="#74797e",
    accent="#4c9be8",
    on_accent="#0b1622",
    selection="#263a50",
    hover="#303337",
    good="#5fb878",
    warn="#e0a83c",
    bad="#e5645a",
)
LIGHT = Tokens(
    image_ground="#000000",
    window="#f4f5f6",
    raised="#ffffff",
    line="#d4d7da",
    text="#1d1f21",
    quiet_text="#5b6065",
    disabled="#8d9297",
    accent="#1f6fbf",
    on_accent="#ffffff",
    selection="#cfe2f5",
    hover="#e6e9ec",
    good="#2a7a43",
    warn="#8a5a00",
    bad="#b3261e",
)
TOKENS: dict[str, Tokens] = {"dark": DARK, "light": LIGHT}

PLANE_COLOURS = {
    "axial": "#d84a4a",
    "sagittal": "#d8c84a",
    "coronal": "#4ac46a",
    "cursor": "#4c9be8",
    "path": "#e07ad0",
}
"""Lines of planes in images, the same in both themes since images are always on black."""

SMALL_PT, NORMAL_PT, LARGE_PT = 8.25, 9.75, 12.0  # 11, 13 and 16 px at 96 dots an inch


def style_sheet(tokens: Tokens) -> str:
    """Fill the style sheet with the colours of a theme."""
    template = Template(resource("styles/window.qss").read_text(encoding="utf-8"))
    name = next((name for name, each in TOKENS.items() if each == tokens), "dark")
    arrows = resource("styles/arrows").as_posix()
    return template.substitute(
        asdict(tokens), small=SMALL_PT, normal=NORMAL_PT, large=LARGE_PT, arrows=arrows, theme=name
    )


def palette(tokens: Tokens) -> QPalette:
    """Give the palette for what a style sheet does not reach."""
    role = QPalette.ColorRole
    colours = {
        role.Window: tokens.window,
        role.WindowText: tokens.text,
        role.Base: tokens.raised,
        role.AlternateBase: tokens.window,
        role.Text: tokens.text,
        role.PlaceholderText: tokens.quiet_text,
        role.Button: tokens.raised,
        role.ButtonText: tokens.text,
        role.ToolTipBase: tokens.raised,
        role.ToolTipText: tokens.text,
        role.Highlight: tokens.selection,
        role.HighlightedText: tokens.text,
        role.Link: tokens.accent,
        role.Mid: tokens.line,
    }
    made = QPalette()
    for each, colour in colours.items():
        made.setColor(each, QColor(colour))
    for each in (role.WindowText, role.Text, role.ButtonText, role.PlaceholderText):
        made.setColor(QPalette.ColorGroup.Disabled, each, QColor(tokens.disabled))
    return made


def apply(application: QApplication, name: str) -> Tokens:
    """Dress the whole program, and give the colours for what is painted by hand."""
    tokens = TOKENS[name]
    application.setStyle("Fusion")
    application.setPalette(palette(tokens))
    font = application.font()
    font.setPointSizeF(NORMAL_PT)
    application.setFont(font)
    application.setStyleSheet(style_sheet(tokens))
    return tokens
