"""The list of key images."""
