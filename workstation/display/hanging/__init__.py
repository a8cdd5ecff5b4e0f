"""Hanging protocols: rules that say which images of a study are shown where; matched, explained, learnt, shared."""
