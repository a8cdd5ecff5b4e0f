"""Graphics of presentation states as live annotations: every kind of ours comes back, and shapes of others are live."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import Dataset, dcmread
from pydicom.uid import UID

from tests.unit.objects import measured as m
from tests.unit.objects import states
from tests.unit.objects.gate import findings
from workstation.display.live_annotations import marks_of, with_annotations
from workstation.display.presentation import present
from workstation.display.taken_annotations import Taken, annotations_of
from workstation.display.view import View
from workstation.measure.regions import region_of
from workstation.model.annotation import Annotation
from workstation.model.annotation_kinds import KINDS, TRAITS
from workstation.model.geometry import Spacing
from workstation.model.image import Image
from workstation.model.index.records import Place
from workstation.model.source import BytesSource
from workstation.objects.presentation.reading import presentation_state
from workstation.objects.presentation.values import ImageReference, PresentationState
from workstation.objects.presentation.writing import presentation_dataset
from workstation.objects.writing import NewSeries, save

Tool = Callable[[str], str]
MEASURED = [kind for kind in KINDS if kind not in ("text", "arrow")]


def opened(ds: Dataset) -> Image:
    file = BytesIO()
    ds.save_as(file, enforce_file_format=True)
    return Image.from_source(BytesSource(file.getvalue()))


def saved(annotations: list[Annotation], image: Dataset, spacing: Spacing, numbers: str = "12.3 mm") -> Dataset:
    """The state as it is saved with numbers below the names."""
    reference = ImageReference(str(image.SOPInstanceUID), str(image.SOPClassUID), str(image.SeriesInstanceUID))
    drawn = []
    for each in annotations:
        words = f"{each.text}\n{numbers}" if TRAITS[each.kind].is_measured else each.text
        written = replace(each, text=words)
        drawn.append((written, marks_of(written, px=0.05, view=View(), spacing=spacing)))
    state = PresentationState("grayscale", (reference,), label="MEASURED", creator="Reader^Ann")
    names = {each.id: each.text for each in annotations}
    made = with_annotations(state, [(reference, drawn)], names=names)
    return presentation_dataset(made, image, NewSeries("PR", 901), now=datetime(2026, 11, 25))


def taken(state: PresentationState, image: Image) -> Taken:
    uid = str(image.dataset.SOPInstanceUID)
    frame = image.frame()
    return annotations_of(present(state, frame, uid).presentation, frame, (uid, 0), map(str, range(1000)))


@pytest.mark.parametrize("layout", ["axial", "anisotropic"])
def test_that_every_kind_comes_back_with_its_own_name(layout: str, tmp_path: Path, tool: Tool) -> None:
    source = m.images(layout)[2]
    image = opened(source)
    # In a state an ellipse has its longer axis first, and any point of the rim says how large a circle is.
    drawn = [m.annotation(kind, source, colour=(255, 214, 64)) for kind in MEASURED if kind != "ellipse"]
    at = MEASURED.index("ellipse")
    drawn.insert(at, m.annotation("ellipse", source, colour=(255, 214, 64), points_px=LONG_FIRST[layout]))
    ds = saved(drawn, source, image.spacing())
    save(ds, tmp_path / "state.dcm")
    assert findings(tool, tmp_path / "state.dcm", is_presentation_state=True) == []
    found = taken(presentation_state(dcmread(tmp_path / "state.dcm")), image)
    assert (found.left, found.layers) == (0, frozenset({"ANNOTATIONS"}))
    assert [each.kind for each in found.annotations] == MEASURED
    for made, annotation in zip(found.annotations, drawn, strict=True):
        assert made.text == annotation.text
        assert (made.mask, made.threshold, made.known_mm) == (
            annotation.mask,
            annotation.threshold,
            annotation.known_mm,
        )
        assert made.about is not None
        assert annotation.about is not None
        assert made.about.tracking_uid == annotation.about.tracking_uid
        assert made.about.tracking_id == annotation.about.tracking_id
        if made.kind in ("circle", "sphere"):
            _same_circle(made, annotation, image.spacing())
        else:
            assert np.array(made.points_px) == pytest.approx(np.array(annotation.points_px), abs=1e-4), made.kind
            assert np.array(made.points_lps) == pytest.approx(np.array(annotation.points_lps), abs=1e-4)


LONG_FIRST = {
    "axial": ((4.0, 8.0), (20.0, 8.0), (12.0, 4.0), (12.0, 12.0)),
    "anisotropic": ((4.0, 8.0), (20.0, 8.0), (12.0, 7.0), (12.0, 9.0)),
}


def _same_circle(one: Annotation, other: Annotation, spacing: Spacing) -> None:
    scale = (spacing.between_columns, spacing.between_rows)
    radii = []
    for each in (one, other):
        centre, rim = np.array(each.points_px)
        radii.append(np.hypot(*((rim - centre) * scale)))
    assert np.array(one.points_px[0]) == pytest.approx(np.array(other.points_px[0]), abs=1e-4)
    assert radii[0] == pytest.approx(radii[1], abs=1e-4)


def test_that_a_group_is_named_for_people_and_its_text_has_the_numbers() -> None:
    source = m.images()[0]
    ds = saved([m.annotation("cobb", source)], source, Spacing())
    (group,) = ds.GraphicGroupSequence
    assert group.GraphicGroupLabel == "Lesion of cobb"
    assert group.GraphicGroupDescription == "Kind: cobb. Tracking: 1.2.826.0.5.10 Name: my cobb"
    (annotation,) = ds.GraphicAnnotationSequence
    assert {each.GraphicGroupID for each in annotation.GraphicObjectSequence} == {group.GraphicGroupID}
    (words,) = annotation.TextObjectSequence
    assert words.UnformattedTextValue.splitlines() == ["my cobb", "12.3 mm"]
    assert [each.GraphicType for each in annotation.GraphicObjectSequence] == ["POLYLINE", "POLYLINE"]
    assert list(annotation.GraphicObjectSequence[0].GraphicData) == [2.5, 3.5, 12.5, 4.5]


@pytest.mark.parametrize(
    ("graphic", "kind", "points"),
    [
        (states.graphic("POLYLINE", 1, 1, 9, 5), "length", [(0.5, 0.5), (8.5, 4.5)]),
        (states.graphic("POLYLINE", 1, 1, 9, 5, 9, 9), "polyline", [(0.5, 0.5), (8.5, 4.5), (8.5, 8.5)]),
        (states.graphic("POLYLINE", 1, 1, 9, 5, 9, 9, 1, 1), "polygon", [(0.5, 0.5), (8.5, 4.5), (8.5, 8.5)]),
        (states.graphic("POLYLINE", 1, 1, 9, 1, 9, 9, 1, 9, 1, 1), "rectangle", None),
        (states.graphic("INTERPOLATED", 1, 1, 9, 1, 9, 9, 1, 9, 1, 1), "spline", None),
        (states.graphic("INTERPOLATED", 1, 1, 9, 1, 9, 9), "curve", None),
        (states.graphic("CIRCLE", 5, 5, 9, 5), "circle", [(4.5, 4.5), (8.5, 4.5)]),
        (states.graphic("ELLIPSE", 1, 5, 9, 5, 5, 3, 5, 7), "ellipse", None),
        (states.graphic("POINT", 5, 5), "point", [(4.5, 4.5)]),
        (states.graphic("POLYLINE", 0, 0, 1, 1, units="DISPLAY"), "length", [(-0.5, -0.5), (127.5, 95.5)]),
        (states.compound("RULER", 1, 1, 9, 5), "length", None),
        (states.compound("RECTANGLE", 1, 1, 9, 5), "rectangle", None),
    ],
)
def test_that_shapes_of_other_programs_are_live(graphic: Dataset, kind: str, points: list[Any] | None) -> None:
    found = taken(state_with(graphic), plain_image())
    (made,) = found.annotations
    assert (made.kind, found.left) == (kind, 0)
    if points is not None:
        assert np.array(made.points_px) == pytest.approx(np.array(points))


@pytest.mark.parametrize(
    "graphic",
    [
        states.graphic("POLYLINE", 1, 1, 9, 5, 9, 9, 1, 1, filled=True),
        states.compound("CROSSHAIR", 1, 1),
        states.compound("RECTANGLE", 1, 1, 9, 5, RotationAngle=30.0, RotationPoint=[5.0, 5.0]),
    ],
)
def test_that_what_would_lose_something_is_left_to_the_state(graphic: Dataset) -> None:
    found = taken(state_with(graphic), plain_image())
    assert (found.annotations, found.left, found.layers) == ((), 1, frozenset())


def state_with(*objects: Dataset) -> PresentationState:
    layer = states.layer("MARKS", 1)
    drawn = states.annotation("MARKS", *objects)
    made = states.state(GraphicLayerSequence=[layer], GraphicAnnotationSequence=[drawn])
    return presentation_state(made)


def plain_image() -> Image:
    ds = m.images("single_slice")[0]
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = UID(states.IMAGE)
    ds.Rows, ds.Columns = 96, 128
    ds.PixelData = np.zeros((96, 128), np.int16).tobytes()
    return opened(ds)


@pytest.mark.parametrize(("name", "pixels"), [("real01", 196), ("real02", 371), ("real03", 1372)])
def test_that_outlines_of_clearcanvas_hold_the_pixels_that_their_words_say(
    name: str, pixels: int, shared_data: Path
) -> None:
    folder = shared_data / "roi_truth_clearcanvas"
    state = presentation_state(dcmread(folder / f"{name}.pr.dcm"))
    with Image.open(Place(folder / f"{name}.dcm")) as image:
        found = taken(state, image)
        shape = image.frame().pixels.shape[:2]
        spacing = image.spacing()
    polygon, note = found.annotations
    assert (polygon.kind, note.kind) == ("polygon", "text")
    assert f"A={pixels}px" in note.text
    assert int(region_of(polygon, shape, spacing).inside.sum()) == pytest.approx(pixels, rel=0.02)
    assert found.left == 0


def test_that_a_state_without_graphics_gives_none(shared_data: Path) -> None:
    for file in sorted((shared_data / "gsps").glob("pr*.dcm")):
        state = presentation_state(dcmread(file))
        assert all(not each.graphics for each in state.annotations)


def test_that_a_description_of_another_program_is_no_kind() -> None:
    source = m.images()[0]
    ds = saved([m.annotation("length", source)], source, Spacing())
    for words in ("Kind: nonsense. Name: x", "A group of ours", "Kind: cobb.", ""):
        ds.GraphicGroupSequence[0].GraphicGroupDescription = words
        found = taken(presentation_state(ds), opened(source))
        assert [each.kind for each in found.annotations][:1] == ["length"]
