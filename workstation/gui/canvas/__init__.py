"""The pane that shows images: what it shows, what a hand on the mouse does to it, and the widget that paints it."""
