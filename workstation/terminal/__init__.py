"""Images in a terminal: one picture and out, and a viewer that keys and the mouse steer. No Qt."""
