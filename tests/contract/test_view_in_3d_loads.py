"""The view in three dimensions opens at once: what draws and finds surfaces is loaded by the threads that need it."""

import subprocess
import sys

LOADED = """
import sys
import workstation.gui.panels.volume.joining, workstation.gui.panels.volume.settings
print(*sorted({name.partition(".")[0] for name in sys.modules} & {"vtkmodules", "SimpleITK"}))
"""


def test_that_the_view_loads_nothing_that_draws() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], check=True, capture_output=True, text=True)
    assert done.stdout.split() == []
