"""Volumes as files for other programs: what a command asks for."""
