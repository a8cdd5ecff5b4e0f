"""The study browser: patients, studies, series and stacks, with a search."""
