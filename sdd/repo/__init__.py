"""git: objects and trees, changes and pushed refs, history, hooks."""
