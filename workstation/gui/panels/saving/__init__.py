"""The dialog that saves what a pane shows as a presentation state."""
