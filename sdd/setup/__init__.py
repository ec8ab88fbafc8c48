"""Setting sdd up in a repository: init, hooks, doctor, demo."""
