"""The editor of windows by name."""
