"""One of the planes as commands and hands see it: what it shows, and what they want of it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

from workstation.display.presets import presets, presets_by_key
from workstation.gui.canvas.changing import Changes
from workstation.volume.cutting.standard_planes import PlaneName

if TYPE_CHECKING:
    from workstation.display.preset_table import PresetTable
    from workstation.display.view import View
    from workstation.gui.canvas.scene import Scene, What
    from workstation.model.frame import Voi

T = TypeVar("T")


class PlaneKeeper(Protocol):
    """What a plane asks of who keeps all of them."""

    preset_table: "PresetTable | None"

    def scene_of(self, name: PlaneName) -> "Scene | None":
        """Give what a plane shows."""

    def look(self, name: PlaneName, view: "View", what: "What") -> None:
        """Look at a plane in another way."""


class PlanePane:
    """A plane."""

    def __init__(self, keeper: PlaneKeeper, name: PlaneName) -> None:
        self._keeper, self.name = keeper, name
        self.change = Changes(lambda: self.scene, self._want)

    @property
    def scene(self) -> "Scene | None":
        """What it shows."""
        return self._keeper.scene_of(self.name)

    def windows(self) -> "tuple[tuple[str, Voi], ...]":
        """Give the windows on offer, by name."""
        return self._offered(presets) or ()

    def windows_by_key(self) -> "dict[int, tuple[str, Voi]]":
        """Give what the digits mean; 0 is the automatic window."""
        return self._offered(presets_by_key) or {}

    def use_preset(self, number: int) -> None:
        """Use a window by its digit."""
        found = self.windows_by_key().get(number)
        if found is not None:
            self.change.set_window(found[1])

    def _offered(self, give: Callable[..., T]) -> T | None:
        scene = self.scene
        if scene is None:
            return None
        instance = scene.instance
        return give(
            scene.renderer.frame, instance.modality, instance.body_part_examined, table=self._keeper.preset_table
        )

    def _want(self, view: "View", what: "What") -> None:
        self._keeper.look(self.name, view, what)
