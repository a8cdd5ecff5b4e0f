"""Keeping a library: adding and importing files, listing, removing, checking."""
