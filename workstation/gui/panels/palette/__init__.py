"""The palette: every command by its name, as one types."""
