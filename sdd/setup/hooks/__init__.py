"""The pre-push hook: its text, its place, and other programs that look after git's hooks."""
