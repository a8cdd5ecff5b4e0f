"""The parts of the window around the images, each a presenter that decides and a view that shows."""
