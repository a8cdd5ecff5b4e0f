"""The panes together: what each shows, what they do in step, and the way back from every change."""
