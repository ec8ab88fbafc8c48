"""What makes, amends and finishes records in the work tree, out of what git knows and what their authors say."""
