"""Notes to the user that don't get in the way."""
