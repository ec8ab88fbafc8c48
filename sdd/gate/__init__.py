"""The gate: what is judged, against what, by which rules, and the verdict."""
