"""What is said of a volume that is looked at otherwise than as slices."""

from workstation.volume.told import told


def test_that_a_tilt_that_was_taken_straight_is_said_to_be_and_all_else_is_said_as_it_is() -> None:
    notes = ("1 slice missing between 3 and 4", "Gantry tilted by 15.5 degrees", "Stack slanted by 3.0 degrees")
    assert told(notes) == [notes[0], "Gantry tilt 15.5° corrected", notes[2]]
