"""The pictures of the documentation, by subject; `scripts/screenshots.py` takes them."""
