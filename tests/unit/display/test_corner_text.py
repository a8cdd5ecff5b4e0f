from dataclasses import replace
from pathlib import Path

import numpy as np

from tests.unit.display.frames import frame_of, ramp
from workstation.display.corner_text import LONGEST_LINE, corner_lines
from workstation.display.view import View
from workstation.model.frame import ModalityTransform, Window
from workstation.model.index.records import Instance, Place

FRAME = frame_of(ramp(0, 9999), modality=ModalityTransform(1, -1024, unit="HU"), voi=(Window(40, 400),))
INSTANCE = Instance(
    (Place(Path("a.dcm")),),
    *("1.2", "1.3", "1.2.840.10008.1.2.4.50", "1.4", "1.5"),
    patient_id="0815",
    patient_name="Buc^Jérôme",
    patient_birth_date="19700203",
    patient_sex="M",
    study_date="20261120",
    acquisition_time="130559.12",
    study_description="Thorax",
    institution_name="Spital",
    accession_number="A7",
    modality="CT",
    series_number=3,
    series_description="Lunge 1.0",
    body_part_examined="CHEST",
    laterality="L",
    instance_number=17,
    slice_thickness_mm=1.25,
    slice_location_mm=-120.05,
    gantry_tilt_deg=-18.5,
)
SIZE = (200, 200)


def test_that_the_corners_say_whose_and_what_the_image_is() -> None:
    corners = corner_lines(INSTANCE, FRAME, View(), SIZE)
    assert corners.top_left == ("Buc, Jérôme", "0815  1970-02-03  M")
    assert corners.top_right == ("Spital", "Thorax", "Acc. A7", "2026-11-20 13:05:59")
    assert corners.bottom_left == ("Lossy compression", "Image 17", "W 400 L 40 HU", "Zoom 200 %")
    assert corners.bottom_right == (
        "Series 3  Lunge 1.0",
        "Left  Chest",
        "Gantry tilt -18.5°",
        "Thickness 1.25 mm  Location -120.0 mm",
    )


def test_that_what_the_file_does_not_say_leaves_no_line() -> None:
    bare = Instance((Place(Path("a.dcm")),), *("1.2", "1.3", "1.2.840.10008.1.2.1", "1.4", "1.5"))
    corners = corner_lines(bare, frame_of(ramp(0, 9)), View(Window(5, 10)), SIZE)
    assert corners == ((), (), ("W 10 L 5", "Zoom 5000 %"), ())


def test_that_the_place_in_the_stack_and_the_frame_count_from_one() -> None:
    assert "Image 3 of 40" in corner_lines(INSTANCE, FRAME, View(), SIZE, position=(3, 40)).bottom_left
    many = replace(INSTANCE, number_of_frames=96)
    assert "Frame 1 of 96" in corner_lines(many, FRAME, View(), SIZE).bottom_left
    assert "Frame 96 of 96" in corner_lines(many, replace(FRAME, number=95), View(), SIZE).bottom_left


def test_that_control_characters_and_endless_lines_do_not_come_through() -> None:
    hostile = replace(
        INSTANCE,
        study_description="a\x1b[31mb\r\nc\x00d\u202ee",
        series_description="x" * 500,
        patient_name="\x07^\x9b",
    )
    lines = [line for corner in corner_lines(hostile, FRAME, View(), SIZE) for line in corner]
    assert all(character.isprintable() for line in lines for character in line)
    assert max(len(line) for line in lines) <= LONGEST_LINE


def test_that_colours_show_a_window_only_when_one_is_set() -> None:
    colours = frame_of(np.zeros((10, 10, 3), np.uint8), photometric="RGB")
    assert corner_lines(INSTANCE, colours, View(), SIZE).bottom_left[-2] == "Image 17"
    assert "W 300 L 100" in corner_lines(INSTANCE, colours, View(Window(100, 300)), SIZE).bottom_left


def test_that_inversion_is_told() -> None:
    assert "W 400 L 40 HU  inverted" in corner_lines(INSTANCE, FRAME, View(inverted=True), SIZE).bottom_left
