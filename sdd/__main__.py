"""`python -m sdd`, which is how the hooks call it."""

from sdd.cli import main

main()
