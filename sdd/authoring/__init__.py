"""Records made, amended, verified, finished and repaired in the work tree, one module a deed."""
