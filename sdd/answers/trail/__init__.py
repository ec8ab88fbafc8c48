"""From one thing to the others: the only place that follows the edges of the index."""
