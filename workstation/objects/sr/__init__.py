"""Structured reports of every kind as trees of values, readable for people, and searchable."""
