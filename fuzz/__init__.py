"""Texts that nobody writes, given to every reader: `make fuzz`."""
