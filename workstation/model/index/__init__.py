"""From files to patients, studies, series and stacks: headers only, kept in a SQLite library."""
