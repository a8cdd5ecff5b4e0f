"""Volumes drawn in three dimensions: pictures and animations."""
