"""What draws in three dimensions beside the thread of the window."""
