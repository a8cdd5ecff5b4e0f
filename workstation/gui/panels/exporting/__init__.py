"""The dialogs of what leaves the program: export, and print preview."""
