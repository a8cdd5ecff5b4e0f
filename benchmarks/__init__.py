"""How fast we are beside others, measured in the same run; `python -m benchmarks` prints the table."""
