"""Planes of a volume: how they are looked at, measured on, and written."""
