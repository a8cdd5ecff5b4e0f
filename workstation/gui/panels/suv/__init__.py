"""The panel of standardized uptake values."""
