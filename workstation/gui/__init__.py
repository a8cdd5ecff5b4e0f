"""The window: Qt lives here and nowhere else; widgets show, presenters decide."""

import contextlib
import sys

with contextlib.suppress(ImportError):
    import PySide6  # noqa: F401 - for what it does to Python's imports

# PySide6 reads the source of each module that is loaded after it, to see whether `from __feature__ import` may be meant
# for it. Nothing here uses that, and it takes a tenth of the time that loading takes.
_features = sys.modules.get("shibokensupport.feature")
if hasattr(_features, "_mod_uses_pyside"):
    _features._mod_uses_pyside = lambda _module: False  # type: ignore[union-attr]  # it is there
