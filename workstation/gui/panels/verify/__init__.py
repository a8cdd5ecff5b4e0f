"""The self-check in the window: a table that fills while it runs, reports, and the same as a command."""
