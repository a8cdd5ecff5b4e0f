"""Where text is burned into a picture: by rules for devices, by the regions of ultrasound, and by hand."""

from functools import cache

from pydicom import Dataset

from workstation.model.attributes import integer, items, text
from workstation.objects.deidentification.policy import Policy
from workstation.objects.deidentification.table import Option, read_table
from workstation.operations.operation import counted
from workstation.quick_dataclass import dataclass

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels from 0; the last two are just outside."""
_ULTRASOUND = frozenset(("US", "IVUS", "ECHO"))
_SUSPECT = frozenset(("US", "OT", "SC", "ES", "XC", "GM", "DOC", "SM", "IVUS"))


@dataclass(frozen=True, slots=True)
class Rule:
    """A device, and where it writes; each condition is one of several texts that the header has to contain."""

    modality: str
    manufacturer: str
    model: str
    image_type: str
    rows: str
    columns: str
    boxes: tuple[Box, ...]

    def fits(self, dataset: Dataset) -> bool:
        """Whether an image comes from such a device."""
        return (
            (not self.modality or self.modality == text(dataset, "Modality"))
            and _contains(dataset, "Manufacturer", self.manufacturer)
            and _contains(dataset, "ManufacturerModelName", self.model)
            and _contains(dataset, "ImageType", self.image_type)
            and (not self.rows or str(integer(dataset, "Rows")) in self.rows.split("|"))
            and (not self.columns or str(integer(dataset, "Columns")) in self.columns.split("|"))
        )


def _contains(dataset: Dataset, keyword: str, wanted: str) -> bool:
    if not wanted:
        return True
    found = text(dataset, keyword).upper()
    return any(each.upper() in found for each in wanted.split("|"))


@cache
def rules() -> tuple[Rule, ...]:
    """Give all rules for devices."""
    return tuple(
        Rule(
            line["modality"],
            line["manufacturer"],
            line["model"],
            line["image type"],
            line["rows"],
            line["columns"],
            _boxes(line),
        )
        for line in read_table("burned_in.csv")
    )


def _boxes(line: dict[str, str]) -> tuple[Box, ...]:
    numbers = [[int(part) for part in each.split(",")] for each in line["rectangles"].split(";")]
    return tuple((x, y, x + width, y + height) for x, y, width, height in numbers)


@dataclass(frozen=True, slots=True)
class Blanking:
    """What is blacked: ``boxes`` in every frame, ``by_frame`` with the frame counted from 1; ``keep`` is what stays.

    Where ``keep`` is given, all that lies in none of its boxes is blacked. ``told`` says in words why.
    """

    boxes: tuple[Box, ...] = ()
    by_frame: tuple[tuple[int, Box], ...] = ()
    keep: tuple[Box, ...] = ()
    told: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.boxes or self.by_frame or self.keep)


def blanking(dataset: Dataset, policy: Policy) -> Blanking:
    """Give what is to be blacked in an image."""
    frames = max(1, integer(dataset, "NumberOfFrames") or 1)
    boxes: list[Box] = []
    by_frame: list[tuple[int, Box]] = []
    told: list[str] = []
    for blank in policy.blanks:
        r = blank.rectangle
        box = (r.x, r.y, r.x + r.width, r.y + r.height)
        if blank.frames:
            by_frame += [(frame, box) for frame in range(1, frames + 1) if blank.covers(frame)]
        else:
            boxes.append(box)
    if boxes or by_frame:
        told.append(f"Blacked by hand: {counted(len(policy.blanks), 'rectangle')}.")
    keep: tuple[Box, ...] = ()
    if policy.has(Option.CLEAN_PIXELS):
        by_rule = [box for rule in rules() if rule.fits(dataset) for box in rule.boxes]
        if by_rule:
            boxes += by_rule
            told.append(f"Blacked by the rules for its device: {counted(len(by_rule), 'rectangle')}.")
        keep = _regions(dataset)
        if keep:
            told.append(f"Blacked outside its {len(keep)} ultrasound regions.")
    return Blanking(tuple(boxes), tuple(by_frame), keep, tuple(told))


def _regions(dataset: Dataset) -> tuple[Box, ...]:
    """Give the regions of an ultrasound image (PS3.3 C.8.5.5), whose locations include their last pixels."""
    if text(dataset, "Modality") not in _ULTRASOUND:
        return ()
    found = []
    for item in items(dataset, "SequenceOfUltrasoundRegions"):
        edges = [integer(item, f"RegionLocation{edge}") for edge in ("MinX0", "MinY0", "MaxX1", "MaxY1")]
        if None not in edges:
            left, top, right, bottom = (edge or 0 for edge in edges)
            found.append((left, top, right + 1, bottom + 1))
    return tuple(box for box in found if box[2] > box[0] and box[3] > box[1])


def is_suspect(dataset: Dataset) -> bool:
    """Whether images of this kind often have text burned in and this one does not say."""
    says = text(dataset, "BurnedInAnnotation").strip().upper()
    is_capture = text(dataset, "ConversionType") != "" or "SCREEN" in text(dataset, "ImageType").upper()
    return says not in ("NO", "YES") and (text(dataset, "Modality") in _SUSPECT or is_capture)
