"""The tag browser: every element of the shown image, two images side by side, a search through all that is open."""
