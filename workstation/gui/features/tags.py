"""The tag browser in the column on the right: the elements of the image in the active pane."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from workstation.gui.session import Session


def install(session: "Session") -> None:
    """Add the panel and its command."""
    session.window.side.add("tags", lambda: _panel(session))
    session.handle("tags", lambda on: session.window.side.show_panel("tags", shown=on))


def _panel(session: "Session") -> QWidget:
    from workstation.gui.panels.tags.hosting import connect
    from workstation.gui.panels.tags.view import TagsPanel

    window, viewer = session.window, session.viewer
    panel = TagsPanel(window.tokens, window.side)
    presenter = connect(panel, session.work, session.workspace)
    panel.tree.remember(session.remembered.tag_columns)
    panel.tree.widths_changed.connect(session.remembered.tag_columns.__setitem__)
    panel.closed.connect(window.side.close_panel)
    window.tokens_changed.connect(panel.set_tokens)
    if viewer is not None:
        panel.image_wanted.connect(lambda ref: viewer.show_image(ref))
        viewer.panes.on_frame.append(presenter.show)
        presenter.show(viewer.active.shown_frame)
    return panel
