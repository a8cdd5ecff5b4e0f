"""Planes through a volume: three panes with lines to drag and turn, and a bar for what holds for all of them."""
