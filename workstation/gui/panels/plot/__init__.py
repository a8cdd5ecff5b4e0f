"""Histograms and profiles of measurements."""
