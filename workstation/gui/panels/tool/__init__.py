"""The tool in the hand, at the foot of the window."""
