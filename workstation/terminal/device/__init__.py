"""The terminal itself: what it can, its screen, keys and mouse, put back whatever happens. It knows no images."""
