"""The tag browser put together: the panel, what decides, and the clipboard between them."""

from PySide6.QtWidgets import QApplication

from workstation.gui.panels.tags.presenter import TagsPresenter
from workstation.gui.panels.tags.view import TagsPanel
from workstation.gui.work import Work
from workstation.workspace import Workspace


def connect(panel: TagsPanel, work: Work, workspace: Workspace) -> TagsPresenter:
    """Give a panel its presenter; who hosts it calls ``show`` of it and listens to ``image_wanted`` and ``closed``."""
    presenter = TagsPresenter(panel, work, workspace)

    def copy(what: str) -> None:
        numbers = panel.chosen_numbers()
        if numbers and what in ("value", "row", "path"):
            QApplication.clipboard().setText(presenter.copied(numbers, what))  # type: ignore[arg-type]  # one of three

    def activated(number: int) -> None:
        target = presenter.target(number)
        if target is not None:
            panel.image_wanted.emit(target)

    panel.filtered.connect(presenter.filter)
    panel.search_wanted.connect(presenter.search)
    panel.stop_wanted.connect(presenter.stop)
    panel.private_toggled.connect(lambda shown: presenter.show_private(shown=shown))
    panel.compare_toggled.connect(lambda on: presenter.compare(on=on))
    panel.differences_toggled.connect(lambda only: presenter.only_differences(only=only))
    panel.everywhere_toggled.connect(lambda on: presenter.search_everywhere(on=on))
    panel.seen_changed.connect(lambda is_seen: presenter.seen(is_seen=is_seen))
    panel.export_wanted.connect(presenter.export)
    panel.row_activated.connect(activated)
    panel.copy_wanted.connect(copy)
    return presenter
