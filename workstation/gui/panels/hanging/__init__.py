"""The editor of hanging protocols: rules in their order, conditions and panes as a form, and a preview."""
