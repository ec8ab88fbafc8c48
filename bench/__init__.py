"""Benchmarks: what sdd costs, as ratios to other programs in the same run."""
