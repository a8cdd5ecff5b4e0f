"""The face for scripts: every operation as a command, without a window."""
