"""Windows by name and by digit, for a volume in three dimensions: they are those of its images."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from workstation.display.presets import presets, presets_by_key
from workstation.gui.canvas.changing import Changes
from workstation.model.frame import Window

if TYPE_CHECKING:
    from workstation.display.preset_table import PresetTable
    from workstation.gui.volumes import OpenVolume
    from workstation.model.frame import Voi

Windowed = Callable[[tuple[float, float] | None], None]


class _WindowChanges(Changes):
    """Of all that can be changed in an image a volume knows the window."""

    def __init__(self, use: Windowed) -> None:
        super().__init__(lambda: None, lambda _view, _what: None)
        self._use = use

    def set_window(self, voi: "Voi") -> None:
        """Use a window; tables have none."""
        if isinstance(voi, Window):
            self._use((voi.center, voi.width))


class VolumeWindows:
    """See `workstation.gui.front.LookedAt`.

    Parameters
    ----------
    opened
        Gives the volume.
    table
        Gives the windows that a person has named.
    use
        Uses a centre and width; None takes those of the transfer function.
    """

    def __init__(
        self, opened: "Callable[[], OpenVolume | None]", table: "Callable[[], PresetTable | None]", use: Windowed
    ) -> None:
        self._opened, self._table, self._use = opened, table, use
        self.change: Changes = _WindowChanges(use)

    @property
    def scene(self) -> None:
        """None: it shows no image."""
        return None

    def windows(self) -> "tuple[tuple[str, Voi], ...]":
        """Give the windows on offer, by name."""
        opened = self._opened()
        if opened is None:
            return ()
        first = opened.stack.frames[0].instance
        return presets(opened.source, first.modality, first.body_part_examined, table=self._table())

    def windows_by_key(self) -> "dict[int, tuple[str, Voi]]":
        """Give what the digits mean."""
        opened = self._opened()
        if opened is None:
            return {}
        first = opened.stack.frames[0].instance
        return presets_by_key(opened.source, first.modality, first.body_part_examined, table=self._table())

    def use_preset(self, number: int) -> None:
        """Use a window by its digit; 0 is that of the transfer function."""
        if number == 0:
            self._use(None)
            return
        found = self.windows_by_key().get(number)
        if found is not None:
            self.change.set_window(found[1])
