"""Curved planes: a path drawn in the planes of a volume, and what is seen along it."""
