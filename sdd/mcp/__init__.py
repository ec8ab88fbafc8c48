"""sdd for agents that speak the Model Context Protocol; needs the extra `mcp`."""
