"""Measurements as structured reports of TID 1500: written from our values, read from any program's."""
