"""The plot of what was measured on a plane, in the one window for plots: it follows what a hand changes."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from workstation.gui.canvas.scene import Scene
    from workstation.gui.features.measuring import Measuring
    from workstation.model.annotation import Annotation
    from workstation.model.measurement import Measurement


class Measures(Protocol):
    """Measures what lies on a plane that is seen."""

    def __call__(self, annotation: "Annotation", scene: "Scene", *, with_curves: bool = False) -> "Measurement | None":
        """Give the numbers; None while there are none."""


class PlanePlot:
    """Fills the window with plots from planes.

    Parameters
    ----------
    measuring
        Gives what has that window.
    measured
        Measures.
    """

    def __init__(self, measuring: "Callable[[], Measuring | None]", measured: Measures) -> None:
        self._measuring, self._measured = measuring, measured
        self._last: Measurement | None = None
        self._is_wanted = False

    def show(self, annotation: "Annotation", scene: "Scene") -> None:
        """Open the window with the plot of a measurement, as soon as there are numbers."""
        self._is_wanted, self._last = True, None
        self.follow(annotation, scene)

    def follow(self, annotation: "Annotation", scene: "Scene") -> None:
        """Plot a measurement anew where the window is open and its numbers have changed."""
        measuring = self._measuring()
        if measuring is None or not (self._is_wanted or measuring.follows_plot):
            return
        plain = self._measured(annotation, scene)
        if plain is None or (plain == self._last and not self._is_wanted):
            return
        found = self._measured(annotation, scene, with_curves=True)
        if found is not None:
            self._is_wanted, self._last = False, plain
            measuring.show_plot(found)
