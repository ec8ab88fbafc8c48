"""Why something is as it is: from a line, a file, a change or a requirement to the records behind it."""
