"""From a frame to what a person sees: windows, orientation letters, corner text, and the one picture for every face."""
