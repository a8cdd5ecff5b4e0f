"""The program checks itself on a machine: phantoms with known answers go through what the panes and commands use."""
