"""The window: Qt lives here and nowhere else; widgets show, presenters decide."""
