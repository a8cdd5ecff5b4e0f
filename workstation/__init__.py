"""A desktop workstation to read, measure, move and manage medical images, scriptable throughout."""

__version__ = "0.1.0"
