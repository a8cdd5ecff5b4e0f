"""What is done to triangles once they are found, as one value: it loads nothing that finds them."""

from workstation.quick_dataclass import dataclass

MOST_SMOOTHING = 200


@dataclass(frozen=True, slots=True)
class Finish:
    """What is done to a surface after it is found.

    Parameters
    ----------
    smoothing
        Rounds of a windowed sinc filter, which hardly shrinks (Taubin et al., 1996); 0 for none.
    keep
        Share of the triangles that is kept, above 0 to 1.
    largest_only
        Leave out all but the largest connected part.
    fill_holes
        Close what is open, such as where a surface was cut.
    """

    smoothing: int = 0
    keep: float = 1.0
    largest_only: bool = False
    fill_holes: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.smoothing <= MOST_SMOOTHING:
            raise ValueError(f"{self.smoothing} rounds of smoothing: 0 to {MOST_SMOOTHING} can be done")
        if not 0 < self.keep <= 1:
            raise ValueError(f"a share of {self.keep} of the triangles: above 0, up to 1, can be kept")
