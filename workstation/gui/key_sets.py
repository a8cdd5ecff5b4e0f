"""Keys for people who come from other viewers: where they differ from our own; what another viewer lacks stays ours.

Horos and OsiriX: the default hot keys of its preferences. Weasis: its list of shortcuts. OHIF: its default hot keys.
RadiAnt: as its users tell, since its manual says it only to those who have it.
"""

from collections.abc import Mapping

from workstation.gui.canvas.bindings import SETS

_LINKS = {
    "link-scroll": ("Alt+Shift+S",),
    "link-here": ("Ctrl+Alt+S",),
    "link-zoom": ("Alt+Shift+Z",),
    "link-window": ("Alt+Shift+W",),
}
"""Their letters choose what the left button does, in all of these."""

KEY_SETS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "Workstation": {},
    "Horos": {
        **_LINKS,
        "tool-window": ("W",),
        "tool-pan": ("M",),
        "tool-zoom": ("Z",),
        "tool-scroll": ("S",),
        "maximise": ("Shift+M",),
    },
    "Weasis": {
        **_LINKS,
        "tool-window": ("W",),
        "tool-pan": ("T",),
        "tool-zoom": ("Z",),
        "tool-scroll": ("S",),
        "tool-cursor": ("H",),
        "previous": ("Up",),
        "next": ("Down",),
        "ten-back": ("Shift+Up",),
        "ten-on": ("Shift+Down",),
        "previous-series": ("Left", "PgUp"),
        "next-series": ("Right", "PgDown"),
        "text": ("Space", "I"),
        "invert": ("Shift+I",),
        "reset": ("Shift+Space",),
        "rotate-left": ("Alt+L",),
        "rotate-right": ("Alt+R",),
        "flip-h": ("Alt+F",),
        "zoom-in": ("Ctrl++",),
        "zoom-out": ("Ctrl+-",),
        "fit": ("Ctrl+Return", "F"),
        "maximise": ("Ctrl+M",),
        "print": ("P", "Ctrl+P"),
        "recent-menu": ("Ctrl+Alt+R",),
        "layout-menu": ("Ctrl+Alt+L",),
    },
    "RadiAnt": {
        **_LINKS,
        "tool-window": ("W",),
        "tool-pan": ("P",),
        "tool-zoom": ("Z",),
        "tool-scroll": ("B",),
    },
    "OHIF": {
        "tool-zoom": ("Z",),
        "link-zoom": ("Alt+Shift+Z",),
        "rotate-left": ("L", "Shift+R"),
        "previous-pane": ("Left", "Ctrl+Shift+Tab"),
        "next-pane": ("Right", "Ctrl+Tab"),
        "previous": ("Up",),
        "next": ("Down",),
        "fit": ("=", "F"),
        "zoom-in": ("+",),
    },
}
SET_NAMES = tuple(SETS)
