"""A volume in three dimensions: its picture, and the panel that says how it is drawn."""
