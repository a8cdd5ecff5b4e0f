"""The copied command, its output for programs and the hover text: the same numbers of every kind of measurement."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.measured_files import ramp, write_ct
from tests.unit.objects.measured import POINTS, RING, packed
from workstation.__main__ import main
from workstation.gui.measure_words import measure_words
from workstation.gui.viewer.all_numbers import measured_there
from workstation.measure.setting import Setting
from workstation.measure.sphere_measurement import sphere_measurement
from workstation.measure.words import basis_text
from workstation.model.annotation import Annotation, Threshold
from workstation.model.annotation_kinds import KINDS, TRAITS, Kind
from workstation.model.image import Image
from workstation.model.index.records import FrameRef, Instance
from workstation.model.index.scan import scan
from workstation.model.measurement import Measurement
from workstation.model.stacks import stacks_of
from workstation.model.volume import build_volume

SLICES = 9
NO_COMMAND = ("text", "arrow", "vertebra")


@pytest.fixture(scope="module")
def instances(tmp_path_factory: pytest.TempPathFactory) -> list[Instance]:
    """Slices of pixels that are not square, whose values are those of no formula."""
    folder = tmp_path_factory.mktemp("series") / "a b"
    noise = np.random.default_rng(3).integers(0, 300, (96, 96)).astype(np.int16)
    for number in range(SLICES):
        write_ct(folder / f"{number}.dcm", number, ramp(96) + noise, RescaleIntercept=0)
    found = [each for scanned in scan([folder]) for each in scanned.instances]
    return sorted(found, key=lambda each: each.instance_number or 0)


def drawn(kind: Kind, instance: Instance, **others: Any) -> Annotation:
    points = tuple((x * 2.3 + 7.1, y * 1.9 + 11.3) for x, y in POINTS[kind])
    if kind == "mask":
        points, others["mask"] = POINTS[kind], packed(RING, 5, 6)
    if kind == "calibration":
        others["known_mm"] = 20.0
    made = Annotation("1", kind, instance.sop_instance_uid, 0, points, points[0], 'left  "one"', **others)
    with Image.open(instance.place) as image:
        return made.on_plane(image.plane(0))


def in_window(annotation: Annotation, instances: list[Instance]) -> Measurement | None:
    """Measure as the window does."""
    instance = next(each for each in instances if each.sop_instance_uid == annotation.sop_instance_uid)
    if annotation.kind != "sphere":
        return measured_there(annotation, instance, None, Setting())
    (stack,) = stacks_of(instances)
    return sphere_measurement(annotation, build_volume(stack), place=str(instance.place))[0]


def held_against_the_window(
    annotation: Annotation, instances: list[Instance], capsys: pytest.CaptureFixture[str]
) -> dict[str, Any]:
    instance = next(each for each in instances if each.sop_instance_uid == annotation.sop_instance_uid)
    shown = in_window(annotation, instances)
    assert shown is not None
    with Image.open(instance.place) as image:
        words = measure_words(annotation, FrameRef(instance), image.frame(0).spacing)
    capsys.readouterr()
    assert main(["--batch", *words, "--json"]) == 0
    (found,) = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    # A command says more of a region (all statistics) than stands beside it; nothing differs.
    said = [(each["quantity"], each["unit"], each["value"]) for each in found["values"]]
    for value in shown.values:
        near = [number for key, unit, number in said if (key, unit) == (value.quantity.key, value.unit.words)]
        assert any(number == pytest.approx(value.value, rel=1e-9, abs=1e-9) for number in near), value.quantity.key
    hover = basis_text(shown).split("\n\n")[0].splitlines()
    assert hover == [f"{value.quantity.words}: {value.text()}" for value in shown.values]
    told_once = {f"Pixels: {shown.basis.pixels}", f"Count: {shown.basis.pixels}"}
    assert {each for each in hover if each not in told_once} <= {*found["words"], *told_once} | _counts(hover)
    return dict(found)


def _counts(hover: list[str]) -> set[str]:
    """Lines with how many pixels are inside, which a command tells where the numbers come from."""
    return {each for each in hover if each.startswith(("Number of", "Count", "Pixels"))}


@pytest.mark.parametrize("kind", KINDS)
def test_that_the_copied_command_makes_the_number_of_the_window_and_of_its_hover_text(
    kind: Kind, instances: list[Instance], capsys: pytest.CaptureFixture[str]
) -> None:
    threshold = Threshold("percent", 41.0) if kind == "sphere" else None
    annotation = drawn(kind, instances[4], threshold=threshold)
    if kind in NO_COMMAND:
        with Image.open(instances[4].place) as image:
            assert measure_words(annotation, FrameRef(instances[4]), image.frame(0).spacing) == ()
        return
    assert TRAITS[kind].is_measured
    held_against_the_window(annotation, instances, capsys)


def test_that_a_rectangle_along_the_pixels_is_the_same_too(
    instances: list[Instance], capsys: pytest.CaptureFixture[str]
) -> None:
    corners = ((9.5, 9.5), (29.5, 9.5), (29.5, 24.5), (9.5, 24.5))
    annotation = replace(drawn("rectangle", instances[4]), points_px=corners)
    found = held_against_the_window(annotation, instances, capsys)
    assert found["basis"]["pixels"] == 20 * 15


@pytest.mark.parametrize(
    "threshold",
    [Threshold("percent", 33.333333333), Threshold("value", 301.0078125), Threshold("value", 200.5, 400.25)],
)
def test_that_a_threshold_keeps_all_its_digits(
    threshold: Threshold, instances: list[Instance], capsys: pytest.CaptureFixture[str]
) -> None:
    held_against_the_window(drawn("sphere", instances[4], threshold=threshold), instances, capsys)


def test_that_what_no_option_says_has_no_command(instances: list[Instance]) -> None:
    with Image.open(instances[4].place) as image:
        spacing = image.frame(0).spacing
    for kind, threshold in (("sphere", Threshold("percist", 2.5)), ("polygon", Threshold("value", 100.0))):
        annotation = drawn(kind, instances[4], threshold=threshold)  # type: ignore[arg-type]  # of two kinds
        assert measure_words(annotation, FrameRef(instances[4]), spacing) == ()
