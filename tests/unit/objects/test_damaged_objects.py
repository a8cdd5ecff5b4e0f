"""Bytes changed at random in every kind of object: it is read as far as it can be, or refused with a sentence."""

import random
from collections.abc import Callable
from io import BytesIO

import pytest
from pydicom import Dataset

from tests.pdf_samples import encapsulated, pdf
from tests.report_samples import report
from tests.segmentation_samples import blobs, in_order, segmentation
from tests.unit.objects.test_structure_set import HOLE, SQUARE, contour, place, structures
from tests.waveform_samples import twelve_leads
from workstation.display.pdf_pages import PdfPages
from workstation.display.waveforms import WaveformRenderer, WaveformView
from workstation.errors import UserError
from workstation.model.reading import read_header
from workstation.model.source import BytesSource
from workstation.objects.encapsulated import document_of
from workstation.objects.segment_masks import ImagePlace, SegmentMasks
from workstation.objects.segmentation import SegmentationImage
from workstation.objects.sr.pages import as_html, as_text
from workstation.objects.sr.reading import report_of
from workstation.objects.structure_contours import ContourFinder, contour_mask
from workstation.objects.structure_set import structure_set_of
from workstation.objects.waveform import waveform_of
from workstation.phantoms import small

ROUNDS = 120


def parsed(data: bytes) -> Dataset:
    return read_header(BytesSource(data), whole=True).dataset


def show_report(data: bytes) -> None:
    read = report_of(parsed(data))
    assert as_text(read)
    assert as_html(read)


def show_curves(data: bytes) -> None:
    for group in waveform_of(parsed(data)).groups:
        WaveformRenderer(group).picture(WaveformView(arrangement="twelve"), (160, 90))


def show_document(data: bytes) -> None:
    with PdfPages(document_of(parsed(data)).data) as pages:
        pages.picture(0, 0.2)


def show_structures(data: bytes) -> None:
    for found in ContourFinder(structure_set_of(parsed(data))).contours_for(place()):
        contour_mask(found.closed, (60, 70))


def show_segments(data: bytes) -> None:
    masks = SegmentMasks(SegmentationImage.from_source(BytesSource(data)))
    for frame in masks.source.segmentation.frames[:20]:
        masks.masks_for(ImagePlace("2.25.1", 0, 20, 28, frame.plane))


def a_segmentation() -> Dataset:
    images = in_order(small.volume("oblique"))
    return segmentation(images, blobs((len(images), 20, 28)))


def some_structures() -> Dataset:
    ds = structures(contour(SQUARE), contour(HOLE))
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.481.3"
    ds.file_meta = encapsulated(b"").file_meta
    return ds


@pytest.mark.parametrize(
    ("make", "show"),
    [
        (report, show_report),
        (lambda: twelve_leads(1), show_curves),
        (lambda: encapsulated(pdf(pages=1)), show_document),
        (some_structures, show_structures),
        (a_segmentation, show_segments),
    ],
    ids=["report", "curves", "document", "structures", "segments"],
)
def test_that_nothing_but_a_sentence_comes_of_damage(
    make: Callable[[], Dataset], show: Callable[[bytes], None]
) -> None:
    stream = BytesIO()
    make().save_as(stream, enforce_file_format=True)
    whole = stream.getvalue()
    show(whole)
    for seed in range(ROUNDS):
        data = damaged(whole, random.Random(seed))
        refusal = refused(show, data)
        assert refusal is None or refusal.message.endswith((".", ")"))


def refused(show: Callable[[bytes], None], data: bytes) -> UserError | None:
    try:
        show(data)
    except UserError as error:
        return error
    return None


def damaged(whole: bytes, chance: random.Random) -> bytes:
    data = bytearray(whole)
    for _ in range(chance.choice((1, 3, 15))):
        at = chance.randrange(132, min(len(data), 8000))
        kind = chance.random()
        if kind < 0.6:
            data[at] = chance.randrange(256)
        elif kind < 0.8:
            data[at : at + 4] = bytes(chance.randrange(256) for _ in range(4))
        elif kind < 0.95:
            del data[at : at + chance.choice((1, 2, 30))]
        else:
            data = data[: max(at, 200)]
    return bytes(data)
