"""Segments, structures and painted regions on the voxels of a volume."""
