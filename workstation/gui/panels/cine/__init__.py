"""Cine: frames in real time, and the bar that steers it."""
