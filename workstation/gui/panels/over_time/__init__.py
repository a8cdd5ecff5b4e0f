"""The panel of lesions over time."""
