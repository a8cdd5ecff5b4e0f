"""Widgets that take the place of a picture: reports, documents and curves; and the list of segments."""
