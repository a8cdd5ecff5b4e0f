"""What the commands of ``measure`` take that are about regions, volumes and what was saved."""

from pathlib import Path
from typing import Literal

from workstation.measure.region_parameters import Plotted, Regions, Statistical
from workstation.measure.shared_parameters import OBJECTS, OnImages, Scaled, Written
from workstation.operations.parameters import option
from workstation.operations.values import Length, Pair
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, kw_only=True)
class RegionParameters(Plotted, Statistical, Regions, OnImages):
    """What ``measure roi`` and ``measure hu`` take."""

    also: tuple[Path, ...] = option(
        "Images of other series in the same frame of reference, such as the PET of a CT: the region is measured on "
        "the slice that lies there too.",
        default=(),
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check_plot()
        self._check_region()
        self._check_statistics()


@dataclass(frozen=True, kw_only=True)
class AreaParameters(Regions, OnImages):
    """What ``measure area`` takes."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check_region()


@dataclass(frozen=True, kw_only=True)
class SuvParameters(RegionParameters):
    """What ``measure suv`` takes."""

    kind: Literal["bw", "lbm", "lbm-james128", "lbm-janma", "bsa", "ibw"] = option(
        "Normalized by body weight, lean body mass (James, James with 128, Janmahasatian), body surface area, ideal "
        "body weight.",
        default="bw",
    )
    correct: tuple[Pair, ...] = option(
        "What holds in place of the header: weight=70kg, height=175cm, sex=F, dose=370MBq, half-life=109.8min, "
        "injected=10:15, values=2024-01-31T11:20 (the time that values are decayed to), decay=ADMIN, item=2 (which "
        "radiopharmaceutical); and note=WHY, which is kept with the result. Repeated for each.",
        default=(),
        metavar="NAME=VALUE",
    )


@dataclass(frozen=True, kw_only=True)
class VolumeParameters(Statistical, Scaled, Written):
    """What ``measure volume`` takes."""

    inputs: tuple[Path, ...] = option(
        "The images of one series: files, folders, ZIP archives. Or segmentations (SEG) alone, which have volumes of "
        "their own, but no values.",
        positional=True,
    )
    roi: tuple[Path, ...] = option("Masks on the images: SEG or RTSTRUCT files.", default=(), metavar="FILE")
    segment: tuple[str, ...] = option(
        "Only segments of this number or label; all where not given.", default=(), metavar="NAME"
    )
    stack: str = option(
        "Which images, where they make several stacks (times, echoes, b-values): number from 1, or name.", default=""
    )
    centre: tuple[float, float, float] | None = option(
        "Middle of a sphere, in mm of the patient (LPS), in which --threshold chooses.", default=None, metavar="X,Y,Z"
    )
    radius: Length | None = option("Of the sphere, such as 20mm.", default=None)
    threshold: str = option(
        "Of the sphere: 41% of its maximum, a value such as 300 or 300..2000, suv4 or suv2.5..9; or percist, the limit "
        "of PERCIST 1.0 by --liver or --blood, in SUV by lean body mass.",
        default="41%",
    )
    liver: tuple[float, float, float] | None = option(
        "For percist: middle of a sphere of 3 cm in the right lobe of the liver, in mm of the patient (LPS).",
        default=None,
        metavar="X,Y,Z",
    )
    blood: tuple[float, float, float] | None = option(
        "For percist where the liver is diseased: middle of a sphere of 1.6 ml in the descending aorta.",
        default=None,
        metavar="X,Y,Z",
    )
    suv: bool = option("Of the sphere: values as SUV by body weight, whatever the threshold.", default=False)

    def __post_init__(self) -> None:
        self._check_statistics()
        if self.roi and self.centre is not None:
            raise ValueError("say which volume: --roi with a mask, or --centre and --radius of a sphere")
        if (self.centre is None) != (self.radius is None):
            raise ValueError("--centre and --radius belong together: give both")
        if self.suv and self.centre is None:
            raise ValueError("--suv is for spheres: give --centre and --radius; measure suv takes masks")
        self._check_percist()
        if self.radius is not None and (self.radius.unit != "mm" or self.radius.value <= 0):
            raise ValueError("--radius is a length in mm or cm, above 0")
        if self.format in OBJECTS and self.format != "sr":
            raise ValueError(f"--format {self.format} is for measurements on single images")
        self._check_written()

    def _check_percist(self) -> None:
        normal = (self.liver is not None) + (self.blood is not None)
        if normal != (self.threshold.strip() == "percist"):
            raise ValueError(
                "--threshold percist takes the place of normal tissue, by --liver or --blood, and only it does"
            )
        if normal and (self.suv or self.centre is None):
            raise ValueError(
                "--threshold percist is of a sphere, --centre and --radius, in SUV by lean body mass, not --suv"
            )


@dataclass(frozen=True, kw_only=True)
class BatchParameters(Plotted, Written):
    """What ``measure batch`` takes."""

    inputs: tuple[Path, ...] = option(
        "Tables (.csv) with columns command, file and those of the options in use; or lists (.json) of objects.",
        positional=True,
    )

    def __post_init__(self) -> None:
        self._check_written()
        self._check_plot()


@dataclass(frozen=True, kw_only=True)
class CompareParameters(Plotted):
    """What ``measure compare`` takes."""

    inputs: tuple[Path, ...] = option(
        "Saved measurements of several studies: .json or .csv that measure wrote, structured reports.", positional=True
    )
    quantity: tuple[str, ...] = option(
        "Only these, such as length, volume or mean; all where not given.", default=(), metavar="NAME"
    )
    recist: bool = option("Response by RECIST 1.1, of lesions that were measured with --role.", default=False)
    node: tuple[str, ...] = option(
        "Names of lesions that are lymph nodes though nothing saved says so.", default=(), metavar="NAME"
    )
    not_node: tuple[str, ...] = option(
        "Names of lesions that are no lymph nodes whatever was saved.", default=(), metavar="NAME"
    )

    def __post_init__(self) -> None:
        self._check_plot()
        if (self.node or self.not_node) and not self.recist:
            raise ValueError("--node and --not-node are about --recist")
        if both := set(self.node) & set(self.not_node):
            raise ValueError(f"--node and --not-node both name {', '.join(sorted(both))}")


@dataclass(frozen=True, kw_only=True)
class ReadParameters(Scaled, Written):
    """What ``measure read`` takes."""

    inputs: tuple[Path, ...] = option(
        "Structured reports (TID 1500) and presentation states, of any program: files, folders, ZIP archives.",
        positional=True,
    )
    images: tuple[Path, ...] = option(
        "The images that they are about: what is drawn is measured anew on them. Without them the numbers of reports "
        "are given as they stand there.",
        default=(),
    )

    def __post_init__(self) -> None:
        if self.format in OBJECTS and not (self.output and self.images):
            raise ValueError(f"--format {self.format} needs --output and --images")
