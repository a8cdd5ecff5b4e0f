"""What can be done with the annotation that was clicked, at the beginning of the menu of a pane."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from workstation.gui.panels.annotations.colours import add_colours
from workstation.gui.viewer.annotating_tools import THRESHOLDS
from workstation.model.annotation_kinds import TRAITS

if TYPE_CHECKING:
    from workstation.gui.viewer.annotator import Annotator
    from workstation.model.annotation import Annotation

Settled = Callable[[Callable[[], object]], None]
"""Does something as a step of its own."""


def put_first(
    menu: QMenu,
    chosen: "Annotation",
    annotator: "Annotator",
    actions: Mapping[str, QAction],
    settled: Settled,
    *,
    of_measurement: Sequence[str],
    of_chosen: Sequence[str],
) -> None:
    """Put the name of the chosen annotation, and what can be done with it, before all else.

    Parameters
    ----------
    menu
        With something in it.
    chosen
        The annotation that commands act on.
    annotator
        Changes it.
    actions
        Of the window, by the name of the command.
    settled
        Does something as a step of its own.
    of_measurement, of_chosen
        Commands for what has numbers, and for all.
    """
    first = menu.actions()[0]
    title = QAction((chosen.text or TRAITS[chosen.kind].name.capitalize()).replace("&", "&&"), menu)
    title.setEnabled(False)
    menu.insertAction(first, title)
    if TRAITS[chosen.kind].is_measured:
        menu.insertActions(first, [actions[name] for name in of_measurement])
    for words, act in annotator.corner_acts():
        action = QAction(words, menu)
        action.triggered.connect(lambda _on=False, act=act: settled(act))
        menu.insertAction(first, action)
    menu.insertActions(first, [actions[name] for name in of_chosen])
    if chosen.kind == "sphere":
        menu.insertMenu(first, _threshold_menu(menu, chosen, annotator, settled))
    colours = QMenu("Colour", menu)
    add_colours(colours, chosen.colour, lambda colour: settled(partial(annotator.chosen.recolour, colour)))
    menu.insertMenu(first, colours)
    menu.insertSeparator(first)


def _threshold_menu(menu: QMenu, chosen: "Annotation", annotator: "Annotator", settled: Settled) -> QMenu:
    """Give the choice of which voxels of a sphere count."""
    made = QMenu("Which voxels count", menu)
    for words, threshold in THRESHOLDS:
        action = made.addAction(words)
        action.setCheckable(True)
        action.setChecked(chosen.threshold == threshold)
        act = partial(annotator.chosen.put, replace(chosen, threshold=threshold), "threshold of the")
        action.triggered.connect(lambda _on=False, act=act: settled(act))
    return made
