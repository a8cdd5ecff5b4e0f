"""Curved planes along paths: how they are looked at, measured on, and written."""
