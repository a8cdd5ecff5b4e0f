"""Two volumes: how one lies over the other, and both in one picture."""
