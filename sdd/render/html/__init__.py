"""A report as a static site: pages made from its rows, in streams, and written whole or not at all."""
