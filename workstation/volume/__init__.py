"""Volumes looked at otherwise than they were taken: planes, slabs, projections, renderings, surfaces, other formats."""
