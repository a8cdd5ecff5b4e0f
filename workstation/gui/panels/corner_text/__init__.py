"""The form for the words in the corners of an image."""
