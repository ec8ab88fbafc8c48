"""Asks the rules and makes a verdict of what they find: over a change, or over every record of a tree."""
