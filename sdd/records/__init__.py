"""Records: what the files say. Kinds, where they lie, and the records of one root at one revision."""
