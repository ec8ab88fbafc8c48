"""A verdict in the formats that forges and pipelines read."""
