"""The editor of keys and mouse."""
