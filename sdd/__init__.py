"""sdd keeps specs, execution contracts and prompt history honest, and refuses changes that lack them."""

__version__ = "0.1.0"
