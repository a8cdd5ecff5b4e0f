"""The strip of running jobs."""
