"""Loads what decodes and draws; called in a job while the window can be seen and used already."""


def import_heavy() -> None:
    """Import the modules that take long to load."""
    import workstation.display.reading_order
    import workstation.gui.canvas.annotations
    import workstation.gui.canvas.frames
    import workstation.gui.canvas.presenter
    import workstation.gui.collecting
    import workstation.gui.command_lines
    import workstation.gui.streaming
    import workstation.gui.taking_out
    import workstation.gui.viewer.presenter
    import workstation.gui.viewer.states
    import workstation.gui.viewer.wiring
    import workstation.model.alike_headers
    import workstation.model.index.library
    import workstation.model.stacks  # noqa: F401 - imported for the time it takes
