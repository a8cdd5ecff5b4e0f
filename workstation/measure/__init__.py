"""Measuring: lengths, angles, areas, volumes, statistics and uptake, each with where it comes from."""
