"""A volume that commands take planes of, flat and curved, and what lies over it."""

from workstation.objects.derived_sources import SecondSources
from workstation.quick_dataclass import dataclass
from workstation.volume.cutting.reslice import Reslicer
from workstation.volume.cutting.sheets import Taking
from workstation.volume.planes.pictures import Above, WrittenOver, few
from workstation.volume.registration.laying_over import LaidVolume
from workstation.volume.segments.laid import LaidSegments

MOST_NAMES = 24
"""Of segments in a description; references to structures tell none of them apart."""


@dataclass(frozen=True, eq=False)
class Opened:
    """A volume that planes are taken of, what its reader has to know about it, and what is laid over it."""

    reslicer: Reslicer
    notes: tuple[str, ...]
    over: LaidVolume | None = None
    segments: LaidSegments | None = None

    @property
    def is_laid_over(self) -> bool:
        """Whether anything is."""
        return self.over is not None or self.segments is not None

    def above(self, taking: Taking) -> tuple[Above, ...]:
        """Give what lies over a plane, lowest first."""
        fused = () if self.over is None else (self.over.over(taking),)
        return fused if self.segments is None else (*fused, *self.segments.over(taking))

    def lines(self) -> tuple[str, ...]:
        """Give what is written into a picture of what lies over it."""
        segments = () if self.segments is None else (f"+ {few(self.segments.names)}",)
        return (*(() if self.over is None else self.over.lines()), *segments)

    def told(self) -> tuple[str, ...]:
        """Say in words what lies over planes, for those who read a series."""
        segments = () if self.segments is None else (f"{few(self.segments.names, most=MOST_NAMES)} over it",)
        return (*(() if self.over is None else (self.over.told(),)), *segments)

    def second_sources(self) -> SecondSources | None:
        """Give what lies over it as series refer to it: images of the second volume, its registration, segments."""
        if not self.is_laid_over:
            return None
        objects = () if self.segments is None else self.segments.made_of()
        if self.over is None:
            return SecondSources(objects=objects)
        brought = self.over.brought
        registration = () if brought.made_of is None else (brought.made_of,)
        return SecondSources(brought.volume.frames, brought.to_moving, (*registration, *objects))

    def written_over(self) -> WrittenOver | None:
        """Describe the second volume for those who run a command."""
        over = self.over
        if over is None:
            return None
        matrix = over.brought.to_moving
        numbers = None if matrix is None else tuple(float(each) for each in matrix.reshape(-1))
        colours = over.look.colours if isinstance(over.look.colours, str) else ""
        return WrittenOver(over.name, over.how, over.values_text(), colours, over.look.opacity, numbers)

    def segment_names(self) -> tuple[str, ...]:
        """Name the segments."""
        return () if self.segments is None else self.segments.names
