"""Measurement reports of any program read tolerantly: their groups, numbers, codes and graphics (PS3.16 TID 1500)."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from pydicom import Dataset

from workstation.model.concepts import Code
from workstation.model.index.records import Place
from workstation.objects.measurement_report import codes
from workstation.objects.measurement_report.codes import current, means
from workstation.objects.measurement_report.live import with_annotations
from workstation.objects.measurement_report.loose import CutsThrough
from workstation.objects.measurement_report.values import (
    FoundGroup,
    FoundReport,
    FoundShape,
    FoundValue,
    SegmentReference,
)
from workstation.objects.segment_masks import ImagePlace
from workstation.objects.sr import reading as tree
from workstation.objects.sr.content import (
    Coded,
    CompositeReference,
    Container,
    ContentItem,
    Identifier,
    ImageReference,
    ImageShape,
    Number,
    ObjectReference,
    SpaceShape,
    StructuredReport,
    Text,
)


def read_report(place: Place | Path, images: Sequence[ImagePlace] = (), cuts: CutsThrough | None = None) -> FoundReport:
    """Read a measurement report from a file.

    Parameters
    ----------
    place
        The file.
    images
        Frames of images that are there: graphics in space become annotations of those that they lie on, and all
        annotations get their points in the patient.
    cuts
        Gives planes of the volumes that are there: graphics in space that lie in no image become annotations of those.

    Raises
    ------
    Refused
        OTHER_OBJECT where it is no structured report, and all reasons of `workstation.model.reading.read_dataset`.
    """
    return found_report(tree.read_report(place), images, cuts)


def report_of(dataset: Dataset, images: Sequence[ImagePlace] = (), cuts: CutsThrough | None = None) -> FoundReport:
    """Give what a dataset says as a measurement report; never raises, what is wrong is told in notes."""
    return found_report(tree.report_of(dataset), images, cuts)


def found_report(
    report: StructuredReport, images: Sequence[ImagePlace] = (), cuts: CutsThrough | None = None
) -> FoundReport:
    """Find the measurement groups of a report that was read.

    Returns
    -------
    FoundReport
        Of a report of another template without groups, and with a note: its tree still says all of it.
    """
    groups = tuple(
        with_annotations(_group(item, at), report.sop_instance_uid, images, cuts, report.evidence_series)
        for item in report.root.walk()
        for at in _groups_at(item)
    )
    notes = list(report.notes)
    if not groups:
        notes.append(f"{report.title} has no measurement groups; it is shown as it is.")
    return FoundReport(report, groups, tuple(notes))


def _groups_at(item: ContentItem) -> Iterator[tuple[ContentItem, ...]]:
    """Give the items of each group at an item: those below it; some programs put all below each region instead."""
    if not (isinstance(item.value, Container) and means(item.name, codes.GROUP)):
        return
    regions = [each for each in item.items if isinstance(each.value, ImageShape | SpaceShape)]
    if regions and any(means(below.name, codes.TRACKING_ID) for each in regions for below in each.items):
        for region in regions:
            yield (region, *(below for below in region.items if not isinstance(below.value, ImageReference)))
    else:
        yield item.items


def _group(item: ContentItem, below: tuple[ContentItem, ...]) -> FoundGroup:
    made = _Gathered()
    for each in below:
        made.take(each)
    number = below[0].number if below and item.items != below else item.number
    return made.group(number, _template(item))


def _template(item: ContentItem) -> str:
    named = item.value.template if isinstance(item.value, Container) else ""
    return named.removeprefix("TID ").split(" ")[0]


class _Gathered:
    """What the items of a group say, one after the other."""

    def __init__(self) -> None:
        self._values: list[FoundValue] = []
        self._shapes: list[FoundShape] = []
        self._images: list[ImageReference] = []
        self._segments: list[SegmentReference] = []
        self._objects: list[ObjectReference] = []
        self._texts: list[tuple[Code, str]] = []
        self._codes: list[tuple[Code, Code]] = []
        self._kind_notes: list[tuple[str, ...]] = []
        self._sites: list[Code] = []
        self._laterality: Code | None = None
        self._label_px: tuple[float, float] | None = None
        self._label_lps: tuple[float, float, float] | None = None

    def take(self, item: ContentItem) -> None:
        """Take an item that is directly below the group."""
        value = item.value
        if isinstance(value, Number):
            self._number(item, value)
        elif isinstance(value, ImageShape) and means(item.name, codes.PLACE_OF_WORDS):
            self._label_px = next(iter(value.points_px), None)
        elif isinstance(value, SpaceShape) and means(item.name, codes.PLACE_OF_WORDS):
            self._label_lps = next(iter(value.points_lps), None)
        elif isinstance(value, ImageShape | SpaceShape):
            self._shapes.append(_shape(item, value))
        elif isinstance(value, ImageReference):
            self._image(item, value)
        elif isinstance(value, CompositeReference):
            self._objects.append(value.instance)
        elif isinstance(value, Text):
            self._texts.append((item.name or codes.FREE_TEXT, value.text))
            self._label(item)
        elif isinstance(value, Identifier):
            self._texts.append((item.name or codes.FREE_TEXT, value.uid))
        elif isinstance(value, Coded) and value.code is not None:
            self._code(item, value.code)

    def _number(self, item: ContentItem, value: Number) -> None:
        derivation = method = None
        others: list[tuple[Code, Code]] = []
        for each in item.items:
            if isinstance(each.value, Coded) and each.value.code is not None and each.name is not None:
                if means(each.name, codes.DERIVATION):
                    derivation = each.value.code
                elif means(each.name, codes.METHOD):
                    method = each.value.code
                else:
                    others.append((each.name, each.value.code))
            elif isinstance(each.value, ImageShape | SpaceShape):
                self._shapes.append(_shape(each, each.value, of=item.number))
            elif isinstance(each.value, ImageReference):
                self._image(each, each.value)
        self._values.append(
            FoundValue(
                item.name, value.value, value.unit, value.text, derivation, method, tuple(others), number=item.number
            )
        )

    def _image(self, item: ContentItem, value: ImageReference) -> None:
        if value.segments or means(item.name, codes.SEGMENT) or means(item.name, codes.SEGMENT_FRAME):
            self._segments.append(
                SegmentReference(value.image.sop_class_uid, value.image.sop_instance_uid, value.segments, value.frames)
            )
        else:
            self._images.append(value)

    def _label(self, item: ContentItem) -> None:
        if not means(item.name, codes.SHORT_LABEL):
            return
        for each in item.items:
            if isinstance(each.value, ImageShape) and len(each.value.points_px) == 1:
                self._label_px = each.value.points_px[0]
            elif isinstance(each.value, SpaceShape) and len(each.value.points_lps) == 1:
                self._label_lps = each.value.points_lps[0]

    def _code(self, item: ContentItem, code: Code) -> None:
        if means(item.name, codes.FINDING_SITE):
            self._sites.append(code)
            for each in item.items:
                if means(each.name, codes.LATERALITY) and isinstance(each.value, Coded):
                    self._laterality = each.value.code
            return
        self._codes.append((item.name or codes.FREE_TEXT, code))
        if means(item.name, codes.KIND):
            remarks = (each.value for each in item.items if means(each.name, codes.REMARK))
            self._kind_notes.append(tuple(each.text for each in remarks if isinstance(each, Text)))

    def group(self, number: str, template: str) -> FoundGroup:
        """Give all of it."""
        return FoundGroup(
            number,
            template,
            values=tuple(self._values),
            tracking_uid=self._text(codes.TRACKING_UID),
            tracking_id=self._text(codes.TRACKING_ID),
            finding=self._coded(codes.FINDING),
            category=self._coded(codes.FINDING_CATEGORY),
            sites=tuple(self._sites),
            laterality=self._laterality,
            method=self._coded(codes.METHOD),
            shapes=tuple(self._shapes),
            references=tuple(self._images),
            segments=tuple(self._segments),
            objects=tuple(self._objects),
            texts=tuple(self._texts),
            codes=tuple(self._codes),
            kind_notes=tuple(self._kind_notes),
            name=self._text(codes.SHORT_LABEL),
            label_px=self._label_px,
            label_lps=self._label_lps,
        )

    def _text(self, name: Code) -> str:
        return next((words for each, words in self._texts if means(each, name)), "")

    def _coded(self, name: Code) -> Code | None:
        return next((code for each, code in self._codes if means(each, name)), None)


def _shape(item: ContentItem, shape: ImageShape | SpaceShape, *, of: str = "") -> FoundShape:
    images = (each.value for each in item.items if isinstance(each.value, ImageReference))
    return FoundShape(shape, current(item.name), next(images, None), of)
