"""The index: what the records say, in SQLite. It is derived from git and may be deleted at any time."""
