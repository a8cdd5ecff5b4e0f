"""What is taken back or done again is seen: its image or its plane comes to the front where nobody looks at it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from workstation.gui.features.planes import Planes
from workstation.gui.panels.annotations.presenter import image_of
from workstation.gui.viewer.places import image_place

if TYPE_CHECKING:
    from workstation.gui.session import Session
    from workstation.gui.viewer.presenter import Viewer
    from workstation.model.annotation import Annotation
    from workstation.model.marking import Marking

MOST_FRONTS = 2
"""What stands in front of the images may have been opened from what stood there before."""


def install(session: "Session") -> None:
    """Join the commands."""
    if session.viewer is not None:
        Undone(session, session.viewer)


class Undone(QObject):
    """Leads to the annotations that a step back, or on again, has changed."""

    def __init__(self, session: "Session", viewer: "Viewer") -> None:
        super().__init__(session)
        self._session, self._viewer = session, viewer
        for name, step in (("undo", viewer.undo), ("redo", viewer.redo)):
            session.handle(name, lambda _on, step=step: self._do(step))  # type: ignore[misc]  # binds the step

    def _do(self, step: Callable[[], str]) -> None:
        before = self._viewer.now.marking
        step()
        changed = changed_annotations(before, self._viewer.now.marking)
        if changed:
            self._show(changed)

    def _show(self, changed: "list[Annotation]") -> None:
        planes = self._session.findChild(Planes)
        if not isinstance(planes, Planes) or any(planes.is_seen(each) for each in changed):
            return
        on_planes = next((each for each in changed if each.cut is not None), None)
        if on_planes is not None:
            planes.lead_back_to(on_planes)
        elif planes.is_shown and changed[0].kind == "sphere":
            planes.go_to(changed[0])
        else:
            self._show_image(changed)

    def _show_image(self, changed: "list[Annotation]") -> None:
        """Scroll to the first image, in a pane that shows its stack; to none where one of them is seen."""
        refs = [ref for each in changed if (ref := image_of(each, self._session.workspace)) is not None]
        place = image_place(self._session.workspace, refs[0]) if refs else None
        if place is None:
            return
        for _each in range(MOST_FRONTS):
            if self._session.front is not None:
                self._session.front.hide()
        viewer = self._viewer
        places = {image_place(self._session.workspace, ref) for ref in refs}
        shown = {number: viewer.now.panes[number] for number in viewer.now.shown}
        if any((state.selection, state.look.index) in places for state in shown.values()):
            return
        selection, index = place
        order = (viewer.now.active, *shown)
        number = next((each for each in order if viewer.now.panes[each].selection == selection), None)
        if number is None:  # no step of its own, which would end the way on
            viewer.restore(viewer.now.with_shown(viewer.now.active, selection))
            number = viewer.now.active
        viewer.pane(number).go_to(index)


def changed_annotations(before: "Marking", after: "Marking") -> "list[Annotation]":
    """Give those that are others, or no more; these as they were."""
    old, new = ({each.id: each for each in marking.annotations} for marking in (before, after))
    return [
        *(each for number, each in new.items() if old.get(number) != each),
        *(each for number, each in old.items() if number not in new),
    ]
