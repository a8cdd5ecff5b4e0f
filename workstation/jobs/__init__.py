"""Work that takes time: progress, cancelling, typed events, and the runner of background jobs."""
